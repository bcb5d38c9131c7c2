"""Checks of the pair."""

from hypothesis import given
from hypothesis import strategies as st

from tutor.checks import assert_equal, run_program


@given(x=st.integers(-9, 9))
def test_double(answer, x):
    """A number is doubled.

    What is one and one?
    """
    assert_equal(answer.double.double(x), x + x, name="double(x)")


@given(x=st.integers(-9, 9))
def test_engine(answer, solution, x):
    """A number is taken four times.

    Use double twice.
    """
    assert solution.engine.quadruple(x) == 4 * x
    assert_equal(answer.engine.quadruple(x), 4 * x, name="quadruple(x)")


def test_program(answer, tmp_path):
    """The program prints four times the number.

    Use quadruple.
    """
    program = run_program(answer, "main.py", "5", folder=tmp_path)
    program.expect_success()
    assert_equal(program.output.strip(), "20", name="what the program prints")
