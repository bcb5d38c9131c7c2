"""Checks of 12_experiment_tracking: files are read by the checks' own few lines, and runs with a break are compared
bit for bit with runs without.
"""

import copy
import json
import math
import os
import pickle

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from tutor.checks import assert_equal, assert_raises, assert_type, expect, rng_untouched, unchanged

ALPHABET = (
    'ab\n\r"\\{, é中\u2028\x85'  # drawn from here: hypothesis takes half a second and more to learn all of Unicode
)
TEXT = st.text(ALPHABET, max_size=6)
VALUES = st.none() | st.booleans() | st.integers(-1000, 1000) | st.floats(-10, 10) | TEXT
RUNS = st.dictionaries(TEXT, VALUES | st.lists(VALUES, max_size=2), max_size=3)


@pytest.fixture
def new_path(tmp_path):
    """A function that gives one new path after the other."""
    count = iter(range(10_000))
    return lambda name="runs.jsonl": tmp_path / f"{next(count)}_{name}"


def lines_of(path):
    """The runs of a file that has them all whole, one a line."""
    expect(path.is_file(), "log_run wrote no file at path.")
    runs = []
    for line in path.read_bytes().split(b"\n"):
        if not line.strip():
            continue
        try:
            runs.append(json.loads(line))
        except ValueError:
            expect(False, f"A line of the file that log_run wrote is no JSON: {line.decode(errors='replace')!r}.")
    return runs


def log_all(answer, path, runs):
    """Log the runs in order."""
    for run in runs:
        with unchanged(run=run):
            answer.log_run(path, run)


def read_all(answer, path):
    """What `read_runs` gives, after a look that it is a list."""
    return assert_type(answer.read_runs(path), list, "read_runs(path)")


def test_log_by_example(answer, new_path):
    """Two calls of `log_run` leave a file of two lines, each the JSON of its run, in order.

    A file can be opened for writing, or for adding at its end. Which forgets what was there?

    `json.dumps(run)` is the line without its end. The mode of `open` that adds is "a", or "ab" for bytes.
    """
    runs = [{"name": "first", "lr": 0.1, "loss": 0.5}, {"name": "second\nline", "lr": 1, "loss": None, "sizes": [4, 2]}]
    for empty in (False, True):
        path = new_path()
        if empty:
            path.touch()
        log_all(answer, path, runs)
        assert_equal(lines_of(path), runs, name="the runs in the file")
        newlines = path.read_bytes().count(b"\n")
        sentence = f"After two runs the file holds {newlines} newlines; it should be 2, one at the end of each line."
        expect(
            newlines == 2 and path.read_bytes().endswith(b"\n"),
            sentence + " The file was there before, and empty." * empty,
        )


def test_read_by_example(answer, new_path):
    """`read_runs` gives the runs of a file in order, and an empty list if there is no file.

    Each line is read for itself; what is no JSON is passed over.

    `json.loads` raises a ValueError for a line that is none. Look whether the path exists first.
    """
    path = new_path()
    assert_equal(read_all(answer, path), [], name="read_runs(path) where there is no file")
    expect(not path.exists(), "read_runs made a file; it should only read.")
    path.write_bytes(b'{"loss": 0.5}\n\nepoch 3 of 9\n{"loss": 0.25, "tags": ["a", "b"]}\n{"los')
    expected = [{"loss": 0.5}, {"loss": 0.25, "tags": ["a", "b"]}]
    assert_equal(read_all(answer, path), expected, name="read_runs(path)")


@settings(max_examples=20)
@given(runs=st.lists(RUNS, max_size=4), more=RUNS)
@example(runs=[{"note": "\u2028 and \x85"}], more={"": "\r\n"})
def test_what_is_logged_is_read(answer, new_path, runs, more):
    """`read_runs` gives back what `log_run` wrote, whatever text is in it, and goes on after more is added.

    Text may hold newlines, quotes, and other characters that end a line for some: who takes care of them?

    `json.dumps` escapes them all, unless told otherwise. `str(run)` does not make JSON.
    """
    path = new_path()
    log_all(answer, path, runs)
    assert_equal(read_all(answer, path), runs, name="read_runs(path)")
    answer.log_run(path, more)
    assert_equal(read_all(answer, path), [*runs, more], name="read_runs(path) after one more run")
    assert_equal(lines_of(path), [*runs, more], name="the runs in the file")


