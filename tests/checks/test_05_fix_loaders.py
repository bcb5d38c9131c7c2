"""Checks of 05_fix_loaders: leaks by Python lists, FashionMNIST's own files with a handful of images in a folder."""

import struct
from pathlib import Path

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader, TensorDataset

from tutor.checks import assert_close, assert_equal, expect, home, kind_of, rng_untouched, tensors, unchanged


def pairs(x):
    """A dataset of the rows of x with a label each that is nobody's business."""
    return TensorDataset(x, torch.arange(len(x)))


def in_train(train, test):
    """The positions in `test` of rows that are in `train`, by comparing lists of numbers."""
    known = train.tolist()
    return [place for place, row in enumerate(test.tolist()) if row in known]


def positions(found, call):
    """What `leaked` or `split_by_group` returned, after a look that it is a list of ints."""
    ints = isinstance(found, list) and all(type(one) is int for one in found)
    expect(ints, f"{call} should be a list of ints; it is {found!r}.")
    return found


def test_leaked_by_example(answer, device):
    """Of three test samples that share numbers with the training samples, only the one that is equal in all is a leak.

    Look at what `in` says for tensor([1., 9.]) and a tensor that holds the row [1., 2.].

    `known == x` compares every number. When is a sample the same: when any of its numbers agrees, or all of them?

    First `all` along what belongs to one sample, then `any` along the samples.
    """
    train = torch.tensor([[4.0, 5.0, 6.0], [1.0, 2.0, 3.0]], device=device)
    test = torch.tensor([[1.0, 9.0, 3.0], [4.0, 5.0, 6.0], [4.0, 2.0, 3.0]], device=device)
    with unchanged(train=train, test=test):
        found = positions(answer.leaked(pairs(train), pairs(test)), "leaked(train, test)")
    explain = {
        "These are samples that share some number with a training sample: all of them must agree.": [0, 1, 2],
    }
    assert_equal(found, [1], name="leaked(train, test)", explain=explain)


@settings(max_examples=30)
@given(data=st.data())
def test_leaked(answer, device, data):
    """`leaked` is right for samples of any shape and dtype, with doubles on either side.

    A picture has three dimensions, and all of its numbers count.

    `flatten(1)` keeps the samples and makes one dimension of the rest. A sample of `test` that comes twice leaks twice.
    """
    shape = data.draw(st.sampled_from([(1,), (3,), (1, 2, 2), (2, 1)]), label="shape of x")
    dtype = data.draw(st.sampled_from([torch.float32, torch.uint8, torch.int64]), label="dtype")
    n, m = data.draw(st.integers(1, 4), label="N"), data.draw(st.integers(0, 4), label="M")
    train, test = (
        data.draw(tensors((count, *shape), dtype=dtype, low=0, high=1), label=name).to(device)
        for count, name in ((n, "train"), (m, "test"))
    )
    found = positions(answer.leaked(pairs(train), pairs(test)), "leaked(train, test)")
    assert_equal(found, in_train(train, test), name="leaked(train, test)")


def write_fashion(root):
    """FashionMNIST's four files under `root` with 7 training and 4 test images; returns images and labels by part."""
    raw = Path(root, "FashionMNIST", "raw")
    raw.mkdir(parents=True)
    generator = torch.Generator().manual_seed(8)
    parts = {}
    for part, count in (("train", 7), ("t10k", 4)):
        images = torch.randint(0, 256, (count, 28, 28), dtype=torch.uint8, generator=generator)
        labels = torch.randint(0, 10, (count,), generator=generator).tolist()
        header = struct.pack(">4i", 2051, count, 28, 28)
        (raw / f"{part}-images-idx3-ubyte").write_bytes(header + images.numpy().tobytes())
        (raw / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">2i", 2049, count) + bytes(labels))
        parts[part] = images, labels
    return parts


def pair_of(returned, call, what):
    """The two things that a function returns, after a look that they are two."""
    two = isinstance(returned, tuple | list) and len(returned) == 2
    expect(two, f"{call} should return two {what}; it returned a {type(returned).__name__}.")
    return returned


