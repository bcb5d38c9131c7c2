"""Wrong answers that 09_tinyvgg must catch, and right ones it must accept."""

import torch
from torch import nn
from torch.nn import functional as F

from tutor.checks import excuse, right, wrong


def conv(inputs, outputs, **settings):
    return nn.Conv2d(inputs, outputs, **{"kernel_size": 3, "padding": 1} | settings)


def block(make):
    """A conv_block that strings together the layers that `make(inputs, outputs)` lists."""
    return {"conv_block": lambda inputs, outputs: nn.Sequential(*make(inputs, outputs))}


def whole(solution, *, start=None, head=None, compute=None):
    """A TinyVGG with parts to replace: `start` makes all three, `head` the classifier, `compute` is forward."""

    class TinyVGG(nn.Module):
        def __init__(self, channels=1, hidden=10, classes=10, image=(28, 28)):
            super().__init__()
            if start is not None:
                start(self, channels, hidden, classes, image)
                return
            self.block_1 = solution.conv_block(channels, hidden)
            self.block_2 = solution.conv_block(hidden, hidden)
            flat = solution.flat_size(hidden, image)
            self.classifier = head(flat, classes) if head else nn.Sequential(nn.Flatten(), nn.Linear(flat, classes))

        def forward(self, x):
            return compute(self, x) if compute else self.classifier(self.block_2(self.block_1(x)))

    return {"TinyVGG": TinyVGG}


def flattened_into(rows):
    """A classifier that makes its rows by `rows(maps, flat)`."""

    class Head(nn.Module):
        def __init__(self, flat, classes):
            super().__init__()
            self.linear = nn.Linear(flat, classes)

        def forward(self, maps):
            return self.linear(rows(maps, self.linear.in_features))

    return Head


@wrong(caught_by="test_block_shapes", because="Without padding, each convolution takes two pixels off the sides.")
def no_padding(solution):
    return block(
        lambda i, o: [conv(i, o, padding=0), nn.ReLU(), conv(o, o, padding=0), nn.ReLU(), nn.MaxPool2d(2)],
    )


@wrong(caught_by="test_block_shapes", because="The pooling is missing: the sides do not shrink.")
def no_pooling(solution):
    return block(lambda i, o: [conv(i, o), nn.ReLU(), conv(o, o), nn.ReLU()])


@wrong(
    caught_by="test_block_shapes", because="With a stride of 1, pooling takes off one pixel: the sides are not halved."
)
def pooling_by_one(solution):
    return block(lambda i, o: [conv(i, o), nn.ReLU(), conv(o, o), nn.ReLU(), nn.MaxPool2d(2, stride=1)])


@wrong(caught_by="test_block_shapes", because="The pooling rounds up: an odd side keeps its last row.")
def rounds_up(solution):
    return block(lambda i, o: [conv(i, o), nn.ReLU(), conv(o, o), nn.ReLU(), nn.MaxPool2d(2, ceil_mode=True)])


@wrong(
    caught_by="test_block_shapes",
    because="The second convolution takes the image's channels; the first gives `outputs`.",
)
def second_takes_the_image(solution):
    return block(lambda i, o: [conv(i, o), nn.ReLU(), conv(i, o), nn.ReLU(), nn.MaxPool2d(2)])


@wrong(caught_by="test_block_shapes", because="One convolution instead of two.")
def one_convolution(solution):
    return block(lambda i, o: [conv(i, o), nn.ReLU(), nn.MaxPool2d(2)])


