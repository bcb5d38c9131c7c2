"""Checks of 07_predict: models that say how they are called, and probabilities by Python's exp."""

import copy
import math
from contextlib import contextmanager

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from tutor.checks import (
    Mismatch,
    assert_close,
    assert_equal,
    assert_number,
    assert_type,
    expect,
    home,
    leave_old_gradients,
    tensors,
    unchanged,
)

META = torch.device("meta")
NAMES = ["ankle boot", "bag", "coat", "dress", "pullover", "sandal"]


class Says(nn.Module):
    """A model that returns these logits for every image of a batch, and notes how it was called."""

    def __init__(self, logits, device="cpu"):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(2, dtype=logits.dtype, device=device))
        self.logits = logits
        self.shapes, self.devices, self.modes = [], set(), set()

    def forward(self, x):
        self.shapes.append(tuple(x.shape))
        self.devices.add(x.device.type)
        self.modes.add((self.training, torch.is_grad_enabled()))
        return self.logits.repeat(len(x), 1) * (self.weight[0] if self.weight.device == self.logits.device else 1)


@contextmanager
def stays_on_meta(sentence):
    """Tell with `sentence` that something was to be copied off the meta device, which has no numbers to copy."""
    try:
        yield
    except NotImplementedError as error:
        if "meta" not in str(error):
            raise
        raise Mismatch(sentence) from error


def softened(logits):
    """The probabilities of a list of logits, in double precision."""
    powers = [math.exp(value - max(logits)) for value in logits]
    return [power / sum(powers) for power in powers]


def pair_of(result, call):
    """The name and probability that a call returned, after a look that they are a pair."""
    pair = isinstance(result, tuple) and len(result) == 2
    expect(pair, f"{call} should return a tuple (name, probability); it returned {result!r}.")
    return result


def assert_pair(actual, expected, call, explain=None):
    """The name first, then the probability, a float."""
    name, probability = pair_of(actual, call)
    assert_equal(name, expected[0], name=f"the name in {call}")
    assert_number(probability, expected[1], name=f"the probability in {call}", explain=explain)


@settings(max_examples=25)
@given(c=st.sampled_from([3, 1, 2]), h=st.integers(1, 4), w=st.integers(1, 4))
def test_a_batch_of_one(answer, c, h, w):
    """The model gets a batch of one image, `(1, C, H, W)`, of grey images, too.

    The model was written for batches, and takes the first dimension for the batch. What does it make of `(C, H, W)`?

    `unsqueeze` or `[None]` gives a tensor one more dimension. Where does it belong, and does that depend on C?

    In front of all others, whatever C is: dimension 0.
    """
    model = Says(torch.tensor([1.0, 3.0, 2.0]))
    answer.probabilities(model, torch.ones(c, h, w))
    expect(model.shapes, "probabilities(model, image) never called the model.")
    assert_equal(set(model.shapes), {(1, c, h, w)}, name=f"the set of shapes the model got, for an image {(c, h, w)}")


def test_probabilities_by_example(answer, device):
    """`probabilities` returns the probability of each class, and they add up to 1.

    The model returns logits, a row for each image. Which row is yours, and what makes probabilities of it?

    The softmax goes over the classes of the image. Along a dimension of size 1 all its values are 1.
    """
    logits = torch.tensor([2.0, 0.0, -1.0, 1.0], device=device)
    model = nn.Sequential(nn.Flatten(), nn.Linear(60, 4)).to(device)
    with torch.no_grad():
        model[1].weight.zero_()
        model[1].bias.copy_(logits)
    expected = torch.tensor([0.643914, 0.087144, 0.032059, 0.236883], device=device)
    explain = {
        "These are the logits, as the model returns them.": logits,
        "This is the sigmoid of each logit by itself; softmax makes them add up to 1.": logits.sigmoid(),
        "This is a softmax over the batch, which holds one image: along a size of 1 it gives ones.": torch.ones_like(
            expected
        ),
    }
    actual = answer.probabilities(model, torch.ones(3, 4, 5))
    assert_close(actual, expected, rtol=1e-4, name="probabilities(model, image)", explain=explain)


