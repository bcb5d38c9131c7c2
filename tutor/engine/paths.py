"""Where the engine of this user and environment lives: a folder that only its owner can enter.

Owns the names of socket, lock and log. No torch.
"""

import hashlib
import os
import stat
import sys
import tempfile
from pathlib import Path

from msgspec import Struct

LONGEST_SOCKET_PATH = 100  # sun_path holds 104 bytes on macOS, 108 on Linux, the final zero included


class RuntimeFolderUnusable(Exception):
    """The runtime folder can't be made or is not safe; the message says what to do."""


class EnginePaths(Struct, frozen=True):
    """The files of one engine."""

    folder: Path
    name: str

    @property
    def socket(self) -> Path:
        """Where the engine listens."""
        return self.folder / f"{self.name}.sock"

    @property
    def lock(self) -> Path:
        """Held while an engine is being started, so that two callers start one."""
        return self.folder / f"{self.name}.lock"

    @property
    def log(self) -> Path:
        """What the engine and its libraries print."""
        return self.folder / f"{self.name}.log"


def engine_paths() -> EnginePaths:
    """The paths of this environment's engine, in a folder made and checked; raises RuntimeFolderUnusable."""
    folder = _folder()
    name = "engine-" + hashlib.sha256(f"{sys.prefix}\0{sys.executable}".encode()).hexdigest()[:12]
    paths = EnginePaths(folder, name)
    if len(os.fsencode(paths.socket)) > LONGEST_SOCKET_PATH:
        raise RuntimeFolderUnusable(
            f"The path {paths.socket} is too long for a socket: set TUTOR_RUNTIME_DIR to a shorter folder."
        )
    return paths


def _folder() -> Path:
    chosen = os.environ.get("TUTOR_RUNTIME_DIR")
    base = os.environ.get("XDG_RUNTIME_DIR")
    if chosen:
        folder = Path(chosen)
    elif base and os.access(base, os.W_OK):
        folder = Path(base) / "tutor"
    else:
        folder = Path(tempfile.gettempdir()) / f"tutor-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts = folder.lstat()
    except OSError as error:
        raise RuntimeFolderUnusable(
            f"tutor cannot use {folder} for its engine ({error.strerror}): set TUTOR_RUNTIME_DIR to another folder."
        ) from None
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid():
        raise RuntimeFolderUnusable(f"{folder} is not a folder of yours: set TUTOR_RUNTIME_DIR to one that is.")
    if stat.S_IMODE(facts.st_mode) & 0o077:
        folder.chmod(0o700)
    return folder
