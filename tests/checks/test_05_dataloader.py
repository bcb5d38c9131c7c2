"""Checks of 05_dataloader: every sample carries its own number as label, so that each can be followed."""

import multiprocessing
import sys

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import DataLoader, Dataset, TensorDataset, get_worker_info

from tutor.checks import assert_close, assert_equal, expect, rng_untouched


def numbered(count):
    """A dataset whose sample i is (X, y) with X = [i, i + 0.5] and y = i."""
    y = torch.arange(count)
    return TensorDataset(torch.stack([y, y + 0.5], dim=1), y)


def order(loader):
    """The samples' numbers of one epoch, in the order they came."""
    return [number for _, y in loader for number in y.tolist()]


def some(numbers):
    """The first numbers of an order, for a sentence."""
    return f"[{', '.join(map(str, numbers[:6]))}{', ...' if len(numbers) > 6 else ''}]"


def expect_in_order(numbers):
    """Without shuffling, the samples come as they lie in the dataset."""
    expect(
        numbers == list(range(len(numbers))),
        f"Without shuffling the samples should come in the dataset's order; they came as {some(numbers)}.",
    )


def made(answer, *arguments, **options):
    """The loader that `make_loader` returns, after a look that it is one."""
    loader = answer.make_loader(*arguments, **options)
    assert isinstance(loader, DataLoader), (
        f"make_loader should return a DataLoader; it returned a {type(loader).__name__}."
    )
    return loader


def test_batches(answer):
    """200 images in batches of 64 make four batches in the dataset's order, and the last one holds 8.

    Which arguments does `DataLoader` need at least? The first two of `make_loader` are among them.

    `DataLoader(dataset, batch_size=batch_size)` keeps the order and the short last batch.
    """
    dataset = TensorDataset(torch.rand(200, 1, 28, 28), torch.arange(200))
    loader = made(answer, dataset, 64)
    batches = list(loader)
    shapes = [(tuple(X.shape), tuple(y.shape)) for X, y in batches]
    full = ((64, 1, 28, 28), (64,))
    assert_equal(shapes, [full, full, full, ((8, 1, 28, 28), (8,))], name="list of batch shapes (X, y)")
    assert_equal(len(loader), 4, name="len(loader)")
    expect_in_order([n for _, y in batches for n in y.tolist()])


