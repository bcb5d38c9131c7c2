"""Checks of 03_arithmetic: NumPy is the oracle, and memory is looked at through views made before the call."""

import numpy as np
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tutor.checks import assert_close, assert_equal, assert_raises, expect, forbid, home, tensors, unchanged

META = torch.device("meta")
FLOATS = st.sampled_from([torch.float32, torch.float64])
SHAPES_THAT_FIT = [
    ((2, 3), (3,), (2, 3)),
    ((3,), (2, 1), (2, 3)),
    ((4, 1, 5), (3, 1), (4, 3, 5)),
    ((), (2, 3), (2, 3)),
    ((7,), (7,), (7,)),
]


@st.composite
def fitting(draw):
    """Two shapes that broadcast."""
    sides = draw(st.lists(st.integers(1, 4), max_size=3))

    def one():
        kept = sides[draw(st.integers(0, len(sides))) :]
        return tuple(1 if draw(st.booleans()) else side for side in kept)

    return one(), one()


@st.composite
def misfits(draw):
    """Two shapes that do not broadcast: in one place, sizes meet that differ and are not 1."""
    a, b = draw(fitting())
    side = draw(st.integers(2, 4))
    other = draw(st.sampled_from([n for n in (2, 3, 4, 6) if n != side]))
    behind = draw(st.lists(st.integers(1, 3), max_size=2).map(tuple))
    return (*a, side, *behind), (*b, other, *behind)


def numpy_shape(a, b):
    """What NumPy makes of the two shapes; None when they do not fit."""
    try:
        return np.broadcast_shapes(a, b)
    except ValueError:
        return None


def array_of(t):
    """The values of `t` as a NumPy array in double precision."""
    return np.array(t.tolist(), dtype=np.float64)


def tensor_of(array, like, dtype=None):
    """A NumPy array as a tensor on the device of `like`."""
    return torch.tensor(array.tolist(), dtype=dtype or like.dtype).reshape(array.shape).to(like.device)


def test_shape_by_example(answer):
    """`broadcast_shape` aligns the shapes on the right: (2, 3) and (3,) give (2, 3), (3,) and (2, 1) give (2, 3).

    Compare the last sizes first, then the ones before them. What stands in for a size that is missing?

    Walk through both shapes backwards; `zip_longest(..., fillvalue=1)` of `itertools` fills the shorter one up.
    """
    for a, b, expected in SHAPES_THAT_FIT:
        with forbid(torch.broadcast_shapes, np.broadcast_shapes):
            actual = answer.broadcast_shape(a, b)
        assert_equal(actual, expected, name=f"broadcast_shape({a}, {b})")


@settings(max_examples=30)
@example(pair=((4,), (2,)))
@given(pair=fitting() | misfits())
def test_shape(answer, pair):
    """`broadcast_shape` agrees with NumPy for any two shapes, and raises ValueError for those that do not fit.

    Two sizes fit when they are equal or one of them is 1. Does every other pair raise?

    (2, 3) and (2,) do not fit: aligned on the right, 3 meets 2. And (4,) and (2,) do not fit either.
    """
    a, b = pair
    expected = numpy_shape(a, b)
    if expected is None:
        with assert_raises(ValueError, f"broadcast_shape({a}, {b})"):
            answer.broadcast_shape(a, b)
    else:
        assert_equal(answer.broadcast_shape(a, b), expected, name=f"broadcast_shape({a}, {b})")


@settings(max_examples=15)
@given(data=st.data())
def test_average(answer, device, data):
    """`average` is what NumPy makes of it, for any shapes that broadcast; integers give float32.

    `torch.sum` and `torch.mean` reduce one tensor. Two tensors are added by `+`.

    The operators broadcast by themselves: no reshape and no loop. `/` gives floats for integers too, `//` does not.
    """
    dtype = data.draw(st.sampled_from([torch.float32, torch.float64, torch.int64]), label="dtype")
    shape_a, shape_b = data.draw(fitting(), label="shapes")
    a = data.draw(tensors(shape_a, dtype=dtype), label="a").to(home(dtype, device))
    b = data.draw(tensors(shape_b, dtype=dtype), label="b").to(home(dtype, device))
    with unchanged(a=a, b=b):
        actual = answer.average(a, b)
    expected = (array_of(a) + array_of(b)) / 2
    assert_close(
        actual,
        tensor_of(expected, a, dtype if dtype.is_floating_point else torch.float32),
        name="average(a, b)",
        explain={
            "This is the sum: it is not halved.": lambda: a + b,
            "This is half the difference.": lambda: (b - a) / 2,
        },
    )


