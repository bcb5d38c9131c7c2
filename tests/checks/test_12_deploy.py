"""Checks of 12_deploy: forward by loops over pixels; programs are compared with a copy of the module in evaluation
mode, for numbers of pictures that were not recorded.
"""

import copy
import functools
import io
import logging
import math
import sys
import tempfile
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from tutor.checks import (
    assert_close,
    assert_equal,
    assert_type,
    expect,
    reading_from_meta,
    rng_untouched,
    tensors,
    unchanged,
)


@contextmanager
def without_logs():
    """Keep from the learner what PyTorch logs and prints of an export: it would seem to be the answer's output."""
    before, written = logging.root.manager.disable, io.StringIO()
    logging.disable(logging.CRITICAL)
    try:
        with redirect_stdout(written), redirect_stderr(written):
            yield
    finally:
        logging.disable(before)
        own, _, _ = written.getvalue().partition("def forward(self, arg0_1")  # the graph of an export that failed
        sys.stdout.write(own.rstrip() + "\n" if own.strip() else "")


@functools.cache
def why_not_exported():
    """Why this PyTorch cannot export the smallest of modules, by a check's own call; empty if it can."""
    try:
        with without_logs():
            torch.export.export(nn.ReLU(), (torch.ones(2),))
    except Exception as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"
    return ""


def exports_here():
    """Whether this PyTorch can export; if not, the learner reads that the check looked at nothing."""
    reason = why_not_exported()
    if reason:
        sys.stdout.write(f"PyTorch cannot export here: this check looked at nothing. {reason}\n")
    return not reason


class Linear(nn.Module):
    """Logits (B, classes) of pictures (B, 1, H, W) by one product with given numbers."""

    def __init__(self, weight):
        super().__init__()
        self.weight = nn.Parameter(weight)

    def forward(self, x):
        sizes = f"The model was given x of shape {tuple(x.shape)}; it should be (B, 1, H, W)."
        expect(x.dim() == 4 and x.shape[1] == 1, sizes)
        expect(x.dtype == torch.float32, f"The model was given x in {x.dtype}; it should be torch.float32.")
        return x.flatten(1) @ self.weight


def network(classes=3):
    """A model (B, 1, H, W) -> (B, classes) with batch normalisation and dropout, in training mode."""
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Dropout(0.5), nn.Flatten(), nn.Linear(2 * 2 * 3, classes)
    )
    model(torch.rand(6, 1, 4, 5))
    return model


def counted(count):
    """A number of pictures, in words."""
    return f"{count} {'picture' if count == 1 else 'pictures'}"


def pictures(count):
    """Random pictures (count, 4, 5), of which the second is blank."""
    images = torch.randint(0, 256, (count, 4, 5), dtype=torch.uint8)
    images[1:2] = 7
    return images


def by_loops(images, weight, mean, std):
    """Labels and probabilities, pixel by pixel in Python."""
    labels, probabilities = [], []
    for image in images.flatten(1).tolist():
        x = [(pixel / 255 - mean) / std for pixel in image]
        logits = [sum(v * w for v, w in zip(x, column, strict=True)) for column in weight.T.tolist()]
        powers = [math.exp(one - max(logits)) for one in logits]
        probabilities.append([one / sum(powers) for one in powers])
        labels.append(-1 if len(set(image)) == 1 else logits.index(max(logits)))
    return labels, probabilities


def pair(result, call):
    """The labels and probabilities that `call` gave, after a look that they are two tensors."""
    assert_type(result, tuple, call)
    expect(len(result) == 2, f"{call} should return two things, labels and probabilities; it returned {len(result)}.")
    labels, probabilities = result
    assert_type(labels, torch.Tensor, f"The first result of {call}")
    assert_type(probabilities, torch.Tensor, f"The second result of {call}")
    return labels, probabilities.detach()