def test_diverged(answer, new_path):
    """A loss of nan or infinity is logged, and read again as a float.

    Python's `json` writes and reads both, though the standard knows neither.

    Leave `allow_nan` as it is, and the values as they are.
    """
    path = new_path()
    log_all(answer, path, [{"loss": float("nan")}, {"loss": float("inf")}])
    losses = [run.get("loss") for run in read_all(answer, path)]
    right = len(losses) == 2 and isinstance(losses[0], float) and math.isnan(losses[0]) and losses[1] == float("inf")
    expect(right, f"After logging losses of nan and inf, read_runs gives the losses {losses}.")


@settings(max_examples=20)
@given(runs=st.lists(RUNS.filter(bool), min_size=1, max_size=3), more=RUNS, cut=st.integers(0, 11))
@example(runs=[{"n": "中"}], more={"lr": 0.1}, cut=3)
@example(runs=[{"lr": 0.5}], more={}, cut=0)
@example(runs=[{"": None}], more={}, cut=11)
def test_torn(answer, new_path, runs, more, cut):
    """Half a line at the end, as a crash leaves it, costs that run and no other: not the one that is logged next.

    What is added to half a line becomes a part of it. How does a file end that is whole?

    If the file's last byte is no newline, `log_run` writes one first.
    """
    path = new_path()
    log_all(answer, path, runs)
    whole = path.read_bytes().rstrip(b"\n")
    last = len(whole) - (whole.rfind(b"\n") + 1)  # bytes of the last line
    path.write_bytes(whole[: len(whole) - min(cut, last - 1)])
    left = runs if cut == 0 else runs[:-1]
    crash = f"the crash (the file ends with {path.read_bytes()[-8:]!r})"
    assert_equal(read_all(answer, path), left, name=f"the runs read back after {crash}")
    answer.log_run(path, more)
    assert_equal(read_all(answer, path), [*left, more], name=f"the runs read back after {crash} and one more log_run")


def test_best_by_example(answer):
    """`best_run` finds the smallest loss or the largest accuracy, and passes over nan, None and runs without the key.

    What does `min` make of a list that begins with nan? Which runs can be compared at all?

    Collect those that count first: key there, not None, not nan. `math.isnan` tells.
    """
    runs = [
        {"name": "blew up", "loss": float("nan"), "acc": float("nan")},
        {"name": "running", "acc": 0.0},
        {"name": "second", "loss": 0.5, "acc": 0.75},
        {"name": "killed", "loss": None, "acc": None},
        {"name": "best", "loss": 0.0, "acc": 0.875},
        {"name": "as good", "loss": 0.0, "acc": 0.875},
    ]
    for arguments, expected in {
        ("loss",): 4,
        ("loss", "min"): 4,
        ("acc", "max"): 4,
        ("acc",): 1,
        ("loss", "max"): 2,
    }.items():
        with unchanged(runs=runs):
            found = answer.best_run(runs, *arguments)
        call = f"best_run(runs, {', '.join(map(repr, arguments))})"
        name = assert_type(found, dict, call).get("name")
        assert_equal(name, runs[expected]["name"], name=f"the name of {call}")
    for runs in ([], [{"loss": float("nan")}, {"acc": 1.0}, {"loss": None}]):
        found = answer.best_run(runs, "loss")
        expect(found is None, f"best_run({runs}, 'loss') should be None: no run counts. It is {found!r}.")


@settings(max_examples=40)
@given(
    numbers=st.lists(
        st.sampled_from([float("nan"), None, "none", -1, 0, 2, 0.5, -0.5, float("inf"), float("-inf")]), max_size=6
    ),
    mode=st.sampled_from(["min", "max"]),
)
@example(numbers=[None, float("inf")], mode="min")
@example(numbers=[float("-inf"), "none"], mode="max")
def test_best(answer, numbers, mode):
    """`best_run` is the first of the best, by whatever is compared, wherever the nan stand.

    Walk through the runs with the best so far in your hand: when does the next take its place?

    Only a number that is really smaller (or larger) replaces it, and a nan is neither.
    """
    runs = [{"place": n} | ({} if one == "none" else {"score": one}) for n, one in enumerate(numbers)]
    best = None
    for run in runs:
        score = run.get("score")
        if score is None or score != score:
            continue
        if best is None or (score < best["score"] if mode == "min" else score > best["score"]):
            best = run
    shown = [run.get("score", "no key") for run in runs]
    name = f"best_run of runs with the scores {shown}, mode={mode!r}"
    assert_equal(answer.best_run(runs, "score", mode=mode), best, name=name)


