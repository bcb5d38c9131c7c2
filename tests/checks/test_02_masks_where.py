"""Checks of 02_masks_where: the oracle is the loop with an `if` in it, over Python lists."""

import itertools
import math

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.checks import assert_close, assert_gradients_close, expect, forbid, home, tensors, unchanged

NAN, INF = math.nan, math.inf
FLOATS = st.sampled_from([torch.float32, torch.float64])


@st.composite
def with_gaps(draw, *, min_dims=2, max_dims=2, dtype=torch.float32):
    """Tensors in which some elements are NaN and some infinite, at times views that are not contiguous."""
    table = draw(tensors(min_dims=min_dims, max_dims=max_dims, max_side=4, dtype=dtype))
    kinds = draw(tensors(tuple(table.shape), dtype=torch.int64, low=0, high=9))
    for kind, value in enumerate((NAN, INF, -INF)):
        table[kinds == kind + 1] = value
    return table


def complete(table):
    """The rows without NaN, by lists."""
    rows = [row for row in table.tolist() if not any(math.isnan(value) for value in row)]
    return torch.tensor(rows, dtype=table.dtype, device=table.device).reshape(len(rows), table.shape[1])


def filled(table, fill):
    """Each NaN replaced by its column's number, by lists."""

    def walk(part):
        if isinstance(part[0], list):
            return [walk(inner) for inner in part]
        return [number if math.isnan(value) else value for value, number in zip(part, fill.tolist(), strict=True)]

    return torch.tensor(walk(table.tolist()), dtype=table.dtype, device=table.device)


def indices(mask):
    """The index of each True, by looking at them one after the other."""
    found = [index for index in itertools.product(*map(range, mask.shape)) if mask[index].item()]
    return torch.tensor(found, dtype=torch.int64, device=mask.device).reshape(len(found), mask.ndim)


def mask_of(answer, x, low, high):
    """What `between` returns, with a sentence for Python's `and` and for parentheses that are missing."""
    try:
        return answer.between(x, low, high)
    except RuntimeError as error:
        expect(
            "is ambiguous" not in str(error),
            "A mask of several elements was asked for one truth value. Python's `and`, `or`, `not` and chains such as "
            "`a <= x < b` ask for one; `&`, `|` and `~` go element by element.",
        )
        expect(
            "bitwise_and" not in str(error),
            "`&` was given numbers instead of masks. It binds more tightly than a comparison: without parentheses "
            "`x >= low & x < high` computes `low & x` first.",
        )
        raise


def test_between_by_example(answer, device):
    """`between([1, 2, 3, 4, 5], 2, 4)` is True for 2 and 3: the low end belongs to it, the high end does not.

    Two comparisons give two masks. Which sign joins them, element by element?

    `&` joins masks. It binds more tightly than `<`, so each comparison needs its parentheses.
    """
    x = torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0], device=device)
    expected = torch.tensor([False, True, True, False, False], device=device)
    assert_close(mask_of(answer, x, 2, 4), expected, name="between([1, 2, 3, 4, 5], 2, 4)")


def test_between_integers(answer, device):
    """`between` is right for integers: with ends that are not whole, and for numbers too large for float32.

    Is an end or `x` converted to another dtype on the way? Either can lose something: 1.5 as an integer is 1.

    Compare `x` as it is with the numbers as they are: torch knows how.
    """
    x = torch.tensor([1, 2, 3, 4], device=device)
    expected = torch.tensor([False, True, True, False], device=device)
    assert_close(mask_of(answer, x, 1.5, 3.5), expected, name="between([1, 2, 3, 4], 1.5, 3.5), integers")
    middle = 2**24 + 1
    x = torch.tensor([middle - 1, middle, middle + 1], device=device)
    expected = torch.tensor([False, True, False], device=device)
    name = f"between([{middle - 1}, {middle}, {middle + 1}], {middle}, {middle + 1}), integers"
    assert_close(mask_of(answer, x, middle, middle + 1), expected, name=name)


