"""Checks of 01_dtype_like: values come from Python's numbers, promoted dtypes from sums of small tensors."""

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
FLOATS = [torch.float32, torch.float64, torch.float16, torch.bfloat16]
INTEGERS = [torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8]
EVERY = [torch.bool, *INTEGERS, *FLOATS]


def mapped(function, x, dtype):
    """`function` of every element of `x`, computed by Python."""
    numbers = [function(number) for number in x.flatten().tolist()]
    return torch.tensor(numbers, dtype=dtype, device=x.device).reshape(x.shape)


def on_meta(shape, dtype):
    """A tensor on the device that has no memory: what is made like it must be there too."""
    return torch.empty(shape, dtype=dtype, device=META)


def noise_for(answer, x):
    """What `noise_like(x)` gives; where torch has no random numbers of a dtype, the check fails with a sentence."""
    try:
        noise = answer.noise_like(x)
    except NotImplementedError as error:
        if "TODO" in str(error):
            raise
        what = f"noise_like(x), x being {str(x.dtype).removeprefix('torch.')}"
        expect(False, f"{what}: torch cannot make random numbers of that dtype ({error}).")
    return assert_type(noise, torch.Tensor, "noise_like(x)")


@st.composite
def brightness(draw):
    """Floats in 0 to 1 that are off a pixel's value by less than half a step: nothing is a tie."""
    whole = draw(tensors(max_side=4, dtype=torch.float64, low=0, high=255)).round()
    share = draw(st.sampled_from([0.0, 0.25, -0.25, 0.4, -0.4]))
    return ((whole + share) / 255).clamp(0, 1).to(draw(st.sampled_from([torch.float32, torch.float64])))


@example(number=3)
@given(number=st.integers(-(2**40), 2**40) | st.floats(-100, 100, width=16) | st.booleans())
def test_scalar(answer, number):
    """`scalar(number)` has shape `()` and holds the number: int64 for an int, float32 for a float, bool for a bool.

    A size, or a value? See what your builder makes of 3, and how many elements that has.

    `torch.Tensor` with a capital T takes sizes; the builder written small takes values. Leave the dtype to it.
    """
    dtype = {int: torch.int64, float: torch.float32, bool: torch.bool}[type(number)]
    expected = torch.full((), number, dtype=dtype)
    actual = assert_type(answer.scalar(number), torch.Tensor, f"scalar({number})")
    expect(
        tuple(actual.shape) == (),
        f"scalar({number}) should have shape (), no dimension at all; its shape is {tuple(actual.shape)}.",
    )
    assert_equal(actual, expected, name=f"scalar({number})")


def test_to_pixels_by_example(answer, device):
    """`to_pixels` turns 0, 0.25, 0.999 and 1 into 0, 64, 255 and 255, as uint8.

    uint8 holds no fractions. At which moment should they be dropped: before you multiply, or after?

    A cast drops the fraction, it does not round: 254.7 becomes 254. There is a method that rounds.
    """
    x = torch.tensor([[0.0, 0.25], [0.999, 1.0]], device=device)
    expected = torch.tensor([[0, 64], [255, 255]], dtype=torch.uint8, device=device)
    assert_equal(answer.to_pixels(x), expected, name="to_pixels([[0, 0.25], [0.999, 1]])")


@given(x=brightness())
def test_to_pixels(answer, device, x):
    """`to_pixels` gives the nearest pixel for any shape, float32 and float64, and leaves `x` as it was.

    Names that end in an underscore, and `*=`, write into their input.

    Multiply, then `.round()`, then cast: each makes a new tensor.
    """
    x = x.to(home(x.dtype, device))
    with unchanged(x=x):
        actual = answer.to_pixels(x)
    assert_equal(actual, mapped(lambda number: round(number * 255), x, torch.uint8), name="to_pixels(x)")


def test_brighten_by_example(answer, device):
    """`brighten` of 0, 100 and 250 by 10 is 10, 110 and 255: no byte starts again at 0.

    What is 250 + 10 in uint8? By the time you look at the sum, it may be too late.

    Cast to a dtype that holds 260 and -10 before you add; `clamp` and cast back afterwards.
    """
    pixels = torch.tensor([0, 100, 250], dtype=torch.uint8, device=device)
    expected = torch.tensor([10, 110, 255], dtype=torch.uint8, device=device)
    wrapped = torch.tensor([10, 110, 4], dtype=torch.uint8, device=device)
    explain = {"250 + 10 began again at 0: the sum was computed in uint8, which ends at 255.": wrapped}
    assert_equal(answer.brighten(pixels, 10), expected, name="brighten([0, 100, 250], 10)", explain=explain)


@given(pixels=tensors(max_side=4, dtype=torch.uint8, low=0, high=255), amount=st.integers(-1000, 1000))
def test_brighten(answer, device, pixels, amount):
    """`brighten` stops at 0 and at 255 for any amount, also a negative one, and leaves `pixels` as they were.

    A negative amount makes it darker: what happens below 0?

    `.clamp(0, 255)` looks after both ends, if the dtype it works in holds numbers from -1000 to 1255.
    """
    pixels = pixels.to(device)
    with unchanged(pixels=pixels):
        actual = answer.brighten(pixels, amount)
    expected = mapped(lambda number: min(max(number + amount, 0), 255), pixels, torch.uint8)
    assert_equal(actual, expected, name=f"brighten(pixels, {amount})")


