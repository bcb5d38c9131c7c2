"""`python -m tutor.judge.probe`: which layers hold an answer on this machine, one name a line.

Puts itself behind them, as a judge does, and says what took hold. Imports no torch.
"""

import os
import sys
import tempfile
from pathlib import Path

from tutor.judge import landlock, shut_in

EVERY = (
    "session", "parent-death", "subreaper", "streams", "scratch", "limits", "limits-memory", "landlock",
    "landlock-tcp", "landlock-signals",
)  # fmt: skip


def main() -> None:
    """Print "name: on" or "name: off" for each layer, and the version of Landlock."""
    with tempfile.TemporaryDirectory() as scratch:
        read, write = os.pipe()
        engine = os.getpid()
        pid = os.fork()
        if pid == 0:
            layers = shut_in.leave_session(engine)
            layers += shut_in.redirect_streams(write) + shut_in.settle_in(scratch)
            layers += shut_in.close_doors(hidden=[], readable=[], scratch=Path(scratch), cpu=True)
            os.write(write, " ".join(layers).encode())
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as stream:
            active = stream.read().split()
        os.waitpid(pid, 0)
    for name in EVERY:
        sys.stdout.write(f"{name}: {'on' if name in active else 'off'}\n")
    sys.stdout.write(f"Landlock ABI: {landlock.version()}\n")


if __name__ == "__main__":
    main()
