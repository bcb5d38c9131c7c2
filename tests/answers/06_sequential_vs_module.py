"""Wrong answers that 06_sequential_vs_module must catch, and right ones it must accept."""

import copy
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F

from tutor.checks import right, wrong


def collapsing(amounts_to):
    """A `collapse` that makes its layer of the weight and bias that `amounts_to(model)` returns."""

    @torch.no_grad()
    def collapse(model):
        if not all(isinstance(layer, nn.Linear) for layer in model):
            raise ValueError("linear layers only")
        weight, bias = amounts_to(model)
        single = nn.Linear(weight.shape[1], weight.shape[0], dtype=weight.dtype, device=weight.device)
        single.weight.copy_(weight)
        single.bias.copy_(bias)
        return single

    return {"collapse": collapse}


def product(model):
    weight = model[0].weight
    for layer in model[1:]:
        weight = layer.weight @ weight
    return weight


def passed_through(model):
    bias = torch.zeros_like(model[0].weight[0])
    for layer in model:
        bias = layer(bias)
    return bias


def residual(forward, keep=lambda self, block: setattr(self, "block", block)):
    class Residual(nn.Module):
        def __init__(self, block):
            super().__init__()
            keep(self, block)

        def forward(self, x):
            return forward(self, x)

    return {"Residual": Residual}


@wrong(caught_by="test_as_sequential", because="These are new layers with numbers of their own.")
def new_layers(solution):
    def as_sequential(model):
        first, last = model.first, model.last
        return nn.Sequential(
            nn.Linear(first.in_features, first.out_features, dtype=first.weight.dtype),
            nn.Linear(last.in_features, last.out_features, dtype=first.weight.dtype),
        )

    return {"as_sequential": as_sequential}


@wrong(caught_by="test_as_sequential", because="A copy has the same numbers today; training one does not train it.")
def copies(solution):
    return {"as_sequential": lambda model: copy.deepcopy(solution.as_sequential(model))}


@wrong(caught_by="test_as_sequential", because="The layers are in reverse order.")
def reverse_order(solution):
    return {"as_sequential": lambda model: nn.Sequential(model.last, model.first)}


@wrong(caught_by="test_as_sequential", because="A ReLU was slipped in: the model has none.")
def with_relu(solution):
    return {"as_sequential": lambda model: nn.Sequential(model.first, nn.ReLU(), model.last)}


@wrong(caught_by="test_as_sequential", because="The whole model is one entry: take it apart into its two layers.")
def wrapped(solution):
    return {"as_sequential": lambda model: nn.Sequential(model)}


@wrong(caught_by="test_as_sequential", because="A list holds the layers, but it cannot be called as a model.")
def a_list(solution):
    return {"as_sequential": lambda model: [model.first, model.last]}


@wrong(caught_by="test_stack", because="A ReLU follows every layer, also the last one.")
def relu_behind(solution):
    def stack(sizes, bend):
        layers = []
        for a, b in pairwise(sizes):
            layers += [nn.Linear(a, b), nn.ReLU()] if bend else [nn.Linear(a, b)]
        return nn.Sequential(*layers)

    return {"stack": stack}


@wrong(caught_by="test_stack", because="A ReLU stands before every layer, also the first one: it cuts off the inputs.")
def relu_in_front(solution):
    def stack(sizes, bend):
        layers = []
        for a, b in pairwise(sizes):
            layers += [nn.ReLU(), nn.Linear(a, b)] if bend else [nn.Linear(a, b)]
        return nn.Sequential(*layers)

    return {"stack": stack}


@wrong(caught_by="test_stack", because="bend is not looked at: there are ReLUs even when it is false.")
def always_bends(solution):
    return {"stack": lambda sizes, bend: solution.stack(sizes, True)}


@wrong(caught_by="test_stack", because="bend is not looked at: there are no ReLUs even when it is true.")
def never_bends(solution):
    return {"stack": lambda sizes, bend: solution.stack(sizes, False)}


@wrong(caught_by="test_stack", because="The list is handed over as it is: nn.Sequential wants the layers one by one.")
def without_a_star(solution):
    return {"stack": lambda sizes, bend: nn.Sequential([nn.Linear(a, b) for a, b in pairwise(sizes)])}


