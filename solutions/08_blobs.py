"""# Blobs: one logit for each class

Four clouds of points, and for each point the question: which cloud? With more than two classes a model has one output
for each, `(N, classes)`, and the class with the largest logit is its answer. `nn.CrossEntropyLoss` takes these logits
as they are, beside labels `(N,)` of int64 that say which column is the right one:

    >>> logits = torch.tensor([[2.0, 0.0, -1.0, 0.0], [0.0, 0.0, 3.0, 1.0]])    # (2, 4)
    >>> nn.CrossEntropyLoss()(logits, torch.tensor([0, 2]))
    tensor(0.2445)

Labels in float32 or int32, or in a column `(2, 1)`, raise an error. And do four clouds need a bent boundary, as the two
rings did? Build both models and see. Write three functions and a class:

- `class_targets(labels)` makes an int64 tensor `(N,)` of a NumPy array of whole numbers, ints or floats, `(N,)` or
  `(N, 1)`. The array stays as it is.
- `BlobModel(features=2, classes=4, hidden=8, bent=True)` is an `nn.Module` of three `nn.Linear` with biases: `features`
  to `hidden`, to `hidden`, to `classes`. With `bent`, a ReLU follows the first and the second; without, nothing does.
  `X` `(N, features)` gives logits `(N, classes)`.
- `tie_line(layer, a, b)`: where are two classes of a single `nn.Linear(features, classes)` equally likely? Returns the
  pair `(w, c)` of tensors, `(features,)` and `()`, such that for every point x the logit of class `a` less the logit of
  class `b` is `w @ x + c`. They tie where that is 0: with two features, on a line. Gradients may come along.
- `train_and_report(model, train_data, test_data, epochs, lr, every)` trains by plain SGD (no momentum) on the mean
  cross entropy, one step an epoch on all of `train_data`. Both are pairs `(X, y)`, `X` in the model's dtype, `y` as
  above, on the model's device. It returns a list of tuples `(epoch, train_loss, test_loss, test_accuracy)`, one for
  each epoch that `every` divides; the first epoch is 1, so 10 epochs with `every=4` report 4 and 8. `train_loss` is
  the loss that the epoch's step uses, so it belongs to the weights before it; the test's numbers come after the step.
  They are floats, the accuracy from 0 to 1. No sample has two largest logits.

Train in training mode, with the gradients of each epoch alone; test in evaluation mode, recording nothing for
`backward`. No seed is set, and no tensor passed in changes.

Read more: [CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html),
[nn.Identity](https://docs.pytorch.org/docs/stable/generated/torch.nn.Identity.html),
[make_blobs](https://scikit-learn.org/stable/modules/generated/sklearn.datasets.make_blobs.html)

## Why it works

Cross entropy picks the logit of the right class out of each row, so a label is an index: a whole number, and one for
each sample. Tables and scikit-learn hand out floats, columns `(N, 1)` and int32; `reshape(-1)` makes a row of either
shape. Mind that floats of the shape of the logits are taken for probabilities of each class, without an error.

**No bend needed.** Between two classes a linear model ties where one weighted sum equals another, on a line. With four
classes these lines cut the plane into regions with straight sides, one for each class, and clouds that lie apart
need no more. Three linear layers in a row draw no other lines than one does, which is why `bent=False` is right here
and would be hopeless on the rings. Try the simple model first: it tells you what the bends are worth.

`nn.Identity` does nothing and stands in the place of a layer: one `Sequential` serves both models. `bend` is the class,
and each `bend()` a module of its own. A single module in two places would do here, but one with weights would share
them, silently.

**Reports.** A slip often seen is `epoch % 10 == 100`. It is never true: a remainder is smaller than what one divides
by. So a report that never comes looks like training that never ends. `epoch % every == 0` holds for every `every`-th.

**Test labels.** `y_test = y_train` is one slip of the keyboard. When both parts have one size nothing fails: the
accuracy is then about that of chance, and the model gets the blame. Pairs that travel together cannot be mixed up.

The test sets evaluation mode, so training mode is set anew in every epoch.
Try next: move two clouds of one class to opposite corners. Which of the two models still parts them?
"""

import numpy as np
import torch
from torch import nn

Data = tuple[torch.Tensor, torch.Tensor]  # X (N, features) and y (N,)


def class_targets(labels: np.ndarray) -> torch.Tensor:
    """Labels (N,) or (N, 1), whole numbers of any dtype, as an int64 tensor (N,)."""
    # BEGIN SOLUTION
    return torch.from_numpy(labels.astype(np.int64)).reshape(-1)
    # END SOLUTION


# BEGIN SOLUTION
class BlobModel(nn.Module):
    """Points (N, features) to logits (N, classes), with ReLUs between the layers or without."""

    def __init__(self, features: int = 2, classes: int = 4, hidden: int = 8, bent: bool = True) -> None:
        super().__init__()
        bend = nn.ReLU if bent else nn.Identity
        self.layers = nn.Sequential(
            nn.Linear(features, hidden),
            bend(),
            nn.Linear(hidden, hidden),
            bend(),
            nn.Linear(hidden, classes),
        )

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """The logits (N, classes) of X (N, features)."""
        return self.layers(X)


# END SOLUTION
# BEGIN PROMPT
# class BlobModel(nn.Module):
#     """Points (N, features) to logits (N, classes), with ReLUs between the layers or without."""
#
#     def __init__(self, features: int = 2, classes: int = 4, hidden: int = 8, bent: bool = True) -> None:
#         super().__init__()
#         raise NotImplementedError("TODO: write BlobModel.__init__")
#
#     def forward(self, X: torch.Tensor) -> torch.Tensor:
#         """The logits (N, classes) of X (N, features)."""
#         raise NotImplementedError("TODO: write BlobModel.forward")
# END PROMPT


def tie_line(layer: nn.Linear, a: int, b: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The pair w (features,), c () with `logit a - logit b == w @ x + c` at every point x."""
    # BEGIN SOLUTION
    return layer.weight[a] - layer.weight[b], layer.bias[a] - layer.bias[b]
    # END SOLUTION


def train_and_report(
    model: nn.Module, train_data: Data, test_data: Data, epochs: int, lr: float, every: int
) -> list[tuple[int, float, float, float]]:
    """Train; rows (epoch, train_loss, test_loss, test_accuracy) of every `every`-th epoch."""
    # BEGIN SOLUTION
    (X_train, y_train), (X_test, y_test) = train_data, test_data
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    rows = []
    for epoch in range(1, epochs + 1):
        model.train()
        loss = loss_fn(model(X_train), y_train)  # (N, classes) against (N,)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

        if epoch % every == 0:
            model.eval()
            with torch.inference_mode():
                logits = model(X_test)  # (N, classes)
                test_loss = loss_fn(logits, y_test)
                hits = logits.argmax(dim=1) == y_test  # (N,)
            rows.append((epoch, loss.item(), test_loss.item(), hits.float().mean().item()))
    return rows
    # END SOLUTION
