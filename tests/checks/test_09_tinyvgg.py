"""Checks of 09_tinyvgg: layers are found in the order they run, and the reference computes with their weights."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F

from tutor.checks import (
    assert_close,
    assert_equal,
    assert_raises,
    assert_type,
    expect,
    home,
    rng_untouched,
    show_image,
    show_plot,
    tensors,
    unchanged,
)

STEPS = 15
IMAGES = [(4, 5), (6, 9), (7, 4), (8, 11), (5, 10)]  # (height, width), odd ones and small ones among them


def module_from(value, call):
    """A value that is to be a module, after a look that it is one."""
    expect(isinstance(value, nn.Module), f"{call} should be an nn.Module; it is {type(value).__name__!r}.")
    return value


def running_order(part, x):
    """The convolutions and linear layers of `part` in the order in which they run for x."""
    order, handles = [], []
    for layer in part.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            handles.append(layer.register_forward_hook(lambda layer, inputs, output: order.append(layer)))
    try:
        with torch.no_grad():
            part(x)
    finally:
        for handle in handles:
            handle.remove()
    return order


def described(layers, part=None):
    """Layers as a learner would write them, each with its name in `part`."""
    words, called = [], {} if part is None else {id(layer): name for name, layer in part.named_modules() if name}
    for layer in layers:
        if isinstance(layer, nn.Linear):
            words.append(f"nn.Linear({layer.in_features}, {layer.out_features})")
        else:
            kernel, padding = layer.kernel_size, layer.padding
            sides = f"kernel_size={kernel[0] if len(set(kernel)) == 1 else kernel}"
            margin = padding if isinstance(padding, str) or len(set(padding)) > 1 else padding[0]
            words.append(f"nn.Conv2d({layer.in_channels}, {layer.out_channels}, {sides}, padding={margin!r})")
        if id(layer) in called:
            words[-1] += f" ({called[id(layer)]})"
    return ", then ".join(words) or "none"


def check_layers(part, wanted, call):
    """Fail unless the parameters of `part` are those of layers whose weights have the shapes `wanted`, in any order."""
    layers = [layer for layer in part.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    shapes = sorted(tuple(layer.weight.shape) for layer in layers)
    names = {4: "nn.Conv2d({1}, {0}, {2})", 2: "nn.Linear({1}, {0})"}
    listed = ", ".join(names[len(shape)].format(*shape) for shape in wanted)
    expect(shapes == sorted(wanted), f"{call} should hold {listed}; its layers are {described(layers)}.")
    for layer in layers:
        expect(layer.bias is not None, f"A layer of {call} has no bias: {described([layer])}.")
    own = {id(parameter) for layer in layers for parameter in layer.parameters()}
    more = [name for name, parameter in part.named_parameters() if id(parameter) not in own]
    expect(not more, f"{call} has parameters besides those of its layers: {', '.join(more)}.")
    waiting = all(parameter.requires_grad for parameter in part.parameters())
    expect(waiting, f"A parameter of {call} does not require gradients: nothing could train it.")


def in_order(part, shapes, call):
    """The layers of `part` as they run for zeros; fails unless each runs once, with the weights' `shapes`."""
    example = next(part.parameters())
    order = running_order(part, torch.zeros(1, *shapes[0], dtype=example.dtype, device=example.device))
    right = [tuple(layer.weight.shape) for layer in order] == shapes[1:]
    wanted = ", then ".join(
        f"nn.Conv2d({shape[1]}, {shape[0]}, {shape[2]})" if len(shape) == 4 else f"nn.Linear({shape[1]}, {shape[0]})"
        for shape in shapes[1:]
    )
    right &= len({*map(id, order)}) == len(order)
    sentence = f"When {call} runs, its layers should run in this order, each once: {wanted}"
    expect(right, f"{sentence}. These ran: {described(order, part)}.")
    return order


