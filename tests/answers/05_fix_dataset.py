"""Wrong answers that 05_fix_dataset must catch: each slip left as it was, and repairs that fall short; right ones."""

import csv
from pathlib import Path

import pandas as pd
from PIL import Image
from torch.utils.data import Dataset
from torchvision.transforms.v2.functional import pil_to_tensor

from tutor.checks import right, wrong


def read_image(path):
    """The file's pixels: a uint8 tensor (C, H, W)."""
    with Image.open(path) as file:
        return pil_to_tensor(file)


@wrong(
    caught_by="test_one_sample",
    because="`img_dir` is a name of `__init__` alone; `__getitem__` finds only what was kept on `self`.",
)
def folder_not_kept(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, split, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, split, transform, target_transform)
            del self.img_dir

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_one_sample",
    because="Python passes the dataset itself as `self`; the index needs a parameter of its own.",
)
def no_index(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self):
            return super().__getitem__(0)

    CustomImageDataset.__getitem__.__qualname__ = "CustomImageDataset.__getitem__"  # as the error names it
    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_one_sample", because="A method gives None where it ends without meeting a `return`.")
def returns_nothing(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            super().__getitem__(index)

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_one_sample", because="The image is returned and the label left behind; a sample is both.")
def image_alone(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            return super().__getitem__(index)[0]

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_one_sample", because="The pair is (image, label), in this order.")
def label_first(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            image, label = super().__getitem__(index)
            return label, image

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_length", because="`.size` counts the cells of a table: three columns, three for each line.")
def counts_cells(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __len__(self):
            return self.table.size

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_length", because="These are the columns of the table; its rows are the samples.")
def counts_columns(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __len__(self):
            return len(self.table.columns)

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_length", because="The whole table is kept: both splits come, and the test data is trained with.")
def all_splits(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, split, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, split, transform, target_transform)
            self.table = pd.read_csv(annotations_file)

    return {"CustomImageDataset": CustomImageDataset}


def by_name(look_up):
    """A dataset that picks its row with `look_up(table, index)`."""

    def answer(solution):
        class CustomImageDataset(solution.CustomImageDataset):
            def __getitem__(self, index):
                file, label = look_up(self.table, index)
                image = read_image(self.img_dir / file)
                image = image if self.transform is None else self.transform(image)
                return image, label if self.target_transform is None else self.target_transform(label)

        return {"CustomImageDataset": CustomImageDataset}

    return answer


@wrong(
    caught_by="test_every_sample",
    because="`[index]` and `.loc` look for a row *called* so; the picked rows kept the names they had in the file.",
)
def rows_by_name(solution):
    return by_name(lambda table, index: (table["file"][index], table["label"][index]))(solution)


@wrong(
    caught_by="test_every_sample",
    because="`[index]` and `.loc` look for a row *called* so; the picked rows kept the names they had in the file.",
)
def rows_by_loc(solution):
    return by_name(lambda table, index: (table.loc[index, "file"], table.loc[index, "label"]))(solution)


@wrong(
    caught_by="test_every_sample",
    because="The image is of the split's line, but the label is of the line with this number in the whole file.",
)
def label_of_the_whole_file(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, split, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, split, transform, target_transform)
            self.labels = pd.read_csv(annotations_file)["label"]

        def __getitem__(self, index):
            image, _ = super().__getitem__(index)
            return image, self.labels.iloc[index]

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_every_sample",
    because="The label is of the split's line, but the image is of the line with this number in the whole file.",
)
def file_of_the_whole_table(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, split, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, split, transform, target_transform)
            self.files = pd.read_csv(annotations_file)["file"]

        def __getitem__(self, index):
            _, label = super().__getitem__(index)
            return read_image(self.img_dir / self.files.iloc[index]), label

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_one_sample",
    because="Sorted anew the samples come in the order of their file names, not in that of the annotations.",
)
def sorted_by_file(solution):
    def look_up(table, index):
        row = table.sort_values("file").iloc[index]
        return row["file"], row["label"]

    answer = by_name(look_up)(solution)["CustomImageDataset"]
    return {"CustomImageDataset": answer}


@wrong(
    caught_by="test_index",
    because="Renamed 0, 1, 2, ... the rows still have names: none is called -1, and past the end comes KeyError.",
)
def renamed_rows(solution):
    def look_up(table, index):
        table = table.reset_index(drop=True)
        return table["file"][index], table["label"][index]

    return by_name(look_up)(solution)


@wrong(caught_by="test_index", because="-1 is refused, though a list takes it: dataset[-1] should be the last sample.")
def refuses_negative(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            if not 0 <= index < len(self):
                raise IndexError(index)
            return super().__getitem__(index)

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_transform", because="The transformed image is computed and dropped: nobody gave it a name.")
def result_dropped(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            row = self.table.iloc[index]
            image, label = read_image(self.img_dir / row["file"]), row["label"]
            if self.transform is not None:
                self.transform(image)
            if self.target_transform is not None:
                label = self.target_transform(label)
            return image, label

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_transform",
    because="`target_transform` was set to `transform`, by a line that was copied: the label goes through the image's.",
)
def copied_line(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, split, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, split, transform, transform)

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_target_transform",
    because="Without parentheses this is the function itself: every label is a function then.",
)
def never_called(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            row = self.table.iloc[index]
            image, label = read_image(self.img_dir / row["file"]), row["label"]
            if self.transform is not None:
                image = self.transform(image)
            if self.target_transform is not None:
                label = self.target_transform
            return image, label

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_target_transform",
    because="The label's transform is reached only when there is one for the image as well.",
)
def one_needs_the_other(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, split, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, split, transform, target_transform if transform else None)

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_two_datasets",
    because="What is kept on the class belongs to all datasets: the newest one's table is everybody's.",
)
def kept_on_the_class(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, split, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, split, transform, target_transform)
            CustomImageDataset.table = self.__dict__.pop("table")

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_two_datasets",
    because="The folder is a global name: a second dataset moves the first one's folder too.",
)
def global_folder(solution):
    folder = []

    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, split, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, split, transform, target_transform)
            folder[:] = [Path(img_dir)]

        def __getitem__(self, index):
            self.img_dir = folder[0]
            return super().__getitem__(index)

    return {"CustomImageDataset": CustomImageDataset}


