"""# When to stop

How many epochs are enough? Too few leave a model half trained; too many waste hours, and can make it worse on new
data. Two rules answer while the training runs: stop when the loss has stopped moving; or stop when the loss on
validation data (data that no step trains on) has not improved for a while, and go back to the weights of the best
epoch.

Going back needs a copy. `state_dict()` is none: its tensors share memory with the model.

    >>> model = nn.Linear(1, 1, bias=False)
    >>> kept = model.state_dict()
    >>> _ = nn.init.constant_(model.weight, 6.0)    # the training goes on
    >>> kept["weight"]
    tensor([[6.]])

Write a function, a class and a loop.

- `converged(losses, window=10, threshold=1e-4)`: whether the last `window` losses differ by less than `threshold`
  from one another, a bool. `losses` is a list of floats, which stays as it is. With fewer than `window` of them the
  answer is False, and so it is when one of the last `window` is nan or infinite. A `window` below 1 raises
  ValueError. Catch no errors: given no list of numbers, or one with None among the last `window`, let the error that
  arises reach the caller.
- `EarlyStopping(patience, min_delta=0.0)`. It begins with the attributes `best = math.inf`, the loss of the last
  *better* epoch, and `best_epoch = 0`, its number. `patience` is at least 1.
  - `update(loss, model)` is called once after each epoch, the first of which is 1. An epoch is *better* when
    `loss < best - min_delta`, so nan never is. Then, and only then, set `best` and `best_epoch`, and keep a copy of the
    model's state (`copy.deepcopy` copies what is inside, too). Return True when the last `patience` epochs were all
    not better, else False.
  - `restore(model)` loads the state kept last, parameters and buffers. When there is none the model stays as it is.
- `fit(model, train_epoch, validate, stopping, epochs)`: for each epoch call `train_epoch()`, then `validate()`, which
  returns the validation loss as a float, and give it to `stopping`, a new one. End after the epoch at which it says
  so, and after `epochs`, at least 1, at the latest. Then restore what was kept. Return a list of the validation losses,
  one for each epoch that was run.

Read more: [state_dict](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.state_dict),
[saving and loading](https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html)
"""

import copy
import math
from collections.abc import Callable
from typing import Any

from torch import nn


def converged(losses: list[float], window: int = 10, threshold: float = 1e-4) -> bool:
    """Whether the last `window` losses are finite and differ by less than `threshold`."""
    raise NotImplementedError("TODO: write converged")


class EarlyStopping:
    """Says when the loss has not improved for `patience` epochs, and keeps the weights of the best one."""

    def __init__(self, patience: int, min_delta: float = 0.0) -> None:
        """Begin with no epoch seen; `best` and `best_epoch` are what is known so far."""
        raise NotImplementedError("TODO: write EarlyStopping.__init__")

    def update(self, loss: float, model: nn.Module) -> bool:
        """Take the loss of one more epoch; True when the training should stop."""
        raise NotImplementedError("TODO: write EarlyStopping.update")

    def restore(self, model: nn.Module) -> None:
        """Give the model the state of the best epoch, if there was one."""
        raise NotImplementedError("TODO: write EarlyStopping.restore")


def fit(
    model: nn.Module,
    train_epoch: Callable[[], None],
    validate: Callable[[], float],
    stopping: EarlyStopping,
    epochs: int,
) -> list[float]:
    """Train until `stopping` says so, for `epochs` at most, and restore the best weights; the validation losses."""
    raise NotImplementedError("TODO: write fit")
