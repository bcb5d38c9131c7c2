"""Wrong answers that 09_compare_models must catch, and right ones it must accept."""

import copy
import time
import timeit

import torch
from torch import nn
from torch.nn import functional as F

from tutor.checks import excuse, right, wrong


def stack(*layers):
    """A model that flattens and then runs the layers."""
    return nn.Sequential(nn.Flatten(), *layers)


@wrong(caught_by="test_model_v0", because="There is a ReLU between the layers: that is V1.")
def v0_with_relu(solution):
    return {"model_v0": lambda p, h, c: stack(nn.Linear(p, h), nn.ReLU(), nn.Linear(h, c))}


@wrong(caught_by="test_model_v0", because="One linear layer: two are asked for.")
def v0_single(solution):
    return {"model_v0": lambda p, h, c: stack(nn.Linear(p, c))}


@wrong(caught_by="test_model_v0", because="Nothing is flattened: a linear layer wants a row for each picture.")
def v0_not_flattened(solution):
    return {"model_v0": lambda p, h, c: nn.Sequential(nn.Linear(p, h), nn.Linear(h, c))}


@wrong(caught_by="test_model_v0", because="The sizes are written out: 144, 10 and 10 are those of the digits alone.")
def v0_fixed(solution):
    return {"model_v0": lambda p, h, c: stack(nn.Linear(144, 10), nn.Linear(10, 10))}


@wrong(caught_by="test_model_v0", because="A seed inside makes every model of the program alike.")
def v0_seeds(solution):
    def model_v0(pixels, hidden, classes):
        torch.manual_seed(42)
        return stack(nn.Linear(pixels, hidden), nn.Linear(hidden, classes))

    return {"model_v0": model_v0}


@wrong(caught_by="test_model_v0", because="A softmax at the end makes probabilities: cross entropy wants the logits.")
def v0_softmax(solution):
    return {"model_v0": lambda p, h, c: stack(nn.Linear(p, h), nn.Linear(h, c), nn.Softmax(dim=1))}


@wrong(
    caught_by="test_model_v1", because="The ReLU stands at the end though nobody asked: negative logits are cut off."
)
def v1_always_final(solution):
    def model_v1(pixels, hidden, classes, final_relu=False):
        return stack(nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, classes), nn.ReLU())

    return {"model_v1": model_v1}


@wrong(caught_by="test_model_v1", because="`final_relu` is not looked at: there is none at the end.")
def v1_never_final(solution):
    def model_v1(pixels, hidden, classes, final_relu=False):
        return stack(nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, classes))

    return {"model_v1": model_v1}


@wrong(
    caught_by="test_model_v1",
    because="The final ReLU takes the place of the one between the layers; both are asked for.",
)
def v1_moved(solution):
    def model_v1(pixels, hidden, classes, final_relu=False):
        first, last = nn.Linear(pixels, hidden), nn.Linear(hidden, classes)
        return stack(first, last, nn.ReLU()) if final_relu else stack(first, nn.ReLU(), last)

    return {"model_v1": model_v1}


@wrong(caught_by="test_model_v1", because="A leaky ReLU lets a little of the negative through.")
def v1_leaky(solution):
    def model_v1(pixels, hidden, classes, final_relu=False):
        end = [nn.LeakyReLU()] if final_relu else []
        return stack(nn.Linear(pixels, hidden), nn.LeakyReLU(), nn.Linear(hidden, classes), *end)

    return {"model_v1": model_v1}


def gradients(of):
    """A logit_gradients by `of(outputs, logits, labels, one_hot, final_relu)`."""

    def logit_gradients(logits, labels, final_relu=False):
        outputs = logits.relu() if final_relu else logits
        return of(outputs, logits, labels, F.one_hot(labels, logits.shape[1]), final_relu)

    return {"logit_gradients": logit_gradients}


def cut(logits, final):
    """1 where a final ReLU lets gradients through."""
    return logits > 0 if final else torch.ones_like(logits)


@wrong(caught_by="test_logit_gradients", because="These are the gradients of the sum: the mean divides by the samples.")
def not_divided(solution):
    return gradients(lambda outputs, logits, y, hot, final: (outputs.softmax(1) - hot) * cut(logits, final))


@wrong(caught_by="test_logit_gradients", because="It divides by all elements; the mean is over samples.")
def divided_by_all(solution):
    return gradients(
        lambda outputs, logits, y, hot, final: (outputs.softmax(1) - hot) * cut(logits, final) / logits.numel()
    )


