# verdict: passed
# needs: limits-memory
import os

import torch

child = os.fork()
if child == 0:
    try:
        hoard = [torch.empty(2**28, dtype=torch.uint8) for _ in range(400)]
    except (MemoryError, RuntimeError):
        os._exit(0)
    os._exit(1)
if os.waitpid(child, 0)[1] != 0:
    raise RuntimeError("a child was given 100 GB")


def double(x):
    """Twice x."""
    return x * 2
