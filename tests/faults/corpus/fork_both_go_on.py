# verdict: failed
import os


def double(x):
    os.fork()
    return x * 3
