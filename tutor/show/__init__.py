"""Rich renderables of statements, verdicts, diffs and timings, shared by the CLI and the TUI."""