def sgd(parameters):
    """SGD with momentum whose rate halves after every second epoch."""
    optimizer = torch.optim.SGD(parameters, lr=0.2, momentum=0.9)
    return optimizer, torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)


def adam(parameters):
    """Adam whose rate falls along a cosine."""
    optimizer = torch.optim.AdamW(parameters, lr=0.05)
    return optimizer, torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=6)


OPTIMIZERS = {"SGD with momentum": sgd, "AdamW": adam}


def setting(make=sgd):
    """A new model with batch normalisation and dropout, its optimizer and scheduler."""
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Dropout(0.3), nn.Linear(4, 2)).double()
    return model, *make(model.parameters())


def train(model, optimizer, scheduler, epochs):
    """Train for `epochs` epochs; order of the batches and dropout come from the global generator."""
    X = torch.linspace(-1, 1, 30, dtype=torch.float64).reshape(10, 3)
    y = torch.arange(10) % 2
    for _ in range(epochs):
        model.train()
        for places in torch.randperm(10).split(4):
            optimizer.zero_grad()
            F.cross_entropy(model(X[places]), y[places]).backward()
            optimizer.step()
        scheduler.step()


def load(answer, path, parts):
    """`load_checkpoint` into the parts, after a look that it gives a number."""
    epoch = answer.load_checkpoint(path, *parts)
    sentence = f"load_checkpoint should return the number of epochs as an int; it returned {epoch!r}."
    expect(isinstance(epoch, int), sentence)
    return epoch


def save(answer, path, parts, epoch):
    """`save_checkpoint`, after a look that it changes nothing and writes plain data."""
    state = copy.deepcopy(parts[1].state_dict())
    with unchanged(model=parts[0]), rng_untouched():
        answer.save_checkpoint(path, *parts, epoch)
    assert_equal(parts[1].state_dict(), state, name="the optimizer's state_dict after save_checkpoint")
    expect(path.is_file(), "save_checkpoint wrote no file at path.")
    try:
        torch.load(path, weights_only=True)
    except Exception as error:
        text = " ".join(str(error).split())[:120]
        expect(False, f"torch.load(path, weights_only=True) cannot read what save_checkpoint wrote: {text}")


def test_weights_come_back(answer, new_path):
    """After `load_checkpoint`, a new model has the saved one's parameters and buffers, and the number of epochs is
    returned.

    One dictionary can hold other dictionaries, and a number.

    `torch.save` of a dictionary with a state_dict under a name for each part; `load_state_dict` of each part.
    """
    for epochs in (3, 1):
        parts, path = setting(), new_path("run.pt")
        train(*parts, epochs)
        save(answer, path, parts, epochs)
        others = setting()
        assert_equal(load(answer, path, others), epochs, name="the number of epochs that load_checkpoint returns")
        for name, one in parts[0].state_dict().items():
            assert_equal(others[0].state_dict()[name], one, name=f"{name!r} of the model after load_checkpoint")


