"""Checks of 06_linear_module: the oracles are Python lists, and torch.nn.functional.linear for the gradients."""

import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import nn

from tutor.checks import assert_close, assert_equal, expect, forbid, home, rng_untouched, tensors, unchanged

SIZES = [(3, 2), (2, 4), (1, 3), (4, 1), (1, 1), (3, 3)]
DTYPES = st.sampled_from([torch.float32, torch.float64])
DATA = ("x_train", "y_train", "x_test", "y_test")


def made(answer, name, inputs, outputs):
    """A model of the learner's class `name`, after a look that it is a module."""
    model = getattr(answer, name)(inputs, outputs)
    expect(isinstance(model, nn.Module), f"{name} should be an nn.Module; it is a {type(model).__name__}.")
    return model


def shapes_of(model):
    """The shapes of the parameters by name."""
    return {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}


def computed(x, weight, bias):
    """The linear layer over the rows of x (N, inputs), through Python numbers."""
    rows = [[sum(w * v for w, v in zip(row, sample)) + b for row, b in zip(weight, bias)] for sample in x.tolist()]
    return torch.tensor(rows, dtype=x.dtype, device=x.device)


def set_numbers(model, prefix, weight, bias):
    """Write numbers into the parameters that the statement names."""
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        parameters[f"{prefix}weight"].copy_(weight)
        parameters[f"{prefix}bias"].copy_(bias)


def drawn_case(data, device):
    """Sizes, x, weight and bias of a linear layer, small enough for any order of summing."""
    inputs, outputs = data.draw(st.sampled_from(SIZES), label="(inputs, outputs)")
    dtype, n = data.draw(DTYPES, label="dtype"), data.draw(st.integers(1, 4), label="N")

    def small(*shape):
        return tensors(shape=shape, dtype=dtype, low=-2, high=2).map(lambda x: x.to(home(dtype, device)))

    x = data.draw(small(n, inputs), label="x")
    weight = data.draw(small(outputs, inputs), label="weight")
    bias = data.draw(small(outputs), label="bias")
    return inputs, outputs, x, weight, bias


def assert_computes(answer, name, prefix, data, device):
    """A model of the class `name`, given numbers, computes what Python's sums do."""
    inputs, outputs, x, weight, bias = drawn_case(data, device)
    model = made(answer, name, inputs, outputs).to(x.device, x.dtype)
    set_numbers(model, prefix, weight, bias)
    with unchanged(x=x):
        actual = model(x)
    expected = computed(x, weight.tolist(), bias.tolist())
    explain = {
        "The bias is not added.": computed(x, weight.tolist(), [0.0] * outputs),
        "The weight's numbers were dealt out anew by a reshape: turn it round by a transpose.": computed(
            x, weight.reshape(inputs, outputs).T.tolist(), bias.tolist()
        ),
    }
    if inputs == outputs:
        sentence = "The weight is the wrong way round: each row of it belongs to one output."
        explain[sentence] = computed(x, weight.T.tolist(), bias.tolist())
    actual = actual.detach() if isinstance(actual, torch.Tensor) else actual
    assert_close(actual, expected, name=f"{name}({inputs}, {outputs})(x)", explain=explain)


@settings(max_examples=10)
@example(weight=0.7, bias=0.3)
@given(weight=st.integers(-8, 8).map(lambda n: n / 4), bias=st.integers(-8, 8).map(lambda n: n / 4))
def test_line_data(answer, weight, bias):
    """`line_data` gives 40 points and then 10 of the line, each tensor a float32 column, for any weight and bias.

    Fifty points, 0.02 apart, begin with 0. Where do they end, and is that the number 1?

    A column `(50, 1)`: one sample per row. Compute `y` from it, then slice both.

    `torch.arange(50)` counts; what must each count be multiplied by, and which call adds a dimension of size 1?
    """
    result = answer.line_data(weight, bias)
    four = isinstance(result, tuple | list) and len(result) == 4
    expect(four, "line_data should return four tensors: x_train, y_train, x_test, y_test.")
    xs = [[i * 0.02] for i in range(50)]
    ys = [[weight * x + bias] for [x] in xs]
    for name, actual, rows in zip(DATA, result, (xs[:40], ys[:40], xs[40:], ys[40:]), strict=True):
        assert_close(actual, torch.tensor(rows), name=f"{name} of line_data({weight}, {bias})")


