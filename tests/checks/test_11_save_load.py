"""Checks of 11_save_load: files are read and made by the checks' own calls, values compared bit for bit."""

import copy
import os
import pickle

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from tutor.checks import assert_equal, assert_raises, assert_type, expect, rng_untouched, unchanged

ELSEWHERE = "cuda:63"  # a GPU that no machine has


def network(inputs=3, hidden=4, classes=2, *, steps=2):
    """A model (B, inputs) -> (B, classes) whose running statistics have moved in `steps` batches, in training mode."""
    model = nn.Sequential(
        nn.Linear(inputs, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Dropout(0.5), nn.Linear(hidden, classes)
    )
    for _ in range(steps):
        model(torch.randn(5, inputs))
    return model


def copied(state):
    """The tensors of a state_dict, copied, in a plain dictionary."""
    return {name: one.detach().clone() for name, one in state.items()}


def write(path, state, location="cpu"):
    """Write `state` as if its tensors lived at `location`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.serialization, "location_tag", lambda storage: location)
        torch.save(copied(state), path)


def read(path, call):
    """The state_dict that `call` wrote, as a plain dictionary; a sentence for whatever else there is."""
    expect(path.is_file(), f"{call} wrote no file at path.")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception:
        sentence = f"The file of {call} holds more than tensors under their names: was it state_dict(), with brackets?"
        raise_with(sentence)
    assert_type(state, dict, f"torch.load of the file of {call}")
    for name, one in state.items():
        sentence = f"The file of {call} should hold tensors by name; under {name!r} there is a {type(one).__name__}."
        expect(isinstance(name, str) and isinstance(one, torch.Tensor), sentence)
    return dict(state)


def raise_with(sentence):
    """Fail, whatever was raised before."""
    expect(False, sentence)


def same_entries(actual, expected, name, *, old=None, parameters=()):
    """Compare two dictionaries of tensors bit for bit; names first. `old` tells what was not filled."""
    assert_equal(list(actual), list(expected), name=f"the names in {name}")
    for key, one in expected.items():
        explain = {}
        if old is not None:
            kind = "" if key in parameters else " It is a buffer: parameters are not all."
            explain = {f"It is what it was before: it was not filled.{kind}": old[key].cpu()}
        assert_equal(actual[key].detach().cpu(), one.detach().cpu(), name=f"{key!r} in {name}", explain=explain)


def same_lists(result, missing, unused):
    """Compare the two lists of load_matching, each for itself."""
    assert_type(result, tuple, "load_matching(model, path)")
    expect(len(result) == 2, f"load_matching(model, path) should return two lists; it returned {len(result)} things.")
    expected = {"missing": (missing, unused, "the model's state_dict"), "unused": (unused, missing, "the file")}
    for actual, (name, (right, other, whose)) in zip(result, expected.items(), strict=True):
        assert_type(actual, list, f"load_matching(model, path), as {name},")
        reordered = len(actual) == len(right) and set(actual) == set(right) and actual != right
        sentence = f"The list {name} has the right names in another order than {whose}: {actual} instead of {right}. "
        expect(not reordered, sentence + "Go through its names one by one; a set forgets their order.")
        explain = {} if right == other else {"The two lists have changed places.": other}
        assert_equal(actual, right, name=f"the list {name} of load_matching(model, path)", explain=explain)


def predictions(model, x):
    """What a copy of the model makes of x in evaluation mode."""
    with torch.no_grad():
        return copy.deepcopy(model).eval()(x)


class Marker:
    """Something whose unpickling makes a folder."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (str(self.folder),)


def loaders(answer):
    """The two functions that read, by name."""
    return {"load_weights": answer.load_weights, "load_matching": answer.load_matching}


def test_save_by_example(answer, tmp_path):
    """`save_weights` of a linear layer writes a file that holds its `weight` and its `bias`.

    The numbers of a model come out of it as a dictionary. Which method gives it?

    `torch.save` wants the object first and the path second. The object is `state_dict()`, with its brackets.
    """
    layer, path = nn.Linear(3, 2), tmp_path / "layer.pt"
    answer.save_weights(layer, path)
    same_entries(read(path, "save_weights(model, path)"), layer.state_dict(), "the file of save_weights")


@settings(max_examples=8)
@given(sizes=st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3)), steps=st.integers(0, 2))
def test_save(answer, device, new_folder, sizes, steps):
    """The file of `save_weights` holds every parameter and every buffer; folders are made, an old file is replaced,
    and the model stays as it is.

    Parameters are not all: batch normalisation keeps its running mean in a buffer.

    `Path(path).parent` is the folder to make. It may be several levels deep, and it may be there already.
    """
    model = network(*sizes, steps=steps).to(device)
    path = new_folder() / "runs" / "monday" / "model.pt"
    for where in (path, str(path)):
        with unchanged(model=model), rng_untouched():
            answer.save_weights(model, where)
        state = read(path, "save_weights(model, path)")
        same_entries(state, model.state_dict(), "the file of save_weights")
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(1)


