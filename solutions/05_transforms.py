"""# Transforms: prepare every picture, vary those for training

Pictures arrive in all sizes, as `uint8` from 0 to 255; a network wants one size and floats from 0 to 1. A *transform*
is anything that takes a picture and returns a picture; `torchvision.transforms.v2` has many, and `v2.Compose` calls
several in turn. Some draw random numbers: the same picture comes out mirrored or tinted differently at each call, and
100 pictures teach as much as more would. That is *augmentation*. It belongs to training alone: a model is measured on
the pictures as they are.

    >>> image = torch.tensor([[[0], [51], [255]]], dtype=torch.uint8)    # grey, 3 pixels high, 1 wide
    >>> upside_down = v2.RandomVerticalFlip(p=1)      # p: the probability, 1 is always
    >>> v2.Compose([upside_down, v2.ToDtype(torch.float32, scale=True)])(image).flatten()
    tensor([1.0000, 0.2000, 0.0000])

`make_transforms(size, flip=0.5, augment=None)` returns a pair of transforms, `(train, evaluation)`. Each takes a
`uint8` tensor `(C, H, W)` with 1 or 3 channels, or a PIL image, grey or colour, and leaves it as it was. Each returns
a `float32` tensor of shape `(C, *size)` on the tensor's device.

- `train`, in this order: resize; mirror left to right with probability `flip`, drawn anew at each call; call
  `augment` if one is given; scale 0 ... 255 to 0 ... 1
- `evaluation`: resize and scale, no more; it draws no random numbers
- `v2.ToImage()` turns a PIL image into a tensor and lets tensors pass
- `size` is `(height, width)`, reached exactly. Resize as `v2.Resize` does by itself (bilinear, antialiased), before or
  after making a tensor of it
- `augment` is a transform such as `v2.TrivialAugmentWide()`: it gets a `uint8` tensor `(C, *size)` and returns another

`labelled_grid(dataset, indices, classes, columns)` makes samples ready to plot. `dataset[i]` is `(image, label)`: a
tensor `(C, H, W)` of one shape for all, C being 1 or 3, and an `int`, the place of its name in `classes`. It returns
`(picture, titles)`:

- `picture`: the images of `indices` (one at least), row by row, `columns` in a row (of fewer images: all),
  without borders; a tensor `(rows * H, columns * W, 3)` of the images' dtype. The channels come last, as
  plotting wants them; grey is repeated three times. Places left over in the last row are 0
- `titles`: the list of their names, in the same order
- `dataset[i]` is asked for once for each entry of `indices`: a random transform draws each time

`torchvision.utils.make_grid` may help: mind its `nrow`, its `padding`, and where it puts the channels.

Read more: [transforms v2](https://docs.pytorch.org/vision/stable/transforms.html),
[ToDtype](https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.v2.ToDtype.html),
[make_grid](https://docs.pytorch.org/vision/stable/generated/torchvision.utils.make_grid.html)

## Why it works

`v2.ToImage()` makes a tensor of a PIL image and wraps a tensor as an image, which is a tensor still: both ways in meet
at once. `ToDtype(torch.float32)` alone only changes the dtype and leaves 0 ... 255: `scale=True` divides. The older
`v2.ToTensor()`, now deprecated, does both for PIL images and arrays only: a `uint8` tensor it returns unchanged.
`v2.Resize(64)` sets the shorter side and keeps the
proportions, so pictures of different proportions cannot be stacked into a batch: give it both sides, height first
(PIL's own `resize` says width first).

A random transform draws when it is *called*. Two objects, one for training and one for evaluation, are the whole
secret of augmenting on train only. `augment` stands before the scaling, where everything is still `uint8`: less to
compute, and some augmentations speak of grey values from 0 to 255.

`make_grid` calls the number of images *per row* `nrow`, draws a border of 2 pixels unless told not to, and answers
with channels first. `permute(1, 2, 0)` puts them last; `reshape` would scramble the picture, and `transpose(0, 2)` lay
it on its side.

Try next: `plt.imshow(picture)` with the titles, for FashionMNIST; then pass `v2.TrivialAugmentWide()` or
`v2.RandAugment()` as `augment` and look at one picture six times.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from PIL import Image
from torch.utils.data import Dataset
from torchvision.transforms import v2
from torchvision.utils import make_grid

Transform = Callable[[Any], Any]


def make_transforms(
    size: tuple[int, int], flip: float = 0.5, augment: Transform | None = None
) -> tuple[Callable[[torch.Tensor | Image.Image], torch.Tensor], Callable[[torch.Tensor | Image.Image], torch.Tensor]]:
    """The transforms (train, evaluation): each makes float32 (C, *size) from 0 to 1 of a picture."""
    # BEGIN SOLUTION
    prepare = [v2.ToImage(), v2.Resize(size)]
    scale = v2.ToDtype(torch.float32, scale=True)
    vary = [v2.RandomHorizontalFlip(flip)]
    if augment is not None:
        vary.append(augment)
    return v2.Compose([*prepare, *vary, scale]), v2.Compose([*prepare, scale])
    # END SOLUTION


def labelled_grid(
    dataset: Dataset[tuple[torch.Tensor, int]], indices: Sequence[int], classes: Sequence[str], columns: int
) -> tuple[torch.Tensor, list[str]]:
    """The images of `indices` as one picture (rows * H, columns * W, 3), and their names."""
    # BEGIN SOLUTION
    samples = [dataset[i] for i in indices]
    grid = make_grid([image for image, _ in samples], nrow=columns, padding=0)  # (3, rows * H, columns * W)
    return grid.permute(1, 2, 0), [classes[label] for _, label in samples]
    # END SOLUTION