def set_numbers(layers, seed):
    """Fill the layers with numbers of both signs from a generator of the check's own."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for layer in layers:
            spread = layer.weight[0].numel() ** -0.5
            layer.weight.copy_(torch.randn(layer.weight.shape, generator=generator, dtype=torch.float64) * 2 * spread)
            layer.bias.copy_(torch.randn(layer.bias.shape, generator=generator, dtype=torch.float64) / 2)


def block_by_hand(x, first, second, bends=(True, True), pool=F.max_pool2d):
    """What a block of two convolutions gives; `bends` says after which a ReLU comes."""
    for layer, bend in zip((first, second), bends, strict=True):
        x = F.conv2d(x, layer.weight, layer.bias, padding=1)
        x = x.clamp(min=0) if bend else x
    return pool(x, 2)


def plain(value):
    """A tensor without its graph; anything else as it is."""
    return value.detach() if isinstance(value, torch.Tensor) else value


def parts_of(model, call):
    """The three parts of a TinyVGG, after a look that they are there."""
    module_from(model, call)
    for name in ("block_1", "block_2", "classifier"):
        expect(hasattr(model, name), f"{call} has no part `{name}`: is it set as an attribute in `__init__`?")
        module_from(getattr(model, name), f"`{name}` of {call}")
    return model.block_1, model.block_2, model.classifier


def model_layers(model, channels, hidden, classes, image, call):
    """The five layers of a TinyVGG in the order in which they run."""
    flat = hidden * (image[0] // 4) * (image[1] // 4)
    shapes = [(hidden, channels, 3, 3), *[(hidden, hidden, 3, 3)] * 3, (classes, flat)]
    return in_order(model, [(channels, *image), *shapes], call)


def classified(model, maps, call):
    """What the classifier gives for the maps; where it wants rows of values instead, a failure that says so."""
    try:
        return model.classifier(maps)
    except RuntimeError:
        try:
            model.classifier(maps.flatten(1))
        except RuntimeError:
            fits = False
        else:
            fits = True
        if not fits:
            raise
    height, width = maps.shape[2] * 4, maps.shape[3] * 4
    channels = next(layer for layer in model.block_1.modules() if isinstance(layer, nn.Conv2d)).in_channels
    try:
        model(torch.zeros(1, channels, height, width, device=maps.device))
    except RuntimeError:
        sentence = "nothing flattens the maps: `classifier` is to begin with that"
    else:
        sentence = "`forward` flattens them; that is to be a part of `classifier`, before its nn.Linear"
    raise AssertionError(
        f"`classifier` of {call} cannot take maps of shape {tuple(maps.shape)}, only rows of values: {sentence}."
    )


def test_block_shapes(answer, device):
    """A block makes of `(B, inputs, H, W)` maps `(B, outputs, H // 2, W // 2)` by two convolutions, and holds no more.

    Which part of a block may change the height and the width? Only one of the five.

    With a kernel of 3, a padding of 1 keeps the sides. The second convolution takes the channels that the first gives.

    `nn.Sequential` strings the five together; what it makes is a module.
    """
    for inputs, outputs, height, width in ((1, 10, 28, 28), (3, 4, 7, 10), (5, 2, 2, 3), (2, 1, 9, 4)):
        call = f"conv_block({inputs}, {outputs})"
        with rng_untouched(allow_advance=True):
            block = module_from(answer.conv_block(inputs, outputs), call).to(device)
        check_layers(block, [(outputs, inputs, 3, 3), (outputs, outputs, 3, 3)], call)
        actual = assert_type(block(torch.zeros(2, inputs, height, width, device=device)), torch.Tensor, f"{call}(x)")
        expected = torch.Size([2, outputs, height // 2, width // 2])
        explain = {
            "The sides have not shrunk: is the pooling missing?": torch.Size([2, outputs, height, width]),
            "The convolutions take off two pixels each: their padding is missing.": torch.Size(
                [2, outputs, (height - 4) // 2, (width - 4) // 2] if min(height, width) > 4 else []
            ),
        }
        name = f"shape of {call}(x) for x of shape {(2, inputs, height, width)}"
        assert_equal(actual.shape, expected, name=name, explain=explain)


@settings(max_examples=15)
@given(data=st.data())
def test_block(answer, device, data):
    """A block gives what its two convolutions give, with a ReLU after each, and the largest of each 2 by 2 pixels.

    Count the ReLUs: is there one after the second convolution, too?

    A convolution takes what the layer before it gave. Is a result thrown away, or the pooling another one than max?
    """
    dtype = data.draw(st.sampled_from([torch.float32, torch.float64]), label="dtype")
    place = home(dtype, device)
    inputs, outputs, batch = (data.draw(st.integers(1, 3), label=label) for label in ("inputs", "outputs", "B"))
    sides = data.draw(st.sampled_from(IMAGES), label="(H, W)")
    x = data.draw(tensors(shape=(batch, inputs, *sides), dtype=dtype, low=-2, high=2), label="x").to(place)
    call = f"conv_block({inputs}, {outputs})"
    training = data.draw(st.booleans(), label="in training mode")
    block = module_from(answer.conv_block(inputs, outputs), call).to(place, dtype).train(training)
    shapes = [(inputs, *sides), (outputs, inputs, 3, 3), (outputs, outputs, 3, 3)]
    layers = in_order(block, shapes, call)
    set_numbers(layers, data.draw(st.integers(0, 50), label="seed of the weights"))
    with torch.no_grad():
        expected = block_by_hand(x, *layers)
        mistakes = {
            "There is no ReLU.": block_by_hand(x, *layers, bends=(False, False)),
            "The ReLU after the second convolution is missing.": block_by_hand(x, *layers, bends=(True, False)),
            "The ReLU after the first convolution is missing.": block_by_hand(x, *layers, bends=(False, True)),
            "These are the means of 2 by 2 pixels: keep the largest.": block_by_hand(x, *layers, pool=F.avg_pool2d),
        }
    explain = {sentence: value for sentence, value in mistakes.items() if not torch.equal(value, expected)}
    with unchanged(x=x), unchanged(block=block):
        actual = plain(block(x))
    assert_close(actual, expected, name=f"{call}(x)", explain=explain)


def test_flat_size_by_example(answer):
    """Of 10 maps, 490 values reach the classifier for 28 by 28 pixels, 2,560 for 64 by 64, and 770 for 30 by 45.

    How high and how wide is an image after one block? After two?

    Each pooling halves and rounds down; there are `hidden` maps, and each holds height times width values.
    """
    cases = ((10, (28, 28), 490), (10, (64, 64), 2560), (10, (30, 45), 770), (3, (28, 28), 147))
    for maps, sides, expected in cases:
        flat = maps * sides[0] * sides[1]
        explain = {
            "This is the size of one map: there are `hidden` of them.": expected // maps,
            "This is the size after one block.": maps * (sides[0] // 2) * (sides[1] // 2),
            "Nothing has been pooled here.": flat,
            "Only one side is halved: both are.": flat // 4,
            "It is rounded at the end; each side is rounded down for itself, in each block.": flat // 16,
            "The sides are multiplied and then rounded; each is rounded down for itself, before.": (
                maps * (sides[0] * sides[1] // 16)
            ),
            "`hidden` is taken to be 10, whatever is asked for.": 10 * (sides[0] // 4) * (sides[1] // 4),
        }
        explain = {sentence: value for sentence, value in explain.items() if value != expected}
        assert_equal(answer.flat_size(maps, sides), expected, name=f"flat_size({maps}, {sides})", explain=explain)


@settings(max_examples=20)
@given(hidden=st.integers(1, 12), image=st.tuples(st.integers(4, 70), st.integers(4, 70)))
def test_flat_size(answer, hidden, image):
    """`flat_size` is right for any number of maps and any image, square or not, with even sides or odd ones.

    Height and width are pooled each for itself. What becomes of a side of 7 in the first block, and in the second?

    `//` rounds down, as each pooling does; the rounding comes before the sides are multiplied.
    """
    maps = torch.empty(hidden, *image, device="meta")
    expected = F.max_pool2d(F.max_pool2d(maps, 2), 2).numel()
    assert_equal(answer.flat_size(hidden, image), expected, name=f"flat_size({hidden}, {image})")


def test_parts(answer, device):
    """`TinyVGG` has the parts `block_1`, `block_2` and `classifier`, fits 28 and 64 pixels, and has no more parameters.

    The first block takes the image's channels. What does the second take? And how many values reach the classifier?

    The arguments go into the parts: 1, 10 and 28 stand nowhere else than in the first line.

    The classifier flattens each image for itself and is one `nn.Linear` from `flat_size(hidden, image)` to `classes`.
    """
    with rng_untouched(allow_advance=True):
        cases = [((1, 10, 10, (28, 28)), answer.TinyVGG(), "TinyVGG()")]
    for sizes in ((3, 10, 3, (64, 64)), (2, 4, 1, (4, 7)), (1, 3, 5, (22, 13))):
        named = dict(zip(("channels", "hidden", "classes", "image"), sizes, strict=True))
        call = f"TinyVGG({', '.join(f'{name}={value}' for name, value in named.items())})"
        cases.append((sizes, answer.TinyVGG(**named), call))
    for (channels, hidden, classes, image), model, call in cases:
        parts = parts_of(model, call)
        height, width = image
        flat = hidden * (height // 4) * (width // 4)
        within = [[(hidden, channels, 3, 3), (hidden, hidden, 3, 3)], [(hidden, hidden, 3, 3)] * 2, [(classes, flat)]]
        for name, part, wanted in zip(("block_1", "block_2", "classifier"), parts, within, strict=True):
            check_layers(part, wanted, f"`{name}` of {call}")
        check_layers(model, [shape for wanted in within for shape in wanted], call)
        model.to(device)
        for batch in (3, 1):
            x = torch.zeros(batch, channels, *image, device=device)
            shapes = [(batch, hidden, height // 2, width // 2), (batch, hidden, height // 4, width // 4)]
            for name, part, shape in zip(("block_1", "block_2", "classifier"), parts, [*shapes, (batch, classes)]):
                x = classified(model, x, call) if part is parts[2] else part(x)
                assert_equal(x.shape, torch.Size(shape), name=f"shape of what `{name}` of {call} gives")
            actual = assert_type(model(torch.zeros(batch, channels, *image, device=device)), torch.Tensor, f"{call}(x)")
            name = f"shape of {call}(x) for x of shape {(batch, channels, *image)}"
            assert_equal(actual.shape, torch.Size([batch, classes]), name=name)


@settings(max_examples=12)
@given(data=st.data())
def test_logits(answer, device, data):
    """The logits are those of the first block, the second block and the classifier, in this order, for any sizes.

    Does each part get what the one before gave?

    The classifier's outputs are handed out as they are: no ReLU, no softmax, no dropout.
    """
    dtype = data.draw(st.sampled_from([torch.float32, torch.float64]), label="dtype")
    place = home(dtype, device)
    channels, hidden, classes = (
        data.draw(st.integers(1, 3), label=label) for label in ("channels", "hidden", "classes")
    )
    image, batch = data.draw(st.sampled_from(IMAGES), label="image"), data.draw(st.integers(1, 3), label="B")
    x = data.draw(tensors(shape=(batch, channels, *image), dtype=dtype, low=-2, high=2), label="x").to(place)
    call = f"TinyVGG({channels}, {hidden}, {classes}, {image})"
    model = answer.TinyVGG(channels, hidden, classes, image)
    module_from(model, call).to(place, dtype).train(data.draw(st.booleans(), label="in training mode"))
    layers = model_layers(model, channels, hidden, classes, image, call)
    set_numbers(layers, data.draw(st.integers(0, 50), label="seed of the weights"))
    with torch.no_grad():
        maps = block_by_hand(block_by_hand(x, *layers[:2]), *layers[2:4])
        expected = torch.addmm(layers[4].bias, maps.flatten(1), layers[4].weight.T)
        turned = torch.addmm(layers[4].bias, maps.transpose(2, 3).flatten(1), layers[4].weight.T)
    mistakes = {
        "There is a ReLU after the classifier: it cuts off every negative logit.": expected.clamp(min=0),
        "These are probabilities: leave the softmax out.": expected.softmax(1),
        "These are the logarithms of probabilities: leave log_softmax out.": expected.log_softmax(1),
        "Height and width changed places before the classifier.": turned,
    }
    explain = {sentence: value for sentence, value in mistakes.items() if not torch.equal(value, expected)}
    with unchanged(x=x), unchanged(model=model):
        actual = plain(model(x))
    assert_close(actual, expected, name=f"{call}(x)", explain=explain)


def test_other_images(answer, device):
    """Images of which other than `flat_size` values arrive raise an error, even if the batch as a whole would fit.

    Two images of 8 by 12 have as many values as three of 8 by 8. How many rows does your flattening make of them?

    `nn.Flatten()` and `flatten(1)` keep the batch as it is; `nn.Linear` then sees rows of the wrong length.
    """
    model = module_from(answer.TinyVGG(1, 2, 3, (8, 8)), "TinyVGG(1, 2, 3, (8, 8))").to(device)
    for shape in ((2, 1, 8, 12), (3, 1, 16, 8), (4, 1, 4, 4), (2, 1, 28, 28)):
        with assert_raises((RuntimeError, ValueError), f"TinyVGG(1, 2, 3, (8, 8))(x) for x of shape {shape}"):
            model(torch.randn(shape, device=device))


def test_gradients(answer, device):
    """The gradients flow back to the images and to every weight and bias of the five layers, with the right values.

    Did something on the way leave the graph: `.data`, `.detach()`, `no_grad`?

    Hand the maps on from part to part, as they are.
    """
    sizes, place = (2, 3, 4, (9, 8)), home(torch.float64, device)
    model = module_from(answer.TinyVGG(*sizes), f"TinyVGG{sizes}").to(place, torch.float64)
    layers = model_layers(model, *sizes, f"TinyVGG{sizes}")
    set_numbers(layers, 7)
    generator = torch.Generator().manual_seed(5)
    x = torch.randn(3, 2, 9, 8, generator=generator, dtype=torch.float64).to(place)
    labels = torch.tensor([0, 3, 1], device=place)
    parameters = [parameter for layer in layers for parameter in (layer.weight, layer.bias)]

    images = x.clone().requires_grad_()
    maps = block_by_hand(block_by_hand(images, *layers[:2]), *layers[2:4])
    loss = F.cross_entropy(torch.addmm(layers[4].bias, maps.flatten(1), layers[4].weight.T), labels)
    expected = torch.autograd.grad(loss, [images, *parameters])
    images = x.clone().requires_grad_()
    logits = model(images)
    expect(logits.requires_grad, "The graph is cut: no gradient can flow back from the logits.")
    actual = torch.autograd.grad(F.cross_entropy(logits, labels), [images, *parameters], allow_unused=True)
    kinds = ("weight", "bias")
    of = [f"convolution {n}" for n in (1, 2, 3, 4)] + ["the linear layer"]
    names = ["the images", *(f"the {kind} of {layer}" for layer in of for kind in kinds)]
    for name, got, wanted in zip(names, actual, expected, strict=True):
        expect(got is not None, f"No gradient flows back to {name}.")
        assert_close(got, wanted, name=f"gradient for {name}")


def test_follows(answer):
    """The whole model moves with `.to(device)`, here to the meta device, whose tensors have a shape and no values.

    Something stays behind that is neither a parameter nor a part of the model. Is a tensor made in `forward`?

    Layers that are attributes move with the model; none is made in `forward`.
    """
    meta = torch.device("meta")
    model = module_from(answer.TinyVGG(2, 3, 4, (9, 8)), "TinyVGG(2, 3, 4, (9, 8))").to(meta)
    try:
        actual = model(torch.empty(3, 2, 9, 8, device=meta))
    except (NotImplementedError, RuntimeError) as error:
        if "meta" not in str(error):
            raise
        sentence = "With model and images on the meta device, TinyVGG uses a tensor of another device, or values."
        raise AssertionError(sentence) from None
    assert_close(actual, torch.empty(3, 4, device=meta), name="TinyVGG(2, 3, 4, (9, 8))(x), both on the meta device")


class Troubled(nn.Module):
    """A model in float64 with a layer that is never run, one that is detached, and one behind a ReLU that is 0."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Linear(3, 4)
        self.unused = nn.Linear(4, 4)
        self.cut = nn.Linear(4, 4)
        self.dead = nn.Linear(4, 2)
        self.last = nn.Linear(4, 3)
        self.after = nn.Linear(2, 3)
        self.double()

    def forward(self, x):
        """The logits (B, 3) of x (B, 3)."""
        hidden = self.stem(x).tanh()
        dead = (self.dead(hidden) - 100).relu()
        return self.last(hidden + self.cut(hidden).detach()) + self.after(dead)