@wrong(caught_by="test_stack", because="Always three sizes: a list of sizes may be shorter or longer.")
def three_sizes(solution):
    def stack(sizes, bend):
        inputs, hidden, outputs = sizes
        return solution.stack([inputs, hidden, outputs], bend)

    return {"stack": stack}


@wrong(caught_by="test_stack", because="The layers have no bias.")
def no_biases(solution):
    def stack(sizes, bend):
        model = solution.stack(sizes, bend)
        for layer in model:
            if isinstance(layer, nn.Linear):
                layer.bias = None
        return model

    return {"stack": stack}


@wrong(caught_by="test_stack", because="A layer for each pair of sizes alike is made once and used twice.")
def shared_layers(solution):
    def stack(sizes, bend):
        made, layers = {}, []
        for a, b in pairwise(sizes):
            layers += [nn.ReLU()] if bend and layers else []
            layers.append(made.setdefault((a, b), nn.Linear(a, b)))
        return nn.Sequential(*layers)

    return {"stack": stack}


@wrong(caught_by="test_stack", because="A seed inside makes every stack of the program alike.")
def seeds_itself(solution):
    def stack(sizes, bend):
        torch.manual_seed(0)
        return solution.stack(sizes, bend)

    return {"stack": stack}


@wrong(
    caught_by="test_stack", because="torch.relu is a function; nn.Sequential holds modules, and that one is nn.ReLU()."
)
def a_function_as_a_layer(solution):
    def stack(sizes, bend):
        layers = [part for a, b in pairwise(sizes) for part in (torch.relu, nn.Linear(a, b))][1:]
        return nn.Sequential(*(layers if bend else layers[::2]))

    return {"stack": stack}


@wrong(
    caught_by="test_collapse_by_example",
    because="A plain tensor cannot take a parameter's place: wrap it in nn.Parameter, or copy_ it in under no_grad.",
)
def assigns_a_tensor(solution):
    @torch.no_grad()
    def collapse(model):
        single = nn.Linear(model[0].in_features, model[-1].out_features)
        single.weight, single.bias = product(model) * 1.0, passed_through(model) * 1.0
        return single

    return {"collapse": collapse}


@wrong(caught_by="test_collapse_by_example", because="The weights are added; one after the other, they multiply.")
def weights_added(solution):
    return collapsing(lambda model: (sum(layer.weight for layer in model), passed_through(model)))


@wrong(
    caught_by="test_collapse_by_example",
    because="The biases are added up: each must first pass through the weights of the later layers.",
)
def biases_added(solution):
    return collapsing(lambda model: (product(model), sum(layer.bias.sum() for layer in model)))


@wrong(caught_by="test_collapse_by_example", because="Only the last bias is kept; the first goes through the second.")
def last_bias_alone(solution):
    return collapsing(lambda model: (product(model), model[-1].bias))


@wrong(caught_by="test_collapse_by_example", because="The new layer keeps the numbers that nn.Linear drew.")
def untouched(solution):
    return {"collapse": lambda model: nn.Linear(model[0].in_features, model[-1].out_features)}


@wrong(caught_by="test_collapse_by_example", because="The weights stand the wrong way round: the later one goes left.")
def earlier_on_the_left(solution):
    def amounts_to(model):
        weight = model[0].weight
        for layer in model[1:]:
            weight = weight @ layer.weight
        return weight, passed_through(model)

    return collapsing(amounts_to)


@wrong(caught_by="test_collapse", because="Two layers are taken for granted: there may be one, or four.")
def two_layers(solution):
    def amounts_to(model):
        first, last = model
        return last.weight @ first.weight, last(first.bias)

    return collapsing(amounts_to)


@wrong(caught_by="test_collapse", because="`layer.bias` is None for a layer made with bias=False: it cannot be added.")
def adds_every_bias(solution):
    def amounts_to(model):
        bias = torch.zeros_like(model[0].weight[0])
        for layer in model:
            bias = layer.weight @ bias + layer.bias
        return product(model), bias

    return collapsing(amounts_to)


