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
    raise NotImplementedError("TODO: write train")


def test(
    model: nn.Module,
    loader: DataLoader[Any],
    loss_fn: nn.Module,
    device: torch.device,
) -> tuple[float, float]:
    """The mean loss per sample and the accuracy from 0 to 1; the model's weights and buffers stay as they are."""
    raise NotImplementedError("TODO: write test")


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
    raise NotImplementedError("TODO: write fit")
