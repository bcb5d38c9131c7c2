"""Wrong answers that 10_convergence must catch, and right ones it must accept."""

import copy
import itertools
import math

import torch

from tutor.checks import right, wrong


@wrong(
    caught_by="test_converged_mistakes",
    because="A bare except turns every mistake into False: nobody hears of it, and the training goes on.",
)
def bare_except(solution):
    def converged(losses, window=10, threshold=1e-4):
        if window < 1:
            raise ValueError("window")
        try:
            return solution.converged(losses, window, threshold)
        except Exception:
            return False

    return {"converged": converged}


@wrong(
    caught_by="test_converged_mistakes", because="A window of 0 or less is not refused: losses[-0:] is the whole list."
)
def any_window(solution):
    def converged(losses, window=10, threshold=1e-4):
        last = losses[-window:]
        if len(last) < window or not all(map(math.isfinite, last)):
            return False
        return bool(last) and max(last) - min(last) < threshold

    return {"converged": converged}


def judging(rule):
    """A `converged` whose rule sees the last losses and the threshold."""

    def converged(losses, window=10, threshold=1e-4):
        if window < 1:
            raise ValueError("window")
        return False if len(losses) < window else rule(losses[-window:], threshold)

    return {"converged": converged}


@wrong(
    caught_by="test_converged_nan",
    because="max and min of a list with nan depend on the order; ask math.isfinite of every loss first.",
)
def nan_not_seen(solution):
    return judging(lambda last, threshold: max(last) - min(last) < threshold)


@wrong(caught_by="test_converged_nan", because="All losses have to be finite, also those of long ago.")
def all_finite(solution):
    def converged(losses, window=10, threshold=1e-4):
        return solution.converged(losses, window, threshold) and all(map(math.isfinite, losses))

    return {"converged": converged}


@wrong(
    caught_by="test_converged_by_example",
    because="The first and the last of the window are compared, not those between.",
)
def ends_of_window(solution):
    return judging(lambda last, threshold: abs(last[-1] - last[0]) < threshold)


@wrong(caught_by="test_converged_by_example", because="A difference equal to the threshold counts; it should be less.")
def at_most(solution):
    return judging(lambda last, threshold: all(map(math.isfinite, last)) and max(last) - min(last) <= threshold)


@wrong(caught_by="test_converged_by_example", because="Each loss is compared with the one before: a slow slide passes.")
def neighbours(solution):
    def rule(last, threshold):
        return all(abs(one - other) < threshold for one, other in itertools.pairwise(last))

    return judging(rule)


@wrong(
    caught_by="test_converged_by_example",
    because="All losses count, also those of long ago; only the last ones should.",
)
def whole_list(solution):
    def converged(losses, window=10, threshold=1e-4):
        return len(losses) >= window and max(losses) - min(losses) < threshold

    return {"converged": converged}


@wrong(
    caught_by="test_converged_by_example", because="The loss itself is compared with the threshold, not its changes."
)
def low_loss(solution):
    return judging(lambda last, threshold: max(last) < threshold)


@wrong(caught_by="test_converged_by_example", because="Fewer losses than the window holds are taken as enough.")
def short_is_enough(solution):
    def converged(losses, window=10, threshold=1e-4):
        last = losses[-window:]
        return bool(last) and max(last) - min(last) < threshold

    return {"converged": converged}


@wrong(
    caught_by="test_converged_by_example", because="Taking the last losses by pop takes them out of the caller's list."
)
def pops(solution):
    def rule(losses, window, threshold):
        last = [losses.pop() for _ in range(min(window, len(losses)))]
        return len(last) == window and max(last) - min(last) < threshold

    return {"converged": lambda losses, window=10, threshold=1e-4: rule(losses, window, threshold)}


@wrong(caught_by="test_converged_by_example", because="A comparison of tensors gives a tensor; a bool was asked for.")
def a_tensor(solution):
    def rule(last, threshold):
        last = torch.tensor(last, dtype=torch.float64)
        return last.max() - last.min() < threshold

    return judging(rule)


