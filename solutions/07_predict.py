"""# One picture, one name

Training deals in batches. Then somebody holds up one picture and asks: what is this? Four small steps lie between an
image and its class name, and a model often answers without an error when one of them is forgotten.

Three rules hold for every prediction: the model is in evaluation mode (`model.eval()`), nothing is recorded
(`torch.no_grad()`), and model and data are on the same device. The fourth is for a single picture: a model takes the
first dimension for the batch, so the picture must be made a batch of one.

    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(20, 2))    # for grey images of 4 x 5 pixels
    >>> photo = torch.rand(3, 4, 5)    # one image in colour
    >>> model(photo).shape    # no error: its channels count as three images
    torch.Size([3, 2])

What comes out are *logits*, raw scores. *Softmax* makes probabilities of them, numbers from 0 to 1 that add up to
1; the highest logit gets the highest probability:

    >>> torch.tensor([[2.0, 0.0, -1.0]]).softmax(dim=1)    # dimension 1: the classes of one image
    tensor([[0.8438, 0.1142, 0.0420]])

Write three functions. `image` is one picture, `(C, H, W)`, on the CPU, in the dtype of the model's parameters. The
model has at least one, and all are on one device. For a batch `(B, C, H, W)` it returns logits `(B, classes)`.

`probabilities(model, image)` returns the probabilities of all classes, `(classes,)`, in the dtype of the logits:

- the model gets a batch of this one image, on the device of its parameters, and the result is on that device
- the model runs in evaluation mode, whatever mode it comes in, and may stay in it (so call `model.train()` before you
  train on)
- the run records nothing for `backward`; `image` and the model's weights, buffers and gradients stay as they are
- the probabilities are right for logits of any size, ±10,000 among them

`predict(model, image, class_names)` returns the tuple `(name, probability)` of the likeliest class. The name of class i
is `class_names[i]`; the probability is a Python `float`. The rules above hold here, too, and for the next function.

`top_classes(model, image, class_names, k)` returns a list of such tuples for the `k` likeliest classes, the likeliest
first; for all classes when `k` is more than there are. `k` is 1 or more. No two classes are equally likely here.

Read more: [Module.eval](https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.eval),
[torch.softmax](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html),
[torch.topk](https://docs.pytorch.org/docs/stable/generated/torch.topk.html)

## Why it works

**The batch.** A grey image `(1, H, W)` without its batch dimension is a batch of one by luck, and a model of `Flatten`
and linear layers answers rightly. `nn.Conv2d` takes `(C, H, W)` for one image on purpose, but a `Flatten` behind it
keeps the channels apart. `image.unsqueeze(0)`, or `image[None]`, is right for all. `[0]` takes the only row back out;
`squeeze()` would drop the dimension of the classes as well if there is only one.

**The mode.** Batch normalisation in training mode normalises the picture by itself, and adds it to its running means:
the model has learned from its test. Dropout makes every answer another one. `no_grad` changes neither.

**The device.** A model has no device, its parameters have: `next(model.parameters()).device`. The picture goes there,
for it is smaller than the model; and `to` returns the moved tensor, which must be kept.

**The softmax.** `dim=0` of a `(1, classes)` tensor is a softmax over one image: all ones. `exp` of 10,000 is `inf`;
`softmax` subtracts the highest logit first. For the name alone `argmax` of the logits is enough. `topk(k)` raises
when there are fewer than `k`; a slice `[:k]` of a sorted list ends where the list does.

A probability of 0.99 says how sure the model is, not how right: a picture of none of the classes gets a name, too.

Try next: train FashionMNIST as in 07_training_loop, and print the three likeliest names of ten test images
beside the true ones. Which are mixed up?
"""

from collections.abc import Sequence

import torch
from torch import nn


def probabilities(model: nn.Module, image: torch.Tensor) -> torch.Tensor:
    """The probabilities (classes,) that the model gives to one image (C, H, W), on the model's device."""
    # BEGIN SOLUTION
    device = next(model.parameters()).device
    model.eval()
    with torch.no_grad():
        logits = model(image.unsqueeze(0).to(device))  # (1, C, H, W) -> (1, classes)
    return logits[0].softmax(dim=0)
    # END SOLUTION


def predict(model: nn.Module, image: torch.Tensor, class_names: Sequence[str]) -> tuple[str, float]:
    """The name and the probability of the likeliest class of one image (C, H, W)."""
    # BEGIN SOLUTION
    each = probabilities(model, image)
    likeliest = int(each.argmax())
    return class_names[likeliest], each[likeliest].item()
    # END SOLUTION


def top_classes(model: nn.Module, image: torch.Tensor, class_names: Sequence[str], k: int) -> list[tuple[str, float]]:
    """Names and probabilities of the k likeliest classes, or of all if there are fewer, the likeliest first."""
    # BEGIN SOLUTION
    each = probabilities(model, image)
    likeliest = each.topk(min(k, len(each))).indices.tolist()  # the likeliest first
    return [(class_names[index], each[index].item()) for index in likeliest]
    # END SOLUTION
