# verdict: passed
# beside: torch.py = raise RuntimeError('shadow')
# beside: random.py = raise RuntimeError('shadow')
# beside: pytest.py = raise RuntimeError('shadow')
# cli: yes
import random

import torch

assert random.random() < 1 and torch.ones(1).item() == 1


def double(x):
    """Twice x."""
    return x * 2
