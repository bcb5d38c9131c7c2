"""Two texts of code side by side, or one below the other where there is no room, with what differs marked.

It knows lines and not Python; signs stand beside the colours.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tutor.show.layout import Fitted
from tutor.show.look import ACTUAL, EXPECTED, MUTED
from tutor.show.plain import clean

TWO_COLUMNS = 96  # cells, for two times some forty of code
GONE, NEW = "-", "+"
Opcode = tuple[str, int, int, int, int]  # difflib's: a kind, a slice of the one text, a slice of the other


def beside(mine: str, theirs: str, names: tuple[str, str]) -> RenderableType:
    """`mine` at the left and `theirs` at the right under their `names`; a unified diff where it is narrow."""
    texts = _lines(mine), _lines(theirs)
    steps = SequenceMatcher(None, *texts, autojunk=False).get_opcodes()
    return Fitted(lambda width: (_columns if width >= TWO_COLUMNS else _unified)(*texts, steps, names))


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in clean(text).strip("\n").split("\n")]


def _columns(mine: list[str], theirs: list[str], steps: Sequence[Opcode], names: tuple[str, str]) -> RenderableType:
    table = Table.grid(padding=(0, 1), expand=True)
    for ratio in (0, 1, 0, 1):
        table.add_column(ratio=ratio or None, width=None if ratio else 1)
    table.add_row("", Text(names[0], "bold"), "", Text(names[1], "bold"))
    for kind, a, b, c, d in steps:
        for left, right in zip_longest(mine[a:b], theirs[c:d]):
            same = kind == "equal"
            table.add_row(
                *_cell(left, "" if same else GONE, "" if same else ACTUAL),
                *_cell(right, "" if same else NEW, "" if same else EXPECTED),
            )
    return table


def _cell(line: str | None, sign: str, style: str) -> tuple[Text, Text]:
    return (Text(), Text()) if line is None else (Text(sign, style), Text(line, style))


def _unified(mine: list[str], theirs: list[str], steps: Sequence[Opcode], names: tuple[str, str]) -> RenderableType:
    rows = [Text.assemble((f"{GONE} {names[0]}", ACTUAL), "   ", (f"{NEW} {names[1]}", EXPECTED))]
    for kind, a, b, c, d in steps:
        if kind == "equal":
            rows += [Text(f"  {line}", MUTED) for line in mine[a:b]]
            continue
        rows += [Text(f"{GONE} {line}", ACTUAL) for line in mine[a:b]]
        rows += [Text(f"{NEW} {line}", EXPECTED) for line in theirs[c:d]]
    return Text("\n").join(rows)
