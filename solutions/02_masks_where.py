"""# Choosing by a condition: masks and where

Real data has gaps and outliers, and "all values below zero" is no range of indices. A **mask** is a tensor of True and
False, made by a comparison. Used as an index it selects; given to `torch.where` it chooses, element by element,
between two tensors.

    >>> x = torch.tensor([[1.0, -2.0], [3.0, float("nan")]])
    >>> x > 0
    tensor([[ True, False],
            [ True, False]])
    >>> x[x > 0]  # a mask of x's shape: the chosen elements, in one dimension
    tensor([1., 3.])
    >>> x[torch.tensor([False, True])]  # a mask of the rows: whole rows
    tensor([[3., nan]])
    >>> torch.where(x > 0, x, 0.0)  # where True from the first, elsewhere from the second
    tensor([[1., 0.],
            [3., 0.]])
    >>> torch.where(x > 0)  # without the two: another function, a tuple with one index tensor for each dimension
    (tensor([0, 1]), tensor([0, 0]))

`&` (and) and `|` (or) join masks, `~` (not) turns one round; put each comparison in parentheses. Python's `and`, `or`
and `not` want a single True or False. `mask.any(dim=1)` is True for each row with at least one True. `where` stretches
its tensors as in NumPy.

NaN, "not a number", marks a missing value here. It equals nothing, not even itself: `x.isnan()` finds it.

Write four functions. Inputs stay as they were; dtype and device are kept where nothing else is said, with no detour
over the CPU (`.cpu()`, `.numpy()`).

- `between(x, low, high)`: the mask, in the shape of `x`, of `low <= x < high`. `low` and `high` are Python numbers,
  whole or not; `x` holds floats or integers, in any shape, `()` too. NaN lies between nothing.
- `complete_rows(table)`: the rows of `(N, F)` that hold no NaN, in order, as `(K, F)`. K may be 0. Infinite values
  are not missing.
- `fill_missing(table, fill)`: `table` is `(..., F)`, with any number of dimensions in front or none; its last is the
  column. `fill` is `(F,)`, of the same dtype. Returns a new tensor with each NaN replaced by its column's entry of
  `fill`.
- `positions(mask)`: one row of indices for each True of a mask with D >= 1 dimensions, shape `(K, D)`, int64, in
  reading order (the last index fastest).

No Python loop over rows, columns or elements. Gradients must flow back through the second
and the third: stay with tensors (no `.item()`, `.tolist()`, `.detach()`).

Read more: [`torch.where`](https://docs.pytorch.org/docs/stable/generated/torch.where.html),
[`torch.nonzero`](https://docs.pytorch.org/docs/stable/generated/torch.nonzero.html),
[`torch.isnan`](https://docs.pytorch.org/docs/stable/generated/torch.isnan.html)

## Why it works

`low <= x < high` is Python for `low <= x and x < high`, and the `and` asks the first mask for one truth value: "Boolean
value of Tensor with more than one value is ambiguous". And without parentheses `x >= low & x < high` computes
`low & x` first, for `&` binds more tightly than a comparison.

Three things share the name `where`. `torch.where(mask, a, b)` chooses. `a.where(mask, b)` is the same with `a` in
front: it keeps `a` where the mask is True, which reads the wrong way round if the mask says what to replace. And
`torch.where(mask)` gives indices, a tuple with one tensor per dimension (`mask.nonzero(as_tuple=True)` is its other
name), ready to index with. `a.where(mask)` does not exist.

`table * ~missing + fill * missing` looks like a way around `where`, and fails: NaN times 0 is NaN. `where` takes each
element from one side only. It also broadcasts, so `(F,)` meets `(N, F)` without help. `table[missing] = fill` does not:
on the left stand as many elements as there are gaps, and it writes into the caller's table besides. With exactly F
gaps it runs, and fills them in reading order, whatever their columns are.

A mask's result has a size that only the data knows, so an accelerator must wait and count. Where the shape may
stay as it is, prefer `where`.

Try next: `masked_fill` replaces by one number. When would you take it, when `where`?
"""

import torch


def between(x: torch.Tensor, low: float, high: float) -> torch.Tensor:
    """The mask of low <= x < high, in the shape of `x`."""
    # BEGIN SOLUTION
    return (x >= low) & (x < high)
    # END SOLUTION


def complete_rows(table: torch.Tensor) -> torch.Tensor:
    """The rows of `table` (N, F) without a NaN, as (K, F)."""
    # BEGIN SOLUTION
    incomplete = table.isnan().any(dim=1)  # (N,)
    return table[~incomplete]
    # END SOLUTION


def fill_missing(table: torch.Tensor, fill: torch.Tensor) -> torch.Tensor:
    """`table` (..., F) with each NaN replaced by its column's entry of `fill` (F,)."""
    # BEGIN SOLUTION
    return torch.where(table.isnan(), fill, table)
    # END SOLUTION


def positions(mask: torch.Tensor) -> torch.Tensor:
    """The indices of each True in `mask`, a row for each: (K, D), int64."""
    # BEGIN SOLUTION
    return mask.nonzero()
    # END SOLUTION
