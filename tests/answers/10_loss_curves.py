"""Wrong answers that 10_loss_curves must catch, and right ones it must accept."""

import copy
import itertools

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.figure import Figure

from tutor.checks import excuse, right, wrong

NAMES = ("train_loss", "test_loss", "train_acc", "test_acc")


def plain(number):
    """A number as a float without a graph."""
    return float(number.item() if isinstance(number, torch.Tensor) else number)


def add(numbers, results, value=plain):
    """Put the numbers into the results and return these."""
    for name, number in numbers.items():
        results.setdefault(name, []).append(value(number))
    return results


@wrong(
    caught_by="test_record_remembers_nothing",
    because="All calls without results share one dictionary: a default value, like a global, is made only once.",
)
def mutable_default(solution):
    shared = {}
    return {"record": lambda numbers, results=shared: add(numbers, results)}


@wrong(
    caught_by="test_record_remembers_nothing",
    because="All calls without results share one dictionary: a default value, like a global, is made only once.",
)
def hidden_memory(solution):
    memory = {}
    return {"record": lambda numbers, results=None: add(numbers, memory if results is None else results)}


@wrong(
    caught_by="test_record_remembers_nothing",
    because="`results` is None when none are given; then a new dictionary has to be made.",
)
def none_is_kept(solution):
    return {"record": lambda numbers, results=None: add(numbers, results)}


@wrong(
    caught_by="test_record_by_example",
    because="A copy is filled and returned: the caller's results never grow.",
)
def a_copy(solution):
    return {"record": lambda numbers, results=None: add(numbers, copy.deepcopy(results or {}))}


@wrong(
    caught_by="test_record_empty_results",
    because="An empty dictionary counts as False, so `results or {}` throws it away; ask `results is None`.",
)
def empty_is_none(solution):
    return {"record": lambda numbers, results=None: add(numbers, results or {})}


@wrong(
    caught_by="test_record_tensors",
    because="A tensor is recorded as it is, and holds on to its graph; .item() makes a number of it.",
)
def tensors_kept(solution):
    return {"record": lambda numbers, results=None: add(numbers, {} if results is None else results, lambda one: one)}


@wrong(
    caught_by="test_record_tensors",
    because="detach leaves the graph behind, but what it gives is a tensor; .item() makes a number of it.",
)
def detached(solution):
    def value(number):
        return number.detach() if isinstance(number, torch.Tensor) else float(number)

    return {"record": lambda numbers, results=None: add(numbers, {} if results is None else results, value)}


@wrong(
    caught_by="test_record_tensors",
    because="`.item()` of a tensor of whole numbers is an int, and stays one; float(...) makes a float of it.",
)
def item_alone(solution):
    def value(number):
        return number.item() if isinstance(number, torch.Tensor) else number

    return {"record": lambda numbers, results=None: add(numbers, {} if results is None else results, value)}


@wrong(caught_by="test_record_tensors", because="A Python number has no .item(), only tensors have.")
def item_of_everything(solution):
    def item(number):
        if isinstance(number, float):
            return number
        return float(number.item())

    return {"record": lambda numbers, results=None: add(numbers, {} if results is None else results, item)}


@wrong(
    caught_by="test_record_tensors",
    because="torch.tensor(0.1) is float32 and has about 7 digits; a Python float needs no tensor.",
)
def through_float32(solution):
    return {
        "record": lambda numbers, results=None: add(
            numbers, {} if results is None else results, lambda one: float(torch.as_tensor(one).item())
        )
    }


@wrong(
    caught_by="test_record", because="Every name of results is looked for, also one that this epoch has no number for."
)
def names_of_results(solution):
    def record(numbers, results=None):
        results = {} if results is None else results
        for name in {**results, **numbers}:
            results.setdefault(name, []).append(plain(numbers[name]))
        return results

    return {"record": record}


@wrong(
    caught_by="test_smoothed_by_example",
    because="The average starts at 0, so that the first numbers are far too small.",
)
def from_zero(solution):
    def smoothed(losses, weight):
        before, smooth = 0.0, []
        for loss in losses:
            before = weight * before + (1 - weight) * loss
            smooth.append(before)
        return smooth

    return {"smoothed": smoothed}


