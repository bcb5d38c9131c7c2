"""Wrong answers that 06_fix_module must catch, and right ones it must accept."""

import torch
from torch import nn

from tutor.checks import right, wrong


@wrong(
    caught_by="test_classifier_by_example",
    because="__int__ is a method nobody calls: nn.Module's own __init__ runs, and takes no sizes.",
)
def int_for_init(solution):
    class Classifier(nn.Module):
        def __int__(self, features, hidden, classes):
            super().__init__()
            self.inner, self.outer = nn.Linear(features, hidden), nn.Linear(hidden, classes)

        def forward(self, x):
            return self.outer(torch.relu(self.inner(x)))

    return {"Classifier": Classifier}


@wrong(
    caught_by="test_classifier_by_example",
    because="The method has nearly the name of `forward`: PyTorch does not find it.",
)
def misspelt_forward(solution):
    class Classifier(nn.Module):
        def __init__(self, features, hidden, classes):
            super().__init__()
            self.inner, self.outer = nn.Linear(features, hidden), nn.Linear(hidden, classes)

        def foward(self, x):
            return self.outer(torch.relu(self.inner(x)))

    return {"Classifier": Classifier}


@wrong(caught_by="test_classifier", because="Without ReLU between them, two linear layers are no more than one.")
def no_relu(solution):
    class Classifier(solution.Classifier):
        def forward(self, x):
            return self.outer(self.inner(x))

    return {"Classifier": Classifier}


@wrong(caught_by="test_classifier", because="ReLU after the second layer as well: no score can be negative.")
def relu_at_the_end(solution):
    class Classifier(solution.Classifier):
        def forward(self, x):
            return torch.relu(super().forward(x))

    return {"Classifier": Classifier}


@wrong(
    caught_by="test_scale_by_example",
    because="super().__init__() is missing, or is not called: nn.Module has no books to enter anything in.",
)
def no_super(solution):
    class Scale(nn.Module):
        def __init__(self, features):
            self.factors = torch.ones(features, requires_grad=True)

        def forward(self, x):
            return x * self.factors

    return {"Scale": Scale}


@wrong(
    caught_by="test_scale_by_example",
    because="super().__init__() is missing, or is not called: nn.Module has no books to enter anything in.",
)
def super_not_called(solution):
    class Scale(nn.Module):
        def __init__(self, features):
            super().__init__  # noqa: B018
            self.factors = torch.ones(features, requires_grad=True)

        def forward(self, x):
            return x * self.factors

    return {"Scale": Scale}


@wrong(
    caught_by="test_scale_by_example",
    because="A parameter is assigned before super().__init__() has run: it comes first.",
)
def super_too_late(solution):
    class Scale(nn.Module):
        def __init__(self, features):
            self.factors = nn.Parameter(torch.ones(features))
            super().__init__()

        def forward(self, x):
            return x * self.factors

    return {"Scale": Scale}


@wrong(caught_by="test_scale_by_example", because="The factors are random: they should start as ones.")
def random_factors(solution):
    class Scale(solution.Scale):
        def __init__(self, features):
            super().__init__(features)
            self.factors = nn.Parameter(torch.rand(features))

    return {"Scale": Scale}


@wrong(caught_by="test_scale", because="Neither a buffer nor requires_grad=True makes a parameter: nn.Parameter does.")
def plain_tensor(solution):
    class Scale(nn.Module):
        def __init__(self, features):
            super().__init__()
            self.factors = torch.ones(features, requires_grad=True)

        def forward(self, x):
            return x * self.factors

    return {"Scale": Scale}


@wrong(caught_by="test_scale", because="Neither a buffer nor requires_grad=True makes a parameter: nn.Parameter does.")
def factors_as_a_buffer(solution):
    class Scale(nn.Module):
        def __init__(self, features):
            super().__init__()
            self.register_buffer("factors", torch.ones(features, requires_grad=True))

        def forward(self, x):
            return x * self.factors

    return {"Scale": Scale}


@wrong(caught_by="test_scale", because="One factor for all columns; each column should have its own.")
def one_factor(solution):
    class Scale(solution.Scale):
        def __init__(self, features):
            super().__init__(1)

    return {"Scale": Scale}


@wrong(caught_by="test_scale", because=".data leaves the record: the factors never get a gradient.")
def factors_off_the_record(solution):
    class Scale(solution.Scale):
        def forward(self, x):
            return x * self.factors.data

    return {"Scale": Scale}


