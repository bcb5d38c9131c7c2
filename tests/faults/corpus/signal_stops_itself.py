# verdict: timed_out
# limit: 1.0
import os
import signal


def double(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    return x * 2
