"""Checks of 10_diagnose_fit: rules written a second time over plain lists, and the recorded runs of the exercise."""

import copy
import math

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tutor.checks import assert_equal, assert_type, expect, show_plot

EIGHTHS = st.integers(1, 24).map(lambda n: n / 8)
NAMES = ["seed", "rate", "hidden", "dropout"]
FOUND = {
    "base": "overfitting",
    "seed 0": "overfitting",
    "seed 1": "overfitting",
    "dropout": "overfitting",
    "weight decay": "fine",
    "more data": "overfitting",
    "fewer units": "overfitting",
    "more data, lower rate": "fine",
    "two units": "underfitting",
    "low rate": "unfinished",
    "high rate": "unstable",
}


def word(train, test, guess):
    """The diagnosis, each rule by itself and in ratios."""
    best = min(range(len(test)), key=lambda n: (test[n], n))
    last = train[-1]
    rules = {
        "unstable": last > guess or any(math.isnan(one) or math.isinf(one) for one in [*train, *test]),
        "overfitting": 8 * (test[-1] - test[best]) > test[best] and train[best] - last > 0,
        "unfinished": 2 * last > guess and 16 * last < 15 * train[len(train) - 6],
        "underfitting": 2 * last > guess,
        "fine": True,
    }
    return next(name for name, holds in rules.items() if holds)


def diagnosed(answer, train, test, guess, name):
    """The word that `diagnose` gives, after a look that it left the lists alone."""
    lists = [list(train), list(test)]
    actual = answer.diagnose(*lists, guess)
    expect(repr(lists) == repr([train, test]), "diagnose changed a list of losses that it was given.")
    assert_type(actual, str, name)
    return actual


def a_run(lowest, *, rise=0.25, **settings):
    """A run with these settings whose lowest test loss stands in the middle."""
    return {"settings": settings, "train_loss": [2.0, 1.0, 0.5], "test_loss": [lowest + 0.5, lowest, lowest + rise]}


def told(runs):
    """The runs in short: test losses and settings."""
    lines = []
    for name, run in runs.items():
        chosen = ", ".join(f"{key} {value}" for key, value in run["settings"].items())
        lines.append(f"{name!r} ({chosen}; test losses {run['test_loss']})")
    return "; ".join(lines)


def remedy(answer, runs, base, expected, name, explain=None, show=True):
    """Compare what `best_remedy` gives with the name that is expected, after a look that it left the runs alone."""
    given_runs = copy.deepcopy(runs)
    actual = answer.best_remedy(given_runs, base)
    expect(repr(given_runs) == repr(runs), "best_remedy changed the runs that it was given.")
    kind = f"{name} should be the name of a run or None; it is {actual!r}."
    expect(actual is None or isinstance(actual, str), kind)
    why = " ".join(reason for reason, wrong in (explain or {}).items() if wrong == actual)
    result = f"{name} is {actual!r}, but {expected!r} is expected. {why}"
    expect(actual == expected, f"{result} The runs: {told(runs)}." if show else result)


@settings(max_examples=30)
@given(losses=st.lists(EIGHTHS, min_size=1, max_size=8))
@example(losses=[2.0, 0.5, 1.0, 0.5])
def test_best_epoch(answer, losses):
    """`best_epoch` is the number, from 1, of the epoch with the lowest test loss: 2 for [2.0, 0.5, 1.0, 0.5].

    Positions in a list begin with 0, and epochs with 1.

    `min` knows the lowest loss, and `list.index` the first place where something stands.
    """
    before = list(losses)
    expected = 1 + min(range(len(losses)), key=lambda n: (losses[n], n))
    actual = answer.best_epoch(losses)
    expect(losses == before, "best_epoch changed the list that it was given.")
    explain = {"The epochs are counted from 1, not from 0.": expected - 1}
    assert_equal(actual, expected, name=f"best_epoch({losses})", explain=explain)


