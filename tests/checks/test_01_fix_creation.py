"""Checks of 01_fix_creation: values from Python's lists and range, dtypes and devices from the statement."""

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from tutor.checks import (
    assert_close,
    assert_equal,
    assert_type,
    expect,
    home,
    kind_of,
    rng_untouched,
    shapes,
    tensors,
    unchanged,
)

META = torch.device("meta")
DTYPES = [torch.float32, torch.float64, torch.float16, torch.int64, torch.int32, torch.uint8]
DECIMALS = st.integers(-1000, 1000).map(lambda tenths: tenths / 10)  # 0.1 and the like: float32 holds few of them


@example(n=3)
@given(n=st.integers(0, 12))
def test_whole_seconds(answer, n):
    """`whole_seconds(3)` is 0, 1, 2 as int64: `n` numbers, and `n` itself is not among them.

    Print what the line gives for 3. How many numbers are there, and of which dtype?

    The builder that counts as Python's `range` does has an `a` in front; it takes the place of `torch.range`.
    """
    call = f"whole_seconds({n})"
    actual = assert_type(answer.whole_seconds(n), torch.Tensor, call)
    expect(
        actual.tolist() == list(range(n)),
        f"{call} holds {actual.tolist()}, but {list(range(n))} is expected: whole numbers, the end left out.",
    )
    assert_equal(actual, torch.tensor(list(range(n)), dtype=torch.int64), name=call)
    calls = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "range", lambda *sizes, **options: calls.append(1) or torch.arange(*sizes, **options))
        answer.whole_seconds(n)
    expect(not calls, f"{call} still uses torch.range, which will be gone from PyTorch one day.")


@given(data=st.data())
def test_readings(answer, data):
    """`readings` holds both lists, one a row, as float64, with every digit of the Python numbers.

    What does the error say it cannot make sense of? Which of the entries of the list is no reading?

    The dtype is an option of the builder and goes behind the list, by its name. A cast afterwards saves no digits.
    """
    left = data.draw(st.lists(DECIMALS, min_size=1, max_size=5), label="left")
    right = data.draw(st.lists(DECIMALS, min_size=len(left), max_size=len(left)), label="right")
    before = list(left), list(right)
    actual = answer.readings(left, right)
    expect((left, right) == before, "readings changed the lists that it was given.")
    expected = torch.zeros(2, len(left), dtype=torch.float64)
    for i, (first, second) in enumerate(zip(left, right, strict=True)):
        expected[0, i], expected[1, i] = first, second
    assert_equal(actual, expected, name=f"readings({left}, {right})")


@given(shape=shapes(max_side=3), other=shapes(max_side=3))
def test_same_shape(answer, device, shape, other):
    """`same_shape` is True for two tensors of one shape, and False for others of as many elements or dimensions.

    Print both sides of `==`. Are they shapes?

    `.size` without parentheses is the method, not its result; `.shape` is the attribute.
    """
    a = torch.zeros(shape, device=device)
    others = {tuple(shape): True, tuple(other): other == shape, (*shape, 1): False, (1, *shape): False}
    others |= {tuple(reversed(shape)): tuple(reversed(shape)) == tuple(shape), (shape.numel() + 1,): False}
    for sides, expected in others.items():
        if expected is False and sides == tuple(shape):
            continue
        actual = answer.same_shape(a, torch.ones(sides, device=device))
        name = f"same_shape(a, b), a of shape {tuple(shape)} and b of shape {sides}"
        expect(isinstance(actual, bool), f"{name} should be True or False; it is {kind_of(actual)}.")
        assert_equal(actual, expected, name=name)


@given(data=st.data())
def test_as_kind_of(answer, device, data):
    """`as_kind_of` gives the numbers of `x` in the dtype of `other`; shape and device stay those of `x`.

    "Not callable" means that parentheses stand behind something that is no function.

    `.to` takes a dtype. Given a whole tensor, it would take over the device as well, such as `"meta"`, the one without
    numbers.
    """
    dtype = data.draw(st.sampled_from(DTYPES), label="dtype of x")
    wanted = data.draw(st.sampled_from(DTYPES), label="dtype of other")
    home_of_both = home(torch.float64 if torch.float64 in (dtype, wanted) else dtype, device)
    x = data.draw(tensors(max_side=4, dtype=dtype, low=0, high=9), label="x").to(home_of_both)
    other = torch.zeros(data.draw(shapes(max_side=3), label="shape of other"), dtype=wanted, device=home_of_both)
    with unchanged(x=x, other=other):
        actual = answer.as_kind_of(x, other)
    expected = torch.tensor(x.tolist(), dtype=torch.float64).to(wanted).to(home_of_both)
    assert_equal(actual, expected, name="as_kind_of(x, other)")
    elsewhere = answer.as_kind_of(x, other.to(META))
    assert_equal(elsewhere.device, x.device, name="device of as_kind_of(x, other), other being on the meta device")


