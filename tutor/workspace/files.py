"""The learner's folder: where answers lie, how starters come in, how a reset and its undo go.

This module owns `exercises/` in a workspace. It never writes over a learner's file without a backup, and knows
nothing of how an attempt runs. A file is known by its name without `.py`: an exercise's id, or `ID/NAME` where an
exercise is a folder.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from tutor.course.records import Exercise
from tutor.workspace.atomic import create_file, make_folder, replace_file
from tutor.workspace.backups import (
    LOCK,
    STATE_FOLDER,
    list_backups,
    make_state_folder,
    moment_of_backup,
    next_moment,
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

    def place_of(self, exercise: Exercise) -> Path:
        """The path of the learner's file or, for an exercise of several, of the folder; it need not exist."""
        return self.root / FOLDER / exercise.file_name

    def label_of(self, exercise: Exercise) -> str:
        """The learner's file or folder as messages name it."""
        return f"{FOLDER}/{exercise.file_name}"

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
        return self._present(exercise_id)

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
        """`reset_all` of one file."""
        return next(iter(self.reset_all({exercise_id: starter})), None)

    def undo_reset(self, exercise_id: str) -> Path | None:
        """`undo_all` of one file."""
        return next(iter(self.undo_all([exercise_id])), None)

    def reset_all(self, starters: Mapping[str, str]) -> tuple[Path, ...]:
        """Puts the starter of an exercise back, text by file, and returns the backups of what was there.

        None is made of a file that is gone or holds the starter. Files beside these are left alone.
        """
        changed = {
            name: starter.encode()
            for name, starter in starters.items()
            if not self.ensure_answer(name, starter) and self._present(name) != starter.encode()
        }
        if not changed:
            return ()
        with self._alone():
            return self._put(changed)

    def undo_all(self, names: Sequence[str]) -> tuple[Path, ...]:
        """Restores of an exercise's files the newest backups that differ from the present, those of one reset together.

        Returns them; none without backups. The present files are backed up first, so that a second undo undoes the
        first.
        """
        if not any(list_backups(self.root, name) for name in names):
            return ()
        with self._alone():
            present = {name: self._present(name) for name in names if os.path.lexists(self.answer_file(name))}
            made_at: dict[datetime, dict[str, Path]] = {}
            for name in names:
                for backup in list_backups(self.root, name):
                    made_at.setdefault(moment_of_backup(backup), {})[name] = backup
            # an undo that was cut short has left copies of the present files as the newest
            for moment in sorted(made_at, reverse=True):
                backups = made_at[moment]
                before = {name: read_backup(backup) for name, backup in backups.items()}
                if any(present.get(name) != data for name, data in before.items()):
                    self._put({name: data for name, data in before.items() if not self.ensure_answer(name, data)})
                    return tuple(backups.values())
        return tuple(made_at[max(made_at)].values()) if made_at else ()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keeps two tutors from each backing up the same file and then writing over what the other has put there."""
        folder = self.root / STATE_FOLDER
        make_state_folder(folder)
        with alone(folder / LOCK):
            yield

    def _put(self, texts: Mapping[str, bytes]) -> tuple[Path, ...]:
        """Replaces files by other bytes after backups of one moment, which are returned; what is the same stays."""
        moment = next_moment(self.root, texts)
        backups = (self._put_one(name, data, moment) for name, data in texts.items())
        return tuple(backup for backup in backups if backup is not None)

    def _put_one(self, name: str, data: bytes, moment: datetime) -> Path | None:
        path, label = self.answer_file(name), self.label(name)
        while (present := self._present(name)) != data:
            backup = save_backup(self.root, name, present, moment)
            with saying(f"{label} cannot be replaced", advice="It was left as it was."):
                if replace_file(path, data, expecting=present):
                    return backup
        return None

    def _present(self, exercise_id: str) -> bytes:
        path, label = self.answer_file(exercise_id), self.label(exercise_id)
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
    """Makes `exercises/` under `root` and writes the absent starters, text by file; touches no existing file."""
    workspace = Workspace(Path(os.path.realpath(root)))
    folder = workspace.root / FOLDER
    if os.path.lexists(folder) and not folder.is_dir():
        raise WorkspaceError(f"{folder} is not a folder, and tutor needs one of that name: move it away.")
    with saying(f"{folder} cannot be made", advice="Choose a folder that you may write in."):
        make_folder(folder)
    for exercise_id, starter in starters.items():
        workspace.ensure_answer(exercise_id, starter)
    return workspace


def reset_question(label: str, files: Sequence[str] = ()) -> str:
    """What is asked before the starter goes back; `files` are those of an exercise that is a folder."""
    if len(files) > 1:
        return f"Put the starters back in {label}? Your files are kept as backups."
    return f"Put the starter back in {label}? Your file is kept as a backup."


def require_answer(path: Path, label: str, files: Sequence[str] = ()) -> Path:
    """`path` when it is a file that can be read, or a folder that holds `files`, where there are any.

    Else WorkspaceError says of `label`, or the file in it, what is wrong.
    """
    if files and os.path.lexists(path):
        if not path.is_dir():
            raise WorkspaceError(f"{label} is a file, where a folder with {', '.join(files)} should be: move it away.")
        for file in files:
            require_answer(path / file, f"{label}/{file}")
        return path
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
