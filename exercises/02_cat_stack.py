"""# Joining and taking apart: cat and stack

A batch is samples put together, a table of features is columns put together, a colour image is channels put together.
PyTorch has two ways to join, and choosing the wrong one is a matter of one word. `cat` makes a dimension **longer**
that is already there; all other sizes must agree. `stack` makes a **new** dimension, so its tensors must all have the
same shape.

    >>> a, b = torch.tensor([1, 2, 3]), torch.tensor([4, 5, 6])
    >>> torch.cat([a, b])  # (3,) and (3,): longer, (6,)
    tensor([1, 2, 3, 4, 5, 6])
    >>> torch.stack([a, b])  # a new dimension in front, (2, 3)
    tensor([[1, 2, 3],
            [4, 5, 6]])
    >>> torch.stack([a, b], dim=1)  # the new dimension is dimension 1, (3, 2)
    tensor([[1, 4],
            [2, 5],
            [3, 6]])
    >>> a.split([1, 2])  # pieces of one element and of two
    (tensor([1]), tensor([2, 3]))
    >>> a.unbind()  # one tensor for each element, of shape ()
    (tensor(1), tensor(2), tensor(3))

Each has an inverse: `split` cuts along a dimension, and the pieces keep it (a list gives the size of each piece, a
single number the size of all); `unbind` takes a dimension apart, and it is gone. Without `dim`, all four take 0.

Write five functions. `tables` and `channels` are lists of at least one tensor, all of one dtype and on one device; the
results keep both.

- `join_rows(tables)`: tables `(N1, F)`, `(N2, F)`, ... one below the other, `(N1 + N2 + ..., F)`. A table may
  have 0 rows, `(0, F)`.
- `split_rows(table, sizes)`: the way back. `sizes` is a list of numbers that add up to the rows of `table`; a size may
  be 0, for a piece `(0, F)`. Returns the pieces in order, as a tuple or list.
- `join_columns(tables)`: tables `(N, F1)`, `(N, F2)`, ... side by side, `(N, F1 + F2 + ...)`.
- `stack_channels(channels)`: C channels `(H, W)` as one image `(H, W, C)`.
- `channels_of(image)`: the way back, for any C: the C channels `(H, W)`, as a tuple or list.

The pieces of `split_rows` and `channels_of` are views on their input's memory, not copies. Inputs stay as they were,
and gradients must flow back through all five: don't use `.tolist()` or `.detach()`.

Read more: [`torch.cat`](https://docs.pytorch.org/docs/stable/generated/torch.cat.html),
[`torch.stack`](https://docs.pytorch.org/docs/stable/generated/torch.stack.html),
[`torch.split`](https://docs.pytorch.org/docs/stable/generated/torch.split.html),
[`torch.unbind`](https://docs.pytorch.org/docs/stable/generated/torch.unbind.html)
"""

from collections.abc import Sequence

import torch


def join_rows(tables: list[torch.Tensor]) -> torch.Tensor:
    """Tables (N1, F), (N2, F), ... one below the other: (N1 + N2 + ..., F)."""
    raise NotImplementedError("TODO: write join_rows")


def split_rows(table: torch.Tensor, sizes: list[int]) -> Sequence[torch.Tensor]:
    """The pieces of `table` with `sizes` rows each, in order, as views."""
    raise NotImplementedError("TODO: write split_rows")


def join_columns(tables: list[torch.Tensor]) -> torch.Tensor:
    """Tables (N, F1), (N, F2), ... side by side: (N, F1 + F2 + ...)."""
    raise NotImplementedError("TODO: write join_columns")


def stack_channels(channels: list[torch.Tensor]) -> torch.Tensor:
    """C channels (H, W) as one image (H, W, C)."""
    raise NotImplementedError("TODO: write stack_channels")


def channels_of(image: torch.Tensor) -> Sequence[torch.Tensor]:
    """The C channels (H, W) of an image (H, W, C), as views."""
    raise NotImplementedError("TODO: write channels_of")
