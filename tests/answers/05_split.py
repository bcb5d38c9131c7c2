"""Wrong answers that 05_split must catch, and right ones it must accept."""

import random

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, RandomSampler, Subset, random_split

from tutor.checks import right, wrong


def cut(dataset, numbers, sizes):
    """The dataset's three parts, by a list of numbers in order."""
    train, validation, _ = sizes
    rest = numbers[train:]
    return Subset(dataset, numbers[:train]), Subset(dataset, rest[:validation]), Subset(dataset, rest[validation:])


def shuffled(count, seed):
    """The numbers below `count` in an order that `seed` decides."""
    return torch.randperm(count, generator=torch.Generator().manual_seed(seed)).tolist()


@wrong(
    caught_by="test_sizes_by_example",
    because="All three lengths are rounded down: they no longer add up to the whole, and random_split refuses them.",
)
def rounds_all_down(solution):
    def part_sizes(count, validation, test):
        return count * (100 - validation - test) // 100, count * validation // 100, count * test // 100

    return {"part_sizes": part_sizes}


@wrong(caught_by="test_sizes_by_example", because="Train is rounded down and test gets the rest, instead of train.")
def rest_to_test(solution):
    def part_sizes(count, validation, test):
        train, held_out = count * (100 - validation - test) // 100, count * validation // 100
        return train, held_out, count - train - held_out

    return {"part_sizes": part_sizes}


@wrong(caught_by="test_sizes_by_example", because="round() rounds up as well as down.")
def rounds_to_nearest(solution):
    def part_sizes(count, validation, test):
        sizes = round(count * validation / 100), round(count * test / 100)
        return count - sum(sizes), *sizes

    return {"part_sizes": part_sizes}


@wrong(
    caught_by="test_sizes",
    because="A percentage as a float is not exact: int(100 * 0.29) is 28. Multiply first and divide with //.",
)
def by_floats(solution):
    def part_sizes(count, validation, test):
        sizes = int(count * (validation / 100)), int(count * (test / 100))
        return count - sum(sizes), *sizes

    return {"part_sizes": part_sizes}


@wrong(
    caught_by="test_each_once",
    because="random_split with fractions hands out the samples left over by its own rule: other lengths.",
)
def by_fractions(solution):
    def split(dataset, validation, test, seed):
        fractions = [1 - (validation + test) / 100, validation / 100, test / 100]
        return random_split(dataset, fractions, generator=torch.Generator().manual_seed(seed))

    return {"split": split}


@wrong(
    caught_by="test_each_once",
    because="Each part is drawn for itself: samples land in two parts, and the measurement is a lie.",
)
def draws_each_part(solution):
    def split(dataset, validation, test, seed):
        sizes = solution.part_sizes(len(dataset), validation, test)
        return tuple(Subset(dataset, shuffled(len(dataset), seed + n)[:size]) for n, size in enumerate(sizes))

    return {"split": split}


@wrong(caught_by="test_each_once", because="Drawing with replacement takes some samples twice and others never.")
def draws_with_replacement(solution):
    def split(dataset, validation, test, seed):
        sizes = solution.part_sizes(len(dataset), validation, test)
        chance = random.Random(seed)
        numbers = [chance.randrange(len(dataset)) for _ in range(len(dataset))]
        return cut(dataset, numbers, sizes)

    return {"split": split}


@wrong(caught_by="test_each_once", because="Validation and test are the same samples: one split in two, used twice.")
def validation_is_test(solution):
    def split(dataset, validation, test, seed):
        train, held_out, _ = solution.split(dataset, validation + test, 0, seed)
        return train, held_out, held_out

    return {"split": split}


@wrong(
    caught_by="test_by_chance",
    because="The dataset is cut in its own order: whoever stands last is in test. Mixing after the cut is too late.",
)
def in_order(solution):
    def split(dataset, validation, test, seed):
        sizes = solution.part_sizes(len(dataset), validation, test)
        return cut(dataset, range(len(dataset)), sizes)

    return {"split": split}


@wrong(
    caught_by="test_by_chance",
    because="The dataset is cut in its own order: whoever stands last is in test. Mixing after the cut is too late.",
)
def shuffles_after_the_cut(solution):
    def split(dataset, validation, test, seed):
        sizes = solution.part_sizes(len(dataset), validation, test)
        parts = cut(dataset, range(len(dataset)), sizes)
        return tuple(Subset(part, shuffled(len(part), seed)) for part in parts)

    return {"split": split}


