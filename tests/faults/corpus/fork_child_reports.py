# verdict: failed, timed_out, crashed
# limit: 5.0
import os
import time

if os.fork() != 0:
    time.sleep(60)


def double(x):
    return x * 3
