"""Checks of 08_xor: lines and layers through Python's sums, and the two models on the four points."""

import math

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from tutor.checks import (
    assert_close,
    assert_equal,
    assert_type,
    boundary_grid,
    expect,
    forbid,
    home,
    rng_untouched,
    show_boundary,
    show_plot,
    unchanged,
)

POINTS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
LABELS = [0.0, 1.0, 1.0, 0.0]
PICTURE = (
    "Background: what the model says, . for class 1, blank for class 0. Points: their true class, o 0, x 1; (0, 0) is "
    "at the bottom left."
)
EXTENT, SIDE = (-0.5, 1.5, -0.5, 1.5), 56
LN2 = math.log(2)


def linear_layers(model, shapes, call):
    """The model's linear layers in order, which should have weights of these shapes."""
    expect(isinstance(model, nn.Module), f"{call} should return a module; it returned {model!r}.")
    layers = [part for part in model.modules() if isinstance(part, nn.Linear)]
    found = {tuple(layer.weight.shape): layer for layer in layers}
    wanted = ", ".join(f"nn.Linear({inputs}, {outputs})" for outputs, inputs in shapes)
    listed = ", ".join(f"nn.Linear({layer.in_features}, {layer.out_features})" for layer in layers) or "none"
    sentence = f"{call} should hold {wanted}; the linear layers that it holds are: {listed}."
    expect(len(layers) == len(shapes) and set(found) == set(shapes), sentence)
    own = sum(layer.weight.numel() + layer.out_features for layer in layers)
    total = sum(parameter.numel() for parameter in model.parameters())
    expect(total == own, f"{call} holds {total} numbers in its parameters, but {own} are expected, biases included.")
    trained = all(parameter.requires_grad for parameter in model.parameters())
    expect(trained, f"A parameter of {call} does not require gradients: it could not be trained.")
    return [found[shape] for shape in shapes]


def sums(weight, bias, row):
    """What a linear layer gives for a row, in Python."""
    return [sum(w * v for w, v in zip(ws, row, strict=True)) + b for ws, b in zip(weight, bias, strict=True)]


def through(rows, layers, bend):
    """What the layers give for rows of numbers, through Python's sums, with `bend` after all but the last."""
    for number, layer in enumerate(layers, 1):
        rows = [sums(layer.weight.tolist(), layer.bias.tolist(), row) for row in rows]
        rows = [[bend(v) for v in row] for row in rows] if number < len(layers) else rows
    return rows


def relu(v):
    return max(v, 0.0)


def same(v):
    return v


def look_at_logits(model, layers, bend, call, explain):
    """The model's logits (N, 1) at a few points against the sums of its layers; `explain` has other bends."""
    dtype = layers[0].weight.dtype
    generator = torch.Generator().manual_seed(4)
    for n in (5, 1):
        X = torch.randn(n, 2, generator=generator, dtype=dtype)
        told = {s: torch.tensor(through(X.tolist(), layers, b), dtype=dtype) for s, b in explain.items()}
        expected = torch.tensor(through(X.tolist(), layers, bend), dtype=dtype)
        told |= {"These are probabilities: logits were asked for.": expected.sigmoid()}
        told |= {"A ReLU after the last layer cuts off every negative logit.": expected.relu()}
        told = {sentence: value for sentence, value in told.items() if not torch.equal(value, expected)}
        actual = model(X)
        assert_type(actual, torch.Tensor, f"{call}(X)")
        assert_close(actual.detach(), expected, name=f"{call}(X) for X of shape {(n, 2)}", explain=told)


def given_by(layers):
    """Fill the layers with numbers of both signs, in float64."""
    generator = torch.Generator().manual_seed(8)
    with torch.no_grad():
        for layer in layers:
            layer.double()
            for parameter in (layer.weight, layer.bias):
                parameter.copy_(torch.randn(parameter.shape, generator=generator, dtype=torch.float64))


def show_planes(title, models):
    """Which class each model gives to the places around the four points."""
    planes = {}
    for name, model in models.items():
        with torch.no_grad():
            planes[name] = (model.cpu().eval()(boundary_grid(EXTENT, SIDE))[:, 0] > 0).long().view(SIDE, SIDE)
    show_boundary(title, planes, POINTS, LABELS, extent=EXTENT, text=PICTURE)


