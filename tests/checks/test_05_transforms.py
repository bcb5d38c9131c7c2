"""Checks of 05_transforms: small pictures, resized by torch.nn.functional and laid out pixel by pixel."""

import math

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torch.nn.functional import interpolate
from torch.utils.data import Dataset
from torchvision.transforms import v2

from tutor.checks import (
    Mismatch,
    assert_close,
    assert_equal,
    expect,
    kind_of,
    rng_untouched,
    show_image,
    unchanged,
)

# Rounding to whole grey values, once or twice, before or after the scaling.
GREY_VALUES = {"atol": 2.1 / 255, "rtol": 0}


def picture(channels, height, width, number=0):
    """An image (C, H, W) of noise, uint8."""
    generator = torch.Generator().manual_seed(number)
    return torch.randint(0, 256, (channels, height, width), dtype=torch.uint8, generator=generator)


def to_pil(image):
    """The same picture as a PIL image, grey or colour."""
    pixels = image.cpu().permute(1, 2, 0).squeeze(2) if len(image) == 1 else image.cpu().permute(1, 2, 0)
    return Image.fromarray(pixels.contiguous().numpy())


def prepared(image, size):
    """What is expected: float32 (C, *size) from 0 to 1."""
    return interpolate(image[None].float(), size, mode="bilinear", antialias=True)[0] / 255


def pair_of(answer, *arguments, **options):
    """The two transforms, after a look that they are."""
    made = answer.make_transforms(*arguments, **options)
    pair = isinstance(made, tuple | list) and len(made) == 2 and all(callable(one) for one in made)
    expect(pair, f"make_transforms should return a pair of transforms, (train, evaluation); it returned {made!r:.200}.")
    return made


def plain(image, name):
    """A picture as an ordinary tensor; torchvision's Image is one too."""
    expect(isinstance(image, torch.Tensor), f"{name} should be a tensor; it is {kind_of(image)}.")
    return image.as_subclass(torch.Tensor)


def is_like(image, expected):
    """Whether two pictures differ in rounding alone."""
    return image.shape == expected.shape and bool((image - expected).abs().max() < 2.1 / 255)


def arrow():
    """A bright arrow to the right on darker ground: (3, 12, 16)."""
    rows = "................ ................ .........#...... .........##..... ..########.##... ..############.. "
    rows += "..############.. ..########.##... .........##..... .........#...... ................ ................"
    shape = torch.tensor([[sign == "#" for sign in row] for row in rows.split()])
    return torch.stack([40 + 200 * shape, 60 + 120 * shape, 90 + 20 * shape]).to(torch.uint8)


def test_scaled(answer, device):
    """`evaluation` makes float32 from 0 to 1 of a uint8 tensor or a PIL image: 255 becomes 1, and 51 becomes 0.2.

    What does a dtype alone change: the numbers, or only how they are stored?

    `v2.ToDtype` has an argument for this. A PIL image has to become a tensor first: which transform does that, and
    lets tensors pass?
    """
    image = torch.tensor([[[0, 51], [204, 255]]], dtype=torch.uint8)
    for channels in (1, 3):
        given = image.expand(channels, 2, 2)
        expected = (given / 255).float()
        explain = {
            "The dtype was changed, but the values still go from 0 to 255.": given.float(),
            "The values were divided by 255 twice.": expected / 255,
        }
        ways = [(f"a tensor ({channels}, 2, 2)", given.to(device), device)]
        ways += [(f"a PIL image with {channels} channel{'s' * (channels > 1)}", to_pil(given), torch.device("cpu"))]
        for what, value, where in ways:
            _, evaluation = pair_of(answer, (2, 2), 0)
            name = f"evaluation of {what}"
            result = plain(evaluation(value), name)
            explain = {sentence: one.to(where) for sentence, one in explain.items()}
            assert_close(result, expected.to(where), name=name, explain=explain, **GREY_VALUES)


