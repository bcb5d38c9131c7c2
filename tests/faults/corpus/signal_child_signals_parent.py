# verdict: passed
# needs: landlock-signals
import os
import signal
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

ENGINE = os.getppid()
ASKED = []


def double(x):
    if ASKED:
        return x * 2
    ASKED.append(True)
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            os.kill(ENGINE, signal.SIGKILL)
        except PermissionError:
            os._exit(0)
        os._exit(1)
    if os.waitpid(child, 0)[1] != 0:
        raise RuntimeError("the signal was sent")
    return x * 2
