"""# To record or not to record

Whatever you compute from a watched tensor carries its history along, and the history keeps every tensor alive that a
walk back may need. When you only look at results, that is memory for nothing; when you change a weight by hand, it is
an error; and sometimes part of a loss must stay out of the walk. So know how to stop the recording, and what that does
*not* do.

A tensor is one of three things. **Data** is not watched. A **leaf** is watched and stands at the beginning, like a
weight. A **result** was computed from watched tensors, and its `grad_fn` tells how. (PyTorch's own word is wider: for
data, too, `is_leaf` is True. Here a leaf is always watched.) `with torch.no_grad():` stops the recording inside its
block; `t.detach()` gives you `t` as data. Neither copies, neither protects:

    >>> w = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> alias = w.detach()
    >>> with torch.no_grad():
    ...     w += 10
    >>> alias
    tensor([11., 12.])

Write five functions:

- `kind(t)`: which of the three `t` is: `"data"`, `"leaf"` or `"result"`.
- `evaluate(model, x)`: calls the function `model` once with `x`, records nothing of what it computes, and returns what
  it returns. Recording is on or off afterwards as it was before, also when `model` raises. The result is ordinary data,
  fit for any later computation; that of
  [`inference_mode`](https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad_mode.inference_mode.html),
  the stricter relative of `no_grad`, is not.
- `snapshot(t)`: the values of `t` now, as data that no later change of `t` shows in. `t` is of any kind.
- `target_loss(w, a, b)`: the mean of the squared differences of `a @ w` and `b @ w`, shape `()`. Here `b @ w` is a
  target, a constant: gradients flow into `w` through `a @ w` alone. `w` is a leaf of shape `(F,)`, `a` and `b` are data
  of shape `(N, F)`.
- `clip_(w, limit)`: changes the leaf `w`, of any shape, in place: elements above `limit` become `limit`, those below
  `-limit` become `-limit`. `w` stays a leaf, with the gradient it has. If a loss was computed from `w ** 2` before,
  walking back from it must raise RuntimeError. PyTorch sees to that, unless you change `w` behind its back.

None of them changes its inputs, but for `clip_` and the values of `w`.

Read more: [Tensor.detach](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach.html),
[no_grad](https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad_mode.no_grad.html),
[Locally disabling gradient computation](https://docs.pytorch.org/docs/stable/notes/autograd.html#locally-disabling-gradient-computation)
"""

from collections.abc import Callable

import torch


def kind(t: torch.Tensor) -> str:
    """Whether `t` is "data", a "leaf" or a "result"."""
    raise NotImplementedError("TODO: write kind")


def evaluate(model: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """What `model` makes of `x`, with nothing recorded."""
    raise NotImplementedError("TODO: write evaluate")


def snapshot(t: torch.Tensor) -> torch.Tensor:
    """The values of `t` as they are now, as data in memory of its own; same shape and dtype."""
    raise NotImplementedError("TODO: write snapshot")


def target_loss(w: torch.Tensor, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The mean squared difference of a @ w and the constant target b @ w; w (F,), a and b (N, F), result ()."""
    raise NotImplementedError("TODO: write target_loss")


def clip_(w: torch.Tensor, limit: float) -> None:
    """Limit the elements of the leaf `w` to [-limit, limit], in place."""
    raise NotImplementedError("TODO: write clip_")
