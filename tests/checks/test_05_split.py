"""Checks of 05_split: datasets whose samples carry their own numbers, so that each can be followed into its part."""

import warnings

import torch
from hypothesis import example, given
from hypothesis import strategies as st
from torch.utils.data import DataLoader, Dataset, Subset

from tutor.checks import assert_equal, expect, kind_of, rng_untouched

PARTS = ("train", "validation", "test")


class Numbered(Dataset):
    """Sample i is (10 + i, i), and a note is made of each sample that is loaded. `transform` is for all of x."""

    def __init__(self, count):
        self.count = count
        self.loaded = []
        self.transform = None

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        if not 0 <= index < self.count:
            raise IndexError(index)
        self.loaded.append(index)
        x = torch.tensor(10 + index)
        return x if self.transform is None else self.transform(x), index


def parts_of(answer, dataset, validation, test, seed):
    """The three parts, after a look that they are datasets."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Length of split")  # random_split's; empty parts are meant here
        parts = answer.split(dataset, validation, test, seed)
    three = isinstance(parts, tuple | list) and len(parts) == 3
    expect(three, f"split should return three datasets, (train, validation, test); it returned {parts!r:.200}.")
    for name, part in zip(PARTS, parts, strict=True):
        usable = hasattr(part, "__len__") and hasattr(part, "__getitem__")
        expect(usable, f"The {name} part should have a length and samples; it is {kind_of(part)}.")
    return parts


def numbers_of(part):
    """Which samples of a `Numbered` dataset a part holds, in its order."""
    return [part[i][1] for i in range(len(part))]


def loaders_of(answer, *arguments):
    """The two loaders, after a look that they are."""
    loaders = answer.make_loaders(*arguments)
    two = (
        isinstance(loaders, tuple | list) and len(loaders) == 2 and all(isinstance(one, DataLoader) for one in loaders)
    )
    expect(two, f"make_loaders should return two DataLoaders, (train, validation); it returned {loaders!r:.200}.")
    return loaders


def epoch(loader):
    """All x and all y of an epoch, as lists of numbers."""
    batches = list(loader)
    return [n for x, _ in batches for n in x.tolist()], [n for _, y in batches for n in y.tolist()]


def test_sizes_by_example(answer):
    """Of 103 samples, 20 percent for validation and 10 percent for test leave 73 for training.

    How many samples are 20 percent of 103, rounded down? And 10 percent? Who gets the others?

    `//` divides and rounds down. Train is no percentage: it is what the other two leave over.
    """
    explain = {
        "These add up to 102: one sample would be in no part.": (72, 20, 10),
        "Train was rounded down, but it gets all the rest.": (72, 20, 11),
        "20 percent of 103 is 20.6: round it down, not to the nearest number.": (72, 21, 10),
        "The order is (train, validation, test).": (73, 10, 20),
    }
    sizes = answer.part_sizes(103, 20, 10)
    assert_equal(sizes, (73, 20, 10), name="part_sizes(103, 20, 10)", explain=explain)


@example(count=100, validation=29, test=0)
@given(
    count=st.integers(0, 400) | st.just(60_000),
    validation=st.integers(0, 50),
    test=st.integers(0, 49),
)
def test_sizes(answer, count, validation, test):
    """For any count and percentages, validation and test are rounded down and train is the rest, exactly.

    Try it by hand: what are so many percent of so many samples?

    Floats are not exact: `100 * 0.29` is a little less than 29. Multiply whole numbers first, then divide by 100,
    rounding down.
    """
    # Counted out: a sample is won with every full hundred of percents.
    lengths = [len(range(100, count * percent + 1, 100)) for percent in (validation, test)]
    expected = (count - sum(lengths), *lengths)
    actual = answer.part_sizes(count, validation, test)
    assert_equal(actual, expected, name=f"part_sizes({count}, {validation}, {test})")


@given(
    count=st.integers(0, 40),
    validation=st.integers(0, 50),
    test=st.integers(0, 49),
    seed=st.integers(0, 1000),
)
def test_each_once(answer, count, validation, test, seed):
    """Every sample is in one part, once, and the parts have the lengths of `part_sizes`.

    Follow one sample: is it in no part, or in two?

    Mix all the numbers once, then cut. Parts that are drawn one by one overlap.

    `random_split` does both, with a list of lengths that add up to `len(dataset)`.
    """
    parts = [numbers_of(part) for part in parts_of(answer, Numbered(count), validation, test, seed)]
    call = f"split of {count} samples with validation={validation}, test={test}, seed={seed}"
    holders = [[name for name, part in zip(PARTS, parts, strict=True) if n in part] for n in range(count)]
    for number, names in enumerate(holders):
        expect(len(names) < 2, f"In a {call}, sample {number} is in two parts: {' and '.join(names)}.")
        expect(names, f"In a {call}, sample {number} is in none of the parts.")
    sizes = (count - count * validation // 100 - count * test // 100, count * validation // 100, count * test // 100)
    lengths = tuple(map(len, parts))
    explain = {
        "test stands where validation should: return (train, validation, test).": (sizes[0], sizes[2], sizes[1]),
        "The lengths are right in another order: return (train, validation, test).": (
            lengths if sorted(lengths) == sorted(sizes) else None
        ),
    }
    assert_equal(lengths, sizes, name=f"lengths of the parts in a {call}", explain=explain)


def test_by_chance(answer):
    """Which part a sample falls into is chance: over many seeds each has its turn in every part.

    Cut a dataset that is sorted by class as it is, and which classes does the test part hold?

    The numbers must be mixed before the cut, not after it, and all of them.
    """
    turns = {name: [0] * 10 for name in PARTS}
    made = set()
    for seed in range(200):
        parts = [sorted(numbers_of(part)) for part in parts_of(answer, Numbered(10), 30, 20, seed)]
        made.add(tuple(map(tuple, parts)))
        for name, numbers in zip(PARTS, parts, strict=True):
            for number in numbers:
                turns[name][number] += 1
    cut = "With all of 200 seeds, train got samples 0 to 4, validation 5 to 7 and test 8 and 9: nothing was mixed."
    expect(made != {((0, 1, 2, 3, 4), (5, 6, 7), (8, 9))}, cut)
    expect(len(made) > 1, "All of 200 seeds put the same samples into the same parts: is `seed` used?")
    for name, low, high in (("test", 12, 75), ("validation", 28, 95), ("train", 65, 135)):
        fair = all(low <= count <= high for count in turns[name])
        sentence = (
            f"With 200 seeds, samples 0 to 9 should have been in the {name} part about equally often; they were in "
            f"it {turns[name]} times."
        )
        expect(fair, sentence)


def test_seed(answer):
    """`seed` alone decides: equal seeds make equal parts, whatever else draws random numbers; other seeds others.

    What draws the parts? Something that starts from `seed` and that nobody else uses.

    `torch.Generator().manual_seed(...)` makes a generator of your own; `random_split` and `torch.randperm` take it as
    `generator=`.
    """
    made = []
    for seed in (5, 5, 6):
        torch.rand(3)  # somebody else draws in between
        made.append([numbers_of(part) for part in parts_of(answer, Numbered(40), 25, 25, seed)])
    for number, name in enumerate(PARTS):
        expect(
            made[0][number] == made[1][number],
            f"Two splits of the same 40 samples, both with seed=5, have different {name} parts: they begin with the "
            f"samples {made[0][number][:5]} and {made[1][number][:5]}.",
        )
    expect(made[0] != made[2], "Seeds 5 and 6 made the same parts: is `seed` used at all?")


def test_split_leaves_alone(answer):
    """Splitting loads no sample and does not touch PyTorch's global generator.

    Does a split need to know what is in a sample? A million images would have to be read for it.

    Only `len(dataset)` is needed. A `Subset` keeps numbers and asks the dataset when it is asked itself.

    `torch.manual_seed` seeds everything else in the program as well; a generator of your own does not.
    """
    dataset = Numbered(30)
    with rng_untouched():
        parts = parts_of(answer, dataset, 20, 20, 3)
    loaded = len(dataset.loaded)
    expect(not loaded, f"split loaded {loaded} of 30 samples; it should load none.")
    first = parts[0][0][1]
    assert_equal(dataset.loaded, [first], name="list of samples loaded by train[0]")


def test_transformed(answer):
    """Sample i of `Transformed` is `(transform(x), y)`: made when it is asked for, anew each time.

    What do `len` and `[i]` of the dataset inside say? Pass the questions on.

    `__init__` only remembers. `__getitem__` takes the sample apart, transforms x and hands out y as it is.
    """
    dataset = Numbered(6)
    part = Subset(dataset, [4, 1, 3])
    calls = []

    def transform(x):
        expect(not isinstance(x, int), "transform was called with the label y; it is for x alone.")
        expect(isinstance(x, torch.Tensor), f"transform should be called with x; it was called with {kind_of(x)}.")
        calls.append(x.item())
        return -x - 100 * len(calls)

    made = answer.Transformed(part, transform)
    expect(isinstance(made, Dataset), "Transformed should be a subclass of torch.utils.data.Dataset.")
    assert_equal(len(made), 3, name="len(Transformed(...)) of a dataset with 3 samples")
    early = len(dataset.loaded) + len(calls)
    expect(not early, "Transformed loaded or transformed samples when it was made; it waits until they are asked for.")
    for turn, (index, x, y) in enumerate(((2, 13, 3), (0, 14, 4), (2, 13, 3)), start=1):
        sample = made[index]
        pair = isinstance(sample, tuple | list) and len(sample) == 2
        expect(pair, f"A sample of Transformed should be a pair (x, y); it is {kind_of(sample)}.")
        explain = {
            "transform is called twice for one sample: a random one draws twice.": [13, 13],
            "transform was called with the label y as well; it is for x alone.": [13, 3],
        }
        assert_equal(calls, [13, 14, 13][:turn], name="list of what transform was called with", explain=explain)
        value = sample[0].item() if isinstance(sample[0], torch.Tensor) else sample[0]
        assert_equal(value, -x - 100 * turn, name=f"x of sample {index}, where transform made {-x - 100 * turn} of it,")
        assert_equal(sample[1], y, name=f"y of sample {index}")


@given(count=st.integers(2, 14), cut=st.integers(1, 13), batch_size=st.integers(1, 6))
def test_loaders(answer, count, cut, batch_size):
    """In an epoch each loader hands out every sample of its part once; `transform` is for train alone.

    Which of the two datasets goes through `transform`, and when?

    Wrap the train part in `Transformed`. The validation part goes into its loader as it is.

    Both parts look into one dataset: what is changed there, as by setting `train.dataset.transform`, changes both.
    """
    cut = min(cut, count - 1)
    dataset = Numbered(count)
    parts = Subset(dataset, range(cut)), Subset(dataset, range(cut, count))
    calls = []

    def transform(x):
        calls.append(x.item())
        return -x

    train, validation = loaders_of(answer, *parts, batch_size, transform)
    what = f"with {cut} + {count - cut} samples and batches of {batch_size}"
    x, y = epoch(train)
    assert_equal(sorted(y), list(range(cut)), name=f"sorted y of the train loader, {what},")
    explain = {"These did not go through transform.": [10 + n for n in y]}
    name = f"x of the train loader, {what} and a transform that returns -x,"
    assert_equal(x, [-10 - n for n in y], name=name, explain=explain)
    epoch(train)
    assert_equal(len(calls), 2 * cut, name="number of calls of transform in two epochs")
    expect(dataset.transform is None, "make_loaders set a transform on the dataset that both parts look into.")
    x, y = epoch(validation)
    assert_equal(y, list(range(cut, count)), name=f"y of the validation loader, {what},")
    explain = {"These went through transform, which is for train alone.": [-10 - n for n in y]}
    assert_equal(x, [10 + n for n in y], name=f"x of the validation loader, {what},", explain=explain)
    sizes = [len(y) for _, y in train], [len(y) for _, y in validation]
    for name, size, length in zip(PARTS, sizes, (cut, count - cut), strict=False):
        expected = [min(batch_size, length - start) for start in range(0, length, batch_size)]
        assert_equal(size, expected, name=f"list of batch sizes of the {name} loader, {what},")


def test_loaders_order(answer):
    """The train loader mixes the samples anew in each epoch; the validation loader keeps their order.

    Whose order matters? A network should not learn it; for a measurement it makes no difference, so leave it.

    `shuffle` is an argument of `DataLoader`: True for one of the two.
    """
    dataset = Numbered(60)
    parts = Subset(dataset, range(40)), Subset(dataset, range(59, 39, -1))
    train, validation = loaders_of(answer, *parts, 8, torch.neg)
    (_, first), (_, second) = epoch(train), epoch(train)
    expect(
        first != list(range(40)), "The train loader hands out the samples in the dataset's order: it should mix them."
    )
    expect(first != second, "Two epochs of the train loader have the same order; each epoch should draw its own.")
    for _ in range(2):
        assert_equal(epoch(validation)[1], list(range(59, 39, -1)), name="y of the validation loader")
