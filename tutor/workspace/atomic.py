"""Writing a file so that a reader, a crash or a full disk meets the old content or the new, never a half.

This module owns how bytes reach the disk. It must not know what they mean, nor decide whether to write them;
every function lets OSError through.
"""

import os
import secrets
from pathlib import Path


def replace_file(path: Path, data: bytes) -> None:
    """Puts `data` in the place of what `path` held, keeping its permissions; a symbolic link stays one."""
    target = Path(os.path.realpath(path))
    mode = target.stat().st_mode & 0o7777 if target.exists() else None
    temporary = _write_beside(target, data, mode)
    try:
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def create_file(path: Path, data: bytes) -> bool:
    """Writes `data` to `path` unless anything is there already, even one made a moment ago; True when written."""
    if os.path.lexists(path):
        return False
    temporary = _write_beside(path, data, None)
    try:
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        except OSError:  # a file system without hard links: exclusive, though a crash may leave a part
            return _create_exclusively(path, data)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def _write_beside(target: Path, data: bytes, mode: int | None) -> Path:
    """A synced temporary file with `data` in the folder of `target`, so that a rename stays on one file system."""
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}.tmp")
    try:
        _write_exclusively(temporary, data, mode)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _create_exclusively(path: Path, data: bytes) -> bool:
    try:
        _write_exclusively(path, data, None)
    except FileExistsError:
        return False
    return True


def _write_exclusively(path: Path, data: bytes, mode: int | None) -> None:
    # os.open applies the learner's umask, which tempfile's fixed 0600 would not
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o666), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if mode is not None:
        path.chmod(mode)


def _sync_folder(folder: Path) -> None:
    """Makes a rename in `folder` survive a power cut, where the system can."""
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # a folder one may write in but not read: the rename itself has succeeded
        return
    try:
        os.fsync(descriptor)
    except OSError:  # some network file systems refuse it
        pass
    finally:
        os.close(descriptor)
