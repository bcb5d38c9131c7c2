# verdict: passed
# needs: landlock
import os

opened = []
try:
    for name in os.listdir(f"/proc/{os.getppid()}/fd"):
        opened.append(os.open(f"/proc/{os.getppid()}/fd/{name}", os.O_WRONLY | os.O_NONBLOCK))
except OSError:
    pass
if opened:
    raise RuntimeError("the engine's own pipes can be opened")


def double(x):
    """Twice x."""
    return x * 2
