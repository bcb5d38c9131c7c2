"""Checks of 11_modular: each module alone, then the import, `main` in this process, and the program in its own."""

import contextlib
import copy
import io
import os
import re
import zipfile

import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import nn

from tutor.checks import (
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
EPOCH = r"epoch {}: loss (\d+\.\d+), test accuracy ([01]\.\d+)"


def words_for(out, **changed):
    """The words of a shell for SETTINGS, some of them changed."""
    values = {**SETTINGS, **changed, "out": out}
    return [word for name, value in values.items() for word in (f"--{name.replace('_', '-')}", str(value))]


def run_main(answer, out, **changed):
    """What `main` prints for SETTINGS, some of them changed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        answer.train.main(words_for(out, **changed))
    return printed.getvalue()


def saved_at(path, who="train.main"):
    """The tensors in the file that was to be written."""
    expect(path.is_file(), f"{who} should have saved {path.name}; there is no such file.")
    return torch.load(path, weights_only=True)


def rebuilt(answer, state):
    """A model of the saved sizes with the saved weights."""
    model = answer.model_builder.PointClassifier(2, SETTINGS["hidden_units"], 3)
    model.load_state_dict(state)
    return model.eval()


@settings(max_examples=20)
@given(samples=st.integers(5, 90), batch_size=st.integers(1, 40), seed=st.integers(0, 999))
@example(samples=33, batch_size=4, seed=7)
def test_create_dataloaders(answer, samples, batch_size, seed):
    """Four fifths of the points train, shuffled anew in each epoch; the others test, in order; the seed decides it all.

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
    epochs = [points_of(loaders[0], batch_size, f"training, epoch {number}") for number in (1, 2)]
    for number, (rows, labels) in enumerate(epochs, start=1):
        order, wanted = rows[:, 0].argsort(), X[:first, 0].argsort()
        assert_equal(rows[order], X[wanted], name=f"the training points of epoch {number}, from left to right")
        assert_equal(labels[order], y[wanted], name=f"their classes in epoch {number}")
    for number in (1, 2):
        rows, labels = points_of(loaders[1], batch_size, f"testing, epoch {number}")
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
        assert_equal(repeated, rows, name=f"the training points of epoch {number}, when {call} is called again")


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
    """PointClassifier has two linear layers with bias of the sizes asked for, and a ReLU between them.

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
    """train_step trains like the loop of chapter 07, for any classifier, and returns the mean loss per sample.

    Training mode, loss, zero_grad, backward, step: in the file nothing else is needed than the four arguments.

    The last batch may be shorter. Weigh each batch's mean with its number of samples, then divide by all of them.

    Both parts of a batch go to `device`, which is an argument: no other place knows it.
    """

    def train(model, loader, loss_fn, optimizer):
        return answer.engine.train_step(model, loader, optimizer, CPU)

    made = {"SGD with momentum": (lambda p: torch.optim.SGD(p, lr=0.07, momentum=0.8), nn.CrossEntropyLoss)}
    assert_same_trajectory(train, configurations=made)
    model = small_classifier(features=2).float().to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loader = [(X.float(), y) for X, y in fixed_loader(4, 2, features=2)]
    loss = answer.engine.train_step(model, loader, optimizer, device)
    assert_type(loss, float, "train_step(...)")
    on_meta(lambda model: answer.engine.train_step(model, *meta_arguments(model)), "train_step")


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
    """accuracy is the share of samples that are hit, in evaluation mode, and leaves weights and gradients alone.

    Count hits and samples over all batches, and divide once, at the end.

    Batch normalisation behaves differently in training mode: which method changes the mode? And a forward pass that
    nobody goes backward from needs no graph.
    """
    model, loader = small_classifier(), fixed_loader(*sizes)
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


def test_save_and_load(answer, device, tmp_path):
    """save_model writes the state_dict, making folders; load_model brings it back, ready for prediction.

    Path.mkdir has arguments for folders above it that lack, and for one that is there already.

    Look at the ending first: path.suffix. What cannot be saved under that name must leave no folder behind.

    A file remembers the device that it was saved on; which argument of torch.load says where its tensors should go?
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
    other = small_classifier().train()
    loaded = answer.utils.load_model(other, path, CPU)
    expect(loaded is other, f"load_model should return the model it was given; it returned {loaded!r:.60}.")
    assert_equal(dict(loaded.state_dict()), dict(model.state_dict()), name="the state of the loaded model")
    expect(not loaded.training, "The model that load_model returns should be in evaluation mode.")
    moved = Moved()
    answer.utils.save_model(moved, path)
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
    expect(
        not (tmp_path / "sprung").exists(), "load_model ran code that stood in the file: torch.load can refuse that."
    )


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
    """Importing the five files prints nothing, writes nothing, trains nothing and draws no random number.

    What stands at the outermost level runs at every import. Only definitions and constants belong there.

    In train.py the call of main stands below a question: is this file the program, or was it imported?
    """
    monkeypatch.chdir(tmp_path)
    printed = io.StringIO()
    with rng_untouched():
        with contextlib.redirect_stdout(printed):
            imported_again(answer)
        expect(not printed.getvalue(), f"Importing the files printed {printed.getvalue().strip()[:80]!r}.")
        made = sorted(path.name for path in tmp_path.iterdir())
        expect(not made, f"Importing the files wrote {', '.join(made)}.")


def test_main(answer, tmp_path):
    """main trains as the words say, prints a line per epoch and one at the end, and saves the trained model.

    parse_args turns the words into settings: args.batch_size, args.out and so on. Each is needed somewhere.

    torch.manual_seed comes after the loaders and right before the model. Which sizes does the model need?

    The numbers have four places: f"{loss:.4f}".
    """
    out = tmp_path / "runs" / "model.pt"
    lines = run_main(answer, out).splitlines()
    state = saved_at(out)
    epochs = SETTINGS["epochs"]
    assert_equal(len(lines), epochs + 1, name=f"the number of lines that main prints for {epochs} epochs")
    expected, losses, model = replayed(answer)
    numbers = []
    for epoch, line in enumerate(lines[:-1], start=1):
        found = re.fullmatch(EPOCH.format(epoch), line)
        wanted = f"epoch {epoch}: loss {losses[epoch - 1][0]:.4f}, test accuracy {losses[epoch - 1][1]:.4f}"
        expect(found, f"Line {epoch} should look like {wanted!r}; it is {line!r}.")
        numbers.append((float(found[1]), float(found[2])))
    assert_equal(lines[-1], f"saved to {out}", name="the last line")
    assert_close(dict(state), dict(expected), name="the weights that were saved")
    for epoch, (found, wanted) in enumerate(zip(numbers, losses, strict=True), start=1):
        for what, one, other in zip(("loss", "test accuracy"), found, wanted, strict=True):
            expect(abs(one - other) < 6e-5, f"The {what} of epoch {epoch} should be {other:.4f}; main printed {one}.")


def replayed(answer):
    """What training comes to by the answer's own modules, checked above: weights, numbers by epoch, the model."""
    train_loader, test_loader = answer.data_setup.create_dataloaders(400, SETTINGS["batch_size"], SETTINGS["seed"])
    torch.manual_seed(SETTINGS["seed"])
    model = answer.model_builder.PointClassifier(2, SETTINGS["hidden_units"], 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=SETTINGS["learning_rate"])
    numbers = []
    for _ in range(SETTINGS["epochs"]):
        loss = answer.engine.train_step(model, train_loader, optimizer, CPU)
        numbers.append((loss, answer.engine.accuracy(model, test_loader, CPU)))
    return model.state_dict(), numbers, model


def test_program(answer, tmp_path):
    """`python train.py` in a process of its own trains and saves what main does, and predicts the same.

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