@settings(max_examples=15)
@given(data=st.data())
def test_average_of_pictures(answer, device, data):
    """`average` of two uint8 pictures is right for bright ones too: 200 and 100 give 150.

    uint8 holds 0 to 255, and 200 + 100 wraps around to 44. In which order can you add and halve?

    Halve first: `/` makes floats of both, and floats have room for the sum.
    """
    shape_a, shape_b = data.draw(fitting(), label="shapes")
    darkest = data.draw(st.sampled_from([180, 0]), label="darkest")
    a = data.draw(tensors(shape_a, dtype=torch.uint8, low=darkest, high=255), label="a").to(device)
    b = data.draw(tensors(shape_b, dtype=torch.uint8, low=darkest, high=255), label="b").to(device)
    with unchanged(a=a, b=b):
        actual = answer.average(a, b)
    expected = tensor_of((array_of(a) + array_of(b)) / 2, a, torch.float32)
    assert_close(actual, expected, name="average(a, b) of uint8 tensors")


def test_add_to_rows_by_example(answer, device):
    """`add_to_rows` adds offsets[i] to every element of row i, also where the table is square; it needs no loop.

    Aligned on the right, `(N,)` lies along the columns. Which shape would lie along the rows?

    `offsets[:, None]`, or `offsets.unsqueeze(1)`, is (N, 1): its 1 is stretched to F.
    """
    table = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]], device=device)
    offsets = torch.tensor([0.0, 10.0, 20.0], device=device)
    expected = torch.tensor([[1.0, 2.0, 3.0], [14.0, 15.0, 16.0], [27.0, 28.0, 29.0]], device=device)
    to_columns = torch.tensor([[1.0, 12.0, 23.0], [4.0, 15.0, 26.0], [7.0, 18.0, 29.0]], device=device)
    assert_close(
        answer.add_to_rows(table, offsets),
        expected,
        name="add_to_rows(table, offsets)",
        explain={"Column j got offsets[j]: aligned on the right, (N,) lies along the columns.": to_columns},
    )
    table, offsets = torch.randn(40, 3, device=device), torch.randn(40, device=device)
    with forbid(at_most_calls=15):
        answer.add_to_rows(table, offsets)


@settings(max_examples=15)
@given(data=st.data())
def test_add_to_rows(answer, device, data):
    """`add_to_rows` is right for any table, in float32, float64 and int64, and leaves its inputs alone.

    Only the offsets need another shape. Is the table still the caller's?

    `table + ...` makes a new tensor; `table += ...` writes into the old one.
    """
    n, f = data.draw(st.integers(1, 4), label="N"), data.draw(st.integers(1, 4), label="F")
    dtype = data.draw(st.sampled_from([torch.float32, torch.float64, torch.int64]), label="dtype")
    table = data.draw(tensors((n, f), dtype=dtype), label="table").to(home(dtype, device))
    offsets = data.draw(tensors((n,), dtype=dtype), label="offsets").to(table.device)
    with unchanged(table=table, offsets=offsets):
        actual = answer.add_to_rows(table, offsets)
    expected = array_of(table) + array_of(offsets).reshape(n, 1)
    assert_close(actual, tensor_of(expected, table), name="add_to_rows(table, offsets)")


@settings(max_examples=15)
@given(data=st.data())
def test_decay(answer, device, data):
    """`decay_` changes the tensor it was given: the caller, and whoever holds a view of it, sees the new values.

    `weights = weights * 0.9` binds your local name to a new tensor. Which methods write into the old one?

    The method for multiplying in place is `mul_`; it returns its tensor.
    """
    dtype = data.draw(FLOATS, label="dtype")
    weights = data.draw(tensors(min_dims=1, max_dims=3, dtype=dtype, low=1), label="weights").to(home(dtype, device))
    rate = data.draw(st.sampled_from([0.5, 0.25, 0.1, 0.0, 1.0]), label="rate")
    view = weights[:1]  # (1, ...)
    expected = tensor_of(array_of(weights) * (1 - rate), weights)
    result = answer.decay_(weights, rate)
    assert_close(weights, expected, name="weights after decay_(weights, rate)")
    assert_close(view, expected[:1], name="the view weights[:1], made before decay_(weights, rate),")
    other = "nothing" if result is None else "another tensor, made anew"
    expect(result is weights, f"decay_ should return weights itself; it returned {other}.")