def shipped(answer, module, images, path):
    """What `ship` saved, loaded by the check."""
    try:
        with without_logs():
            answer.ship(module, images, path)
    except Exception as error:
        text = str(error).lower()
        if "data-dependent" in text or "data dependent" in text:
            expect(False, "forward cannot be recorded: Python decides something there by the values of a tensor.")
        if "specialized" in text or "constraint" in text:
            sentence = "The number of pictures could not be recorded as one that varies; ship got "
            expect(
                False,
                f"{sentence}{counted(len(images))}. Is the example a single one, or forward's Python bound to it?",
            )
        raise
    expect(path.is_file(), "ship(module, images, path) wrote no file at path.")
    try:
        return torch.export.load(path).module()
    except Exception:
        expect(False, "torch.export.load cannot read the file of ship: is it torch.export.save that wrote it?")


def agrees(program, module, images, what):
    """Look that the program gives what a copy of the module does in evaluation mode."""
    with torch.no_grad():
        labels, probabilities = copy.deepcopy(module).eval()(images)
        try:
            result = program(images)
        except Exception as error:
            text = " ".join(str(error).split())[:120]
            bound = "guard failed" in text.lower() or "shape[0]" in text
            why = " The number in the example is recorded for good, unless dynamic_shapes says that it varies." * bound
            expect(False, f"{what} fails for {counted(len(images))}: {text}.{why}")
    mine = pair(result, what)
    assert_close(mine[1], probabilities, name=f"the probabilities of {what} for {counted(len(images))}")
    assert_equal(mine[0], labels, name=f"the labels of {what} for {counted(len(images))}")


def test_forward_by_example(answer, device):
    """`forward` of three small pictures gives their labels and probabilities; the blank one has the label -1.

    From pixels to what the model was trained on: which shape, which range, which dtype?

    Add a dimension for the channel, divide by 255, then take away the mean and divide by std. `softmax` goes along the
    classes; a picture is blank when its largest pixel equals its smallest.
    """
    weight = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.5, 0.0], [0.0, 0.25]])
    images = torch.tensor([[[255, 0], [0, 0]], [[0, 255], [51, 0]], [[9, 9], [9, 9]]], dtype=torch.uint8)
    module = answer.Deployable(Linear(weight), 0.2, 0.4).to(device)
    labels, probabilities = pair(module(images.to(device)), "Deployable(model, 0.2, 0.4)(images)")
    expected = by_loops(images, weight, 0.2, 0.4)
    right = torch.tensor(expected[1])
    x = images.flatten(1)
    explain = {
        "These are the logits: a softmax is missing.": ((x / 255 - 0.2) / 0.4) @ weight,
        "The pixels were not divided by 255.": (((x - 0.2) / 0.4) @ weight).softmax(1),
        "The softmax went along the pictures, not along the classes.": (((x / 255 - 0.2) / 0.4) @ weight).softmax(0),
        "Mean and std change places.": (((x / 255 - 0.4) / 0.2) @ weight).softmax(1),
    }
    assert_close(probabilities.cpu(), right, name="the probabilities", explain=explain)
    assert_equal(labels.cpu(), torch.tensor(expected[0]), name="the labels")


@settings(max_examples=15)
@given(
    images=st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3)).flatmap(
        lambda shape: tensors(shape, dtype=torch.uint8, low=0, high=255)
    ),
    classes=st.integers(1, 3),
    mean=st.sampled_from([0.0, 0.3, 1.5]),
    std=st.sampled_from([1.0, 0.25]),
)
def test_forward(answer, device, images, classes, mean, std):
    """`forward` is right for any pictures and settings, picture by picture, on any device, and leaves them alone.

    Does one picture's result depend on the others in its batch? Does anything assume that H equals W?

    Blank is looked at for each picture: flatten all dimensions but the first.
    """
    weight = torch.linspace(-1, 1, images[0].numel() * classes).sin().reshape(images[0].numel(), classes)
    model = Linear(weight)
    module = answer.Deployable(model, mean, std).to(device)
    here = images.to(device)
    with unchanged(images=here, module=module), rng_untouched():
        labels, probabilities = pair(module(here), "forward(images)")
    expected = by_loops(images, weight, mean, std)
    what = f"for pictures of shape {tuple(images.shape)}"
    assert_close(probabilities, torch.tensor(expected[1], device=device), name=f"the probabilities {what}")
    top = torch.tensor(expected[1]).topk(min(2, classes)).values
    clear = (
        (top[:, 0] - top[:, -1] > 1e-4) | (classes == 1) | (torch.tensor(expected[0]) < 0)
    )  # a tie may go either way
    assert_equal(labels.cpu()[clear], torch.tensor(expected[0], dtype=torch.int64)[clear], name=f"the labels {what}")
    assert_equal(labels.device.type, device.type, name="the device of the labels")
    with reading_from_meta() as meta:
        raised, there = "", None
        try:
            there = answer.Deployable(copy.deepcopy(model), mean, std).to(meta)(images.to(meta))
        except Exception as error:
            raised = f" It raised {type(error).__name__}: {' '.join(str(error).split())[:120]}"
        moved = isinstance(there, tuple) and all(one.device == meta for one in there)
        expect(
            moved, f"A Deployable fails on another device than the CPU, or returns tensors that are not on it.{raised}"
        )


