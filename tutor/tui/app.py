"""The Textual app behind `tutor start`: it opens the course screen and ends with it.

Everything a learner does happens on the screens; this module owns the app's name, style sheet and commands.
"""

from collections.abc import Iterable

from textual.app import App, SystemCommand
from textual.screen import Screen

from tutor.course.records import Course
from tutor.tui.screens.course import CourseScreen
from tutor.tui.session import Session
from tutor.tui.worker import EngineRunner, Runner
from tutor.workspace.files import Workspace


class TutorApp(App[None]):
    """tutor, full screen."""

    CSS_PATH = "tutor.tcss"
    TITLE = "tutor"

    def __init__(self, course: Course, workspace: Workspace, course_key: str, *, runner: Runner | None = None) -> None:
        """`runner` makes the attempts; by default the engine does."""
        super().__init__()
        self._session = Session(course, workspace, course_key)
        self._runner = EngineRunner(course.preload) if runner is None else runner

    def get_default_screen(self) -> Screen[None]:
        """The course."""
        return CourseScreen(self._session, self._runner)

    async def action_quit(self) -> None:
        """Leave, by way of the course screen: what was typed there is saved first."""
        course = self.screen_stack[0]
        if isinstance(course, CourseScreen):
            course.leave(self.exit)
        else:
            self.exit()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's commands, and on the course screen what its keys do and a way to every exercise."""
        yield from super().get_system_commands(screen)
        if isinstance(screen, CourseScreen):
            for title, help_text, action in screen.commands():
                yield SystemCommand(title, help_text, action)


def run(course: Course, workspace: Workspace, course_key: str) -> int:
    """Show the course until the learner quits; returns the exit code."""
    app = TutorApp(course, workspace, course_key)
    app.run()
    return app.return_code or 0