@wrong(
    caught_by="test_each_once",
    because="The parts are returned in another order: it is (train, validation, test).",
)
def test_before_validation(solution):
    def split(dataset, validation, test, seed):
        train, held_out, tested = solution.split(dataset, validation, test, seed)
        return train, tested, held_out

    return {"split": split}


@wrong(caught_by="test_by_chance", because="`seed` is not used: every seed makes the same parts.")
def generator_without_seed(solution):
    def split(dataset, validation, test, seed):
        sizes = solution.part_sizes(len(dataset), validation, test)
        return random_split(dataset, sizes, generator=torch.Generator())

    return {"split": split}


@wrong(caught_by="test_by_chance", because="`seed` is not used: every seed makes the same parts.")
def fixed_seed(solution):
    return {"split": lambda dataset, validation, test, seed: solution.split(dataset, validation, test, 42)}


@wrong(
    caught_by="test_seed",
    because="Without a generator of its own the split draws from the global one: new parts each run.",
)
def ignores_the_seed(solution):
    def split(dataset, validation, test, seed):
        return random_split(dataset, solution.part_sizes(len(dataset), validation, test))

    return {"split": split}


@wrong(
    caught_by="test_split_leaves_alone",
    because="torch.manual_seed reseeds the whole program, not this split alone.",
)
def seeds_globally(solution):
    def split(dataset, validation, test, seed):
        torch.manual_seed(seed)
        return random_split(dataset, solution.part_sizes(len(dataset), validation, test))

    return {"split": split}


@wrong(
    caught_by="test_split_leaves_alone",
    because="All samples are loaded to be split: a million images in memory before training begins.",
)
def loads_everything(solution):
    def split(dataset, validation, test, seed):
        samples = [dataset[i] for i in range(len(dataset))]
        return solution.split(samples, validation, test, seed)

    return {"split": split}


@wrong(caught_by="test_transformed", because="`transform` is called twice for a sample: a random one draws twice.")
def transforms_twice(solution):
    class Transformed(solution.Transformed):
        def __getitem__(self, index):
            x, y = self.dataset[index]
            return (self.transform(x), y) if self.transform(x) is not None else (x, y)

    return {"Transformed": Transformed}


@wrong(caught_by="test_transformed", because="`transform` is called on the label as well.")
def transforms_an_int_label(solution):
    class Transformed(solution.Transformed):
        def __getitem__(self, index):
            x, y = self.dataset[index]
            return self.transform(x), self.transform(y)

    return {"Transformed": Transformed}


@wrong(caught_by="test_transformed", because="`transform` is called on the label as well.")
def transforms_the_label(solution):
    class Transformed(solution.Transformed):
        def __getitem__(self, index):
            x, y = self.dataset[index]
            return self.transform(x), self.transform(torch.tensor(y))

    return {"Transformed": Transformed}


@wrong(
    caught_by="test_transformed",
    because="Everything is transformed once, when it is made: a random transform never varies again.",
)
def transforms_at_once(solution):
    class Transformed(Dataset):
        def __init__(self, dataset, transform):
            self.samples = [(transform(x), y) for x, y in dataset]

        def __len__(self):
            return len(self.samples)

        def __getitem__(self, index):
            return self.samples[index]

    return {"Transformed": Transformed}


@wrong(caught_by="test_transformed", because="The label is dropped: a sample is a pair (x, y).")
def drops_the_label(solution):
    class Transformed(solution.Transformed):
        def __getitem__(self, index):
            return self.transform(self.dataset[index][0])

    return {"Transformed": Transformed}


def loaders_by(make):
    return {"make_loaders": make}


@wrong(
    caught_by="test_loaders",
    because="`transform` is set on the dataset that both parts look into: validation is altered as well.",
)
def sets_the_shared_transform(solution):
    def make_loaders(train, validation, batch_size, transform):
        train.dataset.transform = transform
        return DataLoader(train, batch_size, shuffle=True), DataLoader(validation, batch_size)

    return loaders_by(make_loaders)


@wrong(caught_by="test_loaders", because="Both parts are wrapped: validation is measured on altered samples.")
def transforms_both(solution):
    def make_loaders(train, validation, batch_size, transform):
        train, validation = (solution.Transformed(part, transform) for part in (train, validation))
        return DataLoader(train, batch_size, shuffle=True), DataLoader(validation, batch_size)

    return loaders_by(make_loaders)


