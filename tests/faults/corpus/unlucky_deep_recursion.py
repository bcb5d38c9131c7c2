# verdict: crashed
# message: SIGSEGV
import sys

sys.setrecursionlimit(10**6)


def double(x):
    return next(map(double, [x]))  # by way of C, whose stack ends first