@settings(max_examples=25)
@given(data=st.data(), classes=st.integers(1, 4), dtype=st.sampled_from([torch.float32, torch.float64]))
def test_probabilities(answer, device, data, classes, dtype):
    """`probabilities` is right for any image and model, in both dtypes, and for logits up to 10,000.

    What is `exp(10_000)`, and what is it divided by itself?

    `softmax` of PyTorch subtracts the highest logit before it takes powers.

    The result is `(classes,)`, also with one class: take out row 0 instead of squeezing all sizes of 1 away.
    """
    place = home(dtype, device)
    halves = tensors((2, 3, 1), dtype=torch.int64, low=-4, high=4)
    image = data.draw(halves.map(lambda whole: whole.to(dtype) / 2), label="image")
    factors = st.sampled_from([1.0, 0.125, 5_000.0])  # all products are exact in float32
    numbers = st.lists(st.integers(-2, 2), min_size=6, max_size=6)
    rows = st.lists(numbers, min_size=classes, max_size=classes)
    weights = st.tuples(factors, rows).map(lambda pair: torch.tensor(pair[1], dtype=dtype) * pair[0])
    # drawn, so that a failing case says how to build its model
    data.draw(st.just(f"nn.Sequential(nn.Flatten(), nn.Linear(6, {classes}, bias=False))"), label="model")
    weight = data.draw(weights, label="model[1].weight")
    model = nn.Sequential(nn.Flatten(), nn.Linear(6, classes, bias=False)).to(device=place, dtype=dtype)
    with torch.no_grad():
        model[1].weight.copy_(weight)
    pixels = image.flatten().tolist()
    logits = [sum(a * b for a, b in zip(row, pixels, strict=True)) for row in weight.tolist()]
    with unchanged(image=image):
        actual = answer.probabilities(model, image)
    expected = torch.tensor(softened(logits), dtype=dtype, device=place)
    assert_close(actual, expected, name="probabilities(model, image)")


def test_evaluation_mode(answer):
    """The model runs in evaluation mode, whichever mode it comes in, and its running means stay as they are.

    Batch normalisation and dropout do something else while a model is trained. Which method tells them?

    `model.eval()` before the call. `torch.no_grad()` does not do it.
    """
    images = torch.rand(8, 3, 4, 5)
    model = nn.Sequential(nn.Conv2d(3, 4, 2), nn.BatchNorm2d(4), nn.Dropout(0.5), nn.Flatten(), nn.Linear(48, 3))
    model(images)
    twin = copy.deepcopy(model).eval()
    image = images[2]
    expected = nn.functional.softmax(twin(image.expand(2, 3, 4, 5)), dim=-1)[0].detach()
    for training in (True, False):
        probe = Says(torch.tensor([1.0, 3.0, 2.0])).train(training)
        answer.probabilities(probe, image)
        expect(
            not any(mode for mode, _ in probe.modes),
            "The model ran in training mode: evaluation mode was asked for, in which dropout drops nothing.",
        )
        before = {name: value.clone() for name, value in model.train(training).state_dict().items()}
        actual = answer.probabilities(model, image)
        assert_close(actual, expected, name="probabilities(model, image) of a model with batch normalisation")
        assert_equal(dict(model.state_dict()), before, name="the model's state_dict() afterwards")


def test_nothing_recorded(answer, device):
    """Nothing is recorded for `backward`, and the gradients that were there are there still.

    A prediction is not trained with. What keeps PyTorch from building a graph meanwhile?

    `with torch.no_grad():` around the call of the model. `.detach()` lets go of a graph when it has been built.
    """
    model = Says(torch.tensor([1.0, 3.0, 2.0]))
    leave_old_gradients(model)
    gradient = model.weight.grad.clone()
    call = "probabilities(model, image)"
    result = assert_type(answer.probabilities(model, torch.ones(3, 4, 5)), torch.Tensor, call)
    recorded = any(recording for _, recording in model.modes)
    expect(not recorded and not result.requires_grad, "The run of the model was recorded: nothing should be.")
    expect(model.weight.grad is not None, "The gradients of the model are gone.")
    assert_equal(model.weight.grad, gradient, name="the model's gradient afterwards")
    expect(model.weight.requires_grad, "The model's weights require no gradient any more: it cannot be trained on.")
    expect(torch.is_grad_enabled(), "PyTorch records nothing any more: gradients were switched off for good.")


def test_device(answer):
    """The image goes to the device of the model's parameters, and the result is there.

    A model has no device of its own. What has, among the things that it is made of?

    `next(model.parameters())` is its first parameter. `to` returns the moved image: it must be kept.
    """
    model = Says(torch.tensor([1.0, 3.0, 2.0]), device=META)
    with stays_on_meta("Something takes the model's weights to another device: the image should go to the model."):
        answer.probabilities(model, torch.ones(3, 2, 2))
    assert_equal(model.devices, {"meta"}, name="the set of devices of the images that a model on the meta device got")
    model = nn.Sequential(nn.Flatten(), nn.Linear(12, 5)).to(META)
    with stays_on_meta("Something takes the result to another device: it should stay on the model's."):
        result = answer.probabilities(model, torch.ones(3, 2, 2))
    assert_type(result, torch.Tensor, "probabilities(model, image)")
    assert_equal(result.device, META, name="the device of probabilities(model, image), the model on the meta device")
    assert_equal(tuple(result.shape), (5,), name="the shape of probabilities(model, image)")


