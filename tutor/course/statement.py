"""What a solution's module docstring says: title, statement, topics and "Why it works".

This module owns the Markdown conventions of a statement. It must not know of code regions (`tutor.course.starter`).
"""

import ast
import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from msgspec import Struct

from tutor.course.source import fault

HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
FENCE = re.compile(r" {0,3}(```|~~~)")
WHY = "why it works"
OPENING = re.compile(r"""[rRuU]?(\"\"\"|'''|"|')(.*)""")
TITLE_WITHIN = 50  # lines: a docstring further down than this is not looked for when only the title is asked
MARKED = re.compile(r"`([^`\n]+)`|(?<![*\w])\*+([^*\s][^*\n]*)\*+")  # code, and words that are stressed
LARGEST = 100_000  # characters of a file in which topics are looked for


class Statement(Struct, frozen=True, kw_only=True):
    """The three parts of a module docstring; `body` and `why_it_works` are Markdown without their headings."""

    title: str
    body: str
    why_it_works: str


def read_statement(tree: ast.Module, path: str) -> Statement:
    """The statement in the module docstring of `tree`; raises CourseError when it lacks text or title."""
    docstring = ast.get_docstring(tree)
    if docstring is None or not docstring.strip():
        raise fault(path, 1, 'there is no statement; begin the file with a docstring: """# Title, then the text')
    first, *rest = docstring.strip().split("\n")
    heading = HEADING.match(first)
    if heading is None or heading[1] != "#" or not heading[2]:
        raise fault(path, tree.body[0].lineno, "the docstring's first line must be the title: `# ...`")
    why = why_rows(rest)
    body = [*rest[: why.start], *rest[why.stop :]] if why else rest
    if not "".join(body).strip():
        raise fault(path, tree.body[0].lineno, "the docstring has a title but no statement below it")
    return Statement(
        title=heading[2],
        body="\n".join(body).strip(),
        why_it_works="\n".join(rest[why.start + 1 : why.stop]).strip() if why else "",
    )


def why_rows(lines: Sequence[str]) -> range | None:
    """Where in `lines` the "Why it works" section stands, heading included; None when there is none.

    It ends at the next heading of its level or above, or with the lines. A `#` inside a code fence is no heading.
    """
    fence: str | None = None
    start: int | None = None
    level = 0
    for row, line in enumerate(lines):
        if mark := FENCE.match(line):
            fence = mark[1] if fence is None else None if mark[1] == fence else fence
            continue
        heading = HEADING.match(line) if fence is None else None
        if heading is None:
            continue
        if start is None and heading[2].casefold() == WHY:
            start, level = row, len(heading[1])
        elif start is not None and len(heading[1]) <= level:
            return range(start, row)
    return None if start is None else range(start, len(lines))


def peek_title(file: Path) -> str | None:
    """The title in the first lines of `file`, None when it isn't found there; reads no further and never raises."""
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as text:
            lines = [line.strip() for line in islice(text, TITLE_WITHIN)]
    except OSError:
        return None
    code = (row for row, line in enumerate(lines) if line and not line.startswith("#"))
    begin = next(code, None)
    opening = OPENING.fullmatch(lines[begin]) if begin is not None else None
    if begin is None or opening is None:
        return None
    first = next((line for line in [opening[2], *lines[begin + 1 :]] if line), "")
    heading = HEADING.match(first.partition(opening[1])[0])
    return heading[2] if heading is not None and heading[1] == "#" and heading[2] else None


def peek_topics(file: Path) -> tuple[str, ...]:
    """The code names and the stressed words in the docstring that begins `file`, each once; never raises."""
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as text:
            source = text.read(LARGEST)
    except OSError:
        return ()
    # a parser would say it exactly, and take seconds for a thousand files
    begin = re.search(r"^[rRuU]?(\"\"\"|''')", source, re.MULTILINE)
    if begin is None:
        return ()
    docstring = source[begin.end() :].partition(begin[1])[0]
    rows = docstring.split("\n")
    if why := why_rows(rows):  # the words of the solution would give it away
        del rows[why.start : why.stop]
    return tuple(dict.fromkeys(code or stressed for code, stressed in MARKED.findall("\n".join(rows))))
