"""# Which mistakes: confusion matrix, precision, recall, F1

Of 100 people 5 are ill. A model that calls everybody healthy is right for 95 %, and useless. Accuracy says how many
mistakes there are; the *confusion matrix* says which. Row i, column j counts the samples of class i that were
called j:

    >>> y_true = torch.tensor([0, 0, 1, 2, 2, 2])
    >>> y_pred = torch.tensor([0, 1, 1, 2, 2, 0])
    >>> confusion_matrix(y_true, y_pred, 3)
    tensor([[1, 1, 0],
            [0, 1, 0],
            [1, 0, 2]])

Each class has three numbers, from 0 to 1. Take class 2:

- *precision*: of the samples that were *called* 2, its column, the share that are 2. Here 2 / 2
- *recall*: of the samples that *are* 2, its row, the share that were found. Here 2 / 3
- *F1*: twice the hits, the 2 that are 2 and were called 2, divided by how many were called 2 plus how many are 2. Here
  4 / (2 + 3). It is high only if precision and recall both are

Where there is nothing to divide by, as with a class that is never called, the number is 0.

Write three functions, with torch alone. Scikit-learn may not be called; its numbers for all classes, with
`labels=range(C)` and `zero_division=0`, are those that yours are compared with.

`confusion_matrix(y_true, y_pred, classes)`: the counts, `(classes, classes)`, int64, on the device of the labels.
Labels are `(N,)`, each tensor int64, int32 or uint8, and from 0 to `classes - 1`, with at most 256 classes; not all
classes need to appear. N may be 0.

`scores(matrix)`: from such a matrix `(C, C)` to `{"precision": ..., "recall": ..., "f1": ...}`, tensors `(C,)`,
float32, on its device.

`report(y_true, y_pred, names)`, where N is at least 1 and class i is called `names[i]`, no two alike. It gives a
dictionary with

- `"classes"`: a dictionary from each name to `{"precision": ..., "recall": ..., "f1": ..., "support": ...}`; support is
  the number of samples that are of this class
- `"macro"`: `{"precision": ..., "recall": ..., "f1": ...}`, each the plain mean over *all* classes, also those that
  do not appear
- `"accuracy"`: the share of hits, 0 to 1

Support is an `int`; the other numbers are Python `float`s. No function changes what it is given.

Read more: [torch.bincount](https://docs.pytorch.org/docs/stable/generated/torch.bincount.html),
[classification_report](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.classification_report.html)

## Why it works

**Counting pairs.** `matrix[y_true, y_pred] += 1` reads all places, adds 1 to each, and writes them back: a pair that
comes a hundred times counts once. `bincount` counts single numbers, so each pair gets one: i times `classes` plus
j. In uint8 that number overflows in silence beyond 255, hence the `long()`. Another way is `index_put_` with
`accumulate=True`.

**Which sum is which.** Truth in rows, predictions in columns is a convention, scikit-learn's; other books have it the
other way round. Swapping the arguments transposes the matrix, and precision and recall change places. Accuracy does
not notice. Name the arguments when you call: `y_true=..., y_pred=...`.

**F1** is the harmonic mean of precision and recall; written with counts it is 0 / 0 only for a
class that is neither called nor there; written with the two shares, wherever both are 0. The macro F1 is the mean of
the classes' F1, not the F1 of the mean precision and recall.

**Nothing to divide by.** 0 / 0 is nan, and one nan makes the mean nan. Zero is a convention, too; leaving the class
out would reward a model for never daring to name it.

**Batches.** Confusion matrices of batches may be added. Their precisions must not be averaged.

Try next: train on scikit-learn's digits, show `confusion_matrix` as a picture with `plt.imshow`, and look which two
digits are mixed up. The package `torchmetrics` has all this ready.
"""

from collections.abc import Sequence
from typing import Any

import torch


def confusion_matrix(y_true: torch.Tensor, y_pred: torch.Tensor, classes: int) -> torch.Tensor:
    """Row i, column j of (classes, classes), int64: how many samples (N,) of class i were called j."""
    # BEGIN SOLUTION
    pairs = y_true.long() * classes + y_pred  # (N,): one number for each pair
    return pairs.bincount(minlength=classes * classes).reshape(classes, classes)
    # END SOLUTION


def scores(matrix: torch.Tensor) -> dict[str, torch.Tensor]:
    """Precision, recall and F1 of each class, (C,) and float32, from a confusion matrix (C, C)."""
    # BEGIN SOLUTION
    hits, called, actual = matrix.diag(), matrix.sum(dim=0), matrix.sum(dim=1)  # (C,) each

    def share(part: torch.Tensor, whole: torch.Tensor) -> torch.Tensor:
        return part / whole.clamp(min=1)  # where the whole is 0, so is the part

    return {"precision": share(hits, called), "recall": share(hits, actual), "f1": share(2 * hits, called + actual)}
    # END SOLUTION


def report(y_true: torch.Tensor, y_pred: torch.Tensor, names: Sequence[str]) -> dict[str, Any]:
    """The scores and the support of each class by its name, their means over the classes, and the accuracy."""
    # BEGIN SOLUTION
    matrix = confusion_matrix(y_true, y_pred, len(names))
    table = scores(matrix)
    columns = {key: values.tolist() for key, values in table.items()}
    columns["support"] = matrix.sum(dim=1).tolist()
    return {
        "classes": {name: {key: column[c] for key, column in columns.items()} for c, name in enumerate(names)},
        "macro": {key: values.mean().item() for key, values in table.items()},
        "accuracy": matrix.diag().sum().item() / len(y_true),  # Python's 9 / 10 is 0.9, float32's 0.89999998
    }
    # END SOLUTION