class Fixed:
    """A program that gives these results for pictures numbered by their first pixel; it is no module."""

    def __init__(self, labels, rows):
        self.labels, self.rows = torch.tensor(labels), torch.tensor(rows, requires_grad=True)

    def __call__(self, images):
        places = images[:, 0, 0].long()
        return self.labels[places], self.rows[places]

    def eval(self):
        expect(False, "compare calls eval(); it should take both as they are, and a program need not be a module.")

    def train(self, mode=True):
        expect(False, "compare calls train(); it should take both as they are, and a program need not be a module.")


def passing_over_nan(changes, size):
    """The largest of all batches by Python's max, which keeps the first where the second is nan."""
    largest = 0.0
    for start in range(0, len(changes), size):
        batch = changes[start : start + size]
        largest = max(largest, float("nan") if any(one != one for one in batch) else max(batch))
    return largest


def numbered(*numbers):
    """Pictures (B, 1, 1) with these pixels."""
    return torch.tensor(numbers, dtype=torch.uint8).reshape(-1, 1, 1)


@settings(max_examples=25)
@given(
    differences=st.lists(
        st.tuples(st.sampled_from([0, 0, 1]), st.sampled_from([0.0, 0.25, -0.5, 0.125, float("nan")])), max_size=6
    ),
    size=st.integers(1, 3),
)
def test_compare(answer, differences, size):
    """`compare` counts the labels that differ and finds the largest difference of two probabilities over all batches;
    a nan is never overlooked.

    The largest so far and that of a batch: what does Python's `max` say when one of them is nan?

    Collect the differences of every batch in a list, and let torch look for the maximum at the end. Absolute ones: a
    difference of -0.5 is larger than one of 0.25.
    """
    count = len(differences)
    one = Fixed([0] * count, [[0.5, 0.25]] * count)
    other = Fixed([label for label, _ in differences], [[0.5, 0.25 + change] for _, change in differences])
    batches = [numbered(*range(start, min(start + size, count))) for start in range(0, count, size)]
    changes = [abs(change) for _, change in differences]
    largest = float("nan") if any(change != change for change in changes) else max(changes, default=0.0)
    for pair_of_programs in ((one, other), (other, one)):
        found = assert_type(
            answer.compare(*pair_of_programs, iter(batches)), tuple, "compare(module, program, batches)"
        )
        expect(len(found) == 2, f"compare should return two numbers; it returned {len(found)}.")
        what = f"for differences of {[change for _, change in differences]} in batches of {size}"
        assert_equal(found[0], sum(label for label, _ in differences), name=f"how many labels differ {what}")
        explain = {}
        if largest != largest:
            explain["Python's max passes over a nan: max(0.0, nan) is 0.0."] = passing_over_nan(changes, size)
        assert_close(found[1], largest, name=f"the largest difference {what}", explain=explain)


def test_compare_records_nothing(answer):
    """`compare` records no gradients, and leaves the module as it is.

    Both are only looked at.

    `torch.no_grad()` around the calls; `eval()` is not asked for.
    """
    recorded = []

    def watching(images):
        recorded.append(torch.is_grad_enabled())
        return Fixed([0, 1], [[0.5], [0.5]])(images)

    module = nn.Sequential(nn.Identity())
    module.forward = watching
    with unchanged(module=module):
        answer.compare(module, watching, [numbered(0, 1), numbered(1)])
    expect(recorded, "compare called neither the module nor the program.")
    expect(len(recorded) == 4, f"compare made {len(recorded)} calls for two batches; it should be one each of both.")
    expect(not any(recorded), "compare calls the module or the program while gradients are recorded.")


