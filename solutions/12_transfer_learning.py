"""# A new head on a trained backbone

Ten pictures of each class are too few to train a network. But one trained on many *other* pictures has learnt edges and
curves that serve yours too. Take it without its last layer, as *backbone*: it turns an input into a
row of features. Only a new *head*, one linear layer from features to classes, is trained.

What must not happen is that the backbone forgets. To *freeze* its parameters is half of it: the running statistics of
batch normalisation are no parameters, and training mode moves them:

    >>> norm = nn.BatchNorm1d(1).requires_grad_(False)
    >>> _ = norm(torch.tensor([[1.0], [3.0]]))
    >>> norm.running_mean                # it was 0: a tenth of the way to the batch's mean, 2
    tensor([0.2000])

Write three functions and a class. Inputs, labels and model are on one device.

`freeze(module)`: no parameter of `module` requires a gradient any more, and the `grad` of each is None. Optimizers
move whatever has a gradient, even an old one. Modes, buffers and the parameters' values stay.

`Transfer(backbone, features, classes)` is a module. `model.backbone` is the very `backbone`, frozen, and
`model.head` a new `nn.Linear`.

- `model(x)` gives the logits `(B, classes)` from the features `(B, features)` that `backbone(x)` returns
- everything in the backbone is in evaluation mode: at once, after `model.eval()`, and after `model.train()`, also when
  the model is part of a larger module that is switched. The model's own mode and the head's follow as usual. Like
  every module's, `train(mode=True)` returns the model
- calling the model, in either mode, changes no number of the backbone, and an optimizer moves only what was unfrozen.
  Gradients pass through it: `x` may require one

`fine_tune(model, part, lr, backbone_lr)`: once the head is trained, `part`, a module in the backbone or all of it, may
learn as well, slowly. All parameters of `part` require gradients again, no others of the backbone: what an earlier
call unfroze is frozen again. It returns a
`torch.optim.SGD` with momentum 0.9 that holds the head's parameters with the learning rate `lr`, those of `part` with
`backbone_lr`, and nothing else. Modes stay.

`extract_features(model, loader)`: a frozen backbone gives the same features in every epoch, so compute them once. It
goes once through `loader`, whose batches are pairs `(X, y)`, and returns a `TensorDataset` of all features and all
labels in the loader's order, on which `model.head` can be trained alone. No graph is recorded, even if parts are
unfrozen; the model stays as it is.

Read more: [transfer learning](https://docs.pytorch.org/tutorials/beginner/transfer_learning_tutorial.html),
[requires_grad_](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.requires_grad_),
[options per parameter](https://docs.pytorch.org/docs/stable/optim.html#per-parameter-options)

## Why it works

Three switches, three jobs. `requires_grad` says whether gradients are computed for a parameter; the mode says
whether batch normalisation and dropout behave as in training; the optimizer's list says what is moved. The first two
keep a backbone what it was, for an optimizer passes over what has no gradient; the third matters for what was unfrozen,
or holds an old gradient. `model.train()` at the start of each epoch is right and usual, so the model
itself must know which part of it does not go along: overriding `train` does that, and `eval()` comes through it as
well.

`torch.no_grad()` in `forward` would freeze too, but for ever: nothing could be unfrozen, and no gradient would reach
the input. Without it nothing is wasted: autograd records only what some gradient needs.

Unfreezing one part after the other is usual. A part that requires gradients but is not in the optimizer's list is
never moved, and never cleared by `zero_grad`: its gradients pile up. So freeze all first, then unfreeze.

Tensors made under `torch.inference_mode()` can never be trained on; those made under `torch.no_grad()` can.

The backbone's rate is often a tenth or a hundredth of the head's. Fine-tuning begins when the head is trained: the
large gradients of a random head would wash away what the backbone knows.

Features computed once make an epoch as cheap as that of a linear model. It ends where inputs are augmented
at random, for then each epoch has features of its own.

Try next: a backbone from `torchvision.models` with its pretrained weights, its `fc` replaced by `nn.Identity()`.
"""

from collections.abc import Iterable

import torch
from torch import nn
from torch.utils.data import TensorDataset


def freeze(module: nn.Module) -> None:
    """Let no parameter of `module` require or hold a gradient."""
    # BEGIN SOLUTION
    for parameter in module.parameters():
        parameter.requires_grad_(False)
        parameter.grad = None
    # END SOLUTION


class Transfer(nn.Module):
    """A new linear head on a frozen backbone."""

    def __init__(self, backbone: nn.Module, features: int, classes: int) -> None:
        super().__init__()
        # BEGIN SOLUTION
        freeze(backbone)
        self.backbone = backbone.eval()
        self.head = nn.Linear(features, classes)
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x (B, ...) -> logits (B, classes)."""
        # BEGIN SOLUTION
        return self.head(self.backbone(x))
        # END SOLUTION

    def train(self, mode: bool = True) -> "Transfer":
        """Set the mode of the model and its head; the backbone stays in evaluation mode."""
        # BEGIN SOLUTION
        super().train(mode)
        self.backbone.eval()
        return self
        # END SOLUTION


def fine_tune(model: Transfer, part: nn.Module, lr: float, backbone_lr: float) -> torch.optim.SGD:
    """Unfreeze `part` of the backbone; an optimizer of the head and of it, each with its learning rate."""
    # BEGIN SOLUTION
    freeze(model.backbone)
    part.requires_grad_(True)
    groups = [
        {"params": model.head.parameters(), "lr": lr},
        {"params": part.parameters(), "lr": backbone_lr},
    ]
    return torch.optim.SGD(groups, momentum=0.9)
    # END SOLUTION


def extract_features(model: Transfer, loader: Iterable[tuple[torch.Tensor, torch.Tensor]]) -> TensorDataset:
    """The backbone's features (N, features) of all inputs, with their labels (N,)."""
    # BEGIN SOLUTION
    features, labels = [], []
    with torch.no_grad():
        for X, y in loader:
            features.append(model.backbone(X))
            labels.append(y)
    return TensorDataset(torch.cat(features), torch.cat(labels))
    # END SOLUTION
