# verdict: timed_out
# limit: 1.0
import sys


def double(x):
    while True:
        sys.stdout.write("x" * 65536)
