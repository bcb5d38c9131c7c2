"""Adds an exercise to a course, and makes the course where there is none: `tutor author new`.

The new exercise is a small one that works, made from the files in `templates/`, for its author to replace. This module
never overwrites a file, and takes back what it has written when it cannot finish.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from string import Template

import msgspec
from msgspec import Struct

from tutor.authoring.manifest_edit import Entry, NotEditable, has_chapter, with_exercise
from tutor.course.manifest import EXERCISE_KEYS, MANIFEST, read_manifest
from tutor.course.records import Exercise
from tutor.course.source import read_text
from tutor.course.starter import make_starter
from tutor.workspace.atomic import create_file, make_folder, replace_file
from tutor.workspace.errors import reason

TEMPLATES = Path(__file__).parent / "templates"
TITLE_LENGTH = 80
# What people put into a folder before the course that it is meant for.
BESIDE_A_COURSE = re.compile(r"\..*|README.*|LICEN[CS]E.*|pyproject\.toml", re.IGNORECASE)
BOM = b"\xef\xbb\xbf"


class CannotAdd(Exception):
    """The exercise cannot be added as asked; the message says what is wrong and what to do. Nothing was changed."""


class Added(Struct, frozen=True, kw_only=True):
    """What was made: the exercise's files, and which of course and chapter are new with it."""

    exercise: Exercise
    files: tuple[Path, ...]
    course_is_new: bool = False
    chapter_is_new: bool = False


def new_exercise(root: Path, exercise_id: str, title: str | None = None) -> Added:
    """Add a working exercise to the course at `root`; raises CannotAdd, or CourseError for an unusable course.toml."""
    _require_id(exercise_id)
    heading = _title(exercise_id, title)
    if read_manifest(root).find(exercise_id) is not None:
        raise CannotAdd(f"{exercise_id} is in the course already: {MANIFEST} lists it. Choose another id.")
    manifest = read_text(root / MANIFEST, MANIFEST)
    entry = Entry(id=exercise_id, level=1, chapter_title=_chapter_title(exercise_id))
    try:
        changed = with_exercise(manifest, entry)
        chapter_is_new = not has_chapter(manifest, entry.chapter)
    except NotEditable:
        raise CannotAdd(
            f"{MANIFEST} is written in a way that tutor cannot add to. In chapter {entry.chapter}, write the list as "
            f"exercises = [{{ id = ..., level = ... }}] on lines of its own, then try again."
        ) from None
    exercise = Exercise(id=exercise_id, chapter=entry.chapter, level=entry.level, root=root)
    files = _files(exercise, heading)
    with _written(root, files):
        before = (root / MANIFEST).read_bytes()
        data = (BOM if before.startswith(BOM) else b"") + changed.encode()
        if not replace_file(root / MANIFEST, data, expecting=before):
            raise CannotAdd(f"{MANIFEST} was changed meanwhile. Try again.")
    return Added(exercise=exercise, files=tuple(files), chapter_is_new=chapter_is_new)


def new_course(root: Path, exercise_id: str, title: str | None = None) -> Added:
    """Make a course of one exercise in the folder `root`, made if absent, which must be empty; raises CannotAdd."""
    _require_id(exercise_id)
    heading = _title(exercise_id, title)
    _require_empty(root)
    exercise = Exercise(id=exercise_id, chapter=exercise_id[:2], level=1, root=root)
    entry = Entry(id=exercise_id, level=1, chapter_title=_chapter_title(exercise_id))
    name = re.sub(r"[^a-z0-9_-]+", "-", root.name.casefold()).strip("-_") or "my-course"
    words = re.sub(r"[-_\s\\\"]+", " ", root.name).strip()
    course_title = words[:1].upper() + words[1:] if words and words.isprintable() else "My course"
    manifest = with_exercise(f'format = 1\ntitle = "{course_title}"\nname = "{name}"\n', entry)
    files = _files(exercise, heading)
    files[root / MANIFEST] = manifest
    if not any(root.glob("[Rr][Ee][Aa][Dd][Mm][Ee]*")):
        files[root / "README.md"] = (
            f"# {course_title}\n\nA course for `tutor`. In this folder, `tutor start` opens it.\n"
        )
    with _written(root, files):
        pass
    return Added(exercise=exercise, files=tuple(files), course_is_new=True, chapter_is_new=True)