@pytest.fixture
def new_folder(tmp_path):
    """A function that makes one new empty folder after the other."""
    count = iter(range(1000))

    def make():
        folder = tmp_path / str(next(count))
        folder.mkdir()
        return folder

    return make


@settings(max_examples=10)
@given(sizes=st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3)), batch=st.integers(1, 3))
def test_load(answer, device, new_folder, sizes, batch):
    """After `load_weights`, a new model predicts bit for bit what the saved one did; it is returned, in evaluation
    mode.

    Read the file, let the model take the numbers in, then think of dropout: in which mode is a new model?

    `load_state_dict` is a method of the model and takes the dictionary that `torch.load` gives. It does not return the
    model.
    """
    path = new_folder() / "model.pt"
    saved = network(*sizes)
    write(path, saved.state_dict())
    for where in (path, str(path)):
        fresh = network(*sizes, steps=0)
        parameters = dict(fresh.named_parameters())
        with rng_untouched():
            model = answer.load_weights(fresh, where)
        assert_type(model, nn.Module, "load_weights(model, path)")
        expect(model is fresh, "load_weights(model, path) should return the model that it was given, not another one.")
        same_entries(model.state_dict(), saved.state_dict(), "the loaded model's state_dict")
        for name, module in model.named_modules():
            part = f"module {name!r} of the model" if name else "the model"
            expect(not module.training, f"After load_weights, {part} is in training mode.")
        for name, parameter in model.named_parameters():
            sentence = f"After load_weights, {name!r} of the model is another object: an optimizer would train the old "
            expect(parameter is parameters[name], sentence + "one. Copy into what is there, without assign=True.")
            expect(parameter.requires_grad, f"After load_weights, {name!r} of the model no longer requires gradients.")
        x = torch.randn(batch, sizes[0])
        assert_equal(model(x).detach(), predictions(saved, x), name="load_weights(model, path)(x)")


def test_load_strict(answer, tmp_path):
    """`load_weights` raises RuntimeError when a name is missing, left over or misspelt, or a shape differs.

    A model that is filled by half predicts nonsense, and nobody is told.

    `load_state_dict` is strict by itself; nothing needs to be written, and nothing is to be caught.
    """
    state = copied(network().state_dict())
    without = {name: one for name, one in state.items() if name != "4.bias"}
    files = {
        "a file without '4.bias'": without,
        "a file without the buffer '1.running_var'": {n: one for n, one in state.items() if n != "1.running_var"},
        "a file with an entry too many, '5.weight'": state | {"5.weight": torch.ones(2)},
        "a file whose names all begin with 'module.'": {f"module.{name}": one for name, one in state.items()},
        "a file with a '4.weight' of another shape": state | {"4.weight": torch.ones(5, 4)},
    }
    for number, (what, entries) in enumerate(files.items()):
        path = tmp_path / f"{number}.pt"
        write(path, entries)
        with assert_raises(RuntimeError, f"load_weights(model, path) of {what}"):
            answer.load_weights(network(steps=0), path)


def test_device(answer, device, tmp_path):
    """`load_weights` moves the model to `device`, the CPU unless said.

    Reading a file to a device does not move a model: its parameters stay where they are.

    `model.to(device)` moves all of it, and returns the model.
    """
    saved, path = network(), tmp_path / "model.pt"
    write(path, saved.state_dict())
    model = answer.load_weights(network(steps=0).to(device), path)
    found = {one.device.type for one in model.state_dict().values()}
    assert_equal(found, {"cpu"}, name="the set of the model's devices after load_weights(model, path)")
    for place in (device, str(device)):
        model = answer.load_weights(network(steps=0), path, place)
        found = {one.device.type for one in model.state_dict().values()}
        assert_equal(
            found, {device.type}, name=f"the set of the model's devices after load_weights(model, path, {place!r})"
        )
    try:  # a device without numbers stands for one that is not here; loading straight to it cannot work
        model = answer.load_weights(network(steps=0), path, "meta")
    except (NotImplementedError, RuntimeError):
        return
    found = {one.device.type for one in model.state_dict().values()}
    what = "the set of the model's devices after load_weights(model, path, 'meta'), a device without numbers"
    assert_equal(found, {"meta"}, name=what)


