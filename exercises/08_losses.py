"""# Two losses, from their definitions

A classifier is judged by the probability p that it gave to the truth: its loss is -log(p), 0 for p = 1, and large when
it was sure of something else. Written down like that, it fails just there:

    >>> logits = torch.tensor([0.0, 200.0])
    >>> p = logits.softmax(dim=0)    # p[0] is exp(-200), which float32 rounds to 0
    >>> -p[0].log()
    tensor(inf)

The true loss is 200. So PyTorch's losses take logits, and never make the probability. For classes with the logits
z₀, z₁, ..., of which class k is the right one:

    -log(exp(z_k) / (exp(z₀) + exp(z₁) + ...))  =  log(exp(z₀) + exp(z₁) + ...) - z_k

Only the logarithm of a sum is left to be computed with care, for exp(200) is infinite in float32. The sigmoid of a
single logit z is the softmax of the two logits 0 and z, so the *binary* loss is the cross entropy of these two. With a
target y, 1 for class 1, 0 for class 0, or a share in between, it is

    -y log(sigmoid(z)) - (1 - y) log(1 - sigmoid(z))  =  log(exp(0) + exp(z)) - y z

Write three functions. Inputs have at least one element, are finite, and stay as they were. Results keep dtype and
device. Values and gradients are right for all logits, ±10,000 and 0 among them, to the digits that the dtype has at
that size.

- `log_sum_exp(z)`: the logarithm of the sum of exp over the last dimension, from `(..., C)` to `(...)`.
- `bce_with_logits(logits, targets)`: the mean binary loss of all elements, shape `()`. Both have the same dtype and
  shape, any shape.
- `cross_entropy(logits, labels, weight=None)`: the mean loss of logits `(N, C)` with the right classes `(N,)`, int64;
  shape `()`. With `weight` `(C,)`, positive and of the logits' dtype, each sample has the weight of its right class,
  and the mean is the weighted one: the sum of weight times loss, divided by the sum of the samples' weights.

Do without what is ready-made: the losses of `torch.nn` and `torch.nn.functional`, `log_softmax`, `logsigmoid`,
`softplus`, `logsumexp`, `logcumsumexp` and `logaddexp`, under any of their names. `exp`, `log`, `log1p` and the rest
are yours.

Read more: [BCEWithLogitsLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html),
[CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html),
[torch.gather](https://docs.pytorch.org/docs/stable/generated/torch.gather.html)
"""

import torch


def log_sum_exp(z: torch.Tensor) -> torch.Tensor:
    """The logarithm of the sum of exp(z) over the last dimension: from (..., C) to (...)."""
    raise NotImplementedError("TODO: write log_sum_exp")


def bce_with_logits(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """The mean binary cross entropy, shape (), of logits and targets of one shape."""
    raise NotImplementedError("TODO: write bce_with_logits")


def cross_entropy(logits: torch.Tensor, labels: torch.Tensor, weight: torch.Tensor | None = None) -> torch.Tensor:
    """The mean cross entropy, shape (), of logits (N, C) and labels (N,); weighted if there is a weight (C,)."""
    raise NotImplementedError("TODO: write cross_entropy")
