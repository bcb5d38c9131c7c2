"""Checks of 02_negate."""

from tutor.checks import assert_equal


def test_three(answer):
    """Three becomes minus three.

    There is an operator for it.
    """
    assert_equal(answer.negate(3), -3, name="negate(3)")


def test_zero(answer):
    """Zero stays zero."""
    assert_equal(answer.negate(0), 0, name="negate(0)")
