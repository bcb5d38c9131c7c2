"""Checks of 11_modular: each module alone, then the import, `main` in this process, and the program in its own."""

import contextlib
import copy
import io
import os
import pickle
import re
import zipfile
from pathlib import Path

import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.data import DataLoader

from tutor.checks import (
    Mismatch,
    assert_close,
    assert_equal,
    assert_number,
    assert_raises,
    assert_same_trajectory,
    assert_type,
    evaluate_reference,
    expect,
    fixed_loader,
    imported_again,
    leave_old_gradients,
    rng_untouched,
    run_program,
    small_classifier,
    unchanged,
)

CPU = torch.device("cpu")
META = torch.device("meta")
SETTINGS = {"epochs": 3, "batch_size": 50, "hidden_units": 7, "learning_rate": 0.3, "seed": 4}
DEFAULTS = {"batch_size": 32, "hidden_units": 16, "learning_rate": 0.1, "seed": 0}
EPOCH = r"epoch {}: loss (\d+\.\d+), test accuracy ([01]\.\d+)"
FILES = ("data_setup.py", "model_builder.py", "engine.py", "utils.py", "train.py")


def words_for(out):
    """The words of a shell for SETTINGS."""
    values = {**SETTINGS, "out": out}
    return [word for name, value in values.items() for word in (f"--{name.replace('_', '-')}", str(value))]


