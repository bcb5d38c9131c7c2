"""Wrong answers that 06_summary must catch, and right ones it must accept."""

import torch
from torch.nn.modules.module import register_module_forward_hook

from tutor.checks import right, wrong


def is_layer(module):
    return not list(module.children())


def summary(
    solution,
    *,
    named=lambda model: model.named_modules(),
    hooked=is_layer,
    shape=lambda output: tuple(output.shape),
    count=None,
    prepare=lambda model: model.eval(),
    run=lambda model, x: model(x),
    restore=None,
    guard=torch.no_grad,
    remove=lambda handles, model: [handle.remove() for handle in handles],
):
    """A `summarise` with its parts exchanged."""

    def summarise(model, x):
        rows, counted, handles = [], set(), []

        def own(layer):
            new = [p for p in layer.parameters() if p not in counted]
            counted.update(new)
            return sum(p.numel() for p in new)

        def hook_for(name):
            def hook(layer, inputs, output):
                size = own(layer) if count is None else count(layer)
                rows.append(solution.Row(name, type(layer).__name__, shape(output), size))

            return hook

        modes = [(module, module.training) for module in model.modules()]
        for name, module in named(model):
            if hooked(module):
                handles.append(module.register_forward_hook(hook_for(name)))
        try:
            prepare(model)
            with guard():
                run(model, x)
        finally:
            remove(handles, model)
            if restore is None:
                for module, training in modes:
                    module.training = training
            else:
                restore(model)
        return rows

    return {"summarise": summarise}


@wrong(caught_by="test_count_by_example", because="These are the numbers of tensors: each holds numel() numbers.")
def counts_tensors(solution):
    def count_parameters(model):
        parameters = list(model.parameters())
        return len(parameters), sum(p.requires_grad for p in parameters)

    return {"count_parameters": count_parameters}


@wrong(caught_by="test_count_by_example", because="Both numbers are those of all parameters, frozen ones included.")
def all_are_trainable(solution):
    def count_parameters(model):
        total = sum(p.numel() for p in model.parameters())
        return total, total

    return {"count_parameters": count_parameters}


@wrong(
    caught_by="test_count_by_example",
    because="state_dict() has buffers too, such as the running means of batch normalisation.",
)
def counts_buffers(solution):
    def count_parameters(model):
        return sum(t.numel() for t in model.state_dict().values()), solution.count_parameters(model)[1]

    return {"count_parameters": count_parameters}


@wrong(caught_by="test_count_by_example", because="The second number is that of the frozen ones.")
def counts_frozen(solution):
    def count_parameters(model):
        total, trainable = solution.count_parameters(model)
        return total, total - trainable

    return {"count_parameters": count_parameters}


@wrong(caught_by="test_count", because="Layer by layer, what two layers share is counted twice.")
def layer_by_layer(solution):
    def count_parameters(model):
        own = [p for _, m in model.named_modules(remove_duplicate=False) for p in m.parameters(recurse=False)]
        return sum(p.numel() for p in own), sum(p.numel() for p in own if p.requires_grad)

    return {"count_parameters": count_parameters}


@wrong(
    caught_by="test_summarise_by_example",
    because="The hooks look `name` up when they run: by then the loop has ended with the last one.",
)
def last_name_for_all(solution):
    def summarise(model, x):
        rows = []
        handles = [
            module.register_forward_hook(
                lambda layer, inputs, output: rows.append(
                    solution.Row(
                        name,  # noqa: B023
                        type(layer).__name__,
                        tuple(output.shape),
                        sum(p.numel() for p in layer.parameters()),
                    )
                )
            )
            for name, module in model.named_modules()
            if is_layer(module)
        ]
        model(x)
        for handle in handles:
            handle.remove()
        return rows

    return {"summarise": summarise}


@wrong(caught_by="test_summarise_by_example", because="Modules that hold other modules have rows, too.")
def containers_too(solution):
    return summary(solution, hooked=lambda module: True)


@wrong(
    caught_by="test_summarise_by_example", because="Only the outermost modules are hooked: children() goes no deeper."
)
def outermost_only(solution):
    return summary(solution, named=lambda model: model.named_children(), hooked=lambda module: True)


@wrong(
    caught_by="test_summarise_by_example", because="Only the outermost modules are hooked: children() goes no deeper."
)
def outermost_layers(solution):
    return summary(solution, named=lambda model: model.named_children())


@wrong(caught_by="test_summarise_by_example", because="The shapes are lists; a shape is a tuple.")
def shapes_as_lists(solution):
    return summary(solution, shape=lambda output: list(output.shape))


def counts_by_a_list(*, at_once):
    """A `count` that remembers parameters in a list, those of a layer `at_once` or one by one."""
    seen = []

    def count(layer):
        size, new = 0, []
        for parameter in layer.parameters():
            if parameter not in seen:
                (new if at_once else seen).append(parameter)
                size += parameter.numel()
        seen.extend(new)
        return size

    return count


@wrong(
    caught_by="test_summarise_by_example",
    because="`p in a_list` compares tensors number by number, by ==; a set compares parameters by identity.",
)
def list_of_those_seen(solution):
    return summary(solution, count=counts_by_a_list(at_once=False))


