"""Checks of 08_logits_to_labels: values by Python's math on lists, gradients by other torch routes."""

import math

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.checks import (
    assert_close,
    assert_gradients_close,
    assert_type,
    expect,
    home,
    reading_from_meta,
    tensors,
    unchanged,
)

FLOATS = st.sampled_from([torch.float32, torch.float64, torch.bfloat16])
SIDE = st.integers(1, 4)


def sigmoid(z):
    """The sigmoid of a number, without exp of a large one."""
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def softmax(row):
    """The softmax of a list of numbers."""
    parts = [math.exp(z - max(row)) for z in row]
    return [part / math.fsum(parts) for part in parts]


def by_sample(function, logits, dtype):
    """`function` of the list of each sample's logits: (N, C, ...) in rows, and back with the classes in dimension 1."""
    rows = logits.movedim(1, -1).tolist()

    def walk(nested):
        return [walk(one) for one in nested] if isinstance(nested[0], list) else function(nested)

    return torch.tensor(walk(rows), dtype=dtype, device=logits.device)


def many_classes(data, device, high=10.0):
    """Logits (N, C), (N, C, L) or (N, C, H, W) of any float dtype."""
    dtype = data.draw(FLOATS, label="dtype")
    sides = tuple(data.draw(st.lists(SIDE, min_size=2, max_size=4), label="shape"))
    return data.draw(tensors(sides, dtype=dtype, low=-high, high=high), label="logits").to(home(dtype, device))


def test_binary_probabilities_by_example(answer, device):
    """`binary_probabilities` gives each sample a row: the probability of class 0, and that of class 1.

    Sigmoid gives the probability of class 1. How much is left for class 0?

    Two columns `(N,)` make a table `(N, 2)`: `torch.stack` with the dimension that is new.
    """
    logits = torch.tensor([0.0, 2.0, -1.0], device=device)
    expected = torch.tensor([[0.5, 0.5], [0.1192029, 0.8807971], [0.7310586, 0.2689414]], device=device)
    explain = {
        "These are softmaxes over the samples. Each sample has a sigmoid of its own.": lambda: torch.stack(
            [1 - logits.softmax(0), logits.softmax(0)], dim=1
        ),
        "The sigmoids were divided by their sum over the samples. Each sample stands for itself.": lambda: torch.stack(
            [1 - logits.sigmoid() / logits.sigmoid().sum(), logits.sigmoid() / logits.sigmoid().sum()], dim=1
        ),
        "The columns have changed places: class 0 comes first.": expected.flip(1),
    }
    assert_close(answer.binary_probabilities(logits), expected, name="binary_probabilities(logits)", explain=explain)


@settings(max_examples=30)
@given(data=st.data())
def test_binary_probabilities(answer, device, data):
    """`binary_probabilities` is right for any number of samples, in float32, float64 and bfloat16.

    Each row adds up to 1. Does the result have the dtype of the logits?

    Tensors made of the logits themselves keep their dtype and device.
    """
    dtype = data.draw(FLOATS, label="dtype")
    n = data.draw(st.integers(1, 5), label="N")
    logits = data.draw(tensors((n,), dtype=dtype), label="logits").to(home(dtype, device))
    with unchanged(logits=logits):
        actual = answer.binary_probabilities(logits)
    rows = [[sigmoid(-z), sigmoid(z)] for z in logits.tolist()]
    expected = torch.tensor(rows, dtype=dtype, device=logits.device)
    assert_close(actual, expected, name="binary_probabilities(logits)")


