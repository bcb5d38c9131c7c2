"""Wrong answers that 02_negate must catch, and right ones it must accept."""

from tutor.checks import right, wrong


@wrong(caught_by="test_three", because="Nothing was turned.")
def unchanged(solution):
    return {"negate": lambda x: x}


@right("by subtraction")
def subtracted(solution):
    return {"negate": lambda x: 0 - x}
