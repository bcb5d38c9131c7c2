"""Checks of 03_device, without need of an accelerator: machines are pretended, and moves go to the meta device."""

from contextlib import contextmanager

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.checks import assert_close, assert_equal, expect, home, shapes, tensors, unchanged

META = torch.device("meta")
DTYPES = st.sampled_from([torch.float32, torch.float64, torch.float16, torch.int64, torch.uint8, torch.bool])


@contextmanager
def machine_with(answer, *kinds):
    """PyTorch as it would be on a machine with accelerators of these kinds and no others.

    Every public question gets an answer that fits, also where the answer's module has imported it by name.
    """
    accelerator = torch.device(kinds[0]) if kinds else None
    namespaces = [vars(answer), getattr(answer.pick_device, "__globals__", {})]
    replies = []
    for kind, places in {
        "cuda": [torch.cuda],
        "mps": [torch.backends.mps, torch.mps],
        "xpu": [torch.xpu],
    }.items():
        for place in places:
            replies += [
                (place, "is_available", lambda kind=kind: kind in kinds),
                (place, "device_count", lambda kind=kind: int(kind in kinds)),
                (place, "current_device", lambda: 0),
            ]
    replies += [
        (torch.backends.mps, "is_built", lambda: "mps" in kinds),
        (torch.accelerator, "is_available", lambda: bool(kinds)),
        (torch.accelerator, "device_count", lambda: int(bool(kinds))),
        (torch.accelerator, "current_accelerator", lambda check_available=False: accelerator),
    ]
    with pytest.MonkeyPatch.context() as patch:
        for place, name, reply in replies:
            before = getattr(place, name, None)
            if before is None:
                continue
            patch.setattr(place, name, reply)
            for namespace in namespaces:
                for own in [key for key, value in namespace.items() if value is before]:
                    patch.setitem(namespace, own, reply)
        yield


def assert_picks(answer, kind, *kinds):
    """`pick_device` gives a torch.device of type `kind` where the accelerators `kinds` are."""
    machine = f"on a machine with {' and '.join(kinds)}" if kinds else "on a machine without an accelerator"
    with machine_with(answer, *kinds):
        picked = answer.pick_device()
    expect(
        isinstance(picked, torch.device),
        f"pick_device() should return a torch.device; it returned {picked!r}, a {type(picked).__name__}.",
    )
    expect(
        picked.type == kind,
        f"pick_device() {machine} returned {picked!r}; the best device there is torch.device({kind!r}).",
    )


class Scaled(torch.nn.Module):
    """A model with parameters and a buffer, which an answer must move all, and another result in each mode."""

    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(3, 2)
        self.register_buffer("scale", torch.tensor([2.0, 3.0]))

    def forward(self, x):
        return self.layer(x) * self.scale * (1.0 if self.training else 0.5)


def test_pick_cpu(answer):
    """Without any accelerator, `pick_device` returns `torch.device("cpu")`.

    The CPU is what remains when every question was answered with no.

    Return `torch.device("cpu")` at the end; a string is not yet a device.
    """
    assert_picks(answer, "cpu")


def test_pick_the_only_one(answer):
    """`pick_device` finds the accelerator of a machine that has one: cuda, mps or xpu, asked at every call.

    The checks pretend to be machines of each kind. Is every kind asked for, inside the function?

    The questions: `torch.cuda.is_available()`, `torch.backends.mps.is_available()`, `torch.xpu.is_available()`.
    """
    for kind in ("cuda", "mps", "xpu"):
        assert_picks(answer, kind, kind)


@given(cuda=st.booleans(), mps=st.booleans(), xpu=st.booleans())
def test_pick_in_order(answer, cuda, mps, xpu):
    """Of several accelerators, `pick_device` prefers cuda to mps, and mps to xpu.

    With several yeses, which one wins in your code: the first or the last?

    Ask in the order of preference and return at the first yes.
    """
    kinds = [kind for kind, there in [("cuda", cuda), ("mps", mps), ("xpu", xpu)] if there]
    assert_picks(answer, [*kinds, "cpu"][0], *kinds)


@given(batch=st.dictionaries(st.sampled_from(["features", "labels", "mask", "weights"]), st.tuples(shapes(), DTYPES)))
def test_move_batch_arrives(answer, batch):
    """Every tensor of the batch arrives on the device asked for, with its shape and dtype.

    `tensor.to(device)` moves nothing by itself: who keeps what it returns?

    Build a new dictionary from the results: `{key: tensor.to(device) for ...}`.
    """
    sent = {key: torch.ones(shape, dtype=dtype) for key, (shape, dtype) in batch.items()}
    arrived = answer.move_batch(sent, META)
    expect(isinstance(arrived, dict), f"move_batch should return a dictionary; it returned a {type(arrived).__name__}.")
    keys = f"move_batch(batch, device) should have the keys {list(sent)}; it has {list(arrived)}."
    expect(set(arrived) == set(sent), keys)
    for key, tensor in sent.items():
        where = f'move_batch(batch, torch.device("meta"))["{key}"]'
        expect(
            isinstance(arrived[key], torch.Tensor),
            f"{where} should be a tensor; it is a {type(arrived[key]).__name__}.",
        )
        assert_equal(arrived[key].device, META, name=f"device of {where}")
        assert_equal(tuple(arrived[key].shape), tuple(tensor.shape), name=f"shape of {where}")
        assert_equal(arrived[key].dtype, tensor.dtype, name=f"dtype of {where}")


