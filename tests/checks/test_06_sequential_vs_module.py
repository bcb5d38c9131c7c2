"""Checks of 06_sequential_vs_module: the oracle sends samples through the layers by Python's sums."""

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
    home,
    rng_untouched,
    show_plot,
    tensors,
    unchanged,
)

DTYPES = st.sampled_from([torch.float32, torch.float64])
SIZES = st.lists(st.integers(1, 4), min_size=2, max_size=5)


def sequential(value, call):
    """`value`, after a look that it is an nn.Sequential."""
    return assert_type(value, nn.Sequential, call)


def linear(value, call):
    """`value`, after a look that it is an nn.Linear with a bias."""
    assert_type(value, nn.Linear, call)
    expect(value.bias is not None, f"{call} should have a bias, be it zeros; it has none.")
    return value


def described(model):
    """The entries of a Sequential in words."""

    def words(part):
        if not isinstance(part, nn.Linear):
            return type(part).__name__
        without = "" if part.bias is not None else " without bias"
        return f"Linear({part.in_features}, {part.out_features}){without}"

    return [words(part) for part in model]


def passed_on(row, layers, biases=None):
    """A row of numbers sent through linear layers by Python's sums; `biases` may switch them off, layer by layer."""
    for number, (weight, bias) in enumerate(layers):
        kept = bias is not None and (biases is None or biases[number])
        row = [
            sum(w * v for w, v in zip(ws, row, strict=True)) + (bias[i] if kept else 0.0) for i, ws in enumerate(weight)
        ]
    return row


def numbers(layers):
    """Weights and biases as lists."""
    return [(layer.weight.tolist(), None if layer.bias is None else layer.bias.tolist()) for layer in layers]


def filled(sizes, has_bias, dtype, device, seed):
    """A Sequential of linear layers with small whole numbers of the check's own."""
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for (inputs, outputs), bias in zip(zip(sizes, sizes[1:], strict=False), has_bias, strict=True):
        layer = nn.Linear(inputs, outputs, bias=bias, dtype=dtype, device=device)
        with torch.no_grad():
            for parameter in layer.parameters():
                parameter.copy_(torch.randint(-3, 4, parameter.shape, generator=generator))
        layers.append(layer)
    return nn.Sequential(*layers)


def assert_collapsed(actual, model, call):
    """The layer has the weight and the bias that the model amounts to."""
    layers = numbers(model)
    inputs = len(layers[0][0][0])
    dtype, device = model[0].weight.dtype, model[0].weight.device

    def tensor(rows):
        return torch.tensor(rows, dtype=dtype, device=device)

    bias = passed_on([0.0] * inputs, layers)
    unit = [[float(i == j) for i in range(inputs)] for j in range(inputs)]
    columns = [[v - b for v, b in zip(passed_on(row, layers), bias, strict=True)] for row in unit]
    single = linear(actual, call)
    weight = tensor([list(row) for row in zip(*columns, strict=True)])
    assert_close(single.weight.detach(), weight, name=f"weight of {call}")
    only = [False] * (len(layers) - 1) + [True]
    added = None
    if len({len(weight) for weight, _ in layers}) == 1:
        added = [sum(one[i] for _, one in layers if one is not None) for i in range(len(bias))]
    mistakes = {
        "This is the last layer's bias alone: those before it pass through the later weights.": passed_on(
            [0.0] * inputs, layers, only
        ),
        "These are the biases added up: each must first pass through the weights of the later layers.": added,
        "There are zeros where the layers have biases.": [0.0] * len(bias),
    }
    explain = {sentence: tensor(row) for sentence, row in mistakes.items() if row is not None and row != bias}
    assert_close(single.bias.detach(), tensor(bias), name=f"bias of {call}", explain=explain)


