"""Wrong answers that 05_custom_dataset must catch, and right ones it must accept."""

import csv
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from PIL import Image
from torch.utils.data import Dataset
from torchvision.transforms.v2 import functional as F

from tutor.checks import right, wrong


def read_image(path):
    """The file's pixels: a uint8 tensor (C, H, W)."""
    with Image.open(path) as image:
        return F.pil_to_tensor(image)


@wrong(caught_by="test_length", because="The header line is counted as a sample: pass over it before reading the rest.")
def header_is_a_sample(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, transform, target_transform)
            table = pd.read_csv(annotations_file, header=None)
            self.files, self.labels = table[0].tolist(), table[1].tolist()

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_length", because="The files of the folder are counted, not the lines of the annotations.")
def counts_the_folder(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __len__(self):
            return len([*self.img_dir.iterdir()])

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_length",
    because="Lines that name the same file are taken for one, as in a dictionary; each line is a sample of its own.",
)
def one_label_per_file(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, transform, target_transform)
            labels = dict(zip(self.files, self.labels, strict=True))
            self.files, self.labels = list(labels), list(labels.values())

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_length",
    because="One line is missing. Was the header taken away twice? pandas and csv.DictReader pass over it themselves.",
)
def header_taken_away_twice(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __len__(self):
            return super().__len__() - 1

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_length", because="`.size` counts the cells of a table: two columns, two for each line.")
def counts_cells(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __len__(self):
            return pd.DataFrame({"file": self.files, "label": self.labels}).size

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_length", because="The file ends with a newline: the empty text behind it is no line.")
def empty_last_line(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, transform, target_transform)
            self.lines = Path(annotations_file).read_text().split("\n")[1:]

        def __len__(self):
            return len(self.lines)

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_length", because="The file ends with a newline: the empty text behind it is no line.")
def empty_last_line_unpacked(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, transform, target_transform)
            lines = Path(annotations_file).read_text().split("\n")[1:]
            self.labels = [int(label) for _, label in (line.split(",") for line in lines)]

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_one_sample",
    because="A name without `self.` belongs to `__init__` alone; `__getitem__` finds only what is kept on `self`.",
)
def folder_not_kept(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, transform, target_transform)
            del self.img_dir

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_one_sample",
    because="A name without `self.` belongs to `__init__` alone; `__getitem__` finds only what is kept on `self`.",
)
def transform_not_kept(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, transform, target_transform)
            del self.transform

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_one_sample",
    because="`img_dir` is a str this time, and `/` joins no texts: `Path(img_dir)` makes a path of either.",
)
def texts_joined_by_a_slash(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, transform, target_transform)
            self.img_dir = img_dir

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_order",
    because="`img_dir` is a Path this time, and `+` joins texts alone: `Path(img_dir) / name` takes either.",
)
def path_plus_text(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, transform, target_transform)
            self.folder = img_dir

        def __getitem__(self, index):
            image = read_image(self.folder + "/" + self.files[index])
            return image, self.labels[index]

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_one_sample", because="A transform that was not given is None, which cannot be called: ask first."
)
def calls_none(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            image = self.transform(read_image(self.img_dir / self.files[index]))
            return image, self.target_transform(self.labels[index])

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_one_sample", because="A method gives None where it ends without meeting a `return`.")
def returns_nothing(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            return None if self.transform is None else super().__getitem__(index)

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_one_sample", because="The pair is (image, label), in this order.")
def label_first(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            image, label = super().__getitem__(index)
            return label, image

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_order",
    because="The images come in the folder's order and the labels in the table's: they no longer belong together.",
)
def sorted_folder(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            self.files = sorted(path.name for path in self.img_dir.iterdir())
            return super().__getitem__(index)

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_one_sample", because="The label is still the text of the CSV cell: int() makes a number of it.")
def labels_are_text(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, transform, target_transform)
            self.labels = [str(label) for label in self.labels]

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_one_sample", because="The labels are floats: a number that names a class is a whole one.")
def labels_are_floats(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, transform, target_transform)
            self.labels = [float(label) for label in self.labels]

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_one_sample",
    because="The label is a tensor already: `DataLoader` makes one of all the labels of a batch by itself.",
)
def labels_are_tensors(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, transform, target_transform)
            self.labels = torch.tensor(self.labels)

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_one_sample", because="The image lies on its side: the height comes before the width.")
def width_before_height(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            image, label = super().__getitem__(index)
            return image.transpose(1, 2), label

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_one_sample", because="A PIL image is handed out where a uint8 tensor (C, H, W) should be.")
def pil_image(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            image = Image.open(self.img_dir / self.files[index])
            image = self.transform(image) if self.transform else image
            label = self.labels[index]
            return image, self.target_transform(label) if self.target_transform else label

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_one_sample", because="The image is scaled to 0 ... 1 already: that is a transform's business.")
def scaled_already(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            image, label = super().__getitem__(index)
            return image / 255 if isinstance(image, torch.Tensor) else image, label

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_one_sample",
    because="The image is (H, W, C), as NumPy and PIL have it; PyTorch wants the channels first.",
)
def channels_last(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            image, label = super().__getitem__(index)
            return image.permute(1, 2, 0), label

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_order",
    because="The dataset counts for itself which sample is next: the index that it was asked for is not used.",
)
def counts_for_itself(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            self.position = getattr(self, "position", -1) + 1
            return super().__getitem__(self.position % len(self))

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_grey_and_jpeg", because="A grey image has lost its dimension of channels: (H, W) for (1, H, W).")
def grey_without_channel(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            image, label = super().__getitem__(index)
            return image.squeeze(0) if isinstance(image, torch.Tensor) else image, label

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_grey_and_jpeg", because="Every image is turned into colour: a grey one comes with 3 channels.")
def always_colour(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            image = Image.open(self.img_dir / self.files[index]).convert("RGB")
            return F.pil_to_tensor(image), self.labels[index]

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_index", because="An index past the end starts again at the front, so a `for` loop never ends.")
def wraps_around(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            return super().__getitem__(index % len(self))

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_index",
    because="`.loc` looks for a line labelled -1 and raises KeyError; `.iloc` counts as a list does.",
)
def loc_for_iloc(solution):
    class CustomImageDataset(Dataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            self.table = pd.read_csv(annotations_file)
            self.img_dir, self.transform, self.target_transform = img_dir, transform, target_transform

        def __len__(self):
            return len(self.table)

        def __getitem__(self, index):
            line = self.table.loc[index]
            return read_image(f"{self.img_dir}/{line['file']}"), line["label"]

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_index", because="Negative indices are refused, though dataset[-1] should be the last sample.")
def refuses_negative(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            if not 0 <= index < len(self):
                raise IndexError(index)
            return super().__getitem__(index)

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_lazy",
    because="Every image is read when the dataset is made: a large folder fills the memory before training starts.",
)
def eager(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, transform, target_transform)
            self.images = [read_image(self.img_dir / file) for file in self.files]

        def __getitem__(self, index):
            image, label = self.images[index], self.labels[index]
            image = self.transform(image) if self.transform else image
            return image, self.target_transform(label) if self.target_transform else label

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_lazy",
    because="Each line's image is looked for when the dataset is made; only the annotations should be read.",
)
def leaves_missing_images_out(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, transform, target_transform)
            there = [line for line in zip(self.files, self.labels, strict=True) if (self.img_dir / line[0]).exists()]
            self.files, self.labels = [file for file, _ in there], [label for _, label in there]

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_lazy", because="Images once read are kept for ever: after one epoch the whole folder is in memory."
)
def caches_images(solution):
    cached = lru_cache(maxsize=None)(read_image)

    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            image, label = cached(self.img_dir / self.files[index]), self.labels[index]
            image = self.transform(image) if self.transform else image
            return image, self.target_transform(label) if self.target_transform else label

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_lazy",
    because="The annotations are read again for every sample: a CSV of a million lines, a million times.",
)
def reads_the_table_every_time(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, transform, target_transform)
            self.annotations_file = annotations_file

        def __getitem__(self, index):
            table = pd.read_csv(self.annotations_file)
            self.files, self.labels = table["file"].tolist(), table["label"].tolist()
            return super().__getitem__(index)

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_transform", because="Both transforms are stored and never called.")
def forgets_transforms(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir)

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_transform",
    because="The transforms are swapped: transform gets the label, and target_transform the image.",
)
def swapped_transforms(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            super().__init__(annotations_file, img_dir, target_transform, transform)

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_transform",
    because="The image is scaled before the transform, which no longer gets the uint8 tensor it was written for.",
)
def scales_before_the_transform(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            if transform is not None:
                given = transform

                def transform(image):
                    return given(image.float() / 255)

            super().__init__(annotations_file, img_dir, transform, target_transform)

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_target_transform", because="The label's transform waits for an image transform to be given as well."
)
def target_transform_only_with_transform(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            image = read_image(self.img_dir / self.files[index])
            label = self.labels[index]
            if self.transform:
                image = self.transform(image)
                if self.target_transform:
                    label = self.target_transform(label)
            return image, label

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_transform", because="The transformed image is computed and dropped: nobody gave it a name.")
def image_dropped(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            image, label = read_image(self.img_dir / self.files[index]), self.labels[index]
            if self.transform is not None:
                self.transform(image)
            if self.target_transform is not None:
                label = self.target_transform(label)
            return image, label

    return {"CustomImageDataset": CustomImageDataset}


@wrong(
    caught_by="test_target_transform",
    because="The transformed label is computed and dropped: nobody gave it a name.",
)
def label_dropped(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            image, label = read_image(self.img_dir / self.files[index]), self.labels[index]
            if self.transform is not None:
                image = self.transform(image)
            if self.target_transform is not None:
                self.target_transform(label)
            return image, label

    return {"CustomImageDataset": CustomImageDataset}


@wrong(caught_by="test_target_transform", because="`or` takes the old label back whenever the new one is 0 or None.")
def zero_is_no_label(solution):
    class CustomImageDataset(solution.CustomImageDataset):
        def __getitem__(self, index):
            image = read_image(self.img_dir / self.files[index])
            image = self.transform(image) if self.transform else image
            label = self.labels[index]
            return image, (self.target_transform and self.target_transform(label)) or label

    return {"CustomImageDataset": CustomImageDataset}


@right("by pandas' iloc, with NumPy's integers as labels")
def by_iloc(solution):
    class CustomImageDataset(Dataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            self.table = pd.read_csv(annotations_file)
            self.img_dir, self.transform, self.target_transform = img_dir, transform, target_transform

        def __len__(self):
            return self.table.shape[0]

        def __getitem__(self, index):
            image = read_image(Path(self.img_dir).joinpath(self.table.iloc[index, 0]))
            label = self.table.iloc[index, 1]
            if self.transform:
                image = self.transform(image)
            if self.target_transform:
                label = self.target_transform(label)
            return image, label

    return {"CustomImageDataset": CustomImageDataset}


@right("by the csv module and torchvision's own decoder")
def by_csv_and_decoder(solution):
    from torchvision.io import decode_image

    class CustomImageDataset(Dataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            with Path(annotations_file).open(newline="") as lines:
                self.samples = [(Path(img_dir, line["file"]), int(line["label"])) for line in csv.DictReader(lines)]
            self.transform = transform or (lambda image: image)
            self.target_transform = target_transform or (lambda label: label)

        def __len__(self):
            return len(self.samples)

        def __getitem__(self, index):
            path, label = self.samples[index]
            return self.transform(decode_image(str(path))), self.target_transform(label)

    return {"CustomImageDataset": CustomImageDataset}


@right("by splitting the text oneself, a NumPy array, and an own check of the index")
def by_hand(solution):
    class CustomImageDataset(Dataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            _, *lines = Path(annotations_file).read_text().splitlines()
            self.lines = dict(enumerate(lines))
            self.img_dir = str(img_dir)
            self.transform, self.target_transform = transform, target_transform

        def __len__(self):
            return len(self.lines)

        def __getitem__(self, index):
            if index < 0:
                index += len(self)
            if index not in self.lines:
                raise IndexError(f"there are only {len(self)} samples")
            file, label = self.lines[index].split(",")
            array = np.atleast_3d(np.array(Image.open(f"{self.img_dir}/{file}")))  # (H, W, C)
            image, label = torch.from_numpy(array).permute(2, 0, 1), int(label)
            if self.transform is not None:
                image = self.transform(image)
            if self.target_transform is not None:
                label = self.target_transform(label)
            return image, label

    return {"CustomImageDataset": CustomImageDataset}


@right("by NumPy records and the pixels' bytes, with a list as the pair")
def by_bytes(solution):
    class CustomImageDataset(Dataset):
        def __init__(self, annotations_file, img_dir, transform=None, target_transform=None):
            self.table = np.genfromtxt(
                annotations_file, delimiter=",", names=True, dtype=None, encoding="utf-8", ndmin=1
            )
            self.img_dir, self.transform, self.target_transform = Path(img_dir), transform, target_transform

        def __len__(self):
            return len(self.table)

        def __getitem__(self, index):
            file, label = self.table[index]
            with Image.open(self.img_dir / file) as image:
                size = (image.height, image.width, len(image.getbands()))
                pixels = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8).reshape(size)
            transforms = [(self.transform, pixels.permute(2, 0, 1).contiguous()), (self.target_transform, label)]
            return [value if transform is None else transform(value) for transform, value in transforms]

    return {"CustomImageDataset": CustomImageDataset}
