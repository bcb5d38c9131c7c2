"""# A training engine

The loop of 07_training_loop, made into functions to keep. Code that runs so often should waste nothing: no memory on
old graphs, no waiting for an accelerator, no test that nobody asked for.

A loss holds on to its graph, and a sum of losses to all their graphs:

    >>> w = torch.tensor(2.0, requires_grad=True)
    >>> kept, total = 0.0, 0.0
    >>> for x in (1.0, 3.0):
    ...     loss = (w * x - 1) ** 2
    ...     kept += loss
    ...     total += loss.detach()    # the same number, without the graph
    >>> kept, total
    (tensor(26., grad_fn=<AddBackward0>), tensor(26.))

`.item()` lets go of the graph too, but an accelerator must finish all its work before it can answer. So sums are
kept in tensors on `device`, and read when the epoch is over.

Write four functions. Loaders, `loss_fn` and logits `(B, classes)` are those of 07_training_loop; `train_step` is its
`train`, and `train` here its `fit`. No loader is empty, and one may leave out samples of its data set.

- `count_hits(logits, labels)`: how many rows of `logits` are largest at their label `(B,)`: an int64 tensor of
  shape `()` on the device of both. No row has two largest.
- `train_step(model, loader, loss_fn, optimizer, device)` trains for an epoch, in training mode. It returns the mean
  loss per sample and the share of hits, from 0 to 1, both from the logits before each step of the optimizer.
- `test_step(model, loader, loss_fn, device)` returns the same two numbers in evaluation mode, where the model may
  stay. It changes no weight, buffer or gradient, and records no graph.
- `train(model, train_loader, test_loader, loss_fn, optimizer, epochs, device, test_every=1, progress=None)` returns
  a dictionary of lists: `"train_loss"` and `"train_acc"` of every epoch, `"test_loss"` and `"test_acc"` of the tested
  ones, and `"test_epoch"`, their numbers (the first epoch is 1). Testing follows training in every `test_every`-th
  epoch, and in the last one in any case: 7 epochs with `test_every=3` test in 3, 6 and 7. Both are at least 1.

The losses and shares are Python floats. In `train_step` and `test_step`, how often a tensor is asked for its numbers
(`.item()`, `float()`, `.tolist()`, `.cpu()`, printing, ...) may not depend on the number of batches; and once a batch
is done, nothing holds the graph of an earlier one.

`progress` is a function such as `tqdm`, a popular progress bar: it takes something with a length, here with one
element per epoch, and returns an iterable of the same elements that draws how far it is. Unless it is None, call it
once, with that one argument, and train each epoch as its loop arrives there.

Read more: [Tensor.detach](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach.html),
[avoid CPU-GPU synchronisation](https://docs.pytorch.org/tutorials/recipes/recipes/tuning_guide.html),
[inference_mode](https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad_mode.inference_mode.html)

## Why it works

`total += loss` runs and gives the right number, and keeps something of every batch until the epoch is over.
`loss.detach()` shares the number and leaves the graph to die with its batch.

An accelerator works through a queue: `model(X)` returns before the result is there. A read in every batch empties
the queue every time, so the next batch starts cold. On a CPU there is no queue and nothing to win; see the timing.

`inference_mode` records nothing, as `no_grad` does, and spares some bookkeeping besides: what is made in it is not
meant for a later graph, and a test needs none. `count_hits` needs no softmax: it does not change which logit is
the largest.

`train` sets no mode of its own: each step sets the one it needs, so a test in between cannot spoil the next epoch. A
test every epoch whose result is looked at every tenth costs nine tests for nothing; the last epoch is the model that
you keep, so it gets one.

Taking `progress` as an argument keeps the engine free of a library, and silent where nobody looks. After
`pip install tqdm`, try `progress=tqdm`; to show the loss beside the bar, see `tqdm.set_postfix`.
Try next: add a function argument `on_epoch(results)` that may stop the training.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader

Progress = Callable[[Any], Iterable[int]]


def count_hits(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """How many rows of logits (B, classes) are largest at their label (B,): int64, of shape ()."""
    # BEGIN SOLUTION
    return (logits.argmax(dim=1) == labels).sum()
    # END SOLUTION


def train_step(
    model: nn.Module,
    loader: DataLoader[Any],
    loss_fn: nn.Module,
    optimizer: torch.optim.Optimizer,
    device: torch.device,
) -> tuple[float, float]:
    """Train for one epoch; the mean loss per sample and the share of hits, each batch measured before its step."""
    # BEGIN SOLUTION
    model.train()
    total, hits, samples = 0.0, 0, 0  # the sums become tensors with the first batch
    for X, y in loader:
        X, y = X.to(device), y.to(device)  # (B, ...), (B,)
        logits = model(X)  # (B, classes)
        loss = loss_fn(logits, y)  # scalar: the batch's mean

        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

        total += loss.detach() * len(y)
        hits += count_hits(logits, y)
        samples += len(y)
    return float(total) / samples, int(hits) / samples
    # END SOLUTION


def test_step(
    model: nn.Module,
    loader: DataLoader[Any],
    loss_fn: nn.Module,
    device: torch.device,
) -> tuple[float, float]:
    """The mean loss per sample and the share of hits; the model's weights, buffers and gradients stay as they are."""
    # BEGIN SOLUTION
    model.eval()
    total, hits, samples = 0.0, 0, 0  # the sums become tensors with the first batch
    with torch.inference_mode():
        for X, y in loader:
            X, y = X.to(device), y.to(device)  # (B, ...), (B,)
            logits = model(X)  # (B, classes)
            total += loss_fn(logits, y) * len(y)
            hits += count_hits(logits, y)
            samples += len(y)
    return float(total) / samples, int(hits) / samples
    # END SOLUTION


def train(
    model: nn.Module,
    train_loader: DataLoader[Any],
    test_loader: DataLoader[Any],
    loss_fn: nn.Module,
    optimizer: torch.optim.Optimizer,
    epochs: int,
    device: torch.device,
    test_every: int = 1,
    progress: Progress | None = None,
) -> dict[str, list[Any]]:
    """Train for `epochs` epochs, test in every `test_every`-th and the last; the numbers of both, by name."""
    # BEGIN SOLUTION
    names = ("train_loss", "train_acc", "test_epoch", "test_loss", "test_acc")
    results: dict[str, list[Any]] = {name: [] for name in names}
    numbers: Iterable[int] = range(1, epochs + 1)
    for epoch in numbers if progress is None else progress(numbers):
        loss, accuracy = train_step(model, train_loader, loss_fn, optimizer, device)
        results["train_loss"].append(loss)
        results["train_acc"].append(accuracy)
        if epoch % test_every == 0 or epoch == epochs:
            loss, accuracy = test_step(model, test_loader, loss_fn, device)
            results["test_epoch"].append(epoch)
            results["test_loss"].append(loss)
            results["test_acc"].append(accuracy)
    return results
    # END SOLUTION
