"""Wrong answers that 01_running_mean must catch, and right ones it must accept."""

from itertools import accumulate

from tutor.checks import right, wrong


@wrong(caught_by="test_example", because="These are the sums so far; the division is missing.")
def sums(solution):
    return {"running_mean": lambda values: list(accumulate(values))}


@right("by accumulate")
def accumulated(solution):
    return {"running_mean": lambda values: [total / (i + 1) for i, total in enumerate(accumulate(values))]}
