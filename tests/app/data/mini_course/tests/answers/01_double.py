"""Wrong answers that 01_double must catch, and right ones it must accept."""

from tutor.checks import right, wrong


@wrong(caught_by="test_three", because="Squaring is not doubling.")
def squared(solution):
    return {"double": lambda x: x**2}


@right("by addition")
def added(solution):
    return {"double": lambda x: x + x}
