"""# Folders as classes: an ImageFolder of your own

Images often come without a table: the folder a file lies in says what it shows. torchvision's `ImageFolder` reads such
a tree, and models are trained on the numbers that it gives to the classes. A tree that somebody has lived in also
holds notes, thumbnails and folders within folders. Here you build that dataset yourself, stray files and all.

    dinner/notes.txt            dinner/pizza/b.png
    dinner/Sushi/Thumbs.db      dinner/pizza/a.JPG
    dinner/Sushi/d.jpeg         dinner/pizza/2024/c.png

    >>> find_classes("dinner")
    (['Sushi', 'pizza'], {'Sushi': 0, 'pizza': 1})
    >>> for path, number in ImageFolderCustom("dinner").samples:
    ...     print(path, number)
    dinner/Sushi/d.jpeg 0
    dinner/pizza/a.JPG 1
    dinner/pizza/b.png 1
    dinner/pizza/2024/c.png 1

Write, without `torchvision.datasets`:

- **`find_classes(directory)`** returns `(classes, class_to_idx)`: the names of the folders that lie directly in
  `directory`, as a list in the order of `sorted` (capitals come before small letters), and a dictionary from each name
  to its place in the list. Files are no classes. With no folder in it, it raises `FileNotFoundError`
- **`ImageFolderCustom(root, transform=None)`**, a `Dataset`. It has three attributes: `classes` and `class_to_idx`, as
  above, and `samples`, a list of pairs `(path, class number)`. A path is a `str` or a `Path` that begins with `root`
- **which files**: those in a class folder, or at any depth in folders within it, whose name ends with one of `ENDINGS`,
  in capitals or not. Never a folder, whatever its name; links to folders do not occur. A class folder without any such
  file raises `FileNotFoundError` when the dataset is made
- **in which order**: class by class. Within a class first the files directly in the class folder, then those of each
  folder within it, the folders' paths sorted as `str`; within a folder by name. torchvision's `ImageFolder` has the
  same order
- **`dataset[i]`** is `(image, class number)` of sample i; negative indices and `IndexError` are as with a list. The
  image is a PIL image with mode `RGB`, whatever the file's own: `Image.open(path)` reads it, as in 05_custom_dataset.
  `transform`, if given, is called with it, once, and what it returns is handed out instead. The number is an `int`
- **lazy**: making the dataset opens no image; `dataset[i]` opens its own, each time, and keeps nothing

`directory` and `root` are each a `str` or a `Path`.

Read more: [ImageFolder](https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html),
[pathlib](https://docs.python.org/3/library/pathlib.html),
[Image.convert](https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image.convert)

## Why it works

The numbers are part of the model. `os.listdir`, `os.scandir` and `iterdir` promise no order, so without `sorted` the
same tree can give pizza another number on another machine, and a saved model is wrong there about everything. Save
`classes` beside the weights.

`*.jpg` misses `.png`, `.jpeg` and `.JPG`, silently: the dataset is only smaller than you think. A class found without
images is worth an error for the same reason. Do not take the class from `path.parent.name`: for a folder in a folder
it is the wrong one. And every folder is a class, also one such as `.ipynb_checkpoints`, which some editors leave
behind; it holds no image, so the error shows you where to look.

Files are grey, transparent or with a palette as it comes; a network's first layer wants one number of channels. Hence
`convert("RGB")`, which also reads the pixels, so that the file can be closed. It drops transparency and blends nothing:
a transparent pixel shows the colour that is stored with it.

Try next: sort a few pictures of your own into two folders, add an empty `.ipynb_checkpoints`, and compare what
`ImageFolderCustom` and `torchvision.datasets.ImageFolder` say.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from torch.utils.data import Dataset

ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".webp")


def find_classes(directory: str | Path) -> tuple[list[str], dict[str, int]]:
    """The sorted names of the folders in `directory`, and the number of each."""
    # BEGIN SOLUTION
    classes = sorted(entry.name for entry in Path(directory).iterdir() if entry.is_dir())
    if not classes:
        raise FileNotFoundError(f"There is no class folder in {directory}.")
    return classes, {name: number for number, name in enumerate(classes)}
    # END SOLUTION


class ImageFolderCustom(Dataset[tuple[Any, int]]):
    """Images in folders, each folder a class: sample i is (image, class number)."""

    def __init__(self, root: str | Path, transform: Callable[[Image.Image], Any] | None = None) -> None:
        """Find the classes and the images' paths; no image is opened here."""
        # BEGIN SOLUTION
        self.classes, self.class_to_idx = find_classes(root)
        self.transform = transform
        self.samples: list[tuple[Path, int]] = []
        for name, number in self.class_to_idx.items():
            files = [path for path in Path(root, name).rglob("*") if path.is_file()]
            found = [path for path in files if path.name.lower().endswith(ENDINGS)]
            if not found:
                raise FileNotFoundError(f"There is no image in the class folder {name} of {root}.")
            found.sort(key=lambda path: (str(path.parent), path.name))
            self.samples += [(path, number) for path in found]
        # END SOLUTION

    def __len__(self) -> int:
        """The number of images."""
        # BEGIN SOLUTION
        return len(self.samples)
        # END SOLUTION

    def __getitem__(self, index: int) -> tuple[Any, int]:
        """The image, in RGB and through the transform, and the class number of sample `index`."""
        # BEGIN SOLUTION
        path, number = self.samples[index]
        with Image.open(path) as file:
            image = file.convert("RGB")
        return (image if self.transform is None else self.transform(image)), number
        # END SOLUTION
