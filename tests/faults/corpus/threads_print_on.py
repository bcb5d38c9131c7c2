# verdict: passed
import threading


def chatter():
    while True:
        print("still here")


threading.Thread(target=chatter, daemon=True).start()


def double(x):
    """Twice x."""
    return x * 2