def stopper(
    *,
    better=lambda self, loss: loss < self.best - self.min_delta,
    count=lambda self, better: 0 if better else self.count + 1,
    stop=lambda self: self.count >= self.patience,
    keep=lambda model: copy.deepcopy(model.state_dict()),
    load=lambda self, model: model.load_state_dict(self.kept),
    note=lambda self, loss, better: loss if better else self.best,
):
    """An `EarlyStopping` that counts bad epochs, with its parts exchanged."""

    class EarlyStopping:
        def __init__(self, patience, min_delta=0.0):
            self.patience, self.min_delta = patience, min_delta
            self.best, self.best_epoch = math.inf, 0
            self.epoch = self.count = 0
            self.kept = None

        def update(self, loss, model):
            self.epoch += 1
            is_better = better(self, loss)
            self.best = note(self, loss, is_better)
            if is_better:
                self.best_epoch, self.kept = self.epoch, keep(model)
            self.count = count(self, is_better)
            return stop(self)

        def restore(self, model):
            if self.kept is not None:
                load(self, model)

    return {"EarlyStopping": EarlyStopping}


@wrong(caught_by="test_update_by_example", because="The same loss once more counts as better; it has to be lower.")
def equal_is_better(solution):
    return stopper(better=lambda self, loss: loss <= self.best - self.min_delta)


@wrong(
    caught_by="test_update_by_example",
    because="It stops an epoch late: as many epochs as patience says were not better, and that is enough.",
)
def one_late(solution):
    return stopper(stop=lambda self: self.count > self.patience)


@wrong(
    caught_by="test_update",
    because="All epochs that were not better are counted; a better one should start the count anew.",
)
def never_anew(solution):
    return stopper(count=lambda self, better: self.count + (not better))


@wrong(
    caught_by="test_update",
    because="The best moves with every lower loss, so that small steps never add up to min_delta.",
)
def best_moves(solution):
    return stopper(note=lambda self, loss, better: min(self.best, loss))


@wrong(caught_by="test_update_by_example", because="Each loss is compared with the one before it, not with the best.")
def the_one_before(solution):
    return stopper(note=lambda self, loss, better: loss)


@wrong(caught_by="test_update", because="`not loss >= ...` is True for nan: a broken epoch counts as better.")
def nan_is_better(solution):
    return stopper(better=lambda self, loss: not loss >= self.best - self.min_delta)


@wrong(
    caught_by="test_update", because="min_delta is added to the best: a loss that is a little higher counts as better."
)
def delta_added(solution):
    return stopper(better=lambda self, loss: loss < self.best + self.min_delta)


@wrong(caught_by="test_update", because="min_delta is not looked at: each lower loss counts as better.")
def delta_ignored(solution):
    return stopper(better=lambda self, loss: loss < self.best)


@wrong(
    caught_by="test_update_by_example",
    because="best and best_epoch stand in the class: all objects share what is known.",
)
def state_of_the_class(solution):
    shared = {"best": math.inf, "best_epoch": 0, "epoch": 0}

    class EarlyStopping:
        def __init__(self, patience, min_delta=0.0):
            self.patience, self.min_delta = patience, min_delta

        best = property(lambda self: shared["best"])
        best_epoch = property(lambda self: shared["best_epoch"])

        def update(self, loss, model):
            shared["epoch"] += 1
            if loss < shared["best"] - self.min_delta:
                shared.update(best=loss, best_epoch=shared["epoch"])
            return shared["epoch"] - shared["best_epoch"] >= self.patience

    return {"EarlyStopping": EarlyStopping}


@wrong(
    caught_by="test_restore",
    because="What is kept are the tensors of the model, no copies: they change with it, and nothing comes back.",
)
def no_copy(solution):
    return stopper(keep=lambda model: model.state_dict())


@wrong(
    caught_by="test_restore",
    because="What is kept are the tensors of the model, no copies: they change with it, and nothing comes back.",
)
def shallow_copy(solution):
    return stopper(keep=lambda model: dict(model.state_dict()))


@wrong(caught_by="test_restore", because="Only parameters are kept: the buffers of batch normalisation stay behind.")
def parameters_alone(solution):
    return stopper(
        keep=lambda model: {name: one.detach().clone() for name, one in model.named_parameters()},
        load=lambda self, model: model.load_state_dict(self.kept, strict=False),
    )


@wrong(caught_by="test_restore", because="named_parameters leaves out the buffers: loading the state misses them.")
def buffers_missing(solution):
    return stopper(keep=lambda model: {name: one.detach().clone() for name, one in model.named_parameters()})


@wrong(
    caught_by="test_restore", because="assign=True hands the kept tensors out: the next training writes into the copy."
)
def handed_out(solution):
    return stopper(load=lambda self, model: model.load_state_dict(self.kept, assign=True))


