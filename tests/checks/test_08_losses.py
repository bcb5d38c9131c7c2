"""Checks of 08_losses: values in Python floats, gradients by PyTorch's own losses, which the answer may not use."""

import math

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from tutor.checks import (
    assert_close,
    assert_gradients_close,
    assert_type,
    expect,
    forbid,
    home,
    reading_from_meta,
    shapes,
    tensors,
    unchanged,
)

FLOATS = st.sampled_from([torch.float32, torch.float64])
SIDE = st.integers(1, 4)
READY_MADE = (
    *(F.cross_entropy, F.nll_loss, F.binary_cross_entropy, F.binary_cross_entropy_with_logits, F.soft_margin_loss),
    *(F.multilabel_soft_margin_loss, F.log_softmax, F.logsigmoid, F.softplus),
    *(torch.logsumexp, torch.logcumsumexp, torch.logaddexp),
    *(nn.CrossEntropyLoss, nn.NLLLoss, nn.BCELoss, nn.BCEWithLogitsLoss, nn.LogSoftmax, nn.LogSigmoid, nn.Softplus),
)
LARGE = [[1e4, -1e4, 0.0], [-1e4, -1e4, -9999.0], [1e4, 1e4, 1e4], [0.5, -2.0, 1.0], [0.0, 0.0, 0.0]]


def log_sum_exp(row):
    """log(sum(exp(z))) of a list of numbers."""
    return max(row) + math.log(math.fsum(math.exp(z - max(row)) for z in row))


def numbers(x):
    """All elements of a tensor, in order, as a list."""
    return x.reshape(-1).tolist()


def binary(logits, targets):
    """The mean binary loss, in Python floats."""
    pairs = list(zip(numbers(logits), numbers(targets), strict=True))
    return math.fsum(log_sum_exp([0.0, z]) - y * z for z, y in pairs) / len(pairs)


def entropies(logits, labels):
    """Each sample's cross entropy, in Python floats."""
    return [log_sum_exp(row) - row[k] for row, k in zip(logits.tolist(), labels.tolist(), strict=True)]


def scalar(value, like):
    """A Python number as a tensor () like another."""
    return torch.tensor(value, dtype=like.dtype, device=like.device)


@settings(max_examples=40)
@given(data=st.data())
def test_log_sum_exp(answer, device, data):
    """`log_sum_exp` is the logarithm of the sum of exp over the last dimension, for any shape `(..., C)`.

    Literally: exp, sum, log. A single dimension has no row in front of it, four have many: which is always the last?

    `dim=-1` counts from the end. Where `keepdim=True` was needed on the way, the result has that dimension no more.

    If you subtract something from all z first, it has to come back at the end: how?
    """
    dtype = data.draw(FLOATS, label="dtype")
    z = data.draw(tensors(shapes(1, 4, 1, 4), dtype=dtype), label="z").to(home(dtype, device))
    with unchanged(z=z):
        actual = answer.log_sum_exp(z)
    rows = [log_sum_exp(row) for row in z.reshape(-1, z.shape[-1]).tolist()]
    expected = torch.tensor(rows, dtype=dtype, device=z.device).reshape(z.shape[:-1])
    explain = {
        "The largest z was subtracted and did not come back.": lambda: expected - z.amax(dim=-1),
        "The sum went over the first dimension: the last is asked for.": lambda: z.exp().sum(dim=0).log(),
        "This is the sum of exp; its logarithm is asked for.": lambda: expected.exp(),
    }
    assert_close(actual, expected, name=f"log_sum_exp(z) of shape {tuple(z.shape)}", explain=explain)


