"""# Half as much

Write `halve(x)`: it returns `x` divided by two, for a number or a tensor.

    >>> halve(3)
    1.5
"""


def halve(x):
    """Half of x."""
    raise NotImplementedError("TODO: write halve")
