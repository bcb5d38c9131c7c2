# verdict: passed, failed, crashed
# needs: landlock
import os
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

os.environ["TUTOR_RUNTIME_DIR"] = (BASE / "runtime").read_text()
from tutor.engine.client import stop_engine

try:
    stop_engine()
except Exception:
    pass


def double(x):
    """Twice x."""
    return x * 2
