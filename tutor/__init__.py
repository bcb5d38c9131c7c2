"""tutor teaches PyTorch in a terminal: graded exercises, hidden checks, and diffs that say why."""

__version__ = "0.1.0"
