"""Locks that end with the process that holds them, however it ends.

This module owns how one tutor keeps another out. It must not know what is protected; where the file system knows no
locks, it lets everybody in.
"""

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutor.workspace.errors import WorkspaceError, saying

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_WAIT_SECONDS = 10.0
_PAUSE_SECONDS = 0.01
_TAKEN = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Lets one tutor at a time into blocks under `lock`, a folder or a file; WorkspaceError after a long wait.

    A file is the surer of the two: network file systems lock no folders, Windows opens none.
    """
    with saying(f"{lock} cannot be opened", advice="Make its folder writable."):
        descriptor = os.open(lock, os.O_RDONLY if lock.is_dir() else os.O_RDWR | os.O_CREAT, 0o666)
    try:
        deadline = time.monotonic() + _WAIT_SECONDS
        while try_lock(descriptor) is False:
            if time.monotonic() > deadline:
                raise WorkspaceError(f"Another tutor has kept {lock} busy for {_WAIT_SECONDS:.0f} s. Try again.")
            time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        os.close(descriptor)


def try_lock(descriptor: int) -> bool | None:
    """Locks an open file until it is closed; False when somebody has, None where files cannot be locked."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in _TAKEN else None
    return True
