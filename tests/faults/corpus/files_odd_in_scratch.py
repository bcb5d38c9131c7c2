# verdict: passed
import os
import socket
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
if not (BASE / "faults-may-write-here").exists():
    raise SystemExit("only for a copy that a test made")

os.mkfifo("pipe")
Path("-rf").touch()
Path("new\nline").touch()
Path(os.fsdecode(b"not-utf8-\xff")).touch()
listener = socket.socket(socket.AF_UNIX)
listener.bind("socket")


def double(x):
    """Twice x."""
    return x * 2
