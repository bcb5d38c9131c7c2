"""Wrong answers that 05_transforms must catch, and right ones it must accept."""

import random

import torch
from PIL import Image
from torch import nn
from torch.utils.data import default_collate
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as F
from torchvision.utils import make_grid

from tutor.checks import right, wrong


def pipelines(resize, flip, augment, scale, *, order="fas"):
    """The pair from its steps; `order` of train after resizing: f(lip), a(ugment), s(cale)."""
    steps = {"f": [flip], "a": [] if augment is None else [augment], "s": [scale]}
    train = v2.Compose([v2.ToImage(), resize, *(step for letter in order for step in steps[letter])])
    return train, v2.Compose([v2.ToImage(), resize, scale])


SCALE = v2.ToDtype(torch.float32, scale=True)


@wrong(
    caught_by="test_scaled",
    because="ToDtype without scale=True changes the dtype alone: the values still go from 0 to 255.",
)
def not_scaled(solution):
    def make_transforms(size, flip=0.5, augment=None):
        return pipelines(v2.Resize(size), v2.RandomHorizontalFlip(flip), augment, v2.ToDtype(torch.float32))

    return {"make_transforms": make_transforms}


@wrong(caught_by="test_scaled", because="Scaled by ToDtype and divided by 255 besides: nearly black.")
def scaled_twice(solution):
    def make_transforms(size, flip=0.5, augment=None):
        train, evaluation = solution.make_transforms(size, flip, augment)
        return lambda image: train(image) / 255, lambda image: evaluation(image) / 255

    return {"make_transforms": make_transforms}


@wrong(
    caught_by="test_scaled",
    because="Nothing turns a PIL image into a tensor: ToDtype lets it pass as it is.",
)
def pil_stays_pil(solution):
    def make_transforms(size, flip=0.5, augment=None):
        train, _ = solution.make_transforms(size, flip, augment)
        return train, v2.Compose([v2.Resize(size), SCALE])

    return {"make_transforms": make_transforms}


@wrong(
    caught_by="test_size",
    because="Resize with one number sets the shorter side and keeps the proportions: sizes still differ.",
)
def shorter_side(solution):
    def make_transforms(size, flip=0.5, augment=None):
        return pipelines(v2.Resize(min(size)), v2.RandomHorizontalFlip(flip), augment, SCALE)

    return {"make_transforms": make_transforms}


@wrong(caught_by="test_size", because="Width before height: that is PIL's order, torchvision has (height, width).")
def width_first(solution):
    def make_transforms(size, flip=0.5, augment=None):
        height, width = size
        return pipelines(v2.Resize((width, height)), v2.RandomHorizontalFlip(flip), augment, SCALE)

    return {"make_transforms": make_transforms}


@wrong(
    caught_by="test_size",
    because="A crop cuts a piece out of the picture; Resize squeezes the whole of it into the size.",
)
def crops(solution):
    def make_transforms(size, flip=0.5, augment=None):
        return pipelines(v2.CenterCrop(size), v2.RandomHorizontalFlip(flip), augment, SCALE)

    return {"make_transforms": make_transforms}


@wrong(caught_by="test_size", because="Without antialiasing most pixels of a large picture are thrown away unseen.")
def nearest(solution):
    def make_transforms(size, flip=0.5, augment=None):
        resize = v2.Resize(size, interpolation=v2.InterpolationMode.NEAREST)
        return pipelines(resize, v2.RandomHorizontalFlip(flip), augment, SCALE)

    return {"make_transforms": make_transforms}


@wrong(
    caught_by="test_size",
    because="With antialias=False only the nearest pixels count: when a picture shrinks, those between are lost.",
)
def not_antialiased(solution):
    def make_transforms(size, flip=0.5, augment=None):
        return pipelines(v2.Resize(size, antialias=False), v2.RandomHorizontalFlip(flip), augment, SCALE)

    return {"make_transforms": make_transforms}


@wrong(caught_by="test_never_and_always", because="A random crop shows another piece of the picture at each call.")
def random_crop(solution):
    def make_transforms(size, flip=0.5, augment=None):
        _, evaluation = solution.make_transforms(size, flip, augment)
        vary = [v2.RandomResizedCrop(size), v2.RandomHorizontalFlip(flip)]
        return v2.Compose([v2.ToImage(), *vary, *([augment] * (augment is not None)), SCALE]), evaluation

    return {"make_transforms": make_transforms}


@wrong(
    caught_by="test_never_and_always",
    because="`augment` is put in even when it is None, and Compose calls whatever it holds.",
)
def calls_none(solution):
    def make_transforms(size, flip=0.5, augment=None):
        _, evaluation = solution.make_transforms(size, flip, augment)
        steps = [v2.ToImage(), v2.Resize(size), v2.RandomHorizontalFlip(flip), augment, SCALE]
        return v2.Compose(steps), evaluation

    return {"make_transforms": make_transforms}


