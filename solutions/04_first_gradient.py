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

## Why it works

`y = w * x + b` has the derivatives dy/dw = x and dy/db = 1, whatever `w` and `b` are: that is what comes back. The
squared error goes through one more step, so the chain rule multiplies: d error / d prediction = 2 (prediction -
target), and d error / d w is that times x. With `torch.autograd.grad`, ask for both in one call: a second call finds
that the first has freed the record.

A tensor may show `None` for its gradient for four reasons: nobody called `backward` yet, it does not require a
gradient (`x`), it is not a leaf (`prediction`), or the result was not made from it. A sneaky case of the third is
`torch.tensor(3.0, dtype=torch.float64, requires_grad=True).float()`: a cast is an operation too, so what it returns is
a result, and no longer the leaf. The fourth comes about by taking a number out of a watched tensor (`.item()`,
`float(w)`) and going on with it, or by a fresh `torch.tensor(...)` half way: that breaks the record. Plain numbers
beside a watched tensor, as in `w * 3.0`, do no harm.

Try next: call `y.backward()` a second time. Which error comes, and what does `retain_graph=True` change about `w.grad`?
"""

import torch


def line(x: float, w: float, b: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """The tensors (x, w, b, y) of y = w * x + b, after y.backward(); each has shape ()."""
    # BEGIN SOLUTION
    x_tensor = torch.tensor(x, dtype=torch.float32)
    w_tensor = torch.tensor(w, dtype=torch.float32, requires_grad=True)
    b_tensor = torch.tensor(b, dtype=torch.float32, requires_grad=True)
    y = w_tensor * x_tensor + b_tensor
    y.backward()
    return x_tensor, w_tensor, b_tensor, y
    # END SOLUTION


def error_gradients(x: float, w: float, b: float, target: float) -> tuple[torch.Tensor, torch.Tensor]:
    """The gradients of (w * x + b - target) ** 2 with respect to w and to the prediction w * x + b; shape () each."""
    # BEGIN SOLUTION
    w_tensor = torch.tensor(w, dtype=torch.float32, requires_grad=True)
    prediction = w_tensor * x + b
    prediction.retain_grad()  # a result gives its gradient away unless asked to keep it
    error = (prediction - target) ** 2
    error.backward()
    return w_tensor.grad, prediction.grad
    # END SOLUTION
