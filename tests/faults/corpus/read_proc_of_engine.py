# verdict: crashed
# needs: landlock
# message: Permission
import os

with open(f"/proc/{os.getppid()}/mem", "rb") as memory:
    memory.seek(0x400000)
    memory.read(1)


def double(x):
    """Twice x."""
    return x * 2
