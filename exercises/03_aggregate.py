"""# Sums, means and argmax along a dimension

Losses, accuracies, averages: training is full of many numbers that become few. Such an **aggregation** (`sum`,
`mean`, `max`, `argmax`) takes a `dim`, and the question that everybody gets wrong at first is which one. The answer
is short: **the dimension you name is the one that vanishes.** With no `dim` at all, everything does, and a tensor of
shape `()` remains; `.item()` makes a Python number of that.

    >>> x = torch.tensor([[1, 2, 3], [4, 5, 9]])  # (2, 3)
    >>> x.sum(dim=0)  # the rows vanish: a sum for each column
    tensor([ 5,  7, 12])
    >>> x.sum(dim=1)  # the columns vanish: a sum for each row
    tensor([ 6, 18])
    >>> x.sum(dim=1, keepdim=True).shape  # the size shrinks to 1, but the dimension stays
    torch.Size([2, 1])
    >>> x.sum().item()
    24

`x.max(dim=1)` gives a pair, `.values` and `.indices`; `x.amax(dim=1)` gives the values alone. `x.argmax()` without a
`dim` gives a position in the flattened tensor.

Write five functions without Python loops. Tensors may be contiguous or not, of any device, have no size 0, and stay
as they were. In the first two, float dtypes are kept and integers give float32; in `row_means` booleans do, too.
(`mean` alone refuses integers and booleans.)

- `row_means(x)`: the mean of each row of `x` `(N, F)`, as `(N,)`.
- `shares(x)`: each element divided by the sum along the **last** dimension, in the shape of `x` `(..., F)`: any number
  of dimensions, at least one. The elements are positive.
- `column_spreads(x)`: the largest minus the smallest element of each column of `x` `(N, F)`, as `(F,)` in the dtype of
  `x`: numbers, not booleans, and the spread fits that dtype.
- `fraction_right(scores, labels)`: `scores` `(N, C)` rates each of C classes for N samples, and `labels` `(N,)`, int64,
  names the right ones. The prediction is the class with the highest score, the first of several. Returns the fraction
  of right predictions as a Python `float`.
- `peak(image)`: where the largest element of `image` `(H, W)`, which holds numbers, is: `(row, column)`, a tuple of two
  Python `int`s. Of several it is the first, reading row by row.

Read more: [`torch.sum`](https://docs.pytorch.org/docs/stable/generated/torch.sum.html),
[`torch.mean`](https://docs.pytorch.org/docs/stable/generated/torch.mean.html),
[`torch.argmax`](https://docs.pytorch.org/docs/stable/generated/torch.argmax.html)
"""

import torch


def row_means(x: torch.Tensor) -> torch.Tensor:
    """The mean of each row of x (N, F), as (N,); float32 for integers and booleans."""
    raise NotImplementedError("TODO: write row_means")


def shares(x: torch.Tensor) -> torch.Tensor:
    """x (..., F) divided by its sums along the last dimension; float32 for integers."""
    raise NotImplementedError("TODO: write shares")


def column_spreads(x: torch.Tensor) -> torch.Tensor:
    """The largest minus the smallest element of each column of x (N, F), as (F,)."""
    raise NotImplementedError("TODO: write column_spreads")


def fraction_right(scores: torch.Tensor, labels: torch.Tensor) -> float:
    """The fraction of the samples whose highest score (N, C) is that of their label (N,)."""
    raise NotImplementedError("TODO: write fraction_right")


def peak(image: torch.Tensor) -> tuple[int, int]:
    """The row and the column of the first largest element of image (H, W)."""
    raise NotImplementedError("TODO: write peak")
