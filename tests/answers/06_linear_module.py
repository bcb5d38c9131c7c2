"""Wrong answers that 06_linear_module must catch, and right ones it must accept."""

import torch
from torch import nn
from torch.nn import functional as F

from tutor.checks import excuse, right, wrong


def by_hand(*, start=None, compute=None):
    """A LinearByHand whose `start(self, inputs, outputs)` or `compute(self, x)` is another."""

    class LinearByHand(nn.Module):
        def __init__(self, inputs, outputs):
            super().__init__()
            if start is not None:
                start(self, inputs, outputs)
            else:
                self.weight = nn.Parameter(torch.randn(outputs, inputs))
                self.bias = nn.Parameter(torch.randn(outputs))

        def forward(self, x):
            return x @ self.weight.T + self.bias if compute is None else compute(self, x)

    return {"LinearByHand": LinearByHand}


def layered(start, compute=lambda self, x: self.linear(x)):
    """A LinearModel of `start(self, inputs, outputs)` and `compute(self, x)`."""

    class LinearModel(nn.Module):
        def __init__(self, inputs, outputs):
            super().__init__()
            start(self, inputs, outputs)

        def forward(self, x):
            return compute(self, x)

    return {"LinearModel": LinearModel}


def split(x, y, at=40):
    return x[:at], y[:at], x[at:], y[at:]


@wrong(caught_by="test_line_data", because="The points are in one row (50,): a model wants a column, a sample a row.")
def points_in_a_row(solution):
    def line_data(weight, bias):
        x = torch.arange(50) * 0.02
        return split(x, weight * x + bias)

    return {"line_data": line_data}


@wrong(caught_by="test_line_data", because="linspace(0, 1, 50) ends at 1 and its steps are 1/49, not 0.02.")
def ends_at_one(solution):
    def line_data(weight, bias):
        x = torch.linspace(0, 1, 50).unsqueeze(1)
        return split(x, weight * x + bias)

    return {"line_data": line_data}


@wrong(caught_by="test_line_data", because="x and x, then y and y: the training data come first, x with y.")
def inputs_first(solution):
    def line_data(weight, bias):
        x_train, y_train, x_test, y_test = solution.line_data(weight, bias)
        return x_train, x_test, y_train, y_test

    return {"line_data": line_data}


@wrong(caught_by="test_line_data", because="The weight and the bias are written out: other lines come out the same.")
def one_line_only(solution):
    return {"line_data": lambda weight, bias: solution.line_data(0.7, 0.3)}


@wrong(
    caught_by="test_by_hand_registers",
    because="A tensor with requires_grad=True is still no parameter: the module does not list it. Use nn.Parameter.",
)
def plain_tensors(solution):
    def start(self, inputs, outputs):
        self.weight = torch.randn(outputs, inputs, requires_grad=True)
        self.bias = torch.randn(outputs, requires_grad=True)

    return by_hand(start=start)


@wrong(
    caught_by="test_by_hand_registers",
    because="A tensor with requires_grad=True is still no parameter: the module does not list it. Use nn.Parameter.",
)
def tensors_in_a_list(solution):
    def start(self, inputs, outputs):
        self.numbers = [nn.Parameter(torch.randn(outputs, inputs)), nn.Parameter(torch.randn(outputs))]

    return by_hand(start=start, compute=lambda self, x: x @ self.numbers[0].T + self.numbers[1])


@wrong(caught_by="test_by_hand_registers", because="The weight is (inputs, outputs); it has a row for each output.")
def weight_the_other_way_round(solution):
    def start(self, inputs, outputs):
        self.weight = nn.Parameter(torch.randn(inputs, outputs))
        self.bias = nn.Parameter(torch.randn(outputs))

    return by_hand(start=start, compute=lambda self, x: x @ self.weight + self.bias)


@wrong(caught_by="test_by_hand_registers", because="The attributes have other names, and so have the keys.")
def other_names(solution):
    def start(self, inputs, outputs):
        self.weights = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.randn(outputs))

    return by_hand(start=start, compute=lambda self, x: x @ self.weights.T + self.bias)


@wrong(caught_by="test_by_hand_registers", because="One number for all outputs: each output has a bias of its own.")
def one_bias(solution):
    def start(self, inputs, outputs):
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.randn(1))

    return by_hand(start=start)


@wrong(caught_by="test_by_hand_registers", because="This is an nn.Linear under another name: make the parameters here.")
def inherits_from_linear(solution):
    return {"LinearByHand": type("LinearByHand", (nn.Linear,), {})}


@wrong(caught_by="test_by_hand_registers", because="A buffer is stored but not learned: the optimizer never gets it.")
def bias_is_a_buffer(solution):
    def start(self, inputs, outputs):
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.register_buffer("bias", torch.randn(outputs))

    return by_hand(start=start)


@wrong(caught_by="test_by_hand_registers", because="requires_grad=False: no gradient reaches it, it is never trained.")
def frozen_bias(solution):
    def start(self, inputs, outputs):
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.randn(outputs), requires_grad=False)

    return by_hand(start=start)


