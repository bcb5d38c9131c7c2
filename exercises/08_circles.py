"""# Circles: where no line will do

Two rings of points, one inside the other, each a class. Anybody can see which is which, and no straight line
parts them. A straight line is all that a linear model has to offer: its *decision boundary*, where its answer changes
from one class to the other, is one. With ReLUs between the layers the boundary may bend.

A model for two classes needs one output, the **logit** of class 1: above 0 it says class 1, below 0 class 0. A batch
gives `(N, 1)`, and labels come as `(N,)`. `nn.BCEWithLogitsLoss` refuses such a pair. Other code does not:

    >>> said = torch.tensor([[1.0], [0.0], [1.0]])    # (3, 1)
    >>> y = torch.tensor([1.0, 0.0, 1.0])             # (3,), the same answers
    >>> said == y
    tensor([[ True, False,  True],
            [False,  True, False],
            [ True, False,  True]])

All three are right, and five ninths of that table are True. `squeeze(1)` makes `(3,)` of `said`.

Write five functions. N is 1 or more. No seed is set, and no tensor passed in changes.

- `circles(samples, noise, seed)` takes both arrays from `make_circles(samples, noise=noise, random_state=seed)`, whose
  rows are shuffled already (leave their order), and returns `X_train, X_test, y_train, y_test`, in this order. The
  first `samples * 4 // 5` rows are for training, the others for testing. X is `(N, 2)` and y `(N,)`, both `float32`:
  the loss wants labels that are 0.0 and 1.0.
- `linear_model(hidden=5)` returns a module of two `nn.Linear` with biases, 2 to `hidden` to 1, and nothing between.
- `curved_model(hidden=16)`: three `nn.Linear`, 2 to `hidden` to `hidden` to 1, a ReLU after the first and the second.
  From X `(N, 2)` both models make logits `(N, 1)`.
- `accuracy(logits, y)` of logits `(N, 1)` and labels `(N,)`: the share of right answers from 0 to 1, a Python `float`.
  No logit is exactly 0.
- `fit(model, X, y, epochs, lr)` trains `model`, which makes `(N, 1)` of `X`, on `BCEWithLogitsLoss` and returns the
  losses, a list of `float`s. Each epoch is one step on all of the data. Its loss is the mean over the data, before the
  step. Training mode; SGD with `lr` and `momentum=0.9`; the gradients of each epoch alone. Model, `X` and `y` share a
  device and a floating dtype.

Then `tutor` shows what each model makes of the rings: `.` where it says class 1, with the points, `o` and `x`, upon it.

Read more: [BCEWithLogitsLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html),
[squeeze](https://docs.pytorch.org/docs/stable/generated/torch.squeeze.html),
[make_circles](https://scikit-learn.org/stable/modules/generated/sklearn.datasets.make_circles.html)
"""

import torch
from sklearn.datasets import make_circles
from torch import nn


def circles(samples: int, noise: float, seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Two rings as X_train, X_test, y_train, y_test: X (N, 2), y (N,), all float32."""
    raise NotImplementedError("TODO: write circles")


def linear_model(hidden: int = 5) -> nn.Module:
    """Two linear layers: X (N, 2) to logits (N, 1)."""
    raise NotImplementedError("TODO: write linear_model")


def curved_model(hidden: int = 16) -> nn.Module:
    """Three linear layers with ReLUs between: X (N, 2) to logits (N, 1)."""
    raise NotImplementedError("TODO: write curved_model")


def accuracy(logits: torch.Tensor, y: torch.Tensor) -> float:
    """The share of logits (N, 1) that say the labels y (N,)."""
    raise NotImplementedError("TODO: write accuracy")


def fit(model: nn.Module, X: torch.Tensor, y: torch.Tensor, epochs: int, lr: float) -> list[float]:
    """Train on X (N, ...) and y (N,), all at once in each epoch; the losses."""
    raise NotImplementedError("TODO: write fit")