@wrong(
    caught_by="test_smoothed_by_example", because="The weight is given to the loss; it belongs to the number before."
)
def weights_swapped(solution):
    return {"smoothed": lambda losses, weight: solution_like(losses, 1 - weight)}


def solution_like(losses, weight):
    """Smoothing by accumulate."""
    return list(itertools.accumulate(losses, lambda before, loss: weight * before + (1 - weight) * loss))


@wrong(
    caught_by="test_smoothed_by_example", because="Each is mixed with the loss before it, not with the smoothed number."
)
def neighbours(solution):
    def smoothed(losses, weight):
        pairs = itertools.pairwise(losses)
        return [*losses[:1], *(weight * one + (1 - weight) * two for one, two in pairs)]

    return {"smoothed": smoothed}


@wrong(caught_by="test_smoothed_by_example", because="The list of losses is written over; a new list was asked for.")
def in_place(solution):
    def smoothed(losses, weight):
        losses[:] = solution_like(losses, weight)
        return losses

    return {"smoothed": smoothed}


@wrong(caught_by="test_smoothed", because="losses[0] of an empty list fails: no losses make no numbers.")
def needs_a_first(solution):
    def smoothed(losses, weight):
        smooth = [losses[0]]
        for loss in losses[1:]:
            smooth.append(weight * smooth[-1] + (1 - weight) * loss)
        return smooth

    return {"smoothed": smoothed}


def plotting(
    *,
    make=lambda: plt.subplots(1, 2),
    start=1,
    place=lambda axes, name: axes[int("acc" in name)],
    label=lambda name: name,
    finish=lambda axes: [ax.legend() for ax in axes],
    words=("epoch", "loss", "accuracy"),
    give=lambda fig, axes: fig,
    numbers=lambda results, name: results[name],
):
    """A `plot_curves` with its parts exchanged."""

    def plot_curves(results):
        fig, axes = make()
        for name in NAMES:
            ys = numbers(results, name)
            place(axes, name).plot(range(start, len(ys) + start), ys, label=label(name))
        for ax, word in zip(axes, words[1:], strict=True):
            ax.set_xlabel(words[0])
            ax.set_ylabel(word)
        finish(axes)
        return give(fig, axes)

    return {"plot_curves": plot_curves}


@wrong(
    caught_by="test_plot_lines",
    because="The epochs count from 0: so do `range(len(...))`, and `plot` when no epochs are given.",
)
def epochs_from_zero(solution):
    return plotting(start=0)


@wrong(caught_by="test_plot_lines", because="plt.subplots gives a figure and its axes; the axes were returned.")
def axes_returned(solution):
    return plotting(give=lambda fig, axes: axes)


@wrong(caught_by="test_plot_lines", because="The figure is shown or saved, and not returned: the function gives None.")
def nothing_returned(solution):
    return plotting(give=lambda fig, axes: None)


@wrong(caught_by="test_plot_lines", because="Lines have no label: without one, no legend can name them.")
def no_labels(solution):
    return plotting(label=lambda name: None)


@wrong(
    caught_by="test_plot_lines",
    because="`plt.plot` draws into the current Axes, those made last; `ax.plot` draws into `ax`.",
)
def current_axes(solution):
    return plotting(place=lambda axes, name: plt)


@wrong(caught_by="test_plot_lines", because="plt.subplots(2, 1) has two rows and one column: one above the other.")
def rows_first(solution):
    return plotting(make=lambda: plt.subplots(2, 1))


@wrong(caught_by="test_plot_lines", because="The accuracies are left and the losses right.")
def sides_swapped(solution):
    return plotting(place=lambda axes, name: axes[int("loss" in name)], words=("epoch", "accuracy", "loss"))


@wrong(caught_by="test_plot_lines", because="Training and test change places: each line bears the other's name.")
def names_swapped(solution):
    other = {"train": "test", "test": "train"}
    return plotting(label=lambda name: "_".join((other[name.split("_")[0]], name.split("_")[1])))


