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
    raise NotImplementedError("TODO: write train_step")


def accuracy(model: nn.Module, loader: Batches, device: torch.device) -> float:
    """The share of samples, a float from 0 to 1, whose largest logit is their class.

    Measured in evaluation mode, without any graph.
    """
    raise NotImplementedError("TODO: write accuracy")
