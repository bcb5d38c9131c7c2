"""# Five broken training loops

A broken training loop seldom stops; the first one below is the exception. It runs to the end, prints losses, and
leaves a model that is worse than it could be, or one that was never trained at all. So do not look for an error message
first: look at a number that you know.

Here the number is the weight itself. One step of SGD subtracts `lr` times the gradient; when a weight has not moved,
the optimizer does not know it, or found no gradient, or nobody called `step`:

    >>> model, other = nn.Linear(1, 1), nn.Linear(1, 1)
    >>> optimizer = torch.optim.SGD(other.parameters(), lr=0.1)
    >>> before = model.weight.item()
    >>> model(torch.ones(2, 1)).mean().backward()
    >>> optimizer.step()
    >>> model.weight.item() == before    # the optimizer holds the parameters of `other`
    True

The five functions below are broken, most of them in several places. Make each do what is written here.

- `fit_line(model, X, y, lr, epochs)`: train with `nn.MSELoss` and plain SGD, one step per epoch on all of `X` `(N, F)`
  and `y`, which has the shape of `model(X)`. Return a list with each epoch's loss before its step, as floats.
- `trained_copy(model, X, y, lr, epochs)`: train a deep copy of `model` in the same way and return the copy. Neither
  the weights of `model` nor its gradients or modes change.
- `loss_curves(model, train_batch, test_batch, loss_fn, optimizer, epochs)`: a batch is a pair `(X, y)`. For each epoch:
  a step on `train_batch` in training mode, then the loss on `test_batch` in evaluation mode, without recording. Return
  two lists of floats, one number per epoch: the training losses, each before its step, and the test losses.
- `epoch_numbers(model, loader, loss_fn, optimizer)`: train for one epoch, in training mode, one step per batch. Return
  the mean loss per sample and the share of hits, 0 to 1, as floats, both from the logits before each step.
- `classify_epochs(model, loader, optimizer, epochs)`: train in training mode, one step per batch, with
  `nn.CrossEntropyLoss` on the logits that `model(X)` gives. Return a list with the mean loss per sample of each epoch,
  each batch's loss taken before its step, as floats; the graph of no batch is kept.

Models and `loss_fn` are as in 07_training_loop. `loader` gives batches `(X, y)`, of any sizes, as often as it is looped
over. Hits are samples whose largest logit is at `y`. Where training mode is asked for, the model may come in evaluation
mode; any model may come with old gradients, which must not count. All that comes in is on one device already.

Read more: [Optimizing model parameters](https://docs.pytorch.org/tutorials/beginner/basics/optimization_tutorial.html),
[torch.optim](https://docs.pytorch.org/docs/stable/optim.html),
[CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html)

## Why it works

**The loop that stops** is the kind one: each message names the word. Optimizers live in `torch.optim`, losses in
`torch.nn`, functions such as `nn.functional.mse_loss` in `torch.nn.functional`; the three calls are `zero_grad`,
`backward`, `step`. But no message tells that a call is *missing*: without `step` the loss stays the same to the last
digit.

**The other model's optimizer.** An optimizer keeps the tensors it was given. A deep copy has new ones, as has a model
that was made again. So: first the model, then its optimizer, and never the other way round.

**One name, two losses.** Once the test has its own name, nothing can overwrite the training loss. And `eval()` stays
until somebody calls `train()`: set the mode where it is needed, in every epoch
unless nothing in between changes it.

**The sum under the wrong name.** `loss += ...` changes the batch's loss, which the next batch replaces; the sum
stays at 0.0, a suspiciously good loss. `hits = ...` is its mirror image: only the last batch counts.

**The loop that learns all the same.** With the softmax in front, `step` before `backward` and no `zero_grad`, a single
layer still learns; in a deeper model `backward` stops and tells of weights that were changed too early. Test a new loop
on one batch, with one step, by hand. `CrossEntropyLoss` of raw logits starts roughly at `log(classes)` for a fresh
model, and with the softmax in front it can never reach 0.

Try next: give `classify_epochs` an `nn.Linear(8, 3)`, SGD with `lr=0.5`, one batch of four samples and 500 epochs. The
loss comes near 0; with a softmax put in front it stays above 0.55.
"""

import copy
from collections.abc import Iterable

import torch
from torch import nn

Batch = tuple[torch.Tensor, torch.Tensor]


def fit_line(model: nn.Module, X: torch.Tensor, y: torch.Tensor, lr: float, epochs: int) -> list[float]:
    """Train with MSELoss and SGD on all of X (N, F) and y; the loss of each epoch, before its step."""
    # BEGIN SOLUTION
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # optimizer = nn.optim.SGD(model.parameter(), lr=lr)
    # losses = []
    # for _ in range(epochs):
    #     loss = loss_fn(model(X), y)
    #     optimizer.zero_grads()
    #     loss.backwards()
    #     losses.append(loss)
    # return losses
    # END PROMPT


