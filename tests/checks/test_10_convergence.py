"""Checks of 10_convergence: the rules in plain Python over whole lists, and a model whose numbers name the epoch."""

import copy
import math

import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import nn

from tutor.checks import assert_close, assert_equal, assert_number, assert_raises, expect

EIGHTHS = st.integers(-16, 16).map(lambda n: n / 8)
ODD = st.sampled_from([math.nan, math.inf, -math.inf])


def truth(actual, expected, name, explain=None):
    """Look that a value is the bool that is expected."""
    assert_equal(actual, expected, name=name, explain=explain)


def verdicts(losses, patience, min_delta):
    """What `update` should return after each loss, with the best loss and its epoch at the end."""
    best, best_epoch, better, told = math.inf, 0, [], []
    for epoch, loss in enumerate(losses, start=1):
        better.append(not math.isnan(loss) and loss < best - min_delta)
        if better[-1]:
            best, best_epoch = loss, epoch
        told.append(len(better) >= patience and not any(better[-patience:]))
    return told, best, best_epoch


def small_model(device):
    """A model with parameters, and with buffers of floats and of whole numbers."""
    return nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).to(device)


def mark(model, number):
    """Fill everything in the model's state with a number."""
    with torch.no_grad():
        for tensor in model.state_dict().values():
            tensor.fill_(number)


def marked(model, number, name, before=None):
    """Look that everything in the model's state is this number, and not that of `before` the restoring."""
    for key, tensor in model.state_dict().items():
        expected = torch.full_like(tensor, number)
        explain = {
            "These are the numbers from before restore: nothing was loaded, or what was kept changed with the model.": (
                torch.full_like(tensor, number if before is None else before)
            )
        }
        assert_close(tensor, expected, name=f"{key!r} of the model {name}", explain=explain if before else None)


def test_converged_by_example(answer):
    """With a window of 3 and a threshold of 0.5, [9.0, 1.0, 1.25, 1.0] has converged, and [1.0, 1.25, 1.5] has not.

    Only the last three count, the 9.0 is long ago. How far apart are the largest and the smallest of them?

    1.5 and 1.0 are 0.5 apart, which is not less than 0.5. And fewer losses than the window holds are too few.
    """
    for losses, expected in (
        ([9.0, 8.75, 9.0], True),
        ([9.0, 1.0, 1.25, 1.0], True),
        ([1.0, 1.375, 1.75], False),
        ([1.0, 1.25, 1.5], False),
        ([1.0, 1.0, 9.0], False),
        ([1.0, 1.5, 1.0], False),
        ([1.0, 1.0], False),
        ([], False),
    ):
        before = list(losses)
        truth(answer.converged(losses, 3, 0.5), expected, f"converged({before}, 3, 0.5)")
        expect(losses == before, f"converged changed the list {before} that it was given to {losses}.")
    settled = [0.5] * 10
    truth(answer.converged(settled), True, "converged([0.5] * 10), with the window and threshold that it has by itself")
    truth(answer.converged(settled[1:]), False, "converged([0.5] * 9), with the window that it has by itself")
    truth(answer.converged([*settled, 0.50005]), True, "converged([0.5] * 10 + [0.50005]), with its own threshold")
    truth(answer.converged([*settled, 0.50015]), False, "converged([0.5] * 10 + [0.50015]), with its own threshold")


@settings(max_examples=60)
@given(
    losses=st.lists(st.integers(-3, 3).map(lambda n: n / 8), max_size=7),
    window=st.integers(1, 5),
    threshold=st.sampled_from([0.25, 0.125, 0.5, 1.0]),
    shift=st.sampled_from([0.0, -64.0, 1024.0]),
)
@example(losses=[0.0, 0.125, 0.0, -0.125], window=3, threshold=0.25, shift=0.0)
def test_converged(answer, losses, window, threshold, shift):
    """`converged` is True exactly when no two of the last `window` losses are `threshold` or more apart, at any height.

    Old losses, the order of the last ones and a constant added to all change nothing; losses may be negative.

    The slice of the last `window` losses, its largest and its smallest number: their difference decides.
    """
    losses = [loss + shift for loss in losses]
    last = losses[len(losses) - window :] if len(losses) >= window else []
    apart = any(abs(one - other) >= threshold for one in last for other in last)
    truth(
        answer.converged(list(losses), window, threshold),
        bool(last) and not apart,
        f"converged({losses}, {window}, {threshold})",
    )