def check_names(actual, expected, where, explain):
    """Compare lists of names, shown in one line each; `where` says of which model they are."""
    call = "silent_parameters(model, x, labels)"
    assert_type(actual, list, call)
    expect(all(isinstance(name, str) for name in actual), f"{call} should list names, each a string; it is {actual!r}.")
    told = {sentence: in_a_line(names) for sentence, names in explain.items() if names != expected}
    assert_equal(in_a_line(actual), in_a_line(expected), name=f"what {call} lists{where}", explain=told)


def in_a_line(names):
    """Names as one string."""
    return ", ".join(names) or "nothing"


def test_silent_parameters(answer):
    """`silent_parameters` names, in order, the parameters with no gradient or only zeros, and leaves the model alone.

    Which sort of loss is asked for? And what does `allow_unused=True` return for a parameter that is not used?

    Ask for each element: positive and negative gradients may sum to 0, and some may be 0 where others are not.

    `torch.autograd.grad` returns gradients in the order of the parameters and stores none: no `backward`.
    """
    generator = torch.Generator().manual_seed(2)
    x = torch.randn(6, 3, generator=generator, dtype=torch.float64)
    labels = torch.tensor([0, 1, 1, 0, 2, 2])
    model = Troubled()
    for number, parameter in enumerate(model.parameters()):
        parameter.grad = None if number % 3 == 0 else torch.full_like(parameter, 3.0)
    before = {name: None if one.grad is None else one.grad.clone() for name, one in model.named_parameters()}
    model.unused.eval()
    with unchanged(model=model), unchanged(x=x), unchanged(labels=labels):
        actual = answer.silent_parameters(model, x, labels)
    expected = ["unused.weight", "unused.bias", "cut.weight", "cut.bias", "dead.weight", "dead.bias", "after.weight"]
    everything = [name for name, _ in model.named_parameters()]
    explain = {
        "These are only the parameters whose gradient is None; some have gradients that are all 0.": expected[:4],
        "These are only the parameters whose gradient is all 0; some have none.": expected[4:],
        "These are the parameters that do learn.": [name for name in everything if name not in expected],
        "These are all parameters.": everything,
    }
    check_names(actual, expected, "", explain)
    for name, parameter in model.named_parameters():
        there, now = before[name], parameter.grad
        kept = now is there if there is None or now is None else torch.equal(now, there)
        expect(kept, f"`.grad` of {name} is not what it was before silent_parameters: gradients were stored there.")

    some = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2)).double()
    with torch.no_grad():
        for parameter, numbers in zip(some.parameters(), ([[1, 0], [0, 1]], [0, 0], [[1, 0], [0, 1]], [0, 0])):
            parameter.copy_(torch.tensor(numbers))
    # Half of the first weights get no gradient, and the gradients of the last bias sum to 0.
    x, labels = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]], dtype=torch.float64), torch.tensor([0, 1, 1])
    gradients = torch.autograd.grad(F.cross_entropy(some(x), labels), list(some.parameters()))
    named = list(zip(dict(some.named_parameters()), gradients, strict=True))
    explain = {
        "A gradient of both signs may sum to 0 and still teach something.": [
            name for name, gradient in named if abs(gradient.sum().item()) < 1e-12
        ],
        "One element of 0 is not enough: every element is asked for.": [
            name for name, gradient in named if not gradient.all()
        ],
    }
    where = " where every gradient has an element that is not 0"
    check_names(answer.silent_parameters(some, x, labels), [], where, explain)

    sure = nn.Sequential(nn.Linear(2, 3)).double()
    with torch.no_grad():
        sure[0].weight.copy_(torch.tensor([[1000.0, 1000.0], [0.0, 0.0], [0.0, 0.0]]))
        sure[0].bias.zero_()
    explain = {
        "Is there a softmax before the loss? Cross entropy is made of logits, and takes its own.": [
            "0.weight",
            "0.bias",
        ],
    }
    where = " for a model that is sure and wrong, whose gradients are large"
    check_names(answer.silent_parameters(sure, x, labels.clamp(min=1)), [], where, explain)


