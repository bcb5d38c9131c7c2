"""Checks of 01_running_mean."""

from hypothesis import given
from hypothesis import strategies as st


def test_example(answer):
    """The means of 2, 4 and 9
    are 2, 3 and 5.

    Each mean needs the sum of all
    numbers before it.

    What do you divide by at the second number?
    """
    assert answer.running_mean([2.0, 4.0, 9.0]) == [2.0, 3.0, 5.0], "the means of 2, 4 and 9 are 2, 3 and 5"


@given(values=st.lists(st.integers(-9, 9).map(float)))
def test_any_numbers(answer, values):
    """Every entry is the mean of the numbers up to it, for any list."""
    expected = [sum(values[: i + 1]) / (i + 1) for i in range(len(values))]
    assert answer.running_mean(values) == expected, f"{values} has the running means {expected}"


def bench_running_mean(module, device):
    """Timing: a thousand numbers."""
    values = [float(n) for n in range(1000)]
    return lambda: module.running_mean(values)
