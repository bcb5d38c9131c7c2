"""# Matrix products and the linear layer

Nearly all the work of a neural network is matrix products, and many of a beginner's shape errors come from a matrix
the wrong way round. In `a @ b` every row of `a` meets every column of `b`: the two are multiplied
element by element and summed. So the inner dimensions must agree and vanish, and the outer ones remain: `(N, K) @
(K, M)` is `(N, M)`.

    >>> a = torch.tensor([[1, 2, 3], [4, 5, 6]])  # (2, 3)
    >>> b = torch.tensor([[1], [0], [2]])  # (3, 1)
    >>> a @ b  # (2, 1): 1*1 + 2*0 + 3*2 and 4*1 + 5*0 + 6*2
    tensor([[ 7],
            [16]])

With more than two dimensions, `@` multiplies the last two and keeps those before as a batch: `(B, N, K) @ (B, K,
M)` is B products, `(B, N, M)`. To turn a matrix round, swap its last two dimensions: `w.mT`, or `w.T` where there
are only two.

Write three functions. Results have the dtype and device of the inputs, which stay as they were. (The checks use the
device "meta", too: its tensors have a shape and no values.) Compute with tensors from end to end: chapter 04 walks
such computations backwards to find the *gradients* of every input, and what went through Python numbers is lost to it.
Writing into a new tensor by index is fine.

- `product_by_loops(a, b)`: the product of `a` `(N, K)` and `b` `(K, M)`, written out with Python loops, indexing,
  `*`, `+` and sums. Not allowed: `@` and whatever multiplies and sums for you in one call (`matmul`, `mm`, `mv`, `dot`,
  `inner`, `einsum`, `tensordot`, `addmm`, linear layers, convolutions). When the inner dimensions differ, it raises
  ValueError. Works for int64 as well.
- `scores(queries, keys)`: from `(B, N, D)` and `(B, M, D)`, the dot product (the sum
  of the products) of every query with every key of the same batch entry, `(B, N, M)`. Any route,
  no Python loop.
- `linear(x, weight, bias=None)`: a linear layer by hand. `weight` is stored as `nn.Linear` stores it, `(out, in)`,
  one row for each output. `x` is `(in,)`, `(N, in)` or has more dimensions before the last; the result has `out` in
  place of `in`. `bias` `(out,)` is added unless it is None. Not allowed: `nn.Linear` and
  `torch.nn.functional.linear`.

No size is 0.

Read more: [`torch.matmul`](https://docs.pytorch.org/docs/stable/generated/torch.matmul.html),
[`nn.Linear`](https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html)
"""

import torch


def product_by_loops(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The matrix product of a (N, K) and b (K, M), as (N, M); raises ValueError when the inner dimensions differ."""
    raise NotImplementedError("TODO: write product_by_loops")


def scores(queries: torch.Tensor, keys: torch.Tensor) -> torch.Tensor:
    """The dot products of queries (B, N, D) with keys (B, M, D), as (B, N, M)."""
    raise NotImplementedError("TODO: write scores")


def linear(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """The linear layer with weight (out, in) and bias (out,) applied to x (..., in), as (..., out)."""
    raise NotImplementedError("TODO: write linear")