def test_log_sum_exp_of_large_numbers(answer, device):
    """`log_sum_exp` is finite and right for numbers of ±10,000, and its gradient as well.

    exp(10_000) is infinite, and the logarithm of exp(-10_000) is that of 0. What if all z were smaller by the same m?

    log(sum(exp(z))) is m + log(sum(exp(z - m))) for every m. Which m makes the largest exp equal to 1?

    Each row has its own m, its largest number: `amax` with `keepdim=True` lets it be subtracted from its row.
    """
    z = torch.tensor(LARGE, device=device)
    expected = torch.tensor([log_sum_exp(row) for row in LARGE], device=device)
    assert_close(answer.log_sum_exp(z), expected, name="log_sum_exp(z) of large float32 numbers")
    z = torch.tensor(LARGE, dtype=torch.float64, device=home(torch.float64, device))
    name = "log_sum_exp(z) of large float64 numbers"
    assert_gradients_close(answer.log_sum_exp, lambda z: torch.logsumexp(z, dim=-1), z, name=name)


def test_bce_by_example(answer, device):
    """`bce_with_logits` is the mean of the elements' binary losses, also when a target is a share between 0 and 1.

    A logit of 0 with any target costs log(2). What would a logit of 3 cost, if the target is 1, and if it is 0?

    The formula needs the logarithm of exp(0) + exp(z): what are the two logits that go into your `log_sum_exp`?
    """
    logits = torch.tensor([0.0, 3.0, -1.0, 2.0], device=device)
    targets = torch.tensor([1.0, 0.0, 0.0, 0.25], device=device)
    right = binary(logits, targets)
    explain = {
        "This is the sum of the losses; the mean is asked for.": scalar(4 * right, logits),
        "This is the loss with the targets the other way round.": scalar(binary(logits, 1 - targets), logits),
        "This is the loss of targets that were rounded to 0 and 1.": scalar(binary(logits, targets.round()), logits),
        "The sign is wrong: losses are positive.": scalar(-right, logits),
        "This is the loss if the probabilities are taken for logits: sigmoid is applied twice.": (
            scalar(binary(logits.sigmoid(), targets), logits)
        ),
    }
    actual = answer.bce_with_logits(logits, targets)
    assert_close(actual, scalar(right, logits), name="bce_with_logits(logits, targets)", explain=explain)


@settings(max_examples=40)
@given(data=st.data())
def test_bce(answer, device, data):
    """`bce_with_logits` is right for any shape, in float32 and float64, and leaves its inputs as they are.

    The mean is over all elements, whatever their arrangement.

    `torch.stack` puts zeros beside logits of any shape, if the new dimension is the last.
    """
    dtype = data.draw(FLOATS, label="dtype")
    shape = tuple(data.draw(shapes(1, 3, 1, 4), label="shape"))
    logits = data.draw(tensors(shape, dtype=dtype), label="logits").to(home(dtype, device))
    targets = data.draw(tensors(shape, dtype=dtype, low=0, high=1), label="targets").to(logits.device)
    with unchanged(logits=logits, targets=targets):
        actual = answer.bce_with_logits(logits, targets)
    name = f"bce_with_logits(logits, targets) of shape {shape}"
    assert_close(actual, scalar(binary(logits, targets), logits), name=name)


def test_bce_of_large_logits(answer, device):
    """`bce_with_logits` and its gradient are right for logits of ±10,000: wrong ones cost 10,000, right ones 0.

    Does anything overflow or round to 0 on the way? exp of 10,000 is infinite, the sigmoid of -10,000 is 0, and
    clipping them caps the loss.

    The right side of the formula in the statement begins with a `log_sum_exp`, that of the two logits 0 and z.
    """
    place = home(torch.float64, device)
    targets = torch.tensor([0.0, 1.0, 1.0, 0.0, 0.3, 1.0], dtype=torch.float64, device=place)
    logits = torch.tensor([1e4, -1e4, 1e4, -1e4, 50.0, -2.0], dtype=torch.float64, device=place)
    for number in (0, 1, 2, 3):
        z, y = logits[number : number + 1], targets[number : number + 1]
        call = f"bce_with_logits of the logit {z.item():g} and the target {y.item():g}"
        right = 1e4 if number < 2 else 0.0
        actual = answer.bce_with_logits(z, y)
        explain = {}
        if isinstance(actual, torch.Tensor) and actual.shape == () and 0 < actual.item() < right - 1:
            explain["Something was clipped, p or the logit: the loss is capped, its gradient 0 where p is worst."] = (
                actual.detach()
            )
        assert_close(actual, scalar(right, z), name=call, explain=explain)
    assert_gradients_close(
        lambda z: answer.bce_with_logits(z, targets),
        lambda z: F.binary_cross_entropy_with_logits(z, targets),
        logits,
        name="bce_with_logits([1e4, -1e4, 1e4, -1e4, 50, -2], [0, 1, 1, 0, 0.3, 1])",
    )