@wrong(caught_by="test_by_hand_starts", because="rand draws from 0 to 1; randn draws from the normal distribution.")
def rand_for_randn(solution):
    def start(self, inputs, outputs):
        self.weight = nn.Parameter(torch.rand(outputs, inputs))
        self.bias = nn.Parameter(torch.rand(outputs))

    return by_hand(start=start)


@wrong(caught_by="test_by_hand_starts", because="The bias starts at zero; here it is drawn like the weight.")
def zero_bias(solution):
    def start(self, inputs, outputs):
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))

    return by_hand(start=start)


@wrong(caught_by="test_by_hand_starts", because="The bias is drawn first and takes the numbers meant for the weight.")
def bias_drawn_first(solution):
    def start(self, inputs, outputs):
        self.bias = nn.Parameter(torch.randn(outputs))
        self.weight = nn.Parameter(torch.randn(outputs, inputs))

    return by_hand(start=start)


@wrong(caught_by="test_by_hand_starts", because="A seed inside the model makes every model of the program alike.")
def seeds_itself(solution):
    def start(self, inputs, outputs):
        torch.manual_seed(42)
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.randn(outputs))

    return by_hand(start=start)


@wrong(caught_by="test_by_hand", because="x @ weight without a transpose fits only where inputs == outputs.")
def no_transpose(solution):
    return by_hand(compute=lambda self, x: x @ self.weight + self.bias)


@wrong(caught_by="test_by_hand", because="A reshape has the right shape and the wrong order: a transpose is needed.")
def reshaped(solution):
    return by_hand(compute=lambda self, x: x @ self.weight.reshape(x.shape[1], -1) + self.bias)


@wrong(caught_by="test_by_hand", because="forward never adds the bias.")
def bias_forgotten(solution):
    return by_hand(compute=lambda self, x: x @ self.weight.T)


@wrong(caught_by="test_by_hand", because="Element by element instead of a matrix product: it works for one input only.")
def elementwise(solution):
    return by_hand(compute=lambda self, x: x * self.weight.T + self.bias)


@wrong(caught_by="test_by_hand", because="The result is made float32, whatever the model is.")
def always_float32(solution):
    return by_hand(compute=lambda self, x: x.float() @ self.weight.float().T + self.bias.float())


@wrong(caught_by="test_layered", because="The layer has another name, so the keys of the state_dict are others.")
def another_name(solution):
    def start(self, inputs, outputs):
        self.layer = nn.Linear(inputs, outputs)

    return layered(start, lambda self, x: self.layer(x))


@wrong(caught_by="test_layered", because="nn.Linear takes the inputs first, then the outputs.")
def sizes_exchanged(solution):
    def start(self, inputs, outputs):
        self.linear = nn.Linear(outputs, inputs)

    return layered(start)


@wrong(caught_by="test_layered", because="bias=False: a line through the origin is all that it can learn.")
def without_bias(solution):
    def start(self, inputs, outputs):
        self.linear = nn.Linear(inputs, outputs, bias=False)

    return layered(start)


@wrong(caught_by="test_layered", because="A ReLU cuts off what is negative: a linear model has none.")
def with_relu(solution):
    def start(self, inputs, outputs):
        self.linear = nn.Linear(inputs, outputs)

    return layered(start, lambda self, x: self.linear(x).relu())


@wrong(caught_by="test_layered", because="The layer's own start is overwritten.")
def starts_at_zero(solution):
    def start(self, inputs, outputs):
        self.linear = nn.Linear(inputs, outputs)
        nn.init.zeros_(self.linear.bias)

    return layered(start)


@wrong(caught_by="test_gradients", because=".data leaves the graph: the outputs are right and nothing can be learned.")
def computes_with_data(solution):
    return by_hand(compute=lambda self, x: x @ self.weight.data.T + self.bias.data)


@wrong(caught_by="test_gradients", because=".detach() cuts x off: no gradient reaches what x was computed from.")
def detaches_the_input(solution):
    return by_hand(compute=lambda self, x: x.detach() @ self.weight.T + self.bias)


@wrong(
    caught_by="test_copy_weights",
    because="strict=False passes over names that do not match. Here none does: nothing is copied, and nobody is told.",
)
def not_strict(solution):
    def copy_weights(source, target):
        target.load_state_dict(source.state_dict(), strict=False)

    return {"copy_weights": copy_weights}


@wrong(
    caught_by="test_copy_weights",
    because="It is `weight` here and `linear.weight` there: load into the part of target whose names fit.",
)
def names_do_not_match(solution):
    return {"copy_weights": lambda source, target: target.load_state_dict(source.state_dict())}


@wrong(caught_by="test_copy_weights", because="Assigned parameters replace those of the target.")
def assigns_the_parameters(solution):
    def copy_weights(source, target):
        target.linear.weight, target.linear.bias = source.weight, source.bias

    return {"copy_weights": copy_weights}


