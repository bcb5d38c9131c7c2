"""# Three models, one fair comparison

Is the convolutional network worth its time, or does a linear layer do? Only a fair comparison tells: the same
pictures in the same order, as many epochs, an optimizer of its own for each model with the same learning rate, and
numbers from pictures that none was trained on. You will compare V0 (two linear layers), V1 (a ReLU between them) and
V2 (TinyVGG) on handwritten digits, and see what a *final* ReLU, after the last layer, does.

For a sample with the logits `z`, the gradient of cross entropy has a simple form: the probabilities, less 1 at the
label. Stepping against it raises the label's logit and lowers the others.

    >>> z = torch.tensor([[-1.0, 0.0, 2.0]], requires_grad=True)
    >>> F.cross_entropy(z, torch.tensor([0])).backward()
    >>> z.grad
    tensor([[-0.9580,  0.1142,  0.8438]])

Where a logit is not above 0, a ReLU gives 0 and passes no gradient on: this sample cannot raise that logit.

Loaders, the training of an epoch, the evaluation and V2 are written, for the CPU. Write five functions.

- `model_v0(pixels, hidden, classes)`: an `nn.Module` that flattens `(B, ...)` to `(B, pixels)`, then a linear layer to
  `hidden` values and one to `classes` logits.
- `model_v1(pixels, hidden, classes, final_relu=False)`: the same with a ReLU between the two, and if `final_relu`
  another at the end.
- `logit_gradients(logits, labels, final_relu=False)`: the gradient of the mean cross entropy with respect to `logits`
  `(B, classes)`, of that shape and dtype; with `final_relu`, of the cross entropy of `logits.relu()`, and then 0
  where a logit is not above 0. `labels` is `(B,)`. By the formula or by autograd; inputs stay as they were.
- `dead_classes(model, loader)`: a list of those classes, as ints in order, whose output is above 0 for no picture of
  the loader. Put the model into evaluation mode, where it may stay, and record no graph.
- `compare(models, train_loader, test_loader, epochs, make_optimizer, seed=0)`: `models` is a dictionary of names and
  models. Train each with `train_epoch`, with its own `make_optimizer(model.parameters())`. Before each model, not each
  epoch, seed the generator with which the loader shuffles, `train_loader.generator`, so that every model sees the
  same batches. A new generator in its place would not shuffle. Return a list, a `Row` for each, the best
  accuracy first; of equals, the one with fewer parameters. Loss and accuracy are those of `evaluate` on the test
  pictures after the last epoch. `parameters` counts numbers, `losses` are those that `train_epoch` returned, and
  `seconds` is how long the epochs took, without the evaluation (`time.perf_counter()` reads a clock).

No function seeds the global random generator.

Read more: [CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html),
[Generator](https://docs.pytorch.org/docs/stable/generated/torch.Generator.html)
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset


class Row(NamedTuple):
    """What came of one model."""

    name: str
    accuracy: float  # share of the test pictures, from 0 to 1
    loss: float  # on the test pictures
    parameters: int
    seconds: float  # of training
    losses: list[float]  # of training, one an epoch


def digit_loaders(side: int = 12, batch_size: int = 50) -> tuple[DataLoader[Any], DataLoader[Any]]:
    """Loaders of 1,000 digits to train with, shuffled by a generator of its own, and of 797 to test with.

    A picture is (1, side, side), with values from 0 to 1: 8 by 8 pixels, enlarged.
    """
    digits = load_digits()
    pictures = torch.tensor(digits.images, dtype=torch.float32)[:, None] / 16  # (1797, 1, 8, 8)
    pictures, labels = F.interpolate(pictures, (side, side), mode="bilinear"), torch.tensor(digits.target)
    train, test = TensorDataset(pictures[:1000], labels[:1000]), TensorDataset(pictures[1000:], labels[1000:])
    return DataLoader(train, batch_size, shuffle=True, generator=torch.Generator()), DataLoader(test, 200)


def model_v2(side: int, hidden: int, classes: int) -> nn.Module:
    """The TinyVGG of 09_tinyvgg for grey pictures of `side` by `side` pixels."""

    def block(inputs: int) -> nn.Module:
        first, second = nn.Conv2d(inputs, hidden, 3, padding=1), nn.Conv2d(hidden, hidden, 3, padding=1)
        return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2))

    return nn.Sequential(block(1), block(hidden), nn.Flatten(), nn.Linear(hidden * (side // 4) ** 2, classes))


def train_epoch(model: nn.Module, loader: DataLoader[Any], optimizer: torch.optim.Optimizer) -> float:
    """Train for one epoch, in training mode; the mean loss per sample, each batch measured before its step."""
    model.train()
    total, samples = 0.0, 0
    for x, labels in loader:
        loss = F.cross_entropy(model(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        samples += len(labels)
    return total / samples


def evaluate(model: nn.Module, loader: DataLoader[Any]) -> tuple[float, float]:
    """The mean loss per sample and the share of hits, in evaluation mode."""
    model.eval()
    total, hits, samples = 0.0, 0, 0
    with torch.inference_mode():
        for x, labels in loader:
            logits = model(x)
            total += F.cross_entropy(logits, labels).item() * len(labels)
            hits += int((logits.argmax(dim=1) == labels).sum())
            samples += len(labels)
    return total / samples, hits / samples


def model_v0(pixels: int, hidden: int, classes: int) -> nn.Module:
    """Two linear layers: pictures (B, ...) of `pixels` values to logits (B, classes)."""
    raise NotImplementedError("TODO: write model_v0")


def model_v1(pixels: int, hidden: int, classes: int, final_relu: bool = False) -> nn.Module:
    """Two linear layers with a ReLU between them, and with `final_relu` another at the end."""
    raise NotImplementedError("TODO: write model_v1")


def logit_gradients(logits: torch.Tensor, labels: torch.Tensor, final_relu: bool = False) -> torch.Tensor:
    """The gradient of the mean cross entropy for logits (B, classes), or for what a ReLU makes of them."""
    raise NotImplementedError("TODO: write logit_gradients")


def dead_classes(model: nn.Module, loader: DataLoader[Any]) -> list[int]:
    """The classes whose output is above 0 for no picture of the loader."""
    raise NotImplementedError("TODO: write dead_classes")


def compare(
    models: dict[str, nn.Module],
    train_loader: DataLoader[Any],
    test_loader: DataLoader[Any],
    epochs: int,
    make_optimizer: Callable[..., torch.optim.Optimizer],
    seed: int = 0,
) -> list[Row]:
    """Train each model on the same batches for `epochs` epochs; a Row for each, the best accuracy first."""
    raise NotImplementedError("TODO: write compare")
