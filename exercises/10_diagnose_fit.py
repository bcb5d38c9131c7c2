"""# Read the curves, then choose

A model that disappoints can have learned too little or too much by heart; what helps the one harms the other. That the
test loss is above the training loss is no evidence: it nearly always is. A model **overfits** when its test loss, after
its best epoch, rises while the training loss still falls:

    >>> train, test = [1.9, 0.9, 0.2], [2.0, 1.4, 1.8]
    >>> best = test.index(min(test))    # the position of the best epoch
    >>> test[-1] / min(test), train[-1] < train[best]
    (1.2857142857142858, True)

A remedy needs evidence too: change *one* setting and compare. Another seed alone changes the result, so a change
counts only if it helps more than that.

`RUNS` below are recorded trainings on scikit-learn's digits, some labels made wrong. A run is a dictionary with
`"settings"` and the lists `"train_loss"` and `"test_loss"` (in earnest, choose by validation losses). Write four
functions, none of which changes an input.

- `best_epoch(test_loss)`: the number of the epoch with the lowest loss, the earliest of equals. The first epoch is 1.
- `diagnose(train_loss, test_loss, guess)` returns the first word that fits, by limits chosen for these runs. `guess`
  is the loss of a model that knows nothing; the lists have the same length, at least 6.
  - `"unstable"`: a loss is nan or infinite, or the last training loss is above `guess`.
  - `"overfitting"`: the last test loss is more than 1.125 times the lowest one, and the last training loss is
    below that of the best epoch.
  - `"unfinished"`: the last training loss is above half of `guess`, and below 0.9375 times the one five epochs before.
  - `"underfitting"`: the last training loss is above half of `guess`.
  - `"fine"`: none of these.
- `changed(before, after)`: the set of names whose values (numbers, strings or None) differ between two dictionaries of
  settings. A name that only one of them has differs, even if its value is None.
- `best_remedy(runs, base)`: the name of the run that helps most, or None. `base` is the name of a run in `runs`. A
  *twin* differs from it in no setting or in `"seed"` alone: `base` is one. A *remedy* differs in exactly one
  setting, and that is not `"seed"`; a remedy with a test loss that is nan or infinite is left out. The lowest test loss
  of a run counts. Return the remedy with the lowest (the first of equals) if it is below the lowest of every twin,
  else None. Twins have finite losses only.

Read more: [dropout](https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html),
[weight decay](https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html) (pulls weights towards 0),
[underfitting and overfitting](https://scikit-learn.org/stable/auto_examples/model_selection/plot_underfitting_overfitting.html)
"""

import math
from typing import Any

Run = dict[str, Any]

GUESS = 2.303  # log(10): what a model that gives each of ten classes the same probability has as cross entropy

