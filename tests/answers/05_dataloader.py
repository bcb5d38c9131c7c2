"""Wrong answers that 05_dataloader must catch, and right ones it must accept."""

import itertools
import math

import torch
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, Sampler, SequentialSampler, Subset

from tutor.checks import right, wrong


@wrong(caught_by="test_batches", because="drop_last is always on: the short last batch is never seen.")
def always_drops(solution):
    def make_loader(dataset, batch_size, *, shuffle=False, seed=0, drop_last=False, num_workers=0):
        return solution.make_loader(
            dataset, batch_size, shuffle=shuffle, seed=seed, drop_last=True, num_workers=num_workers
        )

    return {"make_loader": make_loader}


@wrong(caught_by="test_batches", because="The loader shuffles even when it should keep the dataset's order.")
def always_shuffles(solution):
    def make_loader(dataset, batch_size, *, shuffle=False, seed=0, drop_last=False, num_workers=0):
        return solution.make_loader(
            dataset, batch_size, shuffle=True, seed=seed, drop_last=drop_last, num_workers=num_workers
        )

    return {"make_loader": make_loader}


@wrong(caught_by="test_each_once", because="drop_last is not passed on to the DataLoader.")
def forgets_drop_last(solution):
    def make_loader(dataset, batch_size, *, shuffle=False, seed=0, drop_last=False, num_workers=0):
        return solution.make_loader(dataset, batch_size, shuffle=shuffle, seed=seed, num_workers=num_workers)

    return {"make_loader": make_loader}


@wrong(
    caught_by="test_each_once",
    because="Drawing with replacement: some samples come twice in an epoch and others never.",
)
def draws_with_replacement(solution):
    def make_loader(dataset, batch_size, *, shuffle=False, seed=0, drop_last=False, num_workers=0):
        if not shuffle:
            return solution.make_loader(dataset, batch_size, drop_last=drop_last, num_workers=num_workers)
        sampler = RandomSampler(dataset, replacement=True, generator=torch.Generator().manual_seed(seed))
        return DataLoader(dataset, batch_size, sampler=sampler, drop_last=drop_last, num_workers=num_workers)

    return {"make_loader": make_loader}


@wrong(caught_by="test_shuffle", because="The order is drawn once, when the loader is made: every epoch repeats it.")
def one_order_for_all_epochs(solution):
    def make_loader(dataset, batch_size, *, shuffle=False, seed=0, drop_last=False, num_workers=0):
        if shuffle:
            order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed))
            dataset = Subset(dataset, order.tolist())
        return DataLoader(dataset, batch_size, drop_last=drop_last, num_workers=num_workers)

    return {"make_loader": make_loader}


@wrong(caught_by="test_shuffle", because="The batches are shuffled, but each always holds the same samples.")
def shuffles_batches(solution):
    class Batches(Sampler):
        def __init__(self, count, batch_size, drop_last, generator):
            self.batches = [*BatchSampler(range(count), batch_size, drop_last)]
            self.generator = generator

        def __len__(self):
            return len(self.batches)

        def __iter__(self):
            full = len(self.batches) - 1  # the short one stays the last
            order = torch.randperm(full, generator=self.generator).tolist() if full > 0 else []
            return iter([self.batches[i] for i in order] + self.batches[max(full, 0) :])

    def make_loader(dataset, batch_size, *, shuffle=False, seed=0, drop_last=False, num_workers=0):
        if not shuffle:
            return solution.make_loader(dataset, batch_size, drop_last=drop_last, num_workers=num_workers)
        batches = Batches(len(dataset), batch_size, drop_last, torch.Generator().manual_seed(seed))
        return DataLoader(dataset, batch_sampler=batches, num_workers=num_workers)

    return {"make_loader": make_loader}


@wrong(
    caught_by="test_seed",
    because="The loader has no generator: its orders depend on whatever else draws random numbers.",
)
def ignores_the_seed(solution):
    def make_loader(dataset, batch_size, *, shuffle=False, seed=0, drop_last=False, num_workers=0):
        return DataLoader(dataset, batch_size, shuffle=shuffle, drop_last=drop_last, num_workers=num_workers)

    return {"make_loader": make_loader}


@wrong(caught_by="test_seed", because="Every loader starts from the same fixed seed, whatever `seed` says.")
def fixed_seed(solution):
    def make_loader(dataset, batch_size, *, shuffle=False, seed=0, drop_last=False, num_workers=0):
        return solution.make_loader(dataset, batch_size, shuffle=shuffle, drop_last=drop_last, num_workers=num_workers)

    return {"make_loader": make_loader}


@wrong(
    caught_by="test_seed",
    because="torch.manual_seed reseeds the whole program, and whoever draws next changes this loader's order.",
)
def seeds_globally(solution):
    def make_loader(dataset, batch_size, *, shuffle=False, seed=0, drop_last=False, num_workers=0):
        torch.manual_seed(seed)
        return DataLoader(dataset, batch_size, shuffle=shuffle, drop_last=drop_last, num_workers=num_workers)

    return {"make_loader": make_loader}


