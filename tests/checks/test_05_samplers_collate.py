"""Checks of 05_samplers_collate: shares by counting many draws, batches by sorting pairs, padding by Python loops."""

import itertools
import math
from collections import Counter

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader

from tutor.checks import assert_close, assert_equal, expect, rng_untouched, tensors, unchanged


def epoch_of(sampler, length):
    """The indices of one epoch, after a look that they are `length` ints."""
    drawn = list(sampler)
    strange = [one for one in drawn if not isinstance(one, int)]
    expect(
        not strange,
        f"The sampler should hand out Python ints; it handed out {strange[:1]}, a {type(strange[0]).__name__}."
        if strange
        else "",
    )
    assert_equal(len(drawn), length, name="number of indices in an epoch of the sampler")
    outside = [one for one in drawn if not 0 <= one < length]
    expect(not outside, f"There are {length} samples, and the sampler handed out the index {outside[:1]}.")
    return drawn


def made(answer, labels, **options):
    """The sampler that `balanced_sampler` returns, after a look that it can be one."""
    sampler = answer.balanced_sampler(labels, **options)
    able = hasattr(sampler, "__iter__") and hasattr(sampler, "__len__")
    expect(able, f"balanced_sampler should return a sampler, with a len and an iter; it returned {sampler!r}.")
    return sampler


def epochs_of_batches(answer, lengths, batch_size, epochs=1, **options):
    """The batches of some epochs of `LengthBatches`, after a look that each is a list of ints."""
    batches = answer.LengthBatches(lengths, batch_size, **options)
    found = [list(batches) for _ in range(epochs)]
    for batch in found[0]:
        lists = isinstance(batch, list) and all(isinstance(one, int) for one in batch)
        expect(lists, f"Each batch should be a list of ints; LengthBatches handed out {batch!r}.")
    return found


def sorted_batches(lengths, batch_size):
    """The batches there should be, the one of the shortest first."""
    order = [index for _, index in sorted((length, index) for index, length in enumerate(lengths))]
    batches = []
    for place, index in enumerate(order):
        if place % batch_size == 0:
            batches.append([])
        batches[-1].append(index)
    return batches


def padded(sequences):
    """The sequences one below the other in a tensor of zeros."""
    longest = max(len(one) for one in sequences)
    result = torch.zeros(len(sequences), longest, *sequences[0].shape[1:], dtype=sequences[0].dtype)
    for row, one in enumerate(sequences):
        for step in range(len(one)):
            result[row, step] = one[step]
    return result


def assert_batch(batch, sequences, labels, name):
    """The batch is (padded, lengths, labels) of these samples."""
    three = isinstance(batch, tuple | list) and len(batch) == 3
    expect(three, f"{name} should be (padded, lengths, labels); it is of type {type(batch).__name__}.")
    wanted = padded(sequences)
    explain = {
        "The sequences stand at the end of their rows; the zeros should follow them.": lambda: at_the_end(wanted)
    }
    lengths = [len(one) for one in sequences]

    def at_the_end(rows):
        return torch.stack([row.roll(row.shape[0] - length, 0) for row, length in zip(rows, lengths, strict=True)])

    if isinstance(batch[0], torch.Tensor):
        first, longest = batch[0].shape[:2] if batch[0].dim() > 1 else (None, None)
        swapped = first != longest and (first, longest) == (wanted.shape[1], wanted.shape[0])
        expect(
            not swapped,
            f"padded of {name} should be (B, L, ...), here {tuple(wanted.shape)}; it is {tuple(batch[0].shape)}: "
            "the batch comes first.",
        )
    assert_close(batch[0], wanted, name=f"padded of {name}", explain=explain)
    assert_close(batch[1], torch.tensor(lengths), name=f"lengths of {name}")
    assert_close(batch[2], torch.tensor(labels), name=f"labels of {name}")


