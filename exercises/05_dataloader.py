"""# Batches, shuffling, workers: the DataLoader

A network does not learn from one sample at a time, nor from all of them at once, but from small groups called
*batches*. One pass over all the data is an *epoch*. `DataLoader` takes a dataset, draws the samples' numbers in some
order, and stacks them into batches, in this process or in several at once.

With 10 samples and 4 to a batch, an epoch has three batches, and the last one is short:

    >>> data = TensorDataset(torch.rand(10, 3), torch.arange(10))    # 10 samples: 3 numbers and a label each
    >>> for X, y in DataLoader(data, batch_size=4):
    ...     print(tuple(X.shape), y.tolist())
    (4, 3) [0, 1, 2, 3]
    (4, 3) [4, 5, 6, 7]
    (2, 3) [8, 9]

Write three functions.

`make_loader(dataset, batch_size, *, shuffle=False, seed=0, drop_last=False, num_workers=0)` returns a `DataLoader`:

- every sample comes once per epoch; `drop_last=True` leaves a short last batch out
- `shuffle=False` keeps the dataset's order; with `shuffle=True` every epoch mixes all the samples anew
- `seed` alone decides the orders: two loaders with equal seeds agree in the first epoch, the second and so on, whatever
  else draws random numbers in between; another seed gives other orders. Do not reseed PyTorch's global generator, which
  belongs to the whole program: a loader can have a `torch.Generator` of its own
- `num_workers` processes load the samples, none but this one when it is 0; the batches are the same either way

`count_batches(samples, batch_size, drop_last=False)` returns, as an `int`, how many batches an epoch of such a loader
has. Arithmetic is enough; `samples` may be 0.

`collect(loader)` goes through one epoch of a loader of `(X, y)` batches, and returns all of `X` as one tensor and all
of `y` as one tensor, batch after batch as they came. Row i of both is the same sample, even when the loader shuffles.

Read more: [torch.utils.data](https://docs.pytorch.org/docs/stable/data.html),
[torch.Generator](https://docs.pytorch.org/docs/stable/generated/torch.Generator.html),
[torch.cat](https://docs.pytorch.org/docs/stable/generated/torch.cat.html)
"""

from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset


def make_loader(
    dataset: Dataset[Any],
    batch_size: int,
    *,
    shuffle: bool = False,
    seed: int = 0,
    drop_last: bool = False,
    num_workers: int = 0,
) -> DataLoader[Any]:
    """A loader over `dataset` whose shuffled orders depend on `seed` alone."""
    raise NotImplementedError("TODO: write make_loader")


def count_batches(samples: int, batch_size: int, drop_last: bool = False) -> int:
    """How many batches an epoch over `samples` samples has."""
    raise NotImplementedError("TODO: write count_batches")


def collect(loader: DataLoader[Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """All X (N, ...) and all y (N,) of one epoch, in the order they came."""
    raise NotImplementedError("TODO: write collect")
