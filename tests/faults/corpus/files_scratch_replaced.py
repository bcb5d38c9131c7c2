# verdict: crashed, passed
# needs: landlock
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

here = Path.cwd()
here.rmdir()
here.symlink_to(BASE / "home")


def double(x):
    """Twice x."""
    return x * 2