@wrong(
    caught_by="test_collapse",
    because="A layer without a bias was passed over: its weight still multiplies what came before.",
)
def passes_over_none(solution):
    def amounts_to(model):
        bias = torch.zeros_like(model[0].weight[0])
        for layer in model:
            bias = bias if layer.bias is None else layer(bias)
        return product(model), bias

    return collapsing(amounts_to)


@wrong(
    caught_by="test_collapse", because="`layer.bias` is None for a layer made with bias=False: the first may be one."
)
def every_layer_has_a_bias(solution):
    def amounts_to(model):
        weight, bias = model[0].weight, model[0].bias
        for layer in model[1:]:
            weight, bias = layer.weight @ weight, layer.weight @ bias + layer.bias
        return weight, bias

    return collapsing(amounts_to)


@wrong(caught_by="test_collapse", because="A layer without a bias resets what the layers before it gave.")
def forgets_at_none(solution):
    def amounts_to(model):
        bias = torch.zeros_like(model[0].weight[0])
        for layer in model:
            bias = layer(bias) if layer.bias is not None else torch.zeros_like(layer.weight[:, 0])
        return product(model), bias

    return collapsing(amounts_to)


@wrong(caught_by="test_collapse", because="The new layer is float32, whatever the model is.")
def always_float32(solution):
    return {"collapse": lambda model: solution.collapse(model).float()}


@wrong(
    caught_by="test_collapse", because="Where no layer has a bias, the new one has none either: it should in any case."
)
def bias_if_any(solution):
    def collapse(model):
        single = solution.collapse(model)
        if all(layer.bias is None for layer in model):
            single.bias = None
        return single

    return {"collapse": collapse}


@wrong(caught_by="test_collapse_by_example", because="The model's own first layer was overwritten.")
def overwrites_the_model(solution):
    def collapse(model):
        single = solution.collapse(model)
        with torch.no_grad():
            model[0].weight.zero_()
        return single

    return {"collapse": collapse}


@wrong(caught_by="test_collapse_is_new", because="A single layer is handed out itself: it is to be a new one.")
def single_layer_itself(solution):
    def collapse(model):
        alone = len(model) == 1 and isinstance(model[0], nn.Linear) and model[0].bias is not None
        return model[0] if alone else solution.collapse(model)

    return {"collapse": collapse}


@wrong(caught_by="test_collapse_is_new", because="The parameters do not require gradients: nothing could train them.")
def frozen(solution):
    return {"collapse": lambda model: solution.collapse(model).requires_grad_(False)}


@wrong(caught_by="test_collapse_is_new", because="Assigning .data shares the memory with the model's own bias.")
def shares_the_memory(solution):
    def collapse(model):
        single = solution.collapse(model)
        if len(model) == 1 and model[0].bias is not None:
            single.bias.data = model[0].bias.data
        return single

    return {"collapse": collapse}


@wrong(caught_by="test_collapse_refuses", because="Other entries are left out in silence: the function is another.")
def leaves_others_out(solution):
    def collapse(model):
        return solution.collapse(nn.Sequential(*[layer for layer in model if isinstance(layer, nn.Linear)]))

    return {"collapse": collapse}


@wrong(caught_by="test_collapse_refuses", because="Only a ReLU is refused; other entries are no linear layers either.")
def refuses_relu_alone(solution):
    def collapse(model):
        if any(isinstance(layer, nn.ReLU) for layer in model):
            raise ValueError("a ReLU")
        return solution.collapse(nn.Sequential(*[layer for layer in model if isinstance(layer, nn.Linear)]))

    return {"collapse": collapse}


@wrong(caught_by="test_collapse_refuses", because="Whatever has a weight is taken for a linear layer.")
def anything_with_a_weight(solution):
    def collapse(model):
        if not all(hasattr(layer, "weight") for layer in model):
            raise ValueError("not linear")
        return solution.collapse(nn.Sequential(*[layer for layer in model if isinstance(layer, nn.Linear)]))

    return {"collapse": collapse}


@wrong(caught_by="test_collapse_follows", because="The new layer is on the CPU, wherever the model is.")
def on_the_cpu(solution):
    def collapse(model):
        made, single = solution.collapse(model), nn.Linear(model[0].in_features, model[-1].out_features)
        return made if made.weight.device.type != "meta" else single

    return {"collapse": collapse}


