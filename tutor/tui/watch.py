"""Watches the exercises folder and posts which files were saved or deleted, by any editor.

watchfiles wakes the thread; what changed is decided by comparing the files' stamps with those seen before. That way a
save by rename, a folder deleted and made again, a change between two watches, and a file system without notifications
are all the same case. tutor's own writes are announced with `mine` and not reported.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from textual.message import Message

Stamps = dict[str, tuple[int, int, int]]  # "05_x.py" or "11_x/train.py" -> inode, modification time in ns, size

LOOK_AGAIN = 1.0  # seconds between two looks at the folder when nothing woke us
STEP = 8  # milliseconds: a save is seen when nothing more has been written for so long, one or two steps after it


class FilesChanged(Message):
    """Files of the exercises folder, or of a folder in it, were saved or deleted; names as seen from it."""

    def __init__(self, saved: frozenset[str], deleted: frozenset[str]) -> None:
        super().__init__()
        self.saved = saved
        self.deleted = deleted


def stamps(folder: Path) -> Stamps:
    """The stamps of the Python files in `folder` and in the folders right in it; empty when it is not there."""
    found: Stamps = {}
    for place, prefix in ((folder, ""), *((within, f"{within.name}/") for within in _within(folder))):
        try:
            with os.scandir(place) as entries:  # a look at a thousand files stands between a save and its attempt
                for entry in entries:
                    if entry.name.endswith(".py") and (stamp := _stamp(entry)) is not None:
                        found[f"{prefix}{entry.name}"] = stamp
        except OSError:
            pass
    return found


def _within(folder: Path) -> list[Path]:
    """The folders right in `folder`, those of exercises with several files."""
    try:
        with os.scandir(folder) as entries:
            return [Path(entry.path) for entry in entries if entry.is_dir() and entry.name[0] not in "._"]
    except OSError:
        return []


def _stamp(path: Path | os.DirEntry[str]) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_ino, status.st_mtime_ns, status.st_size)


class Watch:
    """A thread that watches one folder until `stop`."""

    def __init__(self, folder: Path, post: Callable[[Message], object]) -> None:
        self._folder = folder
        self._post_message = post
        self._lock = threading.RLock()
        self._seen = stamps(folder)
        self._stop = threading.Event()

    def start(self) -> None:
        """Begin to watch, in the background."""
        threading.Thread(target=self._run, name="tutor-watch", daemon=True).start()

    def stop(self) -> None:
        """End the thread soon."""
        self._stop.set()

    @contextmanager
    def looking_away(self) -> Iterator[None]:
        """Nothing is looked at meanwhile: tutor writes a file, and then says with `mine` which."""
        with self._lock:
            yield

    def mine(self, path: Path) -> None:
        """Take the present state of `path` as seen: tutor wrote it, and has looked away since before it did."""
        with self._lock:
            name, stamp = path.relative_to(self._folder).as_posix(), _stamp(path)
            if stamp is None:
                self._seen.pop(name, None)
            else:
                self._seen[name] = stamp

    def look(self) -> None:
        """Compare the folder with what was seen and post the difference, if there is one."""
        with self._lock:
            now = stamps(self._folder)
            saved = frozenset(name for name, stamp in now.items() if self._seen.get(name) != stamp)
            deleted = frozenset(self._seen.keys() - now.keys())
            self._seen = now
        if saved or deleted:
            try:
                self._post_message(FilesChanged(saved, deleted))
            except RuntimeError:  # the app's loop has just closed
                self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self.look()  # what happened before the watch
            for _ in self._wakes():
                self.look()
            self.look()
            self._stop.wait(LOOK_AGAIN)

    def _wakes(self) -> Iterator[object]:
        """Something may have changed; ends when a folder is gone or another, or cannot be watched."""
        from watchfiles import watch  # here, in the thread: it imports anyio, and the first frame must not wait

        watched, within = _stamp(self._folder), _within(self._folder)
        if watched is None:
            return
        try:
            for changes in watch(
                self._folder,
                *within,
                watch_filter=None,
                debounce=400,
                step=STEP,
                rust_timeout=int(LOOK_AGAIN * 1000),
                yield_on_timeout=True,
                stop_event=self._stop,
                raise_interrupt=False,
                recursive=False,
            ):
                yield changes
                now = _stamp(self._folder)
                if now is None or now[0] != watched[0] or _within(self._folder) != within:
                    return
        except (OSError, RuntimeError):  # no watch to be had: looking once a second does it too
            return
