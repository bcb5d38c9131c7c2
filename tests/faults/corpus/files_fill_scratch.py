# verdict: passed
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

with open("big", "wb") as stream:
    for _ in range(300):
        stream.write(b"x" * 2**20)


def double(x):
    """Twice x."""
    return x * 2
