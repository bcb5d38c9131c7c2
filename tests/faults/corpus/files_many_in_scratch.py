# verdict: passed
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

for number in range(5000):
    Path(str(number)).touch()


def double(x):
    """Twice x."""
    return x * 2
