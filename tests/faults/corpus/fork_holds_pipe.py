# verdict: crashed
# message: ended the process
import os
import time


def double(x):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(60)
        os._exit(0)
    os._exit(0)
    return x * 2
