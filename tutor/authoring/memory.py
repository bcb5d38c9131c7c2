"""Results of earlier verifications, kept by content, so that a second one is quick and an interrupted one goes on.

Owns the files in the user's cache folder: one an exercise, a line a result, appended as it comes. A file that cannot be
read, or was kept for other content, counts for nothing; one that cannot be written is done without.
"""

import contextlib
import os
import sys
import threading
from pathlib import Path

import msgspec
from msgspec import Struct

from tutor.authoring.trials import Trial


class Heading(Struct, frozen=True):
    """The first line of a file: the digest of what its results rest on."""

    ground: str


class Entry(Struct, frozen=True):
    """One result."""

    key: str
    trial: Trial


class Memory:
    """The results kept of one exercise. May be used from several threads."""

    def __init__(self, file: Path | None, ground: str) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._encode = msgspec.json.Encoder().encode
        self._known = {} if file is None else _read(file, ground)
        if file is not None and not self._known:
            self._begin(file, ground)

    def recall(self, key: str) -> Trial | None:
        """The result kept under `key`."""
        return self._known.get(key)

    def keep(self, key: str, trial: Trial) -> None:
        """Keep a result, on disk at once."""
        with self._lock:
            self._known[key] = trial
            if self._file is not None:
                with contextlib.suppress(OSError), self._file.open("ab") as out:
                    out.write(self._encode(Entry(key, trial)) + b"\n")

    def _begin(self, file: Path, ground: str) -> None:
        with contextlib.suppress(OSError):
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.write_bytes(self._encode(Heading(ground)) + b"\n")


def cache_folder() -> Path:
    """Where the system keeps what a program can make again."""
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    if Path(chosen).is_absolute():
        return Path(chosen) / "tutor" / "verify"
    home = Path.home()
    return (home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache") / "tutor" / "verify"


def _read(file: Path, ground: str) -> dict[str, Trial]:
    """The results in `file`, none when it rests on something else; lines that cannot be read are left out."""
    try:
        first, *lines = file.read_bytes().splitlines()
        if msgspec.json.decode(first, type=Heading).ground != ground:
            return {}
    except (OSError, ValueError, msgspec.MsgspecError):
        return {}
    known: dict[str, Trial] = {}
    decode = msgspec.json.Decoder(Entry).decode
    for line in lines:
        with contextlib.suppress(msgspec.MsgspecError, ValueError):
            entry = decode(line)
            known[entry.key] = entry.trial
    return known