def test_fashion(answer, tmp_path):
    """`fashion` returns the 7 images of the training files and the 4 of the test files, as floats from 0 to 1.

    Print the `len` of both. (The files of this check hold 7 and 4 images; the real ones hold 60,000 and 10,000.)

    Which argument of `FashionMNIST` says which of the two sets it is, and what is it unless you say so?
    """
    parts = write_fashion(tmp_path)
    datasets = pair_of(answer.fashion(str(tmp_path)), "fashion(root)", "datasets")
    lengths = [len(dataset) for dataset in datasets]
    explain = {
        "Both are the training data: the model would be tested on what it has learnt.": [7, 7],
        "Both are the test data: nothing is left to test on.": [4, 4],
        "The two have changed places: the model would learn from the test data.": [4, 7],
    }
    assert_equal(lengths, [7, 4], name="list of the lengths of the datasets of fashion(root)", explain=explain)
    for dataset, (images, labels), name in zip(datasets, parts.values(), ("training", "test"), strict=True):
        for index, label in enumerate(labels):
            x, y = dataset[index]
            wanted = images[index].unsqueeze(0) / 255
            expect(
                isinstance(x, torch.Tensor),
                f"Image {index} of the {name} data is {kind_of(x)}, not a tensor: was `transform=TO_FLOAT` left out?",
            )
            assert_close(x, wanted, name=f"image {index} of the {name} data")
            assert_equal(y, label, name=f"label {index} of the {name} data")


def numbered(count, first):
    """A dataset whose samples' labels are first, first + 1 and so on."""
    y = torch.arange(first, first + count)
    return TensorDataset(torch.stack([y, -y], dim=1).float(), y)


def loaders_of(answer, train=7, test=5, batch_size=2, seed=3):
    """The two loaders for samples numbered from 0 (train) and from 100 (test)."""
    made = answer.make_loaders(numbered(train, 0), numbered(test, 100), batch_size, seed=seed)
    for loader in pair_of(made, "make_loaders(...)", "loaders"):
        expect(isinstance(loader, DataLoader), f"make_loaders made a {type(loader).__name__} instead of a DataLoader.")
    return made


def batches_of(loader):
    """The numbers of the samples of one epoch, a list for each batch."""
    return [y.tolist() for _, y in loader]


def numbers_of(loader):
    return [number for batch in batches_of(loader) for number in batch]


def test_where_from(answer):
    """The first loader hands out training samples alone, and the second one test samples alone.

    Read what the error says about the argument's name, and look the right one up. Python knows no nearly right names.

    When it runs: which dataset is each of the loaders made of?
    """
    loaders = loaders_of(answer)
    for loader, first, name in zip(loaders, (0, 100), ("training", "test"), strict=True):
        numbers = numbers_of(loader)
        strangers = [number for number in numbers if not first <= number < first + 50]
        other = "test" if name == "training" else "training"
        own = len(numbers) - len(strangers)
        reason = f"there are {other} samples in what it is made of" if own else f"it is made of the {other} data"
        expect(
            not strangers,
            f"The {name} loader handed out {len(strangers)} {other} samples and {own} {name} samples: {reason}.",
        )


@given(test=st.integers(1, 9), batch_size=st.integers(1, 4))
def test_test_loader(answer, test, batch_size):
    """The second loader hands out every test sample in order, the short last batch too, in every epoch.

    What do `drop_last` and `shuffle` do to a list of predictions that is to be laid beside the samples?

    Left out, both are off.
    """
    _, loader = loaders_of(answer, test=test, batch_size=batch_size)
    wanted = [[*range(100 + start, 100 + min(start + batch_size, test))] for start in range(0, test, batch_size)]
    for epoch in (1, 2):
        found = batches_of(loader)
        numbers = [number for batch in found for number in batch]
        full = test // batch_size * batch_size
        assert_equal(
            len(numbers),
            test,
            name=f"number of test samples that the test loader with batch_size={batch_size} hands out",
            explain={"The short last batch is missing: is `drop_last` on?": full} if full < test else None,
        )
        expect(
            sorted(numbers) != [*range(100, 100 + test)] or numbers == sorted(numbers),
            f"The test samples, numbered from 100, came as {numbers} in epoch {epoch}: they should keep their order.",
        )
        assert_equal(found, wanted, name="list of the test loader's batches")


