"""# A convolutional network: TinyVGG

An image classifier has two halves. Convolutions turn the picture into many small *feature maps*, each an image of
where something was found; a linear layer, the *classifier*, makes of them one logit per class. Where the halves meet,
a number must be right: how many values the maps hold. Getting it wrong is the commonest error in a first network.

`nn.Conv2d(inputs, outputs, kernel_size)` is a layer with the filters of 09_conv_pool as its weight; `inputs` are the
channels that come in, 3 for colours, and each filter makes one that goes out.

    >>> x = torch.zeros(1, 3, 30, 28)
    >>> maps = nn.Conv2d(3, 10, kernel_size=3, padding=1)(x)
    >>> maps.shape
    torch.Size([1, 10, 30, 28])
    >>> nn.MaxPool2d(2)(maps).shape
    torch.Size([1, 10, 15, 14])

Write a class and three functions.

- `conv_block(inputs, outputs)` returns a module: `nn.Conv2d` from `inputs` to `outputs` channels, ReLU, `nn.Conv2d`
  from `outputs` to `outputs`, ReLU, max pooling of 2 by 2 without padding. Both convolutions have a bias, a kernel of
  3, and a padding of 1: the sides shrink in the pooling alone.
- `flat_size(hidden, image)`: the number of values, an int, that reach the classifier for an image of `(height,
  width)`: `hidden` maps, after two such blocks. Sides are at least 4.
- `TinyVGG(channels=1, hidden=10, classes=10, image=(28, 28))` is an `nn.Module` with three parts, modules by the names
  `block_1`, `block_2` (blocks as above) and `classifier` (takes the maps: it flattens each image's, then one
  `nn.Linear`). It takes `(B, channels, height, width)`, runs them in this order, and returns the logits
  `(B, classes)`.
- `silent_parameters(model, x, labels)`: a list of the names, in the order of `named_parameters()`, of the parameters
  that learn nothing from this batch: the gradient of its cross entropy loss is None, or 0 in every element. All
  parameters require gradients. The model's mode and parameters stay as they are, and so does each `.grad`:
  `torch.autograd.grad(loss, parameters, allow_unused=True)` returns gradients instead of storing them.

Only the layers named here have parameters; they are made with the model, and nothing seeds the global random
generator. If an image gives another number of values than `flat_size`, the classifier raises RuntimeError or
ValueError. Dtype and device are those that the model was moved to; the batch stays as it was, and gradients reach it.

Read more: [nn.Conv2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html),
[autograd.grad](https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad.html)

## Why it works

28 pixels become 14, then 7: 10 * 7 * 7 = 490 values. 64 become 16: 2,560. Each pooling rounds down, and
`side // 2 // 2` is `side // 4`. The convolutions' padding keeps the edge; without it 28 would go 26, 24, 12, 10, 8,
4.

When a model says "mat1 and mat2 shapes cannot be multiplied (32x2560 and 490x10)", the second number is what arrives,
the third what the layer was made for. You may also send zeros through the blocks once and count. `reshape(-1, 490)`
would deal the numbers of several images out anew; `flatten(1)` keeps the batch. Ready-made networks often put an
`nn.AdaptiveAvgPool2d` there, which makes maps of any size fit; here a wrong size is to be noticed.

A ReLU after the last layer would cut off negative logits: 09_compare_models shows what comes of it.

A ReLU that gives 0 for every image of the batch passes no gradient on. With a large step of the optimizer, whole
layers can end like that, and a network that stays at 10 % has often died so: only the classifier's bias still learns.
A list of silent parameters tells where. `.any()` asks for each element; a sum could be 0 by chance, and the gradients
of the last bias always sum to 0, but for rounding. A forward pass in training mode may still change what is no
parameter: the running means of a batch normalisation.

The name comes from [VGG](https://arxiv.org/abs/1409.1556), a deep network of such blocks.

Try next: FashionMNIST, `torchvision.datasets.FashionMNIST(root, download=True)`, 60,000 pictures of clothes in 28 by
28 pixels, with the engine of 07_engine. And a photograph of yours in 64 by 64: `TinyVGG(channels=3, image=(64, 64))`.
"""

import torch
from torch import nn
from torch.nn import functional as F


def conv_block(inputs: int, outputs: int) -> nn.Module:
    """Images (B, inputs, H, W) to feature maps (B, outputs, H // 2, W // 2)."""
    # BEGIN SOLUTION
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.Conv2d(outputs, outputs, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
    )
    # END SOLUTION


def flat_size(hidden: int, image: tuple[int, int]) -> int:
    """How many values of an image of (height, width) reach the classifier, after two blocks with `hidden` maps."""
    # BEGIN SOLUTION
    height, width = image
    return hidden * (height // 4) * (width // 4)
    # END SOLUTION


class TinyVGG(nn.Module):
    """Images (B, channels, *image) to logits (B, classes)."""

    def __init__(
        self, channels: int = 1, hidden: int = 10, classes: int = 10, image: tuple[int, int] = (28, 28)
    ) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.block_1 = conv_block(channels, hidden)
        self.block_2 = conv_block(hidden, hidden)
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(flat_size(hidden, image), classes))
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The logits (B, classes) of x (B, channels, H, W)."""
        # BEGIN SOLUTION
        maps = self.block_1(x)  # (B, hidden, H // 2, W // 2)
        maps = self.block_2(maps)  # (B, hidden, H // 4, W // 4)
        return self.classifier(maps)
        # END SOLUTION


def silent_parameters(model: nn.Module, x: torch.Tensor, labels: torch.Tensor) -> list[str]:
    """The names of the parameters that the cross entropy loss of x (B, ...) and labels (B,) gives no gradient."""
    # BEGIN SOLUTION
    named = dict(model.named_parameters())
    loss = F.cross_entropy(model(x), labels)
    gradients = torch.autograd.grad(loss, list(named.values()), allow_unused=True)
    return [name for name, gradient in zip(named, gradients, strict=True) if gradient is None or not gradient.any()]
    # END SOLUTION
