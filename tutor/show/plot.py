"""Draws lines over a pair of axes in characters: dots of braille in colour, one sign for each line without it.

It knows numbers and cells. What is drawn when is `tutor.show.exhibits`'s.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from rich.cells import cell_len
from rich.text import Text

from tutor.attempt.exhibit import Number, Plot, Series
from tutor.show.look import MUTED
from tutor.show.plain import clean_line

COLOURS = ("cyan", "yellow", "magenta", "green", "red", "blue")
SIGNS = "*o+x#@"
_WIDEST, _NARROWEST = 72, 8  # cells of the axes' inside
_HIGH, _LOW = 10, 7  # lines of it, in a wide terminal and in a narrow one
_BRAILLE = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # a cell's dots, by row and column
_DASH = 2  # cells that a dash takes, and the gap behind it: where lines lie upon one another, both show

Point = tuple[float, float]
Cells = dict[tuple[int, int], tuple[str, str]]  # (row, column) to character and style


def plot_lines(plot: Plot, width: int, *, plain: bool) -> list[Text]:
    """The lines of text that show `plot` in `width` cells; `plain` for ASCII without colours."""
    ends = _ends([value for line in plot.series for value in line.y])
    if ends is None:
        return [Text("There is no finite number to draw.", MUTED)]
    x_ends = _ends([value for line in plot.series for value in line.x]) or (0.0, 1.0)
    labels = [_amount(ends[1]), _amount((ends[0] + ends[1]) / 2), _amount(ends[0])]
    edge = max(map(len, labels))
    columns = max(min(width - edge - 2, _WIDEST), _NARROWEST)
    rows = _HIGH if width >= _WIDEST else _LOW
    cells = _drawn(plot.series, x_ends, ends, columns, rows, plain=plain)
    upright, corner, level, tick = ("|", "+", "-", "+") if plain else ("│", "└", "─", "┤")
    shown = []
    if plot.y_label:
        shown.append(Text(clean_line(plot.y_label), MUTED, no_wrap=True, overflow="ellipsis"))
    at = {0: labels[0], rows // 2: labels[1], rows - 1: labels[2]}
    for row in range(rows):
        line = Text(f"{at.get(row, ''):>{edge}}{tick if row in at else upright}", MUTED, no_wrap=True)
        drawn = (cells.get((row, column), (" ", "")) for column in range(columns))
        for style, run in groupby(drawn, itemgetter(1)):
            line.append("".join(character for character, _ in run), f"not dim {style}")
        line.rstrip()
        shown.append(line)
    shown.append(Text(" " * edge + corner + level * columns, MUTED, no_wrap=True))
    shown.append(Text(" " * (edge + 1) + _x_axis(plot.x_label, x_ends, columns), MUTED, no_wrap=True))
    if len(plot.series) > 1 or plot.series[0].name:
        shown += _legend(plot.series, width, plain=plain)
    return shown


def _ends(values: Sequence[Number]) -> tuple[float, float] | None:
    """The smallest and the largest of them, a little apart where they are one."""
    there = [value for value in values if value is not None]
    if not there:
        return None
    low, high = min(there), max(there)
    if low == high:
        room = abs(low) / 10 or 1.0
        return low - room, high + room
    return low, high


def _amount(value: float) -> str:
    text = f"{value:.3g}"
    return "0" if text == "-0" else text


def _drawn(series: Sequence[Series], x_ends: Point, y_ends: Point, columns: int, rows: int, *, plain: bool) -> Cells:
    """The cells that hold something. The first line is drawn whole, later ones dashed upon it."""
    across, down = (columns, rows) if plain else (2 * columns, 4 * rows)
    dots: dict[tuple[int, int], int] = {}
    cells: Cells = {}
    for number, line in enumerate(series):
        style, sign = COLOURS[number % len(COLOURS)], SIGNS[number % len(SIGNS)]
        points = [
            None if x is None or y is None else (_place(x, x_ends, across), down - 1 - _place(y, y_ends, down))
            for x, y in zip(line.x, line.y, strict=True)
        ]
        taken = set(cells)
        for column, row in _joined(points):
            cell = (row, column) if plain else (row // 4, column // 2)
            gap = number > 0 and (sum(cell) // _DASH + number) % 2 == 1
            if gap and (cell in taken or not plain):
                continue
            if plain:
                cells[cell] = (sign, "")
            else:
                dots[cell] = dots.get(cell, 0) | _BRAILLE[row % 4][column % 2]
                cells[cell] = (chr(0x2800 + dots[cell]), style)
    return cells


def _place(value: float, ends: Point, count: int) -> int:
    share = (value - ends[0]) / (ends[1] - ends[0])
    return max(0, min(count - 1, round(share * (count - 1))))


def _joined(points: Sequence[tuple[int, int] | None]) -> Iterator[tuple[int, int]]:
    """Every dot of the line through the points; None breaks it, and a lone point is a dot."""
    before: tuple[int, int] | None = None
    for point in points:
        if point is not None:
            start = before or point
            steps = max(abs(point[0] - start[0]), abs(point[1] - start[1]), 1)
            for n in range(steps + 1):
                yield tuple(round(a + (b - a) * n / steps) for a, b in zip(start, point, strict=True))  # type: ignore[misc]
        before = point


def _x_axis(label: str, ends: Point, columns: int) -> str:
    """The axis's ends with its name between them, where there is room."""
    first, last = _amount(ends[0]), _amount(ends[1])
    label = clean_line(label)
    room = columns - len(first) - len(last)
    middle = label.center(room) if cell_len(label) + 2 <= room else " " * max(room, 1)
    return f"{first}{middle}{last}"


def _legend(series: Sequence[Series], width: int, *, plain: bool) -> list[Text]:
    """The lines' names behind their signs, as many in a row as `width` cells hold."""
    shown = [Text()]
    for number, line in enumerate(series):
        sign = SIGNS[number % len(SIGNS)] if plain else "⠤⠤" if number == 0 else "⠤ ⠤"
        entry = Text.assemble((sign, "" if plain else COLOURS[number % len(COLOURS)]), f" {clean_line(line.name)}")
        if shown[-1].cell_len + 3 + entry.cell_len > width:
            shown.append(Text())
        elif number:
            shown[-1].append("   ")
        shown[-1].append_text(entry)
    return [line for line in shown if line]
