"""The folders of attempts: made below one folder of this user, and removed whatever an answer has done to them.

Removing is done in pieces, because the engine has one thread: a heap of a million files must not keep other attempts
waiting. A folder carries its engine's process id in its name, so that the next engine can clear up after a killed one.
"""

import contextlib
import errno
import os
import re
import stat
import tempfile
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import monotonic

import psutil

AT_ONCE = 0.2  # seconds that removing one attempt's folder may take before its verdict
_BATCH = 1000  # entries of a folder read at a time
_OWNER = re.compile(r"attempt-(\d+)-")


class Scratch:
    """Makes and removes the folders of one engine's attempts.

    An attempt writes to `0` inside a folder of its own: around it is room to take apart what it leaves, on a full disk
    too.
    """

    def __init__(self) -> None:
        self._heaps: deque[Iterator[None]] = deque()
        with contextlib.suppress(OSError):  # making a folder says what is wrong
            self._adopt()

    @property
    def busy(self) -> bool:
        """Whether something is still to be removed."""
        return bool(self._heaps)

    def make(self) -> str:
        """An empty folder for one attempt; OSError, with a sentence on what to do, where there can be none."""
        try:
            folder = Path(tempfile.mkdtemp(prefix=f"attempt-{os.getpid()}-", dir=_home())) / "0"
            folder.mkdir(mode=0o700)
        except OSError as error:
            place = tempfile.tempdir or "the temporary folder"
            raise OSError(
                error.errno,
                f"no folder for it can be made in {place} ({error.strerror}). Make room there, or set TMPDIR to "
                "another folder and run `tutor engine stop`",
            ) from None
        return str(folder)

    def remove(self, folder: str) -> None:
        """Remove an attempt's folder; what takes longer than `AT_ONCE` is left for `work`."""
        self._heaps.append(_clear(Path(folder).parent))
        self.work(AT_ONCE)

    def work(self, seconds: float) -> None:
        """Go on removing for at most `seconds`, the newest first."""
        until = monotonic() + seconds
        while self._heaps and monotonic() < until:
            try:
                next(self._heaps[-1])
            except StopIteration:
                self._heaps.pop()

    def _adopt(self) -> None:
        """Begin to remove what engines have left that are gone."""
        for path in _home().iterdir():
            owner = _OWNER.match(path.name)
            if owner is not None and not _lives(int(owner[1])):
                self._heaps.append(_clear(path))


def _lives(pid: int) -> bool:
    """Whether there is such a process; one that is dead and not yet collected by whoever started it is none."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _home() -> Path:
    """The folder around every attempt's, so that each can be kept from the others."""
    home = Path(tempfile.gettempdir()) / f"tutor-attempts-{os.getuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    facts = home.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid():
        raise OSError(errno.EPERM, f"{home} is not a folder of yours")
    return home


def _clear(heap: Path) -> Iterator[None]:
    """Remove `heap`, a folder of numbered folders, yielding between the pieces.

    Folders found inside come up into the heap under a number: no path grows long, no stack deep. Links are removed,
    never followed. What cannot be removed stays.
    """
    pending = [entry.name for entry in _batch(heap) if entry.name.isdecimal() and entry.is_dir(follow_symlinks=False)]
    last = max(map(int, pending), default=0)
    for name in pending:
        with contextlib.suppress(OSError):
            (heap / name).chmod(0o700)
    while pending:
        folder = heap / pending.pop()
        moved = True
        while moved:
            moved = False
            for entry in _batch(folder):
                yield
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        os.chmod(entry.path, 0o700)  # noqa: PTH101  (who moves a folder must be able to write to it)
                        os.rename(entry.path, heap / str(last + 1))  # noqa: PTH104
                        last += 1
                        pending.append(str(last))
                    else:
                        os.unlink(entry.path)  # noqa: PTH108
                    moved = True
        with contextlib.suppress(OSError):
            folder.rmdir()
    with contextlib.suppress(OSError):
        heap.rmdir()


def _batch(folder: Path) -> list[os.DirEntry[str]]:
    """Some entries of a folder, all where they are few: removing while reading on skips some on some systems."""
    try:
        with os.scandir(folder) as entries:
            return list(islice(entries, _BATCH))
    except OSError:
        return []
