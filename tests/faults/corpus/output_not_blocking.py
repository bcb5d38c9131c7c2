# verdict: passed, failed, crashed, timed_out
# limit: 5.0
import os


def double(x):
    os.set_blocking(1, False)
    try:
        while True:
            os.write(1, b"x" * 65536)
    except BlockingIOError:
        pass
    return x * 2
