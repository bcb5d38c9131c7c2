"""# What happens inside: a summary by hooks

"mat1 and mat2 shapes cannot be multiplied": somewhere in a model a tensor has another shape than its author believed.
A *summary* ends the guessing: every layer with its output's shape and its number of parameters. It is made by *hooks*,
functions that PyTorch calls each time a module has run, with the module, the tuple of its inputs, and its output. A
hook should return `None`: anything else takes the place of the output.

    >>> layer = nn.Linear(4, 3)
    >>> def hook(module, inputs, output):
    ...     print(type(module).__name__, tuple(inputs[0].shape), tuple(output.shape))
    >>> handle = layer.register_forward_hook(hook)
    >>> y = layer(torch.zeros(2, 4))
    Linear (2, 4) (2, 3)
    >>> handle.remove()    # from now on, layer prints nothing

`named_modules()` gives a model and all modules inside it, each once and by its first name: `""` is the model itself,
`"0"` the first layer of a `Sequential`, `"body.1"` one further inside. A *layer* is here a module whose `children()`,
the modules in it, are none.

In training, dropout drops numbers at random, and batch normalisation counts what it sees. `model.eval()` puts a model
and all in it into *evaluation mode*, `model.train()` back into training mode; `module.training` is the mode of one.

Write three functions. `x` is a batch on the model's device; layers return one tensor.

`count_parameters(model)` returns `(total, trainable)`: how many numbers all parameters hold together, and how many
of these are in parameters that require a gradient. A shared parameter counts once.

`summarise(model, x)` runs `model(x)` once and returns a list of `Row`s, one for each run of a layer, in their order:

- `name` as in `named_modules()`, `kind` (the name of its class), `output` (the shape; a `torch.Size` is a tuple)
- `parameters`: how many numbers the layer's parameters hold. Each counts only in the first row that uses it: a
  second run has 0. (Keep a set of those counted: `in` a list compares their numbers.)

The model runs in evaluation mode, with nothing recorded for `backward`. Afterwards each module is in the mode it was
in, and your hooks are gone, even if `model(x)` raises (the caller gets the error). Hooks of others stay.

`idle_layers(model, x)` returns a list of the names of the layers that `model(x)` does not run, in the order of
`named_modules()`, and leaves the model as it was.

`table` is written: `print(table(summarise(model, x)))`.

Read more: [Module: register_forward_hook, named_modules](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html),
[torchinfo](https://github.com/TylerYep/torchinfo)
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import nn


class Row(NamedTuple):
    """One run of a layer."""

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int


def table(rows: Sequence[Row]) -> str:
    """The rows as text, in columns, with the sum of their parameters."""
    lines = [f"{row.name:16} {row.kind:14} {tuple(row.output)!s:20} {row.parameters:>10,}" for row in rows]
    return "\n".join([*lines, f"{'':52} {sum(row.parameters for row in rows):>10,}"])


def count_parameters(model: nn.Module) -> tuple[int, int]:
    """How many numbers all parameters hold, and how many those that require a gradient; shared ones count once."""
    raise NotImplementedError("TODO: write count_parameters")


def summarise(model: nn.Module, x: torch.Tensor) -> list[Row]:
    """A row for every run of a layer in `model(x)`, in order; the model is left as it was."""
    raise NotImplementedError("TODO: write summarise")


def idle_layers(model: nn.Module, x: torch.Tensor) -> list[str]:
    """The names of the layers that `model(x)` does not run, in the order of `named_modules()`."""
    raise NotImplementedError("TODO: write idle_layers")
