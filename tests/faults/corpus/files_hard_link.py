# verdict: crashed
# needs: landlock
import os
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

os.link(BASE / "home" / "notes.txt", "mine.txt")
Path("mine.txt").write_text("changed")


def double(x):
    """Twice x."""
    return x * 2
