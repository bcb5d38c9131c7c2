"""# Convolution and pooling

A linear layer gives every pixel a weight of its own, and must learn each edge anew at each place. A **convolution**
has a few small *filters* instead, and lays each upon every place of the image. The next exercise makes a network of
it; what goes wrong most is a side that is one pixel longer or shorter than believed.

A filter multiplies the numbers under it by its own, element by element, and sums them, through all channels: one
number for each place. It moves on by `stride` pixels; `padding` is how many pixels of 0 stand around the image on each
side. Max **pooling** moves a window likewise, and keeps the largest number in it, channel by channel.

    >>> image = torch.arange(6.0).reshape(1, 1, 2, 3)
    >>> image
    tensor([[[[0., 1., 2.],
              [3., 4., 5.]]]])
    >>> F.unfold(image, (2, 2))    # two places: a column for each, its window in reading order
    tensor([[[0., 1.],
             [1., 2.],
             [3., 4.],
             [4., 5.]]])

`F.unfold(x, (kh, kw), stride=..., padding=...)` makes of `(B, C, H, W)` a tensor `(B, C * kh * kw, places)`. A column
holds the window of the first channel, then of the second; places run row by row. So a convolution is one
matrix product.

Write three functions. No size is 0; `kernel` and `stride` are at least 1, `padding` at least 0.

- `output_size(size, kernel, stride=1, padding=0)` returns, as an int, how many places a window of `kernel` pixels has
  along a side of `size` pixels when that is padded: it begins at the outer edge of the padding, moves on by `stride`,
  and must lie wholly inside. Raises ValueError if there is none.
- `conv2d(x, weight, bias=None, stride=1, padding=0)`: `x` is `(B, C, H, W)`, `weight` `(K, C, kh, kw)` holds K
  filters, `bias` `(K,)` is added to what each filter gives. The result is `(B, K, height, width)`. Lay each filter as
  it is: mathematics turns it by half a circle first, PyTorch does not.
- `max_pool2d(x, kernel, stride=None)`: windows of `kernel` by `kernel`, without padding; from `(B, C, H, W)` to
  `(B, C, height, width)`. Without a stride, it is `kernel`: no windows overlap. Of equals, any may get the gradient.

`x` is floating; `stride` and `padding` are the same in both directions. Where no window fits, the last two raise
ValueError or RuntimeError. They compute with tensors, in the dtype and on the device of `x`; inputs stay as they were,
and gradients reach them. Loops and `x.unfold` are allowed; PyTorch's convolutions and poolings (`F.conv2d`,
`nn.Conv2d`, `F.max_pool2d`, ...) are not.

Read more: [nn.Conv2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html),
[nn.MaxPool2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html),
[F.unfold](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.unfold.html)
"""

import torch
from torch.nn import functional as F


def output_size(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """The number of places of a window of `kernel` pixels along a padded side; raises ValueError if there is none."""
    raise NotImplementedError("TODO: write output_size")


def conv2d(
    x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None, stride: int = 1, padding: int = 0
) -> torch.Tensor:
    """The convolution of x (B, C, H, W) with weight (K, C, kh, kw) and bias (K,), as (B, K, height, width)."""
    raise NotImplementedError("TODO: write conv2d")


def max_pool2d(x: torch.Tensor, kernel: int, stride: int | None = None) -> torch.Tensor:
    """The largest number of each window and channel of x (B, C, H, W), as (B, C, height, width)."""
    raise NotImplementedError("TODO: write max_pool2d")
