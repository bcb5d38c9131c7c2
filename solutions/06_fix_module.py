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

## Why it works

**Misspellings.** Python calls `__init__` and PyTorch calls `forward`, letter by letter. A method of nearly that name is
a method nobody calls, and `nn.Module`'s own runs in its place: it takes no sizes, or has no `forward` to offer.

**`super().__init__()`** lays out the books. Before it, a plain tensor slips in unseen, and the module fails when it is
called: `no attribute '_backward_hooks'`. A parameter fails at once, `cannot assign parameters before
Module.__init__() call`, and so does a layer.

**Unregistered parts.** `requires_grad=True` makes a tensor collect gradients; only `nn.Parameter` makes it one of the
module's. Layers in a list need `nn.ModuleList` (or `nn.Sequential`), and `[layer] * depth` is one layer `depth`
times: the weights are shared, and `parameters()` gives them once. A layer made in `forward` has new random weights at
every call. A buffer is for numbers that are given or counted, such as the running means of batch normalisation. It is
the very tensor that was registered, and `load_state_dict` writes into it: without `clone()`, into the caller's.

Print a new model, and count its parameters, before you train it: both show what is missing.

Try next: `nn.Parameter(mean, requires_grad=False)` is saved and moved as well. How does it differ from a buffer?
"""

import torch
from torch import nn


class Classifier(nn.Module):
    """Two linear layers with ReLU between them: (N, features) -> (N, classes)."""

    # BEGIN SOLUTION
    def __init__(self, features: int, hidden: int, classes: int) -> None:
        super().__init__()
        self.inner = nn.Linear(features, hidden)
        self.outer = nn.Linear(hidden, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.outer(torch.relu(self.inner(x)))  # (N, hidden) -> (N, classes)

    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # def __int__(self, features: int, hidden: int, classes: int) -> None:
    #     super().__init__()
    #     self.inner = nn.Linear(features, hidden)
    #     self.outer = nn.Linear(hidden, classes)
    #
    # def foward(self, x: torch.Tensor) -> torch.Tensor:
    #     return self.outer(torch.relu(self.inner(x)))
    # END PROMPT


class Scale(nn.Module):
    """Each column of x (N, features) by a learned factor of its own."""

    # BEGIN SOLUTION
    def __init__(self, features: int) -> None:
        super().__init__()
        self.factors = nn.Parameter(torch.ones(features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.factors

    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # def __init__(self, features: int) -> None:
    #     self.factors = torch.ones(features, requires_grad=True)
    #
    # def forward(self, x: torch.Tensor) -> torch.Tensor:
    #     return x * self.factors
    # END PROMPT


class Tower(nn.Module):
    """`depth` linear layers, each with ReLU after it: (N, width) -> (N, width)."""

    # BEGIN SOLUTION
    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x

    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # def __init__(self, width: int, depth: int) -> None:
    #     super().__init__()
    #     self.layers = [nn.Linear(width, width)] * depth
    #
    # def forward(self, x: torch.Tensor) -> torch.Tensor:
    #     for layer in self.layers:
    #         x = torch.relu(layer(x))
    #     return x
    # END PROMPT


class Residual(nn.Module):
    """x (N, width) plus what a linear layer makes of it."""

    # BEGIN SOLUTION
    def __init__(self, width: int) -> None:
        super().__init__()
        self.layer = nn.Linear(width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.layer(x)

    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # def __init__(self, width: int) -> None:
    #     super().__init__()
    #     self.width = width
    #
    # def forward(self, x: torch.Tensor) -> torch.Tensor:
    #     layer = nn.Linear(self.width, self.width)
    #     return x + layer(x)
    # END PROMPT


class Standardise(nn.Module):
    """x (N, features) less a given mean (features,), divided by a given std (features,)."""

    # BEGIN SOLUTION
    def __init__(self, mean: torch.Tensor, std: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean.clone())
        self.register_buffer("std", std.clone())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x - self.mean) / self.std

    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # def __init__(self, mean: torch.Tensor, std: torch.Tensor) -> None:
    #     super().__init__()
    #     self.mean = mean
    #     self.std = std
    #
    # def forward(self, x: torch.Tensor) -> torch.Tensor:
    #     return (x - self.mean) / self.std
    # END PROMPT
