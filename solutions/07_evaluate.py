"""# Evaluate a model, exactly

Somebody's notes report an accuracy of 75.01996805111821 % on 10,000 test pictures. How many were right?

    >>> 75.01996805111821 / 100 * 10_000
    7501.996805111821

No such number of pictures exists. The batches were of 32, so the last held only 16, and the means of all batches were
averaged as if they were equal: each of those 16 counted twice. Two models may be closer than that; and the result
depends on the batch size, which says nothing about the model.

Comparing labels has a trap, too. A column beside a row broadcasts, and every prediction meets every label:

    >>> y_true, y_pred = torch.tensor([0, 1, 2, 2]), torch.tensor([[0], [1], [2], [1]])
    >>> (y_true == y_pred).sum()         # five hits among four samples
    tensor(5)

Write these three.

`accuracy(y_true, y_pred)` returns how many percent of the labels agree, 0 to 100, as a Python `float`. Unlike `test` of
07_training_loop it is in percent; unlike `loss_fn` it takes the labels first. Both are integer tensors of one shape,
any shape, on one device, with at least one label. If their shapes differ, it raises `ValueError`.

`RunningMean()` is the mean of all samples so far, which come in groups:

- `add(mean, count)` takes in `count` samples, 1 or more, whose mean is `mean`: a Python number or a tensor of shape
  `()`. Such a tensor may hang on a graph; do not keep the graph in memory
- `value`, a property (read without brackets, as often as you like), is the mean per sample as a Python `float`; before
  the first sample it is `float("nan")`

`eval_model(model, loader, loss_fn, accuracy_fn)` measures a classifier on all batches `(X, y)` of `loader`, maybe a
plain list, and returns `{"model_name": ..., "model_loss": ..., "model_acc": ...}`: the name of the model's class as a
`str`, and the means of loss and accuracy per sample that came, as `float`s.

- `model(X)` gives logits `(B, classes)`; `loss_fn(logits, y)` is the mean loss of a batch, a tensor of shape `()`
- `accuracy_fn(y_true, y_pred)` is the batch's mean of some measure, a `float`: yours above or any other. It gets the
  labels as the loader gives them and the predicted ones, both `(B,)` and `int64`; a sample's predicted label is the
  class of its largest logit
- the model is in evaluation mode and nothing is recorded. Afterwards the modes of all its modules are as they were,
  also when it raises; its weights, buffers and gradients do not change. Copy your `keep_modes` of 07_eval_mode here
- the model has parameters; every batch, `X` and `y`, moves to the device where they are

Read more: [torch.argmax](https://docs.pytorch.org/docs/stable/generated/torch.argmax.html),
[nn.CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html),
[Module.parameters](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.parameters)

## Why it works

A mean times its count is a sum, and sums may be added; means may not. That holds for every measure that is a mean
over samples: loss, accuracy, absolute error. It does not hold for what is no such mean, like precision or F1:
gather all labels and compute them once. Nor quite for `nn.CrossEntropyLoss(weight=...)`, which divides by the sum of
the samples' weights and not by their number. The count is that of the samples that came: `len(loader.dataset)` also has
those that `drop_last` or a sampler leaves out.

`next(model.parameters()).device` spares the caller an argument that could contradict the model. The class's name
tells models apart as long as each is a class of its own: every `nn.Sequential` is called Sequential.

The measure's arguments have an order for a reason: accuracy is the same either way, recall is not. And a function that
gets its measure handed over should not know whether it is in percent.

Try next: evaluate one model with batches of 32 and of 10,000, exactly and by the mean of means. Then put a
`RunningMean` into the training loop.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn


def accuracy(y_true: torch.Tensor, y_pred: torch.Tensor) -> float:
    """The percentage of labels that agree; ValueError for labels of different shapes."""
    # BEGIN SOLUTION
    if y_true.shape != y_pred.shape:
        raise ValueError(f"labels of shape {tuple(y_true.shape)} cannot meet predictions of {tuple(y_pred.shape)}")
    return 100 * (y_true == y_pred).sum().item() / y_true.numel()
    # END SOLUTION


class RunningMean:
    """The mean per sample of groups of samples."""

    def __init__(self) -> None:
        # BEGIN SOLUTION
        self.total = 0.0
        self.samples = 0
        # END SOLUTION

    def add(self, mean: float | torch.Tensor, count: int) -> None:
        """Take in `count` samples with this mean."""
        # BEGIN SOLUTION
        number = mean.item() if isinstance(mean, torch.Tensor) else mean
        self.total += number * count
        self.samples += count
        # END SOLUTION

    @property
    def value(self) -> float:
        """The mean of all samples so far; nan if there are none."""
        # BEGIN SOLUTION
        return self.total / self.samples if self.samples else float("nan")
        # END SOLUTION


@contextmanager
def keep_modes(model: nn.Module) -> Iterator[None]:
    """Yours of 07_eval_mode: puts every module's mode back on leaving the block."""
    # BEGIN SOLUTION
    modes = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
    # END SOLUTION


def eval_model(
    model: nn.Module,
    loader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    accuracy_fn: Callable[[torch.Tensor, torch.Tensor], float],
) -> dict[str, Any]:
    """The model's name, and its loss and accuracy per sample of `loader`; the model stays as it is."""
    # BEGIN SOLUTION
    loss, acc = RunningMean(), RunningMean()
    device = next(model.parameters()).device
    with keep_modes(model), torch.no_grad():
        model.eval()
        for X, y in loader:
            X, y = X.to(device), y.to(device)  # (B, ...), (B,)
            logits = model(X)  # (B, classes)
            loss.add(loss_fn(logits, y), len(y))
            acc.add(accuracy_fn(y, logits.argmax(dim=1)), len(y))
    return {"model_name": type(model).__name__, "model_loss": loss.value, "model_acc": acc.value}
    # END SOLUTION