@settings(max_examples=5)
@given(
    optimizer=st.sampled_from(list(OPTIMIZERS)),
    before=st.integers(1, 3),
    after=st.integers(1, 3),
    seed=st.integers(0, 99),
)
def test_goes_on(answer, new_path, optimizer, before, after, seed):
    """A run that is saved, made anew, loaded and trained on ends bit for bit where one without the break does.

    Weights are not all that training remembers. What does momentum need? Who knows the learning rate of the next epoch?

    Which batches come next, and what dropout drops, the random generator decides: `torch.get_rng_state()` and
    `torch.set_rng_state(...)`.
    """
    make = OPTIMIZERS[optimizer]
    torch.manual_seed(seed)
    parts, path = setting(make), new_path("run.pt")
    train(*parts, before)
    save(answer, path, parts, before)
    train(*parts, after)
    expected = torch.rand(3)
    torch.manual_seed(seed + 1)
    others = setting(make)
    load(answer, path, others)
    train(*others, after)
    epochs = "epoch" if before == 1 else "epochs"
    what = f"after {before} {epochs}, a break, and {after} more ({optimizer})"
    rates = [group["lr"] for group in others[1].param_groups]
    assert_equal(rates, [group["lr"] for group in parts[1].param_groups], name=f"the learning rate {what}")
    for name, one in parts[0].state_dict().items():
        assert_equal(others[0].state_dict()[name], one, name=f"{name!r} of the model {what}")
    assert_equal(others[1].state_dict(), parts[1].state_dict(), name=f"the optimizer's state_dict {what}")
    assert_equal(others[2].state_dict(), parts[2].state_dict(), name=f"the scheduler's state_dict {what}")
    assert_equal(torch.rand(3), expected, name=f"the next three random numbers {what}")


class FullDisk:
    """Something that cannot be written."""

    def __reduce__(self):
        raise OSError("no space left on device")


class Unwritable(torch.optim.lr_scheduler.StepLR):
    """A scheduler whose state cannot be written."""

    def state_dict(self):
        return super().state_dict() | {"extra": FullDisk()}


def test_old_checkpoint_survives(answer, new_path):
    """When writing fails midway, the error comes through and the checkpoint that was there is whole; a later save
    replaces it.

    A file that is opened for writing is empty at once. When may the old one go?

    Write a second file beside it. When that is done, `replace` puts it into the old one's place.
    """
    parts, path = setting(), new_path("run.pt")
    train(*parts, 1)
    save(answer, path, parts, 1)
    old = path.read_bytes()
    train(*parts, 1)
    with assert_raises(OSError, "save_checkpoint on a full disk"):
        answer.save_checkpoint(path, *parts[:2], Unwritable(parts[1], 2), 2)
    there = path.is_file()
    expect(there, "After a save that failed, the checkpoint that was at path before is gone.")
    same = path.read_bytes() == old
    expect(same, "After a save that failed, the checkpoint that was at path before is no longer what it was.")
    with path.open("rb") as file:  # the old file itself, whatever is at path later
        save(answer, path, parts, 2)
        same = file.read() == old
    expect(
        same, "save_checkpoint writes into the file that was at path: a full disk would leave half a checkpoint there."
    )
    assert_equal(load(answer, path, setting()), 2, name="the number of epochs in the checkpoint of the next save")


class Marker:
    """Something whose unpickling makes a folder."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (str(self.folder),)


def test_runs_no_code(answer, new_path):
    """`load_checkpoint` refuses a file that brings code along, with `pickle.UnpicklingError`, and runs none of it.

    Which argument of `torch.load` forbids code?

    All that a checkpoint needs is tensors, numbers, text and containers: `weights_only=True` reads them.
    """
    path, ran = new_path("run.pt"), new_path("folder")
    torch.save({"epoch": 3, "extra": Marker(ran)}, path)
    with assert_raises(pickle.UnpicklingError, "load_checkpoint of a file that makes a folder when it is unpickled"):
        try:
            answer.load_checkpoint(path, *setting())
        finally:
            expect(not ran.exists(), "load_checkpoint ran code that a file brought along: it made a folder.")


def test_from_another_device(answer, new_path):
    """`load_checkpoint` reads a file that was saved on a GPU this machine does not have.

    Every tensor in a file comes with a note where it lived.

    `map_location` overrules it, as in 11_save_load.
    """
    parts, path = setting(), new_path("run.pt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.serialization, "location_tag", lambda storage: "cuda:63")
        answer.save_checkpoint(path, *parts, 2)
    others = setting()
    try:
        answer.load_checkpoint(path, *others)
    except RuntimeError as error:
        if isinstance(error, NotImplementedError):
            raise
        text = " ".join(str(error).split())[:300]
        expect(False, f"load_checkpoint cannot read a file whose tensors were saved on cuda:63. PyTorch says: {text}")
    for name, one in parts[0].state_dict().items():
        assert_equal(others[0].state_dict()[name], one, name=f"{name!r} of the model after load_checkpoint")
