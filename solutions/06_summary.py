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

## Why it works

A hook sees what really ran, not what `__init__` made: layers in another order, twice, or never. It does not know its
name, so each one is made with it. A `lambda` in a loop would look the name up when it runs, and find the last one.

Every hook that is registered runs until its handle is removed. Without the `finally`, a model that raised once keeps
its hooks, and every later call fills lists that nobody reads.

`eval()` keeps batch normalisation from counting the trial batch, and dropout from drawing random numbers. To go back
by `train()` would also switch on layers that were in evaluation mode on purpose: the modes are kept one by one.

`parameters()` gives a shared parameter once; adding up layer by layer needs a set of those seen. Two tensors with equal
numbers are different parameters, and a set of parameters compares by identity. `p in a_list` asks `==`, number by
number: it raises for most shapes.

Hooks run when a module is *called*. `model.forward(x)` goes past its own, so call models and layers as `model(x)`.
Functions such as `torch.relu` are no modules, and have no row.

`torchinfo.summary(model, input_size=(8, 1, 28, 28))` does all this and more. The first number is the batch there, too.

Try next: add the shape of the inputs, and find with it where in a model of your own the shapes stop fitting.
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
    # BEGIN SOLUTION
    sizes = [(p.numel(), p.requires_grad) for p in model.parameters()]
    return sum(size for size, _ in sizes), sum(size for size, trainable in sizes if trainable)
    # END SOLUTION


def summarise(model: nn.Module, x: torch.Tensor) -> list[Row]:
    """A row for every run of a layer in `model(x)`, in order; the model is left as it was."""
    # BEGIN SOLUTION
    rows: list[Row] = []
    counted: set[nn.Parameter] = set()

    def hook_for(name: str) -> Any:
        def hook(layer: nn.Module, inputs: tuple[Any, ...], output: torch.Tensor) -> None:
            own = [p for p in layer.parameters() if p not in counted]
            counted.update(own)
            size = sum(p.numel() for p in own)
            rows.append(Row(name, type(layer).__name__, output.shape, size))

        return hook

    modes = {module: module.training for module in model.modules()}
    handles = [
        module.register_forward_hook(hook_for(name))
        for name, module in model.named_modules()
        if not list(module.children())
    ]
    try:
        model.eval()
        with torch.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
        for module, training in modes.items():
            module.training = training
    return rows
    # END SOLUTION


def idle_layers(model: nn.Module, x: torch.Tensor) -> list[str]:
    """The names of the layers that `model(x)` does not run, in the order of `named_modules()`."""
    # BEGIN SOLUTION
    busy = {row.name for row in summarise(model, x)}
    layers = [name for name, module in model.named_modules() if not list(module.children())]
    return [name for name in layers if name not in busy]
    # END SOLUTION
