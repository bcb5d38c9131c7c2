"""Checks of 01_halve."""

from tutor.checks import assert_equal


def test_three(answer):
    """Half of three is one and a half.

    Divide by 2.
    """
    assert_equal(answer.halve(3), 1.5, name="halve(3)")
