# verdict: passed
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

Path("locked/in").mkdir(parents=True)
Path("locked/in/file").write_text("x")
Path("locked/in").chmod(0)
Path("locked").chmod(0)


def double(x):
    """Twice x."""
    return x * 2
