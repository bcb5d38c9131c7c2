# verdict: failed
import os

FORKED = []


def double(x):
    if not FORKED:  # once: forking at every call would double without end
        FORKED.append(True)
        os.fork()
    return x * 3
