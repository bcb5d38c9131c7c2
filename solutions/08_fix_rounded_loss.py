"""# Losses of rounded predictions

What counts in the end is how often the label is right. So why not train on the labels? Because a label is a stair: it
stays the same while the logit moves a little, and then jumps. A gradient asks what a little move changes: nothing.

    >>> z = torch.tensor([0.3], requires_grad=True)
    >>> z.sigmoid().round().sum().backward()
    >>> z.grad                               # no error, and nothing to learn
    tensor([0.])
    >>> logits = torch.tensor([[0.3, 0.1]], requires_grad=True)
    >>> logits.argmax(dim=1).requires_grad   # whole numbers have no gradient at all
    False

The model learns from the **loss, of logits**. People read the **accuracy, of labels**. Both begin at the logits and
then part. The four functions below mix them up. Run one, then make each do what is written here.

    model = nn.Sequential(nn.Linear(2, 1), nn.Flatten(0))    # logits (N,)
    X, y = torch.randn(8, 2), torch.tensor([0.0, 1.0] * 4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    print(binary_step(model, X, y, optimizer), model[0].weight, model[0].weight.grad)

- `binary_step(model, X, y, optimizer)`: one step of training, with the mean binary cross entropy. `model(X)` gives a
  logit per sample, `(N,)`; `y` `(N,)` holds 0.0 and 1.0, in the dtype of the logits. Return `(loss, accuracy)`.
- `class_step(model, X, y, optimizer)`: the same for several classes, with the mean cross entropy. `model(X)` gives
  logits `(N, C)`; `y` is `(N,)`, int64.
- `measure(model, X, y)`: `(loss, accuracy)` of a model and `y` as in `binary_step`, in evaluation mode, without a step.
  Nothing is recorded; the weights, buffers and gradients of the model do not change. It may stay in evaluation mode.
- `train_until(model, X, y, optimizer, goal, most_steps)`: steps on a model and `y` as in `class_step`. Before each step
  it looks at the accuracy of the logits that the step would learn from, and stops if that is at least `goal`: 9 of 10
  reach 0.9, none reach 1.1. Return how many steps were taken, an `int`, at most `most_steps`, which is 0 or more.

Loss and accuracy are Python `float`s, those of a step from before it. Accuracy is the share of right labels, 0 to 1.
Labels are those of 08_logits_to_labels: 1 where a single logit is 0 or more; the class of the highest of several, the
first if they are equal.

Training is done in training mode, whatever mode the model comes in; old gradients may lie in it, and do not count. All
is on one device, with N at least 1; `X` and `y` do not change. Logits are of ordinary size.

Read more: [BCEWithLogitsLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html),
[CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html)

## Why it works

**round** has a gradient, and it is 0. The optimizer steps with zeros, the loss is the same each time, and no message
says why. An accuracy that stays at 50 % may be this, and not a model that is too small: look whether weights move.

**argmax** and comparisons give whole numbers and booleans, which have no gradient; here PyTorch complains. Its messages
can be obeyed one by one, `.float()` for the labels, `.float()` for `y`, `.requires_grad_()` at last, until nothing
is left to complain about and nothing is left to learn either: the new leaf has a gradient, the weights behind it
have none. `torch.tensor(loss, requires_grad=True)` is the same in one go. Whoever needs it has lost the graph before.

**The test loss** needs no gradient, and is wrong all the same. `BCEWithLogitsLoss` takes labels for logits: a
logit of 1 is a probability of 0.73, one of 0 is 0.5. A perfect model gets 0.31 for each sample of class 1 and 0.69 for
each of class 0, so curves of training and test cannot be compared.

**At least** 0.9 is a matter of digits: 9 of 10 is 0.8999999762 in float32, so `.float().mean().item() >= 0.9` is False.
Count, and divide Python's numbers.

**Accuracy** may decide when to stop, which run was best, what to report; it cannot tell a weight where to go. A loss
that can is a smooth stand-in, and goes on falling when all labels are right: the model becomes surer.

Try next: plot the binary cross entropy over logits from -4 to 4 for y = 1, and beside it 1 where the label is wrong.
How far is one from the other?
"""

