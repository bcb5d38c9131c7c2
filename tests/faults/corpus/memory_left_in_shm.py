# verdict: passed, failed
# known: shared memory stays open for torch's own workers
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

SHARED = Path("/dev/shm")
try:
    (SHARED / f"tutor-fault-{BASE.name}").write_bytes(b"x" * 1000)
except OSError:
    pass


def double(x):
    """Twice x."""
    return x * 2
