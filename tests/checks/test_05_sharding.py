"""Checks of 05_sharding: workers are played by setting what `get_worker_info` returns, but for one check."""

import multiprocessing
import sys
import tempfile
import warnings
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader, IterableDataset, TensorDataset
from torch.utils.data._utils import worker as worker_module

from tutor.checks import assert_close, assert_equal, expect, rng_untouched

CPU = torch.device("cpu")


def write_files(folder, lines_of):
    """A file for each number of lines; line k of file i is "i.k". Returns the paths."""
    paths = [Path(folder, f"log-{number}.txt") for number in range(len(lines_of))]
    for number, (path, count) in enumerate(zip(paths, lines_of, strict=True)):
        path.write_text("".join(f"{number}.{line}\n" for line in range(count)), encoding="utf-8")
    return paths


@contextmanager
def as_worker(number, workers, stream):
    """Within the block, `get_worker_info` speaks as in worker `number` of so many; with 0 workers, as it is here."""
    before = worker_module._worker_info
    if workers:
        worker_module._worker_info = worker_module.WorkerInfo(id=number, num_workers=workers, seed=1, dataset=stream)
    try:
        yield
    finally:
        worker_module._worker_info = before


def made(answer, files, **options):
    """The stream, after a look that it is an IterableDataset."""
    stream = answer.LineStream(files, **options)
    expect(
        isinstance(stream, IterableDataset),
        f"LineStream should be an IterableDataset; it is a {type(stream).__name__}, which DataLoader takes otherwise.",
    )
    return stream


def readings(answer, files, world=1, workers=0, epoch=0, seed=0):
    """The lines that each reader gets: a list of (rank, worker, lines) over all ranks and all their workers."""
    found = []
    for rank in range(world):
        stream = made(answer, files, rank=rank, world=world, seed=seed)
        stream.set_epoch(epoch)
        for number in range(max(workers, 1)):
            with as_worker(number, workers, stream):
                found.append((rank, number, list(stream)))
    return found


def files_in(lines):
    """The numbers of the files that lines "i.k" come from, each time another file begins."""
    numbers = [int(line.partition(".")[0]) for line in lines]
    return [number for place, number in enumerate(numbers) if place == 0 or numbers[place - 1] != number]


