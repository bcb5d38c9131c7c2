"""# Your first gradient

Training a network means nudging its numbers until an error shrinks. A gradient says, for each number, which way
to nudge and how much it matters. PyTorch finds gradients for you: it records every operation on the tensors you
ask it to watch, then walks that record backwards. Here the network is as small as can be, the line
`y = w * x + b`, so that you can verify every gradient with pencil and paper.

`requires_grad=True` asks PyTorch to watch a tensor. `y.backward()` walks back from `y` and leaves in `t.grad`, for
each tensor `t` that you made and asked it to watch, how fast `y` grows when `t` grows:

    >>> t = torch.tensor(2.0, requires_grad=True)
    >>> y = 5 * t + 1
    >>> y.backward()
    >>> t.grad
    tensor(5.)

Write two functions. Their arguments are Python numbers, `int` or `float`. Every tensor you make of them has shape
`()` and dtype `torch.float32`; left alone, `torch.tensor(3)` holds an integer, and integers have no gradients.

`line(x, w, b)`:

- makes a tensor of each number: `w` and `b` require a gradient, the data `x` does not
- computes `y = w * x + b` with those tensors, and walks back from `y` once
- returns the four tensors `(x, w, b, y)`: `w.grad` is dy/dw, `b.grad` is dy/db, and `x.grad` is `None`, for nobody
  watched `x`

`error_gradients(x, w, b, target)`:

- computes `prediction = w * x + b`, then `error`, the square of `prediction - target`; only `w` must be a tensor here
- returns two tensors: the gradient of `error` with respect to `w`, and with respect to `prediction`, both found by
  PyTorch (a formula from paper gives the same numbers, and no check can tell; it would leave you nothing to learn)

There is a catch in the second. `w` is a *leaf*: you made it, so `backward` fills its `.grad`. `prediction` is a
result, and results do not keep their gradient (`prediction.grad` is `None`, with a warning) unless you ask before
`backward`. Look up `retain_grad`. Or look up `torch.autograd.grad`: one call returns the gradients for all the tensors
that you name, as a tuple, and fills no `.grad`. Either will do.

Read more: [Autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html),
[Tensor.backward](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html),
[Tensor.retain_grad](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.retain_grad.html),
[torch.autograd.grad](https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad.html)
"""

import torch


def line(x: float, w: float, b: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """The tensors (x, w, b, y) of y = w * x + b, after y.backward(); each has shape ()."""
    raise NotImplementedError("TODO: write line")


def error_gradients(x: float, w: float, b: float, target: float) -> tuple[torch.Tensor, torch.Tensor]:
    """The gradients of (w * x + b - target) ** 2 with respect to w and to the prediction w * x + b; shape () each."""
    raise NotImplementedError("TODO: write error_gradients")
