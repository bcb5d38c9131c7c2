# verdict: crashed
# needs: landlock
import sqlite3
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

with sqlite3.connect(BASE / "workspace" / ".tutor" / "progress.db") as base:
    base.execute("DELETE FROM sqlite_master WHERE 0")
    for (table,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        base.execute(f"DROP TABLE {table}")


def double(x):
    """Twice x."""
    return x * 2
