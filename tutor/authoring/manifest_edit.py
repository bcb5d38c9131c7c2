"""Puts an exercise into the text of course.toml, leaving every other character as it is.

What comes out is read again and compared with what was meant, so that a manifest written in a way not foreseen here
is refused, never spoilt. This module must not read or write files.
"""

import re
import tomllib
from typing import Any

from msgspec import Struct

HEADER = re.compile(r"^[ \t]*\[\[[ \t]*chapter[ \t]*]]", re.MULTILINE)
ARRAY = re.compile(r"^[ \t]*exercises[ \t]*=[ \t]*\[", re.MULTILINE)
# Comments and strings, the long kinds first: brackets inside them are none of TOML's.
OPAQUE = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'|#[^\n]*",
    re.DOTALL,
)


class NotEditable(Exception):
    """The manifest is written in a way that cannot be added to without risk."""


class Entry(Struct, frozen=True, kw_only=True):
    """The exercise to list; `chapter_title` serves if its chapter is not there yet."""

    id: str
    level: int
    chapter_title: str

    @property
    def chapter(self) -> str:
        """The number of its chapter."""
        return self.id[:2]

    @property
    def text(self) -> str:
        """The exercise as an inline table."""
        return f'{{ id = "{self.id}", level = {self.level} }}'


def has_chapter(text: str, number: str) -> bool:
    """Whether the manifest has the chapter; `text` must be TOML."""
    return any(chapter.get("number") == number for chapter in _chapters(_read(text)))


def with_exercise(text: str, entry: Entry) -> str:
    """The manifest with `entry` last in its chapter, which is made where it is missing; raises NotEditable."""
    meant = _read(text)
    chapters = _chapters(meant)
    end = "\r\n" if "\r\n" in text else "\n"
    place = next((n for n, chapter in enumerate(chapters) if chapter.get("number") == entry.chapter), None)
    if place is not None:
        exercises = chapters[place].get("exercises")
        changed = _with_entry(text, place, entry.text, end)
    else:
        place = next((n for n, one in enumerate(chapters) if str(one.get("number")) > entry.chapter), len(chapters))
        exercises = []
        chapters.insert(place, {"number": entry.chapter, "title": entry.chapter_title, "exercises": exercises})
        changed = _with_chapter(text, place, entry, end)
    if not isinstance(exercises, list):
        raise NotEditable
    exercises.append({"id": entry.id, "level": entry.level})
    try:
        if _read(changed) != meant:
            raise NotEditable
    except tomllib.TOMLDecodeError as error:
        raise NotEditable from error
    return changed


def _read(text: str) -> dict[str, Any]:
    return tomllib.loads(text.replace("\r\n", "\n"))


def _chapters(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    chapters = manifest.setdefault("chapter", [])
    if not isinstance(chapters, list) or not all(isinstance(chapter, dict) for chapter in chapters):
        raise NotEditable
    return chapters


def _structure(text: str) -> str:
    """`text` with what stands in strings and comments blotted out, every other character in its place."""

    def blot(found: re.Match[str]) -> str:
        hole = " " if found[0].startswith("#") else "_"
        return "".join(character if character in "\r\n" else hole for character in found[0])

    return OPAQUE.sub(blot, text)


def _with_entry(text: str, place: int, entry: str, end: str) -> str:
    """`text` with `entry` last in the array `exercises` of the chapter at `place`."""
    structure = _structure(text)
    headers = [found.end() for found in HEADER.finditer(structure)]
    if place >= len(headers):
        raise NotEditable
    section_end = headers[place + 1] if place + 1 < len(headers) else len(text)
    found = ARRAY.search(structure, headers[place], section_end)
    if found is None:
        raise NotEditable
    opening = found.end() - 1
    closing = _closing(structure, opening)
    inside = structure[opening + 1 : closing].rstrip()
    if not inside:
        if "\n" not in structure[opening:closing]:
            return text[: opening + 1] + entry + text[closing:]
        indent = _indent(structure, opening) + "    "
        return text[: opening + 1] + end + indent + entry + "," + text[opening + 1 :]
    last = opening + 1 + len(inside)  # just after the last element, or after its comma
    trailing = inside.endswith(",")
    if "\n" not in structure[opening:closing]:
        return text[:last] + (" " if trailing else ", ") + entry + text[last:]
    indent = _indent(structure, last - 1)
    if _line_start(structure, last - 1) <= opening:  # it stands on the line that opens the array
        indent += "    "
    line_end = structure.find("\n", last)
    if line_end < 0 or line_end > closing:  # the closing bracket stands on the same line
        return text[:last] + ("" if trailing else ",") + end + indent + entry + text[last:]
    line_end -= len(end) - 1
    addition = end + indent + entry + ("," if trailing else "")
    return text[:last] + ("" if trailing else ",") + text[last:line_end] + addition + text[line_end:]


def _closing(structure: str, opening: int) -> int:
    """Where the bracket that opens at `opening` is closed."""
    depth = 0
    for place in range(opening, len(structure)):
        depth += {"[": 1, "]": -1}.get(structure[place], 0)
        if depth == 0:
            return place
    raise NotEditable


def _line_start(structure: str, place: int) -> int:
    return structure.rfind("\n", 0, place) + 1


def _indent(structure: str, place: int) -> str:
    """The white space that begins the line of `place`."""
    line = structure[_line_start(structure, place) :]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _with_chapter(text: str, place: int, entry: Entry, end: str) -> str:
    """`text` with a new chapter at `place`, above the comments that belong to the one that follows."""
    title = entry.chapter_title
    lines = ["[[chapter]]", f'number = "{entry.chapter}"', f'title = "{title}"', f"exercises = [{entry.text}]"]
    block = end.join([*lines, ""])
    starts = [found.start() for found in HEADER.finditer(_structure(text))]
    if place >= len(starts):
        return (text.rstrip() + end + end if text.strip() else "") + block
    at = starts[place]
    while at and text[_line_start(text, at - 1) : at].lstrip().startswith("#"):
        at = _line_start(text, at - 1)
    return text[:at] + block + end + text[at:]
