# verdict: failed
# message: sys.exit
# cli: yes
import sys


def double(x):
    sys.exit(0)
    return x * 2
