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

## Why it works

Setting an attribute is where it happens: `nn.Module` looks at what you assign. A `Parameter` or a module goes into
its lists, a plain tensor does not, not even one with `requires_grad=True`. Such a model computes, and `backward` even
finds the gradient; but `parameters()`, and so the optimizer, `.to` and `state_dict` never hear of it.

`model(x)` runs `forward(x)`, and before and after it hooks (functions of yours, see 06_summary), which a direct call of
`forward` skips.

The names in a `state_dict` are paths of attributes, so `weight` here is `linear.weight` there, and the part
`target.linear` knows its own numbers as `weight` and `bias` again. `load_state_dict` complains of names that do not
match, and rightly: with `strict=False` it copies what matches, here nothing at all, and returns the names of the rest,
which nobody reads. What `state_dict()` gives is no snapshot: train on, and its numbers change with the model's. Keep a
`copy.deepcopy` of it to come back to them.

`parameters()` is a generator: it has no length, and when you have gone through it once it is empty. Make a list of
it to use it twice. What a module stores besides parameters, such as the running mean of batch normalisation, is called
a *buffer*: in the `state_dict`, but not for the optimizer.

Try next: `torch.manual_seed(42)` and then `LinearByHand(1, 1)` gives 0.3367 and 0.1288. What does `LinearModel(1, 1)`
start with, and from which range does `nn.Linear` draw its numbers for 100 inputs?
"""

import torch
from torch import nn


def line_data(weight: float, bias: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """x_train (40, 1), y_train (40, 1), x_test (10, 1), y_test (10, 1) of a line."""
    # BEGIN SOLUTION
    x = (torch.arange(50) * 0.02).unsqueeze(1)  # (50, 1)
    y = weight * x + bias
    return x[:40], y[:40], x[40:], y[40:]
    # END SOLUTION


class LinearByHand(nn.Module):
    """x (N, inputs) to (N, outputs) by two parameters, `weight` (outputs, inputs) and `bias` (outputs,)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        # BEGIN SOLUTION
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.randn(outputs))
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The outputs (N, outputs) of x (N, inputs)."""
        # BEGIN SOLUTION
        return x @ self.weight.T + self.bias
        # END SOLUTION


class LinearModel(nn.Module):
    """x (N, inputs) to (N, outputs) by one nn.Linear, `linear`."""

    def __init__(self, inputs: int, outputs: int) -> None:
        # BEGIN SOLUTION
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The outputs (N, outputs) of x (N, inputs)."""
        # BEGIN SOLUTION
        return self.linear(x)
        # END SOLUTION


def copy_weights(source: LinearByHand, target: LinearModel) -> None:
    """Overwrite the numbers of `target` with those of `source`."""
    # BEGIN SOLUTION
    target.linear.load_state_dict(source.state_dict())
    # END SOLUTION


def count(model: nn.Module) -> tuple[int, int]:
    """How many parameters the model lists, and how many numbers they hold."""
    # BEGIN SOLUTION
    parameters = list(model.parameters())
    return len(parameters), sum(parameter.numel() for parameter in parameters)
    # END SOLUTION
