"""Training and testing, for any classifier and any loader of batches (X, y) that is not empty."""

from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader


def train_step(
    model: nn.Module, loader: DataLoader[Any], optimizer: torch.optim.Optimizer, device: torch.device
) -> float:
    """Train for one epoch, in training mode, with cross entropy; the mean loss per sample, each before its step."""
    # BEGIN SOLUTION
    model.train()
    total, samples = 0.0, 0
    for X, y in loader:
        X, y = X.to(device), y.to(device)  # (B, ...), (B,)
        loss = nn.functional.cross_entropy(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        samples += len(y)
    return total / samples
    # END SOLUTION


def accuracy(model: nn.Module, loader: DataLoader[Any], device: torch.device) -> float:
    """The share of samples, 0 to 1, whose largest logit is their class: in evaluation mode, without any graph."""
    # BEGIN SOLUTION
    model.eval()
    hits, samples = 0, 0
    with torch.inference_mode():
        for X, y in loader:
            logits = model(X.to(device))  # (B, classes)
            hits += (logits.argmax(dim=1) == y.to(device)).sum().item()
            samples += len(y)
    return hits / samples
    # END SOLUTION
