"""# Modules that lose their parts

A module does two things. It computes, and it knows what belongs to it: `parameters()` hands an optimizer what is to be
learned, `state_dict()` is what gets saved, `.to(device)` and `.double()` take everything along. A part that the module
does not know still computes. It is not trained, not saved, not moved, and no error says so.

A module enters a part in its books when the part becomes an attribute (`self.name = ...`) and is of one of three kinds:
a module, an `nn.Parameter` (a tensor to be learned), or a buffer. What an attribute hides inside is not looked at:

    >>> class Loose(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.first = nn.Linear(2, 3)
    ...         self.others = {"second": nn.Linear(3, 1)}
    >>> [name for name, parameter in Loose().named_parameters()]
    ['first.weight', 'first.bias']

(`nn.ModuleDict` and `nn.ModuleList` are the dictionary and the list that are modules.) A *buffer* is a tensor that is
saved and moved, and not learned. `self.register_buffer("name", tensor)` enters one and sets `self.name` itself.

The five modules below are broken: make each do what is written here. You are free to name attributes as you like.
`x` has `N` rows in floats.

- `Classifier(features, hidden, classes)`: a linear layer, ReLU (negative numbers become 0), a second linear layer:
  `x` `(N, features)` to `(N, classes)`.
- `Scale(features)`: multiplies each column of `x` `(N, features)` by a learned factor of its own. The factors are the
  module's only parameter, `(features,)`, and start as ones.
- `Tower(width, depth)`: `depth` linear layers, `width` to `width`, each with a weight and a bias of its own and with
  ReLU after it. They work in the order in which `parameters()` gives them.
- `Residual(width)`: gives `x` `(N, width)` plus what its one linear layer makes of `x`. The same `x` gives the same
  result every time.
- `Standardise(mean, std)`: `x` `(N, features)` less `mean`, divided by `std`, both `(features,)`. It has no
  parameters; its two buffers are copies of `mean` and `std`.

For all five: `x` stays as it was; after `.double()` or `.to(device)` they work with an `x` of that dtype or on that
device, and a `state_dict()` loaded into another one of the same sizes makes that one compute the same.

Read more: [Modules](https://docs.pytorch.org/docs/stable/notes/modules.html),
[nn.ModuleList](https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleList.html),
[register_buffer](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.register_buffer)
"""

import torch
from torch import nn


class Classifier(nn.Module):
    """Two linear layers with ReLU between them: (N, features) -> (N, classes)."""

    # TODO: put this right
    def __int__(self, features: int, hidden: int, classes: int) -> None:
        super().__init__()
        self.inner = nn.Linear(features, hidden)
        self.outer = nn.Linear(hidden, classes)

    def foward(self, x: torch.Tensor) -> torch.Tensor:
        return self.outer(torch.relu(self.inner(x)))


class Scale(nn.Module):
    """Each column of x (N, features) by a learned factor of its own."""

    # TODO: put this right
    def __init__(self, features: int) -> None:
        self.factors = torch.ones(features, requires_grad=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.factors


class Tower(nn.Module):
    """`depth` linear layers, each with ReLU after it: (N, width) -> (N, width)."""

    # TODO: put this right
    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        self.layers = [nn.Linear(width, width)] * depth

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x


class Residual(nn.Module):
    """x (N, width) plus what a linear layer makes of it."""

    # TODO: put this right
    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        layer = nn.Linear(self.width, self.width)
        return x + layer(x)


class Standardise(nn.Module):
    """x (N, features) less a given mean (features,), divided by a given std (features,)."""

    # TODO: put this right
    def __init__(self, mean: torch.Tensor, std: torch.Tensor) -> None:
        super().__init__()
        self.mean = mean
        self.std = std

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x - self.mean) / self.std
