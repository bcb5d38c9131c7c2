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
`plt.subplots(1, columns)` returns a new figure and, for two columns or more, an array of its **Axes**: each is one
diagram. `axes[0].plot(xs, ys, label="name")` draws a line in the first and nowhere else; `.set_xlabel("...")`,
`.set_ylabel("...")` and `.legend()` go with it.

`record` has two faults: the one shown above, and another. Mend both, and write the other two functions.

- `record(numbers, results=None)` adds the numbers of one epoch. `numbers` is a dictionary such as
  `{"train_loss": 0.9}`; its values are Python numbers, or tensors of shape `()`, perhaps with a graph, whole numbers
  too. Each is put as a Python float at the end of the list of its name in `results`, a dictionary of lists; a new name
  gets a list. Return `results` itself. When no `results` are given, or None, start new ones; an empty dictionary is
  a given one.
- `smoothed(losses, weight)` returns a new list in which noise is damped: the first number stays, and each later one is
  `weight` times the smoothed one before it plus `1 - weight` times the loss. `losses` is a list of any length;
  `weight` is at least 0 and less than 1.
- `plot_curves(results)` returns a new matplotlib figure. `results` has four lists of equal length, at least 1:
  `"train_loss"`, `"test_loss"`, `"train_acc"`, `"test_acc"`. The figure has two diagrams: left the two losses, right
  the two accuracies. A list is one line over the epochs 1, 2, 3, ..., its label is its name, and no other lines are
  there. Each diagram has the label `epoch` below, `loss` or `accuracy` at its vertical axis, and a legend. No figure
  that was there before is drawn into.

What comes in stays as it is, apart from the `results` of `record`. `plt.show()` is not needed.

Read more: [matplotlib quick start](https://matplotlib.org/stable/users/explain/quick_start.html),
[Tensor.item](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.item.html)
"""

import matplotlib.pyplot as plt
import torch
from matplotlib.figure import Figure

Results = dict[str, list[float]]


# TODO: put this right
so_far: Results = {}


def record(numbers: dict[str, float | torch.Tensor], results: Results = so_far) -> Results:
    """Add the numbers of an epoch to the lists of `results`, which are returned; new ones where none are given."""
    for name, number in numbers.items():
        results.setdefault(name, []).append(number)
    return results




def smoothed(losses: list[float], weight: float) -> list[float]:
    """The losses with their noise damped: `weight` of the number before, the rest of the loss itself."""
    raise NotImplementedError("TODO: write smoothed")


def plot_curves(results: Results) -> Figure:
    """A new figure: left the losses, right the accuracies, of training and test, over the epochs from 1."""
    raise NotImplementedError("TODO: write plot_curves")
