# verdict: passed
import os
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

for _ in range(3000):
    os.mkdir("deeper")
    os.chdir("deeper")


def double(x):
    """Twice x."""
    return x * 2
