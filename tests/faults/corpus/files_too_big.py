# verdict: crashed
# needs: limits
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

with open("big", "wb") as stream:
    stream.truncate(2**40)


def double(x):
    """Twice x."""
    return x * 2
