"""Checks of 05_fix_dataset: PNG files and annotations with a split, written into a temporary folder."""

import numbers
import tempfile
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torch.utils.data import DataLoader

from tutor.checks import assert_close, assert_equal, assert_raises, expect, kind_of


class Line(NamedTuple):
    """One line of the annotations, and the picture (C, H, W) that its file holds."""

    file: str
    label: int
    split: str
    image: torch.Tensor


def picture(number, channels=3):
    """An image (C, 5, 4) of noise of its own, in uint8."""
    generator = torch.Generator().manual_seed(number)
    return torch.randint(0, 256, (channels, 5, 4), dtype=torch.uint8, generator=generator)


def wardrobe():
    """Seven lines, four to train and three to test, mixed; no label names its line."""
    named = [
        ("coat_10", 2),
        ("shoe_07", 7),
        ("bag_01", 4),
        ("shoe_02", 7),
        ("bag_00", 4),
        ("coat_03", 2),
        ("hat_05", 9),
    ]
    splits = ("train", "test", "train", "train", "test", "train", "test")
    return [
        Line(f"{name}.png", label, split, picture(number))
        for number, ((name, label), split) in enumerate(zip(named, splits, strict=True))
    ]


def store(folder, lines):
    """Write annotations and images; returns the two paths the dataset is made with."""
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    rows = ["file,label,split", *(f"{line.file},{line.label},{line.split}" for line in lines)]
    (folder / "annotations.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for line in lines:
        Image.fromarray(line.image.permute(1, 2, 0).squeeze(2).numpy()).save(images / line.file)
    return folder / "annotations.csv", images


def of(split, lines):
    """The lines of a split, in their order."""
    return [line for line in lines if line.split == split]


def sample_of(dataset, index):
    """The image and label of dataset[index], after a look that it is such a pair."""
    sample = dataset[index]
    told = f"dataset[{index}] should be the pair (image, label); it is "
    expect(sample is not None, f"{told}None: is a `return` reached, also when no transform is given?")
    expect(isinstance(sample, tuple | list) and len(sample) == 2, f"{told}{kind_of(sample)}.")
    swapped = isinstance(sample[0], numbers.Integral) and isinstance(sample[1], torch.Tensor)
    expect(not swapped, f"{told}the label and the image: they changed places.")
    return sample


def assert_sample(dataset, index, line, lines):
    """dataset[index] is the image and the label of this line."""
    image, label = sample_of(dataset, index)
    name = f"dataset[{index}], split={line.split!r}"
    expect(isinstance(image, torch.Tensor), f"image of {name}, should be a tensor; it is {kind_of(image)}.")
    explain = {f"This is the image of line {n} of the file, {one.file}.": one.image for n, one in enumerate(lines)}
    assert_close(image, line.image, name=f"image of {name}, which is {line.file},", explain=explain)
    whole = isinstance(label, numbers.Integral)
    expect(whole, f"label of {name}, should be a whole number; it is {kind_of(label)}.")
    assert_equal(int(label), line.label, name=f"label of {name}, which is {line.file},")


@contextmanager
def asked_for(what):
    """Put before what the answer raises a sentence that says what it was asked for."""
    try:
        yield
    except (AssertionError, NotImplementedError):
        raise
    except Exception as error:
        text = " ".join(str(error).split())[:200]
        expect(False, f"{what} raised {type(error).__name__}: {text}")


@pytest.fixture(scope="module")
def shelf():
    """One folder for all examples of a property: each overwrites what it needs."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def test_one_sample(answer, tmp_path):
    """`dataset[0]` is a pair: a uint8 tensor (C, H, W) and a whole number.

    Read the error's own words first. What do they say is missing: a parameter, an attribute, a value?

    `dataset[0]` calls `__getitem__` with two arguments, the dataset and the index, and gives what the method returns.

    What `__init__` is to remember must be kept on `self`; a name without it is gone when the method ends.
    """
    lines = wardrobe()
    annotations, images = store(tmp_path, lines)
    assert_sample(answer.CustomImageDataset(str(annotations), str(images), "train"), 0, lines[0], lines)


def test_length(answer, tmp_path):
    """`len(dataset)` is the number of lines of the split.

    Print the table and count. What does your length count that you did not?

    A table has rows and columns. `size` counts its cells; what of a table does `len` count?
    """
    lines = wardrobe()
    paths = store(tmp_path, lines)
    for split, expected in (("train", 4), ("test", 3), ("validation", 0)):
        dataset = answer.CustomImageDataset(*paths, split)
        explain = {
            "This counts the cells of the table, three in each row.": 3 * expected,
            "This counts the lines of all splits.": len(lines),
            "This counts the columns.": -1 if expected == 3 else 3,
        }
        assert_equal(len(dataset), expected, name=f"len(dataset), split={split!r},", explain=explain)


def test_every_sample(answer, tmp_path):
    """`dataset[i]` is line `i` of the split, counted among its own lines, for every split.

    The first line of the file belongs to "train", so its row is called 0 there. What are the rows of "test" called?

    `table["label"][index]` looks for a row *called* `index`. pandas has another way, which counts places.

    `.iloc[index]` takes the row in that place, whatever it is called.
    """
    lines = wardrobe()
    paths = store(tmp_path, lines)
    for split in ("train", "test"):
        dataset = answer.CustomImageDataset(*paths, split)
        for index, line in enumerate(of(split, lines)):
            assert_sample(dataset, index, line, lines)


def test_index(answer, tmp_path):
    """Indices work as with a list: `dataset[-1]` is the last, outside there is `IndexError`, and `for` ends.

    What does a list do with -1, and with an index past its end?

    After `reset_index` rows are called 0, 1, 2, ..., and none is called -1. Count places, and both come by themselves.
    """
    lines = wardrobe()
    own = of("test", lines)
    dataset = answer.CustomImageDataset(*store(tmp_path, lines), "test")
    for index in (-1, -3):
        assert_sample(dataset, index, own[index], lines)
    for index in (3, 100, -4):
        with assert_raises(IndexError, f"dataset[{index}] of a dataset with 3 samples"):
            dataset[index]
    seen = list(islice(iter(dataset), 4))
    assert_equal(len(seen), 3, name="number of samples that a `for` loop over the dataset sees")


class Spy:
    """A transform that remembers what it was called with, and always returns the same thing."""

    def __init__(self, returns):
        self.returns = returns
        self.seen = []

    def __call__(self, value):
        self.seen.append(value)
        return self.returns


def assert_called_once(spy, name, index):
    """The transform was called a single time for the sample."""
    expect(
        len(spy.seen) == 1,
        f"{name} should be called once for dataset[{index}]; it was called {len(spy.seen)} times.",
    )


def test_transform(answer, tmp_path):
    """`dataset[i]` hands out what `transform` made of the image, with the label as it was.

    A transform changes nothing in place: it returns a new image. Where does that go?

    Give the result a name: that of the image, which is returned in the end.
    """
    lines = wardrobe()
    spy = Spy("a new picture")
    image, label = sample_of(answer.CustomImageDataset(*store(tmp_path, lines), "test", spy), 1)
    assert_called_once(spy, "transform", 1)
    assert_close(spy.seen[0], lines[4].image, name="what transform was called with for dataset[1], split='test',")
    told = "the image as it was, and the result got lost" if isinstance(image, torch.Tensor) else repr(image)
    expect(image is spy.returns, f"dataset[1] should hand out what transform returned; it handed out {told}.")
    expect(label is not spy, "The label of dataset[1] is the transform of the image: who made it one of the label?")
    whole = isinstance(label, numbers.Integral) and int(label) == 4
    expect(whole, f"With a transform alone the label of dataset[1] should be 4, as without; it is {label!r}.")


def test_target_transform(answer, tmp_path):
    """`dataset[i]` hands out what `target_transform` made of the label, with the image as it was.

    A name without parentheses is the function itself. And which of the two functions did `__init__` store?

    Call it with the label, and give the label's name to what comes back.
    """
    lines = wardrobe()
    paths = store(tmp_path, lines)
    for returns in ("coat", 0):
        spy = Spy(returns)
        image, label = sample_of(answer.CustomImageDataset(*paths, "train", target_transform=spy), 3)
        expect(label is not spy, "The label of dataset[3] is target_transform itself, which was never called.")
        assert_called_once(spy, "target_transform", 3)
        assert_equal(int(spy.seen[0]), 2, name="what target_transform was called with for dataset[3]")
        expect(label is returns, f"target_transform returned {returns!r} for dataset[3], but the label is {label!r}.")
        assert_close(image, lines[5].image, name="image of dataset[3] with a target_transform alone")
    images, labels = Spy("picture"), Spy("name")
    both = sample_of(answer.CustomImageDataset(*paths, "train", images, labels), 0)
    assert_equal(tuple(both), ("picture", "name"), name="dataset[0] with both transforms")


def test_two_datasets(answer, tmp_path):
    """Two datasets do not disturb each other: each keeps its own split, folder and transforms.

    Is anything kept on the class, or in a global name, that belongs to one dataset?

    What one dataset remembers belongs on `self`, and is set in `__init__`.
    """
    lines = wardrobe()
    paths = store(tmp_path / "here", lines)
    others = [Line("tie.png", 5, "test", picture(50)), Line("cap.png", 6, "test", picture(51))]
    train = answer.CustomImageDataset(*paths, "train")
    test = answer.CustomImageDataset(*store(tmp_path / "there", others), "test", None, Spy("tie"))
    assert_equal(len(train), 4, name='len(train), after a dataset of the split "test" was made too,')
    assert_equal(len(test), 2, name='len(test), after a dataset of the split "train" was made,')
    with asked_for("train[1], after a dataset of another folder was made,"):
        assert_sample(train, 1, lines[2], lines)
    image, label = sample_of(test, 1)
    assert_close(image, others[1].image, name="image of test[1]")
    assert_equal(label, "tie", name="label of test[1], with a target_transform")


LINES = st.lists(st.tuples(st.sampled_from(["train", "test", "spare"]), st.integers(0, 9)), min_size=1, max_size=5)


@settings(max_examples=20)
@given(marked=LINES, data=st.data())
def test_any_annotations(answer, shelf, marked, data):
    """Length and samples are right for any annotations, in whatever order the splits come.

    It works for the files above but not for all. Here a split may have a single line, or its lines may all come last.

    `marked` has the split and the label of each line. Which lines are of your split, and which is in place `index`?
    """
    lines = [Line(f"{len(marked) - n}.png", label, split, picture(n, 1)) for n, (split, label) in enumerate(marked)]
    split = data.draw(st.sampled_from(sorted({line.split for line in lines})), label="split")
    own = of(split, lines)
    index = data.draw(st.integers(-len(own), len(own) - 1), label="index")
    dataset = answer.CustomImageDataset(*store(shelf, lines), split)
    assert_equal(len(dataset), len(own), name=f"len(dataset), split={split!r},")
    assert_sample(dataset, index, own[index], lines)


def test_dataloader(answer, tmp_path):
    """A `DataLoader` makes batches of both splits: images (B, C, H, W) and labels (B,).

    The loader asks for every number below `len(dataset)`, and stacks what `dataset[i]` returns.

    Single samples are right? Then look at their labels' type: whole numbers become one int64 tensor, text a tuple.
    """
    lines = wardrobe()
    paths = store(tmp_path, lines)
    for split, sizes in (("train", [3, 1]), ("test", [3])):
        batches = list(DataLoader(answer.CustomImageDataset(*paths, split), batch_size=3))
        assert_equal([len(labels) for _, labels in batches], sizes, name=f"list of batch sizes, split={split!r},")
        images, labels = (torch.cat(parts) for parts in zip(*batches, strict=True))
        own = of(split, lines)
        assert_close(images, torch.stack([line.image for line in own]), name=f"images, split={split!r},")
        assert_close(labels, torch.tensor([line.label for line in own]), name=f"labels, split={split!r},")
