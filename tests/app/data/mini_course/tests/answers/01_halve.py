"""Wrong answers that 01_halve must catch, and right ones it must accept."""

from tutor.checks import right, wrong


@wrong(caught_by="test_three", because="Floor division drops the remainder.")
def floored(solution):
    return {"halve": lambda x: x // 2}


@right("by multiplication")
def multiplied(solution):
    return {"halve": lambda x: x * 0.5}
