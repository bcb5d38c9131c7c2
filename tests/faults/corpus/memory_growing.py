# verdict: failed, crashed
# needs: limits-memory
import torch


def double(x):
    hoard = []
    for _ in range(400):  # 100 GB of addresses, none of them touched
        hoard.append(torch.empty(2**28, dtype=torch.uint8))
    return x * 2