def test_size(answer):
    """A picture of any size and proportions comes out in exactly `size`, height before width.

    What does `v2.Resize` do with one number, and what with two?

    With both sides given it stretches or squeezes. `size` is (height, width) already, as `v2.Resize` wants it.
    """
    _, evaluation = pair_of(answer, (6, 4), 0)
    for shape in ((3, 12, 8), (3, 5, 20), (1, 3, 2), (3, 4, 6)):
        for image in (picture(*shape), to_pil(picture(*shape))):
            kind = "a tensor" if isinstance(image, torch.Tensor) else "a PIL image"
            name = f"evaluation of {kind} {shape} with size=(6, 4)"
            result = plain(evaluation(image), name)
            explain = {"Height and width have changed places: `size` is (height, width).": (shape[0], 4, 6)}
            assert_equal(tuple(result.shape), (shape[0], 6, 4), name=f"shape of {name}", explain=explain)
            assert_close(result, prepared(picture(*shape), (6, 4)), name=name, **GREY_VALUES)


def test_never_and_always(answer):
    """With flip=0 `train` never mirrors, with flip=1 always, left to right.

    Which of a picture's sides change places: left and right, or top and bottom?

    *Horizontal* flips swap left and right. Hand `flip` on as their probability.
    """
    image = arrow()
    expected = prepared(image, (12, 16))
    turned = {"This is turned upside down.": expected.flip(1), "This is turned by half a turn.": expected.flip(1, 2)}
    for flip, wanted, other in ((0, expected, "This is mirrored."), (1, expected.flip(2), "This is not mirrored.")):
        train, _ = pair_of(answer, (12, 16), flip=flip)
        try:
            results = [plain(train(image), "train(image)") for _ in range(12)]
        except TypeError as error:
            none = "'NoneType' object is not callable" in str(error)
            expect(not none, "train called None. `augment` is None unless one is given: leave it out then.")
            raise
        explain = {other: wanted.flip(2), **turned}
        known = any(is_like(result, one) for result in results for one in (wanted, *explain.values()))
        expect(
            known or all(is_like(result, results[0]) for result in results[1:]),
            f"With flip={flip}, train makes different pictures of the same one: is something random in it besides the "
            "mirroring, such as a random crop?",
        )
        for result in results:
            assert_close(result, wanted, name=f"train(image) with flip={flip}", explain=explain, **GREY_VALUES)


@settings(max_examples=25, deadline=None)
@given(
    channels=st.sampled_from([1, 3]),
    # No width of 1, before or after: there torch 2.15 resizes uint8 wrongly, or fails an assertion of its own.
    sides=st.tuples(st.integers(1, 9), st.integers(2, 9)),
    size=st.tuples(st.integers(1, 9), st.integers(2, 9)),
    number=st.integers(0, 9),
    flip=st.sampled_from([0, 1]),
)
def test_any_picture(answer, channels, sides, size, number, flip):
    """Any picture through either transform is the resized one, in 0 to 1, and the picture given stays as it was.

    It works for the pictures above, but not for this one: is a number fixed somewhere, or is the resizing not that
    of `v2.Resize`?

    Leave `v2.Resize` at its own interpolation and antialiasing; with flip=1 `train` mirrors the result.
    """
    image = picture(*sides[::-1], channels, number).permute(2, 1, 0)  # (C, H, W), not contiguous
    train, evaluation = pair_of(answer, size, flip=flip)
    expected = prepared(image, size)
    with unchanged(image=image):
        tried, seen = train(image), evaluation(image)
    what = f"a picture {tuple(image.shape)} with size={size} and flip={flip}"
    assert_close(plain(seen, f"evaluation of {what}"), expected, name=f"evaluation of {what}", **GREY_VALUES)
    expected = expected.flip(2) if flip else expected
    assert_close(plain(tried, f"train of {what}"), expected, name=f"train of {what}", **GREY_VALUES)


def test_by_chance(answer):
    """`train` mirrors with probability `flip`, one half unless given, and draws anew at each call.

    When is it decided whether to mirror: when the transform is made, or when it is called?

    A random transform of `v2` draws at every call. Its `p` is the probability that it does something.
    """
    image = arrow()
    straight = prepared(image, (12, 16))
    calls = 200
    for options, low, high in (({"flip": 0.25}, 20, 80), ({}, 65, 135)):
        train, evaluation = pair_of(answer, (12, 16), **options)
        results = [plain(train(image), "train(image)") for _ in range(calls)]
        mirrored = sum(is_like(result, straight.flip(2)) for result in results)
        same = sum(is_like(result, straight) for result in results)
        given = "flip=0.25" if options else "no flip given"
        if not options:
            shown = [*results[:5], evaluation(image)]
            show_image("One picture through your transforms", shown, [*["train"] * 5, "evaluation"])
        expect(mirrored + same == calls, "train(image) should be the picture or its mirror image; it is neither.")
        expect(
            low <= mirrored <= high,
            f"With {given}, train mirrored {mirrored} of {calls} times; about {50 if options else 100} are expected.",
        )