@wrong(caught_by="test_logit_gradients", because="The sign is turned round: probabilities, less 1 at the label.")
def other_sign(solution):
    return gradients(lambda outputs, logits, y, hot, final: (hot - outputs.softmax(1)) * cut(logits, final) / len(y))


@wrong(caught_by="test_logit_gradients", because="1 is not taken off at the label: every logit would fall.")
def probabilities_alone(solution):
    return gradients(lambda outputs, logits, y, hot, final: outputs.softmax(1) * cut(logits, final) / len(y))


@wrong(caught_by="test_logit_gradients", because="softmax over dim=0 shares out each class among the samples.")
def softmax_of_columns(solution):
    return gradients(lambda outputs, logits, y, hot, final: (outputs.softmax(0) - hot) * cut(logits, final) / len(y))


@wrong(
    caught_by="test_logit_gradients", because="The ReLU's own gradient is forgotten: it passes nothing where it cuts."
)
def relu_without_its_gradient(solution):
    return gradients(lambda outputs, logits, y, hot, final: (outputs.softmax(1) - hot) / len(y))


@wrong(
    caught_by="test_logit_gradients",
    because="The probabilities are those of the logits; the loss sees what the ReLU made.",
)
def probabilities_before_the_relu(solution):
    return gradients(lambda outputs, logits, y, hot, final: (logits.softmax(1) - hot) * cut(logits, final) / len(y))


@wrong(
    caught_by="test_logit_gradients", because="At a logit of exactly 0 the ReLU passes no gradient on, and this does."
)
def open_at_zero(solution):
    return gradients(
        lambda outputs, logits, y, hot, final: (outputs.softmax(1) - hot) * ((logits >= 0) | (not final)) / len(y)
    )


@wrong(caught_by="test_logit_gradients", because="relu_ changes the caller's logits.")
def relu_in_place(solution):
    def logit_gradients(logits, labels, final_relu=False):
        open_ = logits > 0
        outputs = logits.relu_() if final_relu else logits
        one_hot = F.one_hot(labels, logits.shape[1])
        return (outputs.softmax(1) - one_hot) * (open_ | (not final_relu)) / len(labels)

    return {"logit_gradients": logit_gradients}


def dead(of, *, start=nn.Module.eval):
    """A dead_classes by `of(logits)` for the logits of all pictures."""

    def dead_classes(model, loader):
        start(model)
        with torch.no_grad():
            return of(torch.cat([model(x) for x, _ in loader]))

    return {"dead_classes": dead_classes}


@wrong(
    caught_by="test_logit_gradients",
    because="`[:, labels]` is whole columns: each row has a label of its own, `[torch.arange(B), labels]`.",
)
def whole_columns(solution):
    def of(outputs, logits, labels, hot, final):
        gradients = outputs.softmax(1)
        gradients[:, labels] -= 1
        return gradients * cut(logits, final) / len(labels)

    return gradients(of)


@wrong(
    caught_by="test_logit_gradients",
    because="The gradients below 0 are cut off; it is the logits that say where a final ReLU cuts.",
)
def gradients_cut(solution):
    def of(outputs, logits, labels, hot, final):
        found = (outputs.softmax(1) - hot) / len(labels)
        return found.relu() if final else found

    return gradients(of)


@wrong(caught_by="test_dead_classes", because="In training mode a model may give other outputs: eval() is missing.")
def dead_in_training(solution):
    return dead(lambda z: [n for n, value in enumerate(z.amax(0)) if value <= 0], start=lambda model: None)


@wrong(
    caught_by="test_dead_classes",
    because="A class that is dead for one picture may live for another: all pictures count.",
)
def dead_for_some(solution):
    return dead(lambda z: [n for n, value in enumerate(z.amin(0)) if value <= 0])


@wrong(caught_by="test_dead_classes", because="Below 0 is asked here; what a ReLU cuts off is exactly 0.")
def below_zero(solution):
    return dead(lambda z: [n for n, value in enumerate(z.amax(0)) if value < 0])


@wrong(
    caught_by="test_dead_classes", because="Only outputs of exactly 0 count here; without a ReLU they may lie below."
)
def all_zero(solution):
    return dead(lambda z: [n for n in range(z.shape[1]) if (z[:, n] == 0).all()])


@wrong(caught_by="test_dead_classes", because="A graph is recorded for every batch, and nobody walks it back.")
def dead_with_a_graph(solution):
    def dead_classes(model, loader):
        model.eval()
        largest = torch.cat([model(x) for x, _ in loader]).amax(0)
        return [n for n, value in enumerate(largest) if value <= 0]

    return {"dead_classes": dead_classes}


