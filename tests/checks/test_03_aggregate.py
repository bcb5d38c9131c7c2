"""Checks of 03_aggregate: the oracles are Python's sum, max and index over lists."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.checks import assert_close, assert_equal, expect, forbid, home, tensors, unchanged

META = torch.device("meta")
DTYPES = st.sampled_from([torch.float32, torch.float64, torch.int64, torch.uint8, torch.bool])
NUMBERS = st.sampled_from([torch.float32, torch.float64, torch.int64, torch.uint8])


def floating(dtype):
    """The dtype in which means and shares are expected."""
    return dtype if dtype.is_floating_point else torch.float32


def expected_shares(nested):
    """Each number of nested lists, divided by the sum of its innermost list."""
    if isinstance(nested[0], list):
        return [expected_shares(part) for part in nested]
    return [one / sum(nested) for one in nested]


def fraction_by_hand(scores, labels):
    """The fraction of rows whose first largest score stands at the label."""
    rows = scores.tolist()
    return sum(row.index(max(row)) == label for row, label in zip(rows, labels.tolist(), strict=True)) / len(rows)


def peak_by_hand(image):
    """The place of the first largest element."""
    rows = image.tolist()
    largest = max(map(max, rows))
    row = next(i for i, one in enumerate(rows) if largest in one)
    return row, rows[row].index(largest)


def test_row_means_by_example(answer, device):
    """`row_means` of a (2, 3) float tensor is (2,): one mean for each row.

    The dimension you name vanishes. Which of the two should vanish, so that a number for each row remains?

    `dim=1` runs along a row.
    """
    x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]], device=device)
    assert_close(
        answer.row_means(x),
        torch.tensor([2.0, 6.0], device=device),
        name="row_means(x) of [[1, 2, 3], [4, 5, 9]]",
    )


@settings(max_examples=30)
@given(data=st.data())
def test_row_means(answer, device, data):
    """`row_means` works for integers and booleans too, as float32, and keeps float32 and float64.

    The mean of integers is a fraction, so `mean` asks for a float dtype. Does a float64 tensor stay one?

    `mean` takes a `dtype`, and `x.is_floating_point()` tells whether there is need of another one.
    """
    dtype = data.draw(DTYPES, label="dtype")
    x = data.draw(tensors(min_dims=2, max_dims=2, dtype=dtype), label="x").to(home(dtype, device))
    with unchanged(x=x):
        try:
            actual = answer.row_means(x)
        except NotImplementedError as error:
            if "mean" not in str(error) or "dtype" not in str(error):
                raise
            expect(False, f"row_means(x) of {dtype} raised: {error}")
    expected = [sum(row) / len(row) for row in x.tolist()]
    assert_close(actual, torch.tensor(expected, dtype=floating(dtype), device=x.device), name="row_means(x)")


def test_shares_by_example(answer, device):
    """`shares` divides each row by its own sum, also where the table is square.

    The sums of a (N, N) table are (N,), which is aligned with the columns. How do they stay one for each row?

    `keepdim=True` makes (N, 1) of them.
    """
    x = torch.tensor([[1.0, 1.0, 2.0], [5.0, 2.0, 3.0], [2.0, 2.0, 1.0]], device=device)
    expected = torch.tensor([[0.25, 0.25, 0.5], [0.5, 0.2, 0.3], [0.4, 0.4, 0.2]], device=device)
    assert_close(answer.shares(x), expected, name="shares(x)")


@settings(max_examples=30)
@given(data=st.data())
def test_shares(answer, device, data):
    """`shares` is right for one, two or three dimensions, for floats and integers.

    The last dimension is 1 of two, and 2 of three. Is there a number that means the last one, however many there are?

    `dim=-1` is the last dimension.
    """
    dtype = data.draw(NUMBERS, label="dtype")
    x = data.draw(tensors(min_dims=1, max_dims=3, max_side=4, dtype=dtype, low=1, high=200), label="x")
    x = x.to(home(dtype, device))
    with unchanged(x=x):
        actual = answer.shares(x)
    expected = torch.tensor(expected_shares(x.tolist()), dtype=floating(dtype), device=x.device)
    assert_close(actual, expected, name="shares(x)")


@settings(max_examples=30)
@given(data=st.data())
def test_column_spreads(answer, device, data):
    """`column_spreads` gives the largest minus the smallest element of each column, in the dtype of `x`.

    Print `x.max(dim=0)`: with a `dim`, `max` returns two things.

    `amax` and `amin` return the values alone; so does `.values` of what `max` and `min` return.
    """
    dtype = data.draw(NUMBERS, label="dtype")
    x = data.draw(tensors(min_dims=2, max_dims=2, dtype=dtype), label="x").to(home(dtype, device))
    with unchanged(x=x):
        actual = answer.column_spreads(x)
    expected = [max(column) - min(column) for column in zip(*x.tolist(), strict=True)]
    assert_close(actual, torch.tensor(expected, dtype=dtype, device=x.device), name="column_spreads(x)")


@settings(max_examples=30)
@given(data=st.data())
def test_fraction_right(answer, device, data):
    """`fraction_right` counts the samples whose highest score is that of their label, as a Python float from 0 to 1.

    `scores` is (N, C). Which dimension vanishes when each sample gets one prediction?

    `scores.argmax(dim=1)` are the predictions. Compared with `labels` they give booleans; take their mean.

    A boolean tensor has no `mean` of its own: cast it first. `.item()` makes a Python number of one element.
    """
    n, c = data.draw(st.integers(1, 6), label="N"), data.draw(st.integers(1, 4), label="C")
    dtype = data.draw(st.sampled_from([torch.float32, torch.float64]), label="dtype")
    scores = data.draw(tensors((n, c), dtype=dtype), label="scores").to(home(dtype, device))
    labels = data.draw(tensors((n,), dtype=torch.int64, low=0, high=c - 1), label="labels").to(scores.device)
    with unchanged(scores=scores, labels=labels):
        try:
            actual = answer.fraction_right(scores, labels)
        except NotImplementedError as error:
            if "mean" not in str(error) or "dtype" not in str(error):
                raise
            expect(False, f"fraction_right(scores, labels) raised: {error}")
    expect(
        isinstance(actual, float),
        f"fraction_right should return a Python float; it returned a {type(actual).__name__}.",
    )
    expected = fraction_by_hand(scores, labels)
    assert_close(
        actual,
        expected,
        name="fraction_right(scores, labels)",
        explain={"This is a number of per cent: 1.0 is all.": 100 * expected},
    )


def test_peak_by_example(answer, device):
    """`peak` gives row and column as two Python ints: of a (2, 4) image with its largest element in row 1, column 2.

    `argmax` without a `dim` counts all elements, row by row: here 6. How many rows of 4 is that, and what is left?

    `divmod(6, 4)` is (1, 2), and `torch.unravel_index` does the same for tensors. Take numbers out with `.item()`.
    """
    image = torch.tensor([[3.0, 1.0, 4.0, 1.0], [5.0, 2.0, 9.0, 6.0]], device=device)
    actual = answer.peak(image)
    expect(isinstance(actual, tuple), f"peak should return a tuple; it returned a {type(actual).__name__}.")
    assert_equal(actual, (1, 2), name="peak(image)")


@settings(max_examples=30)
@given(data=st.data())
def test_peak(answer, device, data):
    """`peak` is right for any image, contiguous or not; of several largest elements it names the first.

    Is the number of columns taken from the image? And what if every row has its own largest element?

    The width of the image is `image.shape[1]`: whole rows of it come before the element.
    """
    dtype = data.draw(st.sampled_from([torch.float32, torch.int64, torch.uint8]), label="dtype")
    image = data.draw(tensors(min_dims=2, max_dims=2, dtype=dtype), label="image").to(device)
    with unchanged(image=image):
        actual = answer.peak(image)
    assert_equal(actual, peak_by_hand(image), name="peak(image)")


def test_at_once(answer, device):
    """All five do without loops, and the three that return tensors leave them where they are, here on the meta device.

    One aggregation goes over a whole dimension. Does a loop, or a way through Python or NumPy, do its work?

    Take nothing out of the tensors before the end: no `.tolist()`, `.item()` or `.numpy()` in the first three.
    """
    x, labels = torch.rand(50, 40, device=device) + 1, torch.arange(50, device=device) % 40
    with forbid(at_most_calls=15):
        answer.row_means(x)
    with forbid(at_most_calls=15):
        answer.shares(x)
    with forbid(at_most_calls=15):
        answer.column_spreads(x)
    with forbid(at_most_calls=15):
        answer.fraction_right(x, labels)
    with forbid(at_most_calls=15):
        answer.peak(x)
    meta = torch.ones(4, 3, device=META)
    for name, shape in {"row_means": (4,), "shares": (4, 3), "column_spreads": (3,)}.items():
        result = getattr(answer, name)(meta)
        expect(isinstance(result, torch.Tensor), f"{name} should return a tensor; it returned {result!r}.")
        assert_equal(result.device, META, name=f"device of {name}(x), x on the meta device")
        assert_equal(tuple(result.shape), shape, name=f"shape of {name}(x), x of shape (4, 3)")
