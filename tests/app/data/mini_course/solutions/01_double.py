"""# Twice as much

Write `double(x)`: it returns `x` times two, for a number or a tensor.

    >>> double(3)
    6

## Why it works

Multiplication is the same word for numbers and tensors.
"""


def double(x):
    """Twice x."""
    # BEGIN SOLUTION
    return x * 2
    # END SOLUTION
