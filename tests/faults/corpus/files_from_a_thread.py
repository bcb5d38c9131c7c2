# verdict: crashed
# needs: landlock
# message: Permission
import threading
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

failed = []


def write():
    try:
        (BASE / "home" / "notes.txt").write_text("changed")
    except OSError as error:
        failed.append(error)


thread = threading.Thread(target=write)
thread.start()
thread.join()
if failed:
    raise failed[0]


def double(x):
    """Twice x."""
    return x * 2
