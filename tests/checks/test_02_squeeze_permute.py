"""Checks of 02_squeeze_permute: values come from nested lists, sharing from the address of the storage."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from tutor.checks import assert_close, assert_gradients_close, assert_raises, expect, home, tensors, unchanged

DTYPES = st.sampled_from([torch.float32, torch.float64, torch.uint8])


@st.composite
def images(draw, device, *, dims):
    """Tensors with `dims` (a strategy) dimensions, at times views that are not contiguous."""
    dtype, count = draw(DTYPES), draw(dims)
    image = draw(tensors(min_dims=count, max_dims=count, max_side=4, dtype=dtype, low=0))
    return image.to(home(dtype, device))


def like(values, source, shape):
    """A tensor of a flat list with the dtype and device of `source`."""
    return torch.tensor(values, dtype=source.dtype, device=source.device).reshape(shape)


def chw(image):
    """(H, W, C) to (C, H, W), one element after the other."""
    (height, width, channels), pixels = image.shape, image.tolist()
    values = [pixels[h][w][c] for c in range(channels) for h in range(height) for w in range(width)]
    return like(values, image, (channels, height, width))


def hwc(images):
    """(..., C, H, W) to (..., H, W, C), one element after the other."""
    *front, channels, height, width = images.shape
    values = []
    for image in images.reshape(-1, channels, height, width).tolist():
        values += [image[c][h][w] for h in range(height) for w in range(width) for c in range(channels)]
    return like(values, images, (*front, height, width, channels))


def known_moves(image):
    """What the usual mistakes on the way from (H, W, C) to (C, H, W) give."""
    height, width, channels = image.shape
    return {
        "The shape is right, but a reshape cuts the elements anew in their old order: the pixels are mixed up. "
        "Move the dimensions instead.": lambda: image.reshape(channels, height, width),
        "The channels are in front, but height and width are swapped: the image is mirrored at its diagonal.": (
            lambda: image.transpose(0, 2)
        ),
    }


def test_to_chw_by_example(answer, device):
    """`to_chw` puts the channels first and leaves height and width in their order: (2, 3, 4) becomes (4, 2, 3).

    A reshape gives the right shape with the pixels mixed up. Which function moves whole dimensions?

    `permute` takes a number for each new dimension: where it was before. The channels were at 2.
    """
    image = torch.arange(24, device=device).reshape(2, 3, 4)
    try:
        actual = answer.to_chw(image)
    except TypeError as error:
        expect(
            "permute()" not in str(error),
            "The function torch.permute takes the new order as one tuple. Only the method takes number after number.",
        )
        raise
    name = "to_chw(torch.arange(24).reshape(2, 3, 4))"
    assert_close(actual, chw(image), name=name, explain=known_moves(image))


@given(data=st.data())
def test_to_chw(answer, device, data):
    """`to_chw` is right for images of any size and any number of channels.

    Channel c of the result holds `image[:, :, c]`, as it stood there.

    Is a size written down somewhere, a 3 for the channels perhaps? `permute` needs none.
    """
    image = data.draw(images(device, dims=st.just(3)), label="image")
    with unchanged(image=image):
        actual = answer.to_chw(image)
    assert_close(actual, chw(image), name="to_chw(image)", explain=known_moves(image))


def test_to_hwc_by_example(answer, device):
    """`to_hwc` moves the channels to the end and leaves height and width in their order: (4, 2, 3) becomes (2, 3, 4).

    It is the way back from `to_chw`, so it is another permutation than the way there.

    Height was at 1, width at 2, the channels at 0. In which order must `permute` name them for (H, W, C)?
    """
    image = torch.arange(24, device=device).reshape(4, 2, 3)
    known = {
        "Height and width are swapped: `transpose` swaps two dimensions and leaves the third.": image.transpose(0, 2),
        "This is the permutation of `to_chw` once more; the way back is another one.": image.permute(2, 0, 1),
        "The shape is right, but a reshape cuts the elements anew in their old order: the pixels are mixed up.": (
            image.reshape(2, 3, 4)
        ),
    }
    assert_close(answer.to_hwc(image), hwc(image), name="to_hwc(torch.arange(24).reshape(4, 2, 3))", explain=known)


@given(data=st.data())
def test_to_hwc(answer, device, data):
    """`to_hwc` serves one image, a batch, or a batch of sequences of images.

    Four numbers for `permute` fit four dimensions only. What do an image and a batch have in common?

    Counted from the end the channels are at -3, whatever stands in front. One function moves a single dimension.
    """
    pictures = data.draw(images(device, dims=st.integers(3, 5)), label="images")
    with unchanged(images=pictures):
        actual = answer.to_hwc(pictures)
    assert_close(actual, hwc(pictures), name="to_hwc(images)")


@given(data=st.data())
def test_as_batch(answer, device, data):
    """`as_batch` gives (1, C, H, W) for an image (C, H, W), and (1, 1, H, W) for a grey one (H, W).

    How many dimensions are there, and how many must there be? `image.ndim` tells.

    `unsqueeze(0)` puts a dimension of size 1 in front. A grey image needs it twice: a channel, then the batch.
    """
    image = data.draw(images(device, dims=st.integers(2, 3)), label="image")
    with unchanged(image=image):
        actual = answer.as_batch(image)
    shape = (1,) * (4 - image.ndim) + tuple(image.shape)
    known = {
        "The image is grey, (H, W): it lacks two dimensions, channel and batch, and one was added.": image[None],
        "The image has channels, (C, H, W): it lacks the batch dimension alone, and two were added.": image[None, None],
    }
    sentence = list(known)[image.ndim - 2]
    assert_close(
        actual,
        like(image.flatten().tolist(), image, shape),
        name="as_batch(image)",
        explain={sentence: known[sentence]},
    )


@given(data=st.data())
def test_one_per_sample(answer, device, data):
    """`one_per_sample` gives (B,) for (B, 1) and for (B,), also for a batch of one.

    A bare `squeeze()` drops every 1, the batch of one too. Which dimension do you mean, and is it there?

    Look at `outputs.ndim` first: with one dimension there is nothing to do; with two, drop the dimension 1.
    """
    dtype = data.draw(DTYPES, label="dtype")
    shape = st.integers(1, 5).flatmap(lambda batch: st.sampled_from([(batch,), (batch, 1)]))
    outputs = data.draw(tensors(shape, dtype=dtype, low=0), label="outputs").to(home(dtype, device))
    with unchanged(outputs=outputs):
        actual = answer.one_per_sample(outputs)
    expected = like(outputs.flatten().tolist(), outputs, (len(outputs),))
    batch_lost = {}
    if len(outputs) == 1:
        batch_lost = {"The batch holds one sample, and its dimension was dropped as well.": expected[0]}
    assert_close(actual, expected, name="one_per_sample(outputs)", explain=batch_lost)


def test_one_per_sample_refuses(answer, device):
    """`one_per_sample` raises ValueError for any other shape.

    `squeeze(1)` says nothing when there is no 1 to drop, and `flatten` mixes samples with outputs. Look yourself.

    Two shapes are right. For every other one: `raise ValueError(...)`, with the shape in its message.
    """
    for shape in ((4, 2), (1, 3), (4, 1, 1), (1, 1, 1), (4, 2, 1), ()):
        outputs, call = torch.zeros(shape, device=device), f"one_per_sample of shape {shape}"
        with assert_raises(ValueError, call):
            made = getattr(answer.one_per_sample(outputs), "shape", None)
            expect(
                made != (outputs.numel(),),
                f"{call} should raise ValueError; it returned shape {(outputs.numel(),)}, every element taken for a "
                "sample.",
            )
            expect(
                made != shape,
                f"{call} should raise ValueError; it returned that shape again. `squeeze` says nothing when there is "
                "no 1 to drop.",
            )


def test_views(answer, device):
    """None of the four copies: each result stands on the memory of its input.

    What makes the copy: `.contiguous()`, `.clone()`, a `reshape` of a moved dimension, or a new tensor?

    `permute`, `movedim`, `unsqueeze` and `squeeze` all return views. Return what they give.
    """
    image, column = torch.rand(2, 3, 4, device=device), torch.rand(5, 2, device=device)[:, :1]
    results = {
        "to_chw(image)": (answer.to_chw(image), image),
        "to_hwc(images)": (answer.to_hwc(image), image),
        "as_batch(image)": (answer.as_batch(image), image),
        "as_batch(image), grey": (answer.as_batch(image[0]), image),
        "one_per_sample(outputs), (B, 1)": (answer.one_per_sample(column), column),
        "one_per_sample(outputs), (B,)": (answer.one_per_sample(column[:, 0]), column),
    }
    for name, (result, source) in results.items():
        expect(
            result.untyped_storage().data_ptr() == source.untyped_storage().data_ptr(),
            f"{name} should be a view on the memory of its input; it is a copy.",
        )


def test_gradients(answer, device):
    """Gradients flow back through all four, each to the element it belongs to.

    Did something on the way leave the graph: `.detach()` or `.data`?

    A view needs no help with gradients.
    """
    device = home(torch.float64, device)
    image = torch.rand(2, 3, 4, device=device, dtype=torch.float64)
    outputs = torch.rand(5, 1, device=device, dtype=torch.float64)

    def slices_stacked(image):
        return torch.stack([image[:, :, c] for c in range(4)])

    def pixels_stacked(images):
        return torch.stack([torch.stack([images[:, h, w] for w in range(4)]) for h in range(3)])

    assert_gradients_close(answer.to_chw, slices_stacked, image, name="to_chw(image)")
    assert_gradients_close(answer.to_hwc, pixels_stacked, image, name="to_hwc(images)")
    assert_gradients_close(answer.as_batch, lambda image: image[None], image, name="as_batch(image)")
    assert_gradients_close(
        answer.one_per_sample, lambda outputs: outputs[:, 0], outputs, name="one_per_sample(outputs)"
    )
