"""Checks of 05_image_folder: trees of files in a temporary folder, beside torchvision's own ImageFolder."""

import itertools
import tempfile
import types
from pathlib import Path

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, UnidentifiedImageError
from torch.utils.data import DataLoader, Dataset
from torchvision.datasets import ImageFolder, folder
from torchvision.transforms import v2

from tutor.checks import assert_close, assert_equal, assert_raises, expect, kind_of

DINNER = ("notes.txt", "Sushi/Thumbs.db", "Sushi/d.jpeg", "pizza/b.png", "pizza/a.JPG", "pizza/2024/c.png")

WHOLE_PATHS = "Whole paths were sorted: files of the class folder itself come before those of folders in it."


def plant(root, files):
    """Empty files, each in its folder: enough for a dataset that opens no image before it is asked for one."""
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def paint(path, mode="RGB", colour=(10, 200, 90), size=(4, 3)):
    """An image file of one colour, `size` being (width, height)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path)


def made_classes(answer, directory):
    """The classes and their numbers, after a look that they are a pair."""
    made = answer.find_classes(directory)
    pair = isinstance(made, tuple | list) and len(made) == 2
    expect(pair, f"find_classes should return the pair (classes, class_to_idx); it returned {made!r:.200}.")
    return made


def made_dataset(answer, root):
    """The dataset over files that are empty, which no reader of images takes: making it should open none."""
    try:
        return answer.ImageFolderCustom(root)
    except UnidentifiedImageError:
        expect(False, "Making the dataset opened an image; it should open none until dataset[i] is asked for.")


def attribute(dataset, name):
    """An attribute that the statement names, after a look that it is there."""
    expect(hasattr(dataset, name), f"The dataset should have an attribute `{name}`; it has none.")
    return getattr(dataset, name)


def samples_of(dataset, root):
    """The samples as text: "path below the root, with slashes" and number."""
    samples = attribute(dataset, "samples")
    expect(isinstance(samples, list), f"samples should be a list; it is of type {type(samples).__name__}.")
    told = []
    for number, sample in enumerate(samples):
        pair = isinstance(sample, tuple | list) and len(sample) == 2
        expect(pair, f"samples[{number}] should be a pair (path, class number); it is {sample!r:.120}.")
        path, label = sample
        kind = type(path).__name__
        expect(
            isinstance(path, str | Path), f"The path of samples[{number}] should be a str or a Path; it is a {kind}."
        )
        inside = Path(path).is_relative_to(root)
        expect(inside, f"The path of samples[{number}] should begin with the root; it is {str(path)!r:.120}.")
        told.append((Path(path).relative_to(root).as_posix(), label))
    return told


def expect_files(samples, expected, name):
    """The samples are those expected, in whatever order; if not, which files are missing, too many, or misnumbered."""
    files = [file for file, _ in samples]
    found, wanted = set(files), {file for file, _ in expected}
    if found != wanted:
        missing, too_many = ", ".join(sorted(wanted - found)), ", ".join(sorted(found - wanted))
        parts = [f"{missing} missing"] * bool(missing) + [f"{too_many} too many"] * bool(too_many)
        expect(False, f"{name} should name other files: {'; '.join(parts)}.")
    for file, label in samples:
        expect(files.count(file) == 1, f"{name} should name {file} once; it does so {files.count(file)} times.")
        assert_equal(label, dict(expected)[file], name=f"class number of {file} in {name}")


def expect_order(samples, expected, name, explain=None):
    """The same samples, in the order expected."""
    files, wanted = ([file for file, _ in side] for side in (samples, expected))
    other = "These are the right files in another order: class by class, then by the folder as text, then by name."
    explain = {**(explain or {}), other: files if sorted(files) == sorted(wanted) else None}
    assert_equal(files, wanted, name=f"order of the paths in {name}", explain=explain)


def files_at(samples, *places):
    """The files of some samples, for `explain`."""
    return [samples[place][0] for place in places]


def image_of(dataset, index):
    """The image and number of dataset[index], after a look that it is such a pair."""
    try:
        sample = dataset[index]
    except IndexError:
        expect(False, f"dataset[{index}] of {len(dataset)} samples raised IndexError; below 0, count from the end.")
    pair = isinstance(sample, tuple | list) and len(sample) == 2
    expect(pair, f"dataset[{index}] should be the pair (image, class number); it is {kind_of(sample)}.")
    return sample


def pixels(image, name):
    """A PIL image in RGB as a tensor (3, H, W), after a look that it is one."""
    expect(isinstance(image, Image.Image), f"{name} should be a PIL image; it is {kind_of(image)}.")
    assert_equal(image.mode, "RGB", name=f"mode of {name}")
    return v2.functional.pil_to_tensor(image)


def test_find_classes(answer, tmp_path):
    """`find_classes` gives the names of the folders in sorted order and their numbers; files are no classes.

    What does a listing of the directory contain besides folders? And which order does it promise?

    Keep the entries for which `is_dir()` is true, and put their names through `sorted`.
    """
    plant(tmp_path, [*DINNER, "cover.jpg", "Noodles/2.png", "apple/1.jpg", "zebra cake/3.png"])
    expected = ["Noodles", "Sushi", "apple", "pizza", "zebra cake"]
    explain = {
        "Files of the directory are among them.": sorted([*expected, "notes.txt", "cover.jpg"]),
        "Capitals are sorted among the small letters; `sorted` by itself puts them first.": sorted(
            expected, key=str.lower
        ),
    }
    for directory in (tmp_path, str(tmp_path)):
        classes, numbers = made_classes(answer, directory)
        assert_equal(classes, expected, name="classes of find_classes", explain=explain)
        wanted = {name: expected.index(name) for name in expected}
        assert_equal(dict(numbers), wanted, name="class_to_idx of find_classes")


def test_no_classes(answer, tmp_path):
    """A directory without any folder in it raises `FileNotFoundError`.

    What would a model learn from a dataset with no class? Better to hear at once that the path is wrong.

    `raise FileNotFoundError(...)` with a sentence that names the directory.
    """
    for files in ((), ("notes.txt", "cover.jpg")):
        plant(tmp_path, files)
        with assert_raises(
            FileNotFoundError, f"find_classes of a directory that holds {len(files)} files and no folder"
        ):
            answer.find_classes(tmp_path)


def test_which_files(answer, tmp_path):
    """The end of a file's name decides, in capitals or not: neither `a.png.txt` nor a folder `album.jpg` is an image.

    Which of the five endings does your code find? And in `X.PNG`? What is `album.jpg` if it has files in it?

    `lower()` makes small letters of a name, `str.endswith` takes a tuple of endings as well. `is_file()` is false for
    folders.
    """
    files = ["0.jpg", "1.png", "b.JPG", "c.jpeg", "x.y.PNG", "a.png.txt", "jpg", "Thumbs.db", "album.jpg/notes.txt"]
    root = plant(tmp_path, [f"cat/{file}" for file in files])
    expected = [(f"cat/{file}", 0) for file in files[:5]]
    samples = samples_of(made_dataset(answer, root), root)
    expect_files(samples, expected, f"samples of a class folder with {', '.join(sorted(files))}")


def test_samples(answer, tmp_path):
    """The tree `dinner` of the statement gives its four samples with their class numbers, in whatever order.

    Which files are images? How deep do they lie? Who decides their number: the class folder, or the folder right above?

    `Path.rglob` and `os.walk` go into folders within folders. Look for the images of one class after the other: then
    the number is known.
    """
    root = plant(tmp_path / "dinner", DINNER)
    expected = [("Sushi/d.jpeg", 0), ("pizza/a.JPG", 1), ("pizza/b.png", 1), ("pizza/2024/c.png", 1)]
    for place in (root, str(root)):
        dataset = made_dataset(answer, place)
        expect(isinstance(dataset, Dataset), "ImageFolderCustom should be a subclass of torch.utils.data.Dataset.")
        assert_equal(attribute(dataset, "classes"), ["Sushi", "pizza"], name="classes of the dataset")
        numbers = dict(attribute(dataset, "class_to_idx"))
        assert_equal(numbers, {"Sushi": 0, "pizza": 1}, name="class_to_idx of the dataset")
        expect_files(samples_of(dataset, root), expected, "samples of the tree `dinner`")
        assert_equal(len(dataset), 4, name="len(dataset)")


def test_order(answer, tmp_path):
    """A class folder's own files come first, then folder by folder as text: `old 2` before `old/x`; the files by name.

    Sort by two things: first the folder that the file lies in, then the file's name.

    Two `Path`s are compared part by part, two texts letter by letter. Put the folder's path through `str`.
    """
    root = plant(tmp_path / "dinner", DINNER)
    plain = [("Sushi/d.jpeg", 0), ("pizza/a.JPG", 1), ("pizza/b.png", 1), ("pizza/2024/c.png", 1)]
    explain = {WHOLE_PATHS: files_at(plain, 0, 3, 1, 2)}
    expect_order(samples_of(made_dataset(answer, root), root), plain, "samples of the tree `dinner`", explain)

    files = ["z.png", "old/k.png", "old/m.png", "old 2/b.png", "old/x/a.png"]
    root = plant(tmp_path / "more", [f"cat/{file}" for file in files])
    expected = [(f"cat/{file}", 0) for file in files]
    explain = {
        "Only the files' names are compared: the folder that a file lies in comes first.": files_at(
            expected, 4, 3, 1, 2, 0
        ),
        "The folders were compared part by part, as `Path` does; sort their paths as text.": files_at(
            expected, 0, 1, 2, 4, 3
        ),
        WHOLE_PATHS: files_at(expected, 3, 1, 2, 4, 0),
    }
    expect_order(samples_of(made_dataset(answer, root), root), expected, "samples", explain)


def test_empty_class(answer, tmp_path):
    """A class folder without an image raises `FileNotFoundError` when the dataset is made.

    How would you notice that a class has no images: now, or when the model never predicts it?

    Look class by class how many images were found, and raise if there are none.
    """
    plant(tmp_path, ["cat/1.png", "eel/readme.txt", "eel/old/png", "yak/2.jpg"])
    with assert_raises(FileNotFoundError, "ImageFolderCustom of a tree whose class folder `eel` holds no image"):
        answer.ImageFolderCustom(tmp_path)


CLASSES = st.lists(
    st.sampled_from(["ant", "Bee", "cat", "Dog", "eel", "9 lives", "zebu"]), min_size=1, max_size=4, unique=True
)
FOLDERS = st.sampled_from(["", "", "old/", "old/b/", "old 2/", "2024/", "album.jpg/"])
IMAGES = st.tuples(FOLDERS, st.sampled_from(["1.jpg", "10.jpg", "2.PNG", "a.jpeg", "B.bmp", "x.y.Webp"]))
STRAYS = st.tuples(FOLDERS, st.sampled_from(["notes.txt", "jpg", "a.png.txt", "Thumbs.db", "labels.csv", "my_jpg"]))


@settings(max_examples=15, deadline=None)  # each example is a tree of files
@given(classes=CLASSES, data=st.data(), strays=st.lists(st.sampled_from(["notes.txt", "cover.jpg"]), unique=True))
def test_any_tree(answer, classes, data, strays):
    """On trees with images of the five `ENDINGS`, all is as torchvision's `ImageFolder` has it.

    It works for the tree above but not for this one: which file is missing, too many, or in another place?

    A name may hold several dots: only its end counts, and only of files, not of folders.

    Class by class, then sorted by (folder as text, name).
    """
    files = list(strays)
    for name in classes:
        images = data.draw(st.lists(IMAGES, min_size=1, max_size=3), label=f"images of {name}")
        others = data.draw(st.lists(STRAYS, max_size=2), label=f"other files of {name}")
        files += [f"{name}/{within}{file}" for within, file in (*images, *others)]
    with tempfile.TemporaryDirectory() as place:
        root = plant(Path(place), files)
        theirs, dataset = ImageFolder(place), made_dataset(answer, place)
        what = f"in a tree with the files {', '.join(sorted(set(files)))}"
        assert_equal(attribute(dataset, "classes"), theirs.classes, name=f"classes {what}")
        assert_equal(dict(attribute(dataset, "class_to_idx")), theirs.class_to_idx, name=f"class_to_idx {what}")
        mine, wanted = samples_of(dataset, root), samples_of(theirs, root)
        expect_files(mine, wanted, f"samples {what}")
        expect_order(mine, wanted, f"samples {what}")
        assert_equal(len(dataset), len(theirs), name=f"len(dataset) {what}")


def test_image(answer, tmp_path):
    """`dataset[i]` is a PIL image in RGB and its class number, for grey, transparent and palette files as well.

    Which mode has an image when it is opened: always the same, or the file's own?

    PIL's `convert` makes a new image in another mode. The number is in `samples` already.
    """
    paint(tmp_path / "cat" / "1.png", "L", 70)
    paint(tmp_path / "cat" / "2.png", "RGBA", (250, 20, 30, 128))
    paint(tmp_path / "eel" / "3.png", "RGB", (10, 200, 90), size=(2, 5))
    paint(tmp_path / "eel" / "deep" / "4.bmp", "P", 0)
    dataset = answer.ImageFolderCustom(tmp_path)
    colours = [(70, 70, 70), (250, 20, 30), (10, 200, 90), (0, 0, 0)]
    for index in (0, 1, 2, 3, -1, -4):
        image, number = image_of(dataset, index)
        height, width = (5, 2) if index == 2 else (3, 4)
        expected = torch.tensor(colours[index], dtype=torch.uint8)[:, None, None].expand(3, height, width)
        name = f"image of dataset[{index}]"
        assert_close(pixels(image, name), expected, name=f"{name}, as a tensor,")
        assert_equal(number, (0, 0, 1, 1)[index], name=f"class number of dataset[{index}]")
    for index in (4, 100, -5):
        with assert_raises(IndexError, f"dataset[{index}] of a dataset with 4 samples"):
            dataset[index]
    seen = len(list(itertools.islice(iter(dataset), 6)))
    assert_equal(seen, 4, name="number of samples that a `for` loop over the dataset sees")


def test_lazy(answer, tmp_path):
    """Making the dataset opens no image; `dataset[i]` opens its own each time and keeps nothing.

    When is an image opened: when the dataset is made, or when a sample is asked for?

    `__init__` collects paths. `__getitem__` opens the one file, and keeps it in no list, dictionary or cache.
    """
    plant(tmp_path, ["cat/1.png", "cat/2.png", "eel/3.png"])
    dataset = made_dataset(answer, tmp_path)
    for colour in ((1, 2, 3), (40, 50, 60)):
        paint(tmp_path / "cat" / "2.png", colour=colour)
        image, _ = image_of(dataset, 1)
        expected = torch.tensor(colour, dtype=torch.uint8)[:, None, None].expand(3, 3, 4)
        explain = {
            "This is the old image: it was kept.": torch.tensor([1, 2, 3]).to(expected)[:, None, None] + 0 * expected
        }
        name = f"image of dataset[1], whose file was {'replaced' if colour[0] == 40 else 'written'} just now,"
        assert_close(pixels(image, "image of dataset[1]"), expected, name=name, explain=explain)


def test_transform(answer, tmp_path):
    """`transform` is called with the RGB image, once for each `dataset[i]`, and a `DataLoader` makes batches of it.

    What does `dataset[i]` hand out when a transform is given: the image, or what the transform made of it?

    The transform counts on an RGB image: convert first, then transform. Without a transform, the image goes out as it
    is.
    """
    for number, (name, grey) in enumerate((("cat/a.png", 51), ("cat/b.jpg", 102), ("eel/c.png", 255))):
        paint(tmp_path / name, "L", grey, size=(4 + number, 6))
    seen = []

    def note(image):
        seen.append(image)
        return f"picture {len(seen)}"

    dataset = answer.ImageFolderCustom(tmp_path, transform=note)
    expect(not seen, "transform was called when the dataset was made; it waits until a sample is asked for.")
    for calls, index in enumerate((2, 0, 2), start=1):
        made = tuple(image_of(dataset, index))
        sentence = (
            f"transform should be called once for each dataset[i]; after {calls} of them it had {len(seen)} calls."
        )
        expect(len(seen) == calls, sentence)
        pixels(seen[-1], "what transform was called with")
        assert_equal(made, (f"picture {calls}", (0, 0, 1)[index]), name=f"dataset[{index}] with a transform")

    prepare = v2.Compose([v2.ToImage(), v2.Resize((5, 2)), v2.ToDtype(torch.float32, scale=True)])
    (images, numbers), *rest = list(DataLoader(answer.ImageFolderCustom(tmp_path, prepare), batch_size=3))
    expect(not rest, "A DataLoader with batches of 3 should make one batch of 3 samples; it made more.")
    expected = torch.tensor([0.2, 0.4, 1.0])[:, None, None, None].expand(3, 3, 5, 2)
    assert_close(images.as_subclass(torch.Tensor), expected, name="images of a batch", atol=0.01, rtol=0)
    assert_close(numbers, torch.tensor([0, 0, 1]), name="class numbers of a batch")


def test_by_hand(answer, tmp_path, monkeypatch):
    """Nothing of `torchvision.datasets` is used.

    `ImageFolder` does all of this; here you find out how.

    `pathlib` or `os` find the files, PIL opens them.
    """
    for name, value in vars(answer).items():
        kinds = value.__mro__ if isinstance(value, type) else [value]
        for kind in kinds:
            home = kind.__name__ if isinstance(kind, types.ModuleType) else getattr(kind, "__module__", None)
            foreign = f"{home}.".startswith("torchvision.datasets.")
            expect(not foreign, f"`{name}` comes from torchvision.datasets: do without it here.")

    called = []

    def refuse(*_arguments, **_options):
        called.append(True)
        raise AssertionError("torchvision.datasets was called")

    paint(tmp_path / "cat" / "1.png")
    for name in ("find_classes", "make_dataset", "pil_loader", "default_loader", "has_file_allowed_extension"):
        monkeypatch.setattr(folder, name, refuse)
    monkeypatch.setattr(folder.DatasetFolder, "__init__", refuse)
    for use in (answer.find_classes, lambda root: answer.ImageFolderCustom(root)[0]):
        try:
            use(tmp_path)
        except NotImplementedError:
            raise
        except Exception:  # the checks above tell it; here only what was called counts
            pass
        expect(not called, "Something of torchvision.datasets was called: do without it here.")