def test_shares_by_example(answer, device):
    """On XOR `x1 + x2 > 0.5` is right about three of the four points, `x1 + x2 < 0.5` about one, `x1 > 0.5` about two.

    One logit for each line and point: that is a matrix product. Which dimension of it belongs to the lines?

    `X @ weights.T` is `(N, L)`. The biases go along L; the labels along N, so they become a column `(N, 1)`.

    Compare, cast, and take the mean over the points.
    """
    weights = torch.tensor([[1.0, 1.0], [-1.0, -1.0], [1.0, 0.0]], device=device)
    biases = torch.tensor([-0.5, 0.5, -0.5], device=device)
    X, y = torch.tensor(POINTS, device=device), torch.tensor(LABELS, device=device)
    explain = {
        "These are numbers of points; divide by how many there are.": torch.tensor([3.0, 1.0, 2.0], device=device),
        "These are the shares of wrong answers.": torch.tensor([0.25, 0.75, 0.5], device=device),
        "The logits were compared with 0.5, the boundary for probabilities; for logits it is 0.": torch.tensor(
            [0.25, 0.5, 0.5], device=device
        ),
    }
    expected = torch.tensor([0.75, 0.25, 0.5], device=device)
    with rng_untouched():
        actual = answer.shares_right(weights, biases, X, y)
    assert_close(actual, expected, name="shares_right(weights, biases, X, y) of three lines", explain=explain)


@settings(max_examples=40)
@given(data=st.data())
def test_shares(answer, device, data):
    """For any lines, points and labels `shares_right` gives what a loop would, also where a logit is exactly 0.

    Are there as many lines as points? Then a mix-up of the two raises nothing. Look at the shapes, line by line.

    A logit of 0 says class 0. The result is `(L,)` in the dtype of the points.
    """
    lines, n = (data.draw(st.integers(1, 5), label=name) for name in ("L", "N"))
    dtype = data.draw(st.sampled_from([torch.float32, torch.float64]), label="dtype")
    whole = st.integers(-3, 3)
    weights, X = (
        data.draw(st.lists(st.lists(whole, min_size=2, max_size=2), min_size=size, max_size=size), label=name)
        for name, size in (("weights", lines), ("X", n))
    )
    biases = data.draw(st.lists(whole, min_size=lines, max_size=lines), label="biases")
    y = data.draw(st.lists(st.sampled_from([0.0, 1.0]), min_size=n, max_size=n), label="y")
    shares = []
    for (w1, w2), b in zip(weights, biases, strict=True):
        hits = [(w1 * x1 + w2 * x2 + b > 0) == (label == 1) for (x1, x2), label in zip(X, y, strict=True)]
        shares.append(sum(hits) / n)
    place = home(dtype, device)
    arguments = [torch.tensor(one, dtype=dtype, device=place) for one in (weights, biases, X, y)]
    with unchanged(**dict(zip(("weights", "biases", "X", "y"), arguments, strict=True))):
        actual = answer.shares_right(*arguments)
    expected = torch.tensor(shares, dtype=dtype, device=place)
    assert_close(actual, expected, name=f"shares_right(...), L = {lines} and N = {n},")


def test_shares_without_a_loop(answer):
    """`shares_right` judges all lines at once, without a loop over lines or points.

    Python's loops take microseconds a turn, and there may be 80,000 lines. Which operation has all sums in it?

    A matrix product of the points and the transposed weights; the rest broadcasts.
    """
    weights, biases = torch.randn(300, 2), torch.randn(300)
    X, y = torch.randn(200, 2), (torch.rand(200) > 0.5).float()
    with forbid(at_most_calls=25):
        answer.shares_right(weights, biases, X, y)


def test_logistic_regression(answer):
    """`logistic_regression` is a single linear layer, and makes logits `(N, 1)`.

    How many numbers come in for a point, and how many logits go out?

    The sigmoid belongs to the loss, and to whoever wants to read the result.
    """
    with rng_untouched(allow_advance=True):
        model = answer.logistic_regression()
    layers = linear_layers(model, [(1, 2)], "logistic_regression()")
    given_by(layers)
    look_at_logits(model, layers, same, "logistic_regression()", {})


