"""Draws what a learner's code printed: harmless, and never so much that it hides the verdict."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from tutor.attempt.result import Output
from tutor.show.look import MORE, MUTED, WARN
from tutor.show.plain import cap_lines, clean

_HEAD, _TAIL = 30, 10
_LINE_LIMIT = 500
_ALIKE = 3
_WARNING = re.compile(r"\w*Warning: ")


def output_view(output: Output, *, brief: bool = False) -> RenderableType:
    """The output as text, its middle left out when it is long (`brief`: sooner), repeated lines told once."""
    if not output.text.strip() and not output.truncated:
        return Text("Nothing was printed.", MUTED)
    head, tail = (8, 4) if brief else (_HEAD, _TAIL)
    told = _told_once(_warned_once(output.text.replace("\r\n", "\n").rstrip("\n").split("\n")))
    # capped before anything is cleaned, so that no work is done for what is left out
    lines = cap_lines("\n".join(told), head=head, tail=tail).split("\n")
    shown = Text("\n".join(clean(_last_state(line), _LINE_LIMIT) for line in lines), overflow="fold")
    if output.truncated:
        shown.append(f"\n{MORE} There was more: tutor stopped keeping it here.", WARN)
    return shown


def _warned_once(lines: list[str]) -> list[str]:
    """The lines, each different warning only where it comes first, with how often it came: a check calls much code."""
    times = Counter(line for line in lines if _WARNING.match(line))
    once = dict(times)
    told = []
    for line in lines:
        if (count := once.pop(line, 0)) > 1:
            told.append(f"{line} ({count:,} times)")
        elif count or line not in times:
            told.append(line)
    return told


def _told_once(lines: list[str]) -> Iterator[str]:
    """The lines, with a count in place of further ones like the last: a check calls the same code many times."""
    for line, alike in groupby(lines):
        count = sum(1 for _ in alike)
        yield line
        if count > _ALIKE:
            yield f"{MORE} the same {count - 1:,} times more"
        else:
            yield from [line] * (count - 1)


def _last_state(line: str) -> str:
    """What a terminal would show of a progress bar that was drawn over and over on one line."""
    states = [state for state in line.split("\r") if state]
    return states[-1] if states else ""
