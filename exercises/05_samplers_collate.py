"""# Which samples, and how they are stacked: samplers and collate functions

A `DataLoader` asks three helpers. The *sampler* says which index comes next, the *batch sampler* which indices make
a batch, and the *collate function* makes one batch of the samples. `batch_size` and `shuffle` merely choose the usual
ones. Two kinds of data need others: classes of unequal size, where a network learns to ignore the rare one, and
sequences of unequal length, which do not stack.

`WeightedRandomSampler(weights, num_samples)` draws with replacement, each index with a probability in proportion to
its weight:

    >>> generator = torch.Generator().manual_seed(1)
    >>> sampler = WeightedRandomSampler([3.0, 1.0, 0.0, 4.0], 12, generator=generator)
    >>> list(sampler)                    # 3 is as probable as 0 and 1 together; 2 never comes
    [0, 0, 0, 0, 3, 0, 1, 3, 3, 1, 3, 0]

Write four things. What is random is drawn anew every epoch and depends on `seed` alone. PyTorch's global generator is
not reseeded, and only a `DataLoader` itself draws from it, once an epoch (a seed for its workers).

- **`balanced_sampler(labels, *, seed=0)`** takes labels `(N,)`, int64, of any values, and returns a sampler: its `len`
  is N, and going through it gives N ints. Each int is drawn on its own: every class that occurs is equally likely, and
  within a class every sample is.
- **`LengthBatches(lengths, batch_size, *, seed=0)`**, a batch sampler for sequences of these lengths (a list of
  ints): the indices from the shortest to the longest, the lower first where lengths are equal, are cut into lists of
  `batch_size`, the last one shorter if need be. `len` is the number of batches. Each epoch hands out all of them;
  every order is equally likely.
- **`pad_collate(samples)`** takes a list of B pairs `(sequence, label)`: each sequence is a tensor `(L, ...)`, L may be
  0 and differs from one to the next, the rest of the shape and the dtype do not; each label is an int. It returns
  `(padded, lengths, labels)`: `padded`, `(B, longest L, ...)` in the sequences' dtype, with zeros after each one's end;
  `lengths`, the L of each, and `labels`, both int64 `(B,)`. The order stays.
- **`sequence_loader(dataset, lengths, batch_size, *, seed=0)`** is a `DataLoader` over a dataset of such pairs, with
  batches of `LengthBatches`, padded; `lengths[i]` is that of sample i.

Read more: [Order and samplers](https://docs.pytorch.org/docs/stable/data.html#data-loading-order-and-sampler),
[collate_fn](https://docs.pytorch.org/docs/stable/data.html#working-with-collate-fn),
[pad_sequence](https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pad_sequence.html),
[torch.unique](https://docs.pytorch.org/docs/stable/generated/torch.unique.html)
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset, Sampler, WeightedRandomSampler


def balanced_sampler(labels: torch.Tensor, *, seed: int = 0) -> Sampler[int]:
    """A sampler of N indices in which every class of the labels (N,) is equally probable."""
    raise NotImplementedError("TODO: write balanced_sampler")


class LengthBatches(Sampler[list[int]]):
    """Batches of indices of similar length, in another order every epoch."""

    def __init__(self, lengths: list[int], batch_size: int, *, seed: int = 0) -> None:
        """Sort and cut once; the order of the batches is drawn when an epoch begins."""
        raise NotImplementedError("TODO: write LengthBatches.__init__")

    def __len__(self) -> int:
        """The number of batches."""
        raise NotImplementedError("TODO: write LengthBatches.__len__")

    def __iter__(self) -> Iterator[list[int]]:
        """The batches of one epoch, each a list of indices."""
        raise NotImplementedError("TODO: write LengthBatches.__iter__")


def pad_collate(samples: list[tuple[torch.Tensor, int]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The batch of these samples: padded (B, longest L, ...), lengths (B,) and labels (B,)."""
    raise NotImplementedError("TODO: write pad_collate")


def sequence_loader(
    dataset: Dataset[tuple[torch.Tensor, int]], lengths: list[int], batch_size: int, *, seed: int = 0
) -> DataLoader[Any]:
    """A loader of padded batches (padded, lengths, labels), each of sequences of similar length."""
    raise NotImplementedError("TODO: write sequence_loader")
