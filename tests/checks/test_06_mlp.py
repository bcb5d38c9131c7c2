"""Checks of 06_mlp: the weights are found by their shapes, and the oracle computes with them through Python's sums."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from tutor.checks import (
    assert_close,
    assert_equal,
    assert_raises,
    assert_type,
    expect,
    forbid,
    home,
    rng_untouched,
    tensors,
    unchanged,
)

# (inputs, hidden, classes), all different: a layer is known by the shape of its weight.
SIZES = [(6, 5, 3), (4, 3, 2), (12, 2, 1), (1, 3, 2), (2, 4, 5), (8, 1, 3)]
# How the numbers of a sample may lie.
SAMPLES = {1: [(1,), (1, 1)], 2: [(2,), (1, 2)], 4: [(4,), (2, 2), (1, 4, 1)], 6: [(6,), (1, 2, 3), (3, 2), (2, 1, 3)]}
SAMPLES |= {8: [(8,), (2, 2, 2), (1, 4, 2)], 12: [(12,), (3, 4), (1, 3, 4), (3, 2, 2)]}


def made(answer, *sizes):
    """A new MLP, after a look that it is a module."""
    model = answer.MLP(*sizes)
    sentence = f"MLP should inherit from nn.Module; what MLP{sizes} makes is none: it has no parameters() and no call."
    expect(isinstance(model, nn.Module), sentence)
    return model


def layers_of(model, inputs, hidden, classes):
    """The model's three linear layers in order, found by the shapes of their weights."""
    shapes = [(hidden, inputs), (hidden, hidden), (classes, hidden)]
    layers = [part for part in model.modules() if isinstance(part, nn.Linear)]
    found = {tuple(layer.weight.shape): layer for layer in layers}
    right = len(layers) == 3 and set(found) == set(shapes)
    listed = ", ".join(f"nn.Linear({layer.in_features}, {layer.out_features})" for layer in layers) or "none"
    sentence = (
        f"MLP({inputs}, {hidden}, {classes}) should hold the layers nn.Linear({inputs}, {hidden}), "
        f"nn.Linear({hidden}, {hidden}) and nn.Linear({hidden}, {classes}); its parts list {listed}."
    )
    expect(right, sentence)
    return [found[shape] for shape in shapes]


def numbers(layers):
    """The weights and biases of the layers as lists."""
    return [(layer.weight.tolist(), layer.bias.tolist()) for layer in layers]


def logits(rows, layers, bends=(True, True, False)):
    """What the layers give for rows of numbers, through Python's sums; `bends` says after which a ReLU comes."""
    for (weight, bias), bend in zip(layers, bends, strict=True):
        rows = [[sum(w * v for w, v in zip(ws, row)) + b for ws, b in zip(weight, bias)] for row in rows]
        rows = [[max(v, 0.0) for v in row] for row in rows] if bend else rows
    return rows


def flat(nested):
    """The elements of a nested list in order."""
    return [v for part in nested for v in flat(part)] if isinstance(nested, list) else [nested]


def plain(value):
    """A tensor without its graph; anything else as it is."""
    return value.detach() if isinstance(value, torch.Tensor) else value


