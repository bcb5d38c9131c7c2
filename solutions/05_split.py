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

## Why it works

`random_split(dataset, [50000, 10000])` is copied from tutorial to tutorial and fails for any dataset that has not
60,000 samples: the lengths must add up. Taking train as what the others leave makes them. Whole percentages keep the
arithmetic exact: `int(100 * 0.29)` is 28. `random_split` takes fractions as well, but shares out the samples left over
by a rule of its own.

One shuffled list of numbers, cut in three, cannot hold a number twice. Drawing each part for itself can, and nothing
fails: the score is only better than it should be. A split without a seed of its own changes from run to run:
yesterday's training samples are in today's test part, and a model saved yesterday has seen them.

All three subsets look into the same dataset. Setting `train.dataset.transform` would therefore alter the validation
pictures too; a wrapper around one part does not. The order of the
validation loader changes no score, so keep it: predictions can then be compared sample by sample.

Try next: samples of one person, or frames of one film, resemble each other. Split by person instead of by sample, and
watch the score of a model fall to what it is worth.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset, random_split


def part_sizes(count: int, validation: int, test: int) -> tuple[int, int, int]:
    """The lengths of (train, validation, test); `validation` and `test` are in percent."""
    # BEGIN SOLUTION
    validation_size = count * validation // 100
    test_size = count * test // 100
    return count - validation_size - test_size, validation_size, test_size
    # END SOLUTION


def split(
    dataset: Dataset[Any], validation: int, test: int, seed: int
) -> tuple[Dataset[Any], Dataset[Any], Dataset[Any]]:
    """The parts (train, validation, test) of `dataset`, drawn by `seed`; `validation` and `test` are in percent."""
    # BEGIN SOLUTION
    sizes = part_sizes(len(dataset), validation, test)
    generator = torch.Generator().manual_seed(seed)
    # random_split returns a list of parts; a tuple of three says how many there are, also to a type checker.
    train_part, validation_part, test_part = random_split(dataset, sizes, generator=generator)
    return train_part, validation_part, test_part
    # END SOLUTION


class Transformed(Dataset[tuple[Any, Any]]):
    """The samples (x, y) of another dataset as (transform(x), y)."""

    def __init__(self, dataset: Dataset[tuple[Any, Any]], transform: Callable[[Any], Any]) -> None:
        """Remember both; no sample is loaded here."""
        # BEGIN SOLUTION
        self.dataset = dataset
        self.transform = transform
        # END SOLUTION

    def __len__(self) -> int:
        """The number of samples."""
        # BEGIN SOLUTION
        return len(self.dataset)
        # END SOLUTION

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        """Sample `index` as (transform(x), y)."""
        # BEGIN SOLUTION
        x, y = self.dataset[index]
        return self.transform(x), y
        # END SOLUTION


def make_loaders(
    train: Dataset[tuple[Any, Any]],
    validation: Dataset[tuple[Any, Any]],
    batch_size: int,
    transform: Callable[[Any], Any],
) -> tuple[DataLoader[Any], DataLoader[Any]]:
    """The loaders (train, validation); `transform` and shuffling are for train alone."""
    # BEGIN SOLUTION
    return (
        DataLoader(Transformed(train, transform), batch_size=batch_size, shuffle=True),
        DataLoader(validation, batch_size=batch_size),
    )
    # END SOLUTION