@wrong(caught_by="test_block_shapes", because="A kernel of 5, where 3 is asked for.")
def larger_kernel(solution):
    return block(
        lambda i, o: [
            *(conv(i, o, kernel_size=5, padding=2), nn.ReLU()),
            *(conv(o, o, kernel_size=5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        ]
    )


@wrong(caught_by="test_block_shapes", because="The convolutions have no bias.")
def no_bias(solution):
    return block(
        lambda i, o: [conv(i, o, bias=False), nn.ReLU(), conv(o, o, bias=False), nn.ReLU(), nn.MaxPool2d(2)],
    )


@wrong(caught_by="test_block_shapes", because="A batch normalisation brings parameters of its own.")
def normalised(solution):
    return block(lambda i, o: [conv(i, o), nn.BatchNorm2d(o), nn.ReLU(), conv(o, o), nn.ReLU(), nn.MaxPool2d(2)])


@wrong(caught_by="test_block_shapes", because="A list of layers is no module: nn.Sequential makes one of them.")
def list_of_layers(solution):
    return {"conv_block": lambda i, o: [conv(i, o), nn.ReLU(), conv(o, o), nn.ReLU(), nn.MaxPool2d(2)]}


@wrong(caught_by="test_block_shapes", because="A seed inside makes every block of the program alike.")
def seeds_itself(solution):
    def conv_block(inputs, outputs):
        torch.manual_seed(42)
        return solution.conv_block(inputs, outputs)

    return {"conv_block": conv_block}


@wrong(caught_by="test_block", because="There is no ReLU: two convolutions in a row are one with a larger kernel.")
def no_relu(solution):
    return block(lambda i, o: [conv(i, o), conv(o, o), nn.MaxPool2d(2)])


@wrong(caught_by="test_block", because="The ReLU after the second convolution is missing.")
def one_relu(solution):
    return block(lambda i, o: [conv(i, o), nn.ReLU(), conv(o, o), nn.MaxPool2d(2)])


@wrong(caught_by="test_block", because="The mean of 2 by 2 pixels: max pooling keeps the largest.")
def average_pooling(solution):
    return block(lambda i, o: [conv(i, o), nn.ReLU(), conv(o, o), nn.ReLU(), nn.AvgPool2d(2)])


@wrong(caught_by="test_block", because="A sigmoid bends too, but it is no ReLU.")
def sigmoids(solution):
    return block(lambda i, o: [conv(i, o), nn.Sigmoid(), conv(o, o), nn.Sigmoid(), nn.MaxPool2d(2)])


@wrong(
    caught_by="test_block", because="The edge is filled with copies of its pixels; padding is 0 unless asked otherwise."
)
def copied_edges(solution):
    return block(
        lambda i, o: [
            *(conv(i, o, padding_mode="replicate"), nn.ReLU()),
            *(conv(o, o, padding_mode="replicate"), nn.ReLU(), nn.MaxPool2d(2)),
        ]
    )


@wrong(
    caught_by="test_flat_size_by_example",
    because="The maps are counted after one block: each of the two halves the sides.",
)
def one_block(solution):
    return {"flat_size": lambda hidden, image: hidden * (image[0] // 2) * (image[1] // 2)}


@wrong(caught_by="test_flat_size_by_example", because="7 by 7 is right for 28 pixels and for no others.")
def always_seven(solution):
    return {"flat_size": lambda hidden, image: hidden * 7 * 7}


@wrong(caught_by="test_flat_size_by_example", because="This is one map: there are `hidden` of them.")
def one_map(solution):
    return {"flat_size": lambda hidden, image: (image[0] // 4) * (image[1] // 4)}


@wrong(caught_by="test_flat_size_by_example", because="The height serves for both sides: images need not be square.")
def square(solution):
    return {"flat_size": lambda hidden, image: hidden * (image[0] // 4) ** 2}


@wrong(caught_by="test_flat_size_by_example", because="/ makes a float, and does not round down.")
def by_slash(solution):
    return {"flat_size": lambda hidden, image: hidden * (image[0] / 4) * (image[1] / 4)}


@wrong(
    caught_by="test_flat_size_by_example",
    because="Rounded down once, at the end: each pooling drops the last row of an odd side.",
)
def rounded_at_the_end(solution):
    return {"flat_size": lambda hidden, image: hidden * image[0] * image[1] // 16}


@wrong(
    caught_by="test_flat_size_by_example",
    because="The sides are multiplied and then rounded; each is rounded down for itself, before.",
)
def rounded_once(solution):
    return {"flat_size": lambda hidden, image: hidden * (image[0] * image[1] // 16)}


@wrong(caught_by="test_flat_size_by_example", because="`hidden` is taken to be 10, whatever is asked for.")
def ten_maps(solution):
    return {"flat_size": lambda hidden, image: 10 * (image[0] // 4) * (image[1] // 4)}


@wrong(caught_by="test_parts", because="The linear layer is made for 28 pixels, whatever `image` says.")
def head_for_28(solution):
    return whole(solution, head=lambda flat, classes: nn.Sequential(nn.Flatten(), nn.Linear(490, classes)))


@wrong(
    caught_by="test_parts", because="The second block takes the image's channels: the first has made `hidden` of them."
)
def second_block_takes_the_image(solution):
    def start(self, channels, hidden, classes, image):
        self.block_1, self.block_2 = solution.conv_block(channels, hidden), solution.conv_block(channels, hidden)
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(solution.flat_size(hidden, image), classes))

    return whole(solution, start=start)


@wrong(caught_by="test_parts", because="Both blocks are one and the same module: they share their weights.")
def one_block_twice(solution):
    def start(self, channels, hidden, classes, image):
        self.block_1 = self.block_2 = solution.conv_block(hidden, hidden)
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(solution.flat_size(hidden, image), classes))

    return whole(solution, start=start)


@wrong(caught_by="test_parts", because="The arguments are written out: the image is taken to be grey, with 10 classes.")
def written_out(solution):
    def start(self, channels, hidden, classes, image):
        self.block_1, self.block_2 = solution.conv_block(1, 10), solution.conv_block(10, 10)
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(solution.flat_size(10, image), 10))

    return whole(solution, start=start)


@wrong(
    caught_by="test_parts",
    because="A second linear layer in the classifier: one is asked for, straight to the classes.",
)
def deeper_head(solution):
    return whole(
        solution,
        head=lambda flat, classes: nn.Sequential(nn.Flatten(), nn.Linear(flat, 32), nn.ReLU(), nn.Linear(32, classes)),
    )


@wrong(
    caught_by="test_parts", because="The linear layer learns its size at the first batch: until then it has no weights."
)
def lazy_head(solution):
    return whole(solution, head=lambda flat, classes: nn.Sequential(nn.Flatten(), nn.LazyLinear(classes)))


@wrong(caught_by="test_parts", because="The classifier does not flatten: a linear layer wants a row for each image.")
def not_flattened(solution):
    return whole(solution, head=lambda flat, classes: nn.Sequential(nn.Linear(flat, classes)))


@wrong(caught_by="test_parts", because="flatten without start_dim takes the batch too.")
def batch_flattened(solution):
    return whole(solution, head=flattened_into(lambda maps, flat: maps.flatten()))


@wrong(caught_by="test_parts", because="squeeze() also drops the batch when it is 1.")
def squeezed(solution):
    return whole(solution, compute=lambda self, x: self.classifier(self.block_2(self.block_1(x))).squeeze())


@wrong(caught_by="test_parts", because="The flattening stands in forward: `classifier` alone cannot take the maps.")
def flattened_in_forward(solution):
    return whole(
        solution,
        head=nn.Linear,
        compute=lambda self, x: self.classifier(self.block_2(self.block_1(x)).flatten(1)),
    )


@wrong(caught_by="test_logits", because="A ReLU after the classifier cuts off the negative logits.")
def final_relu(solution):
    return whole(solution, compute=lambda self, x: self.classifier(self.block_2(self.block_1(x))).relu())


@wrong(caught_by="test_logits", because="A softmax makes probabilities of the logits: that is the loss's business.")
def final_softmax(solution):
    return whole(solution, compute=lambda self, x: self.classifier(self.block_2(self.block_1(x))).softmax(1))


@wrong(caught_by="test_logits", because="Dropout makes the logits random in training mode: none was asked for.")
def dropout(solution):
    return whole(
        solution, head=lambda flat, classes: nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(flat, classes))
    )


@wrong(caught_by="test_logits", because="Height and width change places before they are flattened.")
def turned(solution):
    return whole(solution, head=flattened_into(lambda maps, flat: maps.transpose(2, 3).flatten(1)))


@wrong(caught_by="test_logits", because="The images are made float32, whatever the model's dtype is.")
def always_float32(solution):
    return whole(solution, compute=lambda self, x: self.classifier(self.block_2(self.block_1(x.float()))))


@wrong(
    caught_by="test_other_images",
    because="reshape(-1, flat) deals the values of several images out anew: two larger images become three samples.",
)
def as_many_rows_as_it_takes(solution):
    return whole(solution, head=flattened_into(lambda maps, flat: maps.reshape(-1, flat)))


@wrong(caught_by="test_other_images", because="Adaptive pooling makes any image fit, without a word.")
def adaptive(solution):
    def start(self, channels, hidden, classes, image):
        self.block_1, self.block_2 = solution.conv_block(channels, hidden), solution.conv_block(hidden, hidden)
        fit = nn.AdaptiveMaxPool2d((image[0] // 4, image[1] // 4))
        flat = solution.flat_size(hidden, image)
        self.classifier = nn.Sequential(fit, nn.Flatten(), nn.Linear(flat, classes))

    return whole(solution, start=start)


@wrong(caught_by="test_gradients", because="detach between the blocks cuts off the first: it never learns.")
def detached(solution):
    return whole(solution, compute=lambda self, x: self.classifier(self.block_2(self.block_1(x).detach())))


@wrong(caught_by="test_gradients", because="Under no_grad nothing is recorded: the model could not be trained.")
def without_graph(solution):
    return whole(solution, compute=torch.no_grad()(lambda self, x: self.classifier(self.block_2(self.block_1(x)))))


@wrong(caught_by="test_follows", because="A tensor made in forward is on the CPU, wherever the model and x are.")
def zeros_of_its_own(solution):
    def compute(self, x):
        maps = self.block_2(self.block_1(x))
        return self.classifier(torch.maximum(maps, torch.zeros(maps.shape, dtype=maps.dtype)))

    return whole(solution, compute=compute)


def silent(judge, gradients_of=None):
    """A silent_parameters that lists those of which `judge(gradient)` holds."""

    def by_autograd(loss, parameters):
        return torch.autograd.grad(loss, parameters, allow_unused=True)

    def silent_parameters(model, x, labels):
        named = dict(model.named_parameters())
        gradients = (gradients_of or by_autograd)(F.cross_entropy(model(x), labels), list(named.values()))
        return [name for name, gradient in zip(named, gradients, strict=True) if judge(gradient)]

    return {"silent_parameters": silent_parameters}


@wrong(
    caught_by="test_silent_parameters", because="Only None is looked for: a gradient of zeros teaches nothing either."
)
def only_none(solution):
    return silent(lambda gradient: gradient is None)


@wrong(
    caught_by="test_silent_parameters",
    because="A parameter that is not used has the gradient None, which has no elements: ask for None first.",
)
def never_none(solution):
    return silent(lambda gradient: not gradient.any())


@wrong(
    caught_by="test_silent_parameters",
    because="A parameter is not used for the loss: allow_unused=True gives None for it instead of an error.",
)
def unused_forbidden(solution):
    return silent(lambda gradient: gradient is None or not gradient.any(), torch.autograd.grad)


@wrong(
    caught_by="test_silent_parameters",
    because="There is a softmax before the loss: cross entropy takes its own of the logits.",
)
def softmax_before_the_loss(solution):
    def silent_parameters(model, x, labels):
        named = dict(model.named_parameters())
        loss = F.cross_entropy(model(x).softmax(1), labels)
        gradients = torch.autograd.grad(loss, list(named.values()), allow_unused=True)
        found = zip(named, gradients, strict=True)
        return [name for name, gradient in found if gradient is None or not gradient.any()]

    return {"silent_parameters": silent_parameters}


@wrong(caught_by="test_silent_parameters", because="A parameter without a gradient is skipped; it learns nothing, too.")
def only_zeros(solution):
    return silent(lambda gradient: gradient is not None and not gradient.any())


@wrong(
    caught_by="test_silent_parameters",
    because="Gradients of both signs may sum to nearly 0 where each teaches something.",
)
def by_their_sum(solution):
    return silent(lambda gradient: gradient is None or gradient.sum().abs() < 1e-6)


@wrong(caught_by="test_silent_parameters", because="One element of 0 is enough here; every element is asked for.")
def any_zero(solution):
    return silent(lambda gradient: gradient is None or not gradient.all())


@wrong(
    caught_by="test_silent_parameters",
    because="backward() stores gradients in `.grad`, on top of those that were there.",
)
def by_backward(solution):
    def gradients_of(loss, parameters):
        loss.backward()
        return [parameter.grad for parameter in parameters]

    return silent(lambda gradient: gradient is None or not gradient.any(), gradients_of)


@wrong(caught_by="test_silent_parameters", because="zero_grad throws away the gradients that were there.")
def by_zeroed_backward(solution):
    inner = by_backward(solution)["silent_parameters"]

    def silent_parameters(model, x, labels):
        model.zero_grad()
        names = inner(model, x, labels)
        model.zero_grad()
        return names

    return {"silent_parameters": silent_parameters}


@wrong(caught_by="test_silent_parameters", because="train() changes the mode of every part of the caller's model.")
def changes_the_mode(solution):
    def silent_parameters(model, x, labels):
        model.train()
        return solution.silent_parameters(model, x, labels)

    return {"silent_parameters": silent_parameters}


@right("by a class for the blocks, functional ReLU and pooling, and zeros sent through to count")
def by_a_class(solution):
    class Block(nn.Module):
        def __init__(self, inputs, outputs):
            super().__init__()
            self.second = nn.Conv2d(outputs, outputs, 3, padding="same")
            self.first = nn.Conv2d(inputs, outputs, 3, padding="same")

        def forward(self, x):
            return F.max_pool2d(self.second(self.first(x).relu()).relu(), 2, 2)

    def flat_size(hidden, image):
        maps = nn.MaxPool2d(2)(nn.MaxPool2d(2)(torch.zeros(hidden, *image)))
        return maps.numel()

    class TinyVGG(nn.Module):
        def __init__(self, channels=1, hidden=10, classes=10, image=(28, 28)):
            super().__init__()
            self.block_1, self.block_2 = Block(channels, hidden), Block(hidden, hidden)
            with torch.no_grad():
                values = self.block_2(self.block_1(torch.zeros(1, channels, *image))).numel()
            self.classifier = flattened_into(lambda maps, flat: maps.reshape(len(maps), -1))(values, classes)

        def forward(self, x):
            return self.classifier(self.block_2(self.block_1(x)))

    def silent_parameters(model, x, labels):
        before = [parameter.grad for parameter in model.parameters()]
        for parameter in model.parameters():
            parameter.grad = None
        nn.CrossEntropyLoss()(model(x), labels).backward()
        names = []
        for (name, parameter), kept in zip(model.named_parameters(), before, strict=True):
            if parameter.grad is None or parameter.grad.abs().max() == 0:
                names.append(name)
            parameter.grad = kept
        return names

    return {
        "conv_block": Block,
        "flat_size": flat_size,
        "TinyVGG": TinyVGG,
        "silent_parameters": silent_parameters,
    }


@right("by nn.Sequential with named parts, pooling before the last ReLU")
def named_parts(solution):
    def conv_block(inputs, outputs):
        bend = nn.ReLU()
        # The largest number after a ReLU is the ReLU of the largest.
        return nn.Sequential(conv(inputs, outputs), bend, conv(outputs, outputs), nn.MaxPool2d(2), bend)

    class TinyVGG(nn.Sequential):
        def __init__(self, channels=1, hidden=10, classes=10, image=(28, 28)):
            super().__init__()
            self.add_module("block_1", conv_block(channels, hidden))
            self.add_module("block_2", conv_block(hidden, hidden))
            height, width = (side // 2 // 2 for side in image)
            self.add_module("classifier", nn.Sequential(nn.Flatten(), nn.Linear(hidden * height * width, classes)))

    return {"conv_block": conv_block, "TinyVGG": TinyVGG}


@right("by log_softmax and gradients one parameter at a time")
def one_at_a_time(solution):
    def silent_parameters(model, x, labels):
        loss = F.nll_loss(model(x).log_softmax(1), labels)
        names = []
        for name, parameter in model.named_parameters():
            (gradient,) = torch.autograd.grad(
                loss, parameter, allow_unused=True, retain_graph=True, materialize_grads=True
            )
            if torch.count_nonzero(gradient) == 0:
                names.append(name)
        return names

    return {"silent_parameters": silent_parameters}


excuse(
    line="nn.MaxPool2d(2),",
    becomes="nn.MaxPool2d(2),",
    because="equivalent: the ReLU of the largest number is the largest of the ReLUs.",
)
excuse(
    line=(
        "return [name for name, gradient in zip(named, gradients, strict=True) "
        "if gradient is None or not gradient.any()]"
    ),
    becomes="return [name for name, gradient in zip(named, gradients) if gradient is None or not gradient.any()]",
    because="equivalent: autograd.grad returns a gradient, or None, for each parameter.",
)
excuse(
    line=(
        "return [name for name, gradient in zip(named, gradients, strict=True) "
        "if gradient is None or not gradient.any()]"
    ),
    becomes=(
        "return [name for name, gradient in zip(named, gradients, strict=False) "
        "if gradient is None or not gradient.any()]"
    ),
    because="equivalent: autograd.grad returns a gradient, or None, for each parameter.",
)
excuse(
    line="gradients = torch.autograd.grad(loss, list(named.values()), allow_unused=True)",
    becomes="gradients = torch.autograd.grad(loss, named.values(), allow_unused=True)",
    because="equivalent: autograd.grad makes a tuple of what it is given.",
)
