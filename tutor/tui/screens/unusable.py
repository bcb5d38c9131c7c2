"""Says that nothing can be judged on this machine yet, and what to install; lets the learner try again."""

import time
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tutor.show.plain import clean
from tutor.tui.screens.dialog import Dialog

KEYS = (
    "[@click=screen.again][b]r[/b] try again[/] · [@click=app.quit][b]q[/b] quit[/] · "
    "[@click=screen.dismiss][b]esc[/b] read on[/]"
)


class UnusableScreen(Dialog[None]):
    """What is missing or broken, in the engine's words. The screen below says when that has changed."""

    DEFAULT_CSS = """
    UnusableScreen {
        #dialog {
            border: round $error;
            border-subtitle-color: $text;
            border-subtitle-align: center;
            link-style: none;
            link-color: $text;
            link-background: $surface;
        }
        #meaning { margin: 1 0 0 0; }
        #trying { margin: 1 0 0 0; color: $text-muted; display: none; }
        &.-low #meaning { display: none; }
        &.-low #dialog { padding: 0 1; max-height: 100%; }
    }
    """
    AUTO_FOCUS = "#dialog"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-high")]  # noqa: RUF012 - Textual declares a list
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,enter", "again", "Try again"),
        Binding("q", "app.quit", "Quit"),
        Binding("escape", "dismiss", "Read on"),
    ]

    def __init__(self, why: str, again: Callable[[], None]) -> None:
        """`again` has the engine started anew; what came of it is told to `still`, or the screen is dismissed."""
        super().__init__()
        self._why = why
        self._again = again
        self._begun: float | None = None  # of the trial that runs

    def compose(self) -> ComposeResult:
        """What happened, what it means, what to press."""
        with VerticalScroll(id="dialog") as dialog:
            dialog.border_title = "PyTorch cannot be used"
            dialog.border_subtitle = KEYS
            yield Static(Content(clean(self._why)), id="why")
            yield Static(
                "Your files and your progress are safe. Exercises can be read and written, but not checked until this "
                "is mended: install it in another terminal, then try again. `tutor doctor` tells more.",
                id="meaning",
                markup=False,
            )
            yield Static("", id="trying", markup=False)

    def on_mount(self) -> None:
        """Count the seconds of a trial."""
        self.set_interval(0.2, self._tick)

    def action_again(self) -> None:
        """Try once more, unless a trial runs."""
        if self._begun is None:
            self._begun = time.monotonic()
            self._tick()
            self._again()

    def still(self, why: str) -> None:
        """The trial has failed, or another: `why` is the newest reason."""
        before, self._begun = self._begun, None
        self._why = why
        self.query_one("#why", Static).update(Content(clean(why)))
        if before is not None:
            self._trial("Tried again: it is still so.")

    def _tick(self) -> None:
        if self._begun is not None:
            elapsed = time.monotonic() - self._begun
            self._trial(f"Starting PyTorch again  {elapsed:.0f} s")

    def _trial(self, sentence: str) -> None:
        trying = self.query_one("#trying", Static)
        trying.display = True
        trying.update(sentence)
