# verdict: passed
import warnings

import torch

torch.set_default_dtype(torch.float64)
torch.set_grad_enabled(False)
torch.manual_seed(3)
torch.use_deterministic_algorithms(True)
torch.set_printoptions(precision=1)
warnings.simplefilter("error")


def double(x):
    return x * 2