@wrong(
    caught_by="test_summarise_by_example",
    because="`p in a_list` compares tensors number by number, by ==; a set compares parameters by identity.",
)
def list_of_layers_seen(solution):
    return summary(solution, count=counts_by_a_list(at_once=True))


@wrong(caught_by="test_summarise_by_example", because="The size of the batch is left out of the shapes.")
def without_the_batch(solution):
    return summary(solution, shape=lambda output: tuple(output.shape[1:]))


@wrong(
    caught_by="test_summarise_by_example",
    because="The hook returns something: that took the place of the layer's output.",
)
def hook_returns_the_row(solution):
    def summarise(model, x):
        rows = []

        def hook(layer, inputs, output):
            rows.append(solution.Row("", type(layer).__name__, tuple(output.shape), 0))
            return rows[-1]

        for module in model.modules():
            if is_layer(module):
                module.register_forward_hook(hook)
        model(x)
        return rows

    return {"summarise": summarise}


@wrong(
    caught_by="test_summarise_by_example", because="These are the shapes of the inputs; the outputs' were asked for."
)
def shapes_of_inputs(solution):
    def summarise(model, x):
        rows = []
        for name, module in model.named_modules():
            if is_layer(module):
                size = sum(p.numel() for p in module.parameters())
                module.register_forward_hook(
                    lambda m, inputs, output, name=name, size=size: rows.append(
                        solution.Row(name, type(m).__name__, tuple(inputs[0].shape), size)
                    )
                )
        model(x)
        return rows

    return {"summarise": summarise}


@wrong(caught_by="test_summarise_one_layer", because="children() leaves out the model itself, which is a layer here.")
def never_the_model(solution):
    return summary(solution, named=lambda model: [(name, m) for name, m in model.named_modules() if name])


@wrong(caught_by="test_summarise_one_layer", because="model.forward(x) goes past the model's hooks: call model(x).")
def calls_forward(solution):
    return summary(solution, run=lambda model, x: model.forward(x))


@wrong(caught_by="test_summarise_runs", because="The rows are in the order in which the layers were made.")
def in_the_order_of_making(solution):
    def summarise(model, x):
        names = [name for name, _ in model.named_modules()]
        return sorted(solution.summarise(model, x), key=lambda row: names.index(row.name))

    return {"summarise": summarise}


@wrong(caught_by="test_summarise_runs", because="A dictionary by name keeps one row of a layer that runs twice.")
def one_row_a_name(solution):
    def summarise(model, x):
        rows = {}
        for row in solution.summarise(model, x):
            rows.setdefault(row.name, row)
        return list(rows.values())

    return {"summarise": summarise}


@wrong(caught_by="test_summarise_runs", because="A layer's parameters count again in its second run.")
def counts_every_run(solution):
    return summary(solution, count=lambda layer: sum(p.numel() for p in layer.parameters()))


@wrong(
    caught_by="test_summarise_runs",
    because="The layers are remembered, not their parameters: a weight that two of them share counts twice.",
)
def remembers_layers(solution):
    def summarise(model, x):
        sizes = {name: sum(p.numel() for p in m.parameters()) for name, m in model.named_modules()}
        return [row._replace(parameters=sizes.pop(row.name, 0)) for row in solution.summarise(model, x)]

    return {"summarise": summarise}


@wrong(caught_by="test_summarise", because="Only parameters that require a gradient were counted.")
def trainable_only(solution):
    def summarise(model, x):
        rows = solution.summarise(model, x)
        frozen = {name for name, m in model.named_modules() if not all(p.requires_grad for p in m.parameters())}
        return [row._replace(parameters=0) if row.name in frozen else row for row in rows]

    return {"summarise": summarise}


@wrong(caught_by="test_summarise", because="Only two levels were searched: a layer may lie deeper.")
def two_levels(solution):
    def named(model):
        for name, module in model.named_modules():
            if name.count(".") < 2:
                yield name, module

    return summary(solution, named=named)


@wrong(caught_by="test_only_looks", because="eval() is missing: the model ran in the mode it happened to be in.")
def no_eval(solution):
    return summary(solution, prepare=lambda model: None)


@wrong(caught_by="test_only_looks", because="no_grad is missing: the run was recorded.")
def no_no_grad(solution):
    return summary(solution, guard=torch.enable_grad)


@wrong(caught_by="test_only_looks", because="The model ran twice, or more often: one run shows everything.")
def runs_for_every_layer(solution):
    def summarise(model, x):
        rows = solution.summarise(model, x)
        return [solution.summarise(model, x)[number] for number in range(len(rows))]

    return {"summarise": summarise}


@wrong(
    caught_by="test_only_looks",
    because="The modes are not put back one by one: train(...) of a model sets all its parts alike.",
)
def train_afterwards(solution):
    return summary(solution, restore=lambda model: model.train())