@wrong(
    caught_by="test_never_and_always",
    because="The vertical flip turns the picture upside down; the horizontal one mirrors it.",
)
def upside_down(solution):
    def make_transforms(size, flip=0.5, augment=None):
        return pipelines(v2.Resize(size), v2.RandomVerticalFlip(flip), augment, SCALE)

    return {"make_transforms": make_transforms}


@wrong(
    caught_by="test_never_and_always",
    because="`flip` is not handed on: the transform keeps its own probability of one half.",
)
def own_probability(solution):
    def make_transforms(size, flip=0.5, augment=None):
        return pipelines(v2.Resize(size), v2.RandomHorizontalFlip(), augment, SCALE)

    return {"make_transforms": make_transforms}


@wrong(
    caught_by="test_by_chance",
    because="Whether to mirror is decided once, when the transform is made: every call does the same.",
)
def decided_once(solution):
    def make_transforms(size, flip=0.5, augment=None):
        return solution.make_transforms(size, float(torch.rand(()).item() < flip), augment)

    return {"make_transforms": make_transforms}


@wrong(
    caught_by="test_any_picture",
    because="One Compose for both: evaluation is mirrored as training is.",
)
def one_for_both(solution):
    def make_transforms(size, flip=0.5, augment=None):
        train, _ = solution.make_transforms(size, flip, augment)
        return train, train

    return {"make_transforms": make_transforms}


@wrong(
    caught_by="test_evaluation",
    because="RandomHorizontalFlip(0) never mirrors, but it draws a number all the same: leave the flip out.",
)
def flip_of_zero(solution):
    def make_transforms(size, flip=0.5, augment=None):
        train, _ = solution.make_transforms(size, flip, augment)
        return train, v2.Compose([v2.ToImage(), v2.Resize(size), v2.RandomHorizontalFlip(0), SCALE])

    return {"make_transforms": make_transforms}


@wrong(
    caught_by="test_evaluation",
    because="`augment` is in the evaluation too: the model is measured on altered pictures.",
)
def augments_evaluation(solution):
    def make_transforms(size, flip=0.5, augment=None):
        train, evaluation = solution.make_transforms(size, flip, augment)
        if augment is None:
            return train, evaluation
        return train, v2.Compose([v2.ToImage(), v2.Resize(size), augment, SCALE])

    return {"make_transforms": make_transforms}


@wrong(caught_by="test_augment", because="`augment` is taken and never called.")
def forgets_augment(solution):
    def make_transforms(size, flip=0.5, augment=None):
        return solution.make_transforms(size, flip)

    return {"make_transforms": make_transforms}


@wrong(
    caught_by="test_augment", because="`augment` comes after the scaling: it gets floats where it wants grey values."
)
def augments_floats(solution):
    def make_transforms(size, flip=0.5, augment=None):
        return pipelines(v2.Resize(size), v2.RandomHorizontalFlip(flip), augment, SCALE, order="fsa")

    return {"make_transforms": make_transforms}


@wrong(caught_by="test_augment", because="A tensor is made after `augment`, which gets a PIL image if one is given.")
def augments_pil(solution):
    def make_transforms(size, flip=0.5, augment=None):
        _, evaluation = solution.make_transforms(size, flip, augment)
        steps = [v2.Resize(size), v2.RandomHorizontalFlip(flip), *([augment] * (augment is not None))]
        return v2.Compose([*steps, v2.ToImage(), SCALE]), evaluation

    return {"make_transforms": make_transforms}


@wrong(caught_by="test_augment", because="`augment` comes before the mirror, not after it.")
def augments_first(solution):
    def make_transforms(size, flip=0.5, augment=None):
        return pipelines(v2.Resize(size), v2.RandomHorizontalFlip(flip), augment, SCALE, order="afs")

    return {"make_transforms": make_transforms}


def grid_by(arrange):
    """`labelled_grid` whose picture is arrange(images, columns)."""

    def labelled_grid(dataset, indices, classes, columns):
        images, labels = zip(*(dataset[i] for i in indices), strict=True)
        return arrange(list(images), columns), [classes[label] for label in labels]

    return {"labelled_grid": labelled_grid}


@wrong(caught_by="test_grid_by_example", because="make_grid answers with channels first; plotting wants them last.")
def channels_first(solution):
    return grid_by(lambda images, columns: make_grid(images, nrow=columns, padding=0))


@wrong(
    caught_by="test_grid_by_example",
    because="permute(2, 1, 0) puts the channels last but swaps height and width: the picture lies on its side.",
)
def on_its_side(solution):
    return grid_by(lambda images, columns: make_grid(images, nrow=columns, padding=0).permute(2, 1, 0))


@wrong(
    caught_by="test_grid_by_example", because="make_grid has a border of 2 pixels around every image unless padding=0."
)
def borders(solution):
    return grid_by(lambda images, columns: make_grid(images, nrow=columns).permute(1, 2, 0))


