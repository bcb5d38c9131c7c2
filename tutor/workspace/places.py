"""Where the learner was when they left a course, so that the next start opens there.

This module owns `.tutor/places.json`: an exercise's id by the course's key. It is a comfort and no record: one that
cannot be read is as good as none, and the last of two that write it wins.
"""

from pathlib import Path

import msgspec

from tutor.workspace.atomic import replace_file
from tutor.workspace.backups import STATE_FOLDER, make_state_folder
from tutor.workspace.errors import saying

NAME = "places.json"
LARGEST = 1_000_000  # bytes: tutor never writes as much


def read_place(root: Path, course: str) -> str | None:
    """The exercise that the learner was at, None when nothing is known; never raises."""
    return _read(root).get(_key(course))


def write_place(root: Path, course: str, exercise_id: str) -> None:
    """Remembers where the learner is; raises WorkspaceError when that is impossible."""
    places = _read(root)
    key = _key(course)
    if places.get(key) == exercise_id:
        return
    folder = root / STATE_FOLDER
    make_state_folder(folder)
    with saying(f"{folder / NAME} cannot be written", advice="Make it and its folder writable."):
        replace_file(folder / NAME, msgspec.json.encode({**places, key: exercise_id}))


def _read(root: Path) -> dict[str, str]:
    try:
        with (root / STATE_FOLDER / NAME).open("rb") as file:
            return msgspec.json.decode(file.read(LARGEST), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}


def _key(course: str) -> str:
    """`course` as it can be written: a path may hold bytes that are no text."""
    return course.encode(errors="backslashreplace").decode()
