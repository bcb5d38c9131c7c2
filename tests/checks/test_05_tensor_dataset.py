"""Checks of 05_tensor_dataset: samples are looked up one by one, by numbers found with Python lists."""

from numbers import Integral

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import Dataset, Subset, TensorDataset

from tutor.checks import assert_close, assert_equal, assert_type, expect, home, kind_of, tensors, unchanged

DTYPES = st.sampled_from([torch.float32, torch.float64, torch.int64, torch.uint8, torch.bfloat16])


def flowers(device):
    """Six samples that cannot be mistaken for one another: features (6, 2), targets (6,)."""
    features = [[5.0, 1.5], [6.5, 5.0], [4.5, 1.0], [6.0, 4.5], [7.0, 2.5], [5.5, 3.0]]
    return torch.tensor(features, device=device), torch.tensor([0, 2, 0, 2, 1, 0], device=device)


def drawn(data, device):
    """Features (N, ...) of any dtype and targets (N,) out of 0, 1 and 2, on one device."""
    dtype = data.draw(DTYPES, label="dtype of features")
    features = data.draw(tensors(dtype=dtype, low=0, high=9), label="features")
    n = len(features)
    targets = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n), label="targets")
    place = home(dtype, device)
    return features.to(place), torch.tensor(targets, device=place)


def assert_pair(pair, features, targets, name, explain=None):
    """`pair` is a tuple or list of two tensors: these features and these targets."""
    kind = kind_of(pair)
    expect(isinstance(pair, tuple | list), f"{name} should be the features and the targets in a tuple; it is {kind}.")
    expect(len(pair) == 2, f"{name} should be two tensors, features and targets; it is {kind} of {len(pair)}.")
    for which, actual, expected in (("features", pair[0], features), ("targets", pair[1], targets)):
        assert_close(actual, expected, name=f"{which} of {name}", explain=explain)


def numbers_of(subset, name):
    """The indices of a Subset as a list of ints, after a look that they are numbers."""
    told = f"The indices of {name} should be numbers, in a list or a range; "
    expect(hasattr(subset.indices, "__iter__"), f"{told}they are {kind_of(subset.indices)}.")
    numbers = []
    for one in subset.indices:
        tensor = isinstance(one, torch.Tensor)
        kind = f"a tensor of shape {tuple(one.shape)} and {one.dtype}" if tensor else kind_of(one)
        value = one.item() if tensor and one.ndim == 0 else one
        expect(isinstance(value, Integral) and not isinstance(value, bool), f"{told}the first of them is {kind}.")
        numbers.append(int(value))
    return numbers


def assert_subset(subset, dataset, numbers, name):
    """`subset` is a Subset of the TensorDataset `dataset` with the samples of these numbers."""
    assert_type(subset, Subset, name)
    expect(subset.dataset is dataset, f"{name} should return a Subset of the dataset it was given, not of another one.")
    assert_equal(numbers_of(subset, name), numbers, name=f"list({name}.indices)")
    features, targets = dataset.tensors
    for place, number in enumerate(numbers):
        assert_pair(subset[place], features[number], targets[number], f"{name}[{place}]")


def test_pair_up(answer, device):
    """`pair_up` makes a `TensorDataset` whose sample i is the pair of `features[i]` and `targets[i]`.

    Which class goes through several tensors row by row? It is in the example.

    It takes the tensors as arguments of their own, not in a list or tuple, in the order in which they come out again.
    """
    features, targets = flowers(device)
    dataset = answer.pair_up(features, targets)
    assert_type(dataset, TensorDataset, "pair_up(features, targets)")
    assert_equal(len(dataset), 6, name="len(pair_up(features, targets))")
    for number in range(6):
        assert_pair(dataset[number], features[number], targets[number], f"pair_up(features, targets)[{number}]")


@settings(max_examples=20)
@given(data=st.data())
def test_pair_up_holds_the_tensors(answer, device, data):
    """`pair_up` keeps features of any shape and dtype as they are, and copies nothing.

    Does anything happen to the tensors on the way in: a cast, a clone, a reshape?

    Give both tensors to the class untouched. It keeps them themselves, and not their values.
    """
    features, targets = drawn(data, device)
    number = data.draw(st.integers(0, len(features) - 1), label="i")
    with unchanged(features=features, targets=targets):
        dataset = answer.pair_up(features, targets)
        assert_pair(dataset[number], features[number], targets[number], f"pair_up(features, targets)[{number}]")
    features.add_(1)
    old = {"These are the features from before the write: they were copied.": features[number] - 1}
    name = f"pair_up(features, targets)[{number}], after 1 was added to features in place,"
    assert_pair(dataset[number], features[number], targets[number], name, old)


def test_batch_by_example(answer, device):
    """`batch(dataset, 1, 4)` is two tensors: the features and the targets of samples 1, 2 and 3.

    Samples in a list are not asked for, nor a dataset, but two tensors. What did the slice in the example give?

    A `TensorDataset` takes a slice as a list does, and gives one tensor of features and one of targets for it.
    """
    features, targets = flowers(device)
    pair = answer.batch(TensorDataset(features, targets), 1, 4)
    assert_pair(pair, features[[1, 2, 3]], targets[[1, 2, 3]], "batch(dataset, 1, 4)")