# Recorded from real trainings: Linear(64, hidden), ReLU, Dropout, Linear(hidden, 10); SGD with momentum 0.9, batches
# of 25, 20 epochs; 15 % of the labels, of training and test alike, drawn anew from all ten; each loss measured in
# evaluation mode after the epoch.
# fmt: off
RUNS: dict[str, Run] = {
    "base": {
        "settings": {"samples": 150, "hidden": 128, "rate": 0.1, "weight_decay": 0.0, "dropout": 0.0, "seed": 2},
        "train_loss": [
            2.14, 1.844, 1.396, 1.02, 0.814, 0.718, 0.709, 0.667, 0.551, 0.493, 0.451, 0.415, 0.359, 0.394,
            0.336, 0.295, 0.255, 0.27, 0.256, 0.242,
        ],
        "test_loss": [
            2.307, 2.049, 1.698, 1.371, 1.327, 1.365, 1.498, 1.504, 1.423, 1.426, 1.436, 1.551, 1.554, 1.62,
            1.716, 1.611, 1.723, 1.818, 1.786, 1.858,
        ],
    },
    "seed 0": {
        "settings": {"samples": 150, "hidden": 128, "rate": 0.1, "weight_decay": 0.0, "dropout": 0.0, "seed": 0},
        "train_loss": [
            2.13, 1.832, 1.378, 1.0, 0.811, 0.751, 0.662, 0.585, 0.513, 0.462, 0.435, 0.401, 0.359, 0.317,
            0.289, 0.25, 0.236, 0.203, 0.234, 0.228,
        ],
        "test_loss": [
            2.244, 2.041, 1.632, 1.374, 1.296, 1.386, 1.386, 1.418, 1.41, 1.467, 1.462, 1.555, 1.575, 1.602,
            1.623, 1.686, 1.718, 1.764, 1.841, 1.933,
        ],
    },
    "seed 1": {
        "settings": {"samples": 150, "hidden": 128, "rate": 0.1, "weight_decay": 0.0, "dropout": 0.0, "seed": 1},
        "train_loss": [
            2.139, 1.857, 1.464, 1.146, 0.849, 0.711, 0.671, 0.616, 0.525, 0.519, 0.465, 0.376, 0.343, 0.32,
            0.315, 0.286, 0.263, 0.209, 0.199, 0.174,
        ],
        "test_loss": [
            2.257, 2.065, 1.73, 1.433, 1.334, 1.313, 1.409, 1.443, 1.441, 1.433, 1.479, 1.492, 1.56, 1.639,
            1.747, 1.755, 1.796, 1.809, 1.815, 1.912,
        ],
    },
    "dropout": {
        "settings": {"samples": 150, "hidden": 128, "rate": 0.1, "weight_decay": 0.0, "dropout": 0.2, "seed": 2},
        "train_loss": [
            2.143, 1.853, 1.414, 1.089, 0.907, 0.812, 0.781, 0.626, 0.562, 0.496, 0.48, 0.43, 0.387, 0.37,
            0.346, 0.304, 0.278, 0.263, 0.264, 0.231,
        ],
        "test_loss": [
            2.317, 2.03, 1.729, 1.422, 1.4, 1.386, 1.444, 1.317, 1.367, 1.386, 1.436, 1.413, 1.52, 1.535,
            1.498, 1.455, 1.53, 1.569, 1.668, 1.668,
        ],
    },
    "weight decay": {
        "settings": {"samples": 150, "hidden": 128, "rate": 0.1, "weight_decay": 0.02, "dropout": 0.0, "seed": 2},
        "train_loss": [
            2.144, 1.892, 1.522, 1.178, 0.937, 0.838, 0.828, 0.823, 0.796, 0.767, 0.732, 0.675, 0.699,
            0.774, 0.677, 0.649, 0.617, 0.604, 0.642, 0.624,
        ],
        "test_loss": [
            2.306, 2.085, 1.798, 1.486, 1.365, 1.335, 1.394, 1.379, 1.351, 1.332, 1.309, 1.3, 1.367, 1.306,
            1.337, 1.278, 1.285, 1.281, 1.292, 1.288,
        ],
    },
    "more data": {
        "settings": {"samples": 600, "hidden": 128, "rate": 0.1, "weight_decay": 0.0, "dropout": 0.0, "seed": 2},
        "train_loss": [
            1.265, 0.876, 0.798, 0.785, 0.697, 0.822, 0.645, 0.648, 0.638, 0.549, 0.541, 0.564, 0.473,
            0.473, 0.44, 0.417, 0.437, 0.343, 0.333, 0.394,
        ],
        "test_loss": [
            1.421, 1.191, 1.132, 1.08, 1.108, 1.24, 1.096, 1.064, 1.21, 1.15, 1.216, 1.204, 1.1, 1.213,
            1.252, 1.246, 1.322, 1.199, 1.283, 1.344,
        ],
    },
    "fewer units": {
        "settings": {"samples": 150, "hidden": 8, "rate": 0.1, "weight_decay": 0.0, "dropout": 0.0, "seed": 2},
        "train_loss": [
            2.281, 2.187, 2.07, 1.886, 1.667, 1.483, 1.277, 1.164, 1.095, 1.001, 0.941, 0.901, 0.808, 0.833,
            0.829, 0.797, 0.855, 0.722, 0.753, 0.72,
        ],
        "test_loss": [
            2.312, 2.29, 2.221, 2.133, 1.969, 1.85, 1.779, 1.741, 1.766, 1.763, 1.81, 1.82, 1.842, 1.958,
            1.925, 1.979, 2.044, 2.082, 2.117, 2.192,
        ],
    },
    "more data, lower rate": {
        "settings": {"samples": 1200, "hidden": 128, "rate": 0.03, "weight_decay": 0.0, "dropout": 0.0, "seed": 2},
        "train_loss": [
            1.454, 1.018, 0.901, 0.871, 0.83, 0.817, 0.796, 0.77, 0.737, 0.727, 0.712, 0.688, 0.692, 0.678,
            0.654, 0.654, 0.616, 0.642, 0.618, 0.621,
        ],
        "test_loss": [
            1.524, 1.139, 1.027, 1.011, 0.987, 0.986, 1.027, 0.981, 0.968, 0.986, 0.95, 0.97, 1.009, 0.978,
            0.959, 1.009, 0.978, 1.015, 1.003, 1.037,
        ],
    },
    "two units": {
        "settings": {"samples": 150, "hidden": 2, "rate": 0.1, "weight_decay": 0.0, "dropout": 0.0, "seed": 2},
        "train_loss": [
            2.374, 2.276, 2.194, 2.109, 2.04, 1.995, 1.96, 1.935, 1.918, 1.917, 1.908, 1.882, 1.875, 1.867,
            1.863, 1.857, 1.84, 1.829, 1.807, 1.785,
        ],
        "test_loss": [
            2.333, 2.302, 2.313, 2.26, 2.202, 2.171, 2.132, 2.129, 2.142, 2.126, 2.164, 2.12, 2.114, 2.128,
            2.108, 2.147, 2.122, 2.118, 2.141, 2.147,
        ],
    },
    "low rate": {
        "settings": {"samples": 150, "hidden": 128, "rate": 0.004, "weight_decay": 0.0, "dropout": 0.0, "seed": 2},
        "train_loss": [
            2.304, 2.281, 2.255, 2.228, 2.205, 2.183, 2.163, 2.144, 2.124, 2.104, 2.083, 2.062, 2.04, 2.017,
            1.994, 1.97, 1.945, 1.919, 1.893, 1.866,
        ],
        "test_loss": [
            2.319, 2.312, 2.304, 2.299, 2.294, 2.289, 2.283, 2.274, 2.262, 2.249, 2.235, 2.222, 2.202,
            2.186, 2.168, 2.147, 2.129, 2.108, 2.086, 2.066,
        ],
    },
    "high rate": {
        "settings": {"samples": 150, "hidden": 128, "rate": 3.0, "weight_decay": 0.0, "dropout": 0.0, "seed": 2},
        "train_loss": [
            31.939, 4.823, 3.313, 3.471, 2.658, 2.5, 2.475, 2.452, 2.378, 2.395, 2.426, 2.504, 2.465, 2.458,
            2.392, 2.369, 2.39, 2.381, 2.448, 2.342,
        ],
        "test_loss": [
            38.38, 4.678, 3.08, 3.908, 2.572, 2.7, 2.512, 2.61, 2.37, 2.58, 2.343, 2.603, 2.518, 2.42,
            2.518, 2.578, 2.396, 2.512, 2.657, 2.427,
        ],
    },
}
# fmt: on


def best_epoch(test_loss: list[float]) -> int:
    """The epoch with the lowest loss, the earliest of equals; the first epoch is 1."""
    raise NotImplementedError("TODO: write best_epoch")


def diagnose(train_loss: list[float], test_loss: list[float], guess: float) -> str:
    """What the curves show: "unstable", "overfitting", "unfinished", "underfitting" or "fine"."""
    raise NotImplementedError("TODO: write diagnose")


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The names of the settings that differ, or that only one of the two has."""
    raise NotImplementedError("TODO: write changed")


def best_remedy(runs: dict[str, Run], base: str) -> str | None:
    """The name of the run with one change that helps more than another seed does, if there is one."""
    raise NotImplementedError("TODO: write best_remedy")