@given(shape=shapes(min_dims=0, max_side=4), dtype=st.sampled_from(EVERY))
def test_noise_like(answer, device, shape, dtype):
    """`noise_like` has the shape and device of `x`, and its dtype where that is a float; otherwise float32.

    Random floats do not fit into integers: ask `x` whether it holds floats, and choose a dtype for the rest.

    `torch.rand_like` takes a `dtype`, and shape and device from `x`, be it `"meta"`, the device without numbers.
    """
    expected = dtype if dtype in FLOATS else torch.float32
    x = torch.ones(shape, dtype=dtype, device=home(dtype, device))
    what = f"noise_like(x), x being {str(dtype).removeprefix('torch.')}"
    with unchanged(x=x), rng_untouched(allow_advance=True):
        actual = noise_for(answer, x)
    assert_equal(tuple(actual.shape), tuple(shape), name=f"shape of {what}")
    assert_equal(actual.dtype, expected, name=f"dtype of {what}")
    assert_equal(actual.device, x.device, name=f"device of {what}")
    actual = noise_for(answer, on_meta(shape, dtype))
    assert_equal(actual.device, META, name="device of noise_like(x), x being on the meta device")


def test_noise_is_uniform(answer, device):
    """The noise fills 0 to 1 evenly, and is another one at every call, whatever `x` holds.

    `rand` is uniform from 0 up to 1; `randn` is the normal distribution, with negative numbers.

    Every tenth of the way from 0 to 1 should get a tenth of the numbers. Do you seed, or build on the values of `x`?
    """
    x = torch.full((50, 200), 7, device=device)
    noise = noise_for(answer, x)
    low, high = noise.min().item(), noise.max().item()
    expect(
        low >= 0 and high < 1,
        f"Noise should be from 0 up to 1; the smallest of 10000 numbers is {low:.4g}, the largest {high:.4g}.",
    )
    for tenth in range(10):
        share = ((noise >= tenth / 10) & (noise < (tenth + 1) / 10)).double().mean().item()
        expect(
            0.08 < share < 0.12,
            f"A tenth of the noise should be from {tenth / 10} to {(tenth + 1) / 10}; of 10000, {share:.1%} is.",
        )
    again = answer.noise_like(x)
    expect(not torch.equal(noise, again), "Two calls of noise_like(x) gave the same numbers.")


@given(data=st.data())
def test_in_common(answer, device, data):
    """`in_common` gives both tensors, values kept, in the dtype of their sum, whatever their shapes.

    bool below integers below floats, and wide enough for both within a kind: no need to write that down.

    `torch.result_type` takes both tensors and tells the dtype of the sum.
    """
    a = data.draw(tensors(max_side=4, dtype=data.draw(st.sampled_from(EVERY), label="dtype of a"), low=0), label="a")
    b = data.draw(tensors(max_side=4, dtype=data.draw(st.sampled_from(EVERY), label="dtype of b"), low=0), label="b")
    compare_in_common(answer, device, a, b)


@given(data=st.data())
def test_in_common_without_dimensions(answer, device, data):
    """Beside a tensor with dimensions, one of shape `()` counts only when its kind is higher: float, integer, bool.

    Beside a float16 tensor with dimensions, a float64 of shape `()` is only a number. Do you look at dtypes alone?

    `torch.promote_types` sees dtypes, `torch.result_type` sees tensors and their shapes.
    """
    kinds = st.sampled_from(EVERY)
    without = data.draw(st.sampled_from("ba"), label="the one of shape ()")
    pair = []
    for name in "ab":
        dtype = data.draw(kinds, label=f"dtype of {name}")
        strategy = tensors((), dtype=dtype, low=0) if name == without else tensors(max_side=3, dtype=dtype, low=0)
        pair.append(data.draw(strategy, label=name))
    compare_in_common(answer, device, *pair)


def compare_in_common(answer, device, a, b):
    """Fail unless `in_common(a, b)` is both tensors in the dtype of the sum of two small ones like them."""
    device = home(torch.float64 if torch.float64 in (a.dtype, b.dtype) else a.dtype, device)
    a, b = a.to(device), b.to(device)
    ones = [torch.ones((1,) * x.ndim, dtype=x.dtype) for x in (a, b)]
    dtype = (ones[0] + ones[1]).dtype
    with unchanged(a=a, b=b):
        pair = answer.in_common(a, b)
    two = isinstance(pair, tuple | list) and len(pair) == 2
    expect(two, f"in_common(a, b) should return two tensors; it returned {kind_of(pair)}.")
    of = ", ".join(f"{name} {str(x.dtype).removeprefix('torch.')} {tuple(x.shape)}" for name, x in (("a", a), ("b", b)))
    for name, before, after in zip("ab", (a, b), pair, strict=True):
        expected = torch.tensor(before.tolist(), dtype=dtype, device=device)
        assert_close(after, expected, name=f"{name} in common ({of})")
