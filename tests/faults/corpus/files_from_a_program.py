# verdict: crashed
# needs: landlock
# message: CalledProcessError
import subprocess
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

subprocess.run(["rm", "-rf", BASE / "home"], check=True)


def double(x):
    """Twice x."""
    return x * 2
