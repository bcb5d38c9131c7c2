"""Wrong answers that 05_fix_loaders must catch, and right ones it must accept."""

import random

import numpy as np
import torch
from torch.utils.data import ConcatDataset, DataLoader, RandomSampler
from torchvision.datasets import FashionMNIST
from torchvision.transforms import v2

from tutor.checks import excuse, right, wrong


@wrong(
    caught_by="test_leaked_by_example",
    because="It asks, with `in` or any() alone, whether some number agrees; a sample is the same when all of them do.",
)
def by_in(solution):
    def leaked(train, test):
        known = torch.stack([x for x, _ in train])
        return [place for place, (x, _) in enumerate(test) if x in known]

    return {"leaked": leaked}


@wrong(
    caught_by="test_leaked_by_example",
    because="It looks with `in` in a list, which compares with ==: several numbers are neither true nor false.",
)
def by_list(solution):
    def leaked(train, test):
        known = [x for x, _ in train]
        return [place for place, (x, _) in enumerate(test) if x in known]

    return {"leaked": leaked}


@wrong(
    caught_by="test_leaked_by_example",
    because="It finds no leak: all() without a dimension asks that x equal *every* training sample.",
)
def all_of_everything(solution):
    def leaked(train, test):
        known = torch.stack([x for x, _ in train])
        return [place for place, (x, _) in enumerate(test) if (known == x).all()]

    return {"leaked": leaked}


@wrong(
    caught_by="test_leaked_by_example",
    because="Each dimension has its own `any` here: the numbers that agree may be those of different training samples.",
)
def any_then_all(solution):
    def leaked(train, test):
        known = torch.stack([x for x, _ in train])
        return [place for place, (x, _) in enumerate(test) if (known == x).any(dim=0).all()]

    return {"leaked": leaked}


@wrong(
    caught_by="test_leaked_by_example", because="Positions in `train` are returned; the leaks in `test` are asked for."
)
def positions_in_train(solution):
    return {"leaked": lambda train, test: solution.leaked(test, train)}


@wrong(
    caught_by="test_leaked",
    because="It looks with `all` along one dimension only: a picture has more. Make one dimension of them first.",
)
def one_dimension(solution):
    def leaked(train, test):
        known = torch.stack([x for x, _ in train])
        return [place for place, (x, _) in enumerate(test) if (known == x).all(dim=1).any()]

    return {"leaked": leaked}


@wrong(
    caught_by="test_leaked",
    because="A sample of `test` that comes twice is told once: a set keeps one of equal things.",
)
def once_each(solution):
    def leaked(train, test):
        known, found = {tuple(x.flatten().tolist()) for x, _ in train}, {}
        for place, (x, _) in enumerate(test):
            key = tuple(x.flatten().tolist())
            if key in known:
                found.setdefault(key, place)
        return list(found.values())

    return {"leaked": leaked}


def fashion_of(first, second, transform=None):
    """`fashion` with these two values of `train`."""

    def both(solution):
        how = transform or solution.TO_FLOAT
        return {
            "fashion": lambda root: tuple(FashionMNIST(root, train=train, transform=how) for train in (first, second))
        }

    return both


@wrong(caught_by="test_fashion", because="Both datasets are the training images: `train` is True unless it is given.")
def training_twice(solution):
    return fashion_of(True, True)(solution)


@wrong(caught_by="test_fashion", because="Both datasets are the test images.")
def test_twice(solution):
    return fashion_of(False, False)(solution)


@wrong(caught_by="test_fashion", because="Training and test images have changed places.")
def swapped(solution):
    return fashion_of(False, True)(solution)


@wrong(caught_by="test_fashion", because="The floats run from 0 to 255, as they do without `scale=True`.")
def not_scaled(solution):
    steps = [v2.ToImage(), v2.ToDtype(torch.float32), v2.ToPureTensor()]
    return fashion_of(True, False, v2.Compose(steps))(solution)


@wrong(caught_by="test_fashion", because="The test images are no tensors: `transform=TO_FLOAT` is missing there.")
def test_untransformed(solution):
    def fashion(root):
        return solution.fashion(root)[0], FashionMNIST(root, train=False)

    return {"fashion": fashion}


def loaders(make_test, make_train=None):
    """make_loaders with a test loader by `make_test(train_data, test_data, batch_size, generator)`."""

    def make_loaders(train_data, test_data, batch_size, *, seed):
        generator = torch.Generator().manual_seed(seed)
        if make_train is None:
            train_loader = DataLoader(train_data, batch_size=batch_size, shuffle=True, generator=generator)
        else:
            train_loader = make_train(train_data, batch_size, seed)
        return train_loader, make_test(train_data, test_data, batch_size, generator)

    return {"make_loaders": make_loaders}


def plain(train_data, test_data, batch_size, generator):
    return DataLoader(test_data, batch_size=batch_size)


@wrong(
    caught_by="test_where_from",
    because="It says `bs`, which DataLoader does not know: the argument is called batch_size.",
)
def short_name(solution):
    return loaders(lambda train, test, size, generator: DataLoader(test, bs=size))