@wrong(caught_by="test_loaders", because="`transform` is taken and never used.")
def forgets_transform(solution):
    def make_loaders(train, validation, batch_size, transform):
        return DataLoader(train, batch_size, shuffle=True), DataLoader(validation, batch_size)

    return loaders_by(make_loaders)


@wrong(caught_by="test_loaders", because="drop_last leaves samples out of every epoch.")
def drops_the_last(solution):
    def make_loaders(train, validation, batch_size, transform):
        train = solution.Transformed(train, transform)
        loader = DataLoader(train, batch_size, shuffle=True, drop_last=True)
        return loader, DataLoader(validation, batch_size, drop_last=True)

    return loaders_by(make_loaders)


@wrong(caught_by="test_loaders", because="Both loaders are made from the train part.")
def train_twice(solution):
    def make_loaders(train, validation, batch_size, transform):
        return solution.make_loaders(train, train, batch_size, transform)

    return loaders_by(make_loaders)


@wrong(caught_by="test_loaders", because="The validation loader shuffles as well.")
def shuffles_both(solution):
    def make_loaders(train, validation, batch_size, transform):
        train, _ = solution.make_loaders(train, validation, batch_size, transform)
        return train, DataLoader(validation, batch_size, shuffle=True)

    return loaders_by(make_loaders)


@wrong(
    caught_by="test_loaders_order", because="shuffle is False unless you say otherwise: the train loader never mixes."
)
def never_shuffles(solution):
    def make_loaders(train, validation, batch_size, transform):
        return DataLoader(solution.Transformed(train, transform), batch_size), DataLoader(validation, batch_size)

    return loaders_by(make_loaders)


@wrong(
    caught_by="test_loaders_order", because="The order is drawn once, when the loader is made: every epoch repeats it."
)
def shuffles_once(solution):
    def make_loaders(train, validation, batch_size, transform):
        mixed = Subset(solution.Transformed(train, transform), torch.randperm(len(train)).tolist())
        return DataLoader(mixed, batch_size), DataLoader(validation, batch_size)

    return loaders_by(make_loaders)


@right("by one shuffled list that is cut, a class without parent methods, and samplers")
def by_permutation(solution):
    def part_sizes(count, validation, test):
        (held_out, _), (tested, _) = divmod(count * validation, 100), divmod(count * test, 100)
        return count - (held_out + tested), held_out, tested

    def split(dataset, validation, test, seed):
        sizes = part_sizes(len(dataset), validation, test)
        return list(cut(dataset, shuffled(len(dataset), seed), sizes))

    class Transformed(Dataset):
        def __init__(self, dataset, transform):
            self.inner = dataset
            self.change = transform

        def __len__(self):
            return len(self.inner)

        def __getitem__(self, index):
            sample = self.inner[index]
            return [self.change(sample[0]), sample[1]]

    def make_loaders(train, validation, batch_size, transform):
        train = Transformed(train, transform)
        return [DataLoader(train, batch_size, sampler=RandomSampler(train)), DataLoader(validation, batch_size)]

    return {"part_sizes": part_sizes, "split": split, "Transformed": Transformed, "make_loaders": make_loaders}


@right("by Python's random and splitting in two, twice")
def in_two_steps(solution):
    def split(dataset, validation, test, seed):
        _, held_out, tested = solution.part_sizes(len(dataset), validation, test)
        numbers = list(range(len(dataset)))
        random.Random(seed).shuffle(numbers)
        last = len(numbers) - tested
        rest, test_part = Subset(dataset, numbers[:last]), Subset(dataset, numbers[last:])
        first = list(range(len(rest)))
        return Subset(rest, first[held_out:]), Subset(rest, first[:held_out]), test_part

    def make_loaders(train, validation, batch_size, transform):
        def collate(samples):
            xs, ys = zip(*samples, strict=True)
            return torch.stack([transform(x) for x in xs]), torch.tensor(ys)

        loader = DataLoader(train, batch_size, shuffle=True, collate_fn=collate)
        return loader, DataLoader(validation, batch_size, shuffle=False)

    return {"split": split, "make_loaders": make_loaders}


@right("by a NumPy generator and one part after the other, taken off a list")
def by_numpy(solution):
    def split(dataset, validation, test, seed):
        numbers = np.random.default_rng(seed).permutation(len(dataset)).tolist()
        sizes = solution.part_sizes(len(dataset), validation, test)
        return tuple(Subset(dataset, [numbers.pop() for _ in range(size)]) for size in sizes)

    return {"split": split}
