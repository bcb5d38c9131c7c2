"""# A dataset of your own: images in a folder, labels in a CSV file

Most data does not come as tensors. It comes as a folder of files, too many for the memory, and a table that says what
each of them is. So you write a *map-style* dataset of your own, a class that knows how many samples there are and hands
out one of them by its number, reading the file at that moment. A later exercise makes batches of it with `DataLoader`,
which needs no more.

The table of this exercise, the annotations file, is a CSV file with a header and one line per sample. Its targets are
called *labels*, as those that name a kind often are:

    file,label
    boot_07.png,9
    bag_01.jpg,8
    boot_02.png,9

Write the three methods of `CustomImageDataset(annotations_file, img_dir, transform=None, target_transform=None)`, a
subclass of PyTorch's `Dataset`. With the lines above:

    >>> dataset = CustomImageDataset("annotations.csv", "images")
    >>> len(dataset)
    3
    >>> image, label = dataset[1]      # opens images/bag_01.jpg, and no other image
    >>> image.dtype, image.shape, label
    (torch.uint8, torch.Size([3, 28, 20]), 8)

- `annotations_file` and `img_dir` are each a `str` or a `Path`
- **`len(dataset)`** is the number of lines after the header. Several may name one file; the folder may hold others too
- **`dataset[i]`** is the pair `(image, label)` of line `i`, in the file's order, counted from 0; `dataset[-1]` is the
  last, as with a list. Outside of `-len(dataset)` ... `len(dataset) - 1` it raises `IndexError`: this is how `for`
  finds the end
- **image**: a `uint8` tensor of shape `(C, H, W)`: channels, height, width. All images here are 8-bit, grey (1 channel)
  or RGB (3), and keep their channels. `with Image.open(path) as file:` opens one, and `pil_to_tensor(file)` is the
  tensor; another reader with the same result is as good
- **label**: a whole number, Python's `int` or NumPy's, which shows as `np.int64(8)`; not text, a float or a tensor
- **`transform`**, if given, is called with that image, **`target_transform`** with that label, each once for
  every `dataset[i]`; what they return is handed out instead
- **lazy**: `__init__` reads the annotations, once, and touches neither images nor folder; they need not even exist
  yet. `dataset[i]` opens its own image each time and keeps nothing: a million images must not fill the memory

You may read the CSV with pandas, with Python's `csv` module, or as you like.

Read more: [torch.utils.data.Dataset](https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.Dataset),
[pil_to_tensor](https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.v2.functional.pil_to_tensor.html),
[a tutorial on datasets](https://docs.pytorch.org/tutorials/beginner/basics/data_tutorial.html)

## Why it works

A map-style dataset is nothing but `__len__` and `__getitem__`. (The other kind, *iterable-style*, has `__iter__`
instead: for streams, whose samples nobody can ask for by number.) `DataLoader` draws numbers below `len(dataset)`,
asks for each of them and stacks what comes: tensors of one shape become `(B, C, H, W)`, whole numbers an `int64`
tensor `(B,)`. That is why labels should be numbers: text would come out as a tuple of strings that no loss
understands.

A list (and `iloc`) already knows negative indices and raises `IndexError` past the end. A `for` loop without
`__iter__` counts up from 0 until that error, so an index taken modulo the length would loop for ever. The order is
the table's, not the folder's: `os.listdir` promises no order at all.

Reading in `__getitem__` lets worker processes share the work, and lets a random `transform` give another picture
every epoch. `transform` gets a *tensor*: `v2.ToDtype(torch.float32, scale=True)` makes it 0 to 1. The older
`transforms.ToTensor()` wants a PIL image or an array and fails; the deprecated `v2.ToTensor()` is worse, and hands the
`uint8` tensor on unchanged. Only images of one shape can be stacked: a `v2.Resize` in `transform` sees to that.

Try next: torchvision's `datasets.FashionMNIST` offers 70,000 images; save a few, write their CSV, and load them with
this.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from PIL import Image
from torch.utils.data import Dataset
from torchvision.transforms.v2.functional import pil_to_tensor


class CustomImageDataset(Dataset[tuple[Any, Any]]):
    """Images of a folder with labels from a CSV file: sample i is line i after the header, as (image, label)."""

    def __init__(
        self,
        annotations_file: str | Path,
        img_dir: str | Path,
        transform: Callable[[torch.Tensor], Any] | None = None,
        target_transform: Callable[[int], Any] | None = None,
    ) -> None:
        """Read the annotations and remember the rest; no image is opened here."""
        # BEGIN SOLUTION
        annotations = pd.read_csv(annotations_file)
        self.files: list[str] = annotations["file"].tolist()
        self.labels: list[int] = annotations["label"].tolist()
        self.img_dir = Path(img_dir)
        self.transform = transform
        self.target_transform = target_transform
        # END SOLUTION

    def __len__(self) -> int:
        """The number of samples."""
        # BEGIN SOLUTION
        return len(self.files)
        # END SOLUTION

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        """The image (C, H, W) and label of sample `index`, each through its transform; IndexError when out of range."""
        # BEGIN SOLUTION
        with Image.open(self.img_dir / self.files[index]) as file:
            image = pil_to_tensor(file)  # (C, H, W), uint8
        label = self.labels[index]
        if self.transform is not None:
            image = self.transform(image)
        if self.target_transform is not None:
            label = self.target_transform(label)
        return image, label
        # END SOLUTION