def test_by_hand_registers(answer):
    """`LinearByHand(3, 2)` lists two parameters, `weight` (2, 3) and `bias` (2,), without `nn.Linear`.

    Does the model list anything at all? A plain tensor is an attribute like any other: the module does not note it.

    `super().__init__()` first, then set `self.weight` and `self.bias` to an `nn.Parameter` each.
    """
    with forbid(nn.Linear):
        model = made(answer, "LinearByHand", 3, 2)
    expected = {"weight": (2, 3), "bias": (2,)}
    explain = {
        "The model lists no parameters: a plain tensor is not one, nor is a buffer. `nn.Parameter` makes one.": {},
        "The sizes are exchanged: the weight has a row for each output.": {"weight": (3, 2), "bias": (2,)},
        "The weight is a plain tensor or a buffer: `nn.Parameter` makes a parameter of it.": {"bias": (2,)},
        "The bias is a plain tensor or a buffer: `nn.Parameter` makes a parameter of it.": {"weight": (2, 3)},
    }
    assert_equal(shapes_of(model), expected, name="names and shapes of model.named_parameters()", explain=explain)
    assert_equal(sorted(model.state_dict()), ["bias", "weight"], name="keys of model.state_dict(), sorted")
    watched = all(parameter.requires_grad for parameter in model.parameters())
    expect(watched, "A parameter of LinearByHand does not require gradients: nothing could train it.")


@settings(max_examples=15)
@given(sizes=st.sampled_from(SIZES), seed=st.integers(0, 1000))
def test_by_hand_starts(answer, sizes, seed):
    """`LinearByHand` starts with numbers from `torch.randn`, the weight drawn first, and seeds nothing.

    Which of `torch.rand` and `torch.randn` draws numbers on both sides of 0?

    With one seed, the same numbers come in the same order: first all of the weight, then those of the bias.

    Who makes a model decides on the seed. A `torch.manual_seed` inside would make all your models alike.
    """
    inputs, outputs = sizes
    torch.manual_seed(seed)
    expected = {"weight": torch.randn(outputs, inputs), "bias": torch.randn(outputs)}
    torch.manual_seed(seed)
    bias_first = {"bias": torch.randn(outputs), "weight": torch.randn(outputs, inputs)}
    torch.manual_seed(seed)
    with rng_untouched(allow_advance=True):
        model = made(answer, "LinearByHand", inputs, outputs)
    actual = {name: parameter.detach() for name, parameter in model.named_parameters()}
    explain = {"The bias was drawn first.": bias_first}
    assert_close(actual, expected, name=f"numbers of a new LinearByHand({inputs}, {outputs})", explain=explain)


@settings(max_examples=20)
@given(data=st.data())
def test_by_hand(answer, device, data):
    """`LinearByHand` computes the linear layer for any sizes, in float32 and float64, and leaves `x` alone.

    Two matrices meet, then the bias is added: which one must be turned round so that the inner dimensions agree?

    `x` is `(N, inputs)` and `weight` `(outputs, inputs)`: the weight's transpose goes behind the `@`.
    """
    assert_computes(answer, "LinearByHand", "", data, device)


@settings(max_examples=10)
@given(data=st.data())
def test_layered(answer, device, data):
    """`LinearModel` computes by one `nn.Linear` set as `linear`: keys `linear.weight`, `linear.bias`, its own start.

    The keys of a `state_dict` are made of the names of attributes. What is the layer's name?

    `nn.Linear` is told the inputs first, then the outputs. `forward` hands `x` on to the layer.
    """
    expected = {"linear.weight": (2, 3), "linear.bias": (2,)}
    explain = {
        "The sizes are exchanged: nn.Linear takes the inputs first.": {"linear.weight": (3, 2), "linear.bias": (3,)},
        "The layer was made without a bias.": {"linear.weight": (2, 3)},
    }
    torch.manual_seed(3)
    start = {f"linear.{name}": one.detach() for name, one in nn.Linear(3, 2).named_parameters()}
    torch.manual_seed(3)
    with rng_untouched(allow_advance=True):
        model = made(answer, "LinearModel", 3, 2)
    assert_equal(shapes_of(model), expected, name="names and shapes of LinearModel(3, 2)'s parameters", explain=explain)
    layer = getattr(model, "linear", None)
    expect(isinstance(layer, nn.Linear), f"model.linear should be an nn.Linear; it is a {type(layer).__name__}.")
    actual = {name: parameter.detach() for name, parameter in model.named_parameters()}
    assert_close(actual, start, name="numbers of a new LinearModel(3, 2)")
    assert_computes(answer, "LinearModel", "linear.", data, device)


