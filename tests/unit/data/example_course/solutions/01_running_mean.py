"""# The mean so far

A running mean tells, after every number, the mean of all numbers up to it.

    >>> running_mean([2.0, 4.0, 9.0])
    [2.0, 3.0, 5.0]

Write `running_mean(values)`, which returns a list as long as `values`.

## Why it works

The sum so far divided by the count so far is the mean so far, and both grow by one step at a time.
"""


def running_mean(values: list[float]) -> list[float]:
    """The mean of values[: i + 1] for every i."""
    # BEGIN SOLUTION
    means, total = [], 0.0
    for count, value in enumerate(values, 1):
        total += value
        means.append(total / count)
    return means
    # END SOLUTION
