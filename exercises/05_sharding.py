"""# One dataset, many readers: workers, ranks and epochs

Large training runs in several processes, the *ranks*, numbered 0 to `world - 1`, one for each GPU; and each rank's
`DataLoader` may start `num_workers` worker processes, each with a copy of the dataset. Who reads what?

For a `Dataset` with indices, a sampler in each rank deals them out. An `IterableDataset` has none: it is a stream, made
by its own `__iter__`, which every worker runs on its copy. Unless it looks who it is, everything comes several times
(here in batches of one):

    >>> class Letters(IterableDataset):
    ...     def __iter__(self):
    ...         return iter("abc")
    >>> [batch[0] for batch in DataLoader(Letters(), num_workers=2)]
    ['a', 'a', 'b', 'b', 'c', 'c']

In a worker, `get_worker_info()` has `num_workers` and `id`, which counts from 0 in each rank anew; in the main
process, with `num_workers=0`, it is None.

Write a stream of text lines, and three functions for datasets with indices, of pairs of tensors `(X, y)`.

- **`LineStream(files, *, rank=0, world=1, seed=0)`**: an `IterableDataset` of the lines of these UTF-8 files
  (`Path`s). A line ends at `\\n`, `\\r\\n` or `\\r`, which is left out; no other character ends one. In every epoch
  each file is read by one worker of one rank, from first line to last. (All ranks have equally many workers.) The
  numbers of files that two workers read differ by at most one. Which files a worker gets, and in which order, is drawn
  from `seed` and the epoch. A file is opened when its first line is wanted, not before.
- **`stream.set_epoch(epoch)`** chooses the epoch for every iteration that begins after it; before the first call it
  is 0. Workers kept running (`persistent_workers=True`) must see the new epoch too, though their copies of the stream
  are older. A tensor in shared memory, `tensor.share_memory_()`, is seen by all.
- **`train_loader(dataset, batch_size, *, rank, world, seed, device)`**: a `DataLoader` for this rank. Each epoch mixes
  all samples by `seed` and the epoch and deals them out, N / world to each rank, rounded up; where N does not divide
  evenly, some go to more than one rank.
- **`epoch_batches(loader, epoch, device)`** yields the `(X, y)` of epoch `epoch` of such a loader, moved to `device`.
- **`test_loader(dataset, batch_size, *, rank, world, device)`**: this rank's part for testing, in the dataset's
  order. Over all ranks each sample comes exactly once; parts differ by one sample at most.

Both loaders hand out CPU tensors and start no workers. `pin_memory` (a GPU copies quickly from pinned memory) is on if
`device`, a `torch.device`, is a CUDA device, and off otherwise. PyTorch's global generator decides nothing.

Read more: [IterableDataset](https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.IterableDataset),
[DistributedSampler](https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.distributed.DistributedSampler),
[memory pinning](https://docs.pytorch.org/docs/stable/data.html#memory-pinning),
[share_memory_](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.share_memory_.html)
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset, DistributedSampler, IterableDataset, Subset, get_worker_info


class LineStream(IterableDataset[str]):
    """The lines of many files, each file read by one worker of one rank."""

    def __init__(self, files: list[Path], *, rank: int = 0, world: int = 1, seed: int = 0) -> None:
        """Remember the files; none is opened here."""
        raise NotImplementedError("TODO: write LineStream.__init__")

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch of the iterations to come, here and in running workers."""
        raise NotImplementedError("TODO: write LineStream.set_epoch")

    def __iter__(self) -> Iterator[str]:
        """The lines of the files that fall to this worker of this rank."""
        raise NotImplementedError("TODO: write LineStream.__iter__")


def train_loader(
    dataset: Dataset[Any], batch_size: int, *, rank: int, world: int, seed: int, device: torch.device
) -> DataLoader[Any]:
    """This rank's loader for training: ceil(N / world) samples an epoch, in an order by seed and epoch."""
    raise NotImplementedError("TODO: write train_loader")


def epoch_batches(
    loader: DataLoader[Any], epoch: int, device: torch.device
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """The batches (X, y) of one epoch of a `train_loader`, on `device`."""
    raise NotImplementedError("TODO: write epoch_batches")


def test_loader(
    dataset: Dataset[Any], batch_size: int, *, rank: int, world: int, device: torch.device
) -> DataLoader[Any]:
    """This rank's loader for testing: over all ranks every sample exactly once, in order."""
    raise NotImplementedError("TODO: write test_loader")
