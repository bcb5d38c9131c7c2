"""# The mean so far

A running mean tells, after every number, the mean of all numbers up to it.

    >>> running_mean([2.0, 4.0, 9.0])
    [2.0, 3.0, 5.0]

Write `running_mean(values)`, which returns a list as long as `values`.
"""


def running_mean(values: list[float]) -> list[float]:
    """The mean of values[: i + 1] for every i."""
    raise NotImplementedError("TODO: write running_mean")
