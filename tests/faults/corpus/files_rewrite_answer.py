# verdict: crashed
# needs: landlock
# message: Permission
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

Path(__file__).write_text("import torch\n")


def double(x):
    """Twice x."""
    return x * 2