@wrong(caught_by="test_copy_weights", because="Assigned parameters replace those of the target.")
def assigns_copies(solution):
    def copy_weights(source, target):
        target.linear.weight = nn.Parameter(source.weight.detach().clone())
        target.linear.bias = nn.Parameter(source.bias.detach().clone())

    return {"copy_weights": copy_weights}


@wrong(caught_by="test_copy_weights", because="Assigning .data shares the memory: a change of one shows in the other.")
def shares_the_data(solution):
    def copy_weights(source, target):
        target.linear.weight.data = source.weight.data
        target.linear.bias.data = source.bias.data

    return {"copy_weights": copy_weights}


@wrong(caught_by="test_copy_weights", because="Only the weight was copied: the bias is part of the model too.")
def weight_alone(solution):
    def copy_weights(source, target):
        with torch.no_grad():
            target.linear.weight.copy_(source.weight)

    return {"copy_weights": copy_weights}


@wrong(caught_by="test_copy_weights", because="It copies from the target to the source.")
def the_wrong_way(solution):
    return {"copy_weights": lambda source, target: source.load_state_dict(target.linear.state_dict())}


@wrong(caught_by="test_copy_weights", because="A parameter is a leaf: copy_ into it needs torch.no_grad().")
def while_recording(solution):
    def copy_weights(source, target):
        target.linear.weight.copy_(source.weight)
        target.linear.bias.copy_(source.bias)

    return {"copy_weights": copy_weights}


@wrong(caught_by="test_count", because="parameters() is a generator, not a list: it has no length.")
def length_of_a_generator(solution):
    def count(model):
        parameters = model.parameters()
        return len(parameters), sum(parameter.numel() for parameter in parameters)

    return {"count": count}


@wrong(caught_by="test_count", because="A generator can be gone through once: the second pass finds nothing.")
def twice_through_a_generator(solution):
    def count(model):
        parameters = model.parameters()
        tensors = sum(1 for _ in parameters)
        return tensors, sum(parameter.numel() for parameter in parameters)

    return {"count": count}


@wrong(caught_by="test_count", because="The state_dict holds buffers too, and they are no parameters.")
def counts_the_state(solution):
    def count(model):
        state = model.state_dict()
        return len(state), sum(value.numel() for value in state.values())

    return {"count": count}


@wrong(caught_by="test_count", because="A frozen parameter is still a parameter.")
def trainable_alone(solution):
    def count(model):
        parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        return len(parameters), sum(parameter.numel() for parameter in parameters)

    return {"count": count}


@wrong(caught_by="test_count", because="len() of a tensor is its number of rows; numel() is that of its numbers.")
def rows_for_numbers(solution):
    def count(model):
        parameters = list(model.parameters())
        return len(parameters), sum(len(parameter) for parameter in parameters)

    return {"count": count}


@right("by F.linear, register_parameter, and copies by hand")
def written_out(solution):
    def start(self, inputs, outputs):
        self.register_parameter("weight", nn.Parameter(torch.empty(outputs, inputs)))
        self.register_parameter("bias", nn.Parameter(torch.empty(outputs)))
        nn.init.normal_(self.weight)
        nn.init.normal_(self.bias)

    def line_data(weight, bias):
        x = torch.linspace(0, 0.98, 50)[:, None]
        (x_train, x_test), (y_train, y_test) = x.split([40, 10]), (bias + x * weight).split([40, 10])
        return x_train, y_train, x_test, y_test

    @torch.no_grad()
    def copy_weights(source, target):
        for mine, theirs in zip(target.parameters(), (source.weight, source.bias), strict=True):
            mine.copy_(theirs)

    def count(model):
        sizes = [parameter.numel() for parameter in model.parameters()]
        return len(sizes), sum(sizes)

    replaced = {"line_data": line_data, "copy_weights": copy_weights, "count": count}
    return replaced | by_hand(start=start, compute=lambda self, x: F.linear(x, self.weight, self.bias))


@right("by a renamed state_dict, einsum, torch.arange with a step, and two passes over parameters()")
def renamed(solution):
    def line_data(weight, bias):
        x = torch.arange(0, 1, 0.02).reshape(-1, 1)
        y = torch.add(bias, x, alpha=weight)
        return x[:40], y[:40], x[40:], y[40:]

    def copy_weights(source, target):
        target.load_state_dict({f"linear.{name}": value for name, value in source.state_dict().items()})

    def count(model):
        tensors = sum(1 for _ in model.parameters())
        return tensors, sum(parameter.numel() for parameter in model.parameters())

    replaced = {"line_data": line_data, "copy_weights": copy_weights, "count": count}
    return replaced | by_hand(compute=lambda self, x: torch.einsum("ni,oi->no", x, self.weight) + self.bias)


excuse(
    line="return x @ self.weight.T + self.bias",
    becomes="return x @ self.weight.mT + self.bias",
    because="equivalent: the weight has two dimensions, and of those T and mT are the same.",
)