@settings(max_examples=20)
@given(data=st.data())
def test_batch(answer, device, data):
    """`batch` is right for any `start` and `stop`, also behind the last sample, and for features of any shape.

    Which samples are there, when `stop` is larger than the dataset? A slice of a list gives those, and no error.

    A slice is cut off at the end by itself; a `range` is not.
    """
    features, targets = drawn(data, device)
    start = data.draw(st.integers(0, len(features)), label="start")
    stop = data.draw(st.integers(start, len(features) + 2), label="stop")
    dataset = TensorDataset(features, targets)
    name = f"batch(dataset, {start}, {stop}), N = {len(features)},"
    numbers = [number for number in range(len(features)) if start <= number < stop]
    assert_pair(answer.batch(dataset, start, stop), features[numbers], targets[numbers], name)


def test_first(answer, device):
    """`first` gives a dataset, a `Subset`, of the first `count` samples, or of all when there are fewer.

    A slice is a tuple of two tensors, and its length is 2. Which class makes a dataset of some of the samples?

    `Subset` takes the dataset and a sequence of indices. A `range` is one.

    A range that goes past the dataset makes a subset that promises more than there is: take the smaller of two numbers.
    """
    dataset = TensorDataset(*flowers(device))
    for count in (3, 1, 0, 6, 8):
        assert_subset(answer.first(dataset, count), dataset, list(range(6))[:count], f"first(dataset, {count})")


class Library(Dataset):
    """A dataset of words that counts how often it is asked for one; it knows no slices and has no tensors."""

    def __init__(self, *words):
        self.words, self.asked = words, []

    def __len__(self):
        return len(self.words)

    def __getitem__(self, index):
        self.asked.append(index)
        expect(isinstance(index, int), f"This dataset hands out one sample at a time; it was asked for [{index!r}].")
        return self.words[index]


def test_first_of_any_dataset(answer):
    """`first` works for a dataset without tensors, and fetches no sample to make its own.

    Every dataset has a length and gives samples by number. What else of it do you use?

    `Subset(dataset, indices)` looks at the samples only when it is asked for one.
    """
    library = Library("mouse", "elk", "newt", "ox")
    subset = answer.first(library, 3)
    expect(not library.asked, f"first(dataset, 3) fetched samples, with the indices {library.asked}; it should not.")
    assert_equal(len(subset), 3, name="len(first(dataset, 3)), of a dataset of 4 words,")
    assert_equal([subset[number] for number in range(3)], ["mouse", "elk", "newt"], name="list of its samples")
    assert_equal(library.asked, [0, 1, 2], name="list of the indices it asked the dataset for, after that,")


def test_with_target_by_example(answer, device):
    """`with_target(dataset, 2)` gives a dataset of the samples whose target is 2, in their order.

    First find the numbers of these samples, then make a subset of them.

    `targets == 2` is a mask, one boolean per sample. `nonzero()` gives the places of its True, but as a table of one
    column: `flatten()` it.
    """
    dataset = TensorDataset(*flowers(device))
    assert_subset(answer.with_target(dataset, 2), dataset, [1, 3], "with_target(dataset, 2)")


@settings(max_examples=20)
@given(data=st.data())
def test_with_target(answer, device, data):
    """`with_target` finds every sample of a target, also if there is just one or none, for features of any shape.

    Think of a dataset with one such sample: what do your indices look like? And what if there is none?

    `squeeze()` makes a single number of one index, which has no length. `flatten()` leaves a list of one.
    """
    dataset = TensorDataset(*drawn(data, device))
    target = data.draw(st.integers(0, 2), label="target")
    numbers = [number for number, one in enumerate(dataset.tensors[1].tolist()) if one == target]
    with unchanged(features=dataset.tensors[0], targets=dataset.tensors[1]):
        subset = answer.with_target(dataset, target)
    assert_subset(subset, dataset, numbers, f"with_target(dataset, {target})")


def test_tensors_of_by_example(answer, device):
    """`tensors_of` gives the features and the targets of the subset's samples alone, in the subset's order.

    `subset.dataset.tensors` is a tuple of tensors, with the rows of *all* samples. Which rows are the subset's?

    `subset.indices` says which, and in what order. A tensor can be indexed with a list of numbers.
    """
    features, targets = flowers(device)
    pair = answer.tensors_of(Subset(TensorDataset(features, targets), [3, 0, 4]))
    explain = {
        "This is all the data: `subset.dataset` is the whole, not the part.": features,
        "These are the right rows in the order of the whole, not of the subset.": features[[0, 3, 4]],
        "These are the first three rows of the whole.": features[:3],
    }
    rows = [3, 0, 4]
    assert_pair(pair, features[rows], targets[rows], "tensors_of(subset), whose indices are [3, 0, 4],", explain)


@settings(max_examples=20)
@given(data=st.data())
def test_tensors_of(answer, device, data):
    """`tensors_of` is right for features of any shape and dtype, and for indices in a list or a range.

    It works for the example. Is a length fixed somewhere, or a number of dimensions, or a dtype?

    A subset of one sample has features of shape (1, ...) and targets of shape (1,): no dimension is dropped.
    """
    features, targets = drawn(data, device)
    n = len(features)
    some = st.lists(st.integers(0, n - 1), min_size=1, max_size=n, unique=True)
    ranges = st.integers(0, n - 1).flatmap(lambda start: st.integers(start + 1, n).map(lambda end: range(start, end)))
    indices = data.draw(some | ranges, label="indices")
    rows = list(indices)
    with unchanged(features=features, targets=targets):
        pair = answer.tensors_of(Subset(TensorDataset(features, targets), indices))
    assert_pair(pair, features[rows], targets[rows], f"tensors_of(subset), indices {indices}, N = {n},")