def run_main(answer, out):
    """What `main` prints for SETTINGS."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        answer.train.main(words_for(out))
    return printed.getvalue()


def saved_at(path, who="train.main"):
    """The tensors in the file that was to be written."""
    unread = " Was --out in `words` read?" if who == "train.main" else ""
    expect(path.is_file(), f"{who} should have saved {path.name}; there is no such file.{unread}")
    try:
        return torch.load(path, weights_only=True)
    except pickle.UnpicklingError:
        raise Mismatch(f"{who} saved more than a state_dict: the file holds an object of another class.") from None


def rebuilt(answer, state):
    """A model of the saved sizes with the saved weights."""
    model = answer.model_builder.PointClassifier(2, SETTINGS["hidden_units"], 3)
    model.load_state_dict(state)
    return model.eval()


@settings(max_examples=20)
@given(samples=st.integers(5, 90), batch_size=st.integers(1, 40), seed=st.integers(0, 999))
@example(samples=33, batch_size=4, seed=7)
def test_create_dataloaders(answer, samples, batch_size, seed):
    """data_setup.py: four fifths of the points train, shuffled anew in each epoch; the others test, in order.

    Points and labels go into one data set, which is cut in two: how many are four fifths, rounded down?

    A DataLoader takes a generator too, and shuffles with it. Give it the one that made the points, not a second one.

    The global generator must not notice: torch.manual_seed has no place here.
    """
    generator = torch.Generator().manual_seed(seed)
    X, y = answer.data_setup.make_points(samples, generator)
    call = f"create_dataloaders({samples}, {batch_size}, {seed})"
    with rng_untouched():
        loaders = answer.data_setup.create_dataloaders(samples, batch_size, seed)
    pair = isinstance(loaders, tuple | list) and len(loaders) == 2
    expect(pair, f"{call} should return a pair of loaders; it returned {loaders!r}.")
    first = int(0.8 * samples + 1e-9)
    epochs, tested = [], []
    for number in (1, 2):  # in turn, as training goes
        epochs.append(points_of(loaders[0], batch_size, f"training, epoch {number}"))
        tested.append(points_of(loaders[1], batch_size, f"testing, epoch {number}"))
    for number, (rows, labels) in enumerate(epochs, start=1):
        order, wanted = rows[:, 0].argsort(), X[:first, 0].argsort()
        assert_equal(rows[order], X[wanted], name=f"the training points of epoch {number}, from left to right")
        assert_equal(labels[order], y[wanted], name=f"their classes in epoch {number}")
    for number, (rows, labels) in enumerate(tested, start=1):
        assert_equal(rows, X[first:], name=f"the test points of epoch {number}")
        assert_equal(labels, y[first:], name=f"their classes in epoch {number}")
    if first > 9:  # so many are hardly ever shuffled into the same order twice
        for other, what in ((X[:first], "they were made"), (epochs[1][0], "they come in the second epoch")):
            same = torch.equal(epochs[0][0], other)
            expect(not same, f"In the first epoch the training points come in the order in which {what}: shuffle them.")
    torch.rand(1)
    again = answer.data_setup.create_dataloaders(samples, batch_size, seed)[0]
    for number, (rows, _) in enumerate(epochs, start=1):
        repeated = points_of(again, batch_size, "training")[0]
        name = f"what trains in epoch {number} of loaders made again"
        assert_equal(repeated, rows, name=name, explain={FROM_ELSEWHERE: repeated})
    orders = shuffled(first, batch_size, generator)
    seconds = shuffled(first, batch_size, torch.Generator().manual_seed(seed))
    for number, (rows, _) in enumerate(epochs, start=1):
        explain = {SECOND_GENERATOR: X[seconds[number - 1]]}
        assert_equal(
            rows, X[orders[number - 1]], name=f"the order in which points train in epoch {number}", explain=explain
        )


FROM_ELSEWHERE = "The order comes from a generator that `seed` does not set: which argument gives a DataLoader one?"
SECOND_GENERATOR = "A second generator with the same seed shuffles: give the loader the one that made the points."


def shuffled(count, batch_size, generator):
    """The order of `count` samples in each of two epochs that a loader with this generator makes."""
    loader = DataLoader(range(count), batch_size, shuffle=True, generator=generator)
    return [torch.cat(list(loader)) for _ in range(2)]


def points_of(loader, batch_size, name):
    """The points and classes of one epoch, after a look at the sizes of its batches."""
    batches = list(loader)
    X, y = (torch.cat(parts) for parts in zip(*batches, strict=True))
    sizes = [len(part) for part in X.split(batch_size)]
    assert_equal([len(batch[0]) for batch in batches], sizes, name=f"the sizes of the batches ({name})")
    return X, y


@settings(max_examples=20)
@given(sizes=st.tuples(*[st.integers(1, 6)] * 4))
@example(sizes=(5, 2, 7, 3))
def test_point_classifier(answer, sizes):
    """model_builder.py: PointClassifier has two linear layers with bias, of the sizes asked for, and a ReLU between.

    Layers made in __init__ are called in forward. Which of the three sizes does each layer need?

    Nothing follows the second layer: logits may be negative.
    """
    batch, features, hidden, classes = sizes
    model = answer.model_builder.PointClassifier(features, hidden, classes)
    assert_type(model, nn.Module, "PointClassifier(...)")
    shapes = [(hidden, features), (hidden,), (classes, hidden), (classes,)]
    found = [tuple(parameter.shape) for parameter in model.parameters()]
    call = f"PointClassifier({features}, {hidden}, {classes})"
    assert_equal(found, shapes, name=f"the shapes of the parameters of {call}")
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_()
    x = torch.randn(batch, features)
    first, first_bias, second, second_bias = model.parameters()
    expected = torch.clamp(x @ first.T + first_bias, min=0) @ second.T + second_bias
    with unchanged(x=x):
        logits = model(x)
    assert_close(logits, expected, name=f"the logits of {call}")


def test_train_step(answer, device):
    """engine.py: train_step trains like the loop of chapter 07, and returns the mean loss per sample.

    Training mode, loss, zero_grad, backward, step: nothing but the four arguments is needed.

    The last batch may be shorter. Weigh each batch's mean with its number of samples, then divide by all of them.

    Both parts of a batch go to `device`, which is an argument: no other place knows it.
    """

    def train(model, loader, loss_fn, optimizer):
        return answer.engine.train_step(model, loader, optimizer, CPU)

    one, batches = small_classifier().eval(), fixed_loader(5, 4, 2, 3)
    leave_old_gradients(one)
    losses = {
        "": loss_of_epoch(one, batches),
        NO_TRAINING_MODE: loss_of_epoch(one, batches, training=False),
        NO_ZERO_GRAD: loss_of_epoch(one, batches, zero=False),
    }
    loss = answer.engine.train_step(one, batches, torch.optim.SGD(one.parameters(), lr=0.1), CPU)
    assert_type(loss, float, "train_step(...)")
    assert_number(loss, losses.pop(""), name="the loss that train_step returns", explain=losses)
    made = {"SGD with momentum": (lambda p: torch.optim.SGD(p, lr=0.07, momentum=0.8), nn.CrossEntropyLoss)}
    assert_same_trajectory(train, configurations=made)
    model = small_classifier(features=2).float().to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loader = [(X.float(), y) for X, y in fixed_loader(4, 2, features=2)]
    loss = answer.engine.train_step(model, loader, optimizer, device)
    assert_type(loss, float, "train_step(...)")
    on_meta(lambda model: answer.engine.train_step(model, *meta_arguments(model)), "train_step")


NO_TRAINING_MODE = "The model trained in evaluation mode: train_step must call model.train() itself."
NO_ZERO_GRAD = "Gradients of earlier batches were still there and added up: optimizer.zero_grad() is missing."


def loss_of_epoch(model, loader, *, training=True, zero=True):
    """The mean loss per sample of an epoch of SGD with a copy of `model`; by a known mistake where one is asked for."""
    copied = copy.deepcopy(model).train(training)
    for parameter, original in zip(copied.parameters(), model.parameters(), strict=True):
        parameter.grad = original.grad.clone()  # deepcopy leaves gradients behind
    optimizer = torch.optim.SGD(copied.parameters(), lr=0.1)
    total, samples = 0.0, 0
    for X, y in loader:
        loss = nn.functional.cross_entropy(copied(X), y)
        if zero:
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total, samples = total + loss.item() * len(y), samples + len(y)
    return total / samples


def meta_arguments(model):
    return fixed_loader(3, 2), torch.optim.SGD(model.parameters(), lr=0.1), META


def on_meta(call, shown):
    """Fail when a batch is not moved to the device: on meta a tensor left on the CPU raises, and reading does later."""
    seen = []

    class Watched(nn.Linear):
        def forward(self, x):
            seen.append(x.device.type)
            return super().forward(x)

    try:
        call(Watched(4, 3, dtype=torch.float64, device="meta"))
    except Exception as error:  # a tensor there has no numbers to ask for
        labels = "labels" if "cpu" in str(error) and seen[:1] == ["meta"] else ""
        expect(not labels, f"{shown} with device=torch.device('meta') left the labels on the CPU: {error}")
    expect(
        seen[:1] == ["meta"], f"{shown} with device=torch.device('meta') gave the model a batch that is not on meta."
    )


@settings(max_examples=15)
@given(sizes=st.lists(st.integers(1, 5), min_size=1, max_size=4))
@example(sizes=[4, 1, 3])
def test_accuracy(answer, sizes):
    """engine.py: accuracy is the share of samples that are hit, in evaluation mode, and leaves the weights alone.

    Count hits and samples over all batches, and divide once, at the end.

    Batch normalisation behaves differently in training mode: which method changes the mode? And a forward pass that
    nobody goes backward from needs no graph.
    """
    model, loader = small_classifier(), list(fixed_loader(*sizes))
    with torch.no_grad():
        model[1].running_mean.normal_()
    leave_old_gradients(model)
    expected = evaluate_reference(model, loader, nn.functional.cross_entropy)[1]
    before = copy.deepcopy(model.state_dict())
    graphs = []
    model.register_forward_hook(lambda module, inputs, output: graphs.append(output.requires_grad))
    found = answer.engine.accuracy(model.train(), loader, CPU)
    assert_number(found, expected, name="accuracy(...)")
    assert_equal(dict(model.state_dict()), dict(before), name="the model's state afterwards")
    expect(not any(graphs), "accuracy records a graph: the model's outputs in it require a gradient.")
    if len(sizes) == 1:
        on_meta(lambda model: answer.engine.accuracy(model, fixed_loader(3, 2), META), "accuracy")


def test_save_model(answer, tmp_path):
    """utils.py: save_model writes the state_dict and no more, and makes the folders above the file.

    Path.mkdir has arguments for folders above it that lack, and for one that is there already.

    Look at the ending first: path.suffix. What cannot be saved under that name must leave no folder behind.

    A state_dict is a dictionary of tensors: the model's method of that name makes it.
    """
    model = small_classifier()
    path = tmp_path / "deep" / "er" / "model.pth"
    for turn in range(2):  # the second time the folder is there
        with torch.no_grad():
            model[0].weight.add_(1.0)
        with unchanged(model=model):
            answer.utils.save_model(model, path)
        state = saved_at(path, "save_model")
        expect(isinstance(state, dict), f"The file should hold a state_dict; it holds a {type(state).__name__}.")
        assert_equal(dict(state), dict(model.state_dict()), name=f"what was saved, at turn {turn + 1}")
    answer.utils.save_model(model, tmp_path / "other.pt")
    saved_at(tmp_path / "other.pt", "save_model")
    for name in ("model.txt", "model", "modelpt"):
        with assert_raises(ValueError, f"save_model(model, Path('new/{name}'))"):
            answer.utils.save_model(model, tmp_path / "new" / name)
        expect(not (tmp_path / "new").exists(), f"save_model made a folder for {name}, which it could not save.")


def test_load_model(answer, device, tmp_path):
    """utils.py: load_model reads a state_dict into the model, on the device asked for, ready for prediction.

    Three things happen to the model: it gets the weights, it moves to `device`, and it is put into evaluation mode.

    A file remembers the device that it was saved on; which argument of torch.load says where its tensors should go?

    torch.load refuses to run code in a file, and load_state_dict refuses names that do not fit, unless told otherwise.
    """
    model, path = small_classifier(), tmp_path / "model.pt"
    torch.save(model.state_dict(), path)
    other = small_classifier().train()
    loaded = answer.utils.load_model(other, path, CPU)
    expect(loaded is other, f"load_model should return the model it was given; it returned {loaded!r:.60}.")
    assert_equal(dict(loaded.state_dict()), dict(model.state_dict()), name="the state of the loaded model")
    expect(not loaded.training, "The model that load_model returns should be in evaluation mode.")
    moved = Moved()
    with assert_raises((RuntimeError, KeyError, ValueError), "load_model, when the file is of another model,"):
        answer.utils.load_model(Moved(), path, CPU)
    torch.save(moved.state_dict(), path)
    answer.utils.load_model(moved, path, device)
    expect(moved.to_devices, "load_model left the model on the device where it was; `device` says where it should be.")
    found = {parameter.device.type for parameter in moved.parameters()}
    assert_equal(found, {device.type}, name="the devices of the model after load_model")
    as_from_a_gpu(path)
    try:
        answer.utils.load_model(Moved(), path, CPU)
    except RuntimeError as error:
        expect("CUDA" not in str(error), f"A file that was saved on a GPU could not be read for the CPU: {error!s:.90}")
        raise
    torch.save({"weight": Trap(tmp_path / "sprung")}, path)
    with contextlib.suppress(Exception):
        answer.utils.load_model(Moved(), path, CPU)
    sprung = (tmp_path / "sprung").exists()
    expect(not sprung, "load_model ran code that stood in the file, which may come from a stranger: let it refuse.")


class Moved(nn.Linear):
    """A layer that notes where it was asked to go."""

    def __init__(self):
        super().__init__(3, 2)
        self.to_devices = []

    def to(self, *args, **kwargs):
        self.to_devices.append((args, kwargs))
        return super().to(*args, **kwargs)


class Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


def as_from_a_gpu(path):
    """Make of the file what torch.save writes for tensors on a GPU: each is marked with the place it came from."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            old, new = b"X\x03\x00\x00\x00cpu", b"X\x06\x00\x00\x00cuda:0"
            archive.writestr(name, data.replace(old, new) if name.endswith("data.pkl") else data)


