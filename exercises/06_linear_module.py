"""# A linear model as a module

A model is numbers to be learned and a computation that uses them. `nn.Module` keeps the two together, and knows its
numbers by name: so that an optimizer finds them, `.to(device)` moves them, and a file can store them.

A tensor that is to be learned becomes a **parameter** by `nn.Parameter(tensor)`, set as an attribute; it is then
watched for gradients too. The computation is `forward`; you call the model itself, `model(x)`.

    >>> class Scale(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()  # first: it makes room for parameters
    ...         self.factor = nn.Parameter(torch.tensor([2.0, 3.0]))
    ...     def forward(self, x):  # (N, 2)
    ...         return self.factor * x
    >>> model = Scale()
    >>> model(torch.ones(1, 2))
    tensor([[2., 3.]], grad_fn=<MulBackward0>)
    >>> dict(model.state_dict())
    {'factor': tensor([2., 3.])}

`state_dict()` gives the numbers by name (in the model's own memory, no copy); `load_state_dict` copies such a
dictionary into a module. A module set as an attribute is a part of the whole: with `self.scale = Scale()` the name is
`scale.factor`. `nn.Linear(inputs, outputs)` is a ready-made module, whose parameters are `weight` and `bias`.

Write two models of one function, and three functions. `inputs` and `outputs` are at least 1.

- `line_data(weight, bias)`: 50 points of the line `y = weight * x + bias`, `x` = 0, 0.02, 0.04, ..., 0.98. Returns
  `x_train, y_train, x_test, y_test`, in float32: the first 40 points `(40, 1)`, then the last 10 `(10, 1)`.
- `LinearByHand(inputs, outputs)`, without `nn.Linear`: parameters `weight` `(outputs, inputs)` and `bias`
  `(outputs,)`, both from `torch.randn`, the weight drawn first. From `x` `(N, inputs)` it computes
  `(N, outputs)`, each row of `weight` times a sample plus the bias, as in 03_matmul.
- `LinearModel(inputs, outputs)` computes the same by an `nn.Linear` set as `linear`, its only part, which keeps its own
  initial numbers.
- `copy_weights(source, target)`: gives `target`, a `LinearModel`, the numbers of `source`, a `LinearByHand` of the same
  sizes. A later change of one does not show in the other. The parameters of `target` are overwritten, not replaced (an
  optimizer may hold them), and keep their dtype.
- `count(model)`: for any module, how many parameters `model.parameters()` lists (there may be none) and how many
  numbers they hold in all, as a pair of ints.

Both models compute in the dtype and on the device that they were moved to, leave `x` as it was, and let gradients
through to `x` and their parameters. Making one does not seed the global random generator.

Read more: [nn.Module](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html),
[nn.Parameter](https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html),
[nn.Linear](https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html)
"""

import torch
from torch import nn


def line_data(weight: float, bias: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """x_train (40, 1), y_train (40, 1), x_test (10, 1), y_test (10, 1) of a line."""
    raise NotImplementedError("TODO: write line_data")


class LinearByHand(nn.Module):
    """x (N, inputs) to (N, outputs) by two parameters, `weight` (outputs, inputs) and `bias` (outputs,)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        raise NotImplementedError("TODO: write LinearByHand.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The outputs (N, outputs) of x (N, inputs)."""
        raise NotImplementedError("TODO: write LinearByHand.forward")


class LinearModel(nn.Module):
    """x (N, inputs) to (N, outputs) by one nn.Linear, `linear`."""

    def __init__(self, inputs: int, outputs: int) -> None:
        raise NotImplementedError("TODO: write LinearModel.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The outputs (N, outputs) of x (N, inputs)."""
        raise NotImplementedError("TODO: write LinearModel.forward")


def copy_weights(source: LinearByHand, target: LinearModel) -> None:
    """Overwrite the numbers of `target` with those of `source`."""
    raise NotImplementedError("TODO: write copy_weights")


def count(model: nn.Module) -> tuple[int, int]:
    """How many parameters the model lists, and how many numbers they hold."""
    raise NotImplementedError("TODO: write count")