@settings(max_examples=30)
@given(data=st.data())
def test_between(answer, device, data):
    """`between` is right for floats and integers of any shape, a single number among them, and False for NaN.

    Every comparison with NaN is False. So build the mask from what is wanted, not from what is not.

    `x >= low` and `x < high`, joined: nothing else is needed for NaN.
    """
    dtype = data.draw(st.sampled_from([torch.float32, torch.float64, torch.int64]), label="dtype")
    x = with_gaps if dtype.is_floating_point else tensors
    x = data.draw(x(min_dims=0, max_dims=3, dtype=dtype), label="x").to(home(dtype, device))
    ends = st.integers(-3, 3) | st.sampled_from([-1.5, 0.5, 2.5])
    low, high = data.draw(ends, label="low"), data.draw(ends, label="high")
    with unchanged(x=x):
        actual = mask_of(answer, x, low, high)
    flat = [low <= value < high for value in x.reshape(-1).tolist()]
    assert_close(actual, torch.tensor(flat, device=x.device).reshape(x.shape), name="between(x, low, high)")


def test_complete_rows_by_example(answer, device):
    """`complete_rows` keeps the rows that have all their values: two of four, with all three columns.

    A mask of the table's own shape selects elements and forgets the rows. You need one True or False per row.

    `isnan` gives a mask (N, F). `any` along one dimension makes it (N,): along which?
    """
    table = torch.tensor([[1.0, 2.0, 3.0], [NAN, 5.0, 6.0], [7.0, 8.0, 9.0], [NAN, NAN, NAN]], device=device)
    known = {
        "These are the elements that are there, without their rows.": table[~table.isnan()],
        "These are the rows with gaps; the others are wanted.": table[[1, 3]],
        "No row was dropped: NaN equals nothing, not even NaN, so a comparison with it finds none.": table,
    }
    assert_close(
        answer.complete_rows(table),
        torch.tensor([[1.0, 2.0, 3.0], [7.0, 8.0, 9.0]], device=device),
        name="complete_rows of [1, 2, 3], [nan, 5, 6], [7, 8, 9], [nan, nan, nan]",
        explain=known,
    )


def test_complete_rows_infinite(answer, device):
    """`complete_rows` keeps infinite values: they are not missing.

    An infinite value is a value. Which function asks for NaN alone?

    Sums and other arithmetic make NaN of infinities. Look at the elements themselves.
    """
    table = torch.tensor([[INF, 1.0], [INF, -INF], [NAN, 2.0]], device=device)
    name = "complete_rows of [inf, 1], [inf, -inf], [nan, 2]"
    assert_close(answer.complete_rows(table), table[:2].clone(), name=name)


@settings(max_examples=30)
@given(data=st.data())
def test_complete_rows(answer, device, data):
    """`complete_rows` is right for any table, also when no row is left.

    With no row left the result is still a table, `(0, F)`.

    A row goes when any of its values is missing, not only when all of them are. `~` turns a mask round.
    """
    dtype = data.draw(FLOATS, label="dtype")
    table = data.draw(with_gaps(dtype=dtype), label="table").to(home(dtype, device))
    with unchanged(table=table):
        actual = answer.complete_rows(table)
    assert_close(actual, complete(table), name="complete_rows(table)")


def test_fill_missing_by_example(answer, device):
    """`fill_missing` puts its column's number in place of each NaN and leaves the rest, and its input, alone.

    `torch.where(mask, a, b)` takes `a` where the mask is True. What does your mask say: missing, or there?

    `fill` has one number per column, shape (F,): it is stretched over the rows by itself.
    """
    table = torch.tensor([[1.0, NAN, 3.0], [NAN, 5.0, NAN]], device=device)
    fill = torch.tensor([20.0, 10.0, 30.0], device=device)
    with unchanged(table=table, fill=fill):
        actual = answer.fill_missing(table, fill)
    known = {
        "The other way round: the numbers were replaced and the gaps kept.": torch.where(table.isnan(), table, fill),
        "The gaps are still there: `== nan` finds none of them, and arithmetic cannot hide them.": table,
    }
    assert_close(
        actual,
        torch.tensor([[1.0, 10.0, 3.0], [20.0, 5.0, 30.0]], device=device),
        name="fill_missing([[1, nan, 3], [nan, 5, nan]], [20, 10, 30])",
        explain=known,
    )


@settings(max_examples=30)
@given(data=st.data())
def test_fill_missing(answer, device, data):
    """`fill_missing` is right for any table (..., F), with no gap or nothing but gaps, and keeps infinite values.

    Arithmetic cannot hide a NaN: NaN times 0 is NaN. Choose instead of computing.

    `torch.where` with three arguments: the mask of the gaps, then what goes there, then what stays.
    """
    dtype = data.draw(FLOATS, label="dtype")
    table = data.draw(with_gaps(min_dims=1, max_dims=3, dtype=dtype), label="table").to(home(dtype, device))
    fill = data.draw(tensors((table.shape[-1],), dtype=dtype), label="fill").to(table.device)
    with unchanged(table=table, fill=fill):
        actual = answer.fill_missing(table, fill)
    assert_close(actual, filled(table, fill), name="fill_missing(table, fill)")


