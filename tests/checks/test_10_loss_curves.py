"""Checks of 10_loss_curves: lists are compared with lists made by hand, figures are read through their axes."""

import copy
import math

import matplotlib.pyplot as plt
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from tutor.checks import assert_close, assert_equal, assert_type, expect, show_plot

KINDS = {"loss": ("train_loss", "test_loss"), "accuracy": ("train_acc", "test_acc")}
RESULTS = {
    "train_loss": [1.5, 0.75, 0.5],
    "test_loss": [1.625, 1.0, 1.125],
    "train_acc": [0.25, 0.5, 0.75],
    "test_acc": [0.125, 0.375, 0.625],
}
EIGHTHS = st.integers(-80, 80).map(lambda n: n / 8)


@pytest.fixture(autouse=True)
def no_figures():
    """Each check begins and ends without figures."""
    plt.close("all")
    yield
    plt.close("all")


def figure_of(answer, results):
    """What `plot_curves` returns, after a look that it is a figure and that the results stayed as they were."""
    before = copy.deepcopy(results)
    figure = answer.plot_curves(results)
    assert_type(figure, Figure, "plot_curves(results)")
    assert_equal(results, before, name="results after plot_curves(results)")
    return figure


def axes_of(figure):
    """The two axes of the figure by what is drawn on them, after a look that there are two."""
    expect(len(figure.axes) == 2, f"The figure should have two Axes, left and right; it has {len(figure.axes)}.")
    counts = sorted(len(ax.lines) for ax in figure.axes)
    one_sided = counts[0] == 0 and counts[1] >= 4
    expect(not one_sided, f"One of the two Axes has {counts[1]} lines, the other none.")
    found = {}
    for kind, names in KINDS.items():
        for ax in figure.axes:
            if any(line.get_label() in names for line in ax.lines):
                expect(kind not in found, f"Lines of {kind} are on both axes; both belong on one of them.")
                found[kind] = ax
        known = [str(line.get_label()) for ax in figure.axes for line in ax.lines]
        expect(
            kind in found,
            f"No line is labelled {names[0]!r} or {names[1]!r}; the labels are {known or 'none: nothing is drawn'}.",
        )
    return found


def lines_of(ax):
    """What is drawn on axes: the numbers over which and those that are drawn, by label."""
    return {
        str(line.get_label()): (
            [float(x) for x in line.get_xdata()],
            [float(y) for y in line.get_ydata()],
        )
        for line in ax.lines
    }


def test_smoothed_by_example(answer):
    """`smoothed([4.0, 8.0, 0.0], 0.75)` is [4.0, 5.0, 3.75], and with the weight 0 every loss stays as it is.

    The second number is three quarters of the 4.0 before it and a quarter of the 8.0.

    The third one builds on the 5.0, the smoothed number before it, not on the loss.
    """
    losses = [4.0, 8.0, 0.0]
    actual = answer.smoothed(losses, 0.75)
    assert_type(actual, list, "smoothed([4.0, 8.0, 0.0], 0.75)")
    assert_close(
        actual,
        [4.0, 5.0, 3.75],
        name="smoothed([4.0, 8.0, 0.0], 0.75)",
        explain={
            "The smoothed numbers start at 0 instead of the first loss.": [1.0, 2.75, 2.0625],
            "The weight belongs to the number before, the rest to the loss.": [4.0, 7.0, 1.75],
            "Each builds on the loss before, not on the smoothed number before.": [4.0, 5.0, 6.0],
        },
    )
    expect(losses == [4.0, 8.0, 0.0], f"smoothed changed the list of losses that it was given to {losses}.")
    same = answer.smoothed(losses, 0.0)
    assert_close(same, losses, name="smoothed([4.0, 8.0, 0.0], 0.0)")
    expect(same is not losses, "smoothed returned the list of losses that it was given, not a new one.")


@settings(max_examples=30)
@given(losses=st.lists(EIGHTHS, max_size=8), weight=st.sampled_from([0.0, 0.5, 0.9, 0.25]))
@example(losses=[], weight=0.5)
@example(losses=[1.0], weight=0.9)
def test_smoothed(answer, losses, weight):
    """`smoothed` keeps the length, and every number is the mean that is asked for, for any losses and weight.

    No losses make no numbers; a single one stays.

    Keep the smoothed number before in a variable, and let it begin as the first loss.
    """
    expected = []
    for n in range(len(losses)):
        # Written out: the first loss counts weight ** n, the one k steps back (1 - weight) * weight ** k.
        later = [(1 - weight) * weight**k * losses[n - k] for k in range(n)]
        expected.append(math.fsum([weight**n * losses[0], *later]))
    actual = answer.smoothed(list(losses), weight)
    assert_close(actual, expected, name=f"smoothed({losses}, {weight})", atol=1e-9)