@settings(max_examples=15)
@given(data=st.data())
def test_move_batch_keeps(answer, device, data):
    """Values stay the same on the way, and the caller's dictionary is left as it was.

    Do you write into the dictionary you were given? Its owner still needs it.

    Make a new dictionary, and pass `to` the device alone: it keeps the dtype.
    """
    dtype = data.draw(DTYPES, label="dtype of the labels")
    batch = {
        "features": data.draw(tensors(max_dims=2, max_side=3), label="features"),
        "labels": data.draw(tensors(max_dims=1, dtype=dtype, low=0, high=9), label="labels"),
    }
    device = home(dtype, device)
    expected = {key: tensor.clone().to(device) for key, tensor in batch.items()}
    with unchanged(batch=batch):
        arrived = answer.move_batch(batch, device)
        expect(arrived is not batch, "move_batch should return a new dictionary; it returned the one it was given.")
    assert_close(arrived, expected, name="move_batch(batch, device)")
    elsewhere = dict(batch)
    with unchanged(batch=elsewhere):
        answer.move_batch(elsewhere, META)


def test_predict_goes_there(answer):
    """`predict` moves model and `x` to the device asked for, and its result is there too.

    Model and input must meet on one device. Which of the two moves itself, and which returns what was moved?

    `model.to(device)` is enough for the model, with its buffers; for the input it is `x = x.to(device)`.
    """
    y = answer.predict(Scaled(), torch.ones(4, 3), META)
    expect(isinstance(y, torch.Tensor), f"predict should return a tensor; it returned a {type(y).__name__}.")
    assert_equal(y.device, META, name='device of predict(model, x, torch.device("meta"))')
    assert_equal(tuple(y.shape), (4, 2), name='shape of predict(model, x, torch.device("meta"))')
    y = answer.predict(Scaled(), torch.ones(4, 3, device=META), META)
    assert_equal(y.device, META, name="device of predict(model, x, device) when x is there already")


@settings(max_examples=20)
@given(data=st.data())
def test_predict(answer, device, data):
    """`predict` returns what the model makes of `x`, in the mode it came in, for any batch, in float32 and float64.

    The result is `model(x)`, called once both are on the device. Is the mode, training or evaluation, still the same?

    Does the move cast as well? `x.to(device)` keeps the dtype, and model and `x` have the same.
    """
    dtype = data.draw(st.sampled_from([torch.float32, torch.float64]), label="dtype of x and of the model")
    x = data.draw(tensors(shape=(data.draw(st.integers(1, 4), label="B"), 3), dtype=dtype, low=-2, high=2), label="x")
    training = data.draw(st.booleans(), label="model.training")
    model, device = Scaled().to(dtype).train(training), home(dtype, device)
    expected = model(x).detach().to(device)
    other = f"The model was in {'training' if training else 'evaluation'} mode, and this is its result in the other."
    with torch.enable_grad():
        y = answer.predict(model, x, device)
        recording = torch.is_grad_enabled()
    expect(isinstance(y, torch.Tensor), f"predict should return a tensor; it returned a {type(y).__name__}.")
    assert_close(
        y.detach(),
        expected,
        rtol=1e-4,
        atol=1e-4,
        name="predict(model, x, device)",
        explain={other: expected * (0.5 if training else 2.0)},
    )
    expect(model.training == training, "predict changed the mode of the model: the caller chose it.")
    expect(recording, "After predict, PyTorch records gradients nowhere in the program any more: the caller chose it.")


@given(x=tensors(min_dims=2, max_dims=2) | tensors(min_dims=2, max_dims=2, dtype=torch.float64))
def test_add_positions(answer, device, x):
    """`add_positions` adds the number of its column to every element, and leaves `x` as it was.

    0, 1, 2, ... is a range, as long as a row of `x`.

    `torch.arange(x.shape[1])` has shape (N,) and is added to every row of (B, N).
    """
    device = home(x.dtype, device)
    x = x.to(device)
    columns = torch.tensor([list(range(x.shape[1]))] * len(x), dtype=x.dtype, device=device)
    with unchanged(x):
        actual = answer.add_positions(x)
    assert_close(actual, torch.stack([a + b for a, b in zip(x, columns)]), name="add_positions(x)")


@given(shape=shapes(min_dims=2, max_dims=2), dtype=st.sampled_from([torch.float32, torch.float64, torch.bfloat16]))
def test_add_positions_follows(answer, shape, dtype):
    """`add_positions` works wherever `x` is, here on the meta device, in any floating dtype.

    On which device is a tensor made when nothing is said? And on which one is `x`?

    `torch.arange(x.shape[1], device=x.device)`
    """
    actual = answer.add_positions(torch.empty(shape, dtype=dtype, device=META))
    assert_equal(actual.device, META, name="device of add_positions(x), x on the meta device")
    assert_equal(tuple(actual.shape), tuple(shape), name="shape of add_positions(x)")
    assert_equal(actual.dtype, dtype, name="dtype of add_positions(x)")
