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
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader

Progress = Callable[[Any], Iterable[int]]


def count_hits(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """How many rows of logits (B, classes) are largest at their label (B,): int64, of shape ()."""
    raise NotImplementedError("TODO: write count_hits")


def train_step(
    model: nn.Module,
    loader: DataLoader[Any],
    loss_fn: nn.Module,
    optimizer: torch.optim.Optimizer,
    device: torch.device,
) -> tuple[float, float]:
    """Train for one epoch; the mean loss per sample and the share of hits, each batch measured before its step."""
    raise NotImplementedError("TODO: write train_step")


def test_step(
    model: nn.Module,
    loader: DataLoader[Any],
    loss_fn: nn.Module,
    device: torch.device,
) -> tuple[float, float]:
    """The mean loss per sample and the share of hits; the model's weights, buffers and gradients stay as they are."""
    raise NotImplementedError("TODO: write test_step")


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
    raise NotImplementedError("TODO: write train")
