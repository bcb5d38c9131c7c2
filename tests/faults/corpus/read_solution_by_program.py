# verdict: crashed
# needs: landlock
# message: CalledProcessError
import subprocess
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

exec(subprocess.run(["cat", BASE / "course" / "solutions" / "01_double.py"], check=True, capture_output=True).stdout)