@settings(max_examples=15)
@given(data=st.data())
def test_as_sequential(answer, device, data):
    """`as_sequential(model)` computes what the model does, by the model's own layers.

    A Sequential takes layers as arguments and sends `x` through them in order. Which layers has the model?

    Hand over the layers themselves: `nn.Linear(...)` would make new ones, with other numbers, and a copy would not
    follow when the model is trained.
    """
    inputs, hidden, outputs = data.draw(st.sampled_from([(2, 5, 1), (3, 2, 4), (1, 3, 2), (2, 2, 2)]), label="sizes")
    dtype, n = data.draw(DTYPES, label="dtype"), data.draw(st.integers(1, 4), label="N")
    x = data.draw(tensors(shape=(n, inputs), dtype=dtype, low=-2, high=2), label="x").to(home(dtype, device))
    model = answer.TwoLayers(inputs, hidden, outputs).to(x.device, dtype)
    with unchanged(model=model), rng_untouched(allow_advance=True):
        twin = sequential(answer.as_sequential(model), "as_sequential(model)")
    expected = [f"Linear({inputs}, {hidden})", f"Linear({hidden}, {outputs})"]
    assert_equal(described(twin), expected, name="the list of layers in as_sequential(model)")
    layers = numbers([model.first, model.last])
    outcome = torch.tensor([passed_on(row, layers) for row in x.tolist()], dtype=dtype, device=x.device)
    assert_close(twin(x).detach(), outcome, name="as_sequential(model)(x)")
    mine, own = list(twin.parameters()), list(model.parameters())
    same = len(mine) == len(own) and all(a is b for a, b in zip(mine, own, strict=True))
    expect(same, "The layers of as_sequential(model) are copies: when the model is trained, they do not follow.")


@given(sizes=SIZES, bend=st.booleans())
def test_stack(answer, sizes, bend):
    """`stack` has a linear layer from each size to the next and, when `bend` is true, a ReLU between each two of them.

    `[2, 5, 1]` are three sizes and two layers. How many gaps are there between two layers?

    Collect the layers in a list. `nn.Sequential` wants them as arguments: a star in front of the list hands them over.

    A ReLU goes in before each linear layer but the first.
    """
    with rng_untouched(allow_advance=True):
        model = sequential(answer.stack(list(sizes), bend), f"stack({sizes}, bend={bend})")
    linears = [f"Linear({a}, {b})" for a, b in zip(sizes, sizes[1:], strict=False)]
    bent = [linears[0], *(part for one in linears[1:] for part in ("ReLU", one))]
    explain = {
        "A ReLU stands behind the last layer: there should be none.": [*bent, "ReLU"],
        "A ReLU stands in front of the first layer: there should be none.": ["ReLU", *bent],
        "There is no ReLU, though bend is true.": linears,
        "There are ReLUs, though bend is false.": bent,
    }
    expected = bent if bend else linears
    explain = {sentence: value for sentence, value in explain.items() if value != expected}
    name = f"the list of layers in stack({sizes}, bend={bend})"
    assert_equal(described(model), expected, name=name, explain=explain)
    count = len(list(model.parameters()))
    expect(
        count == 2 * len(linears),
        f"stack({sizes}, bend={bend}) lists {count} parameters; {len(linears)} layers have {2 * len(linears)}. Is the "
        "same layer in it twice?",
    )


def test_collapse_by_example(answer, device):
    """`collapse` of `2x + 1` and `3x + 4` is `6x + 7`, and two layers of several numbers become one in the same way.

    Put one formula into the other: 3 * (2x + 1) + 4. What became of the 1?

    The weights multiply, as matrices: the later one stands on the left.

    The bias of the first layer goes through the second as any other input does: `layer(bias)`.
    """

    def layer(weight, bias):
        weight, bias = torch.tensor(weight, device=device), torch.tensor(bias, device=device)
        made = nn.Linear(weight.shape[1], weight.shape[0], device=device)
        with torch.no_grad():
            made.weight.copy_(weight)
            made.bias.copy_(bias)
        return made

    model = nn.Sequential(layer([[2.0]], [1.0]), layer([[3.0]], [4.0]))
    with unchanged(model=model):
        single = linear(answer.collapse(model), "collapse(model)")
    explain = {
        "The 1 is to be multiplied by 3 before the 4 is added.": torch.tensor([5.0], device=device),
        "The bias of the first layer is lost.": torch.tensor([4.0], device=device),
    }
    assert_close(single.weight.detach(), torch.tensor([[6.0]], device=device), name="weight of 3 (2x + 1) + 4")
    assert_close(
        single.bias.detach(), torch.tensor([7.0], device=device), name="bias of 3 (2x + 1) + 4", explain=explain
    )
    model = nn.Sequential(
        layer([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]], [1.0, 0.0, 2.0]), layer([[1.0, 1.0, 0.0]], [-1.0])
    )
    with unchanged(model=model):
        single = answer.collapse(model)
    assert_collapsed(single, model, "collapse(model) with 2-3-1 numbers")