@settings(max_examples=15)
@given(data=st.data())
def test_step(answer, device, data):
    """`step` writes position + dt * velocity into `out` and returns `out`; position and velocity stay as they were.

    `out = position + ...` binds your local name, and the caller's tensor stays as it was.

    `torch.add(a, b, alpha=..., out=...)` computes a + alpha * b straight into `out`; `out.copy_(...)` works as well.
    """
    dtype = data.draw(FLOATS, label="dtype")
    place = home(dtype, device)
    position = data.draw(tensors(min_dims=1, max_dims=3, dtype=dtype), label="position").to(place)
    shape = tuple(position.shape)
    velocity = data.draw(tensors(shape, dtype=dtype), label="velocity").to(place)
    out = data.draw(tensors(shape, dtype=dtype), label="out").to(place)
    dt = data.draw(st.sampled_from([0.5, 2.0, -0.25, 0.1]), label="dt")
    expected = tensor_of(array_of(position) + dt * array_of(velocity), position)
    view = out[:1]
    with unchanged(position=position, velocity=velocity):
        result = answer.step(position, velocity, dt, out)
    assert_close(out, expected, name="out after step(position, velocity, dt, out)")
    assert_close(view, expected[:1], name="the view out[:1], made before step(position, velocity, dt, out),")
    other = "nothing" if result is None else "another tensor, made anew"
    expect(result is out, f"step should return out itself; it returned {other}.")


def test_step_in_place(answer, device):
    """`step` is right when `out` is `position` or `velocity` itself.

    Is something written into `out` before all that is needed was read?

    Compute the whole sum in one operation, or into a tensor of its own, before anything goes into `out`.
    """
    for name in ("position", "velocity"):
        given = {
            "position": torch.tensor([[1.0, -2.0, 3.0], [0.5, 4.0, 0.0]], device=device),
            "velocity": torch.tensor([[2.0, 1.0, -1.0], [3.0, 0.25, 5.0]], device=device),
        }
        expected = torch.tensor([[1.5, -1.75, 2.75], [1.25, 4.0625, 1.25]], device=device)
        other = {key: value for key, value in given.items() if key != name}
        with unchanged(**other):
            answer.step(**given, dt=0.25, out=given[name])
        assert_close(given[name], expected, name=f"{name} after step(position, velocity, 0.25, out={name})")


def test_every_device(answer):
    """`average`, `add_to_rows`, `decay_` and `step` work where their tensors are, here on the meta device.

    The meta device knows shapes and dtypes without values, and no tensor of another device may be mixed in.

    Does a value leave for Python or NumPy on the way: `.item()`, `.tolist()`, `.numpy()`, `torch.tensor(...)`?
    """
    table, offsets = torch.ones(4, 3, device=META), torch.ones(4, device=META)
    out = torch.empty(4, 3, device=META)
    results = {
        "average(a, b)": answer.average(table, table[:1]),
        "add_to_rows(table, offsets)": answer.add_to_rows(table, offsets),
        "decay_(weights, 0.1)": answer.decay_(table, 0.1),
        "step(position, velocity, 0.1, out)": answer.step(table, table, 0.1, out),
    }
    for name, result in results.items():
        expect(isinstance(result, torch.Tensor), f"{name} should return a tensor; it returned {result!r}.")
        assert_equal(result.device, META, name=f"device of {name} for tensors on the meta device")
        assert_equal(tuple(result.shape), (4, 3), name=f"shape of {name}")


def bench_add_to_rows(module, device):
    """Timing: an offset for each of 512 rows of 256 elements."""
    table, offsets = torch.randn(512, 256, device=device), torch.randn(512, device=device)
    return lambda: module.add_to_rows(table, offsets)
