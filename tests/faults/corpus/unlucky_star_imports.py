# verdict: passed
from math import *
from os import *

from torch import *
from torch.nn.functional import *


def double(x):
    """Twice x."""
    return x * 2