@wrong(caught_by="test_where_from", because="The test loader is made of the training data: copied, and not changed.")
def made_of_train(solution):
    return loaders(lambda train, test, size, generator: DataLoader(train, batch_size=size))


@wrong(caught_by="test_where_from", because="The test samples were added to the training data.")
def trained_on_all(solution):
    def make_loaders(train_data, test_data, batch_size, *, seed):
        return solution.make_loaders(ConcatDataset([train_data, test_data]), test_data, batch_size, seed=seed)

    return {"make_loaders": make_loaders}


@wrong(
    caught_by="test_test_loader", because="The test data is shuffled: predictions come in another order than samples."
)
def test_shuffled(solution):
    return loaders(lambda train, test, size, generator: DataLoader(test, batch_size=size, shuffle=True))


@wrong(
    caught_by="test_test_loader",
    because="It leaves test samples out: with drop_last the short last batch is never tested.",
)
def test_dropped(solution):
    return loaders(lambda train, test, size, generator: DataLoader(test, batch_size=size, drop_last=True))


@wrong(
    caught_by="test_test_loader", because="The test loader's batches hold one sample: batch_size is not given to it."
)
def test_one_by_one(solution):
    return loaders(lambda train, test, size, generator: DataLoader(test))


@wrong(
    caught_by="test_train_loader",
    because="Both loaders draw from one generator: whoever reads the second changes the first one's orders.",
)
def shared_generator(solution):
    return loaders(lambda train, test, size, generator: DataLoader(test, batch_size=size, generator=generator))


@wrong(caught_by="test_train_loader", because="The training data is not shuffled.")
def train_in_order(solution):
    return loaders(plain, lambda train, size, seed: DataLoader(train, batch_size=size))


@wrong(caught_by="test_train_loader", because="It leaves a few training samples out of each epoch, by drop_last.")
def train_dropped(solution):
    def make_train(train, size, seed):
        generator = torch.Generator().manual_seed(seed)
        return DataLoader(train, batch_size=size, shuffle=True, generator=generator, drop_last=True)

    return loaders(plain, make_train)


@wrong(
    caught_by="test_train_loader",
    because="It calls torch.manual_seed, which reseeds the whole program, not this loader.",
)
def seeds_globally(solution):
    def make_train(train, size, seed):
        torch.manual_seed(seed)
        return DataLoader(train, batch_size=size, shuffle=True)

    return loaders(plain, make_train)


@wrong(caught_by="test_train_loader", because="The generator was lost: `seed` no longer decides the training orders.")
def without_generator(solution):
    return loaders(plain, lambda train, size, seed: DataLoader(train, batch_size=size, shuffle=True))


@wrong(caught_by="test_normalise", because="Mean and std of both parts together: the test data leaks into training.")
def by_everything(solution):
    def normalise(train, test):
        everything = torch.cat([train, test])
        mean, std = everything.mean(dim=0), everything.std(dim=0)
        return (train - mean) / std, (test - mean) / std

    return {"normalise": normalise}


@wrong(
    caught_by="test_normalise", because="The test data is scaled by its own mean and std, as if it were training data."
)
def each_by_itself(solution):
    def normalise(train, test):
        return tuple((part - part.mean(dim=0)) / part.std(dim=0) for part in (train, test))

    return {"normalise": normalise}


@wrong(
    caught_by="test_normalise", because="One mean and std of all columns: each column needs its own, along the samples."
)
def one_for_all(solution):
    def normalise(train, test):
        return (train - train.mean()) / train.std(), (test - train.mean()) / train.std()

    return {"normalise": normalise}


@wrong(caught_by="test_normalise", because="The deviation divides by N here; that of `torch.std` divides by N - 1.")
def divided_by_all(solution):
    def normalise(train, test):
        mean, std = train.mean(dim=0), train.std(dim=0, correction=0)
        return (train - mean) / std, (test - mean) / std

    return {"normalise": normalise}


@wrong(
    caught_by="test_normalise",
    because="The test data comes out as it went in: untouched, or scaled by a `train` that was scaled already.",
)
def test_left_alone(solution):
    return {"normalise": lambda train, test: (solution.normalise(train, test)[0], test)}


@wrong(
    caught_by="test_normalise",
    because="The test data comes out as it went in: untouched, or scaled by a `train` that was scaled already.",
)
def one_after_the_other(solution):
    def normalise(train, test):
        train = (train - train.mean(dim=0)) / train.std(dim=0)
        return train, (test - train.mean(dim=0)) / train.std(dim=0)

    return {"normalise": normalise}


@wrong(caught_by="test_groups_by_example", because="Samples are drawn, not groups: one patient's photos are in both.")
def samples_drawn(solution):
    def split_by_group(groups, test_groups, *, seed):
        order = torch.randperm(len(groups), generator=torch.Generator().manual_seed(seed)).tolist()
        return sorted(order[test_groups:]), sorted(order[:test_groups])

    return {"split_by_group": split_by_group}


