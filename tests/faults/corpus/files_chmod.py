# verdict: crashed, failed
# needs: landlock
# known: Landlock does not govern permissions, owners and times of files
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

(BASE / "home" / "notes.txt").chmod(0o600)


def double(x):
    """Twice x."""
    return x * 2
