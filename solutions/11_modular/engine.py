"""Training and testing, for any classifier and any loader of batches (X, y) that is not empty.

A loader may leave samples out: what counts is how many came out of it, not len(loader.dataset).
"""

from collections.abc import Iterable

import torch
from torch import nn

Batches = Iterable[tuple[torch.Tensor, torch.Tensor]]


def train_step(model: nn.Module, loader: Batches, optimizer: torch.optim.Optimizer, device: torch.device) -> float:
    """Train for one epoch, in training mode: 07_engine's train_step made simpler, the loss is always cross entropy.

    Returns the mean loss per sample, each batch's loss taken before its step, as a float.
    """
    # BEGIN SOLUTION
    model.train()
    total, samples = 0.0, 0  # the sum becomes a tensor with the first batch
    for X, y in loader:
        X, y = X.to(device), y.to(device)  # (B, ...), (B,)
        loss = nn.functional.cross_entropy(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.detach() * len(y)
        samples += len(y)
    return float(total) / samples
    # END SOLUTION


def accuracy(model: nn.Module, loader: Batches, device: torch.device) -> float:
    """The share of samples, a float from 0 to 1, whose largest logit is their class.

    Measured in evaluation mode, without any graph.
    """
    # BEGIN SOLUTION
    model.eval()
    hits, samples = 0, 0
    with torch.inference_mode():
        for X, y in loader:
            logits = model(X.to(device))  # (B, classes)
            hits += (logits.argmax(dim=1) == y.to(device)).sum()
            samples += len(y)
    return int(hits) / samples
    # END SOLUTION
