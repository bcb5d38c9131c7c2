"""Shows how far the learner has come, when they worked, and what was hard. It changes nothing."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from rich.console import RenderableType
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Static

from tutor.show.plain import plural
from tutor.tui.session import Session
from tutor.tui.widgets.bar import CourseBar
from tutor.tui.widgets.statistics import DaysView, Hard, chapters_view, obstacles_view
from tutor.workspace.errors import WorkspaceError
from tutor.workspace.progress import ExerciseProgress
from tutor.workspace.statistics import Statistics


class StatisticsScreen(Screen[None]):
    """Chapters at the left, days and hardest checks at the right; below one another where it is narrow."""

    AUTO_FOCUS = "#statistics"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,p", "dismiss", "Back", key_display="esc"),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual declares a list

    DEFAULT_CSS = """
    StatisticsScreen {
        #statistics { scrollbar-size-vertical: 1; padding: 1 1 0 1; }
        #parts { height: auto; }
        .part {
            height: auto;
            margin: 0 1 1 1;
            border-top: solid $foreground 20%;
            border-title-color: $text-muted;
        }
        #chapters, #others { width: 1fr; height: auto; }
        &.-narrow #parts { layout: vertical; }
        &.-narrow #chapters, &.-narrow #others { width: 100%; }
    }
    """

    def __init__(self, session: Session, summary: Mapping[str, ExerciseProgress], passed: int) -> None:
        super().__init__()
        self._session = session
        self._summary = summary
        self._passed = passed

    def compose(self) -> ComposeResult:
        """Three parts under the course's line."""
        course = self._session.course
        yield CourseBar(course.title, len(course.exercises))
        with VerticalScroll(id="statistics"), Horizontal(id="parts"):
            with Vertical(id="chapters"):
                yield _part("Chapters", "by-chapter", chapters_view(course.chapters, self._summary))
            with Vertical(id="others"):
                yield _part("Days", "by-day", "")
                yield _part("Hardest checks", "hardest", "")
        yield Footer()

    def on_mount(self) -> None:
        """What is known at once is drawn at once."""
        self.query_one(CourseBar).show(self._passed, None)
        self.run_worker(self._read(), exit_on_error=False)

    async def _read(self) -> None:
        days, hardest = self.query_one("#by-day", Static), self.query_one("#hardest", Static)
        try:
            statistics = await asyncio.to_thread(self._session.statistics)
        except WorkspaceError as error:
            days.update(str(error))
            return
        hard = await asyncio.to_thread(self._with_claims, statistics)
        days.border_title = f"Days ({plural(statistics.attempts, 'attempt')} on {plural(len(statistics.days), 'day')})"
        days.update(DaysView(statistics, date.today()))
        hardest.update(obstacles_view(hard))

    def _with_claims(self, statistics: Statistics) -> list[Hard]:
        return [Hard(obstacle=one, claim=self._session.claim(one)) for one in statistics.obstacles]

    def action_scroll(self, lines: int) -> None:
        """Scroll as the arrows do."""
        self.query_one("#statistics").scroll_relative(y=lines, animate=False)


def _part(title: str, name: str, content: RenderableType) -> Static:
    part = Static(content, id=name, classes="part", markup=False)
    part.border_title = title
    return part
