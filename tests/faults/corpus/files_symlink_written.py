# verdict: crashed
# needs: landlock
# message: Permission
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

Path("out").symlink_to(BASE / "home")
Path("out/notes.txt").write_text("changed")


def double(x):
    """Twice x."""
    return x * 2