@wrong(caught_by="test_dead_classes", because="The sum of a class may be 0 or below though one picture gives it more.")
def by_the_sum(solution):
    return dead(lambda z: [n for n, value in enumerate(z.sum(0)) if value <= 0])


@wrong(
    caught_by="test_dead_classes", because="These are the classes that are never the largest: others may be alive, too."
)
def never_predicted(solution):
    return dead(lambda z: sorted(set(range(z.shape[1])) - set(z.argmax(1).tolist())))


@wrong(caught_by="test_dead_classes", because="nonzero gives a tensor: a list of ints is asked for.")
def dead_as_tensor(solution):
    return dead(lambda z: (z.amax(0) <= 0).nonzero().flatten())


@wrong(caught_by="test_dead_classes", because="The rows are looked at instead of the columns: pictures, not classes.")
def dead_pictures(solution):
    return dead(lambda z: [n for n, value in enumerate(z.amax(1)) if value <= 0])


@wrong(caught_by="test_dead_classes", because="Only the first batch is looked at; a class may wake up in a later one.")
def first_batch(solution):
    def dead_classes(model, loader):
        model.eval()
        with torch.no_grad():
            x, _ = next(iter(loader))
            return [n for n, value in enumerate(model(x).amax(0)) if value <= 0]

    return {"dead_classes": dead_classes}


@wrong(caught_by="test_dead_classes", because="Only the last batch is kept; a class may be alive in an earlier one.")
def last_batch(solution):
    def dead_classes(model, loader):
        model.eval()
        with torch.no_grad():
            for x, _ in loader:
                alive = (model(x) > 0).any(0)
        return [n for n, lives in enumerate(alive.tolist()) if not lives]

    return {"dead_classes": dead_classes}


def seed_the_loader(loader, seed):
    loader.generator.manual_seed(seed)


def nothing(loader, seed):
    pass


def comparison(
    solution,
    *,
    first=nothing,
    each_model=seed_the_loader,
    each_epoch=nothing,
    parameters_of=lambda model, models: model.parameters(),
    seconds=lambda beginning, start, stop, now: stop - start,
    row=lambda row: row,
    sort=lambda rows: sorted(rows, key=lambda row: (-row.accuracy, row.parameters)),
    on_train=False,
):
    """A compare with steps to replace; `parameters_of` chooses what a model's optimizer holds."""

    def compare(models, train_loader, test_loader, epochs, make_optimizer, seed=0):
        beginning, rows = time.perf_counter(), []
        first(train_loader, seed)
        for name, model in models.items():
            each_model(train_loader, seed)
            optimizer, losses = make_optimizer(parameters_of(model, models)), []
            start = time.perf_counter()
            for _ in range(epochs):
                each_epoch(train_loader, seed)
                losses.append(solution.train_epoch(model, train_loader, optimizer))
            stop = time.perf_counter()
            loss, accuracy = solution.evaluate(model, train_loader if on_train else test_loader)
            size = sum(parameter.numel() for parameter in model.parameters())
            took = seconds(beginning, start, stop, time.perf_counter())
            rows.append(row(solution.Row(name, accuracy, loss, size, took, losses)))
        return sort(rows)

    return {"compare": compare}


def counted(solution, count):
    """A compare whose rows have `count(model)` parameters."""

    def compare(models, *arguments, **settings):
        rows = solution.compare(models, *arguments, **settings)
        return [row._replace(parameters=count(models[row.name])) for row in rows]

    return {"compare": compare}


@wrong(
    caught_by="test_same_batches",
    because="The generator is seeded once: the second model sees other batches than the first.",
)
def seeded_once(solution):
    return comparison(solution, first=seed_the_loader, each_model=nothing)


@wrong(caught_by="test_same_batches", because="Nothing is seeded: every model sees batches of its own.")
def never_seeded(solution):
    return comparison(solution, each_model=nothing)


@wrong(
    caught_by="test_same_batches",
    because="A new generator takes the place of the loader's, which still shuffles with the old one: seed that.",
)
def another_generator(solution):
    def another(loader, seed):
        loader.generator = torch.Generator().manual_seed(seed)

    return comparison(solution, each_model=another)


@wrong(caught_by="test_same_batches", because="torch.manual_seed sets the global generator; the loader has its own.")
def global_seed(solution):
    return comparison(solution, each_model=lambda loader, seed: torch.manual_seed(seed))


