"""# Twice as much

Write `double(x)`: it returns the tensor `x` times two, and leaves `x` as it is.

    >>> double(torch.ones(2))
    tensor([2., 2.])

## Why it works

Multiplying by a number multiplies every element.
"""

import torch


def double(x: torch.Tensor) -> torch.Tensor:
    """Twice x."""
    # BEGIN SOLUTION
    return x * 2
    # END SOLUTION
