"""`tutor check --watch`: check again at every save, until Ctrl-C.

Owns which files count as saved and that a newer save takes a running attempt's place. What changed is decided by
comparing the files' stamps, so that a save by rename and one in place are the same.
"""

import threading
from collections.abc import Sequence
from pathlib import Path

from watchfiles import watch as wakes

from tutor.cli.attempts import Cancelled, Connection
from tutor.cli.console import complain
from tutor.cli.desk import Desk, Target, check_one
from tutor.cli.problems import INTERRUPTED, explain

Stamp = tuple[int, int, int]  # inode, modification time, size
LOOK_AGAIN = 1000  # milliseconds between looks where the file system tells of nothing


def watch(desk: Desk, targets: Sequence[Target]) -> int:
    """Check the targets, then again those that are saved; ends with Ctrl-C only."""
    folders = {target.file if target.exercise.files else target.file.parent for target in targets}
    seen = _stamps(targets)
    round_ = Round(desk, targets)
    try:
        for _ in wakes(
            *(folder for folder in folders if folder.is_dir()),
            watch_filter=None,
            debounce=400,
            step=25,
            rust_timeout=LOOK_AGAIN,
            yield_on_timeout=True,
            recursive=False,
        ):
            now = _stamps(targets)
            saved = [target for target in targets if now[target.file] != seen[target.file]]
            seen = now
            if saved:
                unfinished = [target for target in round_.cancel() if target not in saved]
                round_ = Round(desk, [*saved, *unfinished])
    except KeyboardInterrupt:
        pass
    finally:
        round_.cancel(wait=1.0)
    return INTERRUPTED


class Round:
    """The targets being checked one after another in a thread of its own, begun at once."""

    def __init__(self, desk: Desk, targets: Sequence[Target]) -> None:
        self._desk = desk
        self._unfinished = list(targets)
        self._connection = Connection(desk.course.preload)
        # A daemon, because Ctrl-C must not wait for an engine that is warming up.
        self._thread = threading.Thread(target=self._run, name="tutor-round", daemon=True)
        self._thread.start()

    def cancel(self, wait: float | None = None) -> list[Target]:
        """Kill the running attempt and return the targets without a verdict; `wait` at most so many seconds for it."""
        self._connection.close()
        self._thread.join(wait)
        return self._unfinished

    def _run(self) -> None:
        try:
            while self._unfinished:
                check_one(self._desk, self._connection, self._unfinished[0])
                self._unfinished.pop(0)
            self._connection.close()
        except Cancelled:
            self._desk.report.abandon()
            return
        except Exception as error:  # the edge of the thread: the watch goes on, the next save may do better
            self._unfinished.clear()
            self._desk.report.abandon()
            complain(explain(error)[0], style="red")
        complain("Waiting for the next save. Ctrl-C ends.", style="dim")


def _stamps(targets: Sequence[Target]) -> dict[Path, dict[Path, Stamp | None]]:
    """Of each target, inode, modification time and size by file; None for a file that is not there."""
    return {target.file: {file: _stamp(file) for file in _files(target)} for target in targets}


def _files(target: Target) -> list[Path]:
    return sorted(target.file.glob("*.py")) if target.exercise.files else [target.file]


def _stamp(file: Path) -> Stamp | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return (status.st_ino, status.st_mtime_ns, status.st_size)