def test_gradients(answer, device):
    """In both models the gradients flow back to `weight`, `bias` and `x`, with the right values.

    Did something on the way leave the graph: `.data`, `.detach()`, `torch.tensor(...)`?

    Compute with the parameters themselves. They are tensors like any other.
    """
    place = home(torch.float64, device)
    x, weight, bias, factors = (torch.randn(s, dtype=torch.float64, device=place) for s in ((4, 3), (2, 3), 2, (4, 2)))
    leaves = [one.clone().requires_grad_() for one in (weight, bias, x)]
    expected = torch.autograd.grad((nn.functional.linear(leaves[2], *leaves[:2]) * factors).sum(), leaves)
    for name, prefix in (("LinearByHand", ""), ("LinearModel", "linear.")):
        model = made(answer, name, 3, 2).to(place, torch.float64)
        set_numbers(model, prefix, weight, bias)
        parameters = dict(model.named_parameters())
        inputs = [parameters[f"{prefix}weight"], parameters[f"{prefix}bias"], x.clone().requires_grad_()]
        y = model(inputs[2])
        expect(y.requires_grad, f"{name}: the graph is cut, no gradient can flow back to the parameters.")
        actual = torch.autograd.grad((y * factors).sum(), inputs, allow_unused=True)
        for which, got, wanted in zip(("weight", "bias", "x"), actual, expected, strict=True):
            expect(got is not None, f"{name}: no gradient flows back to {which}.")
            assert_close(got, wanted, name=f"gradient for {which} of {name}")


@settings(max_examples=15)
@given(sizes=st.sampled_from(SIZES), dtype=DTYPES)
def test_copy_weights(answer, device, sizes, dtype):
    """`copy_weights` overwrites the numbers of `target` with those of `source`; the two then share nothing.

    The names differ: `weight` here, `linear.weight` there. What does the part `target.linear` call them?

    `load_state_dict` copies and complains of names that do not match. `strict=False` only silences it.

    Assigning a parameter (`target.linear.weight = ...`) replaces it, or shares it. To overwrite by hand, `copy_` under
    `torch.no_grad()`.
    """
    inputs, outputs = sizes
    source = made(answer, "LinearByHand", inputs, outputs).to(home(dtype, device), dtype)
    target = made(answer, "LinearModel", inputs, outputs).to(home(dtype, device))
    before = dict(target.named_parameters())
    old = {name: parameter.detach().clone() for name, parameter in before.items()}
    with unchanged(source=source):
        answer.copy_weights(source, target)
    after = dict(target.named_parameters())
    same = after.keys() == before.keys() and all(after[name] is before[name] for name in before)
    expect(
        same, "The parameters of target were replaced by others: an optimizer that holds the old ones trains nothing."
    )
    expected = {f"linear.{name}": one.detach().clone().to(torch.float32) for name, one in source.named_parameters()}
    actual = {name: parameter.detach() for name, parameter in after.items()}
    explain = {"Nothing was copied: no name in the one state_dict is a name in the other.": old}
    assert_close(actual, expected, name="the numbers of target after copy_weights(source, target)", explain=explain)
    watched = all(parameter.requires_grad for parameter in after.values())
    expect(watched, "The parameters of target no longer require gradients.")
    with torch.no_grad():
        for parameter in source.parameters():
            parameter.add_(1.0)
    assert_close(
        {name: parameter.detach() for name, parameter in target.named_parameters()},
        expected,
        name="the numbers of target after those of source changed",
    )


def test_count(answer):
    """`count` gives the number of parameters and the number of numbers in them, for any module.

    `parameters()` is no list: it can be gone through once, and has no length.

    Keep what it gives in a list. `.numel()` is how many numbers a tensor holds.

    Count frozen parameters too, and no buffers: take `parameters()` as it is, not `state_dict()`.
    """
    frozen = nn.Linear(4, 2)
    frozen.weight.requires_grad_(False)
    shared = nn.Linear(3, 3)
    cases = {
        "a LinearByHand(3, 2)": (made(answer, "LinearByHand", 3, 2), (2, 8)),
        "a LinearModel(3, 2)": (made(answer, "LinearModel", 3, 2), (2, 8)),
        "an nn.Linear(5, 3) without bias": (nn.Linear(5, 3, bias=False), (1, 15)),
        "a module with two layers": (nn.ModuleList([nn.Linear(4, 3), nn.Linear(3, 2)]), (4, 23)),
        "an nn.Linear(4, 2) whose weight requires no gradient": (frozen, (2, 10)),
        "a batch normalisation, which has buffers": (nn.BatchNorm1d(6), (2, 12)),
        "a module that holds one layer twice": (nn.ModuleList([shared, shared]), (2, 12)),
        "a module without parameters": (nn.ReLU(), (0, 0)),
    }
    for what, (model, expected) in cases.items():
        with unchanged(model=model):
            actual = answer.count(model)
        pair = isinstance(actual, tuple | list) and len(actual) == 2
        expect(pair, f"count(model) should return a pair of ints; for {what} it returned {actual!r}.")
        explain = {
            "The second number is 0: the generator was already used up.": (expected[0], 0) if expected[1] else None,
            "The two are exchanged.": expected[::-1] if expected[0] != expected[1] else None,
        }
        known = {sentence: value for sentence, value in explain.items() if value is not None}
        assert_equal(tuple(actual), expected, name=f"count of {what}", explain=known)