def test_train_loader(answer):
    """The first loader hands out every training sample once, mixed anew each epoch, by `seed` alone.

    The second loader may be read between two epochs of the first. Do the two share something that moves on?

    Only the training loader needs the generator.
    """
    with rng_untouched(allow_advance=True):
        one, twin, other = (loaders_of(answer, train=13, batch_size=4, seed=seed) for seed in (3, 3, 4))
        orders = [[], [], []]
        for _ in range(3):
            for (train_loader, test_loader), kept, read in zip((one, twin, other), orders, (True, False, False)):
                batches = batches_of(train_loader)
                kept.append([number for batch in batches for number in batch])
                assert_equal(
                    [len(batch) for batch in batches], [4, 4, 4, 1], name="list of the sizes of the training batches"
                )
                if read:
                    batches_of(test_loader)
    for order in orders[0]:
        assert_equal(sorted(order), [*range(13)], name="sorted numbers of the training samples of an epoch")
    expect(orders[0][0] != sorted(orders[0][0]), "The training samples came in the dataset's order; mix them.")
    expect(orders[0][0] != orders[0][1], "The training samples came in the same order in both epochs.")
    expect(
        orders[0][0] == orders[1][0],
        "Two training loaders of seed 3 gave different orders in their first epoch: does `seed` decide?",
    )
    expect(
        orders[0] == orders[1],
        "Two training loaders of seed 3 agreed in their first epoch and no longer after it. Beside one of them, the "
        "test loader was read after each.",
    )
    expect(orders[0] != orders[2], "The training loaders of seeds 3 and 4 gave the same orders: is `seed` used?")


@settings(max_examples=25)
@given(data=st.data())
def test_normalise(answer, device, data):
    """`normalise` uses the mean and standard deviation of the training data's columns for both parts.

    What would change in the training features if the test data were other data? Nothing should.

    Take `mean` and `std` of `train` along the samples. `test` goes through the same subtraction and division.
    """
    n, m, f = (data.draw(st.integers(low, 4), label=label) for low, label in ((3, "N"), (1, "M"), (1, "F")))
    dtype = data.draw(st.sampled_from([torch.float32, torch.float64]), label="dtype")
    place = home(dtype, device)
    steps = 9 * torch.arange(n, dtype=dtype).square()[:, None]  # no column is constant
    train = data.draw(tensors((n, f), dtype=dtype, low=-3, high=3).map(lambda x: x + steps), label="train").to(place)
    test = data.draw(tensors((m, f), dtype=dtype, low=-9, high=9), label="test").to(place)
    with unchanged(train=train, test=test):
        made = pair_of(answer.normalise(train, test), "normalise(train, test)", "tensors")
    everything = torch.cat([train, test])
    rows = {"train": train, "test": test}
    for actual, (name, part) in zip(made, rows.items(), strict=True):
        explain = {
            "The statistics are those of both parts together: the test data leaks into training.": scaled(
                part, everything
            ),
            "The deviation divides by N here; that of `torch.std` divides by N - 1.": scaled(part, train, less=0),
        }
        if name == "test" and m > 1:
            explain["The test data is scaled by itself here: a sample's value depends on its neighbours."] = scaled(
                part, test
            )
        assert_close(actual, scaled(part, train), name=f"{name} of normalise(train, test)", explain=explain)


def scaled(part, source, less=1):
    """`part` (., F) less the mean and divided by the standard deviation of `source`, column by column in Python."""
    columns = []
    for values, known in zip(part.T.tolist(), source.T.tolist(), strict=True):
        mean = sum(known) / len(known)
        std = (sum((value - mean) ** 2 for value in known) / (len(known) - less)) ** 0.5
        columns.append([(value - mean) / std if std else float("nan") for value in values])
    return torch.tensor(columns, dtype=part.dtype, device=part.device).T


