# verdict: crashed
# needs: landlock
# message: Permission
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

others = [path for path in Path.cwd().parent.iterdir() if path != Path.cwd()]
Path("../stolen").write_text(str(others))


def double(x):
    """Twice x."""
    return x * 2
