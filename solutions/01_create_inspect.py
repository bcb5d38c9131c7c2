"""# Create tensors, and ask them what they are

A tensor is PyTorch's array: a grid of numbers of one kind. Three facts decide what you can do with it: its
**shape** (the size along every dimension), its **dtype** (the kind of its elements) and its **device** (where its
memory is: the CPU's or a GPU's). There is also `"meta"`, a device that keeps shape and dtype but no numbers; checks
use it to ask about devices without a GPU. Many errors in PyTorch are two tensors that disagree in one of the three, so
the first skill is to build exactly the tensor you mean, and to read these facts back.

You can build a tensor from values (`torch.tensor`), from a shape (`torch.zeros`, `torch.ones`, `torch.full`) or
from a range (`torch.arange`, `torch.linspace`):

    >>> t = torch.full((2, 3), 0.5)
    >>> t
    tensor([[0.5000, 0.5000, 0.5000],
            [0.5000, 0.5000, 0.5000]])
    >>> t.shape, t.dtype, t.device
    (torch.Size([2, 3]), torch.float32, device(type='cpu'))
    >>> t.ndim, t.numel()
    (2, 6)

`torch.empty` takes a shape too, but only reserves memory: its elements are whatever was there before, until you
write to every one of them. `torch.Tensor(2, 3)`, with a capital T, does the same.

Write five functions. All tensors are made on the CPU, which is the default.

- `from_rows(rows)`: the tensor holding a list of equally long lists: at least one list, and in each at least one
  number. PyTorch chooses the dtype: whole numbers give int64, numbers of which at least one is a float give float32,
  and truth values give bool.
- `framed(rows, columns, value)`: shape `(rows, columns)`, `value` in the first and last row and in the first and
  last column, 0 everywhere inside. Always float32, also when `value` is an int. Both sizes are at least 1.
- `count_up(start, stop, step)`: the int64 numbers start, start + step, ... that are below `stop`, as Python's
  `range` counts. `start < stop` and `step > 0`.
- `evenly_spaced(start, stop, count)`: `count` float32 numbers (at least 2) at equal distances, the first being
  `start` and the last `stop`. `start < stop`.
- `describe(t)`: a dictionary of the facts of any tensor, with exactly the keys `"shape"` (a tuple of ints, or
  `torch.Size`, which is one), `"dtype"` (the `torch.dtype`), `"device"` (the `torch.device`), `"ndim"` (how many
  dimensions, an int) and `"numel"` (how many elements in all, an int).

Read more: [Creation functions](https://docs.pytorch.org/docs/stable/torch.html#creation-ops),
[Tensor attributes](https://docs.pytorch.org/docs/stable/tensor_attributes.html)

## Why it works

`torch.tensor` copies Python values and infers the dtype from them. The capitalised `torch.Tensor` is an older
constructor that always makes float32: `torch.Tensor([1, 2])` turns your class labels into floats, and
`torch.Tensor(2, 3)` isn't even about values. `torch.full` infers as well, and an int `value` would give int64:
hence the explicit `dtype`. A frame made by `torch.empty` plus four borders may look right today, since fresh memory
is often zero, and be wrong tomorrow.

`torch.arange` leaves `stop` out, as `range` does, while `torch.linspace` includes both ends and takes a count
instead of a step. `torch.range` includes its end too, and is deprecated for the confusion this makes.

In `describe`, `ndim` counts dimensions and `numel()` elements. `len(t)` is neither: it is the size of the first
dimension, and a tensor of no dimensions, such as `torch.tensor(3.0)`, has no `len` at all.

Try next: `torch.arange(0, 1, 0.1)` and `torch.linspace(0, 1, 11)`. When is a step safe, and when a count?
"""

import torch


def from_rows(rows: list[list[int | float | bool]]) -> torch.Tensor:
    """The tensor (number of rows, length of a row) that holds `rows`, with the dtype that fits the values."""
    # BEGIN SOLUTION
    return torch.tensor(rows)
    # END SOLUTION


def framed(rows: int, columns: int, value: float) -> torch.Tensor:
    """A float32 tensor (rows, columns) with `value` around the edge and 0 inside."""
    # BEGIN SOLUTION
    t = torch.full((rows, columns), value, dtype=torch.float32)
    t[1:-1, 1:-1] = 0.0
    return t
    # END SOLUTION


def count_up(start: int, stop: int, step: int) -> torch.Tensor:
    """The int64 numbers start, start + step, ... below `stop`, as a 1-D tensor."""
    # BEGIN SOLUTION
    return torch.arange(start, stop, step)
    # END SOLUTION


def evenly_spaced(start: float, stop: float, count: int) -> torch.Tensor:
    """A float32 tensor (count,) of numbers at equal distances, from `start` to `stop`, both included."""
    # BEGIN SOLUTION
    return torch.linspace(start, stop, count)
    # END SOLUTION


def describe(t: torch.Tensor) -> dict[str, object]:
    """The shape, dtype, device, ndim and numel of `t`."""
    # BEGIN SOLUTION
    return {
        "shape": t.shape,
        "dtype": t.dtype,
        "device": t.device,
        "ndim": t.ndim,
        "numel": t.numel(),
    }
    # END SOLUTION