@wrong(caught_by="test_restore", because="Before the first better epoch there is no state, and it cannot be loaded.")
def nothing_to_load(solution):
    class EarlyStopping(solution.EarlyStopping):
        def restore(self, model):
            model.load_state_dict(self.best_state)

    return {"EarlyStopping": EarlyStopping}


def looping(body, end=lambda stopping, model: stopping.restore(model)):
    """A `fit` whose epoch is `body(...)`, True to stop."""

    def fit(model, train_epoch, validate, stopping, epochs):
        losses = []
        for _ in range(epochs):
            if body(model, train_epoch, validate, stopping, losses):
                break
        end(stopping, model)
        return losses

    return {"fit": fit}


def epoch(model, train_epoch, validate, stopping, losses):
    train_epoch()
    losses.append(validate())
    return stopping.update(losses[-1], model)


@wrong(caught_by="test_fit", because="What update returns is not looked at: the loop never stops early.")
def never_stops(solution):
    return looping(lambda *everything: epoch(*everything) and False)


@wrong(caught_by="test_fit", because="The best weights are not restored: the model keeps those of the last epoch.")
def not_restored(solution):
    return looping(epoch, end=lambda stopping, model: None)


@wrong(caught_by="test_fit", because="Weights are restored only when it stops early, not when the epochs are used up.")
def restored_when_stopped(solution):
    def body(model, train_epoch, validate, stopping, losses):
        stop = epoch(model, train_epoch, validate, stopping, losses)
        if stop:
            stopping.restore(model)
        return stop

    return looping(body, end=lambda stopping, model: None)


@wrong(
    caught_by="test_fit",
    because="Weights are restored in every epoch, and each trains on from the best; do so once, at the end.",
)
def restored_each_epoch(solution):
    def body(model, train_epoch, validate, stopping, losses):
        stop = epoch(model, train_epoch, validate, stopping, losses)
        stopping.restore(model)
        return stop

    return looping(body, end=lambda stopping, model: None)


@wrong(caught_by="test_fit", because="It validates before it trains: each loss is that of the epoch before.")
def validates_first(solution):
    def body(model, train_epoch, validate, stopping, losses):
        losses.append(validate())
        train_epoch()
        return stopping.update(losses[-1], model)

    return looping(body)


@wrong(caught_by="test_fit", because="The loss of the epoch at which it stops is missing from the list.")
def last_loss_missing(solution):
    def body(model, train_epoch, validate, stopping, losses):
        train_epoch()
        loss = validate()
        stop = stopping.update(loss, model)
        if not stop:
            losses.append(loss)
        return stop

    return looping(body)


@wrong(caught_by="test_fit", because="validate is called twice in an epoch: once for the list, and again for update.")
def validates_twice(solution):
    def body(model, train_epoch, validate, stopping, losses):
        train_epoch()
        losses.append(validate())
        return stopping.update(validate(), model)

    return looping(body)


@right("by tensors, a count of bad epochs, and a while loop")
def by_tensors(solution):
    def rule(last, threshold):
        values = torch.tensor(last, dtype=torch.float64)
        return bool(values.isfinite().all()) and (values.max() - values.min()).item() < threshold

    def fit(model, train_epoch, validate, stopping, epochs):
        losses, stop = [], False
        while not stop and len(losses) < epochs:
            train_epoch()
            loss = validate()
            stop = stopping.update(loss=loss, model=model)
            losses += [loss]
        stopping.restore(model=model)
        return losses

    cloned = stopper(keep=lambda model: {name: one.clone() for name, one in model.state_dict().items()})
    return {**judging(rule), **cloned, "fit": fit}


@right("by sorting, and the list of all losses")
def by_sorting(solution):
    class EarlyStopping:
        def __init__(self, patience, min_delta=0.0):
            self.patience, self.min_delta, self.better, self.kept = patience, min_delta, [], []
            self.best, self.best_epoch = math.inf, 0

        def update(self, loss, model):
            self.better.append(self.best - loss > self.min_delta)
            if self.better[-1]:
                self.best, self.best_epoch = loss, len(self.better)
                self.kept = [copy.deepcopy(model.state_dict())]
            recent = self.better[-self.patience :]
            return len(recent) == self.patience and True not in recent

        def restore(self, model):
            for state in self.kept:
                model.load_state_dict(state)

    def rule(last, threshold):
        if any(loss != loss or abs(loss) == math.inf for loss in last):
            return False
        ordered = sorted(last)
        return ordered[-1] - ordered[0] < threshold

    return {"EarlyStopping": EarlyStopping, **judging(rule)}
