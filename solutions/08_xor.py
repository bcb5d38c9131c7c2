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

## Why it works

**No line.** To get XOR right, a line needs `b <= 0`, `w1 + b > 0`, `w2 + b > 0` and `w1 + w2 + b <= 0`. The two in the
middle add up to `w1 + w2 + 2*b > 0`, the outer two to `w1 + w2 + 2*b <= 0`. Both cannot be. So three of four is the
best, and training need not even get there: it makes the loss small, not the hits many, and the smallest loss is 0.6931,
the logarithm of 2, with "one half" said four times. Whoever sees a loss stay at 0.693 with two classes should ask what
the model could know at all.

**By hand.** One hidden unit counts the ones: 0, 1, 1, 2. The other, with a bias of -1, is above 0 only for the two.
Count less twice the other is 0, 1, 1, 0, and a bias of -0.5 puts the boundary in between. The hidden layer moves the
four points to places that a line can part; that is what hidden layers are for. Without the ReLU there is no
such place: two linear layers are one.

**By training.** Two ReLU units would do, but starting by chance they often end in a dead corner: a unit that is 0 on
all four points gets no gradient. Eight with tanh give the optimizer room to find a way.

**All lines at once.** `X @ weights.T` holds each line's logit for each point, `(N, L)`; the biases `(L,)` broadcast
along the points, the labels need a column `(N, 1)`.

`layer.weight = torch.tensor(...)` raises, since a module takes only an `nn.Parameter` under that name. So does `copy_`
without `no_grad`, since autograd guards its leaves.

Try next: train `mlp(2)` with ten seeds. How often does it succeed? (Tanh has no dead corner, but some runs come to rest
with "one half" at two points.) And what does `solved_by_hand` say at (0.5, 0.5)?
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
    # BEGIN SOLUTION
    said = X @ weights.T + biases > 0  # (N, 2) @ (2, L) + (L,) -> (N, L)
    hits = said == y.unsqueeze(1)  # (N, L) beside (N, 1)
    return hits.to(X.dtype).mean(dim=0)
    # END SOLUTION


def logistic_regression() -> nn.Module:
    """One linear layer: X (N, 2) to logits (N, 1)."""
    # BEGIN SOLUTION
    return nn.Linear(2, 1)
    # END SOLUTION


def probabilities(model: nn.Module, X: torch.Tensor) -> torch.Tensor:
    """How likely `model` finds class 1 at each point of X (N, ...): (N,)."""
    # BEGIN SOLUTION
    model.eval()
    with torch.no_grad():
        return model(X).squeeze(1).sigmoid()  # (N, 1) -> (N,)
    # END SOLUTION


def solved_by_hand() -> nn.Module:
    """Two hidden units with ReLU and numbers of your choice: X (N, 2) to logits (N, 1) that know XOR."""
    # BEGIN SOLUTION
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
    first, _, last = model
    with torch.no_grad():
        first.weight.copy_(torch.tensor([[1.0, 1.0], [1.0, 1.0]]))  # both count the ones,
        first.bias.copy_(torch.tensor([0.0, -1.0]))  # the second only from two on
        last.weight.copy_(torch.tensor([[1.0, -2.0]]))
        last.bias.copy_(torch.tensor([-0.5]))
    return model
    # END SOLUTION


def mlp(hidden: int = 8) -> nn.Module:
    """`hidden` units with tanh, untrained: X (N, 2) to logits (N, 1)."""
    # BEGIN SOLUTION
    return nn.Sequential(nn.Linear(2, hidden), nn.Tanh(), nn.Linear(hidden, 1))
    # END SOLUTION