def tower(make, *, last_relu=True):
    """A Tower whose layers `make(width, depth)` gives."""

    class Tower(nn.Module):
        def __init__(self, width, depth):
            super().__init__()
            self.layers = make(width, depth)

        def forward(self, x):
            for number, layer in enumerate(self.layers):
                x = layer(x)
                if last_relu or number < len(self.layers) - 1:
                    x = torch.relu(x)
            return x

    return {"Tower": Tower}


@wrong(
    caught_by="test_tower_parameters",
    because="A module does not look into a plain list: its layers are not in parameters().",
)
def plain_list(solution):
    return tower(lambda width, depth: [nn.Linear(width, width) for _ in range(depth)])


@wrong(
    caught_by="test_tower_parameters",
    because="A module does not look into a plain list: its layers are not in parameters().",
)
def plain_list_of_one(solution):
    return tower(lambda width, depth: [nn.Linear(width, width)] * depth)


@wrong(
    caught_by="test_tower_parameters",
    because="[layer] * depth is one layer several times: its floors share one weight.",
)
def one_layer_again_and_again(solution):
    return tower(lambda width, depth: nn.ModuleList([nn.Linear(width, width)] * depth))


@wrong(caught_by="test_tower", because="ReLU is missing after the last layer.")
def no_last_relu(solution):
    return tower(lambda w, d: nn.ModuleList(nn.Linear(w, w) for _ in range(d)), last_relu=False)


@wrong(caught_by="test_tower", because="ReLU comes before each layer here; it belongs after each.")
def relu_before(solution):
    class Tower(solution.Tower):
        def forward(self, x):
            for layer in self.layers:
                x = layer(torch.relu(x))
            return x

    return {"Tower": Tower}


@wrong(caught_by="test_tower", because="One ReLU at the end leaves none between the layers.")
def one_relu_at_the_end(solution):
    class Tower(solution.Tower):
        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return torch.relu(x)

    return {"Tower": Tower}


@wrong(caught_by="test_tower", because="The layers work in the opposite order to that of parameters().")
def from_the_top(solution):
    class Tower(solution.Tower):
        def forward(self, x):
            for layer in reversed(self.layers):
                x = torch.relu(layer(x))
            return x

    return {"Tower": Tower}


@wrong(caught_by="test_tower", because="Every layer starts from x again: only the last one counts.")
def from_x_again(solution):
    class Tower(solution.Tower):
        def forward(self, x):
            for layer in self.layers:
                result = torch.relu(layer(x))
            return result

    return {"Tower": Tower}


