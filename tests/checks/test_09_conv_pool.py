"""Checks of 09_conv_pool: the oracles lay windows on lists of lists and count; gradients come from PyTorch's own."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F

from tutor.checks import (
    Mismatch,
    assert_close,
    assert_equal,
    assert_gradients_close,
    assert_raises,
    forbid,
    home,
    show_image,
    tensors,
    unchanged,
)

SIDE, FEW, DTYPES = st.integers(1, 6), st.integers(1, 3), st.sampled_from([torch.float32, torch.float64])
READY_MADE = (
    *(torch.conv1d, torch.conv2d, torch.conv3d, torch.convolution, nn.Conv1d, nn.Conv2d, nn.Conv3d),
    *(torch.conv_transpose1d, torch.conv_transpose2d, torch.conv_transpose3d, nn.ConvTranspose2d),
    *(torch.max_pool1d, torch.max_pool2d, torch.max_pool3d, nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d),
    *(F.max_pool1d, F.max_pool2d, F.max_pool3d, F.max_pool2d_with_indices, F.adaptive_max_pool2d, nn.AdaptiveMaxPool2d),
)


def places(size, kernel, stride=1, padding=0):
    """Where the first pixel of a window may stand along a padded side, by trying."""
    return [start for start in range(0, size + 2 * padding, stride) if start + kernel <= size + 2 * padding]


def convolved(x, weight, bias, stride, padding):
    """The convolution by its definition, through Python numbers."""
    kh, kw = weight.shape[2:]
    rows, columns = (places(side, part, stride, padding) for side, part in ((x.shape[2], kh), (x.shape[3], kw)))
    filters, add = weight.tolist(), [0.0] * len(weight) if bias is None else bias.tolist()

    def pixel(channel, i, j):
        inside = 0 <= i - padding < len(channel) and 0 <= j - padding < len(channel[0])
        return channel[i - padding][j - padding] if inside else 0.0

    def at(image, one, i, j):
        window = ((c, di, dj) for c in range(len(image)) for di in range(kh) for dj in range(kw))
        return sum(pixel(image[c], i + di, j + dj) * one[c][di][dj] for c, di, dj in window)

    return torch.tensor(
        [
            [[[at(image, one, i, j) + more for j in columns] for i in rows] for one, more in zip(filters, add)]
            for image in x.tolist()
        ],
        dtype=x.dtype,
        device=x.device,
    )


def pooled(x, kernel, stride):
    """Max pooling by its definition, through Python numbers."""
    rows, columns = (places(side, kernel, stride) for side in x.shape[2:])

    def at(channel, i, j):
        return max(channel[i + di][j + dj] for di in range(kernel) for dj in range(kernel))

    values = [[[[at(channel, i, j) for j in columns] for i in rows] for channel in image] for image in x.tolist()]
    return torch.tensor(values, dtype=x.dtype, device=x.device)


def small(shape, dtype):
    """Tensors with values so small that two orders of summing agree within the tolerance."""
    return tensors(shape=shape, dtype=dtype, low=-2, high=2)


def tried(call, simpler):
    """What `call()` gives; where it raises, a failure that says which of the simpler calls works."""
    try:
        return call()
    except NotImplementedError:
        raise
    except (RuntimeError, ValueError, IndexError) as error:
        worked = [told for told, other in simpler.items() if runs(other)]
        if not worked:
            raise
        raise Mismatch(f"Your code ended with {type(error).__name__}: {error}", diagnosis=worked[0]) from None


def runs(call):
    """Whether `call()` comes to its end."""
    try:
        call()
    except Exception:
        return False
    return True


def test_output_size_by_example(answer):
    """A window of 3 with a padding of 1 keeps 28 pixels; one of 2 with a stride of 2 makes 14 of 28, and 3 of 7.

    Draw a side of 5 pixels and lay a window of 3 upon it. Where can its first pixel stand?

    The padding makes the side longer twice, on the left and on the right. Between the first place and the last lie
    steps of `stride` pixels: how many?

    There is one place more than there are steps. `//` leaves out a step that would lead beyond the edge.
    """
    cases = [((5, 3), 3), ((28, 3, 1, 1), 28), ((28, 2, 2), 14), ((7, 2, 2), 3), ((28, 5), 24), ((3, 4, 2, 1), 1)]
    for arguments, expected in cases:
        size, kernel, stride, padding = (*arguments, *(1, 0)[len(arguments) - 2 :])
        explain = {
            "The first place is missing: there is one more place than there are steps.": expected - 1,
            "The padding was added on one side only.": (size + padding - kernel) // stride + 1,
            "The padding was left out.": (size - kernel) // stride + 1,
            "The stride was left out.": size + 2 * padding - kernel + 1,
            "This rounds up: a window may not reach beyond the padded image.": -(
                (kernel - size - 2 * padding) // stride
            )
            + 1,
        }
        explain = {sentence: value for sentence, value in explain.items() if value != expected}
        actual = answer.output_size(*arguments)
        assert_equal(actual, expected, name=f"output_size{arguments}", explain=explain)


@given(size=st.integers(1, 40), kernel=st.integers(1, 12), stride=st.integers(1, 6), padding=st.integers(0, 4))
def test_output_size(answer, size, kernel, stride, padding):
    """`output_size` counts the places for any size, kernel, stride and padding, and raises ValueError for none.

    Try the edge: a window as large as the padded side has one place, whatever the stride.

    Compare the kernel with `size + 2 * padding` before you divide: `//` makes something of negative numbers, too.
    """
    count = len(places(size, kernel, stride, padding))
    call = f"output_size({size}, {kernel}, stride={stride}, padding={padding})"
    if count == 0:
        with assert_raises(ValueError, call):
            answer.output_size(size, kernel, stride=stride, padding=padding)
    else:
        assert_equal(answer.output_size(size, kernel, stride=stride, padding=padding), count, name=call)


def test_conv2d_by_example(answer, device):
    """Two filters of 2 by 2 on an image of 3 by 4 make two channels of 2 by 3: the sums of products, window by window.

    `F.unfold` makes a column of each window. What must become of a filter, to be multiplied with such a column?

    A filter in a row, all filters below one another: a matrix `(K, C * kh * kw)`. Its product with the columns is
    `(B, K, places)`, and the places are `height` rows of `width`.

    Is only the second channel off? A filter's numbers keep their order: channel, row, column.
    """
    x = torch.arange(12.0, device=device).reshape(1, 1, 3, 4)
    weight = torch.tensor([[[[1.0, 0.0], [0.0, 0.0]]], [[[0.0, 10.0], [-1.0, 0.0]]]], device=device)
    expected = torch.tensor(
        [[[[0.0, 1.0, 2.0], [4.0, 5.0, 6.0]], [[6.0, 15.0, 24.0], [42.0, 51.0, 60.0]]]], device=device
    )
    explain = {
        "The filters were turned round by half a circle; leave them as they are.": F.conv2d(x, weight.flip(2, 3)),
        "The filters' rows and columns changed places.": F.conv2d(x, weight.mT),
        "The places were read column by column; they run row by row.": expected.reshape(1, 2, 3, 2).mT,
        "The places were split into `width` rows instead of `height`.": expected.reshape(1, 2, 3, 2),
        "The places are still in one row: split them into height and width.": expected.flatten(2),
    }
    assert_close(answer.conv2d(x, weight), expected, name="conv2d(x, weight)", explain=explain)


@settings(max_examples=30)
@given(data=st.data())
def test_conv2d(answer, device, data):
    """The convolution is right for any batch, channels, filters, stride and padding, with a bias and without.

    Which argument does it fail with? `stride` and `padding` matter twice: for the windows and for the result's size.

    `bias` `(K,)` meets `(B, K, places)`: broadcasting lines up last dimensions; the bias belongs to the one before.

    Height and width have sizes and kernels of their own. `flatten(1)` on the filters works whatever their layout.
    """
    dtype = data.draw(DTYPES, label="dtype")
    place = home(dtype, device)
    kernel = data.draw(st.tuples(FEW, FEW), label="(kh, kw)")
    stride, padding = data.draw(FEW, label="stride"), data.draw(st.integers(0, 2), label="padding")
    sides = [
        data.draw(st.integers(max(1, part - 2 * padding), 6), label=label)
        for label, part in zip(("H", "W"), kernel, strict=True)
    ]
    batch, channels, filters = (data.draw(st.integers(1, 3), label=label) for label in ("B", "C", "K"))
    x = data.draw(small((batch, channels, *sides), dtype), label="x").to(place)
    weight = data.draw(small((filters, channels, *kernel), dtype), label="weight").to(place)
    bias = data.draw(st.none() | small((filters,), dtype), label="bias")
    bias = None if bias is None else bias.to(place)
    side = max(kernel)
    square, larger = weight.new_ones(filters, channels, side, side), x.new_ones(batch, channels, 6, 6)
    simpler = {}
    if bias is not None:
        simpler[
            "Without a bias it works: `(K,)` goes along the filters, not the places; `is None` says if there is one."
        ] = lambda: answer.conv2d(x, weight, None, stride=stride, padding=padding)
    if kernel[0] != kernel[1]:
        simpler["With square filters it works: `kh` goes with the height, `kw` with the width."] = lambda: (
            answer.conv2d(larger, square, bias, stride=stride, padding=padding)
        )
    if stride > 1:
        simpler["With a stride of 1 it works: the stride matters for the windows and for the size."] = lambda: (
            answer.conv2d(x, weight, bias, stride=1, padding=padding)
        )
    if padding > 0:
        simpler["Without padding it works: it goes around all four sides, and matters for both sizes."] = lambda: (
            answer.conv2d(larger, weight, bias, stride=stride, padding=0)
        )
    with unchanged(x=x, weight=weight, bias=bias):
        actual = tried(lambda: answer.conv2d(x, weight, bias, stride=stride, padding=padding), simpler)
    expected = convolved(x, weight, bias, stride, padding)
    explain = {
        "The bias was left out.": lambda: convolved(x, weight, None, stride, padding),
        "The stride was left out.": lambda: convolved(x, weight, bias, 1, padding),
        "The padding was left out.": lambda: F.conv2d(x, weight, bias, stride),
        "The filters were turned round by half a circle; leave them as they are.": (
            lambda: convolved(x, weight.flip(2, 3), bias, stride, padding)
        ),
    }
    assert_close(actual, expected, name="conv2d(x, weight, bias, stride, padding)", explain=explain)


@settings(max_examples=30)
@given(data=st.data())
def test_max_pool2d(answer, device, data):
    """Max pooling keeps the largest number of each window, each channel for itself; without a stride, it is `kernel`.

    Does it mix channels? `F.unfold` puts the windows of all channels below one another in one column.

    Give the channels a dimension of their own, `(B, C, kernel * kernel, places)`, and take the largest along one only.

    Is it the size? Without a stride, windows lie side by side: the next one begins where the last one ends.
    """
    dtype = data.draw(DTYPES, label="dtype")
    place = home(dtype, device)
    kernel = data.draw(FEW, label="kernel")
    stride = data.draw(st.none() | FEW, label="stride")
    sides = [data.draw(st.integers(kernel, 7), label=label) for label in ("H", "W")]
    batch, channels = data.draw(FEW, label="B"), data.draw(FEW, label="C")
    x = data.draw(small((batch, channels, *sides), dtype), label="x").to(place)
    simpler = {}
    if channels > 1:
        simpler["With one channel it works: each channel has a largest number of its own."] = lambda: answer.max_pool2d(
            x[:, :1], kernel, stride
        )
    if (stride or kernel) > 1:
        simpler["With a stride of 1 it works: the stride matters for the windows and for the size."] = lambda: (
            answer.max_pool2d(x, kernel, 1)
        )
    with unchanged(x=x):
        given_too = () if stride is None else (stride,)
        actual = tried(lambda: answer.max_pool2d(x, kernel, *given_too), simpler)
    expected = pooled(x, kernel, stride or kernel)
    windows = F.unfold(x, kernel, stride=stride or kernel)
    dealt_wrong = windows.unflatten(1, (-1, channels)).amax(1).reshape(expected.shape)
    explain = {
        "These are the means of the windows: keep the largest.": lambda: F.avg_pool2d(x, kernel, stride),
        "The channels were mixed: each has its own largest number.": (
            lambda: expected.amax(1, keepdim=True).expand_as(expected)
        ),
        "A column of `F.unfold` holds the whole window of one channel, then that of the next: "
        "`(C, kernel * kernel)` in this order, not the other way round.": dealt_wrong,
        "The stride was 1; without one, it is the kernel's size.": lambda: pooled(x, kernel, 1),
    }
    assert_close(actual, expected, name=f"max_pool2d(x, {kernel}, stride={stride})", explain=explain)


def test_gradients(answer, device):
    """The gradients flow back to `x`, `weight` and `bias`, with the right values.

    Did something on the way leave the graph: `.data`, `.detach()`, `.item()`, a new tensor made of numbers?

    `F.unfold`, `@`, `+` and `amax` all know their gradients: hand tensors from one to the next.
    """
    place, generator = home(torch.float64, device), torch.Generator().manual_seed(3)

    def random(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64).to(place)

    x, weight, bias = random(2, 3, 5, 4), random(4, 3, 2, 3), random(4)
    assert_gradients_close(
        lambda x, weight, bias: answer.conv2d(x, weight, bias, 2, 1),
        lambda x, weight, bias: F.conv2d(x, weight, bias, 2, 1),
        *(x, weight, bias),
        name="conv2d(x, weight, bias, 2, 1)",
    )
    assert_gradients_close(
        lambda x: answer.max_pool2d(x, 3, 1), lambda x: F.max_pool2d(x, 3, 1), x, name="max_pool2d(x, 3, 1)"
    )


def test_no_place(answer, device):
    """Where no window fits into the padded image, `conv2d` and `max_pool2d` raise ValueError or RuntimeError.

    Does each side count? A window may fit in height and not in width.

    `output_size` knows already: call it for both sides before anything else.
    """
    for sides, kernel, padding in (((2, 5), (3, 3), 0), ((5, 2), (3, 3), 0), ((1, 4), (4, 1), 1), ((4, 1), (2, 4), 1)):
        x, weight = torch.ones(1, 1, *sides, device=device), torch.ones(2, 1, *kernel, device=device)
        what = f"conv2d(x, weight, padding={padding}) with x {tuple(x.shape)} and weight {tuple(weight.shape)}"
        with assert_raises((ValueError, RuntimeError), what):
            answer.conv2d(x, weight, padding=padding)
    for sides, kernel in (((2, 5), 3), ((5, 2), 3), ((1, 1), 2)):
        x = torch.ones(1, 2, *sides, device=device)
        with assert_raises((ValueError, RuntimeError), f"max_pool2d(x, {kernel}) with x {tuple(x.shape)}"):
            answer.max_pool2d(x, kernel)


def test_devices(answer):
    """The functions work where the tensors are, here on the meta device, whose tensors have a shape and no values.

    Something is made on the CPU, or asks a tensor for its numbers: `torch.zeros` without a `device`, `.item()`?

    A new tensor takes dtype and device from `x`: `x.new_zeros(...)`, `x.new_empty(...)`, `device=x.device`.
    """
    x, weight, bias = (torch.empty(shape, device="meta") for shape in ((2, 3, 7, 6), (4, 3, 3, 2), (4,)))
    calls = {
        "conv2d(x, weight, bias, 2, 1)": ((2, 4, 4, 4), lambda: answer.conv2d(x, weight, bias, 2, 1)),
        "max_pool2d(x, 2)": ((2, 3, 3, 3), lambda: answer.max_pool2d(x, 2)),
    }
    for call, (shape, function) in calls.items():
        try:
            actual = function()
        except (NotImplementedError, RuntimeError) as error:
            if "meta" not in str(error):
                raise
            sentence = f"{call} uses a tensor of another device, or values, where all tensors are on the meta device."
            raise AssertionError(sentence) from None
        assert_close(actual, torch.empty(shape, device="meta"), name=f"{call} on the meta device")


def test_by_hand(answer, device):
    """Both are written by hand, without PyTorch's convolutions and poolings, and work on the picture of a digit.

    The windows come from `F.unfold`; what remains is a product, or the largest of some numbers.

    `nn.Conv2d`, `F.conv2d` and `F.max_pool2d` do inside what is to be written here: they come back in 09_tinyvgg.
    """
    digit = torch.tensor(load_digits().images[3], dtype=torch.float32, device=device)[None, None] / 16  # (1, 1, 8, 8)
    digit = F.interpolate(digit, size=(24, 20), mode="bilinear")
    upright = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]], device=device)
    weight = torch.stack([upright, upright.T, torch.full((3, 3), 1 / 9, device=device)])[:, None]  # (3, 1, 3, 3)
    with forbid(*READY_MADE):
        maps = answer.conv2d(digit, weight, padding=1)
        small = answer.max_pool2d(maps, 2)
    names = ["digit", "upright edges", "level edges", "blur"]
    show_image("A digit under three filters of 3 by 3", [digit[0], *maps[0][:, None]], names)
    show_image("The same after max_pool2d(maps, 2)", list(small[0][:, None]), names[1:])
    assert_close(maps, F.conv2d(digit, weight, padding=1), name="conv2d(digit, weight, padding=1)")
    assert_close(small, F.max_pool2d(maps, 2), name="max_pool2d(maps, 2)")


def bench_conv2d(module, device):
    """Timing: 16 filters of 3 by 3 on 16 images of 3 x 32 x 32."""
    x, weight = torch.randn(16, 3, 32, 32, device=device), torch.randn(16, 3, 3, 3, device=device)
    return lambda: module.conv2d(x, weight, padding=1)
