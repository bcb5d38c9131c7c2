# verdict: passed
# needs: landlock
# beside: helper.py = TWO = 2
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

sys.dont_write_bytecode = False
sys.path.insert(0, str(Path(__file__).parent))
import helper  # noqa: E402

assert helper.TWO == 2


def double(x):
    """Twice x."""
    return x * 2
