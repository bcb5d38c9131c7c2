# verdict: timed_out
# limit: 1.0
import os
import time

if os.fork() != 0:
    time.sleep(60)  # the child goes on as if it were the judge, and nobody listens to it


def double(x):
    """Twice x."""
    return x * 2
