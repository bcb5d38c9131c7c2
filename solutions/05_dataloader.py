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

## Why it works

A `DataLoader` is a recipe, not a stream: each `for` (each `iter(loader)`) starts a new epoch and asks the sampler for
a new order. So `next(iter(loader))` in a loop gives the first batch of a new epoch every time, and reading all `X` in
one pass and all `y` in another pairs images with other images' labels: nothing fails, and nothing is learned.

The order is drawn when the epoch begins, not when the loader is made. `torch.manual_seed` in `make_loader` would
therefore be too early to help and would change every random number of the program besides. The generator moves
on from epoch to epoch: that is why the second order differs from the first and can still be repeated.

Samples divided by batch size, rounded up, is `-(-samples // batch_size)` without a float; `// + 1` is one too many
whenever it divides. FashionMNIST's 60,000 images in batches of 64 make 938, the last of 32.

Shuffling happens in the parent process; workers only fetch the numbers they are told to. They cost a process each,
so they pay off when a sample is slow to load.
Try next: time an epoch over a dataset whose `__getitem__` sleeps for 5 ms, with 0, 1, 2 and 4 workers.
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
    # BEGIN SOLUTION
    return DataLoader(
        dataset,
        batch_size=batch_size,
        shuffle=shuffle,
        drop_last=drop_last,
        num_workers=num_workers,
        generator=torch.Generator().manual_seed(seed),
    )
    # END SOLUTION


def count_batches(samples: int, batch_size: int, drop_last: bool = False) -> int:
    """How many batches an epoch over `samples` samples has."""
    # BEGIN SOLUTION
    full, left_over = divmod(samples, batch_size)
    return full if drop_last or left_over == 0 else full + 1
    # END SOLUTION


def collect(loader: DataLoader[Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """All X (N, ...) and all y (N,) of one epoch, in the order they came."""
    # BEGIN SOLUTION
    all_X, all_y = [], []
    for X, y in loader:  # (B, ...), (B,); the last B may be smaller
        all_X.append(X)
        all_y.append(y)
    return torch.cat(all_X), torch.cat(all_y)
    # END SOLUTION