def look_at_split(groups, test_groups, returned):
    """Whether the two lists are a split of the samples, by groups, with `test_groups` of them for testing."""
    call = f"split_by_group({groups}, {test_groups})"
    train, test = (
        positions(part, f"{name} of {call}")
        for part, name in zip(pair_of(returned, call, "lists"), ("train", "test"), strict=True)
    )
    both = sorted({groups[i] for i in train if i < len(groups)} & {groups[i] for i in test if i < len(groups)})
    expect(not both, f"{call} gave train={train} and test={test}: of {', '.join(both)} there are samples in both.")
    assert_equal(sorted(train + test), [*range(len(groups))], name=f"sorted indices of both parts of {call}")
    for part, name in ((train, "train"), (test, "test")):
        assert_equal(part, sorted(part), name=f"{name} of {call}")
    drawn = len({groups[index] for index in test})
    expect(drawn == test_groups, f"{call} gave test={test}, of {drawn} groups; {test_groups} should be drawn.")
    return test


def test_groups_by_example(answer):
    """Seven photos of the patients ada, ben and cem are split so that the photos of one patient stay together.

    What was drawn: photos or patients?

    Draw names, each name once. Then sort the indices of the photos by whether their name was drawn.
    """
    groups = ["ada", "ada", "ben", "cem", "ben", "ada", "cem"]
    with rng_untouched(), unchanged(groups=groups):
        returned = [answer.split_by_group(groups, 1, seed=seed) for seed in range(8)]
    for one in returned:
        look_at_split(groups, 1, one)


@given(
    groups=st.lists(st.sampled_from(["ada", "ben", "cem", "dot", "eva"]), min_size=1, max_size=9),
    data=st.data(),
    seed=st.integers(0, 1000),
)
def test_groups(answer, groups, data, seed):
    """For any names, and from none to all of the groups, the two lists are a split with as many groups for testing.

    A list of n names has at most n different ones. How many groups are there?

    Of the groups in a random order, the first `test_groups` are the drawn ones.
    """
    test_groups = data.draw(st.integers(0, len(set(groups))), label="test_groups")
    look_at_split(groups, test_groups, answer.split_by_group(groups, test_groups, seed=seed))


class Name(str):
    """A name whose place in a set changes with `salt`, as that of every str does from one run of Python to the next."""

    salt = 0

    def __hash__(self):
        return hash((Name.salt, str(self)))


def test_groups_by_seed(answer, monkeypatch):
    """`seed` alone decides which groups are drawn, in every run of the program, and any of them can be.

    Python puts strings into a `set` in another order in every run. What does the third name of a set mean?

    Sort the names, or keep them in the order of their first sample, before you draw.
    """
    groups = [Name(name) for name in ["cem", "ada", "eva", "ada", "ben", "dot", "cem", "fay", "gus", "ben", "hal"]]
    splits = []
    for salt in range(4):
        monkeypatch.setattr(Name, "salt", salt)
        splits.append([look_at_split(groups, 2, answer.split_by_group(groups, 2, seed=seed)) for seed in range(60)])
    expect(
        splits[0] == answer_again(answer, groups), "Called twice with the same seeds, split_by_group drew other groups."
    )
    expect(
        all(split == splits[0] for split in splits),
        "With the same seed, another run of the program draws other groups: the order of a set of names changes.",
    )
    drawn = {str(groups[index]) for test in splits[0] for index in test}
    missing = sorted({str(name) for name in groups} - drawn)
    expect(not missing, f"With sixty different seeds, the groups {', '.join(missing)} were never drawn.")


def answer_again(answer, groups):
    """The drawn samples of another sixty calls with the first order of sets."""
    Name.salt = 0
    return [list(answer.split_by_group(groups, 2, seed=seed)[1]) for seed in range(60)]
