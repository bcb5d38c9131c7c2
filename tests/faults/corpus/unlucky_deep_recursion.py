# verdict: crashed, failed
import sys


def double(x):
    sys.setrecursionlimit(10**9)
    return double(x)
