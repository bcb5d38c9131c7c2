# verdict: crashed
# needs: landlock
# message: Permission
# cli: yes
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

exec((BASE / "course" / "solutions" / "01_double.py").read_text())
