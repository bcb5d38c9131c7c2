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

## Why it works

Between `w + eps` and `w - eps` the errors of second order cancel, so in float64 the central difference is far nearer to
the truth than `(f(w + eps) - f(w)) / eps`. In float32 the rounding of `f`, divided by a small `eps`, drowns the gain:
test gradients in float64. And it costs two calls of `f` per element, a million parameters two million
calls, while one walk back finds all the gradients at once. So this is a tool to test gradients with, and
`torch.autograd.gradcheck` is just that.

An epoch is a pass over the data, not an update: 1000 samples in batches of 32 make 32 updates an epoch, the last one
of 8 samples. "Train for 100" means little until you know of which.

The step is no part of the function to derive, so it is not recorded, and it must change the tensor that the model
holds. `w = w - rate * w.grad` makes a new tensor: the model never sees it, and recorded as it is, it is no leaf.
With constant gradients the velocity grows towards gradient / (1 - momentum), so a momentum of 0.9 makes steps up to
ten times as long; lower the rate when you turn it on. `loss.item()` keeps the number; the tensor would keep the graph.

Try next: call `descend` with a rate ten times too large and look at the losses. From which rate on does it fail
for `w ** 2`, and can you tell why from the update?
"""

import math
from collections.abc import Callable

import torch

Batch = tuple[torch.Tensor, torch.Tensor]


def numeric_gradient(f: Callable[[torch.Tensor], torch.Tensor], w: torch.Tensor, eps: float = 1e-3) -> torch.Tensor:
    """The gradient of `f` at `w` by central differences; shape, dtype and device of `w`."""
    # BEGIN SOLUTION
    slopes = []
    for i in range(w.numel()):
        flat = torch.zeros_like(w.flatten())
        flat[i] = eps
        shift = flat.reshape(w.shape)
        slopes.append((f(w + shift) - f(w - shift)) / (2 * eps))
    return torch.stack(slopes).reshape(w.shape)
    # END SOLUTION


def count_updates(samples: int, batch_size: int, epochs: int) -> int:
    """How many updates `epochs` passes over `samples` samples make."""
    # BEGIN SOLUTION
    return epochs * math.ceil(samples / batch_size)
    # END SOLUTION


def sgd_step(
    parameters: list[torch.Tensor], velocities: list[torch.Tensor], rate: float, momentum: float = 0.0
) -> None:
    """One update of every parameter that has a gradient, in place."""
    # BEGIN SOLUTION
    with torch.no_grad():
        for parameter, velocity in zip(parameters, velocities, strict=True):
            if parameter.grad is not None:
                velocity.copy_(momentum * velocity + parameter.grad)
                parameter -= rate * velocity
    # END SOLUTION


def descend(
    parameters: list[torch.Tensor],
    loss_of: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    batches: list[Batch],
    rate: float,
    momentum: float = 0.0,
    epochs: int = 1,
) -> list[float]:
    """Update the parameters once per batch, `epochs` times over; returns the loss of every update."""
    # BEGIN SOLUTION
    velocities = [torch.zeros_like(parameter) for parameter in parameters]
    losses = []
    for _ in range(epochs):
        for x, y in batches:
            for parameter in parameters:
                parameter.grad = None
            loss = loss_of(x, y)
            loss.backward()
            sgd_step(parameters, velocities, rate=rate, momentum=momentum)
            losses.append(loss.item())
    return losses
    # END SOLUTION
