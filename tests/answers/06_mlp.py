"""Wrong answers that 06_mlp must catch, and right ones it must accept."""

from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F

from tutor.checks import right, wrong


def three_layers(self, inputs, hidden, classes):
    self.first = nn.Linear(inputs, hidden)
    self.second = nn.Linear(hidden, hidden)
    self.last = nn.Linear(hidden, classes)


def as_it_should_be(self, x):
    return self.last(self.second(self.first(x.flatten(1)).relu()).relu())


def mlp(start=three_layers, compute=as_it_should_be, parent=nn.Module):
    """An MLP of `start(self, inputs, hidden, classes)` and `compute(self, x)`."""

    class MLP(parent):
        def __init__(self, inputs=784, hidden=512, classes=10):
            super().__init__()
            start(self, inputs, hidden, classes)

        def forward(self, x):
            return compute(self, x)

    return {"MLP": MLP}


def of_rows(rows):
    """An MLP that makes rows of its input in another way."""
    return mlp(compute=lambda self, x: as_it_should_be(self, rows(x, self.first.in_features)))


@wrong(caught_by="test_layers", because="The class inherits from nothing: nn.Module brings parameters() and the call.")
def no_parent(solution):
    return mlp(parent=object)


@wrong(caught_by="test_layers", because="Without super().__init__() a module has no place to note its layers in.")
def no_super(solution):
    class MLP(nn.Module):
        def __init__(self, inputs=784, hidden=512, classes=10):
            three_layers(self, inputs, hidden, classes)

    return {"MLP": MLP}


@wrong(caught_by="test_layers", because="The sizes are written out: the arguments of __init__ change nothing.")
def fixed_sizes(solution):
    return mlp(lambda self, inputs, hidden, classes: three_layers(self, 784, 512, 10))


@wrong(caught_by="test_layers", because="The middle layer is missing: these are the numbers of 784-512-10.")
def two_layers(solution):
    def start(self, inputs, hidden, classes):
        self.first, self.last = nn.Linear(inputs, hidden), nn.Linear(hidden, classes)

    return mlp(start, lambda self, x: self.last(self.first(x.flatten(1)).relu()))


@wrong(
    caught_by="test_layers",
    because="The model knows of no layers: those made in forward, or kept in a Python list, are not noted.",
)
def layers_in_forward(solution):
    def start(self, inputs, hidden, classes):
        self.sizes = inputs, hidden, classes

    def compute(self, x):
        inputs, hidden, classes = self.sizes
        x = F.relu(nn.Linear(inputs, hidden)(x.flatten(1)))
        return nn.Linear(hidden, classes)(F.relu(nn.Linear(hidden, hidden)(x)))

    return mlp(start, compute)


@wrong(
    caught_by="test_layers",
    because="The model knows of no layers: those made in forward, or kept in a Python list, are not noted.",
)
def layers_in_a_list(solution):
    def start(self, inputs, hidden, classes):
        self.layers = [nn.Linear(inputs, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, classes)]

    def compute(self, x):
        first, second, last = self.layers
        return last(second(first(x.flatten(1)).relu()).relu())

    return mlp(start, compute)


@wrong(caught_by="test_layers", because="The layers have no bias.")
def no_bias(solution):
    def start(self, inputs, hidden, classes):
        three_layers(self, inputs, hidden, classes)
        for layer in (self.first, self.second, self.last):
            layer.register_parameter("bias", None)

    return mlp(start)


@wrong(caught_by="test_layers", because="A batch normalisation brings parameters of its own.")
def normalised(solution):
    def start(self, inputs, hidden, classes):
        three_layers(self, inputs, hidden, classes)
        self.norm = nn.BatchNorm1d(hidden)

    return mlp(start)


@wrong(caught_by="test_layers", because="A seed inside the model makes every model of the program alike.")
def seeds_itself(solution):
    def start(self, inputs, hidden, classes):
        torch.manual_seed(42)
        three_layers(self, inputs, hidden, classes)

    return mlp(start)


@wrong(caught_by="test_shapes", because="flatten without start_dim takes the batch too: one long row of all images.")
def flattens_the_batch(solution):
    return mlp(compute=lambda self, x: self.last(self.second(self.first(x.flatten()).relu()).relu()))


