"""# Dimensions moved, added and dropped

Files and plotting libraries keep a colour image as `(H, W, C)`: height, width, colour channels. PyTorch's layers want
the channels first and many images at once, `(B, C, H, W)`. And a model with one output per sample returns `(B, 1)`
where the targets are `(B,)`. Many a shape error is such a dimension: in the wrong place, missing, or one too many.

`permute` moves dimensions: it lists, for each new dimension, which old one comes there. `reshape` to the same shape is
something else: it keeps the elements in order and cuts them anew, and of an image it makes confetti. To move a single
dimension, `x.movedim(0, -1)` takes dimension 0 to the end and keeps the others in order; negative numbers count from
the end.

    >>> x = torch.tensor([[0, 1, 2], [3, 4, 5]])
    >>> x.permute(1, 0)  # the old dimension 1, then the old dimension 0
    tensor([[0, 3],
            [1, 4],
            [2, 5]])
    >>> x.reshape(3, 2)
    tensor([[0, 1],
            [2, 3],
            [4, 5]])
    >>> x.unsqueeze(1).shape  # a new dimension of size 1, at place 1
    torch.Size([2, 1, 3])
    >>> x.unsqueeze(1).squeeze(1).shape  # and dropped again
    torch.Size([2, 3])
    >>> x.squeeze(1).shape  # this dimension has size 3: it stays, and nobody complains
    torch.Size([2, 3])

Write four functions. None copies: each result is a view on the memory of its input (see `02_reshape_view`), so dtype,
device and the way back for gradients stay. All sizes are at least 1, and any of them may be 1.

- `to_chw(image)`: from `(H, W, C)` to `(C, H, W)`.
- `to_hwc(images)`: the way back, for one image or many: from `(..., C, H, W)` to `(..., H, W, C)`, with any number of
  dimensions in front, or none.
- `as_batch(image)`: a batch of one, `(1, C, H, W)`, from `(C, H, W)`. A grey image `(H, W)` has one channel: it becomes
  `(1, 1, H, W)`.
- `one_per_sample(outputs)`: from `(B, 1)` or `(B,)` to `(B,)`, also for a batch of one; `(B,)` may come back as it is.
  Any other shape, such as `()`, `(B, 2)` or `(B, 1, 1)`, raises ValueError.

Read more: [`torch.permute`](https://docs.pytorch.org/docs/stable/generated/torch.permute.html),
[`torch.movedim`](https://docs.pytorch.org/docs/stable/generated/torch.movedim.html),
[`torch.unsqueeze`](https://docs.pytorch.org/docs/stable/generated/torch.unsqueeze.html),
[`torch.squeeze`](https://docs.pytorch.org/docs/stable/generated/torch.squeeze.html)

## Why it works

`image.permute(2, 0, 1)` changes the strides and nothing else. `transpose(0, 2)` swaps two dimensions and leaves the
third, so it gives `(C, W, H)`: an image mirrored at its diagonal, which no shape betrays when it is square. The method
takes the numbers one by one or as a tuple; the function only as a tuple, `torch.permute(image, (2, 0, 1))`.

Counted from the end, the dimensions of an image have the same numbers however many stand in front. That is why
`movedim(-3, -1)` serves an image and a batch alike, and `permute(0, 2, 3, 1)` only the batch.

`squeeze` does not complain, and that is the danger. Without an argument it drops every 1, and with the last batch of
an epoch, which may hold one sample, the batch dimension goes too. `squeeze(1)` keeps quiet when there is nothing to
drop, and raises IndexError when there is no dimension 1 at all. `squeeze(-1)` turns a `(1,)` into a `()`. So say which
dimension you mean, and look first whether it is there.

Try next: `(B, 1)` minus `(B,)` raises no error. Which shape has the difference, and what would its mean be as a loss?
"""

import torch


def to_chw(image: torch.Tensor) -> torch.Tensor:
    """The view (C, H, W) of an image (H, W, C)."""
    # BEGIN SOLUTION
    return image.permute(2, 0, 1)
    # END SOLUTION


def to_hwc(images: torch.Tensor) -> torch.Tensor:
    """The view (..., H, W, C) of images (..., C, H, W)."""
    # BEGIN SOLUTION
    return images.movedim(-3, -1)
    # END SOLUTION


def as_batch(image: torch.Tensor) -> torch.Tensor:
    """The view (1, C, H, W) of an image (C, H, W), or (1, 1, H, W) of a grey one (H, W)."""
    # BEGIN SOLUTION
    if image.ndim == 2:
        image = image.unsqueeze(0)  # (1, H, W)
    return image.unsqueeze(0)
    # END SOLUTION


def one_per_sample(outputs: torch.Tensor) -> torch.Tensor:
    """The view (B,) of outputs (B, 1) or (B,); raises ValueError for any other shape."""
    # BEGIN SOLUTION
    if outputs.ndim == 1:
        return outputs
    if outputs.ndim != 2 or outputs.shape[1] != 1:
        raise ValueError(f"expected outputs of shape (B, 1) or (B,), got {tuple(outputs.shape)}")
    return outputs.squeeze(1)
    # END SOLUTION