def test_converged_nan(answer):
    """A nan or an infinite loss among the last `window` makes it False, wherever it stands; older ones do not count.

    `max([1.0, nan])` is 1.0, and `max([nan, 1.0])` is nan. Why can the two not be trusted?

    Look at each of the last losses first: `math.isfinite` knows nan and both infinities.
    """
    for odd in (math.nan, math.inf, -math.inf):
        for place in range(4):
            losses = [1.0, 1.0, 1.0, 1.0]
            losses[place] = odd
            truth(answer.converged(losses, 3, 0.5), place == 0, f"converged({losses}, 3, 0.5)")
        truth(answer.converged([odd] * 3, 3, 0.5), False, f"converged({[odd] * 3}, 3, 0.5)")
        truth(answer.converged([odd], 1, 0.5), False, f"converged({[odd]}, 1, 0.5)")


def test_converged_mistakes(answer):
    """A `window` below 1 raises ValueError, and an error of Python or PyTorch reaches the caller.

    `losses[-0:]` is the whole list. Which question comes before the slice?

    If you wrote an `except`: what does it catch? None is needed here.
    """
    for window in (0, -1, -2):
        with assert_raises(ValueError, f"converged([1.0, 1.0, 1.0], window={window})"):
            answer.converged([1.0, 1.0, 1.0], window=window)
    kinds = (TypeError, ValueError, RuntimeError, AttributeError)
    for losses in (None, [1.0, 1.0, None], [None, 1.0, 1.0]):
        with assert_raises(kinds, f"converged({losses}, 3, 0.5)"):
            answer.converged(losses, 3, 0.5)


def test_update_by_example(answer, device):
    """With a patience of 2, the losses 1.0, 0.5, 0.75, 0.875 give False, False, False, True; best is 0.5 in epoch 2.

    Epochs 3 and 4 were not better: two in a row. 0.5 once more is not lower than 0.5, and so not better either.

    Count the epochs, and note at which one the best loss came. How long ago was it?

    State belongs to the object: it is made in `__init__` with `self.`, not in the class or outside it.
    """
    model, stopping, other = small_model(device), answer.EarlyStopping(2), answer.EarlyStopping(patience=2)
    assert_number(stopping.best, math.inf, name="best of a new EarlyStopping(2)")
    assert_equal(stopping.best_epoch, 0, name="best_epoch of a new EarlyStopping(2)")
    for epoch, (loss, stop) in enumerate(((1.0, False), (0.5, False), (0.75, False), (0.875, True)), start=1):
        truth(stopping.update(loss, model), stop, f"update({loss}, model) of epoch {epoch}, patience 2,")
    assert_number(stopping.best, 0.5, name="best after the losses 1.0, 0.5, 0.75, 0.875")
    assert_equal(stopping.best_epoch, 2, name="best_epoch after the losses 1.0, 0.5, 0.75, 0.875")
    truth(stopping.update(0.5, model), True, "update(0.5, model), after the losses 1.0, 0.5, 0.75, 0.875, patience 2,")
    truth(other.update(3.0, model), False, "update(3.0, model) of another EarlyStopping(2), its first loss,")
    assert_number(other.best, 3.0, name="best of this other EarlyStopping(2)")
    assert_number(stopping.best, 0.5, name="best of the first EarlyStopping(2), after the other took a loss")


@settings(max_examples=60)
@given(
    losses=st.lists(EIGHTHS | ODD, min_size=1, max_size=9),
    patience=st.integers(1, 4),
    min_delta=st.sampled_from([0.0, 0.25, 1.0]),
)
@example(losses=[1.0, 2.0, 0.5, 2.0, 0.25], patience=2, min_delta=0.0)
@example(losses=[1.0, 1.125, 0.875], patience=1, min_delta=0.25)
@example(losses=[1.0, 0.875, 0.75, 0.625], patience=2, min_delta=0.25)
@example(losses=[1.0, 0.75, 0.5], patience=1, min_delta=0.25)
@example(losses=[math.nan, math.nan, 1.0], patience=2, min_delta=0.0)
def test_update(answer, device, losses, patience, min_delta):
    """`update` says stop exactly when the last `patience` epochs were not better than the best by `min_delta`.

    A better epoch starts the count anew. Is yours the number of all epochs that were not better?

    Better than what? Than the best, which an epoch that is not better does not change.

    nan is not lower than anything: a comparison that is turned around lets it pass.
    """
    model = nn.Linear(1, 1, device=device)
    stopping = answer.EarlyStopping(patience, min_delta)
    told, best, best_epoch = verdicts(losses, patience, min_delta)
    call = f"the losses {losses}, patience {patience} and min_delta {min_delta}"
    for epoch, (loss, stop) in enumerate(zip(losses, told, strict=True), start=1):
        truth(stopping.update(loss, model), stop, f"update({loss}, model) in epoch {epoch} of {call}")
    assert_number(stopping.best, best, name=f"best after {call}")
    assert_equal(stopping.best_epoch, best_epoch, name=f"best_epoch after {call}")


