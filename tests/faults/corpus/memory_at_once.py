# verdict: failed, crashed
# needs: limits-memory
# cli: yes
import torch


def double(x):
    hoard = torch.empty(100 * 2**30, dtype=torch.uint8)  # asked for, never touched
    del hoard
    return x * 2