def _require_id(exercise_id: str) -> None:
    key = EXERCISE_KEYS["id"]
    try:
        msgspec.convert(exercise_id, key.type)
    except msgspec.ValidationError:
        words = re.sub(r"[^a-z0-9]+", "_", exercise_id.removesuffix(".py").casefold()).strip("_")
        digits = re.match(r"\d{1,2}(?!\d)_*", words)
        slug = (words[digits.end() :] if digits else words).strip("_") or "my_exercise"
        near = f"{digits[0].rstrip('_').zfill(2) if digits else '01'}_{slug}"
        sentence = f"{exercise_id!r} is no id for an exercise: it must be the chapter's number and a name"
        raise CannotAdd(f"{sentence}, in lower case, such as {near}.") from None


def _title(exercise_id: str, title: str | None) -> str:
    """The title as it stands in the statement's first line."""
    if title is None:
        return exercise_id[3:].replace("_", " ").strip().capitalize()
    text = title.strip()
    if not text.strip("# ") or not text.isprintable() or len(text) > TITLE_LENGTH or "\\" in text or '"""' in text:
        raise CannotAdd(f'The title must be one line of at most {TITLE_LENGTH} characters, without \\ and """.')
    return text


def _chapter_title(exercise_id: str) -> str:
    return f"Chapter {exercise_id[:2]}"


def _require_empty(root: Path) -> None:
    try:
        others = sorted(entry.name for entry in root.iterdir() if not BESIDE_A_COURSE.fullmatch(entry.name))
    except FileNotFoundError:
        return
    except NotADirectoryError:
        raise CannotAdd(f"{root} is a file, where the folder of a course should be.") from None
    except OSError as error:
        raise CannotAdd(f"{root} cannot be used: {reason(error)}.") from error
    if others:
        shown = ", ".join(others[:3]) + (", ..." if len(others) > 3 else "")
        raise CannotAdd(
            f"There is no {MANIFEST} in {root}, and a new course needs an empty folder; this one holds {shown}."
        )


def _files(exercise: Exercise, title: str) -> dict[Path, str]:
    """The text of the exercise's files by path, its starter included."""
    words = {"id": exercise.id, "title": title}
    solution = _filled("solution.py.txt", words)
    return {
        exercise.solution_file: solution,
        exercise.check_file: _filled("checks.py.txt", words),
        exercise.answers_file: _filled("answers.py.txt", words),
        exercise.starter_file: make_starter(solution, exercise.file_name),
    }


def _filled(template: str, words: Mapping[str, str]) -> str:
    return Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(words)


@contextmanager
def _written(root: Path, files: Mapping[Path, str]) -> Iterator[None]:
    """Writes `files`, none of which may be there; they are taken away again when that or the block fails."""
    there = [path.relative_to(root).as_posix() for path in files if os.path.lexists(path)]
    if there:
        raise CannotAdd(f"Nothing was changed, for this is there already: {', '.join(there)}. Move it away first.")
    made: list[Path] = []
    path = root
    try:
        for path, text in files.items():
            made += [folder for folder in (*reversed(path.parent.parents), path.parent) if not os.path.lexists(folder)]
            make_folder(path.parent)
            if not create_file(path, text.encode()):
                raise CannotAdd(f"Nothing was changed: {path} has just been made by another program.")
            made.append(path)
        path = root / MANIFEST
        yield
    except BaseException as error:
        for each in reversed(made):
            with suppress(OSError):
                each.rmdir() if each.is_dir() else each.unlink()
        if isinstance(error, OSError):
            raise CannotAdd(f"Nothing was changed: {path} cannot be written ({reason(error)}).") from error
        raise
