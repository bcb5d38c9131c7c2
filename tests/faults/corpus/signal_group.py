# verdict: crashed
# message: SIGKILL
import os
import signal


def double(x):
    if os.getpgrp() != os.getpid():
        raise RuntimeError("not in a group of its own")
    os.killpg(os.getpgrp(), signal.SIGKILL)
    return x * 2