@given(
    x=tensors(max_side=4) | tensors(max_side=4, dtype=torch.float64) | tensors(max_side=4, dtype=torch.float16),
    scale=st.sampled_from([0.5, 1.0, 3.0]),
)
def test_jittered(answer, device, x, scale):
    """`jittered` has the shape and dtype of `x`, is never further than `scale` from it, and leaves `x` alone.

    The message says what a tensor has not. Where do functions that end in `_like` live?

    `torch.rand_like(x)` gives the noise; `x + ...` makes a new tensor, `x += ...` writes into the old one.
    """
    x = x.to(home(x.dtype, device))
    with unchanged(x=x), rng_untouched(allow_advance=True):
        actual = assert_type(answer.jittered(x, scale), torch.Tensor, "jittered(x, scale)")
    assert_equal(tuple(actual.shape), tuple(x.shape), name="shape of jittered(x, scale)")
    assert_equal(actual.dtype, x.dtype, name="dtype of jittered(x, scale)")
    furthest = (actual.double() - x.double()).abs().max().item()
    expect(
        furthest <= scale + 0.01,  # float16 rounds
        f"jittered(x, {scale}) has an element that is {furthest:.4g} away from that of x.",
    )


def test_jittered_where_x_is(answer):
    """`jittered` makes its noise on the device of `x`, whichever that is.

    The device is tried with `"meta"`, the one without numbers. Who tells the noise where to be?

    `torch.rand_like` takes shape, dtype and device from the tensor that it is given.
    """
    noisy = assert_type(answer.jittered(torch.ones(2, 3, device=META), 0.5), torch.Tensor, "jittered(x, 0.5)")
    assert_equal(noisy.device, META, name="device of jittered(x, 0.5), x being on the meta device")


def test_jittered_is_even(answer, device):
    """The noise goes both ways: a tenth of it in each tenth from `-scale` to `scale`, and new at every call.

    The mended line draws from 0 up to 1. Where does the noise begin and end after `scale`?

    Twice as wide, they go from 0 up to 2; moved down by 1, from -1 up to 1. Then `scale` does the rest.
    """
    x = torch.full((50, 200), 3.0, device=device)
    noise = assert_type(answer.jittered(x, 2.0), torch.Tensor, "jittered(x, 2.0)") - x
    smallest, largest = noise.min().item(), noise.max().item()
    expect(
        smallest < -1.9 and largest > 1.9,
        f"jittered(x, 2.0): of 10000 noises the smallest is {smallest:.1f}, the largest {largest:.1f}; they should go "
        "from -2 up to 2.",
    )
    for tenth in range(10):
        low, high = -2 + tenth * 0.4, -2 + (tenth + 1) * 0.4
        share = ((noise >= low) & (noise < high)).double().mean().item()
        expect(
            0.08 < share < 0.12,
            f"jittered(x, 2.0): {share:.1%} of 10000 noises are from {low:.1f} to {high:.1f}, but a tenth should be.",
        )
    again = answer.jittered(x, 2.0) - x
    expect(not torch.equal(noise, again), "Two calls of jittered(x, 2.0) added the same noise.")


@given(data=st.data())
def test_with_column(answer, device, data):
    """`with_column` has the rows of `x`, each with its entry of `column` behind it: shape `(N, F + 1)`.

    The function that joins tensors takes them in one list. Along which dimension does it join unless told?

    `torch.cat` has an option `dim`; rows are dimension 0, columns dimension 1.
    """
    sizes = st.sampled_from([2, 3, 1, 4])  # a failing case shrinks to 2, where rows and columns look different
    rows, columns = data.draw(sizes, label="N"), data.draw(sizes, label="F")
    dtype = data.draw(st.sampled_from([torch.float32, torch.float64, torch.int64]), label="dtype")
    x = data.draw(tensors((rows, columns), dtype=dtype), label="x").to(home(dtype, device))
    column = data.draw(tensors((rows, 1), dtype=dtype), label="column").to(x.device)
    with unchanged(x=x, column=column):
        actual = answer.with_column(x, column)
    joined = [[*row, *entry] for row, entry in zip(x.tolist(), column.tolist(), strict=True)]
    expected = torch.tensor(joined, dtype=dtype, device=x.device)
    assert_close(actual, expected, name="with_column(x, column)")
