"""Checks of 01_create_inspect: the oracles are Python's lists and range."""

from contextlib import contextmanager

import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from tutor.checks import assert_close, assert_equal, assert_type, expect, unchanged

ROWS = st.integers(1, 5)
COLUMNS = st.integers(1, 6)
FLOATS = st.floats(-100, 100, width=16)
ELEMENTS = {
    "ints": st.integers(-(2**40), 2**40),  # float32 and int32 cannot hold the larger ones
    "floats": FLOATS,
    "ints and floats": st.integers(-100, 100) | FLOATS,
    "truth values": st.booleans(),
}


@contextmanager
def fresh_memory_marked():
    """Memory that is reserved and not written to holds nan instead of whatever was there."""
    torch.set_deterministic_debug_mode("warn")
    try:
        yield
    finally:
        torch.set_deterministic_debug_mode("default")


@st.composite
def lists_of_rows(draw):
    """Lists of equally long lists, of ints, of floats, of both, or of truth values."""
    elements = ELEMENTS[draw(st.sampled_from(list(ELEMENTS)))]
    columns = draw(COLUMNS)
    return draw(st.lists(st.lists(elements, min_size=columns, max_size=columns), min_size=1, max_size=4))


def facts_of(answer, t):
    """What `describe` says of `t`: a dictionary with the right keys."""
    facts = assert_type(answer.describe(t), dict, "describe")
    wanted = ["shape", "dtype", "device", "ndim", "numel"]
    missing, more = [key for key in wanted if key not in facts], [key for key in facts if key not in wanted]
    lacks = f" It lacks {', '.join(map(repr, missing))}." if missing else ""
    has = f" Nobody asked for {', '.join(map(repr, more))}." if more else ""
    expect(not missing and not more, f"The dictionary that describe returns should have exactly five keys.{lacks}{has}")
    return facts


def test_from_rows(answer):
    """`from_rows([[1, 2, 3], [4, 5, 6]])` holds these numbers in 2 rows and 3 columns.

    Which builder takes values, rather than a shape or a range?

    `torch.tensor` takes nested lists as they are.
    """
    actual = assert_type(answer.from_rows([[1, 2, 3], [4, 5, 6]]), torch.Tensor, "from_rows")
    assert_equal(tuple(actual.shape), (2, 3), name="shape of from_rows([[1, 2, 3], [4, 5, 6]])")
    values = actual.tolist()
    expect(
        values == [[1, 2, 3], [4, 5, 6]],
        f"from_rows([[1, 2, 3], [4, 5, 6]]) should hold these rows; it holds {values}.",
    )


@given(rows=lists_of_rows())
def test_from_rows_dtype(answer, rows):
    """Any rows keep their values, as int64, float32 or bool, whichever fits them.

    Do you name a dtype, or use a builder that always gives the same one? Let PyTorch infer it.

    `torch.Tensor(...)` with a capital T is always float32, and NumPy turns Python floats into float64.
    """
    kinds = {type(element) for row in rows for element in row}
    dtype = torch.float32 if float in kinds else torch.int64 if int in kinds else torch.bool
    assert_equal(answer.from_rows(rows), torch.tensor(rows, dtype=dtype), name="from_rows(rows)")


def test_framed_shape(answer):
    """`framed(3, 5, 2)` has 3 rows, 5 columns and dtype float32, though 2 is an int.

    `torch.full` infers its dtype from the value, as `torch.tensor` does.

    Every builder takes `dtype=torch.float32`.
    """
    actual = assert_type(answer.framed(3, 5, 2), torch.Tensor, "framed")
    assert_equal(tuple(actual.shape), (3, 5), name="shape of framed(3, 5, 2)")
    assert_equal(actual.dtype, torch.float32, name="dtype of framed(3, 5, 2)")


def test_framed_is_written(answer):
    """Every cell of the frame is written, none is left as it was in memory.

    Which builder did you start from, and what does it promise about its elements?

    `torch.empty` and `torch.Tensor(rows, columns)` promise nothing. Begin with `torch.zeros` or `torch.full`.
    """
    with fresh_memory_marked():
        actual = assert_type(answer.framed(5, 4, 2.0), torch.Tensor, "framed")
    unwritten = actual.isnan().nonzero().tolist()
    expect(
        not unwritten,
        f"framed(5, 4, 2.0) leaves {len(unwritten)} of its 20 cells unwritten, the first at index "
        f"{tuple(unwritten[0]) if unwritten else ()}: there the tensor holds whatever its memory held before.",
    )


