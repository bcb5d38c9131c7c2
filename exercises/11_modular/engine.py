"""Training and testing, for any classifier and any loader of batches (X, y) that is not empty."""

from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader


def train_step(
    model: nn.Module, loader: DataLoader[Any], optimizer: torch.optim.Optimizer, device: torch.device
) -> float:
    """Train for one epoch, in training mode, with cross entropy; the mean loss per sample, each before its step."""
    raise NotImplementedError("TODO: write train_step")


def accuracy(model: nn.Module, loader: DataLoader[Any], device: torch.device) -> float:
    """The share of samples, 0 to 1, whose largest logit is their class: in evaluation mode, without any graph."""
    raise NotImplementedError("TODO: write accuracy")
