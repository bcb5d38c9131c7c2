# verdict: passed
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

Path("out").symlink_to(BASE / "home")
Path("up").symlink_to(BASE)


def double(x):
    """Twice x."""
    return x * 2