@given(
    samples=st.integers(1, 12),
    batch_size=st.integers(1, 6),
    shuffle=st.booleans(),
    drop_last=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_each_once(answer, samples, batch_size, shuffle, drop_last, seed):
    """Every sample comes once per epoch, in batches of `batch_size`; `drop_last` leaves a short last batch out.

    Compare the numbers that come with those that should: is one missing, or here twice?

    `shuffle=True` draws without putting back. `drop_last` is an argument of `DataLoader` as well: pass it on.
    """
    loader = made(answer, numbered(samples), batch_size, shuffle=shuffle, seed=seed, drop_last=drop_last)
    batches = [y.tolist() for _, y in loader]
    full, left_over = divmod(samples, batch_size)
    sizes = [batch_size] * full + [left_over] * (left_over > 0 and not drop_last)
    assert_equal([len(batch) for batch in batches], sizes, name="list of batch sizes")
    numbers = [number for batch in batches for number in batch]
    if not shuffle:
        expect_in_order(numbers)
    elif not drop_last:
        assert_equal(sorted(numbers), list(range(samples)), name="sorted list of sample numbers in a shuffled epoch")
    else:
        once = len(set(numbers)) == len(numbers) and set(numbers) <= set(range(samples))
        assert once, f"A shuffled epoch should hold no sample twice; it held the samples {numbers}."


def test_shuffle(answer):
    """`shuffle=True` mixes all the samples, and mixes them anew in every epoch.

    Is the order drawn once, when the loader is made, or at the start of every epoch?

    Let `DataLoader` do it: `shuffle=shuffle`. A new `for` over the loader is a new epoch, and draws a new order.
    """
    loader = made(answer, numbered(40), 5, shuffle=True, seed=3)
    first, second = order(loader), order(loader)
    expect(first != list(range(40)), "With shuffle=True the samples still came in the dataset's order.")
    expect(first != second, "The second epoch had the same order as the first; each epoch should draw its own.")
    for epoch in (first, second):
        expect(
            sorted(epoch) == list(range(40)), f"A shuffled epoch should hold each of 40 samples once; it held {epoch}."
        )
    companions = [{frozenset(epoch[i : i + 5]) for i in range(0, 40, 5)} for epoch in (first, second)]
    expect(
        companions[0] != companions[1],
        "Both epochs had the same batches, only in another order: mix the samples, not the batches.",
    )


def test_seed(answer):
    """`seed` alone decides the orders: equal seeds agree epoch by epoch, other seeds differ.

    What draws the order? Something that starts from `seed` and that nobody else uses.

    `torch.Generator().manual_seed(seed)` makes a generator of its own; `DataLoader(..., generator=...)` uses it.
    """
    loaders = [made(answer, numbered(30), 4, shuffle=True, seed=seed) for seed in (5, 5, 6)]
    epochs = [[order(loader) for loader in loaders] for _ in range(3)]  # they take turns, and the world turns with them
    one, twin, other = (list(orders) for orders in zip(*epochs, strict=True))
    for epoch in range(3):
        expect(
            twin[epoch] == one[epoch],
            f"Two loaders, both made with seed=5, gave different orders in epoch {epoch + 1}: {some(one[epoch])} and "
            f"{some(twin[epoch])}. Do they draw from one generator that others draw from too?",
        )
    expect(other != one, "Seeds 5 and 6 gave the same orders: is `seed` used at all?")
    default, zero = made(answer, numbered(30), 4, shuffle=True), made(answer, numbered(30), 4, shuffle=True, seed=0)
    expect(order(default) == order(zero), "With no seed given, the order should be that of seed=0; it is another.")


def test_global_generator(answer):
    """PyTorch's global generator is not reseeded, neither by making a loader nor by reading it.

    Who else in the program draws random numbers, and what happens to them after `torch.manual_seed`?

    Give the loader its own `torch.Generator`; `manual_seed` of that object touches nothing else.
    """
    with rng_untouched(allow_advance=True):
        order(made(answer, numbered(10), 3, shuffle=True, seed=11))


class WithWorker(Dataset):
    """Samples (i, id of the worker process that loaded them), where -1 is the parent process."""

    def __len__(self):
        return 12

    def __getitem__(self, index):
        info = get_worker_info()
        return index, -1 if info is None else info.id


@pytest.fixture
def forked():
    """Whether workers can be forked here; on Linux they are for this check, whatever Python's default is."""
    if not sys.platform.startswith("linux"):
        yield False
        return
    before = multiprocessing.get_start_method(allow_none=True)
    multiprocessing.set_start_method("fork", force=True)
    yield True
    multiprocessing.set_start_method(before, force=True)


def test_workers(answer, forked):
    """`num_workers` processes load the samples, and the batches are the same with and without them.

    How many processes were asked for, and how many does your loader start?

    `num_workers` is an argument of `DataLoader` too: pass it on.
    """
    options = {"shuffle": True, "seed": 4}
    alone, shared = (made(answer, WithWorker(), 2, num_workers=count, **options) for count in (0, 2))
    assert_equal(alone.num_workers, 0, name="loader.num_workers")
    assert_equal(shared.num_workers, 2, name="loader.num_workers")
    if not forked:  # where processes cannot be forked, starting two takes seconds
        return
    alone, shared = ([(numbers.tolist(), ids.tolist()) for numbers, ids in loader] for loader in (alone, shared))
    assert_equal(
        {i for _, ids in alone for i in ids}, {-1}, name="set of worker ids with num_workers=0 (-1 is this process)"
    )
    assert_equal({i for _, ids in shared for i in ids}, {0, 1}, name="set of worker ids with num_workers=2")
    assert_equal(
        [n for n, _ in shared], [n for n, _ in alone], name="list of batches with num_workers=2, beside those with 0,"
    )


@given(samples=st.integers(0, 100), batch_size=st.integers(1, 12), drop_last=st.booleans())
def test_count(answer, samples, batch_size, drop_last):
    """`count_batches` is the number of batches, whether the samples divide evenly or not, with `drop_last` and without.

    How many batches are full? And when is there one more?

    60,000 samples in batches of 64 are 937 full batches and 32 samples left over. 60,032 would be 938 and none.

    Round up to keep the short batch, round down to drop it. `//` rounds down, and `-(-a // b)` rounds up.
    """
    expected = len([*range(0, samples - drop_last * (batch_size - 1), batch_size)])
    actual = answer.count_batches(samples, batch_size, drop_last)
    assert_equal(actual, expected, name=f"count_batches({samples}, {batch_size}, {drop_last})")
    if not drop_last:
        assert_equal(
            answer.count_batches(samples, batch_size), expected, name=f"count_batches({samples}, {batch_size})"
        )


def test_collect(answer):
    """`collect` returns all X and all y of an epoch in order, the short last batch included.

    A loop over the loader gives one batch after the other. What joins tensors of different lengths?

    Put the batches into two lists, then `torch.cat` each. `torch.stack` needs equal shapes.
    """
    X, y = torch.rand(10, 3, 2, dtype=torch.float64), torch.arange(10)
    collected = answer.collect(DataLoader(TensorDataset(X, y), batch_size=4))
    two = isinstance(collected, tuple | list) and len(collected) == 2
    assert two, f"collect should return two tensors, all X and all y; it returned {type(collected).__name__}."
    assert_close(collected[0], X, name="X of collect(loader)")
    assert_close(collected[1], y, name="y of collect(loader)")


def test_collect_pairs(answer):
    """With a loader that shuffles, row i of X and row i of y are still the same sample, in the order they came.

    How often does your function go through the loader? Every pass is a new epoch with a new order.

    Take X and y from the same batch, in one loop. `next(iter(loader))` begins a new epoch each time.
    """
    loader, twin = (
        DataLoader(numbered(20), batch_size=3, shuffle=True, generator=torch.Generator().manual_seed(8))
        for _ in range(2)
    )
    X, y = answer.collect(loader)
    assert_equal(sorted(y.tolist()), list(range(20)), name="sorted y of collect(shuffling loader)")
    rows = torch.stack([y, y + 0.5], dim=1)
    assert_close(X, rows, name="X of collect(shuffling loader), beside the rows that belong to its y,")
    came = order(twin)
    expect(
        y.tolist() == came,
        f"The loader's samples came in the order {some(came)}, but y of collect(loader) is {some(y.tolist())}.",
    )


def bench_epoch(module, device):
    """Timing: one shuffled epoch over 256 samples in batches of 32."""
    dataset = numbered(256)
    return lambda: module.collect(module.make_loader(dataset, 32, shuffle=True, seed=1))