def test_positions_by_example(answer, device):
    """`positions` gives a row of indices for each True: [0, 1], [1, 0] and [1, 2] for a mask (2, 3).

    `torch.where(mask)` has the right numbers, sorted by dimension: a tuple of two. You want them by element.

    Look up `torch.nonzero`: for a mask, "not zero" is True.
    """
    mask = torch.tensor([[False, True, False], [True, False, True]], device=device)
    try:
        actual = answer.positions(mask)
    except TypeError as error:
        expect(
            not str(error).startswith("where()"),
            "Tensor.where, the method, chooses and needs a second tensor: only the function torch.where also takes a "
            "mask alone.",
        )
        raise
    by_dimension = {"These are the indices by dimension; a row for each True is wanted.": mask.nonzero().T}
    assert_close(
        actual,
        torch.tensor([[0, 1], [1, 0], [1, 2]], device=device),
        name="positions([[False, True, False], [True, False, True]])",
        explain=by_dimension,
    )


@given(mask=tensors(max_side=4, dtype=torch.bool))
def test_positions(answer, device, mask):
    """`positions` has shape (K, D) for a mask of any D, also when K is 0 or D is 1.

    Nothing to find is a result too: `(0, D)`. And in one dimension a row still has one index: `(K, 1)`.

    `nonzero` called on the mask, with nothing more, has this shape always. A `squeeze` spoils it.
    """
    mask = mask.to(device)
    with unchanged(mask=mask):
        actual = answer.positions(mask)
    assert_close(actual, indices(mask), name="positions(mask)")


def test_gradients(answer, device):
    """Gradients flow back through `complete_rows` and `fill_missing`, and only to what was chosen.

    Did something on the way leave the tensors: NumPy, `.tolist()`, `.detach()`, `torch.tensor(...)`?

    Selecting by a mask and `torch.where` need no help: return what they give.
    """
    device = home(torch.float64, device)
    values = [[1.0, NAN, 3.0], [4.0, 5.0, 6.0], [NAN, 8.0, 9.0], [10.0, 11.0, 12.0]]
    table = torch.tensor(values, device=device, dtype=torch.float64)
    fill = torch.tensor([10.0, 20.0, 30.0], device=device, dtype=torch.float64)

    def one_by_one(table, fill):
        rows = [[f if t.isnan() else t for t, f in zip(row, fill, strict=True)] for row in table]
        return torch.stack([torch.stack(row) for row in rows])

    assert_gradients_close(answer.complete_rows, lambda table: table[1::2], table, name="complete_rows(table)")
    assert_gradients_close(answer.fill_missing, one_by_one, table, fill, name="fill_missing(table, fill)")


def test_device(answer, device):
    """None of the four makes a detour over the CPU by `.cpu()` or `.numpy()`.

    On a GPU such a detour is slow, and a result that stays on the CPU no longer fits its input.

    Comparisons, masks, `torch.where` and `nonzero` work on the device where the tensor is.
    """
    table = torch.tensor([[1.0, NAN], [3.0, 4.0]], device=device)
    fill, mask = torch.tensor([5.0, 6.0], device=device), torch.tensor([True, False], device=device)
    with forbid(torch.Tensor.cpu, torch.Tensor.numpy):
        answer.between(table, 1, 4)
        answer.complete_rows(table)
        answer.fill_missing(table, fill)
        answer.positions(mask)


def test_no_loop(answer, device):
    """No Python loop over rows, columns or elements: the number of calls to torch does not grow with the table.

    A mask stands for the loop and its `if`: one comparison of the whole tensor.

    Each of the four is done in one to four operations on whole tensors.
    """
    table = torch.rand(50, 40, device=device)
    table[::3, ::2] = NAN
    fill, mask = torch.rand(40, device=device), table > 0.5
    calls = [
        lambda: answer.between(table, 0.2, 0.7),
        lambda: answer.complete_rows(table),
        lambda: answer.fill_missing(table, fill),
        lambda: answer.positions(mask),
    ]
    for call in calls:
        with forbid(at_most_calls=25):
            call()
