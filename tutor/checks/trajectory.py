"""Compares a training loop with a reference, step by step: the same weights, buffers and losses after every epoch.

It owns what makes such a comparison strict and fair: a model with batch normalisation left in evaluation mode, fixed
batches of unequal sizes, gradients lying about, hyperparameters that are no defaults, float64 on the CPU, copies on
both sides. It knows no exercise: the loop under check is a function that the check hands over.
"""

import copy
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tutor.checks.assertions import assert_close
from tutor.checks.exhibits import show_plot
from tutor.judge.diagnose import Alternatives
from tutor.judge.format import format_value, type_name
from tutor.judge.mismatch import Mismatch

Loader = Iterable[Any]
LossFunction = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
Train = Callable[[nn.Module, Loader, LossFunction, torch.optim.Optimizer], Any]
Configuration = tuple[Callable[[Iterable[Any]], torch.optim.Optimizer], Callable[[], LossFunction]]

CONFIGURATIONS: Mapping[str, Configuration] = {
    "SGD with momentum and weight decay, smoothed labels": (
        lambda parameters: torch.optim.SGD(parameters, lr=0.07, momentum=0.8, weight_decay=0.03),
        lambda: nn.CrossEntropyLoss(label_smoothing=0.2),
    ),
    "RMSprop": (
        lambda parameters: torch.optim.RMSprop(parameters, lr=0.01, alpha=0.9, weight_decay=0.01),
        nn.CrossEntropyLoss,
    ),
}


def small_classifier(features: int = 4, classes: int = 3, *, hidden: int = 5) -> nn.Sequential:
    """A model (B, features) -> (B, classes) with batch normalisation as [1], in float64 and in training mode.

    Its weights come from torch's global generator, which every check finds seeded.
    """
    return nn.Sequential(
        nn.Linear(features, hidden), nn.BatchNorm1d(hidden, momentum=0.3), nn.Tanh(), nn.Linear(hidden, classes)
    ).double()


def fixed_loader(
    *sizes: int, features: int = 4, classes: int = 3, generator: torch.Generator | None = None
) -> DataLoader[Any]:
    """A DataLoader of batches (X, y) of these sizes, the same ones in the same order at every turn.

    X is (B, features) in float64, y (B,) in int64 from 0 to classes - 1.
    """
    count = sum(sizes)
    X = torch.randn(count, features, dtype=torch.float64, generator=generator)
    dataset = TensorDataset(X, torch.randint(0, classes, (count,), generator=generator))
    numbers = iter(range(count))
    return DataLoader(dataset, batch_sampler=[[next(numbers) for _ in range(size)] for size in sizes])


def leave_old_gradients(model: nn.Module) -> None:
    """Give every parameter a gradient of some earlier computation, which must not count."""
    for parameter in model.parameters():
        parameter.grad = torch.randn_like(parameter)


def train_reference(model: nn.Module, loader: Loader, loss_fn: LossFunction, optimizer: torch.optim.Optimizer) -> float:
    """One epoch as it should be, in training mode; the mean loss per sample, each batch's taken before its step."""
    model.train()
    total, samples = 0.0, 0
    for X, y in loader:
        model.zero_grad()
        loss = loss_fn(model(X), y)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        total += loss.item() * len(y)
        samples += len(y)
    return total / samples


def evaluate_reference(
    model: nn.Module, loader: Loader, loss_fn: LossFunction, *, training: bool = False
) -> tuple[float, float]:
    """Mean loss per sample and accuracy from 0 to 1 of a copy of `model`, which stays as it is.

    In evaluation mode, unless `training` shows what a forgotten `eval()` gives.
    """
    total, hits, samples = 0.0, 0, 0
    model = copy.deepcopy(model).train(training)
    with torch.no_grad():
        for X, y in loader:
            logits = model(X)
            total += loss_fn(logits, y).item() * len(y)
            hits += int((logits.argmax(dim=1) == y).sum())
            samples += len(y)
    return total / samples, hits / samples


