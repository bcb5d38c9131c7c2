"""Small building blocks that lay other renderables out. This module knows nothing of attempts."""

from collections.abc import Callable, Iterable

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from tutor.show.look import BAR


class Fitted:
    """A renderable made anew for the width it is given (in cells)."""

    def __init__(self, make: Callable[[int], RenderableType]) -> None:
        self._make = make

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self._make(options.max_width)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(min(20, options.max_width), options.max_width)


class Prefixed:
    """A renderable behind a sign: `first` before its first line, `others` (as wide) before each further one."""

    def __init__(self, inner: RenderableType, first: Segment, others: Segment) -> None:
        self._inner = inner
        self._first = first
        self._others = others

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width - self._first.cell_length, 1)
        # Textual passes the height of the whole widget, to which render_lines would fill up
        inside = options.update_width(width).reset_height()
        prefix = self._first
        for line in console.render_lines(self._inner, inside, pad=False):
            yield prefix
            yield from _without_padding(line)
            yield Segment.line()
            prefix = self._others

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(min(20, options.max_width), options.max_width)


def barred(content: RenderableType, style: str) -> Prefixed:
    """`content` with a coloured bar down its left side, which holds together what belongs together."""
    bar = Segment(f"{BAR} ", Style.parse(style))
    return Prefixed(content, bar, bar)


def hanging(sign: str, content: RenderableType, style: str = "") -> Prefixed:
    """`content` to the right of a `sign`, its further lines indented to the same column."""
    first = Segment(f"{sign} ", Style.parse(style))
    return Prefixed(content, first, Segment(" " * first.cell_length))


def indented(content: RenderableType) -> Prefixed:
    """`content` two cells further in."""
    return hanging(" ", content)


def spaced(parts: Iterable[RenderableType]) -> Group:
    """The parts below one another with an empty line between each two."""
    lines: list[RenderableType] = []
    for part in parts:
        if lines:
            lines.append(Text())
        lines.append(part)
    return Group(*lines)


def _without_padding(line: list[Segment]) -> list[Segment]:
    """A line without the blanks that tables end theirs with."""
    kept = list(line)
    while kept and not kept[-1].text.strip(" ") and not kept[-1].control:
        kept.pop()
    if kept and not kept[-1].control:
        kept[-1] = Segment(kept[-1].text.rstrip(" "), kept[-1].style)
    return kept