@pytest.fixture(scope="module")
def shelf():
    """One folder for all examples of a property."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def test_lines(answer, tmp_path):
    """A single reader gets every line of every file once, without line ends, file after file.

    A generator is the shortest `__iter__`: two loops, and `yield`.

    Only the line end goes: an empty line is a line, and blanks at its end belong to it. The last one may have no end.

    A file that is gone through with `for` knows its line ends, whatever system wrote them, and hands them out as one
    newline.
    """
    texts = ["first\n\n  indented, two blanks behind  \n", "caf\u00e9\nno end"]
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    stream = made(answer, paths)
    lines = list(stream)
    strange = [line for line in lines if not isinstance(line, str)]
    expect(not strange, f"The stream should hand out lines, each a str; it handed out {strange[:1]}.")
    expected = [["first", "", "  indented, two blanks behind  "], ["caf\u00e9", "no end"]]
    either = lines in (expected[0] + expected[1], expected[1] + expected[0])
    expect(either, f"The lines of the two files {texts} came as {lines}.")
    paths[0].write_bytes("one\r\ntwo\rthree \x0c \x85 \u2028 three\r\n".encode())
    lines = list(made(answer, paths[:1]))
    expect(
        lines == ["one", "two", "three \x0c \x85 \u2028 three"],
        f"The line ends \\r\\n and \\r are left out, and \\x0c, \\x85 and \\u2028 end no line. The file "
        f"{paths[0].read_bytes().decode()!r} came as {lines}.",
    )


@settings(max_examples=20)
@given(
    lines_of=st.lists(st.integers(1, 3), min_size=0, max_size=7),
    world=st.integers(1, 3),
    workers=st.integers(0, 3),
    epoch=st.integers(0, 5),
)
def test_shared_out(answer, shelf, lines_of, world, workers, epoch):
    """Over all ranks and workers every file is read once, as a whole, and nobody reads over one file more than others.

    Two ranks with three workers each are six readers, numbered 0 to 5. What is the number of worker 1 of rank 1?

    Everybody makes the same list of files, and takes its own part: a slice that starts at the reader's number, with the
    number of readers as its step.

    `get_worker_info()` is None where there are no workers. Ask it in `__iter__`, which runs in the worker.
    """
    files = write_files(shelf, lines_of)
    found = readings(answer, files, world, workers, epoch)
    situation = (
        f"With {len(files)} {'file' if len(files) == 1 else 'files'}, world={world} and {workers} workers in each rank"
    )
    counts = Counter(line for _, _, lines in found for line in lines)
    wanted = [f"{number}.{line}" for number, count in enumerate(lines_of) for line in range(count)]
    twice = sorted(line for line, count in counts.items() if count > 1)
    expect(not twice, f'{situation}, the line "{"".join(twice[:1])}" came {counts["".join(twice[:1])]} times.')
    missing = sorted(set(wanted) - set(counts))
    expect(not missing, f'{situation}, the line "{"".join(missing[:1])}" came to nobody.')
    for rank, number, lines in found:
        whole = [f"{file}.{line}" for file in files_in(lines) for line in range(lines_of[file])]
        expect(
            lines == whole,
            f"{situation}, worker {number} of rank {rank} read {lines}: one reader reads all of a file.",
        )
    shares = [len(files_in(lines)) for _, _, lines in found]
    expect(max(shares) - min(shares) <= 1, f"{situation}, the readers got {shares} files; one more or less is fair.")


def test_epochs(answer, tmp_path):
    """`seed` and the epoch alone decide the order and the shares, the same each time they are asked for.

    An order for each epoch: what could a generator start from, so that every reader draws the same?

    `torch.randperm` with a generator of its own, seeded by both numbers. The first epoch is 0.
    """
    files = write_files(tmp_path, [1] * 12)

    def orders(**options):
        return [files_in(lines) for _, _, lines in readings(answer, files, **options)]

    with rng_untouched():
        alone = {epoch: orders(epoch=epoch)[0] for epoch in range(6)}
        again = orders(epoch=3)[0]
        other = orders(epoch=3, seed=77)[0]
        shared = [orders(epoch=epoch, world=2, workers=2) for epoch in (1, 2)]
        untouched = files_in(list(made(answer, files)))
    expect(alone[0] != sorted(alone[0]) or alone[1] != sorted(alone[1]), "The files came in the order of the list.")
    alike = [epoch for epoch, order in alone.items() if order == alone[0]]
    expect(len(alike) == 1, f"Epochs {alike} had the same order, {alone[0]}.")
    expect(len({*map(tuple, alone.values())}) == 6, "Two of the epochs 1 to 5 had the same order.")
    expect(again == alone[3], "Epoch 3 had another order when it was asked for a second time, from an equal stream.")
    expect(other != alone[3], "Epoch 3 had the same order with seed=0 and seed=77.")
    expect(untouched == alone[0], "A stream whose epoch was never set should be in epoch 0.")
    sets = [[set(share) for share in shares] for shares in shared]
    expect(sets[0] != sets[1], "With two ranks of two workers, everybody had the same files in epochs 1 and 2.")


def test_lazy(answer, tmp_path):
    """A file is opened when its first line is wanted: not in `__init__`, and not while another one is read.

    A thousand files cannot all be open, or in memory. What does a generator do between two `yield`s?

    Open inside the loop over the files.
    """
    paths = [tmp_path / "0.txt", tmp_path / "1.txt"]
    stream = answer.LineStream(paths)  # they do not exist yet
    for number, path in enumerate(paths):
        path.write_text(f"{number}.0\n{number}.1\n")
    lines = iter(stream)
    first = next(lines)
    later = 1 - int(first[0])
    paths[later].write_text("9.0\n")
    rest = list(lines)
    expect(
        rest == [f"{first[0]}.1", "9.0"],
        f'After the line "{first}" was read, the other file was written anew, with the line "9.0" alone. The '
        f"stream went on with {rest}.",
    )


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


def test_worker_processes(answer, forked, tmp_path):
    """Two worker processes that stay alive read every line once an epoch, and hear of a new epoch.

    They were forked when the first epoch began, and hold the stream as it was then. What do two processes share?

    A plain attribute belongs to one process. A tensor after `share_memory_()` belongs to all: change what it holds, and
    do not put another one in its place.
    """
    files = write_files(tmp_path, [2] * 8)
    stream = made(answer, files, seed=5)
    if not forked:  # where processes cannot be forked, starting two takes seconds
        return
    loader = DataLoader(stream, batch_size=None, num_workers=2, persistent_workers=True)
    epochs = []
    for epoch in (3, 4, 3):
        stream.set_epoch(epoch)
        epochs.append(list(loader))
    for lines in epochs:
        counts = Counter(lines)
        assert_equal(
            sorted(counts.elements()), sorted(f"{i}.{k}" for i in range(8) for k in range(2)), name="all lines"
        )
    stayed = "the running workers did not hear of set_epoch. Only what is changed in shared memory reaches them."
    expect(epochs[0] != epochs[1], f"Epochs 3 and 4 gave the same lines in the same order: {stayed}")
    expect(epochs[0] == epochs[2], "Epoch 3 gave another order when it was asked for again.")
    here = [files_in(lines) for _, _, lines in readings(answer, files, workers=2, epoch=3, seed=5)]
    there = [files_in(epochs[0][worker::2]) for worker in range(2)]
    expect(there == here, f"In epoch 3 the workers read the files {there}; by seed and epoch it should be {here}.")


def numbered(count):
    """A dataset whose sample i is ([i, -i], i)."""
    y = torch.arange(count)
    return TensorDataset(torch.stack([y, -y], dim=1).float(), y)


def loader_of(make, *arguments, **options):
    """The loader that a function makes, after a look that it is one without workers."""
    loader = make(*arguments, **options)
    name = make.__name__
    expect(isinstance(loader, DataLoader), f"{name} should return a DataLoader; it returned a {type(loader).__name__}.")
    assert_equal(loader.num_workers, 0, name=f"num_workers of {name}'s loader")
    return loader


def epoch_of(answer, loader, epoch):
    """The labels of the batches of `epoch_batches`, after a look that each X belongs to its y."""
    found = []
    for batch in answer.epoch_batches(loader, epoch, CPU):
        pair = isinstance(batch, tuple | list) and len(batch) == 2
        expect(pair, f"epoch_batches should yield pairs (X, y); it yielded a {type(batch).__name__}.")
        X, y = batch
        assert_close(X, torch.stack([y, -y], dim=1).float(), name="X of a batch, beside the rows that belong to its y,")
        found.append(y.tolist())
    return found


def sizes(samples, batch_size):
    """The sizes of the batches of so many samples."""
    return [min(batch_size, samples - start) for start in range(0, samples, batch_size)]


@settings(max_examples=15)
@given(samples=st.integers(1, 9), world=st.integers(1, 4), batch_size=st.integers(1, 3), epoch=st.integers(0, 3))
def test_train_shares(answer, samples, world, batch_size, epoch):
    """Over the ranks every training sample comes, and each rank gets N / world of them, rounded up, in batches.

    A sampler for this is ready-made. It asks for the number of processes and the rank: you know both.

    `DistributedSampler(dataset, num_replicas=world, rank=rank, ...)` needs no process group when it is told both. The
    loader takes it as `sampler`, and then no `shuffle`.
    """
    each = -(-samples // world)
    came = []
    for rank in range(world):
        options = {"rank": rank, "world": world, "seed": 6, "device": CPU}
        loader = loader_of(answer.train_loader, numbered(samples), batch_size, **options)
        batches = epoch_of(answer, loader, epoch)
        name = f"sizes of the batches of {samples} samples for rank {rank} of {world}"
        assert_equal([len(batch) for batch in batches], sizes(each, batch_size), name=name)
        came += [number for batch in batches for number in batch]
    missing = sorted(set(range(samples)) - set(came))
    expect(
        not missing,
        f"Of {samples} samples, {missing} came to none of {world} ranks, and others to several: {sorted(came)}. All "
        "ranks should deal out the same order.",
    )


def test_train_epochs(answer):
    """Every epoch deals the training samples out anew, by `seed` and the epoch alone.

    The sampler does not notice that an epoch is over. Somebody has to tell it, before the loader begins.

    Its method `set_epoch` takes the epoch; the loader keeps its sampler under `loader.sampler`.
    """

    def loader(seed=2, rank=1):
        return loader_of(answer.train_loader, numbered(24), 5, rank=rank, world=2, seed=seed, device=CPU)

    with rng_untouched(allow_advance=True):
        one, twin, other = loader(), loader(), loader(seed=9)
        epochs = [sum(epoch_of(answer, one, epoch), []) for epoch in (0, 1, 2)]
        late = sum(epoch_of(answer, twin, 2), [])
        again = sum(epoch_of(answer, one, 1), [])
        others = sum(epoch_of(answer, other, 2), [])
    expect(epochs[0] != sorted(epochs[0]), "The training samples of a rank came in the dataset's order; mix them.")
    alike = [epoch for epoch in range(3) if epochs[epoch] == epochs[0]]
    expect(len(alike) == 1, f"Epochs {alike} gave this rank the same samples in the same order.")
    expect(epochs[1] != epochs[2], "Epochs 1 and 2 gave this rank the same samples in the same order.")
    expect(set(epochs[0]) != set(epochs[1]), "A rank got the same samples in both epochs: deal all of them out anew.")
    expect(late == epochs[2], "Of two equal loaders, one went through epochs 0 and 1 before: their epochs 2 differ.")
    expect(again == epochs[1], "Epoch 1 had another order when it was asked for again.")
    expect(others != epochs[2], "Seeds 2 and 9 gave the same order: is `seed` used?")


@settings(max_examples=15)
@given(samples=st.integers(1, 9), world=st.integers(1, 4), batch_size=st.integers(1, 3))
def test_test_shares(answer, samples, world, batch_size):
    """Over the ranks every test sample comes exactly once, each rank's in order, and parts differ by one at most.

    `DistributedSampler` gives some samples twice when they do not divide evenly, and the accuracy counts them twice.

    `Subset` takes the indices of a part; `range` has a step.
    """
    parts = []
    for rank in range(world):
        options = {"rank": rank, "world": world, "device": CPU}
        loader = loader_of(answer.test_loader, numbered(samples), batch_size, **options)
        batches = [y.tolist() for _, y in loader]
        part = sum(batches, [])
        name = f"sizes of the batches of the test loader of rank {rank} of {world}"
        assert_equal([len(batch) for batch in batches], sizes(len(part), batch_size), name=name)
        expect(part == sorted(part), f"The test samples of rank {rank} came as {part}: keep the dataset's order.")
        parts.append(part)
    all_of_them = sorted(sum(parts, []))
    assert_equal(all_of_them, [*range(samples)], name=f"sorted test samples of {world} ranks together")
    lengths = [len(part) for part in parts]
    expect(
        max(lengths) - min(lengths) <= 1, f"The ranks got {lengths} test samples; the difference should be 1 at most."
    )


def both_loaders(answer, device):
    """A training and a test loader for `device`, by name."""
    options = {"rank": 0, "world": 2, "device": device}
    return {
        "train_loader": loader_of(answer.train_loader, numbered(6), 2, **options, seed=1),
        "test_loader": loader_of(answer.test_loader, numbered(6), 2, **options),
    }


OFF_ON_CUDA = {
    "cuda": "`pin_memory` is off for a CUDA device: either it was left out, or the machine decides, not `device`.",
    "cuda:1": '"cuda:1" is a CUDA device as well: compare `device.type`, not the whole device.',
}


def test_pinned(answer):
    """Both loaders pin memory when `device` is a CUDA device, and not otherwise; on a CPU nothing warns.

    It depends on the device that was asked for, not on the machine.

    `device.type` is "cuda" for every CUDA device, also for "cuda:1".
    """
    for name, pinned in (("cpu", False), ("cuda", True), ("mps", False), ("cuda:1", True)):
        for function, loader in both_loaders(answer, torch.device(name)).items():
            sentence = OFF_ON_CUDA[name] if pinned else "`pin_memory` is on here: only a CUDA `device` asks for it."
            call = f"{function}(..., device={name!r})"
            assert_equal(loader.pin_memory, pinned, name=f"pin_memory of {call}", explain={sentence: not pinned})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for loader in both_loaders(answer, CPU).values():
            list(loader)
    expect(not caught, f"On a CPU the loaders warn: {caught[0].message if caught else ''}")


def test_device(answer):
    """The loaders hand out CPU tensors whatever `device` is, and `epoch_batches` moves X and y to it.

    Where is a batch moved: in the loader, or in the loop over it?

    `.to(device)` returns what it moved: X and y both, in `epoch_batches`.
    """
    meta = torch.device("meta")
    for function, loader in both_loaders(answer, meta).items():
        for tensor, part in zip(next(iter(loader)), "Xy"):
            assert_equal(tensor.device, CPU, name=f"device of {part} of {function}(..., device='meta')")
    loader = both_loaders(answer, CPU)["train_loader"]
    moved = list(answer.epoch_batches(loader, 1, meta))
    assert_equal(len(moved), 2, name="number of batches of epoch_batches(loader, 1, device)")
    for batch in moved:
        for tensor, part in zip(batch, "Xy"):
            assert_equal(tensor.device, meta, name=f"device of {part} of epoch_batches(loader, 1, device='meta')")
