"""Wrong answers that 10_diagnose_fit must catch, and right ones it must accept."""

import math

import numpy as np
import torch

from tutor.checks import excuse, right, wrong


@wrong(caught_by="test_best_epoch", because="Positions in a list begin with 0; the first epoch is 1.")
def from_zero(solution):
    return {"best_epoch": lambda test_loss: test_loss.index(min(test_loss))}


@wrong(
    caught_by="test_best_epoch", because="`<=` lets a later epoch with the same loss win; the earliest is asked for."
)
def latest(solution):
    return {"best_epoch": lambda test_loss: max(n for n, one in enumerate(test_loss, 1) if one == min(test_loss))}


@wrong(caught_by="test_best_epoch", because="A tensor's argmin is a tensor; the number of an epoch is an int.")
def a_tensor(solution):
    return {"best_epoch": lambda test_loss: torch.tensor(test_loss).argmin() + 1}


def diagnosing(
    *,
    unstable=lambda train, test, guess: not np.isfinite([*train, *test]).all() or train[-1] > guess,
    over=lambda train, test: test[-1] > 1.125 * min(test) and train[-1] < train[test.index(min(test))],
    unfinished=lambda train: train[-1] < 0.9375 * train[-6],
    high=lambda train, test, guess: train[-1] > guess / 2,
    order="uof",
):
    """A `diagnose` with its rules exchanged."""

    def diagnose(train_loss, test_loss, guess):
        rules = {
            "u": ("unstable", lambda: unstable(train_loss, test_loss, guess)),
            "o": ("overfitting", lambda: over(train_loss, test_loss)),
            "f": ("unfinished", lambda: high(train_loss, test_loss, guess) and unfinished(train_loss)),
        }
        for letter in order:
            name, holds = rules[letter]
            if holds():
                return name
        return "underfitting" if high(train_loss, test_loss, guess) else "fine"

    return {"diagnose": diagnose}


@wrong(
    caught_by="test_diagnose_by_example",
    because="A test loss above the training loss is taken for overfitting; that gap is nearly always there.",
)
def gap(solution):
    return diagnosing(over=lambda train, test: test[-1] > 1.125 * train[-1])


@wrong(
    caught_by="test_diagnose_by_example",
    because="The number of the best epoch is used as a position: epoch 3 stands at position 2.",
)
def epoch_as_position(solution):
    return diagnosing(
        over=lambda train, test: test[-1] > 1.125 * min(test) and train[-1] < train[test.index(min(test)) + 1]
    )


@wrong(
    caught_by="test_diagnose_by_example",
    because="Underfitting is asked before unfinished: its rule holds for every unfinished run too, and comes first.",
)
def underfitting_first(solution):
    return diagnosing(unfinished=lambda train: False)


@wrong(
    caught_by="test_diagnose_limits",
    because="Exactly 1.125 times the lowest counts as more; the limit itself is left out.",
)
def limit_counts(solution):
    return diagnosing(
        over=lambda train, test: test[-1] >= 1.125 * min(test) and train[-1] < train[test.index(min(test))]
    )


@wrong(caught_by="test_diagnose_limits", because="A last loss of exactly half of guess counts as above it.")
def half_counts(solution):
    return diagnosing(high=lambda train, test, guess: train[-1] >= guess / 2)


@wrong(caught_by="test_diagnose_limits", because="A last loss of exactly guess counts as above it.")
def guess_counts(solution):
    return diagnosing(unstable=lambda train, test, guess: not np.isfinite([*train, *test]).all() or train[-1] >= guess)


@wrong(
    caught_by="test_diagnose_by_example",
    because="A rising test loss is enough here; overfitting also needs a training loss that has fallen since.",
)
def rise_alone(solution):
    return diagnosing(over=lambda train, test: test[-1] > 1.125 * min(test))


@wrong(
    caught_by="test_diagnose_by_example", because="A high test loss is taken for underfitting; the training loss tells."
)
def high_test_loss(solution):
    return diagnosing(high=lambda train, test, guess: test[-1] > guess / 2)


@wrong(
    caught_by="test_diagnose_by_example",
    because="A nan in the middle is not noticed: ask math.isfinite of every loss; comparisons with nan are False.",
)
def last_is_finite(solution):
    return diagnosing(
        unstable=lambda train, test, guess: not np.isfinite([train[-1], test[-1]]).all() or train[-1] > guess
    )


@wrong(
    caught_by="test_diagnose_by_example",
    because="A nan in the middle is not noticed: ask math.isfinite of every loss; comparisons with nan are False.",
)
def nan_not_seen(solution):
    return diagnosing(unstable=lambda train, test, guess: max(train + test) == math.inf or train[-1] > guess)


@wrong(caught_by="test_diagnose_limits", because="train_loss[-5] is four epochs before the last one, not five.")
def four_epochs(solution):
    return diagnosing(unfinished=lambda train: train[-1] < 0.9375 * train[-5])


@wrong(
    caught_by="test_diagnose_limits", because="The best epoch is taken from the training loss, not from the test loss."
)
def best_of_training(solution):
    return diagnosing(over=lambda train, test: test[-1] > 1.125 * min(test) and train[-1] <= min(train))


@wrong(caught_by="test_diagnose", because="The rules stand in another order: a run that overfits is called unfinished.")
def other_order(solution):
    return diagnosing(order="ufo")


@wrong(caught_by="test_changed", because="Only the names of the first dictionary are looked at.")
def names_of_one(solution):
    return {"changed": lambda before, after: {name for name in before if before[name] != after.get(name, before)}}


@wrong(caught_by="test_changed", because="get gives None for a missing name, as if its value were None.")
def get_none(solution):
    def changed(before, after):
        return {name for name in before | after if before.get(name) != after.get(name)}

    return {"changed": changed}


