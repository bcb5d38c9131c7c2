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

## Why it works

Two linear layers in a row are one (06_sequential_vs_module), with any number of hidden units: the logit is
`w1*x1 + w2*x2 + b`, and where it is 0 there is a line. The best line cuts off a part of the outer ring and gets about
60 % right; training ends near 50 %, since the loss is lowest where the model says about "one half" everywhere. More
epochs or more units change nothing: the model *underfits*. A ReLU per unit adds one crease to the surface, and sixteen
are plenty for a ring.

**Shapes.** `squeeze(1)` drops the one dimension that you mean. `squeeze()` drops all of size 1, and the batch with
it when there is one sample. `y.unsqueeze(1)` is as good. Where a loss is written by hand, `(N, 1)` against `(N,)` is
`(N, N)`: each logit is pulled towards every label, and the loss comes to rest near 0.693, as if the model were at
fault.

**Dtypes.** scikit-learn's features are float64 and its labels int64, weights are float32, and this loss computes
with its labels. So both are cast, once.

**Names.** Four tensors that differ in two letters are mixed up easily. A slip seen often: `x_test` for `X_test`. With
luck it raises NameError, and in a notebook it may be an older variable that is still around.

**Momentum** carries the steps through long flat stretches: without it 300 epochs are too few here, for most first
weights.

Try next: give `linear_model` the features `x1**2` and `x2**2` instead. Why is a line enough now?
"""

import torch
from sklearn.datasets import make_circles
from torch import nn


def circles(samples: int, noise: float, seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Two rings as X_train, X_test, y_train, y_test: X (N, 2), y (N,), all float32."""
    # BEGIN SOLUTION
    points, labels = make_circles(samples, noise=noise, random_state=seed)  # float64 (samples, 2), int64 (samples,)
    X = torch.from_numpy(points).float()
    y = torch.from_numpy(labels).float()
    cut = samples * 4 // 5
    return X[:cut], X[cut:], y[:cut], y[cut:]
    # END SOLUTION


def linear_model(hidden: int = 5) -> nn.Module:
    """Two linear layers: X (N, 2) to logits (N, 1)."""
    # BEGIN SOLUTION
    return nn.Sequential(nn.Linear(2, hidden), nn.Linear(hidden, 1))
    # END SOLUTION


def curved_model(hidden: int = 16) -> nn.Module:
    """Three linear layers with ReLUs between: X (N, 2) to logits (N, 1)."""
    # BEGIN SOLUTION
    return nn.Sequential(
        nn.Linear(2, hidden),
        nn.ReLU(),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Linear(hidden, 1),
    )
    # END SOLUTION


def accuracy(logits: torch.Tensor, y: torch.Tensor) -> float:
    """The share of logits (N, 1) that say the labels y (N,)."""
    # BEGIN SOLUTION
    said = (logits > 0).squeeze(1)  # (N, 1) -> (N,)
    return (said == y).float().mean().item()
    # END SOLUTION


def fit(model: nn.Module, X: torch.Tensor, y: torch.Tensor, epochs: int, lr: float) -> list[float]:
    """Train on X (N, ...) and y (N,), all at once in each epoch; the losses."""
    # BEGIN SOLUTION
    loss_fn = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    model.train()
    losses = []
    for _ in range(epochs):
        logits = model(X).squeeze(1)  # (N, 1) -> (N,)
        loss = loss_fn(logits, y)

        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

        losses.append(loss.item())
    return losses
    # END SOLUTION
