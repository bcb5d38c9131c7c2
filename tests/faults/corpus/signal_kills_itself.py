# verdict: crashed
# message: SIGKILL
import os
import signal


def double(x):
    os.kill(os.getpid(), signal.SIGKILL)
    return x * 2
