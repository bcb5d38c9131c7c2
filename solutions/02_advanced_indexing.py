"""# Picking elements by lists of indices

A slice takes what lies side by side. But the pixels you want may lie anywhere, and the score that matters in a row is
that of the right class, another column in every row. For that you index with tensors of integers. What newcomers get
wrong: **index tensors of one shape are read in pairs**, like lists in Python's `zip`. They do not cross.

    >>> table = torch.tensor([[10, 11, 12, 13], [20, 21, 22, 23], [30, 31, 32, 33]])
    >>> rows, columns = torch.tensor([0, 2]), torch.tensor([1, 3])
    >>> table[rows, columns]  # table[0, 1] and table[2, 3]
    tensor([11, 33])
    >>> table[rows]  # one index alone takes whole rows
    tensor([[10, 11, 12, 13],
            [30, 31, 32, 33]])
    >>> table[torch.tensor([[0], [2]]), columns]  # shapes (2, 1) and (2,): now every row meets every column
    tensor([[11, 13],
            [31, 33]])
    >>> table.gather(0, torch.tensor([[2, 0, 0, 1]]))  # from each column the entry in the row named
    tensor([[30, 11, 12, 23]])

Index tensors of different shapes are first stretched to a common one as in NumPy: `(2, 1)` and `(2,)` to `(2, 2)`;
`(3,)` and `(2,)` cannot be, and raise IndexError. `None` in brackets adds a dimension of size 1: `rows[None]` is
`(1, 2)`, `rows[..., None]` is `(2, 1)`. `.squeeze(-1)` drops a last one again.

Write four functions. All indices are int64 tensors of at least one element, valid and not negative; they may repeat
and come in any order. The first three keep dtype and device. Inputs stay as they were.

- `pick_cells(image, rows, columns)`: `image` is `(H, W)` or `(H, W, C)`; `rows` and `columns` are `(K,)`. Returns the
  K pixels `image[rows[k], columns[k]]`, shape `(K,)` or `(K, C)`.
- `pick_block(image, rows, columns)`: `rows` is `(R,)`, `columns` is `(S,)`. Returns every row crossed with every
  column, shape `(R, S)` or `(R, S, C)`.
- `pick_labelled(scores, labels)`: `scores` is `(..., C)`, with one or more dimensions for `...`; `labels` is `(...)`:
  one label, from 0 to C - 1, for each row of C scores. Returns the score of each label, `(...)`.
- `one_hot(labels, classes)`: from `(B,)` to `(B, classes)`, float32, on the device of `labels`: 1 in the column of
  each row's label, 0 elsewhere.

No Python loop over rows or elements. Gradients must flow back through the first three: stay with tensors (no
`.item()`, `.tolist()`, `.detach()`).

Read more: [Indexing in NumPy, which PyTorch follows](https://numpy.org/doc/stable/user/basics.indexing.html),
[`torch.gather`](https://docs.pytorch.org/docs/stable/generated/torch.gather.html)

## Why it works

`image[rows, columns]` zips; `image[rows[:, None], columns]` crosses, because `(R, 1)` and `(S,)` are stretched to
`(R, S)`. The dangerous case is R == S: there the zip runs without an error and returns the diagonal of what you wanted.
`scores[:, labels]` is the opposite mistake: a slice crosses with an index, so it takes all labels' columns from every
row, `(B, B)` for `B` labels. A row number for each label, `torch.arange(B)`, makes pairs again.

`gather` is the zip along one dimension for any number of others. Its index has as many dimensions as the scores: hence
the `[..., None]`, and a `squeeze(-1)` afterwards. A bare `squeeze()` would drop a batch of 1 as well.

Assignment follows the same rules: `table[rows, columns] = 1` writes K cells, fewer when a pair repeats. Reading with
an index tensor always copies, unlike a slice: a write to the result never shows in the source.

Try next: with `i = torch.tensor([0, 0, 1])`, what does `counts[i] += 1` add to `counts[0]`, and what does
`counts.index_add_(0, i, torch.ones(3))`?
"""

import torch


def pick_cells(image: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """The pixels of `image` (H, W) or (H, W, C) at (rows[k], columns[k]), as (K,) or (K, C)."""
    # BEGIN SOLUTION
    return image[rows, columns]
    # END SOLUTION


def pick_block(image: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """Every row in `rows` (R,) crossed with every column in `columns` (S,), as (R, S) or (R, S, C)."""
    # BEGIN SOLUTION
    return image[rows[:, None], columns]
    # END SOLUTION


def pick_labelled(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The score of each label: from scores (..., C) and labels (...) to (...)."""
    # BEGIN SOLUTION
    picked = scores.gather(-1, labels[..., None])  # (..., 1)
    return picked.squeeze(-1)
    # END SOLUTION


def one_hot(labels: torch.Tensor, classes: int) -> torch.Tensor:
    """A row per label (B,), with 1 in the label's column and 0 elsewhere: (B, classes), float32."""
    # BEGIN SOLUTION
    table = torch.zeros(len(labels), classes, device=labels.device)
    rows = torch.arange(len(labels), device=labels.device)
    table[rows, labels] = 1.0
    return table
    # END SOLUTION
