# verdict: failed
import os


def double(x):
    return x * 2 if os.urandom(1)[0] < 128 else x * 3
