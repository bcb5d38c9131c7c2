"""# When a reshape shares memory

A tensor is two things: a block of memory, its **storage**, and a rule for walking through it, its shape and strides
(how far to step for the next element of each dimension). Reshaping changes only the rule when it can. The result is
a **view**: it costs nothing, however large the tensor is, and whatever you write into it shows up in the original.
When no rule fits the new shape, `view` refuses and `reshape` quietly copies. Code that expects a view and gets a copy,
or the reverse, is wrong, and no error says so.

    >>> x = torch.arange(6)
    >>> table = x.view(2, 3)  # the same storage
    >>> table[0, 0] = 100
    >>> x
    tensor([100,   1,   2,   3,   4,   5])
    >>> copy = table.T.reshape(6)  # column by column: no stride can do that, so this is a copy
    >>> copy[0] = 0
    >>> x[0]
    tensor(100)

`x.data_ptr()` is the address of `x`'s first element. The storage, `x.untyped_storage()`, has an address of its own.
`x.clone()` always copies. A tensor is **contiguous** when its elements lie in memory row by row, the last dimension
fastest, without gaps.

Write four functions, each with its own promise. Tensors have at least one element. The three that reshape keep the
elements in order (row by row, the last dimension fastest), keep dtype and device, leave `x` as it was, and let
gradients flow back to it.

- `same_storage(a, b)`: True when both tensors stand on the same storage, also where they show different parts of
  it, as `x[:2]` and `x[2:]` do; otherwise False. Equal values alone mean nothing. Neither tensor is changed.
- `flatten_batch(x)`: from `(B, ...)`, at least two dimensions, to `(B, F)`: one row per sample, whatever the other
  dimensions are. It shares `x`'s storage whenever a view of that shape exists (it does for `x[::2]`, although that
  is not contiguous) and copies only when none does.
- `shared_rows(x, width)`: all elements of `x` as rows of `width`, shape `(N, width)`, always on `x`'s storage. When
  no view can do that, it raises RuntimeError. `x` is of any shape; its number of elements is a multiple of `width`.
- `own_rows(x, width)`: the same table, always in memory of its own: a write to one never shows in the other.

Read more: [Tensor views](https://docs.pytorch.org/docs/stable/tensor_view.html),
[`reshape`](https://docs.pytorch.org/docs/stable/generated/torch.reshape.html),
[`Tensor.view`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.view.html),
[`Tensor.untyped_storage`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.untyped_storage.html)
"""

import torch


def same_storage(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether `a` and `b` stand on the same storage."""
    raise NotImplementedError("TODO: write same_storage")


def flatten_batch(x: torch.Tensor) -> torch.Tensor:
    """From (B, ...) to (B, F), as a view where there is one."""
    raise NotImplementedError("TODO: write flatten_batch")


def shared_rows(x: torch.Tensor, width: int) -> torch.Tensor:
    """The elements of `x` as (N, width), on the storage of `x`; raises RuntimeError when no view can do that."""
    raise NotImplementedError("TODO: write shared_rows")


def own_rows(x: torch.Tensor, width: int) -> torch.Tensor:
    """The elements of `x` as (N, width), in memory of its own."""
    raise NotImplementedError("TODO: write own_rows")