@wrong(
    caught_by="test_residual",
    because="The layer is made in forward: new random weights at every call, and no optimizer knows them.",
)
def made_in_forward(solution):
    class Residual(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.width = width

        def forward(self, x):
            return x + nn.Linear(self.width, self.width)(x)

    return {"Residual": Residual}


@wrong(caught_by="test_residual", because="`x += ...` writes into the caller's tensor; `x + ...` makes a new one.")
def adds_in_place(solution):
    class Residual(solution.Residual):
        def forward(self, x):
            x += self.layer(x)
            return x

    return {"Residual": Residual}


@wrong(caught_by="test_residual", because="The sum is gone: x itself should be part of the result.")
def x_left_out(solution):
    class Residual(solution.Residual):
        def forward(self, x):
            return self.layer(x)

    return {"Residual": Residual}


@wrong(
    caught_by="test_residual",
    because="An attribute takes the layer anew in forward: registered by now, and as random as before.",
)
def assigned_in_forward(solution):
    class Residual(solution.Residual):
        def forward(self, x):
            self.layer = nn.Linear(x.shape[1], x.shape[1], dtype=x.dtype, device=x.device)
            return x + self.layer(x)

    return {"Residual": Residual}


def standardise(enter):
    """A Standardise whose `enter(self, name, tensor)` keeps a tensor under its name."""

    class Standardise(nn.Module):
        def __init__(self, mean, std):
            super().__init__()
            enter(self, "mean", mean)
            enter(self, "std", std)

        def forward(self, x):
            return (x - self.mean) / self.std

    return {"Standardise": Standardise}


@wrong(
    caught_by="test_standardise",
    because="mean and std are not in state_dict(): they would be left behind when the module is saved.",
)
def plain_attributes(solution):
    return standardise(setattr)


@wrong(
    caught_by="test_standardise",
    because="mean and std are not in state_dict(): they would be left behind when the module is saved.",
)
def not_persistent(solution):
    return standardise(lambda self, name, tensor: self.register_buffer(name, tensor, persistent=False))


@wrong(
    caught_by="test_standardise",
    because="register_buffer sets self.mean itself: drop the assignment before it.",
)
def assigned_and_registered(solution):
    def enter(self, name, tensor):
        setattr(self, name, tensor)
        self.register_buffer(name, tensor)

    return standardise(enter)


@wrong(
    caught_by="test_standardise_keeps_copies",
    because="The buffers are the caller's own tensors, and load_state_dict writes into them: clone() makes copies.",
)
def the_callers_tensors(solution):
    return standardise(lambda self, name, tensor: self.register_buffer(name, tensor))


@wrong(
    caught_by="test_standardise",
    because="nn.Parameter puts mean and std among the parameters; they are given numbers: buffers.",
)
def learned(solution):
    return standardise(lambda self, name, tensor: setattr(self, name, nn.Parameter(tensor)))


@wrong(
    caught_by="test_standardise",
    because="nn.Parameter puts mean and std among the parameters; they are given numbers: buffers.",
)
def frozen_parameters(solution):
    return standardise(lambda self, name, tensor: setattr(self, name, nn.Parameter(tensor, requires_grad=False)))


@wrong(
    caught_by="test_moved",
    because="The buffers are registered, but forward uses the tensors of before: those never move.",
)
def uses_the_originals(solution):
    class Standardise(nn.Module):
        def __init__(self, mean, std):
            super().__init__()
            self.register_buffer("kept_mean", mean.clone())
            self.register_buffer("kept_std", std.clone())
            self.numbers = mean, std

        def forward(self, x):
            mean, std = self.numbers
            return (x - mean) / std

    return {"Standardise": Standardise}


@wrong(
    caught_by="test_loaded",
    because="The numbers are moved by hand in forward, but those in use are not those that were loaded.",
)
def moves_by_hand(solution):
    class Standardise(solution.Standardise):
        def __init__(self, mean, std):
            super().__init__(mean.clone(), std.clone())
            self.numbers = mean, std

        def forward(self, x):
            mean, std = (number.to(x) for number in self.numbers)
            return (x - mean) / std

    return {"Standardise": Standardise}


@right("by Sequential for all that has layers, nn.Buffer and register_parameter")
def containers(solution):
    class Classifier(nn.Sequential):
        def __init__(self, features, hidden, classes):
            super().__init__(nn.Linear(features, hidden), nn.ReLU(), nn.Linear(hidden, classes))

    class Scale(nn.Module):
        def __init__(self, features):
            super().__init__()
            self.register_parameter("gain", nn.Parameter(torch.full((features,), 1.0)))

        def forward(self, x):
            return torch.einsum("ni,i->ni", x, self.gain)

    class Tower(nn.Module):
        def __init__(self, width, depth):
            super().__init__()
            floors = []
            for _ in range(depth):
                floors += [nn.Linear(width, width), nn.ReLU()]
            self.body = nn.Sequential(*floors)

        def forward(self, x):
            return self.body(x)

    class Standardise(nn.Module):
        def __init__(self, mean, std):
            super().__init__()
            self.center, self.spread = nn.Buffer(mean.clone()), nn.Buffer(std.detach().clone())

        def forward(self, x):
            return torch.div(x.sub(self.center), self.spread)

    return {"Classifier": Classifier, "Scale": Scale, "Tower": Tower, "Standardise": Standardise}


@right("by parameters of its own, add_module, and the second layer made first")
def by_hand(solution):
    class Classifier(nn.Module):
        def __init__(self, features, hidden, classes):
            super().__init__()
            self.last = nn.Linear(hidden, classes)
            self.first = nn.Linear(features, hidden)

        def forward(self, x):
            return self.last(self.first(x).clamp(min=0))

    class Tower(nn.Module):
        def __init__(self, width, depth):
            super().__init__()
            self.depth = depth
            for number in range(depth):
                self.add_module(f"floor{number}", nn.Linear(width, width))

        def forward(self, x):
            for number in range(self.depth):
                x = nn.functional.relu(getattr(self, f"floor{number}")(x))
            return x

    class Residual(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.weight = nn.Parameter(torch.randn(width, width))
            self.bias = nn.Parameter(torch.zeros(width))

        def forward(self, x):
            return torch.addmm(self.bias + x, x, self.weight.T)

    class Standardise(nn.Module):
        def __init__(self, mean, std):
            super().__init__()
            self.register_buffer("std", std.clone())
            self.register_buffer("mean", mean.clone())

        def forward(self, x):
            return (x - self.mean).mul(1 / self.std)

    return {"Classifier": Classifier, "Tower": Tower, "Residual": Residual, "Standardise": Standardise}
