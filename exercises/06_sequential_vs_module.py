"""# Sequential or Module, and what depth is worth

When data simply pass from one layer to the next, `nn.Sequential` writes the `forward` for you. Its layers are numbered,
and it can be indexed and looped over like a list:

    >>> model = nn.Sequential(nn.Linear(2, 5), nn.Linear(5, 1))
    >>> model(torch.zeros(4, 2)).shape
    torch.Size([4, 1])
    >>> model[0]
    Linear(in_features=2, out_features=5, bias=True)
    >>> list(model.state_dict())
    ['0.weight', '0.bias', '1.weight', '1.bias']

Whatever does more than hand on, such as `x + layer(x)`, needs a module with a `forward` of its own.

The model above has two layers and is worth one. With one number in and out: if the first layer makes 2x + 1 and the
next 3 times that plus 4, both together make 6x + 7, a straight line again. Only a bend between them, such as
`nn.ReLU()` (`torch.relu` as a module), makes depth count.

Write three functions and a class. `TwoLayers` is given. Nothing seeds the global random generator.

- `as_sequential(model)`: a `TwoLayers` as an `nn.Sequential` that computes the same. Its entries are the model's own
  two layers: not copies, so that training one trains the other.
- `stack(sizes, bend)`: a new `nn.Sequential` with an `nn.Linear` (with bias) from each of `sizes` to the next, and when
  `bend` is true an `nn.ReLU` between each two of them. Its entries are these layers in order, nothing before, behind or
  besides. `stack([2, 5, 1], bend=True)` has three. `sizes` lists two or more.
- `collapse(model)`: from an `nn.Sequential` of one or more `nn.Linear` layers, some perhaps made with `bias=False`, one
  new `nn.Linear` that computes the same. It has a bias in any case, the dtype and device of the layers (which all
  agree; `nn.Linear` takes `dtype=` and `device=`), and parameters of its own that require gradients. The model stays as
  it was. If any entry is not an `nn.Linear`, it raises ValueError.
- `Residual(block)`: a module that gives `x + block(x)`. `block` is a module that keeps the shape of `x`. The block, not
  a copy, becomes a part of the module: its parameters are listed, and `train()` and `eval()` reach it (modes: see
  06_summary). `x` stays as it was, and gradients flow back to it along both ways.

Read more: [nn.Sequential](https://docs.pytorch.org/docs/stable/generated/torch.nn.Sequential.html),
[nn.ReLU](https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html),
[Build the neural network](https://docs.pytorch.org/tutorials/beginner/basics/buildmodel_tutorial.html)
"""

from itertools import pairwise

import torch
from torch import nn


class TwoLayers(nn.Module):
    """x (N, inputs) to (N, outputs) through `hidden` numbers; given."""

    def __init__(self, inputs: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.first = nn.Linear(inputs, hidden)
        self.last = nn.Linear(hidden, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The outputs (N, outputs)."""
        return self.last(self.first(x))


def as_sequential(model: TwoLayers) -> nn.Sequential:
    """The same function by the same layers."""
    raise NotImplementedError("TODO: write as_sequential")


def stack(sizes: list[int], bend: bool) -> nn.Sequential:
    """Linear layers between neighbouring `sizes`, with a ReLU between each two when `bend` is true."""
    raise NotImplementedError("TODO: write stack")


def collapse(model: nn.Sequential) -> nn.Linear:
    """One new linear layer for all of them; raises ValueError when there is anything else among them."""
    raise NotImplementedError("TODO: write collapse")


class Residual(nn.Module):
    """x plus what a block makes of it."""

    def __init__(self, block: nn.Module) -> None:
        raise NotImplementedError("TODO: write Residual.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x + block(x), in the shape of x."""
        raise NotImplementedError("TODO: write Residual.forward")
