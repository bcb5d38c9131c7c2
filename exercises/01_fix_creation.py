"""# Repair six ways to make a tensor

Code written from memory is almost right, and almost right is where the time goes. Some mistakes raise an error that
does not name its cause. Others raise none, and something further down gets a tensor that nobody meant. Here you
practise both: reading errors, and comparing what a line does with what it should do.

Three facts settle most of them. `t.shape`, `t.dtype`, `t.ndim` and `t.device` are **attributes**: no parentheses.
`t.size()` and `t.numel()` are **methods**: parentheses, or you hold the method itself and not its result. No rule
tells which is which. The `*_like` functions, `cat` and `stack` live in the module, `torch.zeros_like(t)`, and not on
the tensor. And options follow the values by name, `dtype=...`.

    >>> t = torch.zeros(2, 3)
    >>> t.ndim()
    Traceback (most recent call last):
      ...
    TypeError: 'int' object is not callable
    >>> t.ndim, t.numel()
    (2, 6)

The starter holds six broken functions. Two raise an error, and have a second mistake behind it. Put each right.

- `whole_seconds(n)`: the int64 numbers 0, 1, ..., n - 1, shape `(n,)`. `n` may be 0. Without `torch.range`, which
  is deprecated: it will be removed from PyTorch.
- `readings(left, right)`: two equally long lists of floats as a float64 tensor of shape `(2, length)`, exact to the
  last digit of the Python numbers.
- `same_shape(a, b)`: True when two tensors have the same shape, otherwise False.
- `as_kind_of(x, other)`: `x` cast to the dtype of `other`. Shape and device stay those of `x`.
- `jittered(x, scale)`: `x`, which holds floats, with a different random number added to every element, uniform from
  `-scale` up to `scale`. Shape, dtype and device stay those of `x`. The numbers come from PyTorch's global
  generator, which you do not seed.
- `with_column(x, column)`: `x` of shape `(N, F)` and `column` of shape `(N, 1)`, joined to `(N, F + 1)`, the column
  last.

No input is changed.

Read more: [`torch.arange`](https://docs.pytorch.org/docs/stable/generated/torch.arange.html),
[`torch.tensor`](https://docs.pytorch.org/docs/stable/generated/torch.tensor.html),
[`torch.rand_like`](https://docs.pytorch.org/docs/stable/generated/torch.rand_like.html),
[`torch.cat`](https://docs.pytorch.org/docs/stable/generated/torch.cat.html)
"""

import torch


def whole_seconds(n: int) -> torch.Tensor:
    """The int64 numbers from 0 to n - 1."""
    # TODO: put this right
    return torch.range(0, n)


def readings(left: list[float], right: list[float]) -> torch.Tensor:
    """The two lists as the rows of a float64 tensor (2, length)."""
    # TODO: put this right
    return torch.tensor([left, right, torch.float64])


def same_shape(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether both tensors have the same shape."""
    # TODO: put this right
    return a.size == b.size


def as_kind_of(x: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """`x` in the dtype of `other`, on its own device."""
    # TODO: put this right
    return x.to(other.dtype())


def jittered(x: torch.Tensor, scale: float) -> torch.Tensor:
    """`x` plus uniform noise from -scale up to scale, another number for every element."""
    # TODO: put this right
    noise = x.rand_like()
    return x + scale * noise


def with_column(x: torch.Tensor, column: torch.Tensor) -> torch.Tensor:
    """`x`, (N, F), and `column`, (N, 1), side by side: (N, F + 1)."""
    # TODO: put this right
    return x.cat(column)
