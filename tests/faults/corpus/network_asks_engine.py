# verdict: crashed, failed
# needs: landlock
import os
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

os.environ["TUTOR_RUNTIME_DIR"] = (BASE / "runtime").read_text()
from tutor.engine.client import engine_status

if engine_status() is None:
    raise RuntimeError("no engine to be reached")


def double(x):
    """Twice x."""
    return x * 2
