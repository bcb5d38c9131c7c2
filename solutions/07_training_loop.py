"""# The training loop

Every network is trained by the same few lines, repeated: guess, measure the error, find out which way each weight
should move, move it a little. PyTorch leaves the loop to you, and a loop with a line missing or misplaced still
runs and often still learns, only worse.

The loss to report is the mean *per sample*. The last batch is often smaller, and must then count for less. Three
batches with their sizes and mean losses:

    >>> sizes, losses = [4, 4, 1], [0.5, 0.7, 2.0]
    >>> sum(n * loss for n, loss in zip(sizes, losses)) / sum(sizes)    # the mean of the three losses is 1.067
    0.7555555555555555

The tools: `loss.backward()` adds the batch's gradients to those the parameters hold, `optimizer.step()` moves each
parameter using its gradient, `optimizer.zero_grad()` clears the gradients. `model.train()` and `model.eval()` switch
layers such as batch normalisation between their training and evaluation mode. Under `torch.no_grad()` nothing is
recorded for `backward`.

Write three functions. `loader` is a `DataLoader` of one or more batches `(X, y)`: inputs and class numbers, `(B,)`.
Divide by the number of samples that came out of it, not by `len(loader.dataset)`: `drop_last` or a sampler leaves some
out. `model(X)` gives *logits* `(B, classes)`: raw scores, which `nn.CrossEntropyLoss` expects as they are.
`loss_fn(logits, y)` is the mean loss of a batch. The model is on `device` already; move every batch there.

`train(model, loader, loss_fn, optimizer, device)` trains for one epoch and returns the loss:

- the model is in training mode, whatever mode it came in
- for each batch: logits, loss, gradients of this batch alone, one step of the optimizer (the parameters may already
  hold old gradients when you are called)
- it returns the mean loss per sample, each batch's loss taken as it was before its step

`test(model, loader, loss_fn, device)` returns `(loss, accuracy)`:

- the model is in evaluation mode, whatever mode it came in, and may be left in it; nothing is recorded, and the
  model's weights, buffers and gradients stay as they are
- the mean loss per sample, and the share of samples, from 0 to 1, whose largest logit is at `y`

`fit(model, train_loader, test_loader, loss_fn, optimizer, epochs, device)` trains and then tests in each of `epochs`
epochs, and returns `{"train_loss": [...], "test_loss": [...], "test_accuracy": [...]}`, one number per epoch.

All numbers returned are Python's `float`: a loss kept as a tensor keeps its whole graph in memory.

Read more: [Optimizing model parameters](https://docs.pytorch.org/tutorials/beginner/basics/optimization_tutorial.html),
[torch.optim](https://docs.pytorch.org/docs/stable/optim.html),
[Module.eval](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.eval),
[torch.no_grad](https://docs.pytorch.org/docs/stable/generated/torch.no_grad.html)

## Why it works

`backward` *adds* to `.grad`, so `zero_grad` belongs before it: at the start of the turn or right after `step`, as
long as the very first batch meets clean gradients too. Between `backward` and `step` it wipes out what was just
computed. `step` before `backward` moves by the gradients of the batch before, and the loss still falls; if `zero_grad`
stands before that `step`, there are none and nothing moves at all.

`train()` and `eval()` do not train or evaluate. They are switches: batch normalisation uses the batch's own
statistics in one mode and its running ones in the other, dropout drops or does not. `torch.no_grad` is neither: it
stops recording, which saves memory, and changes no mode. A test needs both. It may leave the model in evaluation mode
here because `train` switches by itself; 07_eval_mode and 07_evaluate put the modes back.

`CrossEntropyLoss` applies `log_softmax` itself. A softmax before it squeezes the logits into 0 to 1, the gradients
become small, and training slows down without an error. For the accuracy `argmax` of the logits will do: softmax keeps
the order.

`.item()` waits for the accelerator to catch up, so fast loops add up `loss.detach()` and ask once, at the end.
Try next: print the loss every 100 batches, and train FashionMNIST (`torchvision.datasets`) for 5 epochs with SGD at
1e-3.
"""

from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader


def train(
    model: nn.Module,
    loader: DataLoader[Any],
    loss_fn: nn.Module,
    optimizer: torch.optim.Optimizer,
    device: torch.device,
) -> float:
    """Train for one epoch; the mean loss per sample, each batch measured before its step."""
    # BEGIN SOLUTION
    model.train()
    total, samples = 0.0, 0
    for X, y in loader:
        X, y = X.to(device), y.to(device)  # (B, ...), (B,)
        loss = loss_fn(model(X), y)  # scalar: the batch's mean

        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

        total += loss.item() * len(y)
        samples += len(y)
    return total / samples
    # END SOLUTION


def test(
    model: nn.Module,
    loader: DataLoader[Any],
    loss_fn: nn.Module,
    device: torch.device,
) -> tuple[float, float]:
    """The mean loss per sample and the accuracy from 0 to 1; the model's weights and buffers stay as they are."""
    # BEGIN SOLUTION
    model.eval()
    total, correct, samples = 0.0, 0, 0
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)  # (B, ...), (B,)
            logits = model(X)  # (B, classes)
            total += loss_fn(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
            samples += len(y)
    return total / samples, correct / samples
    # END SOLUTION


def fit(
    model: nn.Module,
    train_loader: DataLoader[Any],
    test_loader: DataLoader[Any],
    loss_fn: nn.Module,
    optimizer: torch.optim.Optimizer,
    epochs: int,
    device: torch.device,
) -> dict[str, list[float]]:
    """Train and test for `epochs` epochs; the losses and accuracies, one number per epoch."""
    # BEGIN SOLUTION
    history: dict[str, list[float]] = {"train_loss": [], "test_loss": [], "test_accuracy": []}
    for _ in range(epochs):
        train_loss = train(model, train_loader, loss_fn, optimizer, device)
        test_loss, test_accuracy = test(model, test_loader, loss_fn, device)
        history["train_loss"].append(train_loss)
        history["test_loss"].append(test_loss)
        history["test_accuracy"].append(test_accuracy)
    return history
    # END SOLUTION