@wrong(caught_by="test_shapes", because="flatten(2) keeps the channels apart: the logits are (B, 1, 10).")
def flattens_from_two(solution):
    def compute(self, x):
        x = x.flatten(2) if x.ndim > 3 else x.flatten(1)
        return self.last(self.second(self.first(x).relu()).relu())

    return mlp(compute=compute)


@wrong(caught_by="test_shapes", because="Nothing is flattened: the last dimension of an image is a row of 28 pixels.")
def not_flattened(solution):
    return mlp(compute=lambda self, x: self.last(self.second(self.first(x).relu()).relu()))


@wrong(caught_by="test_shapes", because="The batch size is written out: the last batch may be smaller.")
def fixed_batch(solution):
    return of_rows(lambda x, inputs: x.reshape(5, inputs))


@wrong(caught_by="test_shapes", because="squeeze() also drops the batch dimension when the batch is 1.")
def squeezed(solution):
    def compute(self, x):
        return as_it_should_be(self, x).squeeze()

    return mlp(compute=compute)


@wrong(caught_by="test_shapes", because="It unpacks four dimensions: images without a channel, and rows, have fewer.")
def four_dimensions(solution):
    def rows(x, inputs):
        batch, channels, height, width = x.shape
        return x.reshape(batch, channels * height * width)

    return of_rows(rows)


@wrong(caught_by="test_shapes", because="argmax gives class numbers: the loss needs the logits.")
def class_numbers(solution):
    return mlp(compute=lambda self, x: as_it_should_be(self, x).argmax(1))


@wrong(caught_by="test_logits", because="There is no ReLU: three linear layers in a row are one linear layer.")
def no_relu(solution):
    return mlp(compute=lambda self, x: self.last(self.second(self.first(x.flatten(1)))))


@wrong(caught_by="test_logits", because="The ReLU after the second layer is missing.")
def one_relu(solution):
    return mlp(compute=lambda self, x: self.last(self.second(self.first(x.flatten(1)).relu())))


@wrong(caught_by="test_logits", because="A ReLU after the last layer cuts off the negative logits.")
def final_relu(solution):
    return mlp(compute=lambda self, x: as_it_should_be(self, x).relu())


@wrong(caught_by="test_logits", because="A softmax makes probabilities of the logits: that is the loss's business.")
def final_softmax(solution):
    return mlp(compute=lambda self, x: as_it_should_be(self, x).softmax(dim=1))


@wrong(caught_by="test_logits", because="The result of the ReLU is thrown away: relu returns a new tensor.")
def relu_thrown_away(solution):
    def compute(self, x):
        x = self.first(x.flatten(1))
        torch.relu(x)
        x = self.second(x)
        torch.relu(x)
        return self.last(x)

    return mlp(compute=compute)


@wrong(
    caught_by="test_logits",
    because="A layer made in forward has new random numbers at every call; use the model's own.",
)
def layer_made_in_forward(solution):
    def compute(self, x):
        x = self.first(x.flatten(1)).relu()
        return self.last(nn.Linear(x.shape[1], x.shape[1], dtype=x.dtype)(x).relu())

    return mlp(compute=compute)


@wrong(caught_by="test_logits", because="A sigmoid bends too, but it is no ReLU.")
def sigmoids(solution):
    return mlp(compute=lambda self, x: self.last(self.second(self.first(x.flatten(1)).sigmoid()).sigmoid()))


@wrong(caught_by="test_logits", because="Dropout makes the outputs random in training mode: none was asked for.")
def with_dropout(solution):
    return mlp(compute=lambda self, x: F.dropout(as_it_should_be(self, x), 0.5, self.training))


@wrong(caught_by="test_logits", because="The images are put upside down in the rows: each sample is read in order.")
def columns_first(solution):
    return of_rows(lambda x, inputs: x.transpose(1, -1).flatten(1))


@wrong(caught_by="test_logits", because="view cannot flatten images that are not contiguous.")
def by_view(solution):
    return of_rows(lambda x, inputs: x.view(len(x), -1))


@wrong(caught_by="test_logits", because="The images are made float32, whatever the model's dtype is.")
def always_float32(solution):
    return of_rows(lambda x, inputs: x.float())


@wrong(caught_by="test_logits", because="The images are changed in place: the caller's are others afterwards.")
def in_place(solution):
    return of_rows(lambda x, inputs: x.mul_(2).div_(2).clamp_(-1, 1))