def test_record_remembers_nothing(answer):
    """Without `results`, or with None, `record` starts new ones: nothing of an earlier call is in them.

    Where does the dictionary of the second call come from? The default value of a parameter is made only once.

    Let the default be None, and make the dictionary inside the function.
    """
    first = answer.record({"loss": 0.9})
    kept = copy.deepcopy(first)
    second = answer.record({"loss": 0.5})
    assert_close(
        second,
        {"loss": [0.5]},
        name='record({"loss": 0.5}) after record({"loss": 0.9})',
        explain={
            "The numbers of the call before are still there: both calls share one dictionary.": {"loss": [0.9, 0.5]}
        },
    )
    assert_close(first, kept, name='what record({"loss": 0.9}) returned, after record({"loss": 0.5})')
    third = answer.record({"acc": 0.25}, None)
    assert_close(third, {"acc": [0.25]}, name='record({"acc": 0.25}, None) after those')


def test_record_by_example(answer):
    """`record` puts each number at the end of the list of its name, and returns the `results` that it was given.

    What comes back from the second call: the same dictionary, or another one?

    `results[name]` is a list; where there is none yet, one has to be put there. Then append, and return `results`.
    """
    results = {"train_loss": [0.9], "test_loss": [1.1]}
    returned = answer.record({"train_loss": 0.7, "test_loss": 1.0, "rate": 0.1}, results)
    assert_type(returned, dict, "record(numbers, results)")
    assert_close(
        returned,
        {"train_loss": [0.9, 0.7], "test_loss": [1.1, 1.0], "rate": [0.1]},
        name="record(numbers, results)",
    )
    expect(returned is results, "record(numbers, results) returned another dictionary than the `results` it was given.")


def test_record_empty_results(answer):
    """An empty dictionary that is given as `results` is filled, not replaced.

    An empty dictionary counts as False. Which question tells it from None?

    Ask `results is None`, not `not results`.
    """
    mine = {}
    returned = answer.record({"loss": 0.9}, mine)
    assert_close(mine, {"loss": [0.9]}, name='mine after record({"loss": 0.9}, mine), mine being empty before,')
    expect(returned is mine, "record(numbers, mine) returned another dictionary than the empty one it was given.")


def test_record_tensors(answer, device):
    """A tensor is recorded as a Python float without its graph, and so is a whole number.

    What is the type of the things in the lists? A recorded loss tensor keeps its graph in memory.

    `.item()` makes a Python number of a tensor of shape (); a plain number has no such method.

    `.item()` of a tensor of whole numbers is an int: then comes `float(...)`, which makes floats of all numbers.
    """
    w = torch.tensor(1.5, device=device, requires_grad=True)
    hits = torch.tensor(3, device=device)
    results = answer.record({"loss": w * 2, "hits": hits, "epochs": 7, "rate": 0.1})
    expected = {"loss": 3.0, "hits": 3.0, "epochs": 7.0, "rate": 0.1}
    assert_type(results, dict, "record(numbers)")
    assert_equal(list(results), list(expected), name="the names in record(numbers)")
    for name, number in expected.items():
        kept = results[name]
        expect(type(kept) is list and len(kept) == 1, f"The list of {name!r} should hold one number; it is {kept!r}.")
        expect(
            type(kept[0]) is float,
            f"The list of {name!r} should hold a Python float; it holds {kept[0]!r}, of type {type(kept[0]).__name__}.",
        )
        explain = {"A Python float went through a float32 tensor and lost digits.": torch.tensor(number).item()}
        assert_equal(kept[0], number, name=f"the number of {name!r}", explain=explain if name == "rate" else None)


@settings(max_examples=25)
@given(epochs=st.lists(st.dictionaries(st.sampled_from(["train_loss", "test_loss", "lr"]), EIGHTHS), max_size=5))
def test_record(answer, epochs):
    """Over several epochs every list holds its numbers in order, also when a name is missing in some epochs.

    The lists need not be of equal length: a test loss may be there in every third epoch alone.

    Go through the names of `numbers`, not through those of `results`.
    """
    results, expected = {}, {}
    for numbers in epochs:
        before = dict(numbers)
        answer.record(numbers, results)
        assert_equal(numbers, before, name="numbers after record(numbers, results)")
        for name, number in numbers.items():
            expected[name] = [*expected.get(name, []), number]
    assert_close(results, expected, name=f"results after {len(epochs)} epochs")


def test_plot_lines(answer):
    """The figure has two axes: on one the losses, on the other the accuracies, each a line over 1, 2, 3, ...

    `plt.subplots(1, 2)` gives the figure and its two axes. Which list goes where, and under which label?

    Without the numbers of the epochs, `plot` counts from 0. The first epoch is 1.

    Write `label=` with the list's name for each of the four lines.
    """
    figure = figure_of(answer, RESULTS)
    places = axes_of(figure)
    for kind, names in KINDS.items():
        lines = lines_of(places[kind])
        for name in names:
            expect(name in lines, f"The axes with the {kind} have no line labelled {name!r}, but {sorted(lines)}.")
            xs, ys = lines[name]
            assert_close(ys, RESULTS[name], name=f"the values of the line {name!r}")
            explain = {"Epochs count from 1; without them, plot counts from 0.": [0.0, 1.0, 2.0]}
            assert_close(xs, [1.0, 2.0, 3.0], name=f"the epochs of the line {name!r}", explain=explain)
        more = len(places[kind].lines) - 2
        expect(not more, f"There are {more} more lines on the axes with the {kind} than the two.")
    left, right = (places[kind].get_position().x0 for kind in KINDS)
    expect(
        abs(left - right) > 0.01,
        "Losses and accuracies stand one above the other, not left and right. `plt.subplots` takes the rows first.",
    )
    expect(left < right, "The losses should be left of the accuracies; they are right of them.")