def test_on_a_digit(answer, device):
    """TinyVGG learns twenty pictures of digits: every layer gets gradients, and the loss of those pictures falls.

    All checks before this one hold, and still nothing is learned? Look at what `silent_parameters` lists.

    The parts should begin with PyTorch's own random numbers: leave the weights as the layers make them.
    """
    # That the loss falls at all is asked for. Measured over seeds 0 to 19: with the layers' own numbers it went from
    # 2.30 to 0.56 at most; with Xavier's to 0.30 at most; with Kaiming's from 3.95 to 1.92 at worst.
    digits = load_digits()
    pictures = torch.tensor(digits.images[:20], dtype=torch.float32, device=device)[:, None] / 16  # (20, 1, 8, 8)
    pictures, labels = (
        F.interpolate(pictures, (28, 28), mode="bilinear"),
        torch.tensor(digits.target[:20], device=device),
    )
    model = module_from(answer.TinyVGG(), "TinyVGG()").to(device)
    optimizer, losses = torch.optim.Adam(model.parameters(), lr=0.01), []
    silent = answer.silent_parameters(model, pictures, labels)
    for _ in range(STEPS):
        loss = F.cross_entropy(model(pictures), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    with torch.no_grad():
        maps = model.block_1(pictures[3:4])
        deeper = model.block_2(maps)
    first = running_order(model, pictures[:1])[0]
    show_plot("Your TinyVGG learns 20 digits by heart", {"loss": losses}, x="step", y="loss")
    shades = "The larger a number, the more its pixel looks like a digit's ink."
    show_image("The first layer's filters, 3 by 3", list(first.weight.detach())[:6], text=shades)
    show_image(
        "A digit and four of its feature maps after block_1",
        [pictures[3], *maps[0][:4, None]],
        ["digit"],
        text="What looks like ink is where a filter found what it looks for.",
    )
    show_image("The same digit after block_2", list(deeper[0][:6, None]), text=shades)
    expect(silent == [], f"silent_parameters(TinyVGG(), pictures, labels) is {silent!r}: these layers get no gradient.")
    expect(losses[-1] < losses[0], f"The loss was {losses[0]:.3f} at first and {losses[-1]:.3f} after {STEPS} steps.")
