"""Models on disk. Neither function knows which model it is."""

from pathlib import Path

import torch
from torch import nn


def save_model(model: nn.Module, path: Path) -> None:
    """Save the model's state_dict, and no more, as the file `path`; the folders above it are made where they lack.

    Raises ValueError, before anything is made, when `path` does not end in .pt or .pth.
    """
    # BEGIN SOLUTION
    if path.suffix not in (".pt", ".pth"):
        raise ValueError(f"{path} should end in .pt or .pth")
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), path)
    # END SOLUTION


def load_model(model: nn.Module, path: Path, device: torch.device) -> nn.Module:
    """Read the state_dict at `path` into `model`, wherever it was saved; the model, on `device`, in evaluation mode."""
    # BEGIN SOLUTION
    state = torch.load(path, map_location=device, weights_only=True)
    model.load_state_dict(state)
    return model.to(device).eval()
    # END SOLUTION
