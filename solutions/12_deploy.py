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

## Why it works

A recorded forward is one path through your code: what Python decided while recording, such as the mode, or a size that
was not said to vary, is decided for good; on a size that varies, `len(images)` or an `if` is an error. That is why
evaluation mode comes first; the loaded program has no `eval()` any more. It is also why a picture's label must not
depend on an `if`: the graph has no way to ask.

The program is no guard. It takes pictures in float as well, and whoever divides by 255 once more gets nonsense and no
error. And it still records gradients, as its parameters require them: call it under `torch.no_grad()`.

The module keeps its modes, for a copy is switched. A program that was kept in memory would share the module's
parameters without that copy, and one more step of training would change it.

PyTorch treats sizes 0 and 1 as special, for a size of 1 broadcasts. From two rows it records a program for any number,
and one picture is welcome afterwards.

`max(0.0, float("nan"))` is 0.0, for nan is not larger: a program that returns nonsense would look perfect. Tensors'
`max` hands nan on. And compare on pictures of every kind, in batches of several sizes: one agrees easily.

`torch.compile(module)` is the other road: it makes the module faster where it is, compiling at the first call for each
new kind of input, and leaves Python, and your class, in charge. Export is for leaving them behind.

Try next: print `program.graph_module.code`, and find your preprocessing in it.
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
        # BEGIN SOLUTION
        x = (images.unsqueeze(1) / 255 - self.mean) / self.std  # (B, 1, H, W)
        probabilities = self.model(x).softmax(dim=1)
        pixels = images.flatten(1)
        blank = pixels.amax(dim=1) == pixels.amin(dim=1)
        return torch.where(blank, -1, probabilities.argmax(dim=1)), probabilities
        # END SOLUTION


def ship(module: Deployable, images: torch.Tensor, path: Path) -> None:
    """Save `module` as a program for any number of pictures of the size of `images` (N, H, W)."""
    # BEGIN SOLUTION
    example = torch.cat([images, images])  # never a single one
    dynamic = ({0: torch.export.Dim("batch")},)
    program = torch.export.export(copy.deepcopy(module).eval(), (example,), dynamic_shapes=dynamic)
    torch.export.save(program, path)
    # END SOLUTION


def load(path: Path) -> Program:
    """The program in the file `path`."""
    # BEGIN SOLUTION
    return torch.export.load(path).module()
    # END SOLUTION


def compare(module: Program, program: Program, batches: Iterable[torch.Tensor]) -> tuple[int, float]:
    """How many labels differ over all batches (B, H, W), and the largest difference of two probabilities."""
    # BEGIN SOLUTION
    differing, largest = 0, [0.0]
    with torch.no_grad():
        for images in batches:
            labels, probabilities = module(images)
            other_labels, other_probabilities = program(images)
            differing += (labels != other_labels).sum().item()
            largest.append((probabilities - other_probabilities).abs().max().item())
    return differing, torch.tensor(largest).max().item()
    # END SOLUTION