@wrong(
    caught_by="test_groups",
    because="A name is drawn as often as it has samples: the same one may be drawn twice. Each name belongs in once.",
)
def names_repeated(solution):
    def split_by_group(groups, test_groups, *, seed):
        order = torch.randperm(len(groups), generator=torch.Generator().manual_seed(seed)).tolist()
        drawn = {groups[index] for index in order[:test_groups]}
        parts = [[i for i, name in enumerate(groups) if (name in drawn) == inside] for inside in (False, True)]
        return tuple(parts)

    return {"split_by_group": split_by_group}


@wrong(
    caught_by="test_groups_by_seed",
    because="The names stay in the order of a set, which differs from run to run: sort them before you draw.",
)
def order_of_a_set(solution):
    def split_by_group(groups, test_groups, *, seed):
        names = list(set(groups))
        order = torch.randperm(len(names), generator=torch.Generator().manual_seed(seed)).tolist()
        drawn = [names[number] for number in order[:test_groups]]
        train = [index for index, group in enumerate(groups) if group not in drawn]
        return train, [index for index, group in enumerate(groups) if group in drawn]

    return {"split_by_group": split_by_group}


@wrong(caught_by="test_groups_by_seed", because="The first names of the alphabet are taken: `seed` has no say.")
def first_names(solution):
    def split_by_group(groups, test_groups, *, seed):
        drawn = sorted(set(groups))[:test_groups]
        train = [index for index, group in enumerate(groups) if group not in drawn]
        return train, [index for index, group in enumerate(groups) if group in drawn]

    return {"split_by_group": split_by_group}


@wrong(
    caught_by="test_groups_by_example", because="The global generator is reseeded; a generator of one's own is enough."
)
def global_seed(solution):
    def split_by_group(groups, test_groups, *, seed):
        torch.manual_seed(seed)
        names = sorted(set(groups))
        drawn = [names[number] for number in torch.randperm(len(names))[:test_groups]]
        train = [index for index, group in enumerate(groups) if group not in drawn]
        return train, [index for index, group in enumerate(groups) if group in drawn]

    return {"split_by_group": split_by_group}


@wrong(
    caught_by="test_groups_by_example", because="The two lists have changed places: the drawn groups are the test data."
)
def lists_swapped(solution):
    def split_by_group(groups, test_groups, *, seed):
        return solution.split_by_group(groups, test_groups, seed=seed)[::-1]

    return {"split_by_group": split_by_group}


@right("by sets of tuples, a sampler, torch.std_mean and Python's random")
def by_sets(solution):
    def leaked(train, test):
        known = {tuple(x.flatten().tolist()) for x, _ in train}
        return [place for place, (x, _) in enumerate(test) if tuple(x.flatten().tolist()) in known]

    def make_loaders(train_data, test_data, batch_size, *, seed):
        sampler = RandomSampler(train_data, generator=torch.Generator().manual_seed(seed))
        return [
            DataLoader(train_data, batch_size, sampler=sampler),
            DataLoader(test_data, batch_size, shuffle=False, drop_last=False),
        ]

    def normalise(train, test):
        std, mean = torch.std_mean(train, dim=0, keepdim=True)
        return tuple((part - mean) / std for part in (train, test))

    def split_by_group(groups, test_groups, *, seed):
        drawn = random.Random(seed).sample(list(dict.fromkeys(groups)), test_groups)
        parts = [], []
        for index, group in enumerate(groups):
            parts[group in drawn].append(index)
        return parts

    return {
        "leaked": leaked,
        "make_loaders": make_loaders,
        "normalise": normalise,
        "split_by_group": split_by_group,
    }


@right("by torch.equal, FashionMNIST with download on, and NumPy's unique names")
def by_equal(solution):
    def leaked(train, test):
        return [
            place
            for place in range(len(test))
            if any(torch.equal(test[place][0], train[other][0]) for other in range(len(train)))
        ]

    def fashion(root):
        return tuple(FashionMNIST(root, train, solution.TO_FLOAT, download=True) for train in (True, False))

    def split_by_group(groups, test_groups, *, seed):
        names, member = np.unique(groups, return_inverse=True)
        drawn = np.random.default_rng(seed).permutation(len(names))[:test_groups]
        inside = np.isin(member, drawn)
        return np.flatnonzero(~inside).tolist(), np.flatnonzero(inside).tolist()

    return {"leaked": leaked, "fashion": fashion, "split_by_group": split_by_group}


excuse(
    line="train_data = FashionMNIST(root, train=True, transform=TO_FLOAT)",
    becomes="train_data = FashionMNIST(root, transform=TO_FLOAT)",
    because="equivalent: `train` is True unless it is given.",
)
excuse(
    line="return [place for place, (x, _) in enumerate(test) if (known == x).flatten(1).all(dim=1).any()]",
    becomes="return [place for place, (x, _) in enumerate(test) if (known == x).flatten(1).all(dim=-1).any()]",
    because="equivalent: flatten(1) leaves two dimensions, and 1 is the last.",
)
excuse(
    line="order = torch.randperm(len(names), generator=torch.Generator().manual_seed(seed)).tolist()",
    becomes="order = torch.randperm(len(names), generator=torch.Generator().manual_seed(seed))",
    because="equivalent: a list takes a tensor of one whole number as an index too.",
)