@wrong(caught_by="test_plot_words", because="No legend is made: labels alone are not drawn.")
def no_legend(solution):
    return plotting(finish=lambda axes: None)


@wrong(
    caught_by="test_plot_words",
    because="plt.legend() makes the legend of the current axes alone, the last that were made.",
)
def legend_of_the_last(solution):
    return plotting(finish=lambda axes: plt.legend())


@wrong(caught_by="test_plot_words", because="Both vertical axes are called loss, also that of the accuracies.")
def loss_twice(solution):
    return plotting(words=("epoch", "loss", "loss"))


@wrong(
    caught_by="test_plot_new_figure",
    because="The figure has a fixed number: the second call draws into the first one's figure.",
)
def one_figure(solution):
    return plotting(make=lambda: (plt.figure(77, clear=True), plt.figure(77).subplots(1, 2)))


@wrong(
    caught_by="test_plot_new_figure",
    because="plt.gcf() is the current figure, whoever made it: here one that was there before.",
)
def current_figure(solution):
    def make():
        fig = plt.gcf()
        fig.clear()
        return fig, fig.subplots(1, 2)

    return plotting(make=make)


@wrong(
    caught_by="test_plot_new_figure",
    because="plt.gcf() is the current figure, whoever made it: here one that was there before.",
)
def added_to_the_current(solution):
    return plotting(make=lambda: (plt.gcf(), plt.gcf().subplots(1, 2)))


@right("by plt.subplot and the current axes")
def by_current_axes(solution):
    def plot_curves(results):
        fig = plt.figure(figsize=(10, 4))
        for place, kind in ((1, "loss"), (2, "acc")):
            plt.subplot(1, 2, place)
            for part in ("train", "test"):
                values = np.array(results[f"{part}_{kind}"])
                plt.plot(np.arange(1, len(values) + 1), values, "o-", label=f"{part}_{kind}")
            plt.title(kind)
            plt.xlabel("Epoch")
            plt.ylabel("Loss" if kind == "loss" else "Accuracy")
            plt.legend(loc="best")
        plt.tight_layout()
        plt.close(fig)
        return fig

    return {"plot_curves": plot_curves}


@right("by a figure without pyplot, and a legend of handles")
def without_pyplot(solution):
    def plot_curves(results):
        fig = Figure(layout="constrained")
        for ax, kind, word in zip(fig.subplots(ncols=2), ("loss", "acc"), ("loss", "accuracy"), strict=True):
            epochs = list(range(1, len(results[f"test_{kind}"]) + 1))
            lines = ax.plot(epochs, results[f"test_{kind}"], epochs, results[f"train_{kind}"])
            for line, part in zip(lines, ("test", "train"), strict=True):
                line.set_label(f"{part}_{kind}")
            ax.set(xlabel="epoch", ylabel=word)
            ax.legend(handles=lines)
        return fig

    return {"plot_curves": plot_curves}


@right("by accumulate, and a record with try")
def by_accumulate(solution):
    def record(numbers, results=None):
        kept = results if results is not None else {}
        for name in numbers:
            if name not in kept:
                kept[name] = []
            number = numbers[name]
            if torch.is_tensor(number):
                number = number.detach().cpu().numpy()
            kept[name] += [float(number)]
        return kept

    return {"record": record, "smoothed": solution_like}


excuse(
    line="value = number.item() if isinstance(number, torch.Tensor) else number",
    becomes="value = number if isinstance(number, torch.Tensor) else number",
    because="equivalent: float() of a tensor is its number too; with a graph it warns.",
)
excuse(
    line='for ax, kind, label in zip(axes, ("loss", "acc"), ("loss", "accuracy"), strict=True):',
    becomes='for ax, kind, label in zip(axes, ("loss", "acc"), ("loss", "accuracy")):',
    because="equivalent: all three have two elements.",
)
excuse(
    line='for ax, kind, label in zip(axes, ("loss", "acc"), ("loss", "accuracy"), strict=True):',
    becomes='for ax, kind, label in zip(axes, ("loss", "acc"), ("loss", "accuracy"), strict=False):',
    because="equivalent: all three have two elements.",
)
