"""# A network for images

One linear layer gives each class a weighted sum of the pixels, and no more. A **multi-layer perceptron** (MLP) puts
layers in between: what one layer finds, the next one combines. It is the usual first network for small images, and the
place where shapes go wrong first, for an image is a grid and a linear layer wants a row.

The layers are linear, with a bend after each but the last: ReLU keeps what is positive and makes 0 of the rest.

    >>> torch.relu(torch.tensor([-2.0, 0.0, 3.0]))
    tensor([0., 0., 3.])

The last layer gives **logits**, a raw score for each class, of any sign and size. `nn.CrossEntropyLoss`, the usual loss
function for classes, wants them as they are.

Write a class and a function.

`MLP(inputs=784, hidden=512, classes=10)` is an `nn.Module` with three linear layers: from `inputs` to `hidden` numbers,
from `hidden` to `hidden`, from `hidden` to `classes`, with a ReLU after the first and after the second.

- It takes a batch `(B, ...)` whose samples hold `inputs` numbers each, in whatever shape: `(B, 1, 28, 28)`,
  `(B, 28, 28)`, `(B, 784)`. `B` is at least 1, and a batch need not be contiguous. Each sample is read in order, as
  `sample.flatten()` does.
- It returns the logits `(B, classes)`: row i belongs to sample i.
- Samples of more or fewer than `inputs` numbers raise RuntimeError or ValueError, even if the batch as a whole would
  fill such rows: two images of 3 x 28 x 28 are not six rows of 784.
- The layers are three `nn.Linear`, each with a bias; their names are up to you. They alone have parameters, and they
  are made once, with the model. Making a model does not seed the global random generator.
- It computes in the dtype and on the device that it was moved to. The input stays as it was, and gradients reach it and
  all parameters. The logits do not depend on chance or on `train()` and `eval()` (modes: see 06_summary).

`parameter_count(sizes)`: how many numbers the parameters of such a network hold, as an int computed from its sizes,
without making any layer. `sizes` lists them from the inputs to the classes, two or more; between each two neighbours
there is a linear layer with a bias.

    >>> parameter_count([3, 4, 2])    # 3*4 + 4, and 4*2 + 2
    26

Read more: [nn.Linear](https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html),
[nn.Flatten](https://docs.pytorch.org/docs/stable/generated/torch.nn.Flatten.html),
[nn.ReLU](https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html),
[Build the neural network](https://docs.pytorch.org/tutorials/beginner/basics/buildmodel_tutorial.html)
"""

from itertools import pairwise

import torch
from torch import nn


class MLP:  # TODO: what does a model inherit from?
    """A batch (B, ...) of samples of `inputs` numbers to logits (B, classes)."""

    def __init__(self, inputs: int = 784, hidden: int = 512, classes: int = 10) -> None:
        raise NotImplementedError("TODO: write MLP.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The logits (B, classes) of x (B, ...)."""
        raise NotImplementedError("TODO: write MLP.forward")


def parameter_count(sizes: list[int]) -> int:
    """How many numbers the linear layers between neighbouring `sizes` hold, biases included."""
    raise NotImplementedError("TODO: write parameter_count")
