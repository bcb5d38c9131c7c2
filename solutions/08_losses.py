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

## Why it works

**The largest goes out first.** exp(z) is exp(m) exp(z - m), so the logarithm of the sum is m plus that of the shifted
sum, for any m. With the largest z as m nothing overflows, and one term is exp(0), so the sum is at least 1 and its
logarithm finite. Each row needs its own m: with that of the whole table, rows far below it become log(0).

**The gradient** of `log_sum_exp` is the softmax. Which way m takes does not matter, for what flows through it
cancels. That is worth more than it seems. A common formula, max(z, 0) - y z + log(1 + exp(-|z|)), has the right
value, but built of `relu` and `abs` it has two pieces with kinks at z = 0, and PyTorch's slopes there do not fit
together: that of `relu` is 0, its left side's, and that of `abs` is 0, the middle. The gradient is then -y instead of
1/2 - y. A model whose last layer starts with zeros begins exactly there.

**The right logit goes out, too**, before the logarithm of the sum is taken. Two equal logits of 10,000 cost log(2) =
0.6931. In float32, 10,000 + log(2) is rounded, and less 10,000 it is 0.6934; at 1e10 nothing is left of the loss.

**Clipping p** to 1e-7 keeps the loss finite too, but never more than about 16, and the gradient is 0 exactly where the
model is most wrong.

**The weighted mean** is divided by the weights, not by N: with weights of 10 for all classes the loss stays what it is.

**Softmax twice.** `cross_entropy` of probabilities is no error, only a bad loss. A perfect answer of ten classes, 1.0
and nine times 0.0, is taken for logits: the loss is log(e + 9) - 1 = 1.46, and cannot become smaller.

Try next: compare `log_sum_exp(logits)` less the right logit with PyTorch's loss, in float32, for two equal logits of
1e10. Then let `labels` be probabilities `(N, C)` instead of classes, as PyTorch's may be.
"""

import torch


def log_sum_exp(z: torch.Tensor) -> torch.Tensor:
    """The logarithm of the sum of exp(z) over the last dimension: from (..., C) to (...)."""
    # BEGIN SOLUTION
    largest = z.amax(dim=-1, keepdim=True)  # (..., 1)
    return (z - largest).exp().sum(dim=-1).log() + largest.squeeze(-1)
    # END SOLUTION


def bce_with_logits(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """The mean binary cross entropy, shape (), of logits and targets of one shape."""
    # BEGIN SOLUTION
    both = torch.stack([torch.zeros_like(logits), logits], dim=-1)  # (..., 2): class 0 and class 1
    return (log_sum_exp(both) - targets * logits).mean()
    # END SOLUTION


def cross_entropy(logits: torch.Tensor, labels: torch.Tensor, weight: torch.Tensor | None = None) -> torch.Tensor:
    """The mean cross entropy, shape (), of logits (N, C) and labels (N,); weighted if there is a weight (C,)."""
    # BEGIN SOLUTION
    of_the_right = logits.gather(1, labels[:, None])  # (N, 1)
    losses = log_sum_exp(logits - of_the_right)  # (N,); subtracting after the sum would cost digits
    if weight is None:
        return losses.mean()
    weights = weight[labels]  # (N,)
    return (weights * losses).sum() / weights.sum()
    # END SOLUTION