def test_ship_by_example(answer, tmp_path):
    """The program that `ship` saves gives what the module gives.

    Export first, then save. What does `torch.export.export` want besides the module?

    The example goes in a tuple, as the arguments of a call do. Does `forward` hold an `if` on pixels? `torch.where`
    chooses for each picture.
    """
    if not exports_here():
        return
    images = pictures(3)
    module = answer.Deployable(network(), 0.3, 0.6).eval()
    program = shipped(answer, module, images, tmp_path / "model.pt2")
    agrees(program, module, images, "the shipped program")


def test_ship_any_number(answer, tmp_path):
    """The program takes any number of pictures, although `ship` was given a single one.

    Which size may vary? `dynamic_shapes` has an entry for each argument of `forward`.

    `{0: torch.export.Dim("batch")}` says that dimension 0 varies. A size of 1 is recorded as 1 for ever: give the
    recording two pictures, even if they are the same.
    """
    if not exports_here():
        return
    module = answer.Deployable(network(2), 0.1, 0.5).eval()
    images = pictures(1)
    with unchanged(images=images):
        program = shipped(answer, module, images, tmp_path / "model.pt2")
    for count in (1, 2, 5, 8):
        agrees(program, module, pictures(count), "the program of ship(module, one picture, path)")


def test_ship_in_evaluation_mode(answer, tmp_path):
    """A module in training mode is shipped as it is in evaluation mode, and stays in training mode.

    The mode at the time of recording is the program's for ever. And whose mode do you switch?

    Record a copy: `copy.deepcopy(module)` may be switched as you like.
    """
    if not exports_here():
        return
    module = answer.Deployable(network(), 0.3, 0.6).train()
    module.model[1].eval()
    modes = {name: part.training for name, part in module.named_modules()}
    with unchanged(module=module):
        program = shipped(answer, module, pictures(4), tmp_path / "model.pt2")
        switched = [name or "module" for name, part in module.named_modules() if part.training != modes[name]]
        sentence = f"After ship(module, images, path), these are in another mode than before: {', '.join(switched)}."
        expect(not switched, f"{sentence} Switch a copy.")
    images = pictures(4)
    again = pair(program(images), "the shipped program")[1]
    same = torch.equal(pair(program(images), "the shipped program")[1], again)
    expect(same, "The program gives other probabilities at each call: dropout was recorded as in training mode.")
    agrees(program, module, images, "the program shipped in training mode")


def test_load(answer, tmp_path):
    """`load` gives a function that runs the program of a file.

    The file holds an ExportedProgram, which cannot be called. What can?

    `torch.export.load` reads it, and its `module()` is what you call.
    """
    if not exports_here():
        return

    class Brightness(nn.Module):
        def forward(self, images):
            means = images.float().mean(dim=(1, 2))
            return means.round().long(), means[:, None]

    path, images = tmp_path / "program.pt2", pictures(3)
    with without_logs():
        torch.export.save(torch.export.export(Brightness(), (images,)), path)
    program = answer.load(path)
    expect(callable(program), f"load(path) should return something to call; it returned {program!r:.60}.")
    try:
        result = program(images)
    except RuntimeError as error:
        expect(False, f"What load(path) returned cannot be called: {' '.join(str(error).split())[:120]}")
    labels, means = pair(result, "load(path)(images)")
    assert_close(
        means, torch.tensor([[sum(one) / 20] for one in images.flatten(1).tolist()]), name="load(path)(images)[1]"
    )
    assert_equal(labels, means[:, 0].round().long(), name="load(path)(images)[0]")


@functools.cache
def program_of(module):
    """What `module` ships and loads; once, for an export takes longer than what is timed."""
    deployable = module.Deployable(network(), 0.3, 0.6).eval()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.pt2"
        module.ship(deployable, pictures(4), path)
        return module.load(path)


def bench_program(module, device):
    """Timing: 512 pictures through the program that was shipped and loaded."""
    program, images = program_of(module), pictures(512)
    return lambda: program(images)
