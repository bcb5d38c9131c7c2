"""Checks of 06_fix_module: parameters found by their shapes, filled, and compared with the same sum by `einsum`."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from tutor.checks import Mismatch, assert_close, assert_equal, assert_type, expect, home, tensors, unchanged

META = torch.device("meta")
SIDE = st.integers(1, 4)
SEED = st.integers(0, 99)


def linear(x, weight, bias):
    """What a linear layer makes of x (N, in): weight (out, in), bias (out,)."""
    return torch.einsum("ni,oi->no", x, weight) + bias


def classified(x, inner_weight, inner_bias, outer_weight, outer_bias):
    return linear(linear(x, inner_weight, inner_bias).clamp(min=0), outer_weight, outer_bias)


def towered(x, *parameters):
    for weight, bias in zip(parameters[::2], parameters[1::2], strict=True):
        x = linear(x, weight, bias).clamp(min=0)
    return x


def residual(x, weight, bias):
    return x + linear(x, weight, bias)


def parameters_of(model, shapes, call):
    """The parameters of `model`, one for each of `shapes`; of two with one shape, the first in its own order."""
    expect(isinstance(model, nn.Module), f"{call} should be an nn.Module; it is {model!r}.")
    found = list(model.parameters())
    expect(
        found or not shapes,
        f"{call} has no parameters: `parameters()` is empty, and an optimizer would get nothing to learn.",
    )
    assert_equal(
        sorted(tuple(parameter.shape) for parameter in found),
        sorted(shapes),
        name=f"the sorted list of {call}'s parameter shapes",
    )
    chosen = []
    for shape in shapes:
        chosen.append(next(p for p in found if p.shape == shape and all(p is not other for other in chosen)))
    return chosen


def run(model, x, call):
    """`model(x)`, which leaves `x` as it was."""
    try:
        with unchanged(x=x):
            return model(x)
    except NotImplementedError as error:
        if "forward" not in str(error):
            raise
        raise Mismatch(
            f"{call} has no method of the name that PyTorch runs when a module is called: `forward`."
        ) from error


def seeded(*shape, seed, like=None):
    """Random numbers in float64, or in dtype and on the device of `like`."""
    numbers = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return numbers if like is None else numbers.to(like)


def assert_computes(model, shapes, reference, x, call, seed):
    """Fill the parameters of `model`, and compare result and gradients with those of `reference(x, *parameters)`."""
    parameters = parameters_of(model, shapes, call)
    with torch.no_grad():
        for number, parameter in enumerate(parameters):
            parameter.copy_(seeded(*parameter.shape, seed=100 * seed + number, like=parameter))
    copies = [parameter.detach().clone().requires_grad_() for parameter in parameters]
    actual, expected = run(model, x, call), reference(x, *copies)
    assert_close(actual, expected, name=f"{call}(x)")
    factors = seeded(*expected.shape, seed=seed, like=expected)
    (expected * factors).sum().backward()
    expect(actual.requires_grad, f"{call}(x) has no history: no gradient can reach the parameters from it.")
    (actual * factors).sum().backward()
    for parameter, copy in zip(parameters, copies, strict=True):
        shape = tuple(parameter.shape)
        expect(parameter.grad is not None, f"No gradient reaches the parameter {shape} of {call}.")
        assert_close(parameter.grad, copy.grad, name=f"the gradient of the parameter {shape} of {call}")


def test_classifier_by_example(answer, device):
    """`Classifier(4, 5, 3)` can be made, and gives three scores for each of two rows.

    The sizes arrive, and nobody takes them; or x arrives, and nobody takes it. Which method should have?

    Two methods of a module have names that others call: Python the first, PyTorch the second. Compare them letter by
    letter with those of the other classes.
    """
    model = answer.Classifier(4, 5, 3)
    scores = run(model.to(device), torch.ones(2, 4, device=device), "Classifier(4, 5, 3)")
    assert_type(scores, torch.Tensor, "Classifier(4, 5, 3)(x)")
    assert_equal(tuple(scores.shape), (2, 3), name="the shape of Classifier(4, 5, 3)(x), x (2, 4)")


@settings(max_examples=15)
@given(n=SIDE, sizes=st.lists(st.integers(1, 5), min_size=3, max_size=3, unique=True), seed=SEED)
def test_classifier(answer, device, n, sizes, seed):
    """`Classifier` is a linear layer, ReLU, and a linear layer, for any sizes, and its gradients are theirs.

    Which sizes does each of the two layers go from and to? Where is the ReLU?

    The first layer goes from `features` to `hidden`, then ReLU, then the second from `hidden` to `classes`.
    """
    features, hidden, classes = sizes
    call = f"Classifier({features}, {hidden}, {classes})"
    model = answer.Classifier(features, hidden, classes).to(home(torch.float64, device)).double()
    shapes = [(hidden, features), (hidden,), (classes, hidden), (classes,)]
    x = seeded(n, features, seed=seed).to(home(torch.float64, device))
    assert_computes(model, shapes, classified, x, call, seed)


def test_scale_by_example(answer):
    """`Scale(3)` can be made and called, and gives back x, because its factors start as ones.

    The error speaks of something that `nn.Module` sets up before any part of yours can be entered. When is it set up?

    The first line of `__init__` belongs to `nn.Module`: look at that of `Tower`.
    """
    x = torch.tensor([[1.0, -2.0, 0.5], [4.0, 3.0, -1.0]])
    assert_close(answer.Scale(3)(x), x.clone(), name="Scale(3)(x)")


@settings(max_examples=15)
@given(n=SIDE, features=SIDE, seed=SEED)
def test_scale(answer, device, n, features, seed):
    """`Scale` multiplies each column by its factor, and the factors are its only parameter: one of shape `(features,)`.

    Print `list(Scale(3).parameters())`. Is `requires_grad=True` enough to be in there?

    `nn.Parameter(...)` around the tensor makes it one of the module's.
    """
    model = answer.Scale(features).to(home(torch.float64, device)).double()
    x = seeded(n, features, seed=seed).to(home(torch.float64, device))
    assert_computes(model, [(features,)], torch.mul, x, f"Scale({features})", seed)


def test_tower_parameters(answer):
    """`Tower(4, depth)` has `depth` weights and `depth` biases among its parameters.

    How many parameters are there? None: who looks into a list? Only two: how many layers have been made?

    `nn.ModuleList` is the list that a module looks into; `[layer] * depth` is the same layer again and again. Make a
    new one for each floor.
    """
    for depth in (3, 1):
        parameters_of(answer.Tower(4, depth), [(4, 4), (4,)] * depth, f"Tower(4, {depth})")


@settings(max_examples=15)
@given(n=SIDE, width=SIDE, depth=st.integers(1, 3), seed=SEED)
def test_tower(answer, device, n, width, depth, seed):
    """`Tower` applies its layers in the order of `parameters()`, with ReLU after each one, the last as well.

    Does each layer get what the one before it made? Does ReLU come after each layer, or before it?

    In the loop of `forward`, `x` becomes the ReLU of what the layer makes of `x`.
    """
    model = answer.Tower(width, depth).to(home(torch.float64, device)).double()
    x = seeded(n, width, seed=seed).to(home(torch.float64, device))
    assert_computes(model, [(width, width), (width,)] * depth, towered, x, f"Tower({width}, {depth})", seed)


@settings(max_examples=15)
@given(n=SIDE, width=SIDE, seed=SEED)
def test_residual(answer, device, n, width, seed):
    """`Residual` gives x plus what its one linear layer makes of x: the layer is made once, and learned.

    Call the module twice with the same x. Where do two different results come from?

    A layer made in `forward` begins anew at every call. Make it where the module is made, as an attribute.

    Was x changed? `+=` writes into the tensor that the caller holds; a sum of two tensors is a new one.
    """
    call = f"Residual({width})"
    model = answer.Residual(width).to(home(torch.float64, device)).double()
    x = seeded(n, width, seed=seed).to(home(torch.float64, device))
    shapes = [(width, width), (width,)]
    parameters_of(model, shapes, call)
    first = run(model, x, call)
    assert_close(run(model, x, call), first.detach(), name=f"{call}(x), called a second time")
    assert_computes(model, shapes, residual, x, call, seed)


@settings(max_examples=15)
@given(data=st.data(), n=SIDE, features=SIDE)
def test_standardise(answer, device, data, n, features):
    """`Standardise` has no parameters, and `mean` and `std` are in its `state_dict()`.

    Print `Standardise(mean, std).state_dict()`. A tensor that is an attribute and nothing else is not in there.

    They are given, not learned, so they are no parameters: the third kind of part is meant for them.

    `self.register_buffer("mean", ...)` in place of `self.mean = ...`, for it makes that attribute itself; the same for
    `std`.
    """
    small = {"low": -3, "high": 3}
    x = data.draw(tensors((n, features), **small), label="x").to(device)
    mean = data.draw(tensors((features,), **small), label="mean").to(device)
    std = data.draw(tensors((features,), low=0.5, high=2), label="std").to(device)
    call = "Standardise(mean, std)"
    with unchanged(mean=mean, std=std):
        model = answer.Standardise(mean, std)
        actual = run(model, x, call)
    expected = torch.stack([(x[:, i] - mean[i]) / std[i] for i in range(features)], dim=1)
    assert_close(actual, expected, name=f"{call}(x)")
    parameters_of_none = [tuple(parameter.shape) for parameter in model.parameters()]
    assert_equal(parameters_of_none, [], name=f"the list of {call}'s parameter shapes")
    kept = sorted(model.state_dict().values(), key=lambda tensor: tensor.tolist())
    expect(kept, f"{call}.state_dict() is empty: mean and std would not be saved.")
    assert_close(
        kept, sorted([mean, std], key=lambda tensor: tensor.tolist()), name=f"the values in {call}.state_dict()"
    )


def test_standardise_keeps_copies(answer, device):
    """`Standardise` keeps copies of `mean` and `std`: what is loaded into it leaves the caller's tensors alone.

    `load_state_dict` writes into the buffers. Whose tensors are they?

    Register what `clone()` of each tensor gives.
    """
    given = {"mean": torch.tensor([1.0, -2.0], device=device), "std": torch.tensor([2.0, 0.5], device=device)}
    before = {name: tensor.clone() for name, tensor in given.items()}
    model, twin = answer.Standardise(**given), answer.Standardise(**given)
    x = torch.tensor([[3.0, 5.0]], device=device)
    expected = twin(x).clone()
    model.load_state_dict(answer.Standardise(before["mean"] + 4, before["std"] * 4).state_dict())
    for name, tensor in given.items():
        assert_equal(tensor, before[name], name=f"the caller's {name} after load_state_dict")
    assert_equal(twin(x), expected, name="the result of another module made with the same mean and std")


def made(answer, name, seed):
    """A module of each class with numbers of its own in all its parts, for x (2, 3)."""
    sizes = {"Classifier": (3, 5, 2), "Scale": (3,), "Tower": (3, 2), "Residual": (3,)}
    if name == "Standardise":
        return answer.Standardise(seeded(3, seed=seed).float(), seeded(3, seed=seed + 1).float().exp())
    model = getattr(answer, name)(*sizes[name])
    with torch.no_grad():
        for number, parameter in enumerate(model.parameters()):
            parameter.copy_(seeded(*parameter.shape, seed=seed + number))
    return model


EACH = pytest.mark.parametrize("name", ["Classifier", "Scale", "Tower", "Residual", "Standardise"])


@EACH
def test_moved(answer, name):
    """`.to(device)` and `.double()` take all five modules along as a whole.

    A module moves what it knows: parameters, buffers, modules. What else do your methods use?

    Make every tensor that `forward` needs a parameter or a buffer, and every layer an attribute.
    """
    model = made(answer, name, 1).to(META)
    result = assert_type(model(torch.ones(2, 3, device=META)), torch.Tensor, f"{name}(...)(x)")
    assert_equal(result.device, META, name=f"the device of {name}(...)(x), both moved to the meta device")
    twice = made(answer, name, 1).double()
    dtypes = {tensor.dtype for tensor in twice.state_dict().values()}
    assert_equal(dtypes, {torch.float64}, name=f"the set of dtypes in {name}(...).double().state_dict()")
    result = twice(torch.ones(2, 3, dtype=torch.float64))
    assert_equal(result.dtype, torch.float64, name=f"the dtype of {name}(...).double()(x), x in float64")


@EACH
def test_loaded(answer, name):
    """A `state_dict()` loaded into another module of the same sizes makes that one compute the same.

    What is not in `state_dict()` stays behind. Which numbers that `forward` uses are not in there?

    Parameters and buffers are saved, unless a buffer is told to be otherwise. Use them in `forward` themselves, not
    copies made before.
    """
    one, other = made(answer, name, 1), made(answer, name, 50)
    x = seeded(2, 3, seed=7).float()
    other.load_state_dict(one.state_dict())
    assert_close(other(x), one(x), name=f"{name}(...)(x) after load_state_dict")