@settings(max_examples=30)
@given(data=st.data())
def test_collapse(answer, device, data):
    """`collapse` is right for one layer or many, with biases or without, in float32 and float64.

    One layer is a stack too. What is there to multiply with before the first layer has come?

    `bias=False` makes `layer.bias` None: such a layer adds nothing of its own, but what came before still goes through.

    `nn.Linear` takes a `dtype` and a `device`: those of the layers.
    """
    sizes = data.draw(SIZES, label="sizes")
    has_bias = data.draw(st.tuples(*[st.booleans()] * (len(sizes) - 1)), label="which layers have a bias")
    dtype = data.draw(DTYPES, label="dtype")
    model = filled(
        sizes, has_bias, dtype, home(dtype, device), data.draw(st.integers(0, 50), label="seed of the weights")
    )
    with unchanged(model=model), rng_untouched(allow_advance=True):
        single = answer.collapse(model)
    assert_collapsed(single, model, "collapse(model)")


def test_collapse_is_new(answer, device):
    """What `collapse` returns is a layer of its own: it can be trained, and a later change of the model does not show.

    What of a model of a single layer: is the layer handed out itself?

    Make a new `nn.Linear` in any case, and copy the numbers into its parameters under `torch.no_grad()`.
    """
    for sizes in ((3, 2), (2, 4, 3)):
        model = filled(sizes, [True] * (len(sizes) - 1), torch.float32, device, 5)
        what = f"collapse(model) for {len(model)} layer{'s' if len(model) > 1 else ''}"
        single = linear(answer.collapse(model), what)
        own = len(list(single.parameters())) == 2 and all(one.is_leaf for one in single.parameters())
        expect(own, f"{what}: weight and bias should be parameters of the new layer, and nothing computed.")
        watched = all(parameter.requires_grad for parameter in single.parameters())
        expect(watched, f"{what}: its parameters should require gradients.")
        before = {name: value.clone() for name, value in single.state_dict().items()}
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(1.0)
        after = {name: value.clone() for name, value in single.state_dict().items()}
        assert_close(after, before, name=f"{what}, after the model has changed")


def test_collapse_refuses(answer):
    """`collapse` raises ValueError when anything but an `nn.Linear` is among the entries, wherever it stands.

    A ReLU in between cannot be left out: the function would be another.

    Look at every entry before you compute, with `isinstance`.
    """
    for what, others in {
        "a ReLU in the middle": [nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)],
        "a ReLU at the end": [nn.Linear(2, 3), nn.Linear(3, 1), nn.ReLU()],
        "a Flatten in front": [nn.Flatten(), nn.Linear(2, 3)],
        "a Sequential inside": [nn.Linear(2, 3), nn.Sequential(nn.Linear(3, 1))],
        "only a Dropout": [nn.Dropout()],
        "a layer norm, which has a weight too,": [nn.Linear(2, 3), nn.LayerNorm(3)],
    }.items():
        with assert_raises(ValueError, f"collapse(model) with {what}"):
            answer.collapse(nn.Sequential(*others))


def test_collapse_follows(answer):
    """`collapse` makes its layer where the model is, here on the meta device, whose tensors have a shape and no values.

    Which device does `nn.Linear`, `torch.eye` or `torch.zeros` take when none is said?

    `device=model[0].weight.device`, wherever a tensor or a layer is made.
    """
    meta = torch.device("meta")
    model = nn.Sequential(nn.Linear(2, 3, device=meta), nn.Linear(3, 4, device=meta))
    try:
        single = linear(answer.collapse(model), "collapse(model) on the meta device")
    except (NotImplementedError, RuntimeError) as error:
        if "meta" not in str(error):
            raise
        sentence = "With the model on the meta device, collapse uses a tensor of another device, or asks for values."
        raise AssertionError(sentence) from None
    for name in ("weight", "bias"):
        device = getattr(single, name).device
        assert_equal(device, meta, name=f"device of the {name} of collapse(model), the model on the meta device")


