# verdict: crashed
# needs: landlock
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

Path(__file__).rename(BASE / "elsewhere.py")


def double(x):
    """Twice x."""
    return x * 2
