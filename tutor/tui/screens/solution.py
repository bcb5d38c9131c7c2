"""Shows a solution and why it works."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Markdown

from tutor.tui.screens.dialog import Dialog

FENCE = "`````"  # longer than any in a solution's docstrings


class SolutionScreen(Dialog[None]):
    """Code first, then the reasoning."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,s", "dismiss", "Close")]

    def __init__(self, title: str, code: str, why_it_works: str) -> None:
        super().__init__()
        self._title = title
        self._markdown = f"{FENCE}python\n{code.strip()}\n{FENCE}\n\n{why_it_works}"

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with VerticalScroll(id="dialog") as dialog:
            dialog.border_title = Content(f"Solution: {self._title}").plain
            dialog.border_subtitle = "esc closes"
            yield Markdown(self._markdown)
