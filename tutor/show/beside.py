"""Two texts of code side by side, or one below the other where there is no room, with what differs marked.

It knows lines and not Python; signs stand beside the colours.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tutor.show.layout import Fitted
from tutor.show.look import ACTUAL, EXPECTED, MUTED
from tutor.show.plain import clean

TWO_COLUMNS = 96  # cells, for two times some forty of code
GONE, NEW = "-", "+"
Pair = tuple[str | None, str | None]  # a line of either text; None where one has none


def beside(mine: str, theirs: str, names: tuple[str, str]) -> RenderableType:
    """`mine` at the left and `theirs` at the right under their `names`; a unified diff where it is narrow."""
    pairs = list(_pairs(_lines(mine), _lines(theirs)))
    return Fitted(lambda width: _columns(pairs, names) if width >= TWO_COLUMNS else _unified(pairs, names))


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in clean(text).strip("\n").split("\n")]


def _pairs(mine: list[str], theirs: list[str]) -> Iterator[tuple[Pair, bool]]:
    """Lines that stand beside each other, and whether they are the same."""
    for kind, a, b, c, d in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        left, right = mine[a:b], theirs[c:d]
        for row in range(max(len(left), len(right))):
            yield (left[row] if row < len(left) else None, right[row] if row < len(right) else None), kind == "equal"


def _columns(pairs: list[tuple[Pair, bool]], names: tuple[str, str]) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    for ratio in (0, 1, 0, 1):
        table.add_column(ratio=ratio or None, width=None if ratio else 1)
    table.add_row("", Text(names[0], "bold"), "", Text(names[1], "bold"))
    for (left, right), same in pairs:
        table.add_row(
            *_cell(left, "" if same else GONE, "" if same else ACTUAL),
            *_cell(right, "" if same else NEW, "" if same else EXPECTED),
        )
    return table


def _cell(line: str | None, sign: str, style: str) -> tuple[Text, Text]:
    return (Text(), Text()) if line is None else (Text(sign, style), Text(line, style))


def _unified(pairs: list[tuple[Pair, bool]], names: tuple[str, str]) -> Text:
    text = Text.assemble((f"{GONE} {names[0]}", ACTUAL), "   ", (f"{NEW} {names[1]}\n", EXPECTED))
    waiting: list[str] = []  # the other text's lines of the run at hand
    for (left, right), same in [*pairs, (("", ""), True)]:
        if same:
            for line in waiting:
                text.append(f"{NEW} {line}\n", EXPECTED)
            waiting.clear()
            text.append(f"  {left}\n", MUTED)
            continue
        if left is not None:
            text.append(f"{GONE} {left}\n", ACTUAL)
        if right is not None:
            waiting.append(right)
    text.right_crop(3)  # the end that flushed the last run
    return text
