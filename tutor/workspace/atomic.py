"""Writing a file so that a reader, a crash, a power cut or a full disk meets the old content or the new, never a half.

This module owns how bytes reach the disk, and the temporary files that are left when a writer dies. It must not know
what the bytes mean, nor decide whether to write them; every function lets OSError through.
"""

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from tutor.workspace.lock import alone, try_lock

if sys.platform != "win32":
    import fcntl

_TEMPORARY = re.compile(r"\..+\.[0-9a-f]{12}\.tutor")
_STALE_SECONDS = 3600.0
_BINARY: int = getattr(os, "O_BINARY", 0)


def replace_file(path: Path, data: bytes, *, expecting: bytes | None = None) -> bool:
    """Puts `data` in the place of what `path` held, keeping its permissions; a symbolic link stays one.

    False, and nothing done, when `path` does not hold the bytes `expecting` any more.
    """
    target = Path(os.path.realpath(path))
    mode = target.stat().st_mode & 0o7777 if target.exists() else None
    with _temporary(target, data, mode) as temporary:
        # an editor knows no lock of ours: look as late as can be
        if expecting is not None and target.read_bytes() != expecting:
            return False
        temporary.replace(target)
    _sync_folder(target.parent)
    return True


def create_file(path: Path, data: bytes) -> bool:
    """Writes `data` to `path` unless anything is there already, even made a moment ago; True when written."""
    if os.path.lexists(path):
        _sweep(path.parent)
        return False
    with _temporary(path, data, None) as temporary:
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        except OSError:
            if not _rename_to_nothing(temporary, path):
                return False
    _sync_folder(path.parent)
    return True


def make_folder(folder: Path) -> None:
    """Makes `folder` and those above it, so that a power cut cannot take them away with what is put there."""
    missing = [folder, *folder.parents]
    while missing and missing[-1].exists():
        missing.pop()
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        _sync_folder(each.parent)
    folder.mkdir(exist_ok=True)  # says so when a file is in its place


def _rename_to_nothing(temporary: Path, path: Path) -> bool:
    """Where the file system has no hard links: False when something is at `path`."""
    # a rename would write over what another tutor has just put there; Windows' own refuses
    with alone(path.parent) if os.name == "posix" else nullcontext():
        if os.path.lexists(path):
            return False
        temporary.rename(path)
    return True


@contextmanager
def _temporary(target: Path, data: bytes, mode: int | None) -> Iterator[Path]:
    """A synced file holding `data` beside `target`, so that a rename stays on one file system; gone after the block."""
    _sweep(target.parent)
    path, descriptor = _open_temporary(target)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if mode is not None:
            path.chmod(mode)
        _sync(descriptor)
        if os.name == "nt":  # there an open file cannot be renamed
            os.close(descriptor)
            descriptor = -1
        yield path
    finally:
        # what cannot be tidied up now is swept later: it must not hide whether the write succeeded
        if descriptor >= 0:
            with suppress(OSError):
                os.close(descriptor)
        with suppress(OSError):
            path.unlink()


def _open_temporary(target: Path) -> tuple[Path, int]:
    while True:
        path = target.with_name(f".{target.name}.{os.urandom(6).hex()}.tutor")
        # os.open applies the learner's umask, which tempfile's fixed 0600 would not
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
        if os.name == "nt":
            return path, descriptor
        # before it is locked, another tutor may take it for a dead writer's and sweep it away
        if try_lock(descriptor) is not False and os.path.lexists(path):
            return path, descriptor
        os.close(descriptor)


def _sweep(folder: Path) -> None:
    """Removes the temporary files of writers that died; what cannot be removed stays."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _TEMPORARY.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    _remove_if_dead(Path(entry.path))


def _remove_if_dead(path: Path) -> None:
    if os.name == "nt":  # its writer lets go of it before the rename, so that only age tells
        if time.time() - path.stat().st_mtime > _STALE_SECONDS:
            path.unlink()
        return
    descriptor = os.open(path, os.O_RDWR)
    try:
        if try_lock(descriptor):
            path.unlink()
    finally:
        os.close(descriptor)


def _sync(descriptor: int) -> None:
    if sys.platform == "darwin":
        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)  # fsync there stops at the drive's own cache
            return
        except OSError:
            pass
    os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    """Makes a change of names in `folder` survive a power cut, where the system can."""
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # a folder one may write in but not read: the change itself has succeeded
        return
    try:
        _sync(descriptor)
    except OSError:  # some network file systems refuse it
        pass
    finally:
        os.close(descriptor)