@settings(max_examples=25)
@given(
    logits=st.lists(st.integers(-40, 40).map(lambda whole: whole / 8), min_size=1, max_size=6),
    dtype=st.sampled_from([torch.float32, torch.float64]),
)
def test_probabilities(answer, device, logits, dtype):
    """`probabilities` makes `(N,)` of the logits `(N, 1)`, each between 0 and 1, in evaluation mode and unrecorded.

    A logit of 0 is a probability of one half. Which function maps all numbers to between 0 and 1, 0 to one half?

    Softmax over a single logit is always 1: it is for several classes. `sigmoid` looks at each logit by itself.

    `squeeze(1)` takes the dimension of size 1 away, and leaves the batch alone, also a batch of one.
    """
    place = home(dtype, device)
    model = nn.Sequential(nn.Linear(1, 1, bias=False), nn.Dropout(0.5)).to(place, dtype).train()
    with torch.no_grad():
        model[0].weight.fill_(0.5)
    X = torch.tensor(logits, dtype=dtype, device=place).mul(2).unsqueeze(1)
    parts = [1 / (1 + math.exp(-one)) for one in logits]
    expected = torch.tensor(parts, dtype=dtype, device=place)
    given_logits = torch.tensor(logits, dtype=dtype, device=place)
    explain = {
        "These are the logits.": given_logits,
        "A softmax over the one logit of each point is always 1.": torch.ones_like(expected),
        "A softmax over the points: they do not share one probability.": given_logits.softmax(0),
    }
    explain = {sentence: value for sentence, value in explain.items() if not torch.allclose(value, expected)}
    with unchanged(X=X), rng_untouched(allow_advance=True):
        actual = answer.probabilities(model, X)
    assert_type(actual, torch.Tensor, "probabilities(model, X)")
    recorded = actual.requires_grad or actual.grad_fn is not None
    assert_close(actual.detach(), expected, name="probabilities(model, X) of a model with dropout", explain=explain)
    expect(not recorded, "The model's run was recorded for backward: nothing should be.")


def test_no_line_can(answer, solution, device):
    """No line is right about more than three of the four points, and training one ends with "one half" four times.

    Nothing is to be written for this: 74,088 lines are judged, then logistic regression is trained. Look at the loss.

    If it fails although all above holds: does the model's `forward` use anything but its linear layer?
    """
    X, y = torch.tensor(POINTS, device=device), torch.tensor(LABELS, device=device)
    lines = torch.cartesian_prod(*[torch.linspace(-2.05, 2.05, 42)] * 3).to(device)
    shares = answer.shares_right(lines[:, :2], lines[:, 2], X, y)
    w1, w2, b = lines[shares.argmax()].tolist()
    says = (boundary_grid(EXTENT, SIDE) @ torch.tensor([w1, w2]) + b > 0).long().view(SIDE, SIDE)
    show_boundary(f"One of the best of {len(lines):,} lines", says, POINTS, LABELS, extent=EXTENT, text=PICTURE)
    assert_equal(shares.max().item(), 0.75, name=f"the best share of {len(lines):,} lines")
    model = answer.logistic_regression().to(device)
    losses = {"your line": [], "a network (reference)": []}
    network = solution.mlp().to(device)
    for _ in range(30):
        losses["your line"].append(solution.train(model, X, y, 10, 0.5))
        losses["a network (reference)"].append(solution.train(network, X, y, 10, 0.5))
    steps = tuple(range(10, 301, 10))
    curves = {name: (steps, tuple(values)) for name, values in losses.items()}
    show_plot("Loss: a line and a network", curves, x="steps", y="loss")
    # 30 seeds ended within 1e-7 of log 2 and of one half.
    halves = answer.probabilities(model, X)
    assert_close(losses["your line"][-1], LN2, atol=1e-3, name="the last loss of logistic regression on XOR")
    far = (halves - 0.5).abs().max().item()
    expect(far < 0.01, f"Logistic regression says {halves.tolist()} on XOR; one half four times is the best it can do.")


