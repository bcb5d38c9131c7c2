"""The folder `.tutor/` and the copies in it of learners' files, made before tutor writes over them.

This module owns names and order of backups. It never deletes or changes one, and never touches an answer file.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tutor.workspace.atomic import create_file, make_folder
from tutor.workspace.errors import WorkspaceError, saying

STATE_FOLDER = ".tutor"
LOCK = "lock"
_STAMP = "%Y%m%dT%H%M%S.%fZ"


def make_state_folder(folder: Path) -> None:
    """Makes the folder that holds tutor's own files, ignored by git; WorkspaceError where it cannot be made."""
    with saying(f"tutor cannot keep anything in {folder}", advice="Make that folder writable."):
        make_folder(folder)
        create_file(folder / ".gitignore", b"*\n")


def next_moment(root: Path, names: Iterable[str]) -> datetime:
    """The moment for new backups of these files: what is made together is restored together."""
    newest = [moment_of_backup(backup) for name in names if (backup := newest_backup(root, name)) is not None]
    # later than every other, even after the clock was set back: the newest is the one to restore
    return max([datetime.now(UTC), *(moment + timedelta(microseconds=1) for moment in newest)])


def save_backup(root: Path, name: str, data: bytes, moment: datetime | None = None) -> Path:
    """Writes `data` as the newest backup of a file and returns its path; WorkspaceError when it cannot.

    `moment` is when it is made, where several are made together.
    """
    make_state_folder(root / STATE_FOLDER)
    folder = _folder(root, name)
    with saying(f"No backup could be written in {folder}", advice="Your file was left as it was."):
        make_folder(folder)
        moment = moment or next_moment(root, [name])
        while True:
            path = folder / f"{moment.strftime(_STAMP)}.py"
            if create_file(path, data):
                return path
            moment += timedelta(microseconds=1)


def newest_backup(root: Path, exercise_id: str) -> Path | None:
    """The latest backup of an exercise, None when there is none."""
    return next(iter(list_backups(root, exercise_id)), None)


def list_backups(root: Path, exercise_id: str) -> list[Path]:
    """The backups of an exercise, the latest first; files with other names are passed over."""
    folder = _folder(root, exercise_id)
    if not folder.is_dir():
        return []
    with saying(f"The backups in {folder} cannot be listed", advice="Make that folder readable."):
        return sorted((path for path in folder.iterdir() if _is_backup(path)), reverse=True)


def read_backup(path: Path) -> bytes:
    """The bytes of a backup; WorkspaceError when it cannot be read."""
    with saying(f"The backup {path} cannot be read", advice="Your file was left as it was."):
        return path.read_bytes()


def require_id(exercise_id: str) -> str:
    """`exercise_id`, or `ID/NAME`, when it can name a file and cannot lead out of its folder; else WorkspaceError."""
    words = exercise_id.replace("_", "").replace("-", "").split("/")
    if len(words) > 2 or not all(word.isalnum() for word in words):
        raise WorkspaceError(f"{exercise_id!r} cannot name a file: an id holds letters, digits, `_` and `-` only.")
    return exercise_id


def _folder(root: Path, exercise_id: str) -> Path:
    return root / STATE_FOLDER / "backups" / require_id(exercise_id)


def _is_backup(path: Path) -> bool:
    try:
        moment_of_backup(path)
    except ValueError:
        return False
    return path.suffix == ".py"


def moment_of_backup(path: Path) -> datetime:
    """When the backup at `path` was made, by its name; ValueError where that says nothing of the kind."""
    return datetime.strptime(path.stem, _STAMP).replace(tzinfo=UTC)