def test_sampler_by_example(answer):
    """Of nine samples of class 0 and one of class 1, the sampler draws ten indices, in every epoch anew.

    `WeightedRandomSampler` takes a weight for each sample and the number of indices to draw.

    Ten labels, so ten weights. What a class's samples weigh together should be the same for every class.
    """
    labels = torch.tensor([0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    with unchanged(labels=labels):
        sampler = made(answer, labels)
        assert_equal(len(sampler), 10, name="len(sampler)")
        epochs = [epoch_of(sampler, 10) for _ in range(20)]
    expect(
        len({*map(tuple, epochs)}) > 1, f"Twenty epochs drew the same indices, {epochs[0]}; each should draw its own."
    )
    drawn = [index for epoch in epochs for index in epoch]
    expect(set(drawn) - {0, 1}, "In twenty epochs only samples 0 and 1 of ten were drawn: a weight for each *sample*.")
    expect(9 in drawn, "In twenty epochs, sample 9, the only one of class 1, was never drawn.")
    expect(set(drawn) - {9}, "In twenty epochs nothing but sample 9 was drawn.")


LABELS = ([7, 2, 2, 7, 2, 2, 2, 2], [3, -1, 3, 3], [0, 1, 5, 5, 1, 5, 5, 5, 5, 1], [4, 4, 4], [6])


def test_balanced(answer):
    """Over many epochs every class that occurs comes equally often, and in a class every sample does.

    Two samples of one class, six of another: how much more must each of the two weigh?

    The weight of a sample is one divided by the number of samples of its class. Classes may be numbered -1 and 7:
    `torch.unique` counts what occurs and can also say which class each sample is of.
    """
    for listed in LABELS:
        look_at_shares(made(answer, torch.tensor(listed), seed=3), listed)


def look_at_shares(sampler, listed):
    """Whether each class and each sample comes as often as it should, wherever in an epoch."""
    counts = Counter(listed)
    number = len(listed)
    epochs = [epoch_of(sampler, number) for _ in range(min(200, 1200 // number))]
    drawn = [index for epoch in epochs for index in epoch]
    situation = f"With the labels {listed}"
    share = 1 / len(counts)
    for label, count in counts.items():
        found = sum(listed[index] == label for index in drawn)
        expect(
            within(found, len(drawn), share),
            f"{situation}, {found / len(drawn):.1%} of the indices were of class {label}; {share:.1%} are expected. "
            f"Of the samples, {count / number:.1%} are of that class.",
        )
        first = sum(listed[epoch[0]] == label for epoch in epochs)
        expect(
            within(first, len(epochs), share),
            f"{situation}, {first / len(epochs):.1%} of the epochs began with class {label}; {share:.1%} are expected: "
            "the classes should be mixed.",
        )
    for index, label in enumerate(listed):
        found = drawn.count(index) / len(drawn)
        expect(
            within(drawn.count(index), len(drawn), share / counts[label]),
            f"{situation}, {found:.1%} of the indices were {index}; {share / counts[label]:.1%} are expected: its "
            f"class has {counts[label]} samples, and each should come as often as the others.",
        )


def within(found, draws, share):
    """Whether `found` of so many draws can be chance where each hits with probability `share`: six sigmas."""
    return abs(found - draws * share) <= 6 * math.sqrt(draws * share * (1 - share)) + 1e-6


def test_sampler_seed(answer):
    """Every epoch draws other indices, by `seed` alone and without PyTorch's global generator.

    Going through the sampler a second time is a second epoch. Is something drawn then, or was it drawn before?

    The sampler takes a `generator`: make one and seed it, as in 05_dataloader.
    """
    labels = torch.tensor([4, 4, 4, 4, 4, 1, 1, 1, 0, 0] * 2)
    with rng_untouched():
        one, twin, other = (made(answer, labels, seed=seed) for seed in (5, 5, 6))
        default, zero = made(answer, labels), made(answer, labels, seed=0)
        epochs = [[epoch_of(sampler, 20) for sampler in (one, twin, other, default, zero)] for _ in range(2)]
    expect(epochs[0][0] != epochs[1][0], "The second epoch drew the same indices as the first.")
    expect([epoch[0] for epoch in epochs] == [epoch[1] for epoch in epochs], "Two samplers of seed 5 drew differently.")
    expect(epochs[0][0] != epochs[0][2], "Seeds 5 and 6 drew the same indices: is `seed` used?")
    expect(epochs[0][3] == epochs[0][4], "Without a seed, the sampler should draw as with seed=0.")


def test_batches_by_example(answer):
    """The lengths 7, 2, 9, 2 and 4 in batches of two are the batches [1, 3], [4, 0] and [2].

    It is the indices that are sorted, by the lengths they stand for.

    Python's `sorted` takes a `key`, and leaves equals in the order in which they came.
    """
    lengths = [7, 2, 9, 2, 4]
    assert_equal(len(answer.LengthBatches(lengths, 2)), 3, name="len(LengthBatches([7, 2, 9, 2, 4], 2))")
    with unchanged(lengths=lengths):
        [batches] = epochs_of_batches(answer, lengths, 2)
    assert_equal(sorted(batches), [[1, 3], [2], [4, 0]], name="sorted list of the batches of lengths [7, 2, 9, 2, 4]")


@given(lengths=st.lists(st.integers(0, 9), min_size=1, max_size=14), batch_size=st.integers(1, 6))
def test_batches(answer, lengths, batch_size):
    """For any lengths and batch size, every epoch holds each of the batches once, the short one too.

    Where do the batches begin? At 0, `batch_size`, twice `batch_size` ...

    Slicing a list past its end is no error: it gives the short last batch.
    """
    wanted = sorted_batches(lengths, batch_size)
    for number, batches in enumerate(epochs_of_batches(answer, lengths, batch_size, epochs=2)):
        assert_equal(sorted(batches), sorted(wanted), name=f"sorted list of the batches of epoch {number + 1}")
    assert_equal(len(answer.LengthBatches(lengths, batch_size)), len(wanted), name="len(LengthBatches(...))")


def test_batches_shuffled(answer):
    """The batches come in another order every epoch, every order equally often, by `seed` alone.

    Short sequences first in every epoch is an order a network would learn from. When is the order drawn?

    `torch.randperm` gives an order, and takes a generator; draw it where an epoch begins, in `__iter__`.
    """
    lengths = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    with rng_untouched():
        samplers = [answer.LengthBatches(lengths, 3, seed=seed) for seed in (5, 5, 6)]
        defaults = answer.LengthBatches(lengths, 3), answer.LengthBatches(lengths, 3, seed=0)
        epochs = [[list(batches) for batches in samplers] for _ in range(90)]
        first_of_default, first_of_zero = ([list(batches) for _ in range(4)] for batches in defaults)
    expect(
        len({str(one) for one, _, _ in epochs}) > 1,
        f"Ninety epochs had their batches in one and the same order, {epochs[0][0]}.",
    )
    expect(all(one == twin for one, twin, _ in epochs), "Two samplers of seed 5 gave different orders.")
    expect(any(one != other for one, _, other in epochs), "Seeds 5 and 6 gave the same orders: is `seed` used?")
    expect(first_of_default == first_of_zero, "Without a seed, the orders should be those of seed=0.")
    wanted = sorted_batches(lengths, 3)
    for place, where in ((0, "first"), (-1, "last")):
        came = [one[place] for one, _, _ in epochs]
        for batch in wanted:
            expect(
                batch in came,
                f"In ninety epochs of four batches, {batch} was never the {where}: any order should be as probable.",
            )
    three = answer.LengthBatches(lengths, 4, seed=7)
    counts = Counter(tuple(map(tuple, three)) for _ in range(300))
    for order in itertools.permutations(map(tuple, sorted_batches(lengths, 4))):
        expect(
            within(counts[order], 300, 1 / 6),
            f"In 300 epochs of three batches, the order {', '.join(map(str, map(list, order)))} came {counts[order]} "
            "times; there are six orders, and each should come about 50 times.",
        )


def test_collate_by_example(answer):
    """Sequences of 4, 1 and 2 numbers become a tensor (3, 4), with their lengths and labels beside it.

    `zip(*samples)` turns a list of pairs into all sequences and all labels.

    `pad_sequence` pads. What it takes for the first dimension is not the batch, unless it is told so.
    """
    samples = [(torch.tensor([5, 6, 7, 8]), 1), (torch.tensor([8]), 4), (torch.tensor([9, 0]), 0)]
    batch = answer.pad_collate(samples)
    sequences, labels = zip(*samples, strict=True)
    assert_batch(batch, sequences, labels, "pad_collate(samples)")


@settings(max_examples=30)
@given(data=st.data())
def test_collate(answer, data):
    """`pad_collate` keeps the order, the dtype and every value, for steps of any shape and sequences of length 0.

    What is 0 in the data is data: the lengths come from the sequences, not from the zeros.

    `len(sequence)` is the size of its first dimension, however many follow.
    """
    step = data.draw(st.sampled_from([(), (1,), (3,), (2, 3)]), label="shape of a step")
    dtype = data.draw(st.sampled_from([torch.float32, torch.int64, torch.float64, torch.uint8]), label="dtype")
    lengths = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=4), label="lengths")
    sequences = [
        data.draw(tensors((length, *step), dtype=dtype, low=0, high=9), label="sequence") for length in lengths
    ]
    labels = data.draw(st.lists(st.integers(0, 9), min_size=len(lengths), max_size=len(lengths)), label="labels")
    with unchanged(sequences=sequences):
        batch = answer.pad_collate(list(zip(sequences, labels, strict=True)))
    assert_batch(batch, sequences, labels, "pad_collate(samples)")


class Sequences:
    """A dataset whose sample i is i + 1 repeated as often as its length says, with the label 10 * i."""

    def __init__(self, lengths):
        self.lengths = lengths
        self.asked = []

    def __len__(self):
        return len(self.lengths)

    def __getitem__(self, index):
        expect(isinstance(index, int), f"The loader asked for dataset[{index}]; a dataset takes one index at a time.")
        self.asked.append(index)
        return torch.full((self.lengths[index], 2), index + 1.0), 10 * index


def test_loader(answer):
    """`sequence_loader` hands out each sequence once an epoch, among others of similar length, padded.

    Both parts are there. Which arguments of `DataLoader` take a batch sampler and a function for collating?

    `batch_sampler=` already says which samples and how many: leave `batch_size` and `shuffle` out.
    """
    lengths = [4, 1, 6, 1, 3, 2, 6, 5]
    datasets = [Sequences(lengths) for _ in range(3)]
    with rng_untouched(allow_advance=True):
        loaders = [answer.sequence_loader(dataset, lengths, 3, **seed) for dataset, seed in zip(datasets, SEEDS)]
        for loader in loaders:
            expect(
                isinstance(loader, DataLoader),
                f"sequence_loader should return a DataLoader; it returned a {type(loader).__name__}.",
            )
        epochs = [[list(loader) for loader in loaders] for _ in range(3)]
    assert_equal(sorted(datasets[0].asked), sorted([*range(8)] * 3), name="sorted indices of three epochs")
    wanted = sorted_batches(lengths, 3)
    for epoch in epochs:
        for number, batch in enumerate(epoch[0]):
            labels = batch[2].tolist() if isinstance(batch[2], torch.Tensor) else list(batch[2])
            indices = [label // 10 for label in labels]
            expect(
                indices in wanted,
                f"The samples {indices}, of lengths {[lengths[i] for i in indices]}, came in one batch; there should "
                f"be the batches {wanted}, in any order.",
            )
            sequences = [torch.full((lengths[i], 2), i + 1.0) for i in indices]
            assert_batch(batch, sequences, labels, f"batch {number + 1} of the loader")
    one, default, zero = ([[batch[2].tolist() for batch in epoch[place]] for epoch in epochs] for place in range(3))
    expect(default == zero, "Without a seed, the loader's orders should be those of seed=0.")
    expect(one != zero, "Loaders of seeds 7 and 0 gave the same batches in the same order in three epochs.")


SEEDS = ({"seed": 7}, {}, {"seed": 0})