@given(rows=ROWS, columns=COLUMNS, value=st.integers(1, 9) | st.floats(-5, 5, width=16))
def test_framed(answer, rows, columns, value):
    """`value` is around the edge and 0 inside, for every size and value.

    A frame has four sides: the first and last row, and the first and last column.

    Fill everything with `value`, then set the inside, `t[1:-1, 1:-1]`, to 0. What is the inside of a single row?
    """
    expected = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            if i in (0, rows - 1) or j in (0, columns - 1):
                expected[i, j] = value
    assert_close(
        answer.framed(rows, columns, value), expected, check_grad=True, name=f"framed({rows}, {columns}, {value})"
    )


@given(start=st.integers(-20, 20), stop=st.integers(-10, 30), step=st.integers(1, 6))
def test_count_up(answer, start, stop, step):
    """`count_up` counts as `range` does, in int64: `stop` is not included.

    There is a builder whose arguments are those of `range`.

    `torch.arange` leaves the end out and keeps ints; `torch.linspace` and `torch.range` do neither.
    """
    assume(start < stop)
    call, numbers = f"count_up({start}, {stop}, {step})", list(range(start, stop, step))
    actual = assert_type(answer.count_up(start, stop, step), torch.Tensor, call)
    expect(
        actual.tolist() == numbers,
        f"{call} holds {actual.tolist()}, but {numbers} is expected, as range({start}, {stop}, {step}) counts.",
    )
    assert_equal(actual, torch.tensor(numbers, dtype=torch.int64), name=call)


@given(
    start=st.integers(-10, 10) | st.floats(-10, 10, width=16),
    stop=st.integers(-5, 20) | st.floats(-5, 20, width=16),
    count=st.integers(2, 12),
)
def test_evenly_spaced(answer, start, stop, count):
    """`evenly_spaced` gives `count` float32 numbers, with both ends among them.

    Between `count` numbers there are `count - 1` gaps.

    `torch.linspace` takes a count and includes both ends.
    """
    assume(start + 0.5 <= stop)
    expected = torch.tensor([start + (stop - start) * i / (count - 1) for i in range(count)], dtype=torch.float32)
    actual = answer.evenly_spaced(start, stop, count)
    # Steps added up one by one drift by a few units in the last place, and are right.
    assert_close(actual, expected, rtol=1e-5, atol=1e-4, name=f"evenly_spaced({start}, {stop}, {count})")


def test_describe_keys(answer):
    """`describe` returns a dictionary with exactly the five keys asked for.

    Is it a dictionary that you return, and are its keys strings, spelt as in the text?

    `return {"shape": ..., "dtype": ..., "device": ..., "ndim": ..., "numel": ...}`
    """
    facts_of(answer, torch.zeros(2, 3))


@given(
    shape=st.lists(st.integers(1, 4), max_size=4).map(tuple),
    dtype=st.sampled_from([torch.float32, torch.float64, torch.int64, torch.bool]),
    device=st.sampled_from(["cpu", "meta"]),
)
def test_describe(answer, shape, dtype, device):
    """The five facts are right for any shape, also `()`, any dtype and any device.

    Each fact is one attribute or method of the tensor. `"meta"` is a device too: one without numbers.

    `t.shape`, `t.dtype`, `t.device` and `t.ndim` are attributes; `t.numel()` is a method. `len(t)` is neither of these.
    """
    t = torch.zeros(shape, dtype=dtype, device=device)
    with unchanged(*[t] * (device == "cpu")):  # there are no values to compare on the meta device
        facts = facts_of(answer, t)
    numel = 1
    for side in shape:
        numel *= side
    expect(
        isinstance(facts["shape"], tuple),
        f'describe(t)["shape"] should be a tuple or a torch.Size; it is a {type(facts["shape"]).__name__}.',
    )
    assert_equal(tuple(facts["shape"]), shape, name='describe(t)["shape"]')
    assert_equal(facts["dtype"], dtype, name='describe(t)["dtype"]')
    assert_equal(facts["device"], torch.device(device), name='describe(t)["device"]')
    assert_equal(facts["ndim"], len(shape), name='describe(t)["ndim"]')
    assert_equal(facts["numel"], numel, name='describe(t)["numel"]')
