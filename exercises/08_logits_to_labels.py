"""# From logits to labels

A classifier does not say "cat". It says 2.0, a *logit*: a raw score, of any size. From a logit two things are made, for
different readers. A *probability*, from 0 to 1, tells how sure the model is; a *label*, the number of a
class, is what to answer. Which function makes a probability depends on what the logits stand for:

- two classes need only one logit per sample, that of class 1. *Sigmoid*, 1 / (1 + exp(-z)), makes the probability of
  class 1 of it; class 0 has the rest
- more classes have a logit each. *Softmax* makes probabilities of them that add up to 1 for each sample

Three samples, with one logit each. Their sigmoids have nothing to do with one another:

    >>> z = torch.tensor([2.0, -1.0, 0.0])
    >>> p = z.sigmoid()
    >>> p                 # class 1 in the first sample: 88 %
    tensor([0.8808, 0.2689, 0.5000])
    >>> p.sum()           # not 1
    tensor(1.6497)
    >>> p.round()         # the tie of 0.5 is rounded to the even number, 0
    tensor([1., 0., 0.])

Write four functions. Logits are floats and finite, and every tensor has at least one element. Nothing is changed in
place.

`binary_probabilities(logits)`: from logits `(N,)` to `(N, 2)`, for each sample the probabilities of class 0 and
class 1.

`class_probabilities(logits)`: from logits `(N, C)` to the probabilities of the classes, `(N, C)`. Logits may have
more dimensions: `(N, C, H, W)` is a logit per class for each pixel. The classes are always dimension 1.

These two keep dtype and device, and gradients flow back. Values and gradients are right for logits of any size,
±10,000 among them. Small probabilities keep their digits: float32 can say that class 0 has 2.06e-9 at a logit of 20.

`binary_labels(logits)`: from logits `(N,)` to labels `(N,)`: 1 where the logit is 0 or more, which is where class 1
has at least half of the probability; otherwise 0.

`class_labels(logits)`: from logits `(N, C)`, or `(N, C, ...)` as above, to the class with the highest logit, `(N,)` or
`(N, ...)`. Among equal ones it is the first.

Labels are `int64`, on the device of the logits. Logits may lie very close together, such as 0.0 and 1e-9: probabilities
are rounded, and may have become equal; the sigmoid of -1e-9 is 0.5, and its label is still 0.

Read more: [torch.sigmoid](https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html),
[torch.softmax](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html),
[torch.argmax](https://docs.pytorch.org/docs/stable/generated/torch.argmax.html),
[torch.round](https://docs.pytorch.org/docs/stable/generated/torch.round.html)
"""

import torch


def binary_probabilities(logits: torch.Tensor) -> torch.Tensor:
    """The probabilities (N, 2) of class 0 and class 1, from logits (N,) of class 1."""
    raise NotImplementedError("TODO: write binary_probabilities")


def class_probabilities(logits: torch.Tensor) -> torch.Tensor:
    """The probabilities of all classes, from logits (N, C) or (N, C, ...)."""
    raise NotImplementedError("TODO: write class_probabilities")


def binary_labels(logits: torch.Tensor) -> torch.Tensor:
    """The labels 0 and 1, (N,) and int64, from logits (N,) of class 1."""
    raise NotImplementedError("TODO: write binary_labels")


def class_labels(logits: torch.Tensor) -> torch.Tensor:
    """The labels (N,) or (N, ...), int64, from logits (N, C) or (N, C, ...)."""
    raise NotImplementedError("TODO: write class_labels")
