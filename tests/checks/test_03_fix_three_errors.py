"""Checks of 03_fix_three_errors: values by Python lists, other devices by the meta device."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.checks import Mismatch, assert_close, assert_equal, expect, home, tensors, unchanged

META = torch.device("meta")
FLOATS = st.sampled_from([torch.float32, torch.float64])
ANY = st.sampled_from([torch.float32, torch.float64, torch.float16, torch.int64, torch.int32, torch.uint8])
SIDE = st.integers(1, 4)


def normalised(images, mean, std):
    """Each channel of images (B, C, H, W) by itself, with Python numbers as mean and std."""
    channels = [(images[:, c] - m) / s for c, (m, s) in enumerate(zip(mean.tolist(), std.tolist(), strict=True))]
    return torch.stack(channels, dim=1)


def scored(features, weight, bias):
    """The linear layer in double precision, through Python numbers."""
    rows = [
        [
            sum(x * w for x, w in zip(row, one, strict=True)) + b
            for one, b in zip(weight.tolist(), bias.tolist(), strict=True)
        ]
        for row in features.tolist()
    ]
    return torch.tensor(rows, dtype=weight.dtype, device=weight.device)


def hit(scores, labels):
    """Whether the first largest number of each row stands at the label, through Python numbers."""
    pairs = zip(scores.tolist(), labels.tolist(), strict=True)
    return torch.tensor([row.index(max(row)) == label for row, label in pairs], device=scores.device)


def parameters(shape, dtype):
    """Tensors of `shape` of any real numbers, so that two scores are never equal but for rounding."""

    def normal(seed):
        return torch.randn(shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))

    return st.integers(0, 99).map(normal)


def on_meta(call, function):
    """What `function` returns for tensors on the meta device, after a look that it is a tensor there."""
    try:
        result = function()
    except NotImplementedError as error:
        if "meta" not in str(error):
            raise
        raise Mismatch(
            f"{call}: something leaves the meta device on the way, as it would leave a GPU: {error}"
        ) from error
    expect(isinstance(result, torch.Tensor), f"{call} should return a tensor; it returned {result!r}.")
    assert_equal(result.device, META, name=f"device of {call}")
    return result


def test_normalise_by_example(answer, device):
    """`normalise` subtracts from each pixel the mean of its channel, and divides by the std of its channel.

    Write the two shapes under each other, aligned on the right: (B, C, H, W) and (C,). What does C meet?

    `mean` should be (C, 1, 1), so that its sizes of 1 are stretched over H and W.
    """
    images = torch.tensor([[[[1.0, 2.0, 3.0, 4.0]], [[10.0, 20.0, 30.0, 40.0]]]], device=device)  # (1, 2, 1, 4)
    mean, std = torch.tensor([2.0, 20.0], device=device), torch.tensor([1.0, 10.0], device=device)
    expected = torch.tensor([[[[-1.0, 0.0, 1.0, 2.0]], [[-1.0, 0.0, 1.0, 2.0]]]], device=device)
    assert_close(answer.normalise(images, mean, std), expected, name="normalise(images, mean, std)")


@settings(max_examples=25)
@given(data=st.data())
def test_normalise(answer, device, data):
    """`normalise` is right for any sizes, also when the images are just as wide or as high as they have channels.

    Where W equals C, `images - mean` raises nothing, and subtracts by column. Where H does, `mean[:, None]` does.

    `mean[:, None, None]` puts two dimensions of size 1 behind the channels.
    """
    sizes = tuple(data.draw(SIDE, label=label) for label in "BCHW")
    dtype = data.draw(FLOATS, label="dtype")
    images = data.draw(tensors(sizes, dtype=dtype), label="images").to(home(dtype, device))
    mean = data.draw(tensors(sizes[1:2], dtype=dtype, low=-2, high=2), label="mean").to(images.device)
    std = data.draw(tensors(sizes[1:2], dtype=dtype, low=0.5, high=2), label="std").to(images.device)
    with unchanged(images=images, mean=mean, std=std):
        actual = answer.normalise(images, mean, std)
    assert_close(actual, normalised(images, mean, std), name="normalise(images, mean, std)")


def test_class_scores_by_example(answer, device):
    """`class_scores` takes whole numbers as features, and its scores have the dtype of the weights.

    `@` wants one dtype on both sides. Weights of 0.5 cannot become int64: which side must change?

    `features.to(...)` takes a dtype; the one to take is known from `weight`.
    """
    features = torch.tensor([[1, 2, 4], [0, 3, 2]], device=device)
    weight = torch.tensor([[0.5, 0.25, 1.0], [-0.75, 0.5, 0.5]], device=device)
    bias = torch.tensor([0.5, -1.0], device=device)
    expected = torch.tensor([[5.5, 1.25], [3.25, 1.5]], device=device)
    assert_close(
        answer.class_scores(features, weight, bias),
        expected,
        name="class_scores(features, weight, bias)",
    )


@settings(max_examples=20)
@given(data=st.data())
def test_class_scores(answer, device, data):
    """`class_scores` is right for features of any dtype with float32 and with float64 weights.

    `.float()` is float32. Is that the dtype of the weights every time?

    `weight.dtype` is what the features should be cast to.
    """
    n, f, c = (data.draw(SIDE, label=label) for label in "NFC")
    kind, dtype = data.draw(ANY, label="dtype of features"), data.draw(FLOATS, label="dtype of weight and bias")
    place = home(torch.float64, device)
    features = data.draw(tensors((n, f), dtype=kind, low=-3, high=3), label="features").to(place)
    weight = data.draw(tensors((c, f), dtype=dtype, low=-2, high=2), label="weight").to(place)
    bias = data.draw(tensors((c,), dtype=dtype, low=-2, high=2), label="bias").to(place)
    with unchanged(features=features, weight=weight, bias=bias):
        actual = answer.class_scores(features, weight, bias)
    assert_close(actual, scored(features, weight, bias), name="class_scores(features, weight, bias)")


@settings(max_examples=20)
@given(data=st.data())
def test_hits(answer, device, data):
    """`hits` is True where the highest score of a row is that of its label.

    Which class has the highest score does not change when the labels move: is the prediction still as it was?

    Along dimension 1 stand the classes of one sample: `argmax(dim=1)` gives the predictions to compare.
    """
    n, c = data.draw(SIDE, label="N"), data.draw(SIDE, label="C")
    scores = data.draw(tensors((n, c)), label="scores").to(device)
    labels = data.draw(tensors((n,), dtype=torch.int64, low=0, high=c - 1), label="labels").to(device)
    with unchanged(scores=scores, labels=labels):
        actual = answer.hits(scores, labels)
    assert_close(actual, hit(scores, labels), name="hits(scores, labels)")


def test_hits_of_many_classes(answer, device):
    """`hits` tells class 996 from class 997, also when the scores are bfloat16.

    bfloat16 has three digits. Whole numbers over 256 are rounded in it: where do labels or predictions become one?

    `labels.to(scores)` takes the dtype of the scores along with their device. Name the device alone.
    """
    labels = torch.tensor([999, 0, 700, 997], device=device)
    scores = torch.zeros(4, 1000, dtype=torch.bfloat16, device=device)
    scores[torch.arange(4), torch.tensor([999, 1, 700, 996])] = 1.0
    expected = torch.tensor([True, False, True, False], device=device)
    assert_close(answer.hits(scores, labels), expected, name="hits(scores, labels) of 1000 classes in bfloat16")


def test_hits_elsewhere(answer):
    """`hits` works when the labels are on the CPU and the scores are elsewhere, and its result is where the scores are.

    The prediction is right as it stands. It meets the labels, and two tensors meet on one device: which of
    them is smaller, and which has the device asked for?

    `tensor.to(device)` returns the moved tensor, and `scores.device` is the device to go to.
    """
    scores, labels = torch.ones(4, 3, device=META), torch.tensor([0, 2, 1, 1])
    with unchanged(labels=labels):
        result = on_meta("hits(scores, labels), scores on the meta device", lambda: answer.hits(scores, labels))
    assert_equal(tuple(result.shape), (4,), name="shape of hits(scores, labels), scores (4, 3)")
    assert_equal(result.dtype, torch.bool, name="dtype of hits(scores, labels)")


@settings(max_examples=20)
@given(data=st.data())
def test_classify(answer, device, data):
    """`classify` finds which images are classified as their label, for any batch, in uint8, float32 and float64.

    `flatten()` makes one dimension of all. Which one must stay, so that there is a row for each image?

    `flatten` takes a `start_dim`: from there on, the dimensions become one.
    """
    sizes = b, c, h, w = tuple(data.draw(SIDE, label=label) for label in "BCHW")
    classes = data.draw(st.integers(2, 4), label="classes")
    kind = data.draw(st.sampled_from([torch.uint8, torch.float32, torch.float64]), label="dtype of images")
    dtype = data.draw(FLOATS, label="dtype of the others")
    place = home(torch.float64, device)
    images = data.draw(tensors(sizes, dtype=kind, low=0, high=9), label="images")
    labels = data.draw(tensors((b,), dtype=torch.int64, low=0, high=classes - 1), label="labels")
    mean = data.draw(tensors((c,), dtype=dtype, low=-2, high=2), label="mean").to(place)
    std = data.draw(tensors((c,), dtype=dtype, low=0.5, high=2), label="std").to(place)
    weight = data.draw(parameters((classes, c * h * w), dtype), label="weight").to(place)
    bias = data.draw(parameters((classes,), dtype), label="bias").to(place)
    others = {"mean": mean, "std": std, "weight": weight, "bias": bias}
    with unchanged(images=images, labels=labels, **others):
        actual = answer.classify(images, labels, **others)
    rows = normalised(images.to(torch.float64), mean, std).reshape(b, -1)
    assert_close(
        actual, hit(scored(rows, weight, bias), labels), name="classify(images, labels, mean, std, weight, bias)"
    )


def test_classify_elsewhere(answer):
    """`classify` works with images and labels on the CPU and everything else elsewhere, and leaves its result there.

    Which of the tensors that meet first in `classify` are on different devices?

    Move the images to the device of `mean` before they are normalised; `hits` takes care of the labels.
    """
    images, labels = torch.ones(4, 3, 5, 2, dtype=torch.uint8), torch.tensor([0, 6, 1, 1])
    others = {
        "mean": torch.ones(3, device=META),
        "std": torch.ones(3, device=META),
        "weight": torch.ones(7, 30, device=META),
        "bias": torch.ones(7, device=META),
    }
    call = "classify(images, labels, ...) with the other four on the meta device"
    result = on_meta(call, lambda: answer.classify(images, labels, **others))
    assert_equal(tuple(result.shape), (4,), name="shape of classify(images, labels, ...) with 4 images")
