"""The learner's progress in pictures: each chapter, the days of the last weeks, the checks that were hardest."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from tutor.course.records import Chapter
from tutor.show.columns import column_lines, columns_that_fit
from tutor.show.look import MUTED, PASS, WARN
from tutor.show.plain import clean_line, plural, prose
from tutor.tui.session import count_passed
from tutor.tui.widgets.tree import bar
from tutor.workspace.progress import ExerciseProgress
from tutor.workspace.statistics import Obstacle, Statistics

ROWS = 5  # of the days' bars
MOST_DAYS = 35
CELLS = 12  # of a chapter's bar


class Hard(Struct, frozen=True, kw_only=True):
    """An obstacle with what its check claims."""

    obstacle: Obstacle
    claim: str


def chapters_view(chapters: Sequence[Chapter], summary: Mapping[str, ExerciseProgress]) -> RenderableType:
    """A line for each chapter: how many of its exercises have passed, and after how many attempts."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(no_wrap=True, justify="right")
    for chapter in chapters:
        passed = count_passed(summary, chapter.exercises)
        everything = len(chapter.exercises)
        attempts = sum(summary[exercise.id].attempts for exercise in chapter.exercises if exercise.id in summary)
        table.add_row(
            Text(clean_line(f"{chapter.number} {chapter.title}")),
            bar(passed, everything, CELLS),
            Text(f"{passed} of {everything}", PASS if passed == everything else ""),
            Text(plural(attempts, "attempt"), MUTED) if attempts else Text(),
        )
    return table


class DaysView:
    """Attempts on each of the last days, as many as there is room for."""

    def __init__(self, statistics: Statistics, today: date) -> None:
        self._by_date = {day.date: day for day in statistics.days}
        self._today = today

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if len(self._by_date) < 2:
            yield self._in_words()
            return
        count = min(columns_that_fit(options.max_width), MOST_DAYS)
        dates = [self._today - timedelta(days=ago) for ago in reversed(range(count))]
        days = [self._by_date.get(one) for one in dates]
        attempts, passed = ([getattr(day, field) if day else 0 for day in days] for field in ("attempts", "passed"))
        yield from column_lines(attempts, passed, ROWS, plain=options.ascii_only)
        words = f"{plural(sum(attempts), 'attempt')} in {plural(count, 'day')}, today at the right."
        yield Text(f"{words} Below the line: first passes.", MUTED)

    def _in_words(self) -> Text:
        """A single bar would have nothing to stand beside."""
        rest = "Every day on which you run checks gets a bar here, as high as its attempts are many."
        for day in self._by_date.values():
            when = "today" if day.date == self._today else f"on {day.date:%-d %B}"
            passed = f", {plural(day.passed, 'exercise')} passed" if day.passed else ""
            return Text.assemble(f"{plural(day.attempts, 'attempt')} {when}{passed}. ", (rest, MUTED))
        return Text(f"Nothing yet. {rest}", MUTED)


def obstacles_view(hard: Sequence[Hard]) -> RenderableType:
    """The checks that stopped the learner most often, with how often."""
    if not hard:
        return Text("No check has stopped you more than once. Those that do are named here, the hardest first.", MUTED)
    table = Table.grid(padding=(0, 1, 0, 0), expand=True)
    table.add_column(width=1)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=1)
    for one in hard:
        obstacle = one.obstacle
        sign, style = ("✓", PASS) if obstacle.overcome else ("●", WARN)
        claim = prose(" ".join(one.claim.split()))
        table.add_row(
            Text(sign, f"bold {style}"),
            Text(f"{obstacle.times:,}x"),
            Group(claim, Text(clean_line(obstacle.exercise), MUTED)),
        )
    return table
