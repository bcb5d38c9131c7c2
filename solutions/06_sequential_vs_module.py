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

## Why it works

A layer is an object, and two modules may hold the same one: there is one weight, whoever trains it. A function computed
twice is another matter, as is a copy of the numbers.

For two layers, `W2 (W1 x + b1) + b2 = (W2 W1) x + (W2 b1 + b2)`: the weights multiply, the later one on the left, and
the earlier bias passes through the later weight. In the loop, `layer(bias)` is that step, with the layer's own bias or
without. So the bias of it all is what the model makes of zeros, and column j of the weight is what it makes of 1 in
place j and zeros elsewhere, less that bias: another way to write `collapse`.

Linear layers never bend anything, however many there are. To tell the points of a circle from as many on a circle
around it, a stack of them can only draw one straight line, and whichever it is, at least a quarter of the points lie on
the wrong side. With `nn.ReLU` between two layers, a function of one number becomes a polyline with up to one kink for
each hidden number, as in the picture.

`Sequential` has one way in and one way out. A sum, a second input, a loop or an `if` needs a `forward`; its parts may
well be Sequentials. In `Residual`, `x += block(x)` would write into the caller's tensor.

Try next: how many numbers does `collapse(as_sequential(TwoLayers(2, 5, 1)))` hold, and how many before? And for
`TwoLayers(1000, 5, 1000)`?
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
    # BEGIN SOLUTION
    return nn.Sequential(model.first, model.last)
    # END SOLUTION


def stack(sizes: list[int], bend: bool) -> nn.Sequential:
    """Linear layers between neighbouring `sizes`, with a ReLU between each two when `bend` is true."""
    # BEGIN SOLUTION
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        if bend and layers:
            layers.append(nn.ReLU())
        layers.append(nn.Linear(inputs, outputs))
    return nn.Sequential(*layers)
    # END SOLUTION


def collapse(model: nn.Sequential) -> nn.Linear:
    """One new linear layer for all of them; raises ValueError when there is anything else among them."""
    # BEGIN SOLUTION
    if not all(isinstance(layer, nn.Linear) for layer in model):
        raise ValueError("only linear layers collapse into one")
    first = model[0].weight
    weight = torch.eye(first.shape[1], dtype=first.dtype, device=first.device)  # (inputs, inputs): changes nothing
    bias = torch.zeros_like(weight[0])  # (inputs,)
    with torch.no_grad():
        for layer in model:
            weight = layer.weight @ weight  # (outputs of this layer, inputs of the first)
            bias = layer(bias)  # the earlier bias through this layer, plus its own if it has one
        single = nn.Linear(weight.shape[1], weight.shape[0], dtype=weight.dtype, device=weight.device)
        single.weight.copy_(weight)
        single.bias.copy_(bias)
    return single
    # END SOLUTION


class Residual(nn.Module):
    """x plus what a block makes of it."""

    def __init__(self, block: nn.Module) -> None:
        # BEGIN SOLUTION
        super().__init__()
        self.block = block
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x + block(x), in the shape of x."""
        # BEGIN SOLUTION
        return x + self.block(x)
        # END SOLUTION
