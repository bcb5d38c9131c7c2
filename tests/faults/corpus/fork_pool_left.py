# verdict: passed
import multiprocessing
import time

POOL = multiprocessing.get_context("fork").Pool(2)
POOL.apply_async(time.sleep, (60,))


def double(x):
    """Twice x."""
    return x * 2
