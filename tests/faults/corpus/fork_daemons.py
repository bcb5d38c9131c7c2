# verdict: passed
# cli: yes
import os
import time

for _ in range(10):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.chdir("/")
            time.sleep(60)
        os._exit(0)


def double(x):
    """Twice x."""
    return x * 2