@wrong(
    caught_by="test_same_batches", because="Both are seeded; the global generator is none of a comparison's business."
)
def global_seed_too(solution):
    return comparison(
        solution, each_model=lambda loader, seed: (torch.manual_seed(seed), loader.generator.manual_seed(seed))
    )


@wrong(caught_by="test_same_batches", because="Seeded before each epoch, every epoch has the same order.")
def seeded_each_epoch(solution):
    return comparison(solution, each_epoch=seed_the_loader)


@wrong(caught_by="test_same_batches", because="`seed` is not looked at: it is 0 here, whatever was asked for.")
def always_zero(solution):
    return comparison(solution, each_model=lambda loader, seed: loader.generator.manual_seed(0))


@wrong(caught_by="test_same_batches", because="An epoch more than was asked for, to warm up.")
def warm_up(solution):
    def compare(models, train_loader, test_loader, epochs, make_optimizer, seed=0):
        return solution.compare(models, train_loader, test_loader, epochs + 1, make_optimizer, seed)

    return {"compare": compare}


@wrong(caught_by="test_numbers", because="The optimizer holds the first model's parameters: no other model ever moves.")
def first_models_optimizer(solution):
    return comparison(solution, parameters_of=lambda model, models: next(iter(models.values())).parameters())


@wrong(caught_by="test_numbers", because="One optimizer for all models' parameters: each is to have its own.")
def one_optimizer(solution):
    def all_of_them(model, models):
        return [parameter for one in models.values() for parameter in one.parameters()]

    return comparison(solution, parameters_of=all_of_them)


@wrong(
    caught_by="test_same_batches",
    because="Loss and accuracy of the pictures it was trained on; the test pictures count.",
)
def on_the_training_set(solution):
    return comparison(solution, on_train=True)


@wrong(caught_by="test_numbers", because="Loss and accuracy changed places: evaluate gives the loss first.")
def swapped(solution):
    return comparison(solution, row=lambda row: row._replace(accuracy=row.loss, loss=row.accuracy))


@wrong(caught_by="test_numbers", because="It counts the tensors, not the numbers in them.")
def counts_tensors(solution):
    return counted(solution, lambda model: len(list(model.parameters())))


@wrong(caught_by="test_numbers", because="It counts what requires a gradient; all parameters are asked for.")
def counts_trainable(solution):
    return counted(solution, lambda model: sum(one.numel() for one in model.parameters() if one.requires_grad))


@wrong(caught_by="test_numbers", because="Only the last epoch's loss is kept.")
def last_loss(solution):
    return comparison(solution, row=lambda row: row._replace(losses=row.losses[-1:]))


@wrong(caught_by="test_numbers", because="A percentage, where 0 to 1 is asked for.")
def percent(solution):
    return comparison(solution, row=lambda row: row._replace(accuracy=100 * row.accuracy))


@wrong(caught_by="test_numbers", because="The loss is that of the last epoch of training, not of the test pictures.")
def training_loss(solution):
    return comparison(solution, row=lambda row: row._replace(loss=row.losses[-1]))


@wrong(caught_by="test_numbers", because="A copy is trained and a model that never learned is measured.")
def trains_a_copy(solution):
    return comparison(solution, parameters_of=lambda model, models: copy.deepcopy(model).parameters())


@wrong(caught_by="test_order", because="The worst comes first: sorted counts upwards.")
def upwards(solution):
    return comparison(solution, sort=lambda rows: sorted(rows, key=lambda row: (row.accuracy, row.parameters)))


@wrong(caught_by="test_order", because="Among equals the larger model comes first: reverse=True turns both round.")
def both_turned(solution):
    return comparison(
        solution, sort=lambda rows: sorted(rows, key=lambda row: (row.accuracy, row.parameters), reverse=True)
    )


@wrong(
    caught_by="test_order",
    because="Equals stay in the order of the dictionary; the one with fewer parameters goes first.",
)
def equals_as_they_come(solution):
    return comparison(solution, sort=lambda rows: sorted(rows, key=lambda row: row.accuracy, reverse=True))


@wrong(caught_by="test_order", because="Nothing is sorted.")
def unsorted_rows(solution):
    return comparison(solution, sort=list)


@wrong(caught_by="test_order", because="The number of parameters decides first; accuracy goes before it.")
def by_size(solution):
    return comparison(solution, sort=lambda rows: sorted(rows, key=lambda row: (row.parameters, -row.accuracy)))


