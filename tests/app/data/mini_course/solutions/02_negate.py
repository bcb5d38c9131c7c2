"""# The other sign

Write `negate(x)`: it returns `x` with its sign turned. There are two seconds for it.

    >>> negate(3)
    -3
"""


def negate(x):
    """Minus x."""
    # BEGIN SOLUTION
    return -x
    # END SOLUTION
