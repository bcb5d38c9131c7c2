"""# Split: train on one part, measure on another

A network can learn its training data by heart. How good it is shows on data that it has never seen, so a dataset is
cut into three parts before anything else: *train* to learn from, *validation* to compare models and settings while you
work, and *test*, looked at once, at the very end. A sample in two parts makes the measurement a lie.

A `Subset` is a dataset made of some samples of another, by their numbers. It copies nothing:

    >>> from torch.utils.data import Subset
    >>> some = Subset("abcdefgh", [6, 1, 3])      # what has a length and an index will do
    >>> len(some), some[0], list(some)
    (3, 'g', ['g', 'b', 'd'])

Write three functions and a class.

- `part_sizes(count, validation, test)` returns the lengths of `(train, validation, test)` for `count` samples, each
  an `int`. `validation` and `test` are whole percentages, together less than 100; these two lengths are rounded down,
  and train gets all the rest. `count` may be 0, and so may each of the percentages and lengths
- `split(dataset, validation, test, seed)` cuts `dataset` into three datasets, `(train, validation, test)`, of those
  lengths, for any `dataset` with `len(dataset)` and `dataset[i]`. Every sample is in exactly one part. Which one is
  drawn by chance, because many datasets are sorted by class. `seed` alone decides: with the same seed the parts hold
  the same samples in the same order every time; another seed, as a rule, makes others. PyTorch's global generator is
  left alone, and no sample is loaded until somebody asks a part for it
- `Transformed(dataset, transform)` is a `Dataset` of the same length. Where `dataset[i]` is `(x, y)`, its sample i is
  `(transform(x), y)`, made anew each time it is asked for, and `transform` is called once for it; not before
- `make_loaders(train, validation, batch_size, transform)` returns two `DataLoader`s. That of `train` hands out
  `transform(x)` for every `x` (use `Transformed`) and mixes the samples anew in each epoch; that of `validation` does
  neither and keeps its order. Every sample comes once an epoch, the short last batch included. Neither part is empty.
  Both may be cut from one dataset, which stays as it is

`torch.utils.data.random_split` makes the subsets from lengths that add up to the whole, and draws from the
`torch.Generator` that it is given as `generator=`.

Read more: [random_split](https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.random_split),
[Subset](https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.Subset),
[torch.Generator](https://docs.pytorch.org/docs/stable/generated/torch.Generator.html)
"""

from collections.abc import Callable
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset, random_split


def part_sizes(count: int, validation: int, test: int) -> tuple[int, int, int]:
    """The lengths of (train, validation, test); `validation` and `test` are in percent."""
    raise NotImplementedError("TODO: write part_sizes")


def split(
    dataset: Dataset[Any], validation: int, test: int, seed: int
) -> tuple[Dataset[Any], Dataset[Any], Dataset[Any]]:
    """The parts (train, validation, test) of `dataset`, drawn by `seed`; `validation` and `test` are in percent."""
    raise NotImplementedError("TODO: write split")


class Transformed(Dataset[tuple[Any, Any]]):
    """The samples (x, y) of another dataset as (transform(x), y)."""

    def __init__(self, dataset: Dataset[tuple[Any, Any]], transform: Callable[[Any], Any]) -> None:
        """Remember both; no sample is loaded here."""
        raise NotImplementedError("TODO: write Transformed.__init__")

    def __len__(self) -> int:
        """The number of samples."""
        raise NotImplementedError("TODO: write Transformed.__len__")

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        """Sample `index` as (transform(x), y)."""
        raise NotImplementedError("TODO: write Transformed.__getitem__")


def make_loaders(
    train: Dataset[tuple[Any, Any]],
    validation: Dataset[tuple[Any, Any]],
    batch_size: int,
    transform: Callable[[Any], Any],
) -> tuple[DataLoader[Any], DataLoader[Any]]:
    """The loaders (train, validation); `transform` and shuffling are for train alone."""
    raise NotImplementedError("TODO: write make_loaders")