@wrong(
    caught_by="test_changed", because="A difference of items holds pairs of name and value; the names were asked for."
)
def pairs(solution):
    return {"changed": lambda before, after: set(before.items()) ^ set(after.items())}


def choosing(
    *,
    fair=lambda names: len(names) == 1 and names != {"seed"},
    score=lambda run: min(run["test_loss"]),
    usable=lambda run: np.isfinite(run["test_loss"]).all(),
    twin=lambda names: not names - {"seed"},
    enough=lambda loss, limit: loss < limit,
    base_counts=True,
):
    """A `best_remedy` with its parts exchanged."""

    def of(solution):
        def best_remedy(runs, base):
            names = {name: solution.changed(runs[base]["settings"], run["settings"]) for name, run in runs.items()}
            twins = [score(runs[name]) for name in runs if (name == base and base_counts) or twin(names[name])]
            limit = min(twins, default=math.inf)
            losses = [(score(run), name) for name, run in runs.items() if fair(names[name]) and usable(run)]
            best = min(losses, key=lambda pair: pair[0], default=None)
            return best[1] if best and enough(best[0], limit) else None

        return {"best_remedy": best_remedy}

    return of


@wrong(
    caught_by="test_best_remedy_by_example",
    because="Runs with several changes are compared too: nobody can say which of the changes helped.",
)
def any_change(solution):
    return choosing(fair=lambda names: bool(names - {"seed"}))(solution)


@wrong(
    caught_by="test_best_remedy_by_example",
    because="The seed is not counted as a change: a remedy with another seed has two.",
)
def seed_is_free(solution):
    return choosing(fair=lambda names: len(names - {"seed"}) == 1)(solution)


@wrong(caught_by="test_best_remedy_evidence", because="A run with another seed alone is taken for a remedy.")
def seed_as_remedy(solution):
    return choosing(fair=lambda names: len(names) == 1, twin=lambda names: not names)(solution)


@wrong(
    caught_by="test_best_remedy_evidence",
    because="The remedy is compared with the base alone; another seed of the base does as much.",
)
def one_seed(solution):
    return choosing(twin=lambda names: not names)(solution)


@wrong(caught_by="test_best_remedy_evidence", because="The best remedy is returned even if it does not help.")
def always_one(solution):
    return choosing(enough=lambda loss, limit: True)(solution)


@wrong(caught_by="test_best_remedy_evidence", because="A remedy that only equals the best twin counts as help.")
def equal_helps(solution):
    return choosing(enough=lambda loss, limit: loss <= limit)(solution)


@wrong(caught_by="test_best_remedy_by_example", because="Remedies are compared by training loss; the test loss tells.")
def by_training_loss(solution):
    return choosing(score=lambda run: min(run["train_loss"]))(solution)


@wrong(
    caught_by="test_best_remedy_broken_runs",
    because="A run with nan or infinite test losses is compared like the others: ask math.isfinite of each.",
)
def training_is_finite(solution):
    return choosing(usable=lambda run: np.isfinite(run["train_loss"]).all())(solution)


@wrong(
    caught_by="test_best_remedy_by_example",
    because="The last test losses are compared; the lowest one of each run counts.",
)
def by_last_loss(solution):
    return choosing(score=lambda run: run["test_loss"][-1])(solution)


@wrong(
    caught_by="test_best_remedy_evidence",
    because="Of two equal remedies the last is returned; the first of equals was asked for.",
)
def last_of_equals(solution):
    def best_remedy(runs, base):
        return solution.best_remedy(dict(reversed(runs.items())), base)

    return {"best_remedy": best_remedy}


@wrong(
    caught_by="test_best_remedy_evidence",
    because="The base is a twin too: a remedy has to go below its lowest loss as well.",
)
def base_is_no_twin(solution):
    return choosing(twin=lambda names: names == {"seed"}, base_counts=False)(solution)


@wrong(
    caught_by="test_best_remedy_broken_runs",
    because="A run with nan or infinite test losses is compared like the others: ask math.isfinite of each.",
)
def broken_runs(solution):
    return choosing(usable=lambda run: True)(solution)


@right("by numpy, and items as sets")
def by_numpy(solution):
    def changed(before, after):
        differ = {name for name in before if name in after and before[name] != after[name]}
        return differ | (before.keys() ^ after.keys())

    return {
        "best_epoch": lambda test_loss: int(np.argmin(test_loss)) + 1,
        "changed": changed,
        **diagnosing(),
        **choosing()(solution),
    }


@right("by sorting, by ratios, and by items")
def by_sorting(solution):
    def best_remedy(runs, base):
        twins, remedies = [], []
        for place, (name, run) in enumerate(runs.items()):
            lowest = sorted(run["test_loss"])[0]
            match sorted(solution.changed(run["settings"], runs[base]["settings"])):
                case [] | ["seed"]:
                    twins.append(lowest)
                case [_] if torch.tensor(run["test_loss"]).isfinite().all():
                    remedies.append((lowest, place, name))
        good = sorted(one for one in remedies if one[0] < min(twins))
        return good[0][2] if good else None

    def over(train, test):
        ordered = sorted(range(len(test)), key=lambda n: test[n])
        return test[-1] / test[ordered[0]] > 1.125 and train[ordered[0]] > train[-1]

    return {
        "best_epoch": lambda test_loss: min(enumerate(test_loss, 1), key=lambda pair: pair[1])[0],
        "changed": lambda before, after: {name for name, _ in before.items() ^ after.items()},
        "best_remedy": best_remedy,
        **diagnosing(over=over),
    }


excuse(
    line='differing = changed(runs[base]["settings"], run["settings"])',
    becomes='differing = changed(run["settings"], runs[base]["settings"])',
    because="equivalent: what differs does so from either side.",
)
