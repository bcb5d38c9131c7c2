"""Models on disk. Neither function knows which model it is."""

from pathlib import Path

import torch
from torch import nn


def save_model(model: nn.Module, path: Path) -> None:
    """Save the model's state_dict, and no more, as the file `path`; the folders above it are made where they lack.

    Raises ValueError, before anything is made, when `path` does not end in .pt or .pth.
    """
    raise NotImplementedError("TODO: write save_model")


def load_model(model: nn.Module, path: Path, device: torch.device) -> nn.Module:
    """Read the state_dict at `path` into `model`, wherever it was saved; the model, on `device`, in evaluation mode."""
    raise NotImplementedError("TODO: write load_model")
