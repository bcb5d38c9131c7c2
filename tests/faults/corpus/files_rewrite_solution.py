# verdict: crashed
# needs: landlock
# message: Permission
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

with (BASE / "course" / "solutions" / "01_double.py").open("a") as stream:
    stream.write("# mine")


def double(x):
    """Twice x."""
    return x * 2