def test_class_probabilities_by_example(answer, device):
    """`class_probabilities` makes probabilities of each row of logits, which add up to 1.

    Several classes compete: not sigmoid, which looks at each logit alone, but softmax.

    Which numbers should add up to 1: those of a row, or those of a column? `dim` names the dimension of the classes.
    """
    logits = torch.tensor([[2.0, 0.0, -1.0], [0.0, 1.0, 1.0]], device=device)
    expected = torch.tensor(
        [[0.8437947, 0.1141952, 0.0420101], [0.1553624, 0.4223188, 0.4223188]],
        device=device,
    )
    explain = {
        "These are sigmoids: they do not add up to 1.": logits.sigmoid,
        "The probabilities of a column add up to 1: softmax went over the samples.": lambda: logits.softmax(0),
        "These are the logarithms of the probabilities.": lambda: logits.log_softmax(1),
        "The logits were divided by their sum: softmax takes exp first.": lambda: logits / logits.sum(1, keepdim=True),
    }
    assert_close(answer.class_probabilities(logits), expected, name="class_probabilities(logits)", explain=explain)


@settings(max_examples=40)
@given(data=st.data())
def test_class_probabilities(answer, device, data):
    """`class_probabilities` is right for logits `(N, C)` and with more dimensions, in float32, float64 and bfloat16.

    In `(N, C, H, W)` the classes of a pixel lie along dimension 1. Is that the last?

    `dim=1` is right for all these shapes.
    """
    logits = many_classes(data, device)
    with unchanged(logits=logits):
        actual = answer.class_probabilities(logits)
    expected = by_sample(softmax, logits, logits.dtype).movedim(-1, 1)
    explain = {"Softmax went over the last dimension; the classes are dimension 1.": lambda: logits.softmax(-1)}
    name = f"class_probabilities(logits) of shape {tuple(logits.shape)}"
    assert_close(actual, expected, name=name, explain=explain)


def test_probabilities_of_large_logits(answer, device):
    """Probabilities and their gradients are right for logits of ±10,000, too.

    `exp(10_000)` is infinite. A formula may still come to the right value, and its gradient to nan.

    `torch.sigmoid` and `torch.softmax` are made for logits of any size.
    """
    place = home(torch.float64, device)
    logits = torch.tensor([10_000.0, -10_000.0, 90.0, -90.0, 0.5], dtype=torch.float64, device=place)

    def two_classes(z):
        return torch.stack([torch.zeros_like(z), z], dim=1).softmax(dim=1)

    name = "binary_probabilities([1e4, -1e4, 90, -90, 0.5])"
    assert_gradients_close(answer.binary_probabilities, two_classes, logits, name=name)

    table = torch.tensor([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4], [1e4, 1e4, 9999.0], [0.5, -2.0, 1.0]], device=place)
    table = table.double()

    def exp_of_log(z):
        return z.log_softmax(dim=1).exp()

    name = "class_probabilities([[1e4, -1e4, 0], [-1e4, -1e4, -1e4], [1e4, 1e4, 9999], [0.5, -2, 1]])"
    assert_gradients_close(answer.class_probabilities, exp_of_log, table, name=name)


def test_small_probabilities(answer, device):
    """`binary_probabilities` keeps the digits of small probabilities: class 0 has 2.06e-9 at a logit of 20.

    In float32 the sigmoid of 20 is 1. What does `1 - p` leave of class 0?

    1 - sigmoid(z) is the sigmoid of another number. Which one makes classes 0 and 1 change places?
    """
    numbers = [20.0, -20.0, 12.0, -12.0]
    logits = torch.tensor(numbers, device=device)
    expected = torch.tensor([[sigmoid(-z), sigmoid(z)] for z in numbers], device=device)
    p = logits.sigmoid()
    explain = {
        "`1 - p` has lost its digits, for p was rounded: the sigmoid of -z has them.": torch.stack([1 - p, p], dim=1)
    }
    name = f"binary_probabilities({numbers})"
    actual = answer.binary_probabilities(logits)
    assert_close(actual, expected, name=name, rtol=1e-4, atol=1e-12, explain=explain)