@wrong(
    caught_by="test_only_looks",
    because="The modes are not put back one by one: train(...) of a model sets all its parts alike.",
)
def one_mode_for_all(solution):
    def summarise(model, x):
        mode = model.training
        rows = solution.summarise(model, x)
        model.train(mode)
        return rows

    return {"summarise": summarise}


@wrong(caught_by="test_only_looks", because="The model is left in evaluation mode.")
def stays_in_eval(solution):
    return summary(solution, restore=lambda model: None)


@wrong(caught_by="test_hooks_are_gone", because="The hooks are still there: nobody removed them.")
def hooks_stay(solution):
    return summary(solution, remove=lambda handles, model: None)


@wrong(caught_by="test_hooks_are_gone", because="All hooks were cleared, those of others among them.")
def clears_all_hooks(solution):
    return summary(
        solution, remove=lambda handles, model: [module._forward_hooks.clear() for module in model.modules()]
    )


@wrong(
    caught_by="test_when_the_model_raises",
    because="Without finally, an error skips the lines that remove the hooks and put the modes back.",
)
def no_finally(solution):
    def summarise(model, x):
        remembered = []
        rows = summary(solution, remove=lambda handles, model: remembered.extend(handles))["summarise"](model, x)
        for handle in remembered:
            handle.remove()
        return rows

    return {"summarise": summarise}


@wrong(caught_by="test_when_the_model_raises", because="The error of the model is swallowed: its caller should get it.")
def swallows(solution):
    def summarise(model, x):
        try:
            return solution.summarise(model, x)
        except ValueError:
            return []

    return {"summarise": summarise}


@wrong(caught_by="test_idle_layers", because="Containers are no layers, whether or not they run.")
def idle_containers(solution):
    def idle_layers(model, x):
        busy = {row.name for row in solution.summarise(model, x)}
        return [name for name, _ in model.named_modules() if name not in busy]

    return {"idle_layers": idle_layers}


@wrong(caught_by="test_idle_layers", because="The difference of two sets has no order: sorted, it has the alphabet's.")
def idle_by_the_alphabet(solution):
    return {"idle_layers": lambda model, x: sorted(solution.idle_layers(model, x))}


@wrong(caught_by="test_idle_layers", because="These are the layers that do run.")
def busy_layers(solution):
    return {"idle_layers": lambda model, x: [row.name for row in solution.summarise(model, x)]}


@right("by one hook for all modules")
def global_hook(solution):
    def summarise(model, x):
        names = {module: name for name, module in model.named_modules()}
        modes = {module: module.training for module in names}
        rows, counted = [], set()

        def hook(layer, inputs, output):
            if layer in names and is_layer(layer):
                new = {id(p): p.numel() for p in layer.parameters() if id(p) not in counted}
                counted.update(new)
                rows.append(solution.Row(names[layer], layer.__class__.__name__, output.shape, sum(new.values())))

        handle = register_module_forward_hook(hook)
        try:
            with torch.inference_mode():
                model.eval()(x)
        finally:
            handle.remove()
            for module, mode in modes.items():
                module.train(mode)
        return rows

    return {"summarise": summarise}


@right("by running a copy that has hooks, under names and sizes found beforehand")
def notes_then_rows(solution):
    import copy

    def count_parameters(model):
        sizes = torch.tensor([[p.numel(), p.numel() * p.requires_grad] for p in model.parameters()])
        return tuple(sizes.sum(dim=0).tolist())

    def summarise(model, x):
        twin = copy.deepcopy(model).eval().requires_grad_(False)
        notes = []
        for _, module in twin.named_modules():
            if next(module.children(), None) is None:
                module.register_forward_hook(lambda m, _, output: notes.append((m, tuple(output.size()))))
        with torch.no_grad():
            twin(x)
        names = {module: name for name, module in twin.named_modules()}
        sizes = {p: p.numel() for p in twin.parameters()}
        return [
            solution.Row(names[m], type(m).__name__, shape, sum(sizes.pop(p, 0) for p in m.parameters()))
            for m, shape in notes
        ]

    return {"count_parameters": count_parameters, "summarise": summarise}


@right("by one hook for each, made by functools.partial")
def by_partial(solution):
    from functools import partial

    def note(rows, seen, name, layer, inputs, output):
        size = 0
        for parameter in layer.parameters():
            if all(parameter is not other for other in seen):
                seen.append(parameter)
                size += parameter.numel()
        rows.append(solution.Row(name, type(layer).__name__, tuple(output.shape), size))

    def summarise(model, x):
        rows, seen = [], []
        modes = [module.training for module in model.modules()]
        handles = []
        try:
            for name, module in model.named_modules():
                if not module._modules:
                    handles.append(module.register_forward_hook(partial(note, rows, seen, name)))
            model.eval()
            with torch.no_grad():
                model(x)
        finally:
            while handles:
                handles.pop().remove()
            for module, mode in zip(model.modules(), modes, strict=True):
                module.training = mode
        return rows

    def idle_layers(model, x):
        left = {name: None for name, module in model.named_modules() if not module._modules}
        for row in summarise(model, x):
            left.pop(row.name, None)
        return list(left)

    return {"summarise": summarise, "idle_layers": idle_layers}
