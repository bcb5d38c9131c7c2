# verdict: crashed
# message: SIGALRM
import signal
import time


def double(x):
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    time.sleep(30)
    return x * 2