def test_importing_does_nothing(answer, tmp_path, monkeypatch):
    """All five files: importing them prints nothing, writes nothing, trains nothing and draws no random number.

    What stands at the outermost level runs at every import. Only definitions and constants belong there.

    In train.py the call of main stands below a question: is this file the program, or was it imported?
    """
    monkeypatch.chdir(tmp_path)
    for file in FILES:
        printed = io.StringIO()
        try:
            with rng_untouched(), contextlib.redirect_stdout(printed):
                imported_again(answer, file)
        except Mismatch as error:
            drawn = error
        else:
            drawn = None
        lines = printed.getvalue().splitlines()
        made = sorted(path.name for path in tmp_path.iterdir())
        why = CALLED_AT_IMPORT if file == "train.py" and (made or lines) else None
        if lines:
            more = f" and {len(lines) - 1} more lines" if len(lines) > 1 else ""
            raise Mismatch(f"{file} printed {lines[0][:100]!r}{more} when it was imported.", diagnosis=why)
        if made:
            raise Mismatch(f"{file} made {', '.join(made)} when it was imported.", diagnosis=why)
        if drawn is not None:
            raise Mismatch(f"{file} draws or seeds when it is imported: {drawn}", diagnosis=drawn.diagnosis)


CALLED_AT_IMPORT = "train.py calls main whenever it is imported. Call it only where `__name__` is `__main__`."


