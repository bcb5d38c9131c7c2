"""# Five walks that go wrong

Every training loop breaks in one of a few ways, and everyone who writes PyTorch has met them all. Some end with an
error whose words say little until you know them. The worse ones run to the end with wrong gradients. Here are five
functions with such mistakes in them: run each, see what happens, and put it right.

The quickest way to silence "does not require grad" is to ask for a gradient on the spot, and it mends nothing:

    >>> w = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> loss = torch.tensor((w ** 2).sum().item(), requires_grad=True)
    >>> loss.backward()
    >>> print(w.grad)
    None

There is nothing recorded between `w` and this `loss`. So look for the place where the record breaks off.

What the five should do (`w` is a watched leaf `(F,)`, a batch is `x (N, F)` with `y (N,)`, all of one dtype;
`squared_errors` is given and right):

- `slope(f, at)`: returns a Python float: how fast `f` grows at `at`, an int or a float, found by walking back. `f` maps
  a tensor of shape `()` to another. Broken: an error.
- `mean_error_gradient(w, x, y)`: the gradient of the mean squared error, `(F,)`. `w.grad` is None before. Broken: an
  error for `N` above 1.
- `penalised_loss(w, x, y, strength)`: the mean squared error plus `strength` times the sum of the squares of `w`, shape
  `()`; whoever walks back from it gets the gradient of all of it. Broken: the value is right, the gradient is not.
- `fit(w, x, y, rate, steps)`: does the following `steps` times: take `rate` times the gradient of the mean squared
  error off `w`, in place. `w` stays a leaf, and an old gradient in `w.grad` does not count. Broken: silent with one
  step, an error in the second, and behind that another mistake.
- `smoothed_losses(w, batches, rate)`: one such update per batch, each from that batch's mean squared error alone.
  Returns a list of Python floats, one per batch: `s` starts at 0 and becomes `0.9 * s + 0.1 * loss`, with the loss
  before the update. An old gradient does not count. Broken: an error in the second batch, and behind that two more
  mistakes.

`x`, `y` and, except for the last two, the values of `w` stay as they are.

Read more: [Autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html),
[Tensor.backward](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html),
[PyTorch FAQ](https://docs.pytorch.org/docs/stable/notes/faq.html)
"""

from collections.abc import Callable

import torch


def squared_errors(w: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """How far the prediction x @ w is from y, squared, for each sample; shape (N,)."""
    return (x @ w - y) ** 2


def slope(f: Callable[[torch.Tensor], torch.Tensor], at: float) -> float:
    """The derivative of `f` at the number `at`."""
    # TODO: put this right
    t = torch.tensor(at)
    f(t).backward()
    return t.grad.item()


def mean_error_gradient(w: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The gradient of the mean squared error at `w`, shape (F,)."""
    # TODO: put this right
    errors = squared_errors(w, x, y)
    errors.backward()
    return w.grad


def penalised_loss(w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, strength: float) -> torch.Tensor:
    """The mean squared error plus `strength` times the sum of the squares of `w`, shape ()."""
    # TODO: put this right
    penalty = sum(weight.item() ** 2 for weight in w)
    return squared_errors(w, x, y).mean() + strength * penalty


def fit(w: torch.Tensor, x: torch.Tensor, y: torch.Tensor, rate: float, steps: int) -> None:
    """Make `steps` steps of gradient descent on the mean squared error, changing `w` in place."""
    # TODO: put this right
    for _ in range(steps):
        loss = squared_errors(w, x, y).mean()
        loss.backward()
        w = w - rate * w.grad


def smoothed_losses(w: torch.Tensor, batches: list[tuple[torch.Tensor, torch.Tensor]], rate: float) -> list[float]:
    """Update `w` once per batch, in place; returns the smoothed loss after each batch."""
    # TODO: put this right
    smooth = 0.0
    history = []
    for x, y in batches:
        w.grad = None
        loss = squared_errors(w, x, y).mean()
        smooth = 0.9 * smooth + 0.1 * loss
        smooth.backward()
        with torch.no_grad():
            w -= rate * w.grad
        history.append(smooth)
    return history
