# verdict: timed_out
# limit: 1.0
import time


def double(x):
    time.sleep(10**6)
    return x * 2
