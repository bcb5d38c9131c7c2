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

## Why it works

**`<`, `>`, `<=`, `>=` and `==` with nan are all False**, so `max([1.0, nan])` is 1.0 and `max([nan, 1.0])` is nan: the
order decides. A training that has exploded would at times count as converged. `math.isfinite` asks first. If you
wrote an `except:` without a kind, it hides more: a misspelt name, a None, even Ctrl-C become "not converged", and the
training goes on for ever.

**The window** looks at the last losses alone: neither where the loss came from nor how high it is matters. A plateau is
no proof of a minimum, and a low learning rate makes every loss look converged: `threshold` belongs to the
scale of the loss and to the noise in it.

**Patience** counts epochs in a row. A better epoch starts the count anew; `min_delta` keeps crumbs from doing so. It
is measured from the last better epoch, not from the one before, so that many small steps down add up to a better
epoch. So the weights that are restored may be those of an epoch a crumb above the lowest loss.

**The copy** must be deep: `dict(model.state_dict())` and `.copy()` share the tensors too. `copy.deepcopy` or
`tensor.clone()` does it. `load_state_dict` copies the values back into the model's own tensors, so an optimizer
made before keeps working.

The epoch to stop at is chosen on the validation loss, which makes that loss look a little too good. Measure the final
model on test data that had no part in the choice.

Try next: `torch.optim.lr_scheduler.ReduceLROnPlateau` has patience too, and lowers the rate instead of stopping. Read
what its `threshold_mode` says, and compare with `min_delta`.
"""

import copy
import math
from collections.abc import Callable
from typing import Any

from torch import nn


def converged(losses: list[float], window: int = 10, threshold: float = 1e-4) -> bool:
    """Whether the last `window` losses are finite and differ by less than `threshold`."""
    # BEGIN SOLUTION
    if window < 1:
        raise ValueError(f"window is {window}, and should be at least 1")
    last = losses[-window:]
    if len(last) < window or not all(math.isfinite(loss) for loss in last):
        return False
    return max(last) - min(last) < threshold
    # END SOLUTION


class EarlyStopping:
    """Says when the loss has not improved for `patience` epochs, and keeps the weights of the best one."""

    def __init__(self, patience: int, min_delta: float = 0.0) -> None:
        """Begin with no epoch seen; `best` and `best_epoch` are what is known so far."""
        # BEGIN SOLUTION
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.best_epoch = 0
        self.epoch = 0
        self.best_state: dict[str, Any] | None = None
        # END SOLUTION

    def update(self, loss: float, model: nn.Module) -> bool:
        """Take the loss of one more epoch; True when the training should stop."""
        # BEGIN SOLUTION
        self.epoch += 1
        if loss < self.best - self.min_delta:
            self.best, self.best_epoch = loss, self.epoch
            self.best_state = copy.deepcopy(model.state_dict())
        return self.epoch - self.best_epoch >= self.patience
        # END SOLUTION

    def restore(self, model: nn.Module) -> None:
        """Give the model the state of the best epoch, if there was one."""
        # BEGIN SOLUTION
        if self.best_state is not None:
            model.load_state_dict(self.best_state)
        # END SOLUTION


def fit(
    model: nn.Module,
    train_epoch: Callable[[], None],
    validate: Callable[[], float],
    stopping: EarlyStopping,
    epochs: int,
) -> list[float]:
    """Train until `stopping` says so, for `epochs` at most, and restore the best weights; the validation losses."""
    # BEGIN SOLUTION
    losses = []
    for _ in range(epochs):
        train_epoch()
        losses.append(validate())
        if stopping.update(losses[-1], model):
            break
    stopping.restore(model)
    return losses
    # END SOLUTION
