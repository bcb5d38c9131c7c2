"""Four times a number."""

from double import double


def quadruple(x: int) -> int:
    """Four times x."""
    # BEGIN SOLUTION
    return double(double(x))
    # END SOLUTION