@wrong(caught_by="test_residual", because="The sum is missing: this is the block alone.")
def block_alone(solution):
    return residual(lambda self, x: self.block(x))


@wrong(caught_by="test_residual", because="+= writes into the caller's tensor.")
def in_place(solution):
    def forward(self, x):
        x += self.block(x)
        return x

    return residual(forward)


@wrong(caught_by="test_residual", because="x was overwritten by block(x) before the sum: twice the block.")
def twice_the_block(solution):
    def forward(self, x):
        x = self.block(x)
        return x + x

    return residual(forward)


@wrong(caught_by="test_residual", because="detach cuts x off: half of its gradient is lost.")
def detached(solution):
    return residual(lambda self, x: x.detach() + self.block(x))


@wrong(
    caught_by="test_residual_holds_its_block",
    because="A Python list hides the block from the module: make it an attribute.",
)
def block_in_a_list(solution):
    def keep(self, block):
        self.blocks = [block]

    def forward(self, x):
        return x + self.blocks[0](x)

    return residual(forward, keep)


@wrong(caught_by="test_residual_holds_its_block", because="A copy of the block is kept: the caller's is not trained.")
def copied_block(solution):
    def keep(self, block):
        self.block = copy.deepcopy(block)

    def forward(self, x):
        return x + self.block(x)

    return residual(forward, keep)


@right("by what the model makes of zeros and of unit vectors")
def probed(solution):
    def as_sequential(model):
        return nn.Sequential(*model.children())

    def stack(sizes, bend):
        layers = [part for a, b in pairwise(sizes) for part in (nn.ReLU(), nn.Linear(a, b))][1:]
        return nn.Sequential(*layers) if bend else nn.Sequential(*layers[::2])

    def amounts_to(model):
        unit = torch.eye(model[0].in_features, dtype=model[0].weight.dtype, device=model[0].weight.device)
        bias = model(torch.zeros_like(unit[:1]))
        return (model(unit) - bias).T, bias[0]

    replaced = {"as_sequential": as_sequential, "stack": stack}
    return replaced | collapsing(amounts_to) | residual(lambda self, x: self.block(x).add(x))


@right("by joining two layers at a time, append, and new Parameters")
def two_at_a_time(solution):
    def as_sequential(model):
        twin = nn.Sequential()
        twin.append(model.first)
        return twin.append(model.last)

    def stack(sizes, bend):
        model = nn.Sequential(nn.Linear(sizes[0], sizes[1]))
        for a, b in pairwise(sizes[1:]):
            if bend:
                model.append(nn.ReLU())
            model.append(nn.Linear(a, b))
        return model

    def collapse(model):
        for layer in model:
            if type(layer) is not nn.Linear:
                raise ValueError("linear layers only")
        weight, bias = model[0].weight.detach().clone(), model[0].bias
        bias = weight.new_zeros(len(weight)) if bias is None else bias.detach().clone()
        for layer in model[1:]:
            weight, bias = layer.weight.detach() @ weight, F.linear(bias, layer.weight, layer.bias).detach()
        single = nn.Linear(1, 1)
        single.weight, single.bias = nn.Parameter(weight), nn.Parameter(bias)
        single.in_features, single.out_features = weight.shape[1], weight.shape[0]
        return single

    def keep(self, block):
        self.parts = nn.ModuleList([block])

    def forward(self, x):
        return torch.add(self.parts[0](x), x)

    replaced = {"as_sequential": as_sequential, "stack": stack, "collapse": collapse}
    return replaced | residual(forward, keep)


@right("by a state_dict loaded into the new layer, and multi_dot")
def loaded(solution):
    def collapse(model):
        if [layer for layer in model if not isinstance(layer, nn.Linear)]:
            raise ValueError("linear layers only")
        weights = [layer.weight.detach() for layer in model][::-1]
        weight = torch.linalg.multi_dot(weights) if len(weights) > 1 else weights[0]
        bias = model(torch.zeros_like(model[0].weight[0])).detach()
        single = nn.Linear(weight.shape[1], weight.shape[0], dtype=weight.dtype, device=weight.device)
        single.load_state_dict({"weight": weight, "bias": bias})
        return single

    return {"collapse": collapse}
