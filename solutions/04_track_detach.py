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

## Why it works

`t.is_leaf` alone does not tell a leaf: it is True for everything that is not watched, too. `requires_grad` and
`grad_fn` together do. What is computed under `no_grad` is data even if all its inputs were watched (but a mere view of
a watched tensor, like `w.view_as(w)`, stays watched there: `detach` it). An in-place change there is not recorded, so
a leaf stays a leaf.

`model(x).detach()` returns the same data as `evaluate`, but records first and throws away afterwards. And
`torch.set_grad_enabled(False)` without a `with` switches recording off for the rest of the program. What comes out of
`inference_mode` may be added to a watched tensor, but not multiplied with one: a product must remember both factors. A
loss that you
add up over a whole epoch without `.item()` or `.detach()` is the same waste in another place: the sum keeps the graph
of every step.

`detach` shares the memory, `clone` stays in the graph: a snapshot needs both. `no_grad` is no write protection
either: it is the very place where weights are changed, by you and by every optimizer. PyTorch counts the writes to a
tensor, so a graph that needs the old values raises rather than compute wrong gradients. `w.data` escapes that count,
which is why old code that uses it can be wrong in silence.

Try next: descend on `target_loss` with the `detach` and without it. Without it, one `w` makes the two products agree
whatever the data are. Which one, and why do networks that learn from their own predictions collapse that way?
"""

from collections.abc import Callable

import torch


def kind(t: torch.Tensor) -> str:
    """Whether `t` is "data", a "leaf" or a "result"."""
    # BEGIN SOLUTION
    if t.grad_fn is not None:
        return "result"
    return "leaf" if t.requires_grad else "data"
    # END SOLUTION


def evaluate(model: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """What `model` makes of `x`, with nothing recorded."""
    # BEGIN SOLUTION
    with torch.no_grad():
        return model(x)
    # END SOLUTION


def snapshot(t: torch.Tensor) -> torch.Tensor:
    """The values of `t` as they are now, as data in memory of its own; same shape and dtype."""
    # BEGIN SOLUTION
    return t.detach().clone()
    # END SOLUTION


def target_loss(w: torch.Tensor, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The mean squared difference of a @ w and the constant target b @ w; w (F,), a and b (N, F), result ()."""
    # BEGIN SOLUTION
    target = b @ w.detach()  # (N,)
    return ((a @ w - target) ** 2).mean()
    # END SOLUTION


def clip_(w: torch.Tensor, limit: float) -> None:
    """Limit the elements of the leaf `w` to [-limit, limit], in place."""
    # BEGIN SOLUTION
    with torch.no_grad():
        w.clamp_(-limit, limit)
    # END SOLUTION