def test_main(answer, tmp_path, monkeypatch):
    """train.py: main trains as the words say, prints a line per epoch and one at the end, and saves the trained model.

    parse_args turns the words into settings: args.batch_size, args.out and so on. Each is needed somewhere.

    torch.manual_seed, with the seed of the settings, comes after the loaders and right before the model.

    The optimizer is SGD with the learning rate of the settings. The numbers have four places: f"{loss:.4f}".
    """
    monkeypatch.chdir(tmp_path)
    out = Path("runs/model.pt")
    lines = run_main(answer, out).splitlines()
    state = saved_at(out)
    epochs = SETTINGS["epochs"]
    count = f"For {epochs} epochs main should print {epochs + 1} lines; it printed {len(lines)}."
    expect(len(lines) == epochs + 1, f"{count} A function that main calls may be the one that prints.")
    expected, wanted = replayed(answer)
    numbers = []
    for epoch, line in enumerate(lines[:-1], start=1):
        found = re.fullmatch(EPOCH.format(epoch), line)
        expect(found, f"Line {epoch} should look like {line_of(epoch, wanted)!r}; it is {line!r}.")
        numbers.append((float(found[1]), float(found[2])))
    assert_equal(lines[-1], "saved to runs/model.pt", name="the last line")
    for epoch, line in enumerate(lines[:-1], start=1):
        if not near(numbers[:epoch], wanted):
            message = f"Line {epoch} should be {line_of(epoch, wanted)!r}; main printed {line!r}."
            raise Mismatch(message, diagnosis=why_other_numbers(answer, out, numbers))
    assert_close(dict(state), dict(expected), name="the weights that were saved")


