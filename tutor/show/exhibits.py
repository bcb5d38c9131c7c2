"""Draws what a check shows: chooses the drawing by kind, and puts title, picture and remarks in order.

Without colours (a pipe, NO_COLOR, a terminal that has only ASCII) shapes become characters, and the exhibit's own
sentence stands below them.
"""

from collections.abc import Iterable, Sequence

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.text import Text

from tutor.attempt.exhibit import Exhibit, HeatMap, Image, Plot
from tutor.attempt.result import CheckResult
from tutor.show.layout import spaced
from tutor.show.look import MORE, MUTED
from tutor.show.picture import heat_map_lines, pictures_lines
from tutor.show.plain import clean_line
from tutor.show.plot import plot_lines


class ExhibitView:
    """One exhibit, drawn to fit the width and the colours of wherever it is printed."""

    def __init__(self, exhibit: Exhibit) -> None:
        self._exhibit = exhibit

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        plain = options.ascii_only or console.no_color or console.color_system is None
        yield Text(clean_line(self._exhibit.title), "bold")
        yield from self._lines(options.max_width, plain=plain)
        if plain and self._exhibit.text:
            yield Text(clean_line(self._exhibit.text))
        if self._exhibit.cut:
            yield Text(f"{'...' if plain else MORE} {clean_line(self._exhibit.cut)}", MUTED)

    def _lines(self, width: int, *, plain: bool) -> Sequence[Text]:
        match self._exhibit:
            case Plot():
                return plot_lines(self._exhibit, width, plain=plain)
            case Image(pictures=pictures):
                return pictures_lines(pictures, width, plain=plain)
            case HeatMap():
                return heat_map_lines(self._exhibit, width, plain=plain)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(min(20, options.max_width), options.max_width)


def exhibits_view(checks: Iterable[CheckResult]) -> RenderableType | None:
    """All that these checks show, one below the other; None when they show nothing."""
    views = [ExhibitView(exhibit) for check in checks for exhibit in check.exhibits]
    return spaced(views) if views else None
