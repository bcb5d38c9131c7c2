"""# Elementwise arithmetic and broadcasting

`+`, `-`, `*` and `/` work element by element. When shapes differ, **broadcasting** stretches them to fit, without
copying. That saves most loops, and it is where a wrong shape gives a wrong number instead of an error. The rule is
NumPy's: write the shapes under each other, **aligned on the right**. In every place the two sizes must be equal, or
one of them is 1 or missing, and then it is stretched to the other.

    >>> table = torch.tensor([[1, 2, 3], [4, 5, 6]])  # (2, 3)
    >>> table * torch.tensor([10, 1, 0])  # (3,) counts as (1, 3): once for each row
    tensor([[10,  2,  0],
            [40,  5,  0]])
    >>> table / 2  # `/` makes floats of integers, and a number fits any shape
    tensor([[0.5000, 1.0000, 1.5000],
            [2.0000, 2.5000, 3.0000]])

Arithmetic makes a new tensor. A method whose name ends in `_` (`t.add_(1)`) writes into its own tensor instead, and
an `out=` argument names the tensor to write into: `torch.mul(t, 2, out=t)` doubles `t`. And `torch.add(a, b, alpha=c)`
is `a + c * b`. Write five functions; the first three leave their inputs alone.

- `broadcast_shape(a, b)`: the shape that two shapes broadcast to, tuples in and out; raises ValueError when they do
  not fit. Sizes are 1 or more. Not allowed: `broadcast_shapes`, torch's or NumPy's.
- `average(a, b)`: halfway between `a` and `b`, element by element, for any shapes that broadcast. Both have one
  dtype, which a float result keeps; integers (not booleans) give float32, as `/` does. Beware of uint8, as pictures
  are: 200 + 100 is 44 there, for 255 is the largest number it holds.
- `add_to_rows(table, offsets)`: from `(N, F)` and `(N,)`, both of one dtype, a new `(N, F)`: row `i` has
  `offsets[i]` added throughout. No Python loop.
- `decay_(weights, rate)`: multiplies `weights` by `1 - rate` in place, so that whoever holds the tensor, or a view
  of it, sees the change. Returns `weights` itself. Floating point, at least one dimension.
- `step(position, velocity, dt, out)`: writes `position + dt * velocity` into `out`, and returns `out` itself. The
  tensors share one shape and floating dtype. `out` may be `position` or `velocity`. Except for `out` itself, no tensor
  changes.

The last four work on every device. The checks also use the one named "meta": its tensors have a shape and no values.

Read more: [Broadcasting semantics](https://docs.pytorch.org/docs/stable/notes/broadcasting.html),
[`torch.add`](https://docs.pytorch.org/docs/stable/generated/torch.add.html),
[`Tensor.mul_`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.mul_.html)

## Why it works

`offsets` `(N,)` is aligned with the columns. `offsets[:, None]` is `(N, 1)`, aligned with the rows. Without it a
table of 2 by 3 raises an error, and a square one quietly adds to the wrong elements: the reason to try code on
sides that differ.

`torch.sum(a, b)` is no sum of two tensors: `sum` and `mean` reduce *one* tensor, and their second argument is a
dimension. Two tensors are added by `a + b` or `torch.add`.

`weights = weights * 0.9` binds a local name to a new tensor, and nobody outside hears of it; so does `out = ...`.
`weights.mul(0.9)` without the underscore makes a new tensor and drops it. In place, neither shape nor dtype can
change: an int64 tensor refuses `mul_(0.5)`.

`torch.add(..., alpha=dt, out=out)` reads each element before it writes there. Two steps, `out.copy_(position)` and
then `out.add_(...)`, destroy `velocity` when that is `out`.

Try next: subtract `torch.arange(4)[None, :]` from `torch.arange(3)[:, None]`. What shape has the table of all
differences, and what would a loop have cost?
"""

from itertools import zip_longest

import torch


def broadcast_shape(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that tensors of the shapes `a` and `b` broadcast to; raises ValueError when they do not fit."""
    # BEGIN SOLUTION
    sizes = []  # from the last dimension to the first
    for m, n in zip_longest(reversed(a), reversed(b), fillvalue=1):
        if m != n and m != 1 and n != 1:
            raise ValueError(f"shapes {a} and {b} do not broadcast: {m} does not meet {n}")
        sizes.append(max(m, n))
    return tuple(reversed(sizes))
    # END SOLUTION


def average(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The average of `a` and `b` element by element, in the shape they broadcast to."""
    # BEGIN SOLUTION
    return a / 2 + b / 2
    # END SOLUTION


def add_to_rows(table: torch.Tensor, offsets: torch.Tensor) -> torch.Tensor:
    """The table (N, F) with offsets (N,) added, one to each row."""
    # BEGIN SOLUTION
    return table + offsets[:, None]  # (N, F) + (N, 1)
    # END SOLUTION


def decay_(weights: torch.Tensor, rate: float) -> torch.Tensor:
    """`weights` itself, multiplied by 1 - rate in place."""
    # BEGIN SOLUTION
    return weights.mul_(1 - rate)
    # END SOLUTION


def step(position: torch.Tensor, velocity: torch.Tensor, dt: float, out: torch.Tensor) -> torch.Tensor:
    """`out` itself, after position + dt * velocity was written into it."""
    # BEGIN SOLUTION
    return torch.add(position, velocity, alpha=dt, out=out)
    # END SOLUTION