def test_evaluation(answer):
    """`evaluation` gives the same picture every time and draws no random numbers, whatever `flip` and `augment` are.

    Are the two transforms of the pair two different ones?

    Make a second `Compose` that leaves out what is random: resize and scale.
    """
    image = arrow()
    expected = prepared(image, (6, 8))
    explain = {"This is mirrored: evaluation should take the picture as it is.": expected.flip(2)}
    seen = []

    def spy(value):
        seen.append(value)
        return value

    _, evaluation = pair_of(answer, (6, 8), 1, spy)
    for _ in range(3):
        try:
            with rng_untouched():
                result = evaluation(image)
        except Mismatch:
            sentence = "evaluation uses torch's global random numbers; it should hold no random transform."
            expect(False, f"{sentence} Even one with p=0 draws a number at each call.")
        name = "evaluation(image) with flip=1"
        assert_close(plain(result, name), expected, name=name, explain=explain, **GREY_VALUES)
    expect(not seen, "evaluation called `augment`; that is for training alone.")


def test_augment(answer):
    """`augment` gets the resized and mirrored uint8 tensor at each call of `train`; its result is scaled.

    At which place in the order of `train` is a picture resized and mirrored, but still uint8?

    Put `augment`, if there is one, between the flip and the scaling.
    """
    image = arrow()
    seen = []

    def negative(value):
        seen.append(value)
        return 255 - value if isinstance(value, torch.Tensor) else value

    resized = prepared(image, (5, 8))
    for number, (flip, expected) in enumerate(((0, resized), (1, resized.flip(2))), start=1):
        train, _ = pair_of(answer, (5, 8), flip, negative)
        for kind in (image, to_pil(image)):
            seen.clear()
            result = train(kind)
            expect(
                len(seen) == 1, f"At one call of train, augment should be called once; it was called {len(seen)} times."
            )
            pil = isinstance(seen[0], Image.Image)
            expect(not pil, "augment was called with a PIL image; a uint8 tensor is expected.")
            got = plain(seen[0], "what augment was called with")
            assert_equal(got.dtype, torch.uint8, name="dtype of what augment was called with")
            assert_equal(tuple(got.shape), (3, 5, 8), name="shape of what augment was called with")
            name = f"what augment was called with, divided by 255, with flip={flip},"
            explain = {"This is not mirrored yet.": resized} if number == 2 else {}
            assert_close(got.float() / 255, expected, name=name, explain=explain, **GREY_VALUES)
            name = f"train(image) with flip={flip} and an augment that makes a negative"
            explain = {"What augment returned was not used.": expected}
            assert_close(plain(result, name), 1 - expected, name=name, explain=explain, **GREY_VALUES)
    train, _ = pair_of(answer, (5, 8), augment=v2.TrivialAugmentWide())
    for _ in range(5):
        result = plain(train(image), "train(image) with TrivialAugmentWide")
        assert_equal(tuple(result.shape), (3, 5, 8), name="shape of train(image) with TrivialAugmentWide")
        low, high = result.min().item(), result.max().item()
        expect(0 <= low <= high <= 1, f"With TrivialAugmentWide, train gave values from {low:.3g} to {high:.3g}.")


class Shelf(Dataset):
    """Samples in a list, and a note of which were asked for."""

    def __init__(self, samples):
        self.samples = samples
        self.asked = []

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        self.asked.append(index)
        return self.samples[index]


def grid_of(answer, dataset, indices, classes, columns):
    """The picture and the titles, after a look that they are."""
    made = answer.labelled_grid(dataset, indices, classes, columns)
    pair = isinstance(made, tuple | list) and len(made) == 2
    expect(pair, f"labelled_grid should return (picture, titles); it returned {kind_of(made)}.")
    return plain(made[0], "picture of labelled_grid"), made[1]


