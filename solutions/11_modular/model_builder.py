"""The model. It knows its own sizes, and nothing of data or training."""

import torch
from torch import nn


class PointClassifier(nn.Module):
    """Two linear layers, both with bias and made in the order in which they are used, and a ReLU between them."""

    def __init__(self, in_features: int, hidden_units: int, classes: int) -> None:
        """From `in_features` numbers through `hidden_units` to a logit for each of `classes`."""
        # BEGIN SOLUTION
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(in_features, hidden_units),
            nn.ReLU(),
            nn.Linear(hidden_units, classes),
        )
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (B, classes) for x (B, in_features)."""
        # BEGIN SOLUTION
        return self.layers(x)
        # END SOLUTION