def state_by_mistake(
    model: nn.Module,
    loader: Loader,
    *,
    lr: float,
    turn: str,
    before: str = "",
    after: str = "",
    loss_fn: LossFunction = nn.functional.cross_entropy,
) -> dict[str, Any]:
    """The state_dict that SGD leaves in a copy of `model` after an epoch of other steps, for `explain`.

    Each letter is a step: z for zero_grad, b for backward, s for step. `turn` are those of every batch ("zbs" would be
    right), `before` and `after` those around the epoch.
    """
    wrong = copy.deepcopy(model)
    for parameter, original in zip(wrong.parameters(), model.parameters(), strict=True):
        if original.grad is not None:
            parameter.grad = original.grad.clone()  # deepcopy leaves gradients behind
    optimizer = torch.optim.SGD(wrong.parameters(), lr=lr)

    def take(steps: str, loss: Any = None) -> None:
        for step in steps:
            {"z": optimizer.zero_grad, "s": optimizer.step, "b": lambda: loss.backward()}[step]()

    take(before)
    for X, y in loader:
        take(turn, loss_fn(wrong(X), y))
    take(after)
    return wrong.state_dict()


def assert_number(actual: Any, expected: float, *, name: str, explain: Alternatives | None = None) -> None:
    """Fail unless `actual` is a Python float of this value; sums made in float32 are near enough. Raises Mismatch."""
    __tracebackhide__ = True
    if not issubclass(type(actual), float):
        shown = format_value(actual, 120)
        raise Mismatch(f"{name} should be a Python float; it is {shown}, of type {type_name(actual)}.")
    assert_close(float(actual), expected, rtol=1e-6, atol=1e-9, name=name, explain=explain)


def assert_same_trajectory(
    train: Train,
    *,
    model: Callable[[], nn.Module] = small_classifier,
    loader: Callable[[], Loader] = lambda: fixed_loader(5, 4, 2, 3),
    configurations: Mapping[str, Configuration] = CONFIGURATIONS,
    epochs: int = 3,
    reference: Train = train_reference,
) -> None:
    """Fail unless `train` takes a model exactly where `reference` takes its copy, over several epochs.

    `train(model, loader, loss_fn, optimizer)` trains for one epoch and returns the mean loss per sample, a float. For
    each configuration (makers of an optimizer and of a loss function, by name) the model from `model()` is left in
    evaluation mode with old gradients; after every epoch the loss and the whole state_dict are compared, and the model
    is put back into evaluation mode. Where they part after the first epoch, the losses are shown as a plot. Raises
    Mismatch.
    """
    __tracebackhide__ = True
    for name, (make_optimizer, make_loss) in configurations.items():
        yours, batches = model().eval(), loader()
        leave_old_gradients(yours)
        theirs = copy.deepcopy(yours)
        optimizers = [make_optimizer(one.parameters()) for one in (yours, theirs)]
        losses: dict[str, list[Any]] = {"yours": [], "reference": []}
        for epoch in range(epochs):
            where = f"epoch {epoch + 1} ({name})"
            loss = train(yours, batches, make_loss(), optimizers[0])
            expected = reference(theirs, batches, make_loss(), optimizers[1])
            losses["yours"].append(loss)
            losses["reference"].append(expected)
            try:
                assert_number(loss, expected, name=f"the loss of {where}")
                assert_close(yours.state_dict(), theirs.state_dict(), name=f"the model's state after {where}")
            except Mismatch:
                if epoch:  # a single point is no curve
                    show_plot(f"Loss of each epoch: {name}", losses, x="epoch", y="loss")
                raise
            yours.eval()


class GraphCounter(nn.Module):
    """A module around `inner` that counts in `alive` how many graphs of earlier calls were in memory at a call."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner
        self.alive = 0
        self._tokens: weakref.WeakSet[_Token] = weakref.WeakSet()

    def forward(self, x: torch.Tensor) -> Any:
        """The inner module's result, (same shape), with a token that lives as long as its graph."""
        self.alive = max(self.alive, len(self._tokens))
        return _Follow.apply(self.inner(x), self._tokens)


class _Token:
    """Something that a weak set can hold."""


class _Follow(torch.autograd.Function):
    """The identity, with a token that lives as long as the graph it is in."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, tokens: Any) -> torch.Tensor:
        ctx.token = _Token()
        tokens.add(ctx.token)
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        return gradients[0], None


class GradientWatch(nn.Module):
    """A loss function like `loss_fn` that remembers in `recorded` whether its inputs required a gradient."""

    def __init__(self, loss_fn: LossFunction = nn.functional.cross_entropy) -> None:
        super().__init__()
        self.recorded = False
        self._loss_fn = loss_fn

    def forward(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The loss (a scalar) of outputs (B, ...) against targets (B, ...)."""
        self.recorded |= outputs.requires_grad
        return self._loss_fn(outputs, targets)
