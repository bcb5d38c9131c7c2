"""# Gradient descent by hand

A gradient points uphill. So take a small step the other way, and again, and the loss shrinks: that is gradient
descent, and nearly everything that PyTorch trains is trained by it. Here you write it yourself, in the form of
PyTorch's own `torch.optim.SGD`, and check gradients by a method that needs no graph.

    >>> w = torch.tensor(4.0, requires_grad=True)
    >>> for _ in range(3):
    ...     w.grad = None
    ...     (w ** 2).backward()
    ...     with torch.no_grad():
    ...         w -= 0.25 * w.grad
    >>> w
    tensor(0.5000, requires_grad=True)

The **rate** (0.25 here) scales the step. **Momentum** keeps a **velocity** `v` for every parameter, a tensor of its
shape that starts at zero, and each update is

    v = momentum * v + gradient
    w = w - rate * v

Data come in **batches**, and every batch gives one update. An **epoch** is one pass over all batches.

Write four functions, without `torch.optim`. Parameters are watched leaves, and stay so: updates change them in place.

- `numeric_gradient(f, w, eps)`: the gradient of `f` at `w` without autograd. `f` maps a tensor like `w` to a tensor
  of shape `()`. For each element: the value of `f` with `eps` added to that element alone, minus the value with `eps`
  taken off, divided by `2 * eps`.
  The result has the shape, dtype and device of `w`, which is data of any shape with at least one element, contiguous
  or not (`view(-1)` may fail), and stays as it is.
- `count_updates(samples, batch_size, epochs)`: how many updates that makes. The last batch of an epoch may be
  smaller than the others.
- `sgd_step(parameters, velocities, rate, momentum)`: one update of every parameter in the list, from its `.grad`,
  which stays. Afterwards the list `velocities` holds the new velocities (write into its tensors, or replace them).
  A parameter whose `.grad` is None, and its velocity, are left alone.
- `descend(parameters, loss_of, batches, rate, momentum, epochs)`: `loss_of(x, y)` gives the loss of a batch, a tensor
  of shape `()` made from the parameters. For each epoch, for each batch `(x, y)` of the list `batches`, in order:
  one update from the gradient of that batch alone. At the call, old gradients may lie in the parameters, or None.
  Returns a list with the loss of every update, each computed before its step, as Python floats.

Read more: [torch.optim.SGD](https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html),
[Optimizing model parameters](https://docs.pytorch.org/tutorials/beginner/basics/optimization_tutorial.html),
[gradcheck](https://docs.pytorch.org/docs/stable/notes/gradcheck.html)
"""

import math
from collections.abc import Callable

import torch

Batch = tuple[torch.Tensor, torch.Tensor]


def numeric_gradient(f: Callable[[torch.Tensor], torch.Tensor], w: torch.Tensor, eps: float = 1e-3) -> torch.Tensor:
    """The gradient of `f` at `w` by central differences; shape, dtype and device of `w`."""
    raise NotImplementedError("TODO: write numeric_gradient")


def count_updates(samples: int, batch_size: int, epochs: int) -> int:
    """How many updates `epochs` passes over `samples` samples make."""
    raise NotImplementedError("TODO: write count_updates")


def sgd_step(
    parameters: list[torch.Tensor], velocities: list[torch.Tensor], rate: float, momentum: float = 0.0
) -> None:
    """One update of every parameter that has a gradient, in place."""
    raise NotImplementedError("TODO: write sgd_step")


def descend(
    parameters: list[torch.Tensor],
    loss_of: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    batches: list[Batch],
    rate: float,
    momentum: float = 0.0,
    epochs: int = 1,
) -> list[float]:
    """Update the parameters once per batch, `epochs` times over; returns the loss of every update."""
    raise NotImplementedError("TODO: write descend")
