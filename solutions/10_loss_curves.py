"""# Loss curves

Two curves tell more about a training than its last line of output: the loss on the training data, and on data that
the model does not train on. So keep the numbers of every epoch, and draw them.

Where they are kept matters. A default value is made once, when `def` is read, and shared by all calls:

    >>> def remember(loss, seen=[]):
    ...     seen.append(loss)
    ...     return seen
    >>> remember(0.9)    # the first training
    [0.9]
    >>> remember(0.7)    # another training, which gets the old numbers too
    [0.9, 0.7]

matplotlib has such a memory as well: `plt.plot` draws into the *current* figure, whoever made it.
`plt.subplots(rows, columns)` returns a new figure and an array of its **axes** (one is a pair of coordinate axes with
what is drawn between them), and `axes[0].plot(xs, ys, label="name")` draws a line there and nowhere else.

Mend `record`, which is broken in the way shown above and in one more, and write the other two functions.

- `record(numbers, results=None)` adds the numbers of one epoch. `numbers` is a dictionary such as
  `{"train_loss": 0.9}`; its values are Python numbers, or tensors of shape `()`, perhaps with a graph. Each is put as
  a Python float at the end of the list of its name in `results`, a dictionary of lists; a new name gets a list.
  Return `results` itself. When no `results` are given, or None, start new ones; an empty dictionary is a given one.
- `smoothed(losses, weight)` returns a new list in which noise is damped: the first number stays, and each later one is
  `weight` times the smoothed one before it plus `1 - weight` times the loss. `losses` is a list of any length;
  `weight` is at least 0 and less than 1.
- `plot_curves(results)` returns a new matplotlib figure. `results` has four lists of equal length, at least 1:
  `"train_loss"`, `"test_loss"`, `"train_acc"`, `"test_acc"`. The figure has two axes: left the two losses, right the
  two accuracies. A list is one line over the epochs 1, 2, 3, ..., its label is its name, and no other lines are
  there. The horizontal axes are called `epoch`, the vertical ones `loss` and `accuracy`, and each of the two axes has
  a legend. No figure that was there before is drawn into.

What comes in stays as it is, apart from the `results` of `record`. `plt.show()` is not needed.

Read more: [matplotlib quick start](https://matplotlib.org/stable/users/explain/quick_start.html),
[Tensor.item](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.item.html)

## Why it works

`results=None` and a new dictionary inside is how Python functions start afresh. A test by `is None` tells "nothing
given" from "an empty dictionary given"; `results or {}` does not: the caller's empty dictionary is thrown away, and
stays empty for ever.

State that a caller holds can be saved, compared and drawn twice. State that a function hides in a default, a global
or the current figure mixes two trainings as soon as there are two, in notebooks usually at the second run of a cell.

`.item()` leaves the graph behind. A recorded loss tensor would keep its whole graph in memory; and
matplotlib refuses a tensor that requires a gradient.

Smoothing shows the trend of noisy batch losses, and lags behind it: after a sudden jump a weight of 0.9 has gone about
65 % of the way in ten steps. Draw the raw numbers too, and never smooth the one curve and leave the other raw.

pyplot keeps every figure until `plt.close(fig)`: a loop that draws a hundred of them should close each. A closed
figure can still be saved with `fig.savefig("curves.png")`.

Try next: draw what `train` of 07_engine returns, and call `fig.axes[0].set_yscale("log")` on your figure: late
progress, which looked flat, is now to be seen.
"""

import matplotlib.pyplot as plt
import torch
from matplotlib.figure import Figure

Results = dict[str, list[float]]


# BEGIN SOLUTION
def record(numbers: dict[str, float | torch.Tensor], results: Results | None = None) -> Results:
    """Add the numbers of an epoch to the lists of `results`, which are returned; new ones where none are given."""
    if results is None:
        results = {}
    for name, number in numbers.items():
        value = number.item() if isinstance(number, torch.Tensor) else number
        results.setdefault(name, []).append(float(value))
    return results


# END SOLUTION
# BEGIN PROMPT
# # TODO: put this right
# so_far: Results = {}
#
#
# def record(numbers: dict[str, float | torch.Tensor], results: Results = so_far) -> Results:
#     """Add the numbers of an epoch to the lists of `results`, which are returned; new ones where none are given."""
#     for name, number in numbers.items():
#         results.setdefault(name, []).append(number)
#     return results
#
#
# END PROMPT


def smoothed(losses: list[float], weight: float) -> list[float]:
    """The losses with their noise damped: `weight` of the number before, the rest of the loss itself."""
    # BEGIN SOLUTION
    smooth: list[float] = []
    for loss in losses:
        before = smooth[-1] if smooth else loss
        smooth.append(weight * before + (1 - weight) * loss)
    return smooth
    # END SOLUTION


def plot_curves(results: Results) -> Figure:
    """A new figure: left the losses, right the accuracies, of training and test, over the epochs from 1."""
    # BEGIN SOLUTION
    fig, axes = plt.subplots(1, 2)
    for ax, kind, label in zip(axes, ("loss", "acc"), ("loss", "accuracy"), strict=True):
        for name in (f"train_{kind}", f"test_{kind}"):
            epochs = range(1, len(results[name]) + 1)
            ax.plot(epochs, results[name], label=name)
        ax.set_xlabel("epoch")
        ax.set_ylabel(label)
        ax.legend()
    return fig
    # END SOLUTION