def laid_out(images, columns):
    """The picture that is expected, pixel by pixel."""
    _, height, width = images[0].shape
    rows, across = math.ceil(len(images) / columns), min(columns, len(images))
    grid = [[[0, 0, 0] for _ in range(across * width)] for _ in range(rows * height)]
    for place, image in enumerate(images):
        pixels = image.expand(3, height, width).tolist()
        for y in range(height):
            for x in range(width):
                colours = [pixels[colour][y][x] for colour in range(3)]
                grid[place // columns * height + y][place % columns * width + x] = colours
    return torch.tensor(grid, dtype=images[0].dtype)


def test_grid_by_example(answer):
    """Five colour samples, three in a row, make a picture (2 * H, 3 * W, 3) with the channels last, and five titles.

    Is `nrow` the number of rows? And how wide is the border that nobody asked for?

    `make_grid` says how many images stand in a row with `nrow`, and has `padding=2` unless told.

    Its result is (3, height, width): `permute` says for each new dimension which old one it was.
    """
    image = arrow().float() / 255
    tints = torch.tensor([[1, 1, 1], [0.2, 1, 0.2], [1, 0.3, 0.3], [0.5, 0.5, 1], [1, 1, 0.2]])
    samples = [(image * tint[:, None, None], label) for tint, label in zip(tints, (2, 0, 1, 1, 2), strict=True)]
    picture, titles = grid_of(answer, Shelf(samples), [4, 0, 1, 2, 3], ["go", "stop", "turn"], 3)
    expected = laid_out([samples[index][0] for index in (4, 0, 1, 2, 3)], 3)
    explain = {
        "The channels still come first: plotting wants them last.": expected.permute(2, 0, 1),
        "Height and width have changed places: the picture is turned on its side.": expected.transpose(0, 1),
    }
    tiles = [picture]
    if picture.shape == expected.shape:
        tiles = [tile.permute(2, 0, 1) for row in picture.split(12) for tile in row.split(16, dim=1)][:5]
    elif picture.ndim == 3 and picture.shape[2] == 3:
        tiles = [picture.permute(2, 0, 1)]
    labels = titles if isinstance(titles, list) and len(tiles) == 5 else ()
    drawn = "; its five images are drawn one by one, each with its title" if len(tiles) == 5 else ""
    show_image("Your labelled grid", tiles, labels, text=f"The picture has shape {tuple(picture.shape)}{drawn}.")
    assert_close(picture, expected, name="picture of five samples in 3 columns", explain=explain)
    assert_equal(titles, ["turn", "turn", "go", "stop", "stop"], name="titles of labelled_grid")


@given(
    shape=st.tuples(st.sampled_from([1, 3]), st.integers(1, 4), st.integers(1, 4)),
    indices=st.lists(st.integers(0, 3), min_size=1, max_size=6),
    columns=st.integers(1, 4),
    dtype=st.sampled_from([torch.float32, torch.uint8, torch.float64]),
)
def test_grid(answer, shape, indices, columns, dtype):
    """Any samples fit: grey or colour, one or many, a last row with places left over, of any dtype.

    It works for the example, but not for these: look at the shape, at the channels and at the places left over.

    Grey is one channel where three are wanted: repeat it. Rows are full except perhaps the last, and empty places hold
    0.

    Ask for each sample once, and take the image and the label from what comes.
    """
    samples = [(picture(*shape[::-1], number).permute(2, 1, 0), number % 3) for number in range(4)]
    if dtype.is_floating_point:
        samples = [((image / 255).to(dtype), label) for image, label in samples]
    dataset = Shelf(samples)
    with unchanged(images=[image for image, _ in samples], indices=indices):
        result, titles = grid_of(answer, dataset, indices, ["ant", "bee", "cat"], columns)
    name = f"picture of {len(indices)} images {shape} in columns={columns}"
    assert_close(result, laid_out([samples[index][0] for index in indices], columns), name=name)
    assert_equal(titles, [["ant", "bee", "cat"][index % 3] for index in indices], name="titles of labelled_grid")
    assert_equal(sorted(dataset.asked), sorted(indices), name="sorted list of the samples asked for")