def test_bce_gradient_at_zero(answer, device):
    """The gradient of `bce_with_logits` is right where a logit is exactly 0: half, less the target.

    The loss has no kink at 0. `clamp`, `relu`, `maximum` and `abs` have one: which slope do they take there?

    Let 0 and the logit both go through your `log_sum_exp`. Or write max(z, 0) as (z + |z|) / 2: PyTorch's slope of
    abs at 0 is 0.
    """
    place = home(torch.float64, device)
    logits = torch.tensor([0.0, 0.0, 0.0, 1.5], dtype=torch.float64, device=place, requires_grad=True)
    targets = torch.tensor([0.0, 1.0, 0.25, 1.0], dtype=torch.float64, device=place)

    def gradient(loss):
        return torch.autograd.grad(loss, logits)[0]

    expected = gradient(F.binary_cross_entropy_with_logits(logits, targets))
    halves = torch.tensor([0.125, 0.125, 0.125, 0.0], dtype=torch.float64, device=place)  # half of a quarter
    explain = {
        "At a logit of 0 this is 1 - y, the slope of max(z, 0) - y z on the right of its kink.": expected + halves,
        "At a logit of 0 this is -y, the slope of max(z, 0) - y z on the left of its kink.": expected - halves,
    }
    actual = gradient(answer.bce_with_logits(logits, targets))
    assert_close(actual, expected, name="gradient of bce_with_logits([0, 0, 0, 1.5], [0, 1, 0.25, 1])", explain=explain)


def test_cross_entropy_by_example(answer, device):
    """`cross_entropy` is the mean, over samples, of the logarithm of the sum of exp less the right class's logit.

    `log_sum_exp(logits)` is `(N,)`. Now one logit of each row is needed: the one at the row's label.

    `gather` takes one number of each row, if the labels are a column `(N, 1)`; so does indexing with the row numbers.
    """
    logits = torch.tensor([[2.0, 0.0, -1.0], [0.5, 1.0, 3.0], [0.0, 0.0, 1.0], [1.0, -2.0, 0.5]], device=device)
    labels = torch.tensor([0, 1, 2, 2], device=device)
    losses = entropies(logits, labels)
    right = math.fsum(losses) / 4
    softened = math.fsum(entropies(logits.softmax(dim=1), labels)) / 4
    every = math.fsum(log_sum_exp(row) for row in logits.tolist()) / 4
    explain = {
        "This is the sum of the losses; the mean is asked for.": scalar(4 * right, logits),
        "The sum was divided by N times C; there are N losses.": scalar(right / 3, logits),
        "This is the loss if the probabilities are taken for logits: softmax is applied twice.": scalar(
            softened, logits
        ),
        "`logits[:, labels]` takes all labels' columns for every row; one number of each row is needed.": (
            lambda: every - logits[:, labels].mean()
        ),
        "The sign is wrong: losses are positive.": scalar(-right, logits),
    }
    actual = answer.cross_entropy(logits, labels)
    assert_close(actual, scalar(right, logits), name="cross_entropy(logits, labels)", explain=explain)