def test_binary_labels(answer, device):
    """`binary_labels` is 1 where the logit is 0 or more and 0 where it is less, as `int64`.

    What does `round` make of 0.5? And of which dtype is what comparing returns?

    The sigmoid of -1e-9 is 0.5 in float32. The logit itself is still less than 0: compare that.
    """
    logits = torch.tensor([1.5, -0.5, 0.0, 3.0, -2.0], device=device)
    expected = torch.tensor([1, 0, 1, 1, 0], device=device)
    explain = {
        "A logit of 0 is a tie, and belongs to class 1. `round` goes to the even number, and `>` leaves the tie out.": (
            torch.tensor([1, 0, 0, 1, 0], device=device)
        ),
        "The logits were compared with 0.5; a probability of 0.5 belongs to a logit of 0.": (logits >= 0.5).long(),
    }
    with unchanged(logits=logits):
        actual = answer.binary_labels(logits)
    assert_close(actual, expected, name="binary_labels(logits)", explain=explain)

    for dtype in (torch.float32, torch.float64, torch.bfloat16):
        close = torch.tensor([-1e-9, 1e-9, 0.0, -1e-4, -300.0, 1e4], dtype=dtype, device=home(dtype, device))
        expected = torch.tensor([0, 1, 1, 0, 0, 1], device=close.device)
        rounded = (torch.sigmoid(close) >= 0.5).to(torch.int64)
        explain = {"Probabilities are rounded: that of a logit of -1e-9 becomes 0.5. Compare the logits.": rounded}
        name = f"binary_labels of {close.dtype} logits [-1e-9, 1e-9, 0, -1e-4, -300, 1e4]"
        assert_close(answer.binary_labels(close), expected, name=name, explain=explain)


@settings(max_examples=40)
@given(data=st.data())
def test_class_labels(answer, device, data):
    """`class_labels` is the class with the highest logit, the first of several, for `(N, C)` and more dimensions.

    Which dimension disappears? The labels of `(N, C, H, W)` are a picture of labels, `(N, H, W)`.

    `argmax` takes the `dim` of the classes.
    """
    logits = many_classes(data, device, high=40.0)
    with unchanged(logits=logits):
        actual = answer.class_labels(logits)
    expected = by_sample(lambda row: row.index(max(row)), logits, torch.int64)
    explain = {
        "This is the position of the highest in the last dimension; the classes are dimension 1.": (
            lambda: logits.argmax(-1)
        ),
        "This is the sample with the highest logit of each class; asked for is the class, for each sample.": (
            lambda: logits.argmax(0)
        ),
        "This is the last of several equal ones; the first is asked for.": lambda: (
            logits.shape[1] - 1 - logits.flip(1).argmax(1)
        ),
    }
    name = f"class_labels(logits) of shape {tuple(logits.shape)}"
    assert_close(actual, expected, name=name, explain=explain)


def test_class_labels_of_close_logits(answer, device):
    """`class_labels` tells logits apart that are almost equal, such as 0.0 and 1e-9.

    Softmax keeps the order of the logits, as far as there are digits for it. What is it needed for here?

    The class with the highest logit can be read from the logits themselves.
    """
    for dtype in (torch.float32, torch.bfloat16):
        logits = torch.tensor([[0.0, 1e-9, -1e-9], [1e-9, 0.0, 2e-9]], dtype=dtype, device=device)
        expected = torch.tensor([1, 2], device=device)
        explain = {
            "The probabilities of these logits are equal, for they are rounded: look at the logits.": (
                torch.tensor([0, 0], device=device)
            )
        }
        name = f"class_labels of {dtype} logits that differ by 1e-9"
        assert_close(answer.class_labels(logits), expected, name=name, explain=explain)


def test_elsewhere(answer):
    """All four leave their results on the device of the logits.

    Is there a tensor made on the way, with `torch.zeros` or `torch.tensor`? It is on the CPU unless told otherwise.

    `torch.zeros_like(logits)` is where the logits are; better still is to need no new tensor.
    """
    for name, shape in (
        ("binary_probabilities", (3,)),
        ("class_probabilities", (3, 4, 2)),
        ("binary_labels", (3,)),
        ("class_labels", (3, 4, 2)),
    ):
        with reading_from_meta() as meta:
            value = getattr(answer, name)(torch.ones(shape, device=meta))
        call = f"{name}(logits) with logits on the meta device"
        assert_type(value, torch.Tensor, call)
        expect(value.device == meta, f"{call} is on {value.device}; it should be on {meta}, as the logits are.")
