"""Checks of 01_fix_counter."""


def test_counts(answer):
    """One counter counts 1, 2, 3."""
    counter = answer.Counter()
    assert [counter(), counter(), counter()] == [1, 2, 3], "three calls count 1, 2, 3"


def test_apart(answer):
    """Two counters do not share their count.

    Who owns `calls`: the class or the instance?
    """
    one, other = answer.Counter(), answer.Counter()
    one()
    assert other() == 1, "the first call of a new counter is 1, whatever other counters did"
