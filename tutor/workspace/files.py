"""The learner's folder: where answers lie, how starters come in, how a reset and its undo go.

This module owns `exercises/` in a workspace. It never writes over a learner's file without a backup, and knows
nothing of how an attempt runs.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from tutor.workspace.atomic import create_file, make_folder, replace_file
from tutor.workspace.backups import (
    LOCK,
    STATE_FOLDER,
    list_backups,
    make_state_folder,
    read_backup,
    require_id,
    save_backup,
)
from tutor.workspace.errors import WorkspaceError, reason, saying
from tutor.workspace.lock import alone

__all__ = ["Workspace", "WorkspaceError", "create_workspace", "find_workspace", "require_answer"]

FOLDER = "exercises"


class Workspace(Struct, frozen=True):
    """A learner's folder: `root` is absolute and holds `exercises/`. Methods raise WorkspaceError with a sentence."""

    root: Path

    @property
    def progress_file(self) -> Path:
        """Where `tutor.workspace.progress.Progress` keeps this folder's progress."""
        return self.root / STATE_FOLDER / "progress.db"

    def answer_file(self, exercise_id: str) -> Path:
        """The path of the learner's file, which need not exist."""
        return self.root / FOLDER / f"{require_id(exercise_id)}.py"

    def label(self, exercise_id: str) -> str:
        """The learner's file as messages name it, with forward slashes on every system."""
        return f"{FOLDER}/{exercise_id}.py"

    def ensure_answer(self, exercise_id: str, starter: str | bytes) -> bool:
        """Writes the starter if nothing is at the answer's path; True when written."""
        path = self.answer_file(exercise_id)
        with saying(f"{self.label(exercise_id)} cannot be written", advice="Make its folder writable."):
            make_folder(path.parent)
            return create_file(path, starter.encode() if isinstance(starter, str) else starter)

    def read_answer(self, exercise_id: str) -> bytes:
        """What the learner's file holds."""
        return self._present(exercise_id, self.answer_file(exercise_id))

    def save_answer(self, exercise_id: str, data: bytes, *, expecting: bytes) -> Path | None:
        """Puts `data` in the place of `expecting`, or of a file that is gone.

        A file that holds anything else by now stays as it is: then `data` is kept as a backup, whose path is returned.
        """
        path, label = self.answer_file(exercise_id), self.label(exercise_id)
        if os.path.lexists(path):
            require_answer(path, label)
        with saying(f"{label} cannot be saved", advice="What you typed stays in the editor."):
            if not os.path.lexists(path):
                make_folder(path.parent)
                if create_file(path, data):
                    return None
            if replace_file(path, data, expecting=expecting):
                return None
        with self._alone():
            return save_backup(self.root, exercise_id, data)

    def reset(self, exercise_id: str, starter: str) -> Path | None:
        """Puts the starter back and returns the backup of what was there.

        None when there was nothing to back up: no file, or the starter itself.
        """
        path = self.answer_file(exercise_id)
        data = starter.encode()
        if self.ensure_answer(exercise_id, starter) or self._present(exercise_id, path) == data:
            return None
        with self._alone():
            return self._put(exercise_id, path, data)

    def undo_reset(self, exercise_id: str) -> Path | None:
        """Restores the newest backup that differs from the present file and returns its path, None without backups.

        The present file is backed up first, so that a second undo undoes the first.
        """
        if not list_backups(self.root, exercise_id):
            return None
        path = self.answer_file(exercise_id)
        with self._alone():
            present = self._present(exercise_id, path) if os.path.lexists(path) else None
            backups = list_backups(self.root, exercise_id)
            # an undo that was cut short has left a copy of the present file as the newest
            for backup in backups:
                if (data := read_backup(backup)) != present:
                    if not self.ensure_answer(exercise_id, data):
                        self._put(exercise_id, path, data)
                    return backup
        return backups[0] if backups else None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keeps two tutors from each backing up the same file and then writing over what the other has put there."""
        folder = self.root / STATE_FOLDER
        make_state_folder(folder)
        with alone(folder / LOCK):
            yield

    def _put(self, exercise_id: str, path: Path, data: bytes) -> Path | None:
        """Replaces the file at `path` by `data` after a backup, which is returned; None when they are the same."""
        label = self.label(exercise_id)
        while (present := self._present(exercise_id, path)) != data:
            backup = save_backup(self.root, exercise_id, present)
            with saying(f"{label} cannot be replaced", advice="It was left as it was."):
                if replace_file(path, data, expecting=present):
                    return backup
        return None

    def _present(self, exercise_id: str, path: Path) -> bytes:
        label = self.label(exercise_id)
        require_answer(path, label)
        with saying(f"{label} cannot be read", advice="It was left as it was."):
            return path.read_bytes()


def find_workspace(start: Path) -> Workspace | None:
    """The nearest folder from `start` upwards that holds a folder `exercises/`, None when there is none."""
    start = Path(os.path.realpath(start))
    for folder in (start, *start.parents):
        if os.path.isdir(folder / FOLDER):  # noqa: PTH112 - unlike Path.is_dir it never raises, in 3.11 either
            return Workspace(folder)
    return None


def create_workspace(root: Path, starters: Mapping[str, str]) -> Workspace:
    """Makes `exercises/` under `root` and writes the absent starters (id to text); touches no existing file."""
    workspace = Workspace(Path(os.path.realpath(root)))
    folder = workspace.root / FOLDER
    if os.path.lexists(folder) and not folder.is_dir():
        raise WorkspaceError(f"{folder} is not a folder, and tutor needs one of that name: move it away.")
    with saying(f"{folder} cannot be made", advice="Choose a folder that you may write in."):
        make_folder(folder)
    for exercise_id, starter in starters.items():
        workspace.ensure_answer(exercise_id, starter)
    return workspace


def require_answer(path: Path, label: str) -> Path:
    """`path` when it is a file that can be read; else WorkspaceError saying of `label` what is wrong with it."""
    if not os.path.lexists(path):
        raise WorkspaceError(f"{label} is not there. `tutor reset` puts the starter back.")
    try:
        if path.is_dir():
            raise WorkspaceError(f"{label} is a folder, where a Python file should be: move it away.")
        if path.is_symlink() and not path.exists():
            raise WorkspaceError(f"{label} is a link to a file that is not there: {path.readlink()}.")
        if not path.is_file():  # opening a named pipe would wait for ever
            raise WorkspaceError(f"{label} is not an ordinary file: move it away.")
        with path.open("rb"):
            return path
    except OSError as error:
        raise WorkspaceError(f"{label} cannot be read: {reason(error)}. Check its permissions.") from error
