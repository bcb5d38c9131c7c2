# verdict: crashed
# needs: landlock
# cli: yes
import shutil
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

shutil.rmtree(BASE / "course" / "tests" / "checks")


def double(x):
    """Twice x."""
    return x * 2
