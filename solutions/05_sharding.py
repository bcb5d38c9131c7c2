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

## Why it works

`get_worker_info()` must be asked in `__iter__`: `__init__` runs once, in the main process, where it is None. A
worker's number among all of them is `rank * num_workers + id`, and a slice with a step deals the files out. Everybody
draws the same order from the same seed; with a seed of its own for each rank some files would come twice and others
never. The seed here is `seed + epoch`, so seed 0 in epoch 1 has the order of seed 1 in epoch 0: nothing that hurts.

A sampler cannot help here: `DataLoader` refuses `sampler` and `shuffle` for an iterable dataset. What is drawn is an
order of files. Lines of one file still follow each other; larger programs mix them in a buffer.

Persistent workers keep their copy of the stream from epoch to epoch, so `self.epoch = epoch` in the main process
never reaches them, and every epoch would repeat the first. `share_memory_()` is also how `model.share_memory()` lets
several processes train the same weights (Hogwild).

`DistributedSampler` shuffles by `seed + epoch`, too, and learns of a new epoch from `set_epoch` alone: without it every
epoch has one order. It fills up so that no rank waits for another. In a test, though, a sample given twice counts
twice.

Pinned memory can be copied to a GPU while the program goes on, which is what `non_blocking=True` asks for. Without a
GPU it only brings a warning. Workers had better not make CUDA tensors: CUDA does not survive a fork. Move in the main
process.

Try next: print `torch.initial_seed()` in two workers, and see what `worker_init_fn` is for.
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
        # BEGIN SOLUTION
        self.files = files
        self.rank = rank
        self.world = world
        self.seed = seed
        self.epoch = torch.tensor(0).share_memory_()
        # END SOLUTION

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch of the iterations to come, here and in running workers."""
        # BEGIN SOLUTION
        self.epoch.fill_(epoch)
        # END SOLUTION

    def __iter__(self) -> Iterator[str]:
        """The lines of the files that fall to this worker of this rank."""
        # BEGIN SOLUTION
        worker = get_worker_info()
        workers, number = (1, 0) if worker is None else (worker.num_workers, worker.id)
        generator = torch.Generator().manual_seed(self.seed + self.epoch.item())
        order = torch.randperm(len(self.files), generator=generator).tolist()
        for place in order[self.rank * workers + number :: self.world * workers]:
            with self.files[place].open(encoding="utf-8") as lines:
                for line in lines:
                    yield line.removesuffix("\n")
        # END SOLUTION


def train_loader(
    dataset: Dataset[Any], batch_size: int, *, rank: int, world: int, seed: int, device: torch.device
) -> DataLoader[Any]:
    """This rank's loader for training: ceil(N / world) samples an epoch, in an order by seed and epoch."""
    # BEGIN SOLUTION
    sampler = DistributedSampler(dataset, num_replicas=world, rank=rank, seed=seed)
    return DataLoader(dataset, batch_size, sampler=sampler, pin_memory=device.type == "cuda")
    # END SOLUTION


def epoch_batches(
    loader: DataLoader[Any], epoch: int, device: torch.device
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """The batches (X, y) of one epoch of a `train_loader`, on `device`."""
    # BEGIN SOLUTION
    loader.sampler.set_epoch(epoch)
    for X, y in loader:
        yield X.to(device, non_blocking=True), y.to(device, non_blocking=True)
    # END SOLUTION


def test_loader(
    dataset: Dataset[Any], batch_size: int, *, rank: int, world: int, device: torch.device
) -> DataLoader[Any]:
    """This rank's loader for testing: over all ranks every sample exactly once, in order."""
    # BEGIN SOLUTION
    part = Subset(dataset, range(rank, len(dataset), world))
    return DataLoader(part, batch_size, pin_memory=device.type == "cuda")
    # END SOLUTION