@right("by lists of files and labels, read with the csv module")
def by_lists(solution):
    class CustomImageDataset(Dataset):
        def __init__(self, annotations_file, img_dir, split, transform=None, target_transform=None):
            with Path(annotations_file).open(newline="") as lines:
                self.lines = [line for line in csv.DictReader(lines) if line["split"] == split]
            self.img_dir, self.transform, self.target_transform = str(img_dir), transform, target_transform

        def __len__(self):
            return len(self.lines)

        def __getitem__(self, index):
            line = self.lines[index]
            image, label = read_image(f"{self.img_dir}/{line['file']}"), int(line["label"])
            if self.transform:
                image = self.transform(image)
            if self.target_transform:
                label = self.target_transform(label)
            return image, label

    return {"CustomImageDataset": CustomImageDataset}


@right("by columns turned into NumPy arrays, and a list as the pair")
def by_arrays(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, split, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, split, transform, target_transform)
            self.files, self.labels = self.table["file"].to_numpy(), self.table["label"].to_numpy()

        def __len__(self):
            return self.table.shape[0]

        def __getitem__(self, index):
            image, label = read_image(self.img_dir / self.files[index]), self.labels[index]
            image = self.transform(image) if self.transform else image
            return [image, self.target_transform(label) if self.target_transform else label]

    return {"CustomImageDataset": CustomImageDataset}


@right("by query, renamed rows, and an own check of the index")
def by_renamed_rows(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, split, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, split, transform, target_transform)
            self.table = pd.read_csv(annotations_file).query("split == @split").reset_index(drop=True)

        def __getitem__(self, index):
            if not -len(self) <= index < len(self):
                raise IndexError(f"{index} of {len(self)}")
            return super().__getitem__(index % len(self))

    return {"CustomImageDataset": CustomImageDataset}
