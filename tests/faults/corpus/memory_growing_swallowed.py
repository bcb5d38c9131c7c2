# verdict: timed_out
# needs: limits-memory
# limit: 1.0
import torch


def double(x):
    hoard = []
    while True:
        try:
            if len(hoard) < 400:
                hoard.append(torch.empty(2**28, dtype=torch.uint8))
        except (MemoryError, RuntimeError):
            pass
