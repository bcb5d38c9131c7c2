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
    # BEGIN SOLUTION
    if path.suffix not in ENDINGS:
        raise ValueError(f"{path} should end in .pt or .pth")
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), path)
    # END SOLUTION


def load_model(model: nn.Module, path: Path, device: torch.device) -> nn.Module:
    """Read the state_dict at `path` into `model`, whatever device it was saved on.

    Returns `model` itself, moved to `device`, in evaluation mode. A file whose names or shapes are not the model's is
    an error. The file may come from a stranger: reading it must run no code that is in it.
    """
    # BEGIN SOLUTION
    state = torch.load(path, map_location=device, weights_only=True)
    model.load_state_dict(state)
    return model.to(device).eval()
    # END SOLUTION
