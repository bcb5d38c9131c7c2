"""Models on disk. Neither function knows which model it is.

torch.save writes an object as a file, torch.load reads it back; each tensor in it remembers its device.
"""

from pathlib import Path

import torch
from torch import nn

ENDINGS = (".pt", ".pth")


def save_model(model: nn.Module, path: Path) -> None:
    """Save the model's state_dict, and no more, as the file `path`; the folders above it are made where they lack.

    Raises ValueError, before anything is made, when `path` has none of ENDINGS.
    """
    raise NotImplementedError("TODO: write save_model")


def load_model(model: nn.Module, path: Path, device: torch.device) -> nn.Module:
    """Read the state_dict at `path` into `model`, whatever device it was saved on.

    Returns `model` itself, moved to `device`, in evaluation mode. A file whose names or shapes are not the model's is
    an error. The file may come from a stranger: reading it must run no code that is in it.
    """
    raise NotImplementedError("TODO: write load_model")
