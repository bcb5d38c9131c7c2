"""# The three most common errors

Three errors stop PyTorch programs more often than all others together: the shapes do not fit, the dtypes differ, the
tensors are on different devices. The messages say which one it is, and name the two things that collided:

    The size of tensor a (5) must match the size of tensor b (3) at non-singleton dimension 3
    expected m1 and m2 to have the same dtype, but got: double != float
    Tensor on device cpu is not on the expected device meta!

(The words differ a little from operation to operation; on a GPU the last reads "Expected all tensors to be on the
same device". `@` is the exception: it overlooks a meta tensor, though never a GPU's.) So the first
step is always the same: look at `shape`, `dtype` and `device` of what went in. The second is to decide *which side is
wrong*, for the quickest change that silences an error is often a worse one:

    >>> hours = torch.tensor([1, 2])  # int64
    >>> pay = torch.tensor([0.5, 0.25])  # float32: `hours @ pay` raises
    >>> hours @ pay.long()  # silent now, and wrong
    tensor(0)
    >>> hours.float() @ pay
    tensor(1.)

The four functions below are broken: make each do what is written here. No input is changed.

- `normalise(images, mean, std)`: `images` `(B, C, H, W)`, with one mean and one standard deviation, `(C,)` each, for
  every channel: subtract the mean of its channel from each pixel and divide by the `std` of its channel. The result
  has the shape of `images`.
- `class_scores(features, weight, bias)`: a linear layer. `features` `(N, F)` come in any dtype of numbers; `weight`
  `(C, F)` and `bias` `(C,)` share a float dtype, which the scores `(N, C)` have, too.
- `hits(scores, labels)`: True where the highest score of a row (the first, if there are several) is that of its
  label: `(N,)`, bool. `scores` `(N, C)`, of any float dtype, and `labels` `(N,)`, int64, may be on different devices;
  the result is on that of `scores`.
- `classify(images, labels, mean, std, weight, bias)`: the three in a row, with the pixels of an image as the features
  of a sample: `weight` is `(classes, C * H * W)`. `images` (uint8 or float) and `labels` come from the CPU; the other
  four are on another device at times, and there the result `(B,)`, bool, belongs.

The device "meta" from 03_device stands in for a GPU.

Read more: [Broadcasting semantics](https://docs.pytorch.org/docs/stable/notes/broadcasting.html),
[Tensor attributes](https://docs.pytorch.org/docs/stable/tensor_attributes.html),
[`Tensor.to`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to.html)

## Why it works

**Shape.** `(C,)` is aligned with the last dimension, W. The error is the lucky case: images three pixels wide run
through and get their means by column, and images one pixel wide come back three times as wide. `mean[:, None, None]`
is `(C, 1, 1)` and lies along the channels. A bare `flatten()` merges the batch into the features; with
a batch of one `class_scores` even runs, and `hits` fails a step later.

**Dtype.** `+` and `*` of mixed dtypes promote; `@` refuses. The parameters say how precise the computation is, so the
data follows: `features.to(weight.dtype)`. The other way round cuts the weights down to whole numbers, or makes a
float64 model of a float32 one. `.float()` is right as long as the model is float32.

**Device.** The small labels go to the large scores. `scores.cpu()` gives the right values too, but makes the GPU wait
in every step of a training loop. Beware of `labels.to(scores)`: it takes the device *and the dtype*, and bfloat16
counts whole numbers only up to 256.

Try next: what does `torch.ones(3) @ torch.ones(2, 3)` say, and which of its numbers belongs to which tensor?
"""

import torch


def normalise(images: torch.Tensor, mean: torch.Tensor, std: torch.Tensor) -> torch.Tensor:
    """Images (B, C, H, W) less the mean (C,) of each channel, divided by its std (C,)."""
    # BEGIN SOLUTION
    return (images - mean[:, None, None]) / std[:, None, None]  # (C, 1, 1) along the channels
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # return (images - mean) / std
    # END PROMPT


def class_scores(features: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """The scores (N, C), in the dtype of `weight`, of features (N, F) of any dtype."""
    # BEGIN SOLUTION
    return features.to(weight.dtype) @ weight.T + bias
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # return features @ weight.T + bias
    # END PROMPT


def hits(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Where the highest of the scores (N, C) is that of the label (N,), on the device of `scores`."""
    # BEGIN SOLUTION
    return scores.argmax(dim=1) == labels.to(scores.device)
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # return scores.argmax(dim=1) == labels
    # END PROMPT


def classify(
    images: torch.Tensor,
    labels: torch.Tensor,
    mean: torch.Tensor,
    std: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor,
) -> torch.Tensor:
    """Which of the images (B, C, H, W) are classified as their label (B,), on the device of `weight`."""
    # BEGIN SOLUTION
    normal = normalise(images.to(mean.device), mean, std)  # (B, C, H, W)
    scores = class_scores(normal.flatten(start_dim=1), weight, bias)  # (B, classes)
    return hits(scores, labels)
    # END SOLUTION
    # BEGIN PROMPT
    # # TODO: put this right
    # normal = normalise(images, mean, std)
    # scores = class_scores(normal.flatten(), weight, bias)
    # return hits(scores, labels)
    # END PROMPT