def test_restore(answer, device):
    """`restore` brings back parameters and buffers of the best epoch, as they were, however often the model changed.

    Does the state that you keep change with the model? `state_dict()` gives the model's own tensors.

    `copy.deepcopy` of the state dict, made when the epoch is better; `load_state_dict` brings it back.

    A model that was trained on after `restore` can be restored again: do not hand out your copy itself.
    """
    model = small_model(device)
    parameters = list(model.parameters())
    stopping = answer.EarlyStopping(3)
    mark(model, 9)
    stopping.restore(model)
    marked(model, 9, "after restore without an epoch before it")
    stopping.update(math.nan, model)
    mark(model, 8)
    stopping.restore(model)
    marked(model, 8, "after the loss nan and restore")
    for number, loss in ((1, 1.0), (2, 0.5), (3, 0.75), (4, 0.5), (5, math.nan)):
        mark(model, number)
        stopping.update(loss, model)
        marked(model, number, f"after update({loss}, model)")
    for time in ("once", "twice"):
        mark(model, 6)
        stopping.restore(model)
        marked(model, 2, f"of epoch 2, the best, restored {time}", before=6)
    same = all(one is other for one, other in zip(model.parameters(), parameters, strict=True))
    expect(same, "After restore the model holds other parameters than before: an optimizer would not know them.")
    mark(model, 7)
    stopping.update(0.25, model)
    mark(model, 6)
    stopping.restore(model)
    marked(model, 7, "after a better epoch and restore")
    twin = small_model(device)
    stopping.restore(twin)
    marked(twin, 7, "that another one was, after restore")


class Scripted:
    """A stand-in for EarlyStopping that says stop at an epoch, and notes what it is asked."""

    def __init__(self, stop_at, events):
        self.stop_at, self.events, self.seen, self.models = stop_at, events, [], []

    def update(self, loss, model):
        """Note the loss."""
        self.events.append("update")
        self.seen.append(loss)
        self.models.append(model)
        return len(self.seen) == self.stop_at

    def restore(self, model):
        """Note the call."""
        self.events.append("restore")
        self.models.append(model)


def run(answer, model, losses, stopping, epochs, events):
    """`fit` with a validation that gives `losses` in turn, and a training that marks the model with the epoch."""
    left = iter(losses)

    def train_epoch():
        events.append("train")
        mark(model, events.count("train"))

    def validate():
        events.append("validate")
        return next(left, 0.0)

    return answer.fit(model, train_epoch, validate, stopping, epochs)


@settings(max_examples=15)
@given(epochs=st.integers(1, 6), stop_at=st.integers(1, 8))
@example(epochs=5, stop_at=2)
@example(epochs=3, stop_at=8)
def test_fit(answer, device, epochs, stop_at):
    """`fit` trains, validates and updates in every epoch, ends when it is told to, and restores once at the end.

    What stands in an epoch, and in which order? What comes back from `update`, and what do you do with it?

    `break` leaves the loop. Restoring comes behind the loop, so that it also happens when nobody said stop.
    """
    model, events = small_model(device), []
    losses = [1 + 1 / (n + 1) for n in range(8)]
    stopping = Scripted(stop_at, events)
    call = f"fit with {epochs} epochs, told to stop in epoch {stop_at},"
    actual = run(answer, model, losses, stopping, epochs, events)
    done = min(epochs, stop_at)
    expected = ["train", "validate", "update"] * done + ["restore"]
    expect(
        events == expected,
        f"{call} should have called {', '.join(expected)}; it called {', '.join(events) or 'nothing'}.",
    )
    assert_close(stopping.seen, losses[:done], name=f"the losses given to update by {call}")
    assert_close(actual, losses[:done], name=f"what is returned by {call}")
    expect(all(one is model for one in stopping.models), "update and restore should be given the model itself.")


def test_fit_with_early_stopping(answer, device):
    """With an `EarlyStopping(2)` and losses that rise after epoch 3, `fit` ends after 5 epochs with the weights of 3.

    All parts work alone, if the checks above hold. What do you give to `update`: the loss of `validate`?

    When the epochs are used up before anyone says stop, the best weights are restored all the same.
    """
    rising = [1.0, 0.75, 0.5, 0.625, 0.75, 0.25]
    for epochs, done, best in ((9, 5, 3), (4, 4, 3), (2, 2, 2)):
        model, stopping, events = small_model(device), answer.EarlyStopping(2), []
        actual = run(answer, model, copy.copy(rising), stopping, epochs, events)
        name = f"fit with {epochs} epochs and EarlyStopping(2)"
        assert_close(actual, rising[:done], name=f"what is returned by {name}")
        marked(model, best, f"after {name}: its numbers are those of epoch {best}; they")