def test_matching_by_example(answer, tmp_path):
    """With a last layer of another size, `load_matching` fills all but it, and names it twice: missing and unused.

    Forgiving names is easy. What does `load_state_dict(..., strict=False)` say to a tensor of another shape?

    Pick the entries to load first: those whose name the model has, with the same shape. `strict=False` does the rest.
    """
    saved, path = network(classes=2), tmp_path / "model.pt"
    write(path, saved.state_dict())
    model = network(classes=3, steps=0)
    before = copied(model.state_dict())
    result = answer.load_matching(model, path)
    last = ["4.weight", "4.bias"]
    same_lists(result, last, last)
    expected = {name: (before if name in last else saved.state_dict())[name] for name in before}
    parameters = dict(model.named_parameters())
    what = "the model's state_dict after load_matching"
    same_entries(model.state_dict(), expected, what, old=before, parameters=parameters)


@settings(max_examples=25)
@given(data=st.data())
def test_matching(answer, device, new_folder, data):
    """`load_matching` copies every entry that fits by name and shape and no other, and lists the rest in order.

    Names that the file lacks, that the model lacks, shapes that differ: three cases, two lists.

    The first list runs through the model's state_dict, the second through the file's. Compare `shape`, not the
    number of elements.
    """
    model = network(data.draw(st.integers(1, 3), label="inputs"), 2, steps=1).to(device)
    model[1].eval()
    own = copied(model.state_dict())
    entries, fitting = {}, []
    for name in data.draw(st.permutations(list(own)), label="order of the file"):
        shape = tuple(own[name].shape)
        kind = data.draw(st.sampled_from(["fits", "fits", "left out", "renamed", "reshaped"]), label=name)
        one = torch.full(shape, 2 + len(entries), dtype=own[name].dtype)
        if kind == "fits":
            fitting.append(name)
        elif kind == "reshaped":
            one = one.reshape(1, *shape)  # as many elements
        if kind != "left out":
            entries[f"old.{name}" if kind == "renamed" else name] = one
    path = new_folder() / "other.pt"
    write(path, entries)
    modes = [module.training for module in model.modules()]
    parameters = list(model.parameters())
    with rng_untouched():
        result = answer.load_matching(model, path)
    same_lists(result, [name for name in own if name not in fitting], [name for name in entries if name not in fitting])
    wanted = {name: entries[name] if name in fitting else own[name] for name in own}
    what = "the model's state_dict after load_matching"
    same_entries(model.state_dict(), wanted, what, old=own, parameters=dict(model.named_parameters()))
    expect([module.training for module in model.modules()] == modes, "load_matching changed the mode of a module.")
    same = all(one is other for one, other in zip(model.parameters(), parameters, strict=True))
    expect(same, "After load_matching, a parameter of the model is another object: copy the numbers into the old one.")


def test_from_another_device(answer, tmp_path):
    """Both readers read a file that was saved on a GPU this machine does not have.

    Every tensor in a file comes with a note where it lived. Who can overrule it?

    `torch.load` takes `map_location`: put everything on the CPU first.
    """
    saved, path = network(), tmp_path / "from_gpu.pt"
    write(path, saved.state_dict(), ELSEWHERE)
    for name, load in loaders(answer).items():
        model = network(steps=0)
        try:
            load(model, path)
        except RuntimeError as error:
            if isinstance(error, NotImplementedError):
                raise
            text = " ".join(str(error).split())[:300]
            raise_with(f"{name} cannot read a file whose tensors were saved on {ELSEWHERE}. PyTorch says: {text}")
        same_entries(model.state_dict(), saved.state_dict(), f"the model's state_dict after {name}")


def test_runs_no_code(answer, tmp_path):
    """Both readers refuse a file that holds more than plain data, with `pickle.UnpicklingError`, and run none of it.

    A pickle can call any function while it is read. Which argument of `torch.load` forbids it?

    `weights_only=True`; and let its error through. No part of the statement needs it to be False.
    """
    ran, path = tmp_path / "this file ran code", tmp_path / "hostile.pt"
    torch.save({"weight": torch.ones(2, 3), "bias": torch.ones(2), "note": Marker(ran)}, path)
    whole = tmp_path / "whole.pt"
    torch.save(nn.Linear(3, 2), whole)
    for name, load in loaders(answer).items():
        with assert_raises(pickle.UnpicklingError, f"{name} of a file that makes a folder when it is unpickled"):
            try:
                load(nn.Linear(3, 2), path)
            finally:
                expect(
                    not ran.exists(),
                    f"{name} ran code that a file brought along: it made a folder. Is weights_only False?",
                )
        with assert_raises(pickle.UnpicklingError, f"{name} of a file that holds a whole pickled model"):
            load(nn.Linear(3, 2), whole)
