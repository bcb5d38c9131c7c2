"""# Fit a line

Regression is training with numbers for targets, not classes. A line `w * x + b` is the best place to learn it, for you
know which `w` and `b` should come out. The loop is that of 07_training_loop; new is what stands around it: data of the
right shape and dtype, a loss for numbers, and an optimizer of your own making.

The shape comes first. `nn.Linear(1, 1)` takes `X` of shape `(B, 1)`, a column, and returns a column. Targets of shape
`(B,)` beside it do not fail, they broadcast:

    >>> predictions = torch.tensor([[1.0], [2.0], [3.0]])    # (3, 1)
    >>> y = torch.tensor([1.0, 2.0, 3.0])                    # (3,), the same numbers
    >>> nn.functional.l1_loss(predictions, y.unsqueeze(1))
    tensor(0.)
    >>> (predictions - y).abs().mean()                       # the mean of nine differences, not of three
    tensor(0.8889)

Over all pairs, a flat line has the least loss. PyTorch's losses warn of the shapes, and go on.

Write three functions.

`make_batches(x, y, batch_size)`: `x` and `y` are tensors of N numbers each, shape `(N,)`, of any dtype but complex.
Returns a `DataLoader` of batches `(X, y)`, each `(B, 1)` and `float32`, in the order given; the last is shorter when
N is no multiple of `batch_size`. They stay on the device of `x` and `y`.

`fit(model, loader, loss_fn, lr, epochs)` trains `model` for `epochs` epochs and returns the list of the epochs' losses:

- the optimizer is SGD from `torch.optim`, over all of the model's parameters, with learning rate `lr` and nothing else
- the model is in training mode, whatever mode it came in; one step for each batch, with the gradients of that batch
  alone
- `loss_fn(prediction, target)`, in this order, is the mean over a batch. The loss of an epoch is the mean *per
  sample*, each batch's taken before its step, as a Python `float`; `epochs=0` gives `[]`
- batches may hold several features and targets, `(B, features)` and `(B, targets)`. They are where the model is.
  `loader` may be a plain list of batches, too

`recover(x, y, lr, epochs, batch_size)` returns `(w, b)` of the line through the points as two `float`s: it trains a new
`nn.Linear(1, 1)`, on the device of `x`, on the mean *squared* error. With `epochs=0` or `lr=0` you get the layer's
first, random numbers. Do not reseed PyTorch's global generator.

Then meet some well-known numbers: 40 points of `0.7 * x + 0.3`, the mean absolute error, seed 42.

    >>> x = torch.arange(0, 1, 0.02)[:40]
    >>> _ = torch.manual_seed(42)
    >>> model = nn.Linear(1, 1)
    >>> model.weight.item(), model.bias.item()
    (0.7645385265350342, 0.8300079107284546)
    >>> losses = fit(model, make_batches(x, 0.7 * x + 0.3, 40), nn.L1Loss(), lr=0.01, epochs=100)
    >>> model.weight.item(), model.bias.item()
    (0.6690892577171326, 0.31300872564315796)

Read more: [nn.Linear](https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html),
[nn.MSELoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html),
[nn.L1Loss](https://docs.pytorch.org/docs/stable/generated/torch.nn.L1Loss.html),
[torch.optim.SGD](https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html)
"""

from collections.abc import Callable, Iterable

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

Batch = tuple[torch.Tensor, torch.Tensor]


def make_batches(x: torch.Tensor, y: torch.Tensor, batch_size: int) -> Iterable[Batch]:
    """Batches (X, y) of the N numbers in `x` and `y`, both (B, 1) in float32, in their order."""
    raise NotImplementedError("TODO: write make_batches")


def fit(
    model: nn.Module,
    loader: Iterable[Batch],
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    lr: float,
    epochs: int,
) -> list[float]:
    """Train by SGD for `epochs` epochs; the mean loss per sample of each."""
    raise NotImplementedError("TODO: write fit")


def recover(x: torch.Tensor, y: torch.Tensor, lr: float, epochs: int, batch_size: int) -> tuple[float, float]:
    """The (w, b) of the line through the points x (N,), y (N,), found by training."""
    raise NotImplementedError("TODO: write recover")
