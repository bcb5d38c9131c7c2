# verdict: crashed
# message: SIGABRT
import os


def double(x):
    os.abort()
    return x * 2
