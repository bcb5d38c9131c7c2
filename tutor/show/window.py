"""Draws the cut-out of two tensors around their first difference.

Expected and actual stand side by side where there is room, below one another where there is not, with the same
column widths, so that the eye can go from one to the other.
"""

from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.text import Text

from tutor.attempt.diff import Index, Window
from tutor.show.layout import Fitted
from tutor.show.look import ACTUAL, DIFFERS, EXPECTED, MORE, MORE_ROWS, MUTED, ODD_NUMBER
from tutor.show.plain import clean_line

_GAP = 4
_CELL_LIMIT = 24
_ODD = ("nan", "inf")


@dataclass(frozen=True)
class _Column:
    """One column of both tables; `index` is its place in the window, None for the mark of columns not shown."""

    label: str
    width: int
    index: int | None


def window_view(window: Window, shape: Index) -> RenderableType:
    """Both sides of `window`, cut from tensors of `shape`; differing cells bear a sign and a colour."""
    return Fitted(lambda width: _draw(window, shape, width))


def _draw(window: Window, shape: Index, width: int) -> RenderableType:
    label_width = max((len(label) for label in _row_labels(window, shape)), default=0)
    edge = label_width + 3 if label_width else 0
    columns = _columns(window, shape, width - edge)
    table_width = edge + sum(column.width + 1 for column in columns)
    sides = [
        _side("expected", window.expected, EXPECTED, window, shape, columns, label_width),
        _side("actual", window.actual, ACTUAL, window, shape, columns, label_width),
    ]
    if 2 * table_width + _GAP > width:
        return Group(*sides[0], Text(), *sides[1])
    lines = []
    for left, right in zip(*sides, strict=True):
        line = left.copy()
        line.append(" " * (table_width + _GAP - cell_len(left.plain)))
        line.append_text(right)
        lines.append(line)
    return Group(*lines)


def _columns(window: Window, shape: Index, room: int) -> list[_Column]:
    """The window's columns that fit into `room` cells: those around its first difference when not all do."""
    first = window.corner[-1] if window.corner else 0
    total = shape[-1] if shape else 1
    count = len(window.expected[0]) if window.expected else 0
    everything = [
        _Column(str(first + n) if shape else "", max(len(str(first + n)) if shape else 0, _width(window, n)), n)
        for n in range(count)
    ]
    focus = next((n for row in window.differs for n, differs in enumerate(row) if differs), 0)
    low, high = 0, count
    while high - low > 1:
        marks = (first + low > 0) + (first + high < total)
        if sum(column.width + 1 for column in everything[low:high]) + 2 * marks <= room:
            break
        if focus - low > high - 1 - focus:
            low += 1
        else:
            high -= 1
    more = _Column(MORE, 1, None)
    before = [more] if first + low > 0 else []
    after = [more] if first + high < total else []
    return [*before, *everything[low:high], *after]


def _width(window: Window, column: int) -> int:
    """Cells that the widest value of a column takes, with room for the sign before it."""
    rows = [*window.expected, *window.actual]
    return 1 + max(cell_len(clean_line(row[column], _CELL_LIMIT)) for row in rows)


def _row_labels(window: Window, shape: Index) -> list[str]:
    if len(shape) < 2:
        return []
    return [str(window.corner[-2] + n) for n in range(len(window.expected))]


def _side(
    title: str,
    rows: tuple[tuple[str, ...], ...],
    style: str,
    window: Window,
    shape: Index,
    columns: list[_Column],
    label_width: int,
) -> list[Text]:
    heading = Text(title, style=f"bold {style}", no_wrap=True)
    if len(shape) > 2:
        heading.append(f"[{', '.join(str(n) for n in window.corner[:-2])}, :, :]", style=f"not bold {MUTED}")
    lines = [heading]
    if shape:
        header = " ".join(column.label.rjust(column.width) for column in columns)
        rule = "─".join("─" * column.width for column in columns)
        if label_width:
            header, rule = f"{' ' * label_width}   {header}", f"{'─' * label_width}─┼─{rule}"
        lines += [Text(header, style=MUTED, no_wrap=True), Text(rule, style=MUTED, no_wrap=True)]
    labels = _row_labels(window, shape) or [""] * len(rows)
    rows_before = len(shape) > 1 and window.corner[-2] > 0
    rows_after = len(shape) > 1 and window.corner[-2] + len(rows) < shape[-2]
    if rows_before:
        lines.append(Text(f"{MORE_ROWS:>{label_width}} │", style=MUTED))
    for label, row, differs in zip(labels, rows, window.differs, strict=True):
        line = Text(f"{label:>{label_width}} │ " if label_width else "", style=MUTED, no_wrap=True)
        for n, column in enumerate(columns):
            line.append(" " if n else "")
            line.append_text(_cell(row, differs, column, style))
        lines.append(line)
    if rows_after:
        lines.append(Text(f"{MORE_ROWS:>{label_width}} │", style=MUTED))
    return lines


def _cell(row: tuple[str, ...], differs: tuple[bool, ...], column: _Column, style: str) -> Text:
    if column.index is None:
        return Text(MORE, style=MUTED)
    shown = clean_line(row[column.index], _CELL_LIMIT)
    odd = any(word in shown for word in _ODD)
    if differs[column.index]:
        shown, look = DIFFERS + shown, f"not dim bold {ODD_NUMBER if odd else style}"
    else:
        look = f"not dim {ODD_NUMBER if odd else ''}"
    padding = " " * (column.width - cell_len(shown))
    return Text.assemble(padding, (shown, look.strip()))
