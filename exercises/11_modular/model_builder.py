"""The model. It knows its own sizes, and nothing of data or training."""

import torch
from torch import nn


class PointClassifier(nn.Module):
    """Two linear layers, both with bias and made in the order in which they are used, and a ReLU between them."""

    def __init__(self, in_features: int, hidden_units: int, classes: int) -> None:
        """From `in_features` numbers through `hidden_units` to a logit for each of `classes`."""
        raise NotImplementedError("TODO: write PointClassifier.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (B, classes) for x (B, in_features)."""
        raise NotImplementedError("TODO: write PointClassifier.forward")
