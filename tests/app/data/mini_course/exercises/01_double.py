"""# Twice as much

Write `double(x)`: it returns `x` times two, for a number or a tensor.

    >>> double(3)
    6
"""


def double(x):
    """Twice x."""
    raise NotImplementedError("TODO: write double")