@wrong(
    caught_by="test_global_generator",
    because="The loader has its own generator, but the global one is reseeded besides.",
)
def seeds_both(solution):
    def make_loader(dataset, batch_size, *, shuffle=False, seed=0, drop_last=False, num_workers=0):
        torch.manual_seed(seed)
        return solution.make_loader(
            dataset, batch_size, shuffle=shuffle, seed=seed, drop_last=drop_last, num_workers=num_workers
        )

    return {"make_loader": make_loader}


@wrong(caught_by="test_workers", because="num_workers is not passed on: this process loads every sample itself.")
def no_workers(solution):
    def make_loader(dataset, batch_size, *, shuffle=False, seed=0, drop_last=False, num_workers=0):
        return solution.make_loader(dataset, batch_size, shuffle=shuffle, seed=seed, drop_last=drop_last)

    return {"make_loader": make_loader}


@wrong(caught_by="test_count", because="One batch too many whenever the samples divide evenly.")
def always_one_more(solution):
    def count_batches(samples, batch_size, drop_last=False):
        return samples // batch_size + (not drop_last)

    return {"count_batches": count_batches}


@wrong(caught_by="test_count", because="`//` rounds down: the short last batch is not counted.")
def rounds_down(solution):
    return {"count_batches": lambda samples, batch_size, drop_last=False: samples // batch_size}


@wrong(
    caught_by="test_collect", because="Only the last batch is returned: each turn of the loop replaces the one before."
)
def last_batch_only(solution):
    def collect(loader):
        for X, y in loader:
            all_X, all_y = X, y
        return all_X, all_y

    return {"collect": collect}


@wrong(
    caught_by="test_collect",
    because="torch.stack needs equal shapes: the short last batch does not fit. Join with torch.cat.",
)
def stacks(solution):
    def collect(loader):
        all_X, all_y = zip(*loader, strict=True)
        return torch.stack(all_X).flatten(0, 1), torch.stack(all_y).flatten()

    return {"collect": collect}


@wrong(
    caught_by="test_collect_pairs",
    because="Two passes are two epochs: the second has another order, and X no longer fits y.",
)
def two_passes(solution):
    def collect(loader):
        return torch.cat([X for X, _ in loader]), torch.cat([y for _, y in loader])

    return {"collect": collect}


@wrong(
    caught_by="test_collect_pairs",
    because="The dataset's own tensors are in the dataset's order: the loader was never asked for its batches.",
)
def asks_the_dataset(solution):
    def collect(loader):
        X, y = zip(*loader.dataset, strict=True)
        return torch.stack(X), torch.stack(y)

    return {"collect": collect}


@wrong(caught_by="test_collect", because="next(iter(loader)) begins a new epoch each time and gives its first batch.")
def always_the_first_batch(solution):
    def collect(loader):
        batches = [next(iter(loader)) for _ in range(len(loader))]
        return torch.cat([X for X, _ in batches]), torch.cat([y for _, y in batches])

    return {"collect": collect}


@right("by samplers, a ceiling and zip")
def samplers(solution):
    def make_loader(dataset, batch_size, *, shuffle=False, seed=0, drop_last=False, num_workers=0):
        generator = torch.Generator()
        generator.manual_seed(seed)
        sampler = RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)
        return DataLoader(dataset, batch_size, sampler=sampler, drop_last=drop_last, num_workers=num_workers)

    def count_batches(samples, batch_size, drop_last=False):
        return math.floor(samples / batch_size) if drop_last else math.ceil(samples / batch_size)

    def collect(loader):
        all_X, all_y = zip(*loader, strict=True)
        return torch.vstack(all_X), torch.hstack(all_y)

    return {"make_loader": make_loader, "count_batches": count_batches, "collect": collect}


@right("by a sampler that counts epochs, and a batch sampler around it")
def epoch_sampler(solution):
    class Shuffled(Sampler):
        def __init__(self, count, seed):
            self.count, self.seed, self.epoch = count, seed, 0

        def __len__(self):
            return self.count

        def __iter__(self):
            self.epoch += 1
            generator = torch.Generator().manual_seed(1_000_003 * self.seed + self.epoch)
            return iter(torch.randperm(self.count, generator=generator).tolist())

    def make_loader(dataset, batch_size, *, shuffle=False, seed=0, drop_last=False, num_workers=0):
        numbers = Shuffled(len(dataset), seed) if shuffle else range(len(dataset))
        batches = BatchSampler(numbers, batch_size, drop_last)
        return DataLoader(dataset, batch_sampler=batches, num_workers=num_workers)

    def count_batches(samples, batch_size, drop_last=False):
        return len(BatchSampler(range(samples), batch_size, drop_last))

    return {"make_loader": make_loader, "count_batches": count_batches}


@right("by lists of single rows, and by counting the batches one after the other")
def row_by_row(solution):
    def count_batches(samples, batch_size, drop_last=False):
        sizes = [min(batch_size, samples - start) for start in range(0, samples, batch_size)]
        return sum(1 for size in sizes if size == batch_size or not drop_last)

    def collect(loader):
        batches = list(loader)
        rows, labels = ([*itertools.chain.from_iterable(part)] for part in zip(*batches, strict=True))
        return torch.stack(rows), torch.stack(labels)

    return {"count_batches": count_batches, "collect": collect}
