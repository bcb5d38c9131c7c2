"""Checks of 05_custom_dataset: real PNG and JPEG files and an annotations file, written into a temporary folder."""

import itertools
import numbers
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import v2

from tutor.checks import assert_close, assert_equal, assert_raises, expect, kind_of, show_image


class Sample(NamedTuple):
    """One line of the annotations: the file's name, its label, and the picture (C, H, W) in uint8."""

    file: str
    label: int
    image: torch.Tensor


def picture(channels, height, width, number=0):
    """An image (C, H, W) that differs from that of another number; PNG keeps every pixel."""
    generator = torch.Generator().manual_seed(number)  # noise: no image is another one shifted or scaled
    return torch.randint(0, 256, (channels, height, width), dtype=torch.uint8, generator=generator)


def save(image, path):
    """Write an image (C, H, W) with 1 or 3 channels to `path`, in the format its name ends with."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = image.permute(1, 2, 0).squeeze(2).numpy()  # (H, W, 3), or (H, W) when grey
    Image.fromarray(pixels).save(path)


def annotate(folder, samples):
    """Write the annotations file alone; returns the two paths the dataset is made with."""
    folder.mkdir(parents=True, exist_ok=True)
    annotations = folder / "annotations.csv"
    lines = ["file,label", *(f"{sample.file},{sample.label}" for sample in samples)]
    annotations.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return annotations, folder / "images"


def store(folder, samples):
    """Write annotations and images; returns the two paths the dataset is made with."""
    annotations, images = annotate(folder, samples)
    for sample in samples:
        save(sample.image, images / sample.file)
    return annotations, images


OUTLINES = {  # row by row, each so many times; # is cloth or leather, + is lighter
    "boot": """..............:2 ...#######....:1 ...#+++++#....:1 ...#######....:4 ...########...:2 ...#########..:1
        ...##########.:1 ...###########:2 ..############:2 ..++++++++++++:1 ..++++....++++:1 ..............:2""",
    "sneaker": """..............:8 ..##..........:1 ..####...##...:1 ..#####+###...:1 ..######+###..:1 .########+###.:1
        .#############:3 .+++++++++++++:2 ..............:2""",
    "bag": """..............:3 ....######....:1 ...##....##...:1 ...#......#...:2 .############.:3
        .#####++#####.:3 .############.:5 ..............:2""",
    "coat": """..............:1 ....##..##....:1 ..####++####..:1 .#####++#####.:1 ######++######:2 ##.###++###.##:10
        ...###++###...:2 ..............:2""",
}
COLOURS = [(205, 135, 65), (215, 60, 50), (70, 130, 220), (60, 165, 90), (170, 90, 200)]


def wardrobe():
    """Five colour samples of one shape; neither files nor labels are in alphabetical order."""
    labelled = [("boot_07.png", 9), ("bag_01.png", 8), ("sneaker_02.png", 7), ("coat_10.png", 4), ("bag_00.png", 8)]
    return [Sample(file, label, drawing(file, number)) for number, (file, label) in enumerate(labelled)]