def test_residual(answer, device):
    """`Residual(block)` gives `x + block(x)` with the right gradients, and leaves `x` alone.

    What comes in is needed twice: once for the block and once for the sum.

    `x += ...` writes into the caller's tensor. `x + ...` makes a new one.
    """
    place = home(torch.float64, device)
    blocks = {
        "nn.Tanh()": nn.Tanh(),
        "a Sequential": nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 3)),
        "a Residual": None,
    }
    for what, block in blocks.items():
        block = (answer.Residual(nn.Tanh()) if block is None else block).to(place, torch.float64)
        model = answer.Residual(block)
        expect(isinstance(model, nn.Module), f"Residual should be an nn.Module; it is a {type(model).__name__}.")
        x = torch.randn(2, 3, dtype=torch.float64, device=place).T.contiguous().T
        with unchanged(x=x):
            actual = model(x)
        expected = torch.add(block(x), x)
        explain = {"This is block(x) alone.": block(x).detach(), "This is 2 * block(x).": 2 * block(x).detach()}
        actual_values = actual.detach() if isinstance(actual, torch.Tensor) else actual
        assert_close(actual_values, expected.detach(), name=f"Residual(block)(x), block being {what}", explain=explain)
        leaf, other = x.clone().requires_grad_(), x.clone().requires_grad_()
        factors = torch.arange(1.0, 7.0, dtype=torch.float64, device=place).reshape(2, 3)
        y = model(leaf)
        expect(y.requires_grad, "The graph is cut: no gradient can flow back through Residual.")
        (gradient,) = torch.autograd.grad((y * factors).sum(), [leaf])
        (wanted,) = torch.autograd.grad((torch.add(block(other), other) * factors).sum(), [other])
        assert_close(gradient, wanted, name=f"gradient for x of Residual(block), block being {what}")


def test_residual_holds_its_block(answer):
    """The block is a part of `Residual`: its parameters are listed, it moves along, and `eval()` reaches it.

    A module notes the modules that are set as its attributes, and only those.

    Not in a list, a tuple or a dictionary of Python's: `self.block = ...`.
    """
    block = nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.5))
    model = answer.Residual(block)
    expect(isinstance(model, nn.Module), f"Residual should be an nn.Module; it is a {type(model).__name__}.")
    mine, own = list(model.parameters()), list(block.parameters())
    explain = {"None is listed: the block was not set as an attribute of its own.": 0}
    assert_equal(len(mine), len(own), name="how many parameters Residual(block) lists", explain=explain)
    expect(all(a is b for a, b in zip(mine, own, strict=True)), "Residual lists other parameters than its block has.")
    for training in (False, True):
        model.train(training)
        assert_equal(block[1].training, training, name=f"training mode of the block after model.train({training})")


def polyline(model, device):
    """Give a stack 1-8-1 weights under which a ReLU makes it go up and down."""
    first, last = (part for part in model if isinstance(part, nn.Linear))
    with torch.no_grad():
        first.weight.fill_(1.0)
        first.bias.copy_(-torch.linspace(-1.5, 1.5, 8))
        last.weight.copy_(torch.tensor([[2.0, 0.0, -4.0, 0.0, 4.0, 0.0, -3.5, 0.75]]))
        last.bias.fill_(-0.3)
    return model.to(device)


def test_bends(answer, device):
    """Two linear layers draw one straight line, as their collapse does; with a ReLU between them the line bends.

    Did the checks above hold? This one puts `stack` and `collapse` together and draws what they compute.

    Look at the picture: the first two lines are to lie upon each other.
    """
    straight, bent = (polyline(answer.stack([1, 8, 1], bend), device) for bend in (False, True))
    x = torch.linspace(-2, 2, 81, device=device)[:, None]
    with torch.no_grad():
        one, same, other = (model(x).flatten().cpu() for model in (straight, answer.collapse(straight), bent))
    xs = x.flatten().cpu()
    show_plot(
        "What one number becomes in 1-8-1, same weights",
        {"stacked linears": (xs, one), "collapsed to one": (xs, same), "with a ReLU between": (xs, other)},
        x="x",
        y="output",
        text="Two layers draw a straight line, and one layer draws the same. With a ReLU between them the line bends.",
    )
    assert_close(same, one, name="collapse(stack([1, 8, 1], bend=False))(x)", atol=1e-5)

    def bend_of(y):
        return (y[2:] - 2 * y[1:-1] + y[:-2]).abs().max().item()

    expect(bend_of(one) < 1e-4, f"stack([1, 8, 1], bend=False) bends: by {bend_of(one):.3f} from point to point.")
    expect(bend_of(other) > 0.05, "stack([1, 8, 1], bend=True) draws a straight line: no ReLU is at work.")
