"""Draws counts as upright bars, a bar for each day. It knows numbers and cells, and nothing of what is counted."""

from collections.abc import Sequence

from rich.text import Text

from tutor.show.look import MUTED, PASS

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_STEP = 2  # cells from one bar to the next


def column_lines(counts: Sequence[int], marks: Sequence[int], rows: int, *, plain: bool) -> list[Text]:
    """`counts` as bars on a line, the newest at the right, and below it how many `marks` there are where there are any.

    `rows` is the height of the largest bar; `plain` for ASCII without colours.
    """
    largest = max([*counts, 1])
    label = len(str(largest))
    shown = []
    for row in range(rows, 0, -1):
        amount = str(largest) if row == rows else ""
        line = Text(f"{amount:>{label}} ", MUTED, no_wrap=True)
        for count in counts:
            eighths = max(round(8 * rows * count / largest), min(count, 1)) - 8 * (row - 1)
            sign = _EIGHTHS[min(max(eighths, 0), 8)]
            line.append(f"{'#' if plain and sign != ' ' else sign}{' ' * (_STEP - 1)}", "not dim cyan")
        shown.append(line)
    shown.append(Text(f"{'':>{label}} {('-' if plain else '─') * (_STEP * len(counts) - 1)}", MUTED, no_wrap=True))
    line = Text(f"{'':>{label}} ", no_wrap=True)
    for mark in marks:
        line.append(f"{_amount(mark):{_STEP}}", PASS)
    shown.append(line)
    return shown


def columns_that_fit(width: int) -> int:
    """How many bars there is room for in `width` cells."""
    return max((width - 6) // _STEP, 1)


def _amount(mark: int) -> str:
    return "" if mark == 0 else str(mark) if mark < 10 else "+"
