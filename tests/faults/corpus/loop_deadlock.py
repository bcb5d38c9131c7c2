# verdict: timed_out
# limit: 1.0
import threading


def double(x):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
    return x * 2
