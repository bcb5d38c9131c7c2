"""The Textual app behind `tutor start`: it opens the course screen, after a welcome if need be, and ends with it.

Everything a learner does happens on the screens; this module owns the app's name, style sheet and commands, its theme,
and how it draws where colours or characters are missing.
"""

import asyncio
import gc
import os
import signal
import termios
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from tutor.course.records import Course
from tutor.tui.preferences import preferences_file, read_preferences, write_preferences
from tutor.tui.screens.course import CourseScreen
from tutor.tui.session import Session
from tutor.tui.worker import EngineRunner, Runner
from tutor.workspace.errors import WorkspaceError
from tutor.workspace.files import Workspace

if TYPE_CHECKING:
    from tutor.tui.screens.welcome import Beginning, WelcomeScreen


class TutorApp(App[None]):
    """tutor, full screen."""

    CSS_PATH = "tutor.tcss"
    TITLE = "tutor"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("T", "change_theme", "Theme", show=False, tooltip="Choose a theme; it is remembered"),
        Binding(
            "ctrl+z", "suspend_process", "To the shell", show=False, tooltip="Until the shell's fg; undo, in the editor"
        ),
    ]

    def __init__(
        self,
        course: Course,
        workspace: "Workspace | Beginning",
        course_key: str,
        *,
        runner: Runner | None = None,
        preferences: Path | None = None,
        ascii_only: bool = False,
    ) -> None:
        """`runner` makes the attempts, by default the engine; the theme is remembered in the file `preferences`.

        Without a workspace yet, its Beginning: then a welcome comes first.
        """
        # With the terminal's own colours, Textual's answer to NO_COLOR is none at all, and not shades of grey.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self._course = course
        self._workspace = workspace
        self._course_key = course_key
        self._runner = EngineRunner(course.preload) if runner is None else runner
        self._preferences_file = preferences
        self._preferences = read_preferences(preferences)
        self._more_filters: list[LineFilter] = []
        self.console.no_color = self.no_color  # exhibits are drawn in characters then
        if ascii_only:
            from tutor.tui.ascii import AsciiFilter, AsciiNowhere

            self._more_filters.append(AsciiFilter())
            self.console.file = AsciiNowhere()
        if self._preferences.theme in self.available_themes:
            self.theme = self._preferences.theme
        else:  # an unknown one stays in the file until another is chosen
            self._preferences = replace(self._preferences, theme=self.theme)

    def on_mount(self) -> None:
        """End in order when told to, or when the terminal has been closed; draw all anew after the shell's fg."""
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        if not self.is_headless:
            for number in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, self._end, 128 + number)

    def _end(self, code: int) -> None:
        if terminal_is_there():
            self.exit(return_code=code)
            return
        try:
            for screen in self.screen_stack:
                if isinstance(screen, CourseScreen):
                    screen.settle_file()
        finally:
            os._exit(code)  # the way out of Textual waits for threads that write to the terminal and read from it

    def get_default_screen(self) -> Screen[None]:
        """The course, or what comes before it."""
        if isinstance(self._workspace, Workspace):
            return self._course_screen(self._workspace)
        from tutor.tui.screens.welcome import WelcomeScreen

        return WelcomeScreen(self._course.title, len(self._course.exercises), self._workspace)

    async def on_welcome_screen_made(self, message: "WelcomeScreen.Made") -> None:
        """Go on to the course in the new workspace."""
        screen = self._course_screen(message.workspace)
        await self.push_screen(screen)
        if message.sentence:
            screen.say(message.sentence)

    def _course_screen(self, workspace: Workspace) -> CourseScreen:
        return CourseScreen(Session(self._course, workspace, self._course_key), self._runner)

    def on_ready(self) -> None:
        """Look for garbage from now on, and only among what is made from now on: keys are answered sooner."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    async def action_quit(self) -> None:
        """Leave, by way of the course screen: what was typed there is saved first."""
        for screen in self.screen_stack:
            if isinstance(screen, CourseScreen):
                screen.leave(self.exit)
                return
        self.exit()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, and for ASCII another."""
        return [*super().get_line_filters(), *self._more_filters]

    def watch_theme(self, theme: str) -> None:
        """Remember the learner's choice, which the theme that the app begins with is not."""
        if theme == self._preferences.theme:
            return
        self._preferences = replace(self._preferences, theme=theme)
        if not self.is_running:
            return
        try:
            write_preferences(self._preferences_file, self._preferences)
        except WorkspaceError as error:
            for screen in self.screen_stack:
                if isinstance(screen, CourseScreen):
                    screen.say(str(error))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's commands, and on the course screen what its keys do and a way to every exercise."""
        yield from super().get_system_commands(screen)
        if isinstance(screen, CourseScreen):
            for title, help_text, action in screen.commands():
                yield SystemCommand(title, help_text, action)


def terminal_is_there() -> bool:
    """Whether the terminal that this program began in is still open."""
    try:
        termios.tcgetattr(0)
    except termios.error:
        return False
    return True


def run(course: Course, workspace: "Workspace | Beginning", course_key: str, *, ascii_only: bool = False) -> int:
    """Show the course until the learner quits; returns the exit code."""
    app = TutorApp(course, workspace, course_key, preferences=preferences_file(os.environ), ascii_only=ascii_only)
    app.run()
    return app.return_code or 0
