# verdict: failed
# needs: landlock-signals
# message: not permitted
import os
import signal
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")


def double(x):
    os.kill(os.getppid(), signal.SIGTERM)
    return x * 2
