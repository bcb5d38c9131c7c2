# verdict: passed, failed, crashed
import torch


def double(x):
    if x.shape == (2, 3):
        hoard = [torch.ones(2**28, dtype=torch.uint8) for _ in range(8)]  # 2 GB, touched
        del hoard
    return x * 2