def set_numbers(layers, seed):
    """Fill the layers with numbers of both signs from a generator of the check's own."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for layer in layers:
            for parameter in (layer.weight, layer.bias):
                parameter.copy_(torch.randn(parameter.shape, generator=generator, dtype=torch.float64))


def images(shape, dtype):
    """Batches of `shape`, half of them with their dimensions permuted as those of images that came as (B, H, W, C)."""
    swapped = tensors(shape=(shape[0], *reversed(shape[1:])), dtype=dtype, low=-2, high=2)
    return tensors(shape=shape, dtype=dtype, low=-2, high=2) | swapped.map(lambda x: x.transpose(1, -1))


def test_layers(answer):
    """`MLP()` is an `nn.Module` with the layers 784-512-512-10, 669,706 numbers in all, and takes other sizes too.

    What stands in the brackets behind `class MLP`? `torch.nn` is a package; the class to inherit from lives in it.

    `__init__` begins with the parent's, then sets each layer as an attribute: one made in `forward` would be new at
    every call.

    The three arguments of `__init__` go into the layers: 784, 512 and 10 stand nowhere else.
    """
    with rng_untouched(allow_advance=True):
        models = {(784, 512, 10): made(answer)}
    total = sum(parameter.numel() for parameter in models[784, 512, 10].parameters())
    explain = {
        "The model lists no parameters: are its layers set as attributes in `__init__`?": 0,
        "The layer from 512 to 512 is missing: these are the numbers of 784-512-10.": 407050,
        "This is 669,706 without the biases.": 668672,
    }
    assert_equal(total, 669706, name="how many numbers the parameters of MLP() hold", explain=explain)
    models |= {sizes: made(answer, *sizes) for sizes in ((6, 5, 3), (2, 4, 5))}
    for sizes, model in models.items():
        layers = layers_of(model, *sizes)
        own = {id(parameter) for layer in layers for parameter in layer.parameters()}
        more = [name for name, parameter in model.named_parameters() if id(parameter) not in own]
        expect(not more, f"MLP has parameters besides those of its three linear layers: {', '.join(more)}.")
        watched = all(parameter.requires_grad for parameter in model.parameters())
        expect(watched, "A parameter of MLP does not require gradients: nothing could train it.")


def test_shapes(answer, device):
    """From a batch of B images, in any of the shapes, come the logits (B, 10), one row for each image.

    A linear layer wants rows: `(B, 784)`. Which dimension stays, and which become one?

    `flatten` takes a `start_dim`, and 0, the default, would take the batch as well.

    Nowhere may a batch size be written out, and nothing may be squeezed away: a batch of 1 is a batch.
    """
    model = made(answer).to(device)
    explain = {
        "The batch was flattened with the rest.": torch.Size([10]),
        "The batch was flattened with the rest; its dimension is 1 now.": torch.Size([1, 10]),
    }
    for shape in ((5, 1, 28, 28), (3, 28, 28), (2, 784), (1, 1, 28, 28), (1, 28, 28), (1, 784)):
        actual = model(torch.randn(shape, device=device))
        assert_type(actual, torch.Tensor, "MLP()(x)")
        assert_equal(
            actual.shape, torch.Size([shape[0], 10]), name=f"shape of MLP()(x) for x of shape {shape}", explain=explain
        )


@settings(max_examples=30)
@given(data=st.data())
def test_logits(answer, device, data):
    """The logits are those of the three layers with a ReLU after the first two, for any sizes and batches.

    Count the ReLUs: without any, the three layers are no better than one. Does one stand where none belongs?

    The last layer's outputs are handed out as they are: no ReLU, no softmax.

    Does `view` fail? It cannot flatten images that are not contiguous; `flatten` and `reshape` can.
    """
    sizes = data.draw(st.sampled_from(SIZES), label="(inputs, hidden, classes)")
    batch = data.draw(st.integers(1, 4), label="B")
    shape = (batch, *data.draw(st.sampled_from(SAMPLES[sizes[0]]), label="shape of a sample"))
    dtype = data.draw(st.sampled_from([torch.float32, torch.float64]), label="dtype")
    place = home(dtype, device)
    x = data.draw(images(shape, dtype), label="x").to(place)
    training = data.draw(st.booleans(), label="in training mode")
    model = made(answer, *sizes).to(place, dtype).train(training)
    layers = layers_of(model, *sizes)
    set_numbers(layers, data.draw(st.integers(0, 50), label="seed of the weights"))
    rows, known = [flat(sample) for sample in x.tolist()], numbers(layers)

    def by(*bends):
        return torch.tensor(logits(rows, known, bends), dtype=dtype, device=place)

    expected = by(True, True, False)
    explain = {
        "There is no ReLU: three linear layers in a row are one linear layer.": by(False, False, False),
        "The ReLU after the second layer is missing.": by(True, False, False),
        "The ReLU after the first layer is missing.": by(False, True, False),
        "There is a ReLU after the last layer: it cuts off every negative logit.": by(True, True, True),
        "These are probabilities: leave the softmax out.": expected.softmax(1),
        "These are the logarithms of probabilities: leave log_softmax out.": expected.log_softmax(1),
    }
    explain = {sentence: value for sentence, value in explain.items() if not torch.equal(value, expected)}
    with unchanged(x=x), unchanged(model=model):
        actual = plain(model(x))
    assert_type(actual, torch.Tensor, f"MLP{sizes}(x)")
    again = torch.allclose(*(plain(model.eval()(x)) for _ in range(2)))
    expect(again, "The same images get other logits at every call: is a layer made in `forward`, with new numbers?")
    assert_close(actual, expected, name=f"MLP{sizes}(x)", explain=explain)


def test_other_images(answer, device):
    """A batch of other images raises an error, even if their numbers could be dealt out to rows of the right length.

    Two colour images hold as many numbers as six grey ones. How many rows does your flattening make of them?

    In `reshape(-1, inputs)` the -1 is whatever fits. Fix the number of rows, and leave the length to fit.
    """
    model = made(answer, 6, 5, 3).to(device)
    for shape in ((2, 3, 6), (2, 18), (6, 4), (4, 3), (2, 3, 2, 2), (6, 1)):
        per_sample = torch.Size(shape[1:]).numel()
        what = f"MLP(6, 5, 3)(x) for x of shape {shape}, with {per_sample} numbers in a sample,"
        with assert_raises((RuntimeError, ValueError), what):
            model(torch.randn(shape, device=device))


def test_gradients(answer, device):
    """The gradients flow back to the images and to every weight and bias, with the right values.

    Did something on the way leave the graph: `.data`, `.detach()`, `no_grad`?

    Hand the images on from layer to layer; there is nothing to take out of the graph.
    """
    sizes, place = (6, 5, 3), home(torch.float64, device)
    model = made(answer, *sizes).to(place, torch.float64)
    layers = layers_of(model, *sizes)
    set_numbers(layers, 7)
    parameters = [parameter for layer in layers for parameter in (layer.weight, layer.bias)]
    x, factors = (torch.randn(shape, dtype=torch.float64, device=place) for shape in ((4, 1, 3, 2), (4, 3)))

    def reference(x, w1, b1, w2, b2, w3, b3):
        rows = torch.stack([sample.reshape(-1) for sample in x])
        hidden = torch.addmm(b1, rows, w1.T).clamp(min=0)
        return torch.addmm(b3, torch.addmm(b2, hidden, w2.T).clamp(min=0), w3.T)

    leaves = [one.detach().clone().requires_grad_() for one in (x, *parameters)]
    expected = torch.autograd.grad((reference(*leaves) * factors).sum(), leaves)
    images = x.clone().requires_grad_()
    y = model(images)
    assert_close(plain(y), reference(*leaves).detach(), name="MLP(6, 5, 3)(x)")
    expect(y.requires_grad, "The graph is cut: no gradient can flow back from the logits.")
    actual = torch.autograd.grad((y * factors).sum(), [images, *parameters], allow_unused=True)
    names = ["the images", *(f"the {kind} of layer {n}" for n in (1, 2, 3) for kind in ("weight", "bias"))]
    for name, got, wanted in zip(names, actual, expected, strict=True):
        expect(got is not None, f"No gradient flows back to {name}.")
        assert_close(got, wanted, name=f"gradient for {name}")


def test_follows(answer):
    """The whole model moves with `.to(device)`, here to the meta device, whose tensors have a shape and no values.

    Something stays behind that is neither a parameter nor a part of the model. Is a tensor made in `forward`?

    Layers that are attributes move with the model; a ReLU needs no tensor of zeros of its own.
    """
    meta = torch.device("meta")
    model = made(answer, 6, 5, 3).to(meta)
    try:
        actual = model(torch.empty(4, 2, 3, device=meta))
    except (NotImplementedError, RuntimeError) as error:
        if "meta" not in str(error):
            raise
        sentence = "With the model and the images on the meta device, MLP uses a tensor of another device, or values."
        raise AssertionError(sentence) from None
    assert_equal(actual.device, meta, name="device of MLP(6, 5, 3)(x), both on the meta device")
    assert_equal(actual.shape, torch.Size([4, 3]), name="shape of MLP(6, 5, 3)(x), both on the meta device")


@given(sizes=st.lists(st.integers(1, 20), min_size=2, max_size=5))
def test_parameter_count(answer, sizes):
    """`parameter_count` gives the number of weights and biases for any list of sizes, without making a layer.

    A layer from `a` to `b` numbers: how many weights does each of its `b` outputs have, and what besides?

    `a * b` weights and `b` biases for each pair of neighbours: the first with the second, the second with the third.
    """
    big = [784, 512, 512, 10]
    with forbid(nn.Linear):
        by_example, actual = answer.parameter_count(list(big)), answer.parameter_count(list(sizes))
    explain = {"This is 669,706 without the biases.": 668672, "The biases of the last layer are missing.": 669696}
    assert_equal(by_example, 669706, name=f"parameter_count({big})", explain=explain)
    weights = sum(sizes[n] * sizes[n + 1] for n in range(len(sizes) - 1))
    assert_equal(actual, weights + sum(sizes[1:]), name=f"parameter_count({sizes})")