@wrong(caught_by="test_seconds", because="The evaluation is timed as well.")
def times_the_evaluation(solution):
    return comparison(solution, seconds=lambda beginning, start, stop, now: now - start)


@wrong(caught_by="test_seconds", because="The clock is started once: the second model's time holds the first one's.")
def clock_started_once(solution):
    return comparison(solution, seconds=lambda beginning, start, stop, now: stop - beginning)


@wrong(caught_by="test_seconds", because="The end is taken from the start: the time is negative.")
def backwards_clock(solution):
    return comparison(solution, seconds=lambda beginning, start, stop, now: start - stop)


@wrong(caught_by="test_seconds", because="The clock is read, and nothing taken from it.")
def reading(solution):
    return comparison(solution, seconds=lambda beginning, start, stop, now: stop)


@right("by hand: its own gather, a running maximum, autograd, and a list sorted in place")
def by_hand(solution):
    def model_v0(pixels, hidden, classes):
        class V0(nn.Module):
            def __init__(self):
                super().__init__()
                self.last, self.first = nn.Linear(hidden, classes), nn.Linear(pixels, hidden)

            def forward(self, x):
                return self.last(self.first(x.reshape(len(x), -1)))

        return V0()

    def logit_gradients(logits, labels, final_relu=False):
        leaf = logits.detach().clone().requires_grad_()
        F.cross_entropy(F.relu(leaf) if final_relu else leaf, labels).backward()
        return leaf.grad

    def dead_classes(model, loader):
        alive = set()
        model.eval()
        with torch.no_grad():
            for x, _ in loader:
                logits = model(x)
                alive |= {number for number in range(logits.shape[1]) if (logits[:, number] > 0).any()}
        return [number for number in range(logits.shape[1]) if number not in alive]

    def compare(models, train_loader, test_loader, epochs, make_optimizer, seed=0):
        rows = []
        for name in models:
            model, losses = models[name], []
            optimizer = make_optimizer(list(model.parameters()))
            train_loader.generator.manual_seed(seed)
            seconds = 0.0
            for _ in range(epochs):
                start = timeit.default_timer()
                losses += [solution.train_epoch(model, train_loader, optimizer)]
                seconds += timeit.default_timer() - start
            loss, accuracy = solution.evaluate(model, test_loader)
            size = nn.utils.parameters_to_vector(model.parameters()).numel()
            rows.append(
                solution.Row(name=name, accuracy=accuracy, loss=loss, parameters=size, seconds=seconds, losses=losses)
            )
        rows.sort(key=lambda row: row.parameters)
        rows.sort(key=lambda row: row.accuracy, reverse=True)
        return rows

    return {
        "model_v0": model_v0,
        "logit_gradients": logit_gradients,
        "dead_classes": dead_classes,
        "compare": compare,
    }


@right("by an index instead of one_hot, masks for the dead, and a state for the generator")
def by_index(solution):
    def model_v1(pixels, hidden, classes, final_relu=False):
        end = nn.ReLU() if final_relu else nn.Identity()
        return nn.Sequential(nn.Flatten(), nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, classes), end)

    def logit_gradients(logits, labels, final_relu=False):
        probabilities = torch.softmax(logits.clamp(min=0) if final_relu else logits, dim=-1)
        probabilities[torch.arange(len(labels)), labels] -= 1
        if final_relu:
            probabilities[logits <= 0] = 0
        return probabilities / logits.shape[0]

    def dead_classes(model, loader):
        model.eval()
        with torch.no_grad():
            alive = torch.stack([(model(x) > 0).any(dim=0) for x, _ in loader]).any(dim=0)
        return (~alive).nonzero().flatten().tolist()

    parts = comparison(
        solution,
        each_model=lambda loader, seed: loader.generator.set_state(torch.Generator().manual_seed(seed).get_state()),
    )
    return {"model_v1": model_v1, "logit_gradients": logit_gradients, "dead_classes": dead_classes} | parts


excuse(
    line="gradients = outputs.softmax(dim=1) - F.one_hot(labels, logits.shape[1])",
    becomes="gradients = outputs.softmax(dim=-1) - F.one_hot(labels, logits.shape[1])",
    because="equivalent: logits are (B, classes), where dimension 1 is the last.",
)
excuse(
    line="return [number for number, lives in enumerate(alive.tolist()) if not lives]",
    becomes="return [number for number, lives in enumerate(alive) if not lives]",
    because="equivalent: a tensor of one truth value is as true as the value.",
)