@wrong(
    caught_by="test_grid_by_example",
    because="nrow is how many images stand in one row, not how many rows there are.",
)
def rows_for_columns(solution):
    return grid_by(
        lambda images, columns: make_grid(images, nrow=-(-len(images) // columns), padding=0).permute(1, 2, 0)
    )


@wrong(
    caught_by="test_grid_by_example",
    because="A reshape to (height, width, 3) keeps the numbers in their old order: the picture is scrambled.",
)
def reshaped(solution):
    def arrange(images, columns):
        grid = make_grid(images, nrow=columns, padding=0)
        return grid.reshape(grid.shape[1], grid.shape[2], 3)

    return grid_by(arrange)


@wrong(caught_by="test_grid_by_example", because="The titles are the labels' numbers: `classes` has their names.")
def numbers_for_names(solution):
    def labelled_grid(dataset, indices, classes, columns):
        picture, _ = solution.labelled_grid(dataset, indices, classes, columns)
        return picture, [dataset[i][1] for i in indices]

    return {"labelled_grid": labelled_grid}


@wrong(
    caught_by="test_grid", because="Room is kept for `columns` images even where there are fewer: the row is too wide."
)
def always_all_columns(solution):
    def arrange(images, columns):
        grid = make_grid(images, nrow=columns, padding=0)
        missing = max(columns - len(images), 0)
        return nn.functional.pad(grid, (0, missing * images[0].shape[2])).permute(1, 2, 0)

    return grid_by(arrange)


@wrong(
    caught_by="test_grid",
    because="Each sample is asked for twice, image and label apart; a random transform draws again each time.",
)
def asks_twice(solution):
    def labelled_grid(dataset, indices, classes, columns):
        grid = make_grid([dataset[i][0] for i in indices], nrow=columns, padding=0)
        return grid.permute(1, 2, 0), [classes[dataset[i][1]] for i in indices]

    return {"labelled_grid": labelled_grid}


@wrong(caught_by="test_grid_by_example", because="The first samples of the dataset are taken, not those of `indices`.")
def first_samples(solution):
    def labelled_grid(dataset, indices, classes, columns):
        return solution.labelled_grid(dataset, range(len(indices)), classes, columns)

    return {"labelled_grid": labelled_grid}


@right("by functions of v2, a random number of Python's, and a canvas that is filled")
def by_functions(solution):
    def make_transforms(size, flip=0.5, augment=None):
        def resized(image):
            if isinstance(image, Image.Image):
                image = F.pil_to_tensor(image)
            return F.resize(image, list(size))

        def train(image):
            image = resized(image)
            if random.random() < flip:
                image = F.horizontal_flip(image)
            return F.to_dtype(image if augment is None else augment(image), torch.float32, scale=True)

        return train, lambda image: resized(image) / 255

    def labelled_grid(dataset, indices, classes, columns):
        samples = [dataset[i] for i in indices]
        height, width = samples[0][0].shape[1:]
        rows = -(-len(samples) // columns)
        canvas = samples[0][0].new_zeros(rows * height, min(columns, len(samples)) * width, 3)
        for place, (image, _) in enumerate(samples):
            row, column = divmod(place, columns)
            spot = canvas[row * height : (row + 1) * height, column * width : (column + 1) * width]
            spot.copy_(image.movedim(0, -1))
        return canvas, [classes[label] for _, label in samples]

    return {"make_transforms": make_transforms, "labelled_grid": labelled_grid}


@right("by Sequential with a module of one's own, PIL resized as PIL, and cat")
def by_modules(solution):
    class Mirror(nn.Module):
        def __init__(self, p):
            super().__init__()
            self.p = p

        def forward(self, image):
            return image.flip(-1) if torch.rand(()).item() < self.p else image

    def make_transforms(size, flip=0.5, augment=None):
        start = [v2.Resize(size), v2.PILToTensor()]
        augmented = [] if augment is None else [v2.Lambda(augment)]
        train = nn.Sequential(*start, Mirror(flip), *augmented, SCALE, v2.ToPureTensor())
        return train, nn.Sequential(*start, SCALE)

    def labelled_grid(dataset, indices, classes, columns):
        images, labels = default_collate([dataset[i] for i in indices])
        images = images.expand(-1, 3, -1, -1).permute(0, 2, 3, 1)  # (N, H, W, 3)
        columns = min(columns, len(images))
        gap = -len(images) % columns
        images = torch.cat([images, torch.zeros_like(images[:1]).expand(gap, -1, -1, -1)])
        rows = [torch.cat(list(row), dim=1) for row in images.split(columns)]
        return torch.cat(rows), [classes[label] for label in labels.tolist()]

    return {"make_transforms": make_transforms, "labelled_grid": labelled_grid}


@right("by scaling first and resizing floats, where nothing is to be augmented")
def scales_first(solution):
    def make_transforms(size, flip=0.5, augment=None):
        train, _ = solution.make_transforms(size, flip, augment)
        return [train, v2.Compose([v2.ToImage(), SCALE, v2.Resize(size)])]

    return {"make_transforms": make_transforms}