def trained_copy(model: nn.Module, X: torch.Tensor, y: torch.Tensor, lr: float, epochs: int) -> nn.Module:
    """A copy of `model`, trained with MSELoss and SGD on all of X (N, F) and y; `model` stays as it is."""
    # BEGIN SOLUTION
    trained = copy.deepcopy(model)
    optimizer = torch.optim.SGD(trained.parameters(), lr=lr)
    loss_fn = nn.MSELoss()
    for _ in range(epochs):
        optimizer.zero_grad()
        loss_fn(trained(X), y).backward()
        optimizer.step()
    return trained
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    # loss_fn = nn.MSELoss()
    # trained = copy.deepcopy(model)
    # for _ in range(epochs):
    #     optimizer.zero_grad()
    #     loss_fn(trained(X), y).backward()
    #     optimizer.step()
    # return trained
    # END PROMPT


def loss_curves(
    model: nn.Module,
    train_batch: Batch,
    test_batch: Batch,
    loss_fn: nn.Module,
    optimizer: torch.optim.Optimizer,
    epochs: int,
) -> tuple[list[float], list[float]]:
    """The training losses, each before its step, and the test losses, each after it: one of both per epoch."""
    # BEGIN SOLUTION
    (X, y), (X_test, y_test) = train_batch, test_batch
    train_losses, test_losses = [], []
    for _ in range(epochs):
        model.train()
        train_loss = loss_fn(model(X), y)
        optimizer.zero_grad()
        train_loss.backward()
        optimizer.step()

        model.eval()
        with torch.no_grad():
            test_loss = loss_fn(model(X_test), y_test)

        train_losses.append(train_loss.item())
        test_losses.append(test_loss.item())
    return train_losses, test_losses
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # (X, y), (X_test, y_test) = train_batch, test_batch
    # train_losses, test_losses = [], []
    # model.train()
    # for _ in range(epochs):
    #     loss = loss_fn(model(X), y)
    #     optimizer.zero_grad()
    #     loss.backward()
    #     optimizer.step()
    #
    #     model.eval()
    #     with torch.no_grad():
    #         loss = loss_fn(model(X_test), y_test)
    #
    #     train_losses.append(loss.item())
    #     test_losses.append(loss.item())
    # return train_losses, test_losses
    # END PROMPT


def epoch_numbers(
    model: nn.Module, loader: Iterable[Batch], loss_fn: nn.Module, optimizer: torch.optim.Optimizer
) -> tuple[float, float]:
    """Train for one epoch; the mean loss per sample and the share of hits, each batch measured before its step."""
    # BEGIN SOLUTION
    model.train()
    total, hits, samples = 0.0, 0, 0
    for X, y in loader:
        logits = model(X)  # (B, classes)
        loss = loss_fn(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        hits += (logits.argmax(dim=1) == y).sum().item()
        samples += len(y)
    return total / samples, hits / samples
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # model.train()
    # total, hits, batches = 0.0, 0, 0
    # for X, y in loader:
    #     logits = model(X)  # (B, classes)
    #     loss = loss_fn(logits, y)
    #     optimizer.zero_grad()
    #     loss.backward()
    #     optimizer.step()
    #     loss += loss.item()
    #     hits = (logits.argmax(dim=1) == y).sum().item()
    #     batches += 1
    # return total / batches, hits / batches
    # END PROMPT


def classify_epochs(
    model: nn.Module, loader: Iterable[Batch], optimizer: torch.optim.Optimizer, epochs: int
) -> list[float]:
    """Train with cross entropy; the mean loss per sample of each epoch, each batch measured before its step."""
    # BEGIN SOLUTION
    loss_fn = nn.CrossEntropyLoss()
    losses = []
    model.train()
    for _ in range(epochs):
        total, samples = 0.0, 0
        for X, y in loader:
            loss = loss_fn(model(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            samples += len(y)
        losses.append(total / samples)
    return losses
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # loss_fn = nn.CrossEntropyLoss()
    # losses = []
    # for _ in range(epochs):
    #     total, samples = 0.0, 0
    #     for X, y in loader:
    #         probabilities = model(X).softmax(dim=1)
    #         loss = loss_fn(probabilities, y)
    #         optimizer.step()
    #         loss.backward()
    #         total += loss * len(y)
    #         samples += len(y)
    #     losses.append(total.item() / samples)
    # return losses
    # END PROMPT
