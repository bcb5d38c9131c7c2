"""# Gradients add up

`backward` does not store a gradient: it adds it to whatever `.grad` holds already. PyTorch never clears `.grad` on
its own. Forget that, and every training step uses the sum of all gradients so far, without any error. Use it, and you
can train on more data than fits into memory, a piece at a time.

    >>> w = torch.tensor(3.0, requires_grad=True)
    >>> square = w ** 2
    >>> square.backward(retain_graph=True)
    >>> w.grad
    tensor(6.)
    >>> square.backward()
    >>> w.grad
    tensor(12.)

The other thing to see here is `retain_graph`. The record of operations that `backward` walks is the **graph**. While
walking, `backward` frees the values that the graph remembers, as `w ** 2` must remember `w`. So a second walk through
such a graph raises RuntimeError, unless the walk before it was asked to retain the graph. (A graph without values to
remember, as of `w + 1`, can be walked again and again.)

Clear a gradient with `w.grad = None`; the next `backward` then makes a new tensor. `w.grad.zero_()` writes zeros
into the old one, and fails while there is none.

Write three functions. `w` is a watched leaf of shape `(F,)`; a **batch** is a pair `(x, y)` of shapes `(N, F)` and
`(N,)`. There is at least one batch, each with an `N` of its own, at least 1. `squared_errors` is written for you. In
`w.grad` there may be an old gradient before the call, or None. The values of `w`, `x` and `y` stay as they are.

- `walk_back(loss, times)`: does the same as `times` walks back from `loss`, of shape `()`: its gradient is added to the
  `.grad` of every leaf behind it `times` times over, at least once. Afterwards the graph is freed, as after a plain
  `backward()`.
- `gradients(w, batches)`: a list with one tensor of shape `(F,)` per batch, the gradient of the **mean** of that
  batch's squared errors alone. These tensors never change afterwards, whatever happens to `w.grad`, which may hold
  anything when you return.
- `mean_gradient(w, batches)`: leaves in `w.grad` the gradient of the mean squared error over **all samples of all
  batches**, the old gradient not included. `batches` is an iterator: it can be read once, and there may be more than
  memory holds, so let go of a batch, and of its graph, before you work on the next one.

Read more: [Tensor.backward](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html),
[Tensor.grad](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.grad.html),
[Autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html)

## Why it works

The gradient of a sum is the sum of the gradients. That is why `.grad` adds: two losses, or two uses of one weight,
each bring their part. The price is that you say where a new sum begins. An optimizer's `zero_grad()` does just that,
for all its parameters, and it too sets `.grad` to None.

The list of `gradients` shows a trap. `found.append(w.grad)` keeps the very tensor that the next `backward` adds to,
and that `zero_()` clears: all entries end up as one and the same tensor. Handing the tensor over and setting
`w.grad = None` keeps each by itself; a `clone()` does too.

A mean of the batches' means is the mean over the samples only if all batches are of one size. So sum the errors, let
the gradients add up, and divide once at the end. And call `backward` for each batch: adding the losses first and
walking back once gives the same numbers, but keeps every batch in memory until then.

`(loss * times).backward()` does the work of `walk_back` in a single walk, for the gradient of a multiple is the
multiple of the gradient. Retaining the graph of the last walk would do no harm to the numbers; it only holds memory
for a walk that never comes. In training loops, an error about a second backward nearly always means that something of
the previous step was carried along, and `retain_graph=True` would only hide that.

Try next: give `squared_errors(w, x, y).sum()` to `torch.autograd.grad` together with `w`. What happens to `w.grad`?
"""

from collections.abc import Iterable, Iterator

import torch

Batch = tuple[torch.Tensor, torch.Tensor]  # x (N, F) and y (N,)


def squared_errors(w: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """How far the prediction x @ w is from y, squared, for each sample; shape (N,)."""
    return (x @ w - y) ** 2


def walk_back(loss: torch.Tensor, times: int) -> None:
    """Add the gradient of `loss` to its leaves `times` times; the graph is freed afterwards."""
    # BEGIN SOLUTION
    for _ in range(times - 1):
        loss.backward(retain_graph=True)
    loss.backward()
    # END SOLUTION


def gradients(w: torch.Tensor, batches: Iterable[Batch]) -> list[torch.Tensor]:
    """The gradient of each batch's mean squared error by itself, shape (F,) each."""
    # BEGIN SOLUTION
    found = []
    w.grad = None
    for x, y in batches:
        squared_errors(w, x, y).mean().backward()
        found.append(w.grad)
        w.grad = None  # the tensor is the list's now; the next backward makes another
    return found
    # END SOLUTION


def mean_gradient(w: torch.Tensor, batches: Iterator[Batch]) -> None:
    """Leave in w.grad the gradient of the mean squared error over all samples of all batches, shape (F,)."""
    # BEGIN SOLUTION
    w.grad = None
    samples = 0
    for x, y in batches:
        squared_errors(w, x, y).sum().backward()
        samples += len(y)
    w.grad /= samples
    # END SOLUTION
