"""# Ship a model as a program

A state_dict runs nowhere without your Python class, and whoever uses it must repeat your preprocessing exactly: pixels
divided by 255 in training and forgotten in the app is a classic. So put everything from raw pixels to labels into one
module, and let `torch.export` record it. It runs the module's `forward` once, notes every operation on tensors in a
*graph*, and that graph, with its numbers, can be saved, loaded and run without your class.

    >>> class Scale(nn.Module):
    ...     def forward(self, x):
    ...         return x / 255
    >>> program = torch.export.export(Scale(), (torch.ones(2, 3),), dynamic_shapes=({0: torch.export.Dim("rows")},))
    >>> program.module()(torch.full((5, 3), 51.0))[0]           # 5 rows, recorded with 2
    tensor([0.2000, 0.2000, 0.2000])

Each size is recorded as the number it is in the example, unless `dynamic_shapes` says it may vary; a size of 1 cannot
be recorded as one that varies. Nor can an `if` on a tensor's values be recorded. `torch.where(condition, a, b)` can: it
takes from `a` where `condition` holds, and from `b` elsewhere.

Write the class's `forward` and three functions.

`Deployable(model, mean, std)`: its `forward(images)` takes pictures `(B, H, W)` in `uint8`, and returns a tuple
`(labels, probabilities)`.

- `model` gets `(B, 1, H, W)`: the pixels divided by 255, minus `mean`, divided by `std` (floats), in float32. It
  returns logits `(B, classes)`, whose softmax are the probabilities
- a label is the class of the largest, `int64`, or -1 for a blank picture, whose pixels are all equal. `(B,)`

`ship(module, images, path)` exports a Deployable as it is in evaluation mode, and saves it with `torch.export.save`.
`images` `(N, H, W)`, with N at least 1, are an example; the program takes any number of pictures of that size. The
module stays as it is, in its modes too.

`load(path)` returns what such a file holds as a function: images to labels and probabilities.

`compare(module, program, batches)` calls both, as they are, for each of the `images` in `batches`, records nothing, and
returns how many labels differ (an `int`), and the largest absolute difference of two probabilities (a `float`): nan,
if any difference is nan. Without batches it is `(0, 0.0)`.

If your PyTorch cannot export at all (a Python too new for it), the checks of `ship` and `load` pass, and say that they
ran nothing.

Read more: [torch.export](https://docs.pytorch.org/docs/stable/export.html),
[dynamic shapes](https://docs.pytorch.org/docs/stable/export.html#expressing-dynamism),
[torch.where](https://docs.pytorch.org/docs/stable/generated/torch.where.html)
"""

import copy
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from torch import nn

Program = Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]


class Deployable(nn.Module):
    """A classifier with all that goes before and after it."""

    def __init__(self, model: nn.Module, mean: float, std: float) -> None:
        super().__init__()
        self.model = model
        self.mean = mean
        self.std = std

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """images (B, H, W) in uint8 -> labels (B,), probabilities (B, classes)."""
        raise NotImplementedError("TODO: write Deployable.forward")


def ship(module: Deployable, images: torch.Tensor, path: Path) -> None:
    """Save `module` as a program for any number of pictures of the size of `images` (N, H, W)."""
    raise NotImplementedError("TODO: write ship")


def load(path: Path) -> Program:
    """The program in the file `path`."""
    raise NotImplementedError("TODO: write load")


def compare(module: Program, program: Program, batches: Iterable[torch.Tensor]) -> tuple[int, float]:
    """How many labels differ over all batches (B, H, W), and the largest difference of two probabilities."""
    raise NotImplementedError("TODO: write compare")