def test_solved_by_hand(answer):
    """`solved_by_hand` has logits above 0 for (0, 1) and (1, 0), below 0 for (0, 0) and (1, 1), at every call the same.

    A hidden unit may count how many of the two numbers are 1. Which unit could notice that it is two?

    A ReLU of the sum less one is 0 for none and one, and 1 for two. How much of it has to be taken away again?

    The last bias puts 0 between what the classes get. Without `no_grad`, autograd does not let you copy.
    """
    call = "solved_by_hand()"
    with rng_untouched(allow_advance=True):
        model, again = answer.solved_by_hand(), answer.solved_by_hand()
    layers = linear_layers(model, [(2, 2), (1, 2)], call)
    linear_layers(again, [(2, 2), (1, 2)], call)
    for (name, one), other in zip(model.named_parameters(), again.parameters(), strict=True):
        sentence = f"{name} has other numbers in a second {call}: set them all, so that none is left to chance."
        expect(torch.equal(one, other), sentence)
    logits = model(torch.tensor(POINTS))
    assert_type(logits, torch.Tensor, f"{call}(X_XOR)")
    assert_equal(tuple(logits.shape), (4, 1), name=f"the shape of {call}(X_XOR)")
    rows, right = [], True
    for x, z, label in zip(POINTS, logits[:, 0].tolist(), LABELS, strict=True):
        holds = z >= 0.1 if label else z <= -0.1
        wanted = "0.1 or more" if label else "-0.1 or less"
        rows.append(f"({x[0]:.0f}, {x[1]:.0f}): {z:.3g}, {'right' if holds else f'should be {wanted}'}")
        right = right and holds
    show_planes("By hand", {"yours": model})
    expect(right, f"The logits of {call} are, by point: {'; '.join(rows)}.")
    given_by(layers)
    explain = {"There is no ReLU between the layers.": same, "This is a tanh; a ReLU was asked for.": math.tanh}
    look_at_logits(model, layers, relu, call, explain)


def test_mlp(answer):
    """`mlp` makes logits `(N, 1)` by a linear layer to `hidden` numbers, tanh, and a linear layer to one.

    Three parts in a row. `hidden` is 8 unless said otherwise.

    `nn.Tanh` is a module for `nn.Sequential`. After the last layer nothing follows.
    """
    explain = {"There is no bend: two linear layers are one, and XOR is out of reach.": same, "This is a ReLU.": relu}
    for hidden, arguments in ((8, ()), (3, (3,))):
        call = f"mlp({', '.join(map(str, arguments))})"
        with rng_untouched(allow_advance=True):
            model, again = answer.mlp(*arguments), answer.mlp(*arguments)
        layers = linear_layers(model, [(hidden, 2), (1, hidden)], call)
        others = linear_layers(again, [(hidden, 2), (1, hidden)], call)
        chance = not torch.equal(layers[0].weight, others[0].weight)
        expect(chance, f"Two calls of {call} give the same weights: they should be those that nn.Linear draws.")
        given_by(layers)
        look_at_logits(model, layers, math.tanh, call, explain)


def test_an_mlp_learns_it(answer, solution, device):
    """After 300 steps the network is sure of all four points: a loss below 0.1, and each probability on its side.

    If everything above holds, so should this: is there a bend between the layers?

    Look at the planes: yours should set the two corners of class 1 apart from the others.
    """
    X, y = torch.tensor(POINTS, device=device), torch.tensor(LABELS, device=device)
    model, reference = answer.mlp().to(device), solution.mlp().to(device)
    loss = solution.train(model, X, y, 300, 0.5)
    solution.train(reference, X, y, 300, 0.5)
    halves = [round(p, 3) for p in answer.probabilities(model, X).tolist()]
    show_planes("Trained", {"yours": model, "reference": reference})
    # 30 seeds ended at a loss of 0.0013 or less, with every point right.
    right = all((p > 0.5) == bool(label) for p, label in zip(halves, LABELS, strict=True))
    expect(right and loss < 0.1, f"The loss ended at {loss:.3f}, the probabilities of class 1 at {halves}.")