def test_plot_words(answer):
    """The horizontal axes are called epoch, the vertical ones loss and accuracy, and both have a legend.

    Who reads the figure without the code has to know what is drawn. What tells which line is which?

    `set_xlabel`, `set_ylabel` and `legend()`, for each of the axes; `plt.xlabel` and `plt.legend` reach only the
    axes that are current.
    """
    places = axes_of(figure_of(answer, RESULTS))
    without = [kind for kind, ax in places.items() if ax.get_legend() is None]
    for kind, ax in places.items():
        for what, actual, wanted in (
            ("horizontal", ax.get_xlabel(), "epoch"),
            ("vertical", ax.get_ylabel(), kind),
        ):
            sentence = f"On the axes with the {kind}, the {what} axis should be called {wanted!r}; it is {actual!r}."
            expect(actual.strip().lower() == wanted, sentence)
        expect(not without, f"There is no legend on the axes with the {' and on those with the '.join(without)}.")
        texts = sorted(text.get_text() for text in ax.get_legend().get_texts())
        assert_equal(texts, sorted(KINDS[kind]), name=f"the legend of the axes with the {kind}, sorted,")


@settings(max_examples=8)
@given(data=st.data(), epochs=st.integers(1, 6))
def test_plot(answer, data, epochs):
    """The lines hold the numbers for any length, and for one epoch too.

    The number of epochs is the length of the lists, not that of an example.

    `range(1, n + 1)` are the epochs of n numbers.
    """
    results = {
        name: data.draw(st.lists(EIGHTHS, min_size=epochs, max_size=epochs), label=name)
        for names in KINDS.values()
        for name in names
    }
    try:
        places = axes_of(figure_of(answer, results))
        drawn = {name: line for ax in places.values() for name, line in lines_of(ax).items()}
    finally:
        plt.close("all")
    for name, numbers in results.items():
        expect(name in drawn, f"No line is labelled {name!r}; the labels are {sorted(drawn)}.")
        assert_close(drawn[name][1], numbers, name=f"the values of the line {name!r}")
        assert_close(drawn[name][0], [float(n) for n in range(1, epochs + 1)], name=f"the epochs of the line {name!r}")


def test_plot_new_figure(answer, device):
    """Every call makes a figure of its own, and draws into no figure that was there before.

    Who draws a second training should not find the first one in the picture. Which figure does `plt.plot` draw into?

    `plt.subplots` and `plt.figure` always make a new figure; `plt.gcf()`, `plt.gca()` and `plt.subplot` use the
    current one.
    """
    mine, my_axes = plt.subplots()
    my_axes.plot([1.0, 2.0])
    first = figure_of(answer, RESULTS)
    others = {name: [2 * number for number in numbers] for name, numbers in RESULTS.items()}
    second = figure_of(answer, others)
    untouched = len(mine.axes) == 1 and len(my_axes.lines) == 1 and first is not mine and second is not mine
    expect(untouched, "plot_curves drew into a figure that was there before it was called.")
    expect(first is not second, "Two calls of plot_curves returned the same figure; each should make its own.")
    places = axes_of(first)
    for kind, ax in axes_of(second).items():
        for name in KINDS[kind]:
            assert_close(lines_of(ax).get(name, ([], []))[1], others[name], name=f"{name!r} in the second figure")
            assert_close(
                lines_of(places[kind]).get(name, ([], []))[1],
                RESULTS[name],
                name=f"{name!r} in the first figure, after the second was made",
            )
    show_training(answer, device)


def show_training(answer, device):
    """Show the losses of a small training as the learner's functions keep and smooth them."""
    generator = torch.Generator().manual_seed(3)
    X = torch.randn(64, 2, generator=generator).to(device)
    y = X[:, :1] - 0.5 * X[:, 1:] + 0.5 * torch.randn(64, 1, generator=generator).to(device)
    w = torch.zeros(2, 1, device=device, requires_grad=True)
    results = {}
    for step in range(40):
        rows = slice(8 * (step % 8), 8 * (step % 8) + 8)
        loss = (X[rows] @ w - y[rows]).square().mean()
        (gradient,) = torch.autograd.grad(loss, [w])
        with torch.no_grad():
            w -= 0.05 * gradient
        results = answer.record({"train_loss": loss}, results)
    losses = results["train_loss"]
    lines = {"as recorded": losses, "smoothed by 0.8": answer.smoothed(losses, 0.8)}
    show_plot("Your record of 40 batches", lines, x="batch", y="loss")