def line_of(epoch, numbers):
    return "epoch {}: loss {:.4f}, test accuracy {:.4f}".format(epoch, *numbers[epoch - 1])


def near(printed, numbers):
    """Whether the numbers that were printed are these, as far as there are any, to four places."""
    pairs = zip(printed, numbers, strict=False)
    return all(abs(one - other) < 6e-5 for pair in pairs for one, other in zip(*pair, strict=True))


def replayed(answer, *, data_seed=None, model_seed=None, make=torch.optim.SGD, tests=1, **changed):
    """What training comes to by the answer's own modules, checked above: weights and numbers by epoch.

    For a known mistake with settings `changed`, other seeds, another optimizer, or tests by the other loader.
    """
    values = {**SETTINGS, **changed}
    seeds = [values["seed"] if seed is None else seed for seed in (data_seed, model_seed)]
    loaders = answer.data_setup.create_dataloaders(400, values["batch_size"], seeds[0])
    torch.manual_seed(seeds[1])
    model = answer.model_builder.PointClassifier(2, values["hidden_units"], 3)
    optimizer = make(model.parameters(), lr=values["learning_rate"])
    numbers = []
    for _ in range(values["epochs"]):
        loss = answer.engine.train_step(model, loaders[0], optimizer, CPU)
        numbers.append((loss, answer.engine.accuracy(model, loaders[tests], CPU)))
    return model.state_dict(), numbers


def why_other_numbers(answer, out, printed):
    """The mistake in main that gives the numbers that were printed; None when it is none of those known."""
    torch.manual_seed(SETTINGS["seed"] + 12345)
    if run_main(answer, out).splitlines()[0] != line_of(1, printed):
        return "Each run prints other numbers: torch.manual_seed must be called before the model is made."
    mistakes = {
        f"--{name.replace('_', '-')} of `words` is not used: it went as with {value}.": {name: value}
        for name, value in DEFAULTS.items()
    }
    mistakes |= {
        "The seed of `words` reaches torch.manual_seed, but not the loaders.": {"data_seed": 0},
        "The seed of `words` reaches the loaders, but torch.manual_seed got 0.": {"model_seed": 0},
        "The optimizer is Adam; the docstring asks for SGD.": {"make": torch.optim.Adam},
        "The accuracy is that of the training loader.": {"tests": 0},
    }
    for sentence, changed in mistakes.items():
        if near(printed, replayed(answer, **changed)[1]):
            return sentence
    return None


def test_program(answer, tmp_path):
    """train.py: `python train.py`, a process of its own, trains and saves what main does, and predicts the same.

    Defining main is not calling it. What is `__name__` in the file that Python was started with?

    The guard stands at the outermost level, below everything else, and calls main without words.
    """
    run_main(answer, tmp_path / "here.pt")  # first, since a process takes seconds
    theirs = saved_at(tmp_path / "here.pt")
    program = run_program(answer, "train.py", *words_for("runs/model.pt"), folder=tmp_path)
    program.expect_success()
    shown = program.output.strip()
    expect(shown, f"`{program.command}` ended without a word: it defined main, and nobody called it.")
    yours = saved_at(program.folder / "runs" / "model.pt", "The program")
    assert_close(dict(yours), dict(theirs), name="the weights that the program saved")
    x = torch.randn(6, 2)
    one, other = rebuilt(answer, yours)(x), rebuilt(answer, theirs)(x)
    assert_close(one, other, name="the predictions of the model that the program saved")
    assert_equal(shown.splitlines()[-1], "saved to runs/model.pt", name="the program's last line")