@settings(max_examples=40)
@given(data=st.data())
def test_cross_entropy(answer, device, data):
    """`cross_entropy` is right for any `(N, C)`, with and without weights, and leaves its inputs as they are.

    With a weight: which weight has a sample, and by what is the sum divided?

    `weight[labels]` are the samples' weights `(N,)`; a weighted mean is divided by their sum.
    """
    dtype = data.draw(FLOATS, label="dtype")
    n, c = data.draw(SIDE, label="N"), data.draw(SIDE, label="C")
    logits = data.draw(tensors((n, c), dtype=dtype), label="logits").to(home(dtype, device))
    labels = data.draw(tensors((n,), dtype=torch.int64, low=0, high=c - 1), label="labels").to(logits.device)
    weight = data.draw(st.none() | tensors((c,), dtype=dtype, low=0.25, high=4), label="weight")
    losses = entropies(logits, labels)
    if weight is None:
        with unchanged(logits=logits, labels=labels):
            actual = answer.cross_entropy(logits, labels)
        right = math.fsum(losses) / n
        assert_close(actual, scalar(right, logits), name="cross_entropy(logits, labels)")
    else:
        weight = weight.to(logits.device)
        with unchanged(logits=logits, labels=labels, weight=weight):
            actual = answer.cross_entropy(logits, labels, weight=weight)
        weights = [weight.tolist()[k] for k in labels.tolist()]
        total = math.fsum(w * loss for w, loss in zip(weights, losses, strict=True))
        explain = {
            "The weighted losses were divided by N, not by the sum of the samples' weights.": scalar(total / n, logits),
            "The weighted losses were divided by the sum of all classes' weights; samples have weights here.": scalar(
                total / sum(weight.tolist()), logits
            ),
            "This is the mean without the weights.": scalar(math.fsum(losses) / n, logits),
        }
        right = scalar(total / math.fsum(weights), logits)
        assert_close(actual, right, name="cross_entropy(logits, labels, weight)", explain=explain)


def test_cross_entropy_of_large_logits(answer, device):
    """`cross_entropy` and its gradients are right for logits of ±10,000, with and without weights.

    Is there a softmax, and then its logarithm? What it rounds to 0 is lost.

    Only logits go into the loss: those of the row, by `log_sum_exp`, and the right one.
    """
    place = home(torch.float64, device)
    logits = torch.tensor(LARGE, dtype=torch.float64, device=place)
    labels = torch.tensor([1, 2, 0, 1, 2], device=place)
    weight = torch.tensor([0.5, 2.0, 3.0], dtype=torch.float64, device=place)
    for name, given_weight in (
        ("cross_entropy(logits, labels)", None),
        ("cross_entropy(logits, labels, weight)", weight),
    ):
        assert_gradients_close(
            lambda z, w=given_weight: answer.cross_entropy(z, labels, w),
            lambda z, w=given_weight: F.cross_entropy(z, labels, weight=w),
            logits,
            name=name,
        )


def test_by_hand(answer):
    """All three do without the ready-made functions.

    The statement lists what is not to be called. A method of a tensor is the same function under another name.

    `exp`, `sum` and `log` are enough, with the largest number taken out first.
    """
    logits, labels = torch.eye(3, 4), torch.tensor([0, 3, 1])
    with forbid(*READY_MADE):
        answer.log_sum_exp(logits)
        answer.bce_with_logits(logits, torch.ones_like(logits))
        answer.cross_entropy(logits, labels)
        answer.cross_entropy(logits, labels, torch.ones(4))


def test_elsewhere(answer):
    """All three leave their results on the device of the logits.

    Is there a tensor made on the way, with `torch.zeros` or `torch.arange`? It is on the CPU unless told otherwise.

    `torch.zeros_like(x)` and `x.new_zeros(...)` are where x is.
    """
    with reading_from_meta() as meta:
        logits, labels = torch.ones(3, 4, device=meta), torch.zeros(3, dtype=torch.int64, device=meta)
        results = {
            "log_sum_exp(z)": answer.log_sum_exp(logits),
            "bce_with_logits(logits, targets)": answer.bce_with_logits(logits, torch.ones_like(logits)),
            "cross_entropy(logits, labels)": answer.cross_entropy(logits, labels),
            "cross_entropy(logits, labels, weight)": answer.cross_entropy(logits, labels, torch.ones(4, device=meta)),
        }
    for name, value in results.items():
        call = f"{name} on the meta device"
        assert_type(value, torch.Tensor, call)
        expect(value.device == meta, f"{call} is on {value.device}; it should stay on {meta}.")
