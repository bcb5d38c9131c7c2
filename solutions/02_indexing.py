"""# Rows, columns and blocks

Every step from raw data to a prediction picks something out: a sample of a batch, the middle of an image, the last
word of a sentence. Brackets do it without a Python loop, which would be many times slower. But an index that is right
for a table picks something else from a batch of tables, and nothing warns you.

Brackets take one entry for each dimension, from the left; dimensions left out at the end are taken whole: `x[1]` is
`x[1, :]`. A number picks one place, and its dimension disappears. A slice `start:stop:step`, its step positive, picks
a range without its end, and the dimension stays; `:` alone is all of it. Negative numbers count from the end. `...`
stands for all the dimensions you do not name, so `x[..., 1]` is about the last dimension, however many there are
before it. And what can be picked can be written to:

    >>> x = torch.tensor([[0, 1, 2, 3], [10, 11, 12, 13]])
    >>> x[1], x[:, 1], x[-1, -1]
    (tensor([10, 11, 12, 13]), tensor([ 1, 11]), tensor(13))
    >>> x[:, 1:3] = 7
    >>> x
    tensor([[ 0,  7,  7,  3],
            [10,  7,  7, 13]])

Write six functions without loops over elements: at most twelve operations on tensors in each, indexing included.
Dtype and device are those of `x`, except in `checkerboard`. Only `paint` changes `x`.

- `row_and_column(x, i, j)`: from `x` of shape `(R, C)` the tuple of row `i`, shape `(C,)`, and column `j`, shape
  `(R,)`. Both may be negative.
- `first_entries(x)`: the first entry along the last dimension: from `(..., W)` to `(...)`, for one dimension or
  more.
- `crop(x, top, left, height, width)`: from `(..., H, W)` the block of the last two dimensions that begins at row
  `top` and column `left`: `(..., height, width)`. `top` and `left` are not negative, and the block lies inside `x`.
- `mirrored(x)`: `(..., W)` with the last dimension the other way round, first entry last.
- `checkerboard(rows, columns)`: float32 of shape `(rows, columns)` on the CPU: 1 in the upper left corner, beside
  and below every 1 a 0, and beside and below every 0 a 1. Both sizes are at least 1.
- `paint(x, top, left, height, width, value)`: writes `value` into the block that `crop` would pick, in `x` itself.
  What it returns does not matter.

Read more: [Indexing](https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops),
[Tensor views](https://docs.pytorch.org/docs/stable/tensor_view.html),
[`torch.flip`](https://docs.pytorch.org/docs/stable/generated/torch.flip.html)

## Why it works

`x[:, 0]` is the first column of a table. Of a batch of images `(N, H, W)` it is the first *row* of every image,
`(N, W)`: the index counts dimensions from the left. `x[..., 0]` counts from the right and means the same
everywhere.

`x[:][j]` looks like a column, but `x[:]` is all of `x`, so it is row `j`. For the same reason
`x[top:bottom][left:right]` cuts rows out of rows. Name both dimensions between one pair of brackets.

NumPy reverses by `x[::-1]`. PyTorch knows no negative steps, for its tensors cannot lie in memory backwards; `x.flip`,
which is `torch.flip` too, copies.

An assignment writes only when the brackets stand on its left. `block = x[1:3]` and then `block = 7` gives the name
`block` to the number and leaves `x` as it was; `block[:] = 7` writes, since a slice is a view of `x`.

Try next: what is `x[None]`, and what `x[..., None]`? Use one of them to add `first_entries(x)` to every entry of
its row.
"""

import torch


def row_and_column(x: torch.Tensor, i: int, j: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Row `i`, (C,), and column `j`, (R,), of `x`, (R, C)."""
    # BEGIN SOLUTION
    return x[i], x[:, j]
    # END SOLUTION


def first_entries(x: torch.Tensor) -> torch.Tensor:
    """The first entry along the last dimension: from (..., W) to (...)."""
    # BEGIN SOLUTION
    return x[..., 0]
    # END SOLUTION


def crop(x: torch.Tensor, top: int, left: int, height: int, width: int) -> torch.Tensor:
    """The block (..., height, width) of `x`, (..., H, W), that begins at row `top` and column `left`."""
    # BEGIN SOLUTION
    return x[..., top : top + height, left : left + width]
    # END SOLUTION


def mirrored(x: torch.Tensor) -> torch.Tensor:
    """`x`, (..., W), with its last dimension the other way round."""
    # BEGIN SOLUTION
    return x.flip(-1)
    # END SOLUTION


def checkerboard(rows: int, columns: int) -> torch.Tensor:
    """A float32 tensor (rows, columns) of ones and zeros in turn, with a 1 in the upper left corner."""
    # BEGIN SOLUTION
    board = torch.zeros(rows, columns)
    board[::2, ::2] = 1
    board[1::2, 1::2] = 1
    return board
    # END SOLUTION


def paint(x: torch.Tensor, top: int, left: int, height: int, width: int, value: float) -> None:
    """Write `value` into the block of `x`, (..., H, W), that begins at row `top` and column `left`."""
    # BEGIN SOLUTION
    x[..., top : top + height, left : left + width] = value
    # END SOLUTION
