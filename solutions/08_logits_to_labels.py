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

## Why it works

**Both signs.** What sigmoid(z) leaves for class 0 is sigmoid(-z). `1 - p` says the same on paper; but at z = 20 p is
rounded to 1, so it is 0 where 2.06e-9 is right, and the logarithm of it, which the next exercise needs, is infinite.

**What adds up to 1.** The sigmoids of several samples need not; nor need several sigmoids of one sample, which is
just what is wanted when a picture may be a beach *and* a sunset. Softmax makes classes compete. Sigmoid is the softmax
of two logits of which the first is 0: `torch.stack([zeros, z], dim=1).softmax(dim=1)` is `binary_probabilities` again.

**Labels need no probabilities.** Sigmoid and softmax keep the order, so the highest logit has the highest
probability, and 0.5 lies at logit 0. The way through probabilities costs time, and it costs digits: the sigmoid of
-1e-9 is 0.5 in float32, and those of 20 and 30 are both 1. Compute probabilities when somebody wants to read them.

**Ties.** `torch.round` goes to the even number, so `sigmoid(z).round()` gives class 0 at a tie; `>=` says what it does.
A tie is no rarity: a model whose last layer starts with zeros gives nothing else. `argmax` takes the first of
several, so the two stacked logits at a tie are class 0, while `binary_labels` says 1. Decide it once; write it down.

**The dimension.** Dimension 1 is where PyTorch's losses look for classes, too. `dim=-1` is the same for `(N, C)`, and
a row of pixels for `(N, C, H, W)`.

**Any size.** `exp(10_000)` is infinite, and `inf / inf` is nan. `torch.sigmoid` and `torch.softmax` know a way around.

Try next: print the softmax of `[1.0, 2.0, 3.0]`, of ten times that, and of a tenth of it. The label is always the same;
what does the size of the logits say?
"""

import torch


def binary_probabilities(logits: torch.Tensor) -> torch.Tensor:
    """The probabilities (N, 2) of class 0 and class 1, from logits (N,) of class 1."""
    # BEGIN SOLUTION
    # 1 - sigmoid(20) is 0 in float32, sigmoid(-20) is 2.06e-9
    return torch.stack([torch.sigmoid(-logits), torch.sigmoid(logits)], dim=1)  # (N, 2)
    # END SOLUTION


def class_probabilities(logits: torch.Tensor) -> torch.Tensor:
    """The probabilities of all classes, from logits (N, C) or (N, C, ...)."""
    # BEGIN SOLUTION
    return torch.softmax(logits, dim=1)
    # END SOLUTION


def binary_labels(logits: torch.Tensor) -> torch.Tensor:
    """The labels 0 and 1, (N,) and int64, from logits (N,) of class 1."""
    # BEGIN SOLUTION
    return (logits >= 0).to(torch.int64)
    # END SOLUTION


def class_labels(logits: torch.Tensor) -> torch.Tensor:
    """The labels (N,) or (N, ...), int64, from logits (N, C) or (N, C, ...)."""
    # BEGIN SOLUTION
    return logits.argmax(dim=1)
    # END SOLUTION