def test_predict_by_example(answer):
    """`predict` returns the name of the likeliest class, and its probability as a `float`.

    At which index is the highest probability? What stands at that index of `class_names`?

    `argmax` gives the index, as a tensor; `.item()` makes a number of it, and of the probability.
    """
    logits = [0.5, -1.0, 3.0, 1.0]
    model = Says(torch.tensor(logits))
    parts = softened(logits)
    call = "predict(model, image, class_names)"
    explain = {"This is the logit; the probability was asked for.": 3.0, "This is a percentage.": 100 * parts[2]}
    actual = answer.predict(model, torch.ones(1, 4, 5), NAMES[:4])
    assert_pair(actual, ("coat", parts[2]), call, explain)


def test_top_classes_by_example(answer):
    """`top_classes` returns the names and probabilities of the k likeliest classes, the likeliest first.

    Which order do the probabilities have to come in, and does each name still stand beside its own?

    `topk` or `sort(descending=True)` return values and indices; `tolist()` makes numbers of both. Go through them with
    `zip`.

    With fewer than `k` classes `topk` raises: ask for no more than there are.
    """
    logits = [0.5, -1.0, 3.0, 1.0]
    parts = softened(logits)
    ranked = [("coat", parts[2]), ("dress", parts[3]), ("ankle boot", parts[0]), ("bag", parts[1])]
    for k in (2, 1, 4, 7):
        call = f"top_classes(model, image, class_names, {k}), 4 classes"
        actual = answer.top_classes(Says(torch.tensor(logits)), torch.ones(3, 4, 5), NAMES[:4], k)
        assert_type(actual, list, call)
        assert_equal(len(actual), min(k, 4), name=f"the length of {call}")
        for number, (one, expected) in enumerate(zip(actual, ranked, strict=False)):
            assert_pair(one, expected, f"entry {number} of {call}")


@settings(max_examples=25)
@given(
    eighths=st.lists(st.integers(-20, 20), min_size=1, max_size=6, unique=True),
    k=st.integers(1, 7),
    dtype=st.sampled_from([torch.float32, torch.float64]),
)
def test_predict_and_top_classes(answer, eighths, k, dtype):
    """`predict` and `top_classes` agree with the probabilities, for any logits and any number of classes.

    Are they right for one class, too, and when all logits are negative?

    Take the names at the indices of the highest probabilities: nothing else decides.
    """
    logits = [value / 8 for value in eighths]
    model, image, names = (
        Says(torch.tensor(logits, dtype=dtype)),
        torch.ones(3, 2, 1, dtype=dtype),
        NAMES[: len(logits)],
    )
    ranked = sorted(zip(names, softened(logits), strict=True), key=lambda pair: -pair[1])
    assert_pair(answer.predict(model, image, names), ranked[0], "predict(model, image, class_names)")
    actual = answer.top_classes(model, image, names, k)
    call = f"top_classes(model, image, class_names, {k}), {len(logits)} classes"
    assert_equal([pair_of(one, call)[0] for one in actual], [one for one, _ in ranked[:k]], name=f"the names in {call}")
    for one, expected in zip(actual, ranked, strict=False):
        assert_pair(one, expected, call)


def test_predict_follows_the_rules(answer):
    """`predict` and `top_classes`, too, give the model a batch of one on its device, in evaluation mode, unrecorded.

    You have written all of this once. Which of your functions does it?

    Begin with `probabilities(model, image)` in both.
    """
    for name, more in (("predict", ()), ("top_classes", (2,))):
        model = Says(torch.tensor([1.0, 3.0, 2.0]), device=META)
        getattr(answer, name)(model, torch.ones(3, 4, 5), NAMES[:3], *more)
        called = (set(model.shapes), model.devices, model.modes)
        expect(called[0] == {(1, 3, 4, 5)}, f"{name} gave the model images of the shapes {sorted(called[0])}.")
        expect(
            called[1] == {"meta"}, f"{name} gave the model an image on {sorted(called[1])}; its weights are on meta."
        )
        expect(not any(mode for mode, _ in called[2]), f"{name} ran the model in training mode.")
        expect(not any(recording for _, recording in called[2]), f"{name} recorded the run of the model.")
