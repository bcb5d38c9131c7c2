"""Shows a solution and why it works, alone or beside the learner's own code."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Markdown, Static

from tutor.show.beside import beside
from tutor.tui.screens.dialog import Dialog

FENCE = "`````"  # longer than any in a solution's docstrings


class SolutionScreen(Dialog[None]):
    """Code first, then the reasoning; `d` puts the learner's code beside it."""

    DEFAULT_CSS = """
    SolutionScreen {
        #dialog { max-width: 140; width: 96%; }
        #beside { margin: 0 0 1 0; display: none; }
        #dialog.-beside #beside { display: block; }
        #dialog.-beside #alone { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,s", "dismiss", "Close"),
        Binding("d", "beside", "Beside yours"),
    ]

    def __init__(self, title: str, code: str, why_it_works: str, mine: str) -> None:
        """`mine` is the learner's code, without a statement as `code` is."""
        super().__init__()
        self._title = title
        self._code = code
        self._why = why_it_works
        self._mine = mine

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with VerticalScroll(id="dialog") as dialog:
            dialog.border_title = Content(f"Solution: {self._title}").plain
            dialog.border_subtitle = "d beside yours · esc closes"
            yield Markdown(f"{FENCE}python\n{self._code.strip()}\n{FENCE}", id="alone")
            yield Static(beside(self._mine, self._code, ("yours", "solution")), id="beside")
            yield Markdown(self._why)

    def action_beside(self) -> None:
        """Show the learner's code beside the solution, or the solution alone."""
        dialog = self.query_one("#dialog")
        dialog.toggle_class("-beside")
        shown = dialog.has_class("-beside")
        dialog.border_subtitle = f"d {'the solution alone' if shown else 'beside yours'} · esc closes"