def test_diagnose_by_example(answer):
    """Small pairs of curves, at least one for each of the five words, are told by their words.

    Begin with the shapes: which loss rises, which falls, which lies flat, and how high?

    The rules have an order: `if`, `return`, and the next `if`. The best epoch is that of the test loss, and epoch 5
    stands at position 4 of a list.

    Five epochs before the last one is `train_loss[-6]`.
    """
    fall, low = [2.0, 1.5, 1.0, 0.75, 0.5, 0.25], [2.0, 1.5, 1.25, 1.25, 1.25, 1.25]
    flat = [2.0, 1.875, 1.875, 1.875, 1.875, 1.875]  # its end is 0.9375 times its beginning, and not below
    slow = [2.25, 2.125, 2.0, 1.875, 1.75, 1.625]
    for train, test, expected in (
        (fall, [2.0, 1.5, 1.25, 1.375, 1.5, 1.75], "overfitting"),
        (fall, low, "fine"),
        (flat, [2.25] * 6, "underfitting"),
        (slow, [2.5, 2.25, 2.125, 2.0, 1.875, 1.75], "unfinished"),
        ([2.0, 2.5, 3.0, 4.0, 5.0, 6.0], [2.0, 2.5, 3.0, 4.0, 5.0, 6.0], "unstable"),
        ([2.0, 1.5, math.nan, 1.0, 0.75, 0.5], low, "unstable"),
        (fall, [*low[:5], math.inf], "unstable"),
        ([2.0, 1.5, 0.25, 0.125, 0.25, 0.5], [2.0, 1.5, 1.25, 1.375, 1.5, 1.75], "fine"),
        ([2.0, 1.5, 0.25, 0.75, 0.125, 0.375], [2.0, 1.5, 1.25, 1.375, 1.5, 1.75], "fine"),
    ):
        name = f"diagnose({train}, {test}, 2.25)"
        assert_equal(diagnosed(answer, train, test, 2.25, name), expected, name=name)


def test_diagnose_limits(answer):
    """Exactly at a limit a rule does not hold yet; a little beyond it does.

    Exactly 1.125 times the lowest is not more than that; exactly half of `guess` is not above it.

    `>` and `<`, without `=`.
    """
    fall = [1.0, 0.875, 0.75, 0.5, 0.375, 0.25]
    test = [2.0, 1.0, 1.0, 1.0, 1.0]
    high = [1.5] * 6
    for train, tested, guess, expected in (
        (fall, [*test, 1.125], 2.0, "fine"),
        (fall, [*test, 1.1875], 2.0, "overfitting"),
        ([1.0, 0.25, 0.25, 0.25, 0.25, 0.25], [*test, 1.5], 2.0, "fine"),
        ([1.0, 0.3125, 0.5, 0.5, 0.5, 0.25], [2.0, 1.0, 1.5, 1.5, 1.5, 1.5], 2.0, "overfitting"),
        ([1.0, 0.25, 0.5, 0.5, 0.5, 0.3125], [2.0, 1.0, 1.5, 1.5, 1.5, 1.5], 2.0, "fine"),
        ([1.0, 0.125, 0.5, 0.5, 0.5, 0.3125], [2.0, 1.0, 1.5, 1.0, 1.5, 1.5], 2.0, "fine"),
        (high, [2.0] * 6, 3.0, "fine"),
        (high, [2.0] * 6, 2.75, "underfitting"),
        (high, [2.0] * 6, 1.5, "underfitting"),
        (high, [2.0] * 6, 1.4375, "unstable"),
        ([9.0, 1.625, *high[:5]], [2.0] * 7, 2.75, "unfinished"),
        ([1.625, *high[:5]], [2.0] * 6, 2.75, "unfinished"),
        ([9.0, 1.5625, *high[:5]], [2.0] * 7, 2.75, "underfitting"),
    ):
        name = f"diagnose({train}, {tested}, {guess})"
        assert_equal(diagnosed(answer, train, tested, guess, name), expected, name=name)


