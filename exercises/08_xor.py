"""# XOR: four points that no line can part

"One or the other, but not both" (exclusive or, XOR) is the smallest question that a linear model cannot answer. That it
cannot, and that two hidden units can, was once a turning point for neural networks. Here you show both.

The four points are `X_XOR` `(4, 2)`, their classes `Y_XOR` `(4,)`: 0, 1, 1, 0. A line is given by weights `w` and a
bias `b`; it says class 1 for a point x where the logit `w @ x + b` is above 0, and class 0 elsewhere. `x1 + x2 > 0.5`
is right for three of the four:

    >>> (X_XOR @ torch.tensor([1.0, 1.0]) - 0.5 > 0).int()
    tensor([0, 1, 1, 1], dtype=torch.int32)

Write five functions. `train` is given: the loop of 08_circles, for a model that makes logits `(N, 1)`. Set
no seed, and change no tensor that is passed in.

- `shares_right(weights, biases, X, y)` judges L lines at once: `weights` `(L, 2)`, `biases` `(L,)`, points `X` `(N, 2)`
  and labels `y` `(N,)`, of 0.0 and 1.0, in one floating dtype on one device. Returns `(L,)` in that dtype: for each
  line the share of points that it is right about. No loop over lines or points: 74,088 lines should be quick.
- `logistic_regression()` (the usual name of a linear model with a sigmoid behind it) returns a module with one
  `nn.Linear` from 2 to 1, with bias, and no other parameters: `X` `(N, 2)` gives logits `(N, 1)`.
- `probabilities(model, X)`: how likely the model finds class 1 at each point, `(N,)`, for a `model` that makes logits
  `(N, 1)`. `torch.sigmoid` makes a probability of a logit, one half of 0. Put the model in evaluation mode (no need to
  put it back); nothing is recorded for `backward`.
- `solved_by_hand()` returns a network that knows XOR without training: `nn.Linear` from 2 to 2, a ReLU, `nn.Linear`
  from 2 to 1. Set all weights and biases yourself so that its four logits have the right signs, 0.1 or more away from
  0. Each call gives the same numbers, and they can be trained on: all parameters require gradients.
- `mlp(hidden=8)` returns an untrained network, weights as `nn.Linear` draws them: `nn.Linear` from 2 to `hidden`,
  *tanh* (a smooth bend between -1 and 1), `nn.Linear` from `hidden` to 1.

`with torch.no_grad():` lets you copy numbers into a parameter: `layer.bias.copy_(torch.tensor([...]))`.

Read more: [broadcasting](https://docs.pytorch.org/docs/stable/notes/broadcasting.html),
[sigmoid](https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html),
[Tensor.copy_](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.copy_.html),
[nn.Tanh](https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanh.html)
"""

import torch
from torch import nn

X_XOR = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y_XOR = torch.tensor([0.0, 1.0, 1.0, 0.0])


def train(model: nn.Module, X: torch.Tensor, y: torch.Tensor, steps: int, lr: float) -> float:
    """Train on all points at once by SGD with momentum, 1 step or more; the loss before the last step."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    model.train()
    for _ in range(steps):
        loss = nn.functional.binary_cross_entropy_with_logits(model(X).squeeze(1), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


def shares_right(weights: torch.Tensor, biases: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The share of the points X (N, 2) with labels y (N,) that each line is right about: (L,)."""
    raise NotImplementedError("TODO: write shares_right")


def logistic_regression() -> nn.Module:
    """One linear layer: X (N, 2) to logits (N, 1)."""
    raise NotImplementedError("TODO: write logistic_regression")


def probabilities(model: nn.Module, X: torch.Tensor) -> torch.Tensor:
    """How likely `model` finds class 1 at each point of X (N, ...): (N,)."""
    raise NotImplementedError("TODO: write probabilities")


def solved_by_hand() -> nn.Module:
    """Two hidden units with ReLU and numbers of your choice: X (N, 2) to logits (N, 1) that know XOR."""
    raise NotImplementedError("TODO: write solved_by_hand")


def mlp(hidden: int = 8) -> nn.Module:
    """`hidden` units with tanh, untrained: X (N, 2) to logits (N, 1)."""
    raise NotImplementedError("TODO: write mlp")
