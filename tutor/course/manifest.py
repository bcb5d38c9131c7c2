"""course.toml: its rules, and the course it describes.

This module owns what may stand in a manifest. A faulty entry becomes a problem and the rest still loads; only a
manifest that is unusable as a whole is an error. It must not look at any other file of the course.
"""

import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from tutor.course.records import Chapter, Course, CourseError, Exercise, Problem
from tutor.course.source import fault, read_text

MANIFEST = "course.toml"
FORMAT = 1


class Key(msgspec.Struct, frozen=True):
    """A key that an entry may have: the type of its value, and that type in words."""

    type: Any
    words: str
    required: bool = True


TextLine = Annotated[str, Meta(pattern=r"\A[^\n]*\S[^\n]*\Z")]

COURSE_KEYS = {
    "format": Key(int, f"the number {FORMAT}"),
    "title": Key(TextLine, "a line of text"),
    "name": Key(
        Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_-]*\Z")], 'lower case such as "deep-learning"', required=False
    ),
    "preload": Key(tuple[str, ...], "a list of module names", required=False),
    "chapter": Key(list[Any], "tables, each opened by [[chapter]]"),
}
CHAPTER_KEYS = {
    "number": Key(Annotated[str, Meta(pattern=r"\A[0-9]{2}\Z")], 'two digits in quotes such as "05"'),
    "title": Key(TextLine, "a line of text"),
    "exercises": Key(list[Any], 'a list such as [{ id = "05_custom_dataset", level = 2 }]'),
}
EXERCISE_KEYS = {
    "id": Key(
        Annotated[str, Meta(pattern=r"\A[0-9]{2}_[a-z0-9][a-z0-9_]*\Z")],
        'NN_slug in lower case such as "05_custom_dataset"',
    ),
    "level": Key(Annotated[int, Meta(ge=1, le=4)], "a whole number from 1 to 4"),
    "time_limit": Key(Annotated[float, Meta(gt=0, le=3600)], "seconds, above 0 and at most 3600", required=False),
    "files": Key(
        Annotated[tuple[Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]*\.py\Z")], ...], Meta(min_length=1)],
        'names in lower case such as ["engine.py", "train.py"]',
        required=False,
    ),
}


def read_manifest(root: Path) -> Course:
    """The course that `root`/course.toml describes; raises CourseError when the manifest can't be used at all."""
    if not (root / MANIFEST).exists():
        raise fault(MANIFEST, None, f"there is none in {root}; a course is a folder that holds a {MANIFEST}")
    text = read_text(root / MANIFEST, MANIFEST)
    try:
        # TOML knows no lone carriage return, and Windows' line ends are its own.
        data = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise _bad_toml(text, error) from error
    return _Reader(root, text).course(data)


def _bad_toml(text: str, error: tomllib.TOMLDecodeError) -> CourseError:
    """The error for text that isn't TOML; tomllib tells the line inside its sentence."""
    sentence, _, where = str(error).rpartition(" (at ")
    place = re.match(r"line (\d+)", where)
    line = int(place[1]) if place else text.rstrip("\n").count("\n") + 1
    return fault(MANIFEST, line, f"this is not valid TOML: {sentence or error}")


class _Reader:
    """Turns the parsed manifest into a course, gathering problems on the way."""

    def __init__(self, root: Path, text: str) -> None:
        self.root = root
        self.lines = text.split("\n")  # as TOML counts them
        self.problems: list[Problem] = []
        self.mentions: dict[str, int | None] = {}  # id -> the last line seen to list it
        self.listed: dict[str, int | None] = {}  # id of a usable exercise -> its line

    def course(self, data: Mapping[str, Any]) -> Course:
        """The course; raises CourseError for a format, title or chapter list that can't be used."""
        if data.get("format") != FORMAT or isinstance(data.get("format"), bool):
            found = f"format is {_shown(data['format'])}" if "format" in data else "format is missing"
            advice = f"this tutor reads `format = {FORMAT}`"
            if type(data.get("format")) is int and data["format"] > FORMAT:
                advice = f"this course needs a newer tutor (this one reads `format = {FORMAT}`): upgrade tutor"
            raise fault(MANIFEST, self.line_of_key("format"), f"{found}; {advice}")
        faults = self.faults(data, COURSE_KEYS)
        for key in ("title", "chapter"):
            if key in faults:
                raise fault(MANIFEST, self.line_of_key(key), faults[key])
        for key, message in faults.items():
            self.problem(self.line_of_key(key), message)
        chapters = self.chapters(data["chapter"])
        return Course(
            root=self.root,
            title=data["title"].strip(),
            name="" if "name" in faults else data.get("name", ""),
            chapters=chapters,
            preload=() if "preload" in faults else tuple(data.get("preload", ())),
            problems=tuple(self.problems),
        )

    def chapters(self, tables: Sequence[Any]) -> tuple[Chapter, ...]:
        """The chapters that can be used."""
        headers = [n for n, line in enumerate(self.lines, 1) if re.match(r"\s*\[\[\s*chapter\s*]]", line)]
        chapters: dict[str, Chapter] = {}
        for position, table in enumerate(tables):
            line = headers[position] if len(headers) == len(tables) else self.line_of_key("chapter")
            faults = self.faults(table, CHAPTER_KEYS)
            for message in faults.values():
                self.problem(line, f"chapter {position + 1}: {message}")
            if not isinstance(table, dict) or faults.keys() & CHAPTER_KEYS.keys():
                continue
            number = table["number"]
            if number in chapters:
                self.problem(line, f"chapter {number} is there twice; put its exercises into the first")
                continue
            exercises = [self.exercise(entry, number, line) for entry in table["exercises"]]
            usable = tuple(exercise for exercise in exercises if exercise is not None)
            chapters[number] = Chapter(number=number, title=table["title"].strip(), exercises=usable)
        return tuple(chapters.values())

    def exercise(self, entry: Any, chapter: str, line: int | None) -> Exercise | None:
        """The exercise that `entry` lists, or None after noting why it can't be used."""
        name = entry.get("id") if isinstance(entry, dict) else None
        if isinstance(name, str):
            line = self.mentions[name] = self.line_of_id(name, after=self.mentions.get(name)) or line
        faults = self.faults(entry, EXERCISE_KEYS)
        for message in faults.values():
            self.problem(
                line, f"exercise {name}: {message}" if name else f"an exercise of chapter {chapter}: {message}"
            )
        if not isinstance(name, str) or faults.keys() & EXERCISE_KEYS.keys():
            return None
        if not name.startswith(f"{chapter}_"):
            self.problem(line, f"exercise {name} stands in chapter {chapter}; its id must begin with {chapter}_")
            return None
        if name in self.listed:
            self.problem(
                line, f"exercise {name} is listed twice, first at line {self.listed[name]}; an id is used once"
            )
            return None
        files = tuple(entry.get("files", ()))
        if unfit := next((file for file in files if files.count(file) > 1 or _is_python_own(file)), None):
            why = "is named twice" if files.count(unfit) > 1 else "has the name of a module of Python's own"
            self.problem(line, f"exercise {name}: {unfit} {why}; give each file a name of its own")
            return None
        self.listed[name] = line
        limits = {"time_limit": float(entry["time_limit"])} if "time_limit" in entry else {}
        return Exercise(id=name, chapter=chapter, level=entry["level"], root=self.root, files=files, **limits)

    def faults(self, table: Any, keys: Mapping[str, Key]) -> dict[str, str]:
        """What is wrong with `table`, a sentence for each key that is; "" stands for the table itself."""
        if not isinstance(table, dict):
            return {"": f"{_shown(table)} is no table; it must have the keys {', '.join(keys)}"}
        faults = {}
        for name, key in keys.items():
            if name not in table:
                if key.required:
                    faults[name] = f"`{name}` is missing; it must be {key.words}"
                continue
            try:
                msgspec.convert(table[name], key.type)
            except msgspec.ValidationError:
                faults[name] = f"`{name}` must be {key.words}, not {_shown(table[name])}"
        allowed = ", ".join(keys)
        return faults | {name: f"unknown key `{name}`; allowed are {allowed}" for name in table if name not in keys}

    def problem(self, line: int | None, message: str) -> None:
        """Note a fault of the manifest."""
        self.problems.append(Problem(path=MANIFEST, line=line, message=message))

    def line_of_id(self, name: str, after: int | None) -> int | None:
        """The line that lists the id `name`: the first one, or for a repeated id the next from `after` on."""
        quoted = re.compile(rf"""["']{re.escape(name)}["']""")
        rows = [n for n, line in enumerate(self.lines, 1) for _ in quoted.findall(line.partition("#")[0])]
        if after in rows:
            rows = rows[rows.index(after) + 1 :]
        return rows[0] if rows else after

    def line_of_key(self, name: str) -> int | None:
        """The line that sets `name` at the outermost level or opens its table."""
        key = rf"""(?:{re.escape(name)}|"{re.escape(name)}")"""
        opening = re.compile(rf"\s*(?:{key}\s*[=.]|\[+\s*{key}\s*[].])")
        return next((n for n, line in enumerate(self.lines, 1) if opening.match(line)), None)


def _is_python_own(file: str) -> bool:
    """Whether a program beside which `file` lies would import it in the place of a module of Python."""
    return file.removesuffix(".py") in sys.stdlib_module_names


def _shown(value: object) -> str:
    """A value of the manifest, short enough for a sentence."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
