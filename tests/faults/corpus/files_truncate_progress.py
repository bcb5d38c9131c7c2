# verdict: crashed
# needs: landlock
import os
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

os.truncate(BASE / "workspace" / ".tutor" / "progress.db", 0)


def double(x):
    """Twice x."""
    return x * 2