@wrong(
    caught_by="test_other_images",
    because="reshape(-1, inputs) deals the numbers of other images out to rows: two colour images become six samples.",
)
def as_many_rows_as_it_takes(solution):
    return of_rows(lambda x, inputs: x.reshape(-1, inputs))


@wrong(caught_by="test_gradients", because="detach cuts the images off: no gradient flows back to them.")
def detached(solution):
    return of_rows(lambda x, inputs: x.detach())


@wrong(caught_by="test_gradients", because="Under no_grad nothing is recorded: the model could not be trained.")
def without_gradients(solution):
    return mlp(compute=torch.no_grad()(as_it_should_be))


@wrong(caught_by="test_follows", because="A tensor made in forward is on the CPU, wherever the model and x are.")
def zeros_of_its_own(solution):
    def compute(self, x):
        x = self.first(x.flatten(1))
        x = torch.maximum(x, torch.zeros(x.shape, dtype=x.dtype))
        return self.last(self.second(x).relu())

    return mlp(compute=compute)


@wrong(caught_by="test_parameter_count", because="The biases are forgotten: each output has one.")
def weights_alone(solution):
    return {"parameter_count": lambda sizes: sum(a * b for a, b in pairwise(sizes))}


@wrong(caught_by="test_parameter_count", because="A bias for each input: there is one for each output.")
def biases_of_the_inputs(solution):
    return {"parameter_count": lambda sizes: sum(a * (b + 1) for a, b in pairwise(sizes))}


@wrong(caught_by="test_parameter_count", because="Three layers are taken for granted: sizes may list more or fewer.")
def always_three(solution):
    def parameter_count(sizes):
        return sum((sizes[n] + 1) * sizes[n + 1] for n in range(3))

    return {"parameter_count": parameter_count}


@wrong(caught_by="test_parameter_count", because="It makes the layers to count them; the sizes are enough.")
def makes_the_layers(solution):
    def parameter_count(sizes):
        layers = [nn.Linear(a, b) for a, b in pairwise(sizes)]
        return sum(p.numel() for layer in layers for p in layer.parameters())

    return {"parameter_count": parameter_count}


@right("by nn.Sequential with nn.Flatten and nn.ReLU")
def sequential(solution):
    def start(self, inputs, hidden, classes):
        self.stack = nn.Sequential(
            nn.Flatten(),
            nn.Linear(inputs, hidden),
            nn.ReLU(),
            nn.Linear(hidden, hidden),
            nn.ReLU(),
            nn.Linear(hidden, classes),
        )

    def parameter_count(sizes):
        total = 0
        for n in range(len(sizes) - 1):
            total += sizes[n] * sizes[n + 1] + sizes[n + 1]
        return total

    return {"parameter_count": parameter_count} | mlp(start, lambda self, x: self.stack(x))


@right("by a ModuleList made backwards, reshape, and clamp")
def module_list(solution):
    def start(self, inputs, hidden, classes):
        self.layers = nn.ModuleList([nn.Linear(hidden, classes), nn.Linear(hidden, hidden), nn.Linear(inputs, hidden)])

    def compute(self, x):
        x = x.reshape(x.shape[0], -1)
        for layer in reversed(self.layers[1:]):
            x = layer(x).clamp(min=0)
        return self.layers[0](x)

    def parameter_count(sizes):
        return sum(a * b for a, b in pairwise(sizes)) + sum(sizes) - sizes[0]

    return {"parameter_count": parameter_count} | mlp(start, compute)


@right("by the -1 with a look at the shape first")
def looks_first(solution):
    def rows(x, inputs):
        if x[0].numel() != inputs:
            raise ValueError(f"a sample has {x[0].numel()} numbers, not {inputs}")
        return x.reshape(-1, inputs)

    return of_rows(rows)


@right("by nn.Sequential as the parent")
def inherits_from_sequential(solution):
    class MLP(nn.Sequential):
        def __init__(self, inputs=784, hidden=512, classes=10):
            bend = nn.ReLU()
            layers = nn.Linear(inputs, hidden), bend, nn.Linear(hidden, hidden), bend, nn.Linear(hidden, classes)
            super().__init__(nn.Flatten(), *layers)

    return {"MLP": MLP}
