# verdict: crashed, failed
# needs: landlock
# known: Landlock does not govern permissions, owners and times of files
import os
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

os.utime(BASE / "home" / "notes.txt", (0, 0))


def double(x):
    """Twice x."""
    return x * 2