@st.composite
def curves(draw):
    """Losses of training and of test for 6 to 9 epochs, and the loss of a model that knows nothing."""
    epochs, guess = draw(st.integers(6, 9)), draw(st.sampled_from([2.0, 1.0, 2.5]))
    kind = draw(st.sampled_from(["any", "falling", "flat"]))
    train, test = (draw(st.lists(EIGHTHS, min_size=epochs, max_size=epochs)) for _ in range(2))
    if kind == "falling":
        train.sort(reverse=True)
    elif kind == "flat":
        train = [min(guess, max(one, guess / 2)) for one in sorted(train, reverse=True)]
    if draw(st.integers(0, 7)) == 7:
        place = draw(st.integers(0, 2 * epochs - 1))
        odd = draw(st.sampled_from([math.nan, math.inf, -math.inf]))
        (train if place < epochs else test)[place % epochs] = odd
    return train, test, guess


@settings(max_examples=60)
@given(curves=curves())
def test_diagnose(answer, curves):
    """`diagnose` gives the first word whose rule holds, for any two curves.

    A gap between the curves is no rule: which two numbers of the *same* curve does each one compare?

    "More than" and "below" leave out the limit itself; multiply as the text says, and do not round.

    Overfitting asks for both: the test loss has risen since the best epoch, and the training loss has fallen since.
    """
    train, test, guess = curves
    name = f"diagnose({train}, {test}, {guess})"
    assert_equal(diagnosed(answer, train, test, guess, name), word(train, test, guess), name=name)


@settings(max_examples=40)
@given(
    before=st.dictionaries(st.sampled_from(NAMES), st.sampled_from([0.1, 0.5, None]), max_size=4),
    after=st.dictionaries(st.sampled_from(NAMES), st.sampled_from([0.1, 0.5, None]), max_size=4),
)
@example(before={"rate": 0.1, "hidden": 8}, after={"rate": 0.5, "hidden": 8})
@example(before={"rate": 0.1}, after={"rate": 0.1, "dropout": 0.5})
@example(before={"rate": 0.1}, after={"rate": 0.1, "dropout": None})
@example(before={"rate": 0.1, "dropout": None}, after={"rate": 0.1})
def test_changed(answer, before, after):
    """`changed` is the set of names whose values differ, those that only one dictionary has among them.

    A loop over one of the two never sees a name that stands only in the other.

    `.get(name)` is None for a name that is missing, and for one whose value is None: they cannot be told apart so.
    """
    copies = dict(before), dict(after)
    expected = {name for name in NAMES if (name in before, before.get(name)) != (name in after, after.get(name))}
    actual = answer.changed(before, after)
    expect((before, after) == copies, "changed wrote into a dictionary that it was given.")
    assert_equal(actual, expected, name=f"changed({before}, {after})")


def test_best_remedy_by_example(answer):
    """Of the runs with one change, the one with the lowest test loss is returned: it helps more than another seed.

    Which of these runs can be compared with the base at all? `changed` of the settings tells.

    The lowest loss of a run counts, not its last one.

    Return the name, the key in `runs`.
    """
    runs = {
        "worse": a_run(1.75, seed=0, rate=0.1, hidden=8),
        "a": a_run(1.5, seed=0, rate=0.1, hidden=64),
        "other seed": a_run(1.375, seed=1, rate=0.1, hidden=64),
        "wide": a_run(1.25, seed=0, rate=0.1, hidden=256),
        "wider": a_run(1.1875, rise=0.0625, seed=0, rate=0.1, hidden=128),
        "slow": a_run(1.125, rise=0.5, seed=0, rate=0.01, hidden=64),
        "both": a_run(0.5, seed=0, rate=0.01, hidden=256),
        "new seed and rate": a_run(0.25, seed=1, rate=0.01, hidden=64),
    }
    name = 'best_remedy(runs, "a")'
    explain = {
        "This run differs from the base in two settings: nobody knows which of them helped.": "both",
        "This run differs in a setting and in the seed: two changes.": "new seed and rate",
        "This run has the lowest last loss; the lowest loss of each run counts.": "wider",
    }
    remedy(answer, runs, "a", "slow", name, explain)
    remedy(answer, runs, "wide", "both", 'best_remedy(runs, "wide")')