import torch
from torch import nn


def binary_step(
    model: nn.Module, X: torch.Tensor, y: torch.Tensor, optimizer: torch.optim.Optimizer
) -> tuple[float, float]:
    """One step with the binary cross entropy of logits (N,); loss and accuracy from before it."""
    # BEGIN SOLUTION
    model.train()
    logits = model(X)  # (N,)
    loss = nn.functional.binary_cross_entropy_with_logits(logits, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    hits = (logits >= 0) == (y == 1)  # (N,)
    return loss.item(), hits.sum().item() / len(y)
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # model.train()
    # predictions = torch.sigmoid(model(X)).round()
    # loss = nn.functional.binary_cross_entropy_with_logits(predictions, y)
    # optimizer.zero_grad()
    # loss.backward()
    # optimizer.step()
    # hits = predictions == y
    # return loss.item(), hits.sum().item() / len(y)
    # END PROMPT


def class_step(
    model: nn.Module, X: torch.Tensor, y: torch.Tensor, optimizer: torch.optim.Optimizer
) -> tuple[float, float]:
    """One step with the cross entropy of logits (N, C); loss and accuracy from before it."""
    # BEGIN SOLUTION
    model.train()
    logits = model(X)  # (N, C)
    loss = nn.functional.cross_entropy(logits, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    hits = logits.argmax(dim=1) == y  # (N,)
    return loss.item(), hits.sum().item() / len(y)
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # model.train()
    # labels = model(X).softmax(dim=1).argmax(dim=1)
    # labels = labels.float().requires_grad_()  # there was an error without this
    # loss = nn.functional.cross_entropy(labels, y.float())
    # optimizer.zero_grad()
    # loss.backward()
    # optimizer.step()
    # hits = labels == y
    # return loss.item(), hits.sum().item() / len(y)
    # END PROMPT


def measure(model: nn.Module, X: torch.Tensor, y: torch.Tensor) -> tuple[float, float]:
    """Loss and accuracy of a model that gives logits (N,), in evaluation mode."""
    # BEGIN SOLUTION
    model.eval()
    with torch.no_grad():
        logits = model(X)  # (N,)
        loss = nn.functional.binary_cross_entropy_with_logits(logits, y)
    hits = (logits >= 0) == (y == 1)  # (N,)
    return loss.item(), hits.sum().item() / len(y)
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # model.eval()
    # with torch.no_grad():
    #     predictions = torch.sigmoid(model(X)).round()
    #     loss = nn.functional.binary_cross_entropy_with_logits(predictions, y)
    # hits = predictions == y
    # return loss.item(), hits.sum().item() / len(y)
    # END PROMPT


def train_until(
    model: nn.Module,
    X: torch.Tensor,
    y: torch.Tensor,
    optimizer: torch.optim.Optimizer,
    goal: float,
    most_steps: int,
) -> int:
    """Train on logits (N, C) until the accuracy is at least `goal`; the number of steps, at most `most_steps`."""
    # BEGIN SOLUTION
    model.train()
    for step in range(most_steps):
        logits = model(X)  # (N, C)
        hits = logits.argmax(dim=1) == y  # (N,)
        if hits.sum().item() / len(y) >= goal:
            return step
        loss = nn.functional.cross_entropy(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return most_steps
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # model.train()
    # for step in range(most_steps):
    #     hits = model(X).argmax(dim=1) == y
    #     accuracy = hits.sum().item() / len(y)
    #     if accuracy >= goal:
    #         return step
    #     loss = torch.tensor(1 - accuracy, requires_grad=True)
    #     optimizer.zero_grad()
    #     loss.backward()
    #     optimizer.step()
    # return most_steps
    # END PROMPT
