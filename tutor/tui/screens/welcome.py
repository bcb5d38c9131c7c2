"""The first screen of a learner without a workspace: what tutor is, and where it would put their files.

It makes nothing before it is told to, and then only calls `Beginning.make`.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from msgspec import Struct
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from tutor.show.plain import clean, clean_line, plural
from tutor.tui.worker import sentence_of
from tutor.workspace.files import Workspace

WHAT = (
    "tutor teaches by exercises: you write the code, and every save is checked at once.\n"
    "What is wrong you see: the elements that differ, what the mistake looks like, and hints."
)
KEYS = "[@click=screen.make][b]enter[/b] make it and begin[/] · [@click=app.quit][b]q[/b] quit[/]"


class Beginning(Struct, frozen=True):
    """Where a workspace can be made, and what makes it: called once from a thread, it returns what to say too."""

    folder: Path
    make: Callable[[], tuple[Workspace, str]]


class WelcomeScreen(Screen[None]):
    """Two lines about tutor, the folder, two keys."""

    AUTO_FOCUS = "#welcome"
    DEFAULT_CSS = """
    WelcomeScreen {
        align: center middle;
        #welcome {
            width: 94%;
            max-width: 96;
            height: auto;
            max-height: 100%;
            padding: 1 2;
            border: round $primary;
            scrollbar-size-vertical: 1;
            border-subtitle-color: $text;
            border-subtitle-align: center;
            link-style: none;
            link-color: $text;
            link-background: $background;
        }
        .heading { color: $text-muted; margin: 1 0 0 0; }
        #trouble { display: none; margin: 1 0 0 0; background: $warning-muted; color: $text-warning; padding: 0 1; }
        &.-low .more { display: none; }
        &.-low #welcome { padding: 0 1; }
    }
    """
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-high")]  # noqa: RUF012 - Textual declares a list
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "make", "Make it and begin"),
        Binding("q,escape,ctrl+c", "app.quit", "Quit"),
    ]

    class Made(Message):
        """The workspace is there; `sentence` says what could not be put into it, if anything."""

        def __init__(self, workspace: Workspace, sentence: str) -> None:
            super().__init__()
            self.workspace = workspace
            self.sentence = sentence

    def __init__(self, title: str, exercises: int, beginning: Beginning) -> None:
        super().__init__()
        self._title = title
        self._count = exercises
        self._beginning = beginning
        self._making = False

    def compose(self) -> ComposeResult:
        """One box."""
        folder = clean_line(str(self._beginning.folder))
        with VerticalScroll(id="welcome") as box:
            box.border_title = "Welcome to tutor"
            box.border_subtitle = KEYS
            yield Static(WHAT, classes="more", markup=False)
            yield Static("The course", classes="heading more")
            course = f"{clean_line(self._title)}: {plural(self._count, 'exercise')}"
            yield Static(Content(course), classes="more")
            yield Static("Your workspace, not made yet", classes="heading more")
            yield Static(Content.assemble((folder, "bold")), id="folder")
            yield Static(
                "It gets a folder exercises/ with a file for each exercise, yours to edit, and .tutor/ for your "
                "progress. Quitting makes nothing; for another place, call `tutor start` there.",
                classes="more",
                markup=False,
            )
            yield Static("", id="trouble", markup=False)

    def action_make(self) -> None:
        """Make the workspace, once."""
        if not self._making:
            self._making = True
            self.query_one("#welcome").border_subtitle = "Making your workspace…"
            self.run_worker(self._make(), exit_on_error=False)

    async def _make(self) -> None:
        try:
            workspace, sentence = await asyncio.to_thread(self._beginning.make)
        except Exception as error:  # the edge of the thread: whatever happens becomes a sentence on the screen
            self._making = False
            trouble = self.query_one("#trouble", Static)
            trouble.display = True
            trouble.update(Content(clean(sentence_of(error))))
            box = self.query_one("#welcome")
            box.border_subtitle = KEYS
            self.call_after_refresh(box.scroll_end, animate=False)
            return
        self.post_message(self.Made(workspace, sentence))