def drawing(file, number):
    """What `file` is named after, in a colour and with noise of this number's own: (3, 20, 14)."""
    rows = [row.split(":") for row in OUTLINES[file.partition("_")[0]].split()]
    light = torch.tensor([[".#+".index(sign) for sign in row] for row, times in rows for _ in range(int(times))])
    colour = torch.tensor(COLOURS[number])[:, None, None]  # (3, 1, 1)
    drawn = torch.stack([torch.full((3, 1, 1), 25), colour, (colour + 2 * 240) // 3])  # (3 lights, 3, 1, 1)
    return sum(drawn[step] * (light == step) for step in range(3)).to(torch.uint8) + picture(3, 20, 14, number) // 17


def sample_of(dataset, index):
    """The image and label of dataset[index], after a look that it is such a pair."""
    sample = dataset[index]
    told = f"dataset[{index}] should be the pair (image, label); it is "
    expect(sample is not None, f"{told}None: is a `return` reached, also when no transform is given?")
    expect(isinstance(sample, tuple | list) and len(sample) == 2, f"{told}{kind_of(sample)}.")
    swapped = isinstance(sample[0], numbers.Integral) and isinstance(sample[1], torch.Tensor)
    expect(not swapped, f"{told}the label and the image: they changed places.")
    return sample


def assert_image(image, expected, name, explain=None):
    """The image is the tensor that was saved: uint8, (C, H, W), same pixels."""
    expect(isinstance(image, torch.Tensor), f"{name} should be a tensor; it is {kind_of(image)}.")
    assert_close(image.as_subclass(torch.Tensor), expected, name=name, explain=explain)


def assert_label(label, expected, name):
    """The label is the whole number of the annotations."""
    whole = isinstance(label, numbers.Integral)
    expect(whole, f"{name} should be a whole number, such as an int; it is {label!r}, {kind_of(label)}.")
    assert_equal(int(label), expected, name=name)


def is_right(dataset, index, sample):
    """Whether dataset[index] has the label and the pixels of this sample; a dataset that fails has not."""
    try:
        image, label = dataset[index]
        return int(label) == sample.label and torch.equal(image, sample.image)
    except Exception:
        return False


@contextmanager
def when(situation):
    """Turn whatever the answer raises into two sentences, of which the first is `situation`."""
    try:
        yield
    except NotImplementedError:
        raise
    except Exception as error:
        text = " ".join(str(error).split())
        expect(False, f"{situation} Your dataset raised {type(error).__name__}: {text[:200]}")


@pytest.fixture(scope="module")
def shelf():
    """One folder for all examples of a property: each overwrites what it needs, the rest lies there unlabelled."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def test_length(answer, tmp_path):
    """`len(dataset)` is the number of lines after the header, whatever else lies in the folder.

    What does the table know that the folder does not? And is the header a sample?

    `__init__` reads the annotations; `__len__` counts their lines. `pd.read_csv` takes the first line as the header
    by itself.
    """
    samples = wardrobe()
    annotations, images = store(tmp_path, [*samples, samples[0], samples[0]])
    for name in ("nobody_labelled_me.png", "nor_me.png", "nor_that_one.png"):
        save(picture(3, 6, 4), images / name)
    (images / "notes.txt").write_text("not an image", encoding="utf-8")
    dataset = answer.CustomImageDataset(annotations, images)
    expect(isinstance(dataset, Dataset), "CustomImageDataset should be a subclass of torch.utils.data.Dataset.")
    if len(dataset) == 8:
        many = "len(dataset) is 8, with seven lines after the header"
        expect(is_right(dataset, 0, samples[0]), f"{many}: dataset[0] is not line 0. Is the header taken for a sample?")
        expect(False, f"{many}: dataset[0] is right, so something behind the last line is taken for a sample.")
    explain = {
        "This counts the files in the folder.": 9,
        "This counts a file that several lines name only once; each line is a sample.": 5,
        "One line is missing. Is the header taken away twice, or the last line left out?": 6,
        "This counts the cells of the table, two in each row.": 14,
        "This counts the columns of the table.": 2,
    }
    name = "len(dataset), with seven lines of which three name the same file,"
    assert_equal(len(dataset), 7, name=name, explain=explain)


def test_one_sample(answer, tmp_path):
    """`dataset[0]` is `(image, label)`: a uint8 tensor (C, H, W) and a whole number.

    The file's path is the folder and the name of line 0 put together.

    `pil_to_tensor` of the opened file gives a uint8 tensor (C, H, W); nothing is scaled, and the height comes before
    the width.

    The `csv` module reads every cell as text: `int("9")` makes a label of it.
    """
    sample = wardrobe()[0]
    annotations, images = store(tmp_path, [sample])
    image, label = sample_of(answer.CustomImageDataset(str(annotations), str(images)), 0)
    assert_image(image, sample.image, "image of dataset[0]")
    assert_label(label, sample.label, "label of dataset[0]")


def test_order(answer, tmp_path):
    """Sample i is line i of the annotations, in the file's order, with the label of the same line.

    Where does your order come from: the annotations, or a listing of the folder?

    Take the file's name and the label from one and the same line: row `index` of the table.
    """
    samples = wardrobe()
    dataset = answer.CustomImageDataset(*store(tmp_path, samples))
    yours = {index: sample_of(dataset, index) for index in (3, 0, 4, 1, 2)}
    images, labels = zip(*(yours[index] for index in range(5)), strict=True)
    show_image("Your samples, dataset[0] to dataset[3], each with its label", images[:4], labels[:4])
    explain = {f"This is {one.file}, the image of line {number}.": one.image for number, one in enumerate(samples)}
    try:
        for index, sample in enumerate(samples):
            assert_image(images[index], sample.image, f"image of dataset[{index}], which is {sample.file},", explain)
            assert_label(labels[index], sample.label, f"label of dataset[{index}], which is {sample.file},")
    except AssertionError:
        first = samples[:4]
        show_image("As the annotations have them", [one.image for one in first], [one.label for one in first])
        raise


def test_grey_and_jpeg(answer, tmp_path):
    """A grey image has 1 channel, a colour image 3, in PNG and in JPEG files.

    Does your reader turn every image into colour, or drop the channel of a grey one?

    `pil_to_tensor` keeps the file's channels. An array of a grey PIL image is (H, W): `[None]` gives it its channel
    back.
    """
    samples = [
        Sample("grey.png", 0, picture(1, 5, 3)),
        Sample("colour.png", 1, picture(3, 3, 5)),
        Sample("grey.jpg", 2, torch.arange(0, 240, 5, dtype=torch.uint8).reshape(1, 6, 8)),
        Sample("colour.jpg", 3, torch.arange(0, 240, 5, dtype=torch.uint8).reshape(1, 6, 8).expand(3, 6, 8)),
    ]
    annotations, images = store(tmp_path, samples)
    dataset = answer.CustomImageDataset(annotations, images)
    for index in range(2):
        image, _ = sample_of(dataset, index)
        assert_image(image, samples[index].image, f"image of {samples[index].file}")
    for index in range(2, 4):
        file = samples[index].file
        image, _ = sample_of(dataset, index)
        with Image.open(images / file) as stored:
            expected = v2.functional.pil_to_tensor(stored)
        assert_equal(image.dtype, expected.dtype, name=f"dtype of {file}")
        assert_equal(image.shape, expected.shape, name=f"shape of {file}")
        # Two decoders of JPEG may round a pixel differently.
        assert_close(image.as_subclass(torch.Tensor).int(), expected.int(), atol=4, rtol=0, name=f"image of {file}")


def test_index(answer, tmp_path):
    """Indices work as with a list: `dataset[-1]` is the last, outside there is `IndexError`, and `for` ends.

    What does a list do with -1, and with an index past its end? A dataset should do the same.

    A list's `[index]` and pandas' `.iloc[index]` do all of this already; `.loc`, a dictionary and `index % n` do not.
    """
    samples = wardrobe()
    dataset = answer.CustomImageDataset(*store(tmp_path, samples))
    for index in (-1, -5):
        image, label = sample_of(dataset, index)
        assert_image(image, samples[index].image, f"image of dataset[{index}]")
        assert_label(label, samples[index].label, f"label of dataset[{index}]")
    for index in (5, 6, -6, 1000):
        with assert_raises(IndexError, f"dataset[{index}] of a dataset with 5 samples"):
            dataset[index]
    seen = list(itertools.islice(iter(dataset), 6))
    assert_equal(len(seen), 5, name="number of samples that a `for` loop over the dataset sees")


def test_lazy(answer, tmp_path):
    """`__init__` touches no image, `dataset[i]` opens its own each time, and the annotations are read once.

    When is an image opened: when the dataset is made, or when a sample is asked for?

    `__init__` keeps the names and labels, nothing more. Reading belongs into `__getitem__`.

    Keep no image in a list, a dictionary or a cache: the next `dataset[i]` opens the file again.
    """
    samples = wardrobe()
    annotations, images = annotate(tmp_path, samples)
    with when("No image existed yet when the dataset was made and its length asked for."):
        dataset = answer.CustomImageDataset(annotations, images)
        length = len(dataset)
    assert_equal(length, 5, name="len(dataset) before any image exists")

    save(samples[3].image, images / samples[3].file)
    with when("The image of dataset[3] was the only one that existed when it was asked for."):
        dataset[3]
    image, _ = sample_of(dataset, 3)
    assert_image(image, samples[3].image, "image of dataset[3], the only image that exists,")

    annotations.write_text("file,label\n", encoding="utf-8")
    with when("The annotations file was emptied after the dataset was made, and dataset[3] asked for."):
        dataset[3]
    _, label = sample_of(dataset, 3)
    assert_label(label, samples[3].label, "label of dataset[3], after the annotations file was emptied,")

    changed = 255 - samples[3].image
    save(changed, images / samples[3].file)
    image, _ = sample_of(dataset, 3)
    explain = {"This is the old image: it was kept, though `dataset[3]` should open the file anew.": samples[3].image}
    assert_image(image, changed, "image of dataset[3], after its file was replaced,", explain)


class Spy:
    """A transform that remembers what it was called with, and always returns the same thing."""

    def __init__(self, returns):
        self.returns = returns
        self.seen = []

    def __call__(self, value):
        self.seen.append(value)
        return self.returns

    def __repr__(self):
        return "the transform itself, which was never called"


def test_transform(answer, tmp_path):
    """`transform` is called with the image, once for each `dataset[i]`, and its result is handed out.

    What does `dataset[i]` return when a transform is given: the image, or what the transform made of it?

    Call `self.transform` on the image, if there is one, and hand out what it returns, whether or not there is a
    `target_transform`.

    A transform gets the uint8 tensor. `v2.ToDtype(torch.float32, scale=True)` makes 0 to 1 of it; `ToTensor()` is for
    PIL images.
    """
    samples = wardrobe()
    paths = store(tmp_path, samples)
    spy = Spy("a new picture")
    dataset = answer.CustomImageDataset(*paths, transform=spy)
    expect(not spy.seen, "transform was called when the dataset was made; it waits until a sample is asked for.")
    for calls, index in enumerate((2, 0, 2), start=1):
        image, label = sample_of(dataset, index)
        asked = ", ".join(f"dataset[{number}]" for number in (2, 0, 2)[:calls])
        sentence = f"transform should be called once for each sample; after {asked} it had had {len(spy.seen)} calls."
        expect(len(spy.seen) == calls, sentence)
        assert_image(spy.seen[-1], samples[index].image, f"what transform was called with for dataset[{index}]")
        told = "the image as it was, and the result got lost" if isinstance(image, torch.Tensor) else repr(image)
        expect(image is spy.returns, f"dataset[{index}] should hand out what transform returned; it handed out {told}.")
        assert_label(label, samples[index].label, f"label of dataset[{index}]")

    scaled, _ = sample_of(answer.CustomImageDataset(*paths, v2.ToDtype(torch.float32, scale=True)), 1)
    expected = samples[1].image.float() / 255
    assert_image(scaled, expected, "image of dataset[1] with transform=v2.ToDtype(torch.float32, scale=True)")


def test_target_transform(answer, tmp_path):
    """`target_transform` is called with the label, once for each `dataset[i]`, and its result is handed out.

    The label has a transform of its own, which may be given without the other.

    Call it if it `is not None`. Whatever it returns is the label now, also 0 or `None`.
    """
    samples = wardrobe()
    paths = store(tmp_path, samples)
    for returns in ("a name", 0, None):
        spy = Spy(returns)
        dataset = answer.CustomImageDataset(*paths, target_transform=spy)
        image, label = sample_of(dataset, 3)
        calls = len(spy.seen)
        sentence = f"target_transform should be called once for each sample; after dataset[3] it had had {calls} calls."
        expect(calls == 1, sentence)
        assert_label(spy.seen[0], samples[3].label, "what target_transform was called with for dataset[3]")
        expect(label is returns, f"target_transform returned {returns!r} for dataset[3], but the label is {label!r}.")
        assert_image(image, samples[3].image, "image of dataset[3] with a target_transform alone")

    dataset = answer.CustomImageDataset(*paths, Spy("picture"), Spy("name"))
    assert_equal(tuple(sample_of(dataset, 1)), ("picture", "name"), name="dataset[1] with both transforms")


SAMPLES = st.lists(
    st.tuples(st.sampled_from([1, 3]), st.integers(1, 5), st.integers(1, 5), st.integers(0, 12)), min_size=1, max_size=4
)


@settings(max_examples=20, deadline=None)  # each example is dear
@given(shapes_and_labels=SAMPLES, data=st.data())
def test_any_folder(answer, shelf, shapes_and_labels, data):
    """Every sample is right in any folder: images of several shapes, one sample or more, any valid index.

    It works for the folder above but not for all: is a shape, a number of channels or a length fixed somewhere?

    Each sample is a (channels, height, width, label). Write that one image yourself and look at what `dataset[index]`
    gives.
    """
    samples = [
        Sample(f"{len(shapes_and_labels) - number}.png", label, picture(channels, height, width, number))
        for number, (channels, height, width, label) in enumerate(shapes_and_labels)
    ]
    index = data.draw(st.integers(-len(samples), len(samples) - 1), label="index")
    dataset = answer.CustomImageDataset(*store(shelf, samples))
    assert_equal(len(dataset), len(samples), name="len(dataset)")
    image, label = sample_of(dataset, index)
    assert_image(image, samples[index].image, f"image of dataset[{index}]")
    assert_label(label, samples[index].label, f"label of dataset[{index}]")


def test_dataloader(answer, tmp_path):
    """A `DataLoader` makes batches of it: images `(B, C, H, W)` and labels `(B,)`, in order and shuffled.

    The loader asks for samples by number and stacks them: images of one shape, and labels that are numbers.

    If the labels come out as a tuple of strings, they are still text in `__getitem__`.
    """
    samples = wardrobe()
    dataset = answer.CustomImageDataset(*store(tmp_path, samples))
    batches = list(DataLoader(dataset, batch_size=3))
    assert_equal(
        [tuple(images.shape) for images, _ in batches], [(3, 3, 20, 14), (2, 3, 20, 14)], name="shapes of the batches"
    )
    images, labels = (torch.cat(parts).as_subclass(torch.Tensor) for parts in zip(*batches, strict=True))
    assert_close(images, torch.stack([sample.image for sample in samples]), name="images of the batches")
    assert_close(labels, torch.tensor([sample.label for sample in samples]), name="labels of the batches")
    shuffled = [label for _, labels in DataLoader(dataset, batch_size=2, shuffle=True) for label in labels.tolist()]
    assert_equal(sorted(shuffled), [4, 7, 8, 8, 9], name="labels of a shuffled epoch, sorted")
