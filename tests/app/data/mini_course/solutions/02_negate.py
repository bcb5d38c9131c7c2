"""# The other sign

Write `negate(x)`: it returns `x` with its sign turned.

    >>> negate(3)
    -3
"""


def negate(x):
    """Minus x."""
    # BEGIN SOLUTION
    return -x
    # END SOLUTION
