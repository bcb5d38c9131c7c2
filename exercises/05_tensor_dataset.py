"""# Tensors as a dataset

A *sample* is one example to learn from: its *features*, what is known, and its *target*, what a model is to tell from
them. A *dataset* holds samples, and answers two questions: `len(dataset)`, how many there are, and `dataset[i]`, what
sample i is. Code that trains a model needs no more. Where the data are tensors already, `TensorDataset` makes a dataset
of them, row by row:

    >>> features = torch.tensor([[5.0, 1.5], [6.5, 5.0], [4.5, 1.0], [6.0, 4.5]])  # four flowers, two lengths each
    >>> targets = torch.tensor([0, 1, 0, 1])  # and their kinds
    >>> flowers = TensorDataset(features, targets)
    >>> len(flowers), flowers[1]
    (4, (tensor([6.5000, 5.0000]), tensor(1)))
    >>> flowers[0:3]
    (tensor([[5.0000, 1.5000],
            [6.5000, 5.0000],
            [4.5000, 1.0000]]), tensor([0, 1, 0]))

Look twice at the slice: it is *no dataset* of three samples, but a tuple of two tensors. Its `len` is 2, and asking it
for `[0]` gives the features of all three. A part that is a dataset again is a `Subset`: it keeps the dataset and a
sequence of indices (a list of numbers, or a range) as `.dataset` and `.indices`, and copies no sample.

    >>> part = Subset(flowers, [3, 0])
    >>> len(part), part[0]  # its first sample is number 3 of the flowers
    (2, (tensor([6.0000, 4.5000]), tensor(1)))

Write five functions. Features are `(N, ...)` of any dtype, targets `(N,)`, int64; `N` is at least 1.

- `pair_up(features, targets)`: the `TensorDataset` whose sample i is `(features[i], targets[i])`. It holds the tensors
  themselves: a later write into `features` shows in it.
- `batch(dataset, start, stop)`: of a `TensorDataset`, the samples from `start` up to, and without, `stop`, as *two
  tensors*: features `(B, ...)` and targets `(B,)`, in a tuple. `B` may be 0, and as in a slice of a list, `stop` may
  lie beyond the end; `start` is 0 or more.
- `first(dataset, count)`: the first `count` samples (0 or more; all of them when there are fewer) as *a dataset*, a
  `Subset` of `dataset`. That may be any dataset, even one that reads a file for each sample: fetch none.
- `with_target(dataset, target)`: a `Subset` of a `TensorDataset`: the samples whose target is the number `target`, in
  their order. There may be none: its length is 0 then. `dataset.tensors` is the tuple of features and targets.
- `tensors_of(subset)`: the features `(K, ...)` and the targets `(K,)` of a `Subset` of a `TensorDataset`, in the
  subset's order, in a tuple. Its indices are a list or a range, with at least one index.

Read more: [TensorDataset](https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.TensorDataset),
[Subset](https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.Subset)
"""

from typing import Any

import torch
from torch.utils.data import Dataset, Subset, TensorDataset


def pair_up(features: torch.Tensor, targets: torch.Tensor) -> TensorDataset:
    """The dataset of features (N, ...) and targets (N,), sample by sample."""
    raise NotImplementedError("TODO: write pair_up")


def batch(dataset: TensorDataset, start: int, stop: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Features (B, ...) and targets (B,) of the samples from `start` up to, and without, `stop`."""
    raise NotImplementedError("TODO: write batch")


def first(dataset: Dataset[Any], count: int) -> Subset[Any]:
    """The first `count` samples of any dataset, or all of them when there are fewer, as a dataset."""
    raise NotImplementedError("TODO: write first")


def with_target(dataset: TensorDataset, target: int) -> Subset[Any]:
    """The samples with this target, in their order, as a dataset."""
    raise NotImplementedError("TODO: write with_target")


def tensors_of(subset: Subset[Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """Features (K, ...) and targets (K,) of the samples of a subset of a TensorDataset."""
    raise NotImplementedError("TODO: write tensors_of")
