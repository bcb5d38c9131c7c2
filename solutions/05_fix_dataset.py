"""# A dataset that does not work

Here is a colleague's `CustomImageDataset`. It is nearly right, as code from memory often is: eight slips in three
short methods, one of them made in two places. Some stop the program at once, and the error says what is wrong. The
others are silent, or complain later and somewhere else. So a dataset is worth a minute of distrust before an hour of
training: look at its length, at its first sample and its last, and at what comes out when a transform is given.

The annotations have one column more than in 05_custom_dataset. It says which samples are there to train with and which
to test with:

    file,label,split
    coat_10.png,2,train
    shoe_07.png,7,test
    bag_01.png,4,train

pandas reads them into a table (it knows the first line as the header). Every row has a name: its number when the file
was read. Mind what the rows are called when some of them are picked out:

    >>> table = pd.read_csv("annotations.csv")
    >>> train = table[table["split"] == "train"]
    >>> print(train)
              file  label  split
    0  coat_10.png      2  train
    2   bag_01.png      4  train

Two rows, called 0 and 2. `train["label"][1]` looks for a row *called* 1, and raises KeyError; `.iloc[1]`, of a table
or a column, is the row in place 1, whatever it is called.

Put `CustomImageDataset(annotations_file, img_dir, split, transform=None, target_transform=None)` right:

- **`len(dataset)`** is the number of lines of this `split` alone. There may be none
- **`dataset[i]`** is the pair `(image, label)` of its line `i`, counted from 0 among the lines of the split, in the
  file's order. Indices work as with a list: `dataset[-1]` is the last, and `IndexError` is raised outside
- **image**: a `uint8` tensor `(C, H, W)` of the file in `img_dir`, opened when the sample is asked for.
  **label**: a whole number, Python's `int` or NumPy's
- **`transform`**, if given, is called with the image, **`target_transform`** with the label, each once for every
  `dataset[i]`; what they return is handed out instead. Either may be given without the other
- several datasets, of one split or of two, do not disturb each other

`img_dir` is a `str` or a `Path`. You may mend what there is or write it anew.

Read more: [indexing in pandas](https://pandas.pydata.org/docs/user_guide/indexing.html),
[torch.utils.data.Dataset](https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.Dataset)

## Why it works

Three slips raise an error, each in its own words. "takes 1 positional argument but 2 were given": Python passes `self`
unasked, so the method lacks a parameter. "has no attribute": without `self.` a name in `__init__` is a local one, and
gone when the method ends. "KeyError": `[...]` looks for the row of that name, `.iloc[...]` for the row in that place.
Were all lines to train with at the top of the file, `train[0]` up to its last sample would work by luck; `train[-1]`,
the end of a `for` loop and `test[0]` would raise KeyError still.

Five raise nothing where they are. A method without `return` gives None, and the complaint comes from far away, when a
batch is made ("found <class 'NoneType'>"). `.size` counts the cells of a table, `len` its rows. `self.transform(image)`
computes a new image and drops it. `self.target_transform` without parentheses is the function itself, and the labels
are functions then. And `self.target_transform = transform` was copied from the line above.

Try next: `reset_index(drop=True)` in `__init__` renames the rows 0, 1, 2, ... Which of the promises does `[...]` keep
then, and which not?
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
    """The images of one split of a CSV file with the columns file, label and split, as samples (image, label)."""

    def __init__(
        self,
        annotations_file: str | Path,
        img_dir: str | Path,
        split: str,
        transform: Callable[[torch.Tensor], Any] | None = None,
        target_transform: Callable[[int], Any] | None = None,
    ) -> None:
        """Read the lines of the split and remember the rest; no image is opened here."""
        # BEGIN SOLUTION
        table = pd.read_csv(annotations_file)
        self.table = table[table["split"] == split]
        self.img_dir = Path(img_dir)
        self.transform = transform
        self.target_transform = target_transform
        # END SOLUTION
        # BEGIN PROMPT
        # # TODO: put this right
        # table = pd.read_csv(annotations_file)
        # self.table = table[table["split"] == split]
        # img_dir = Path(img_dir)
        # self.transform = transform
        # self.target_transform = transform
        # END PROMPT

    def __len__(self) -> int:
        """The number of samples."""
        # BEGIN SOLUTION
        return len(self.table)
        # END SOLUTION
        # BEGIN PROMPT
        # # TODO: put this right
        # return self.table.size
        # END PROMPT

    # BEGIN SOLUTION
    def __getitem__(self, index: int) -> tuple[Any, Any]:
        """The image (C, H, W) and label of sample `index`, each through its transform."""
        row = self.table.iloc[index]
        with Image.open(self.img_dir / row["file"]) as file:
            image = pil_to_tensor(file)  # (C, H, W), uint8
        label = row["label"]
        if self.transform is not None:
            image = self.transform(image)
        if self.target_transform is not None:
            label = self.target_transform(label)
        return image, label

    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # def __getitem__(self):
    #     """The image (C, H, W) and label of sample `index`, each through its transform."""
    #     with Image.open(self.img_dir / self.table["file"][index]) as file:
    #         image = pil_to_tensor(file)  # (C, H, W), uint8
    #     label = self.table["label"][index]
    #     if self.transform is not None:
    #         self.transform(image)
    #     if self.target_transform is not None:
    #         label = self.target_transform
    # END PROMPT
