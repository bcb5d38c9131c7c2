"""# Training mode, evaluation mode

Some layers behave differently while a network learns. *Dropout* sets random elements to 0, so that no unit relies on
any single other; *batch normalisation* uses the mean and spread of the batch at hand, and keeps running ones for later.
In training mode, the same picture gets another answer at every call, or one that depends on its batch.

The switch is an attribute. Every module has `training`, True or False; `model.train()` and `model.eval()` set it for
the model and all modules inside it. A layer's `forward` looks at `self.training`. Whether gradients are recorded is
another switch, and neither moves the other:

    >>> drop = nn.Dropout(p=0.5)
    >>> drop.training                    # a new module is in training mode
    True
    >>> _ = torch.manual_seed(3)
    >>> with torch.no_grad():            # stops the recording and nothing else
    ...     print(drop(torch.ones(6)))
    tensor([2., 2., 0., 2., 0., 0.])
    >>> drop.eval()(torch.ones(6))
    tensor([1., 1., 1., 1., 1., 1.])

What is kept is divided by `1 - p`, so that the mean of an element over many calls is the element itself.

Write the `forward` of a class, and three functions. Models and inputs are on the same device already.

`Dropout(p)`, with `0 <= p < 1`, is such a module, made without PyTorch's own dropout:

- in training mode each element of `x`, for itself and anew at every call, becomes 0 with probability `p`, and is
  divided by `1 - p` otherwise. In evaluation mode the result equals `x`
- `x` is floating, of any shape, and stays as it is; the result has its dtype and device, and gradients flow
  through. Random numbers come from PyTorch's global generator, which is not to be reseeded

`with keep_modes(model):` switches nothing itself; the block may. On leaving it, the model and *every* module inside has
the mode that it had on entering; they need not all be alike, and one module may stand in two places. This holds when
the block raises, too, and the error is passed on. Under `@contextmanager`, what stands before the one `yield` runs on
entering, what stands after it on leaving; after an error, only what is under `finally:`.

`predict(model, X)` returns `model(X)` as it is in evaluation mode, with nothing recorded.

`sample_predictions(model, X, times)` asks how sure a model is: it calls `model(X)` `times >= 1` times, with every
`nn.Dropout` inside (PyTorch's class, not yours) in training mode and all other modules in evaluation mode, records
nothing, and returns the results stacked: `(times, ...)`. Only the model's dropout draws random numbers: from one seed
the results are those of `times` plain calls.

After either, also when the model raises, all modes are as they were; weights, buffers and gradients do not change.

Read more: [Module.eval](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.eval),
[nn.Dropout](https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html),
[Module.modules](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.modules),
[evaluation mode and gradients](https://docs.pytorch.org/docs/stable/notes/autograd.html#evaluation-mode-nn-module-eval)
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


class Dropout(nn.Module):
    """Sets elements to 0 with probability p while in training mode, and divides the others by 1 - p."""

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x (any shape) -> the same shape."""
        raise NotImplementedError("TODO: write Dropout.forward")


@contextmanager
def keep_modes(model: nn.Module) -> Iterator[None]:
    """Puts every module's mode back on leaving the block."""
    raise NotImplementedError("TODO: write keep_modes")


def predict(model: nn.Module, X: torch.Tensor) -> torch.Tensor:
    """What the model makes of X (B, ...) in evaluation mode; nothing is recorded, all modes stay."""
    raise NotImplementedError("TODO: write predict")


def sample_predictions(model: nn.Module, X: torch.Tensor, times: int) -> torch.Tensor:
    """The results (times, ...) of calls of model(X) with every nn.Dropout, and nothing else, in training mode."""
    raise NotImplementedError("TODO: write sample_predictions")