def test_best_remedy_evidence(answer):
    """When no remedy goes below every twin, the answer is None: another seed alone does as much.

    The base alone may have been an unlucky seed. Which runs have its settings?

    A remedy that only equals the best twin has not helped. And without any remedy there is none to return.
    """
    base, lucky = a_run(1.5, seed=0, rate=0.1), a_run(1.25, seed=1, rate=0.1)
    between, equal, below = (a_run(loss, seed=0, rate=0.5) for loss in (1.375, 1.25, 1.125))
    for runs, expected in (
        ({"base": base}, None),
        ({"base": base, "lucky": lucky, "worse": a_run(1.75, seed=0, rate=0.5)}, None),
        ({"base": base, "worse": a_run(1.75, seed=0, rate=0.5)}, None),
        ({"base": base, "lucky": lucky}, None),
        ({"base": base, "between": between}, "between"),
        ({"base": base, "lucky": lucky, "between": between}, None),
        ({"between": between, "base": base, "lucky": lucky}, None),
        ({"base": base, "lucky": lucky, "equal": equal}, None),
        ({"base": base, "again": a_run(1.25, seed=0, rate=0.1), "between": between}, None),
        ({"base": base, "lucky": lucky, "below": below}, "below"),
        ({"base": base, "lucky": lucky, "below": below, "same": below}, "below"),
    ):
        remedy(answer, runs, "base", expected, 'best_remedy(runs, "base")')


def test_best_remedy_broken_runs(answer):
    """A run with a test loss that is nan or infinite is no remedy, wherever in the list it stands.

    `min` of a list with nan depends on where it stands. Look at every loss.

    `math.isfinite` for all test losses of the run, before its lowest counts.
    """
    for odd in (math.nan, math.inf, -math.inf):
        for place in range(3):
            broken = a_run(0.5, seed=0, rate=0.5)
            broken["test_loss"][place] = odd
            runs = {"broken": broken, "base": a_run(1.5, seed=0, rate=0.1)}
            name = f"best_remedy(runs, 'base') with a run of one change whose test losses are {broken['test_loss']}"
            remedy(answer, runs, "base", None, name)
            runs["good"] = a_run(1.25, seed=0, rate=0.01)
            name += ", and a good one,"
            remedy(answer, runs, "base", "good", name)


def test_recorded_runs(answer, solution):
    """The recorded runs are diagnosed, and the remedy that worked is found: more data, or else weight decay.

    If everything above holds and this does not: have the numbers in `RUNS` been changed?

    Look at the best epoch and the last one of the run that the message names.
    """
    runs = copy.deepcopy(solution.RUNS)
    base = runs["base"]
    lines = {"base, training": base["train_loss"], "base, test": base["test_loss"]}
    for name in ("more data", "weight decay"):
        lines[f"{name}, test"] = runs[name]["test_loss"]
    show_plot("Recorded runs: the base overfits", lines, x="epoch", y="loss")
    for name, expected in FOUND.items():
        run = runs[name]
        call = f"the diagnosis of the recorded run {name!r}"
        assert_equal(diagnosed(answer, run["train_loss"], run["test_loss"], solution.GUESS, call), expected, name=call)
    remedy(answer, runs, "base", "more data", "best_remedy(RUNS, 'base')", show=False)
    del runs["more data"]
    name = "best_remedy of RUNS without 'more data', for 'base',"
    remedy(answer, runs, "base", "weight decay", name, show=False)
    del runs["weight decay"]
    name = "best_remedy of RUNS without 'more data' and 'weight decay', for 'base',"
    explain = {"Dropout is below the base, but not below the run with seed 0.": "dropout"}
    remedy(answer, runs, "base", None, name, explain, show=False)
