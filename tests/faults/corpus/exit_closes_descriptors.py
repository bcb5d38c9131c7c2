# verdict: crashed
import os

os.closerange(3, 4096)


def double(x):
    """Twice x."""
    return x * 2
