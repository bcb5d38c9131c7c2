"""Asks one question before something that cannot be taken lightly."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from tutor.tui.screens.dialog import Dialog


class ConfirmScreen(Dialog[bool]):
    """A question with two answers; the careful one has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape", "answer(False)", "No"),
        Binding("left,right", "app.focus_next", show=False),
    ]

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self._question = question
        self._yes = yes

    def compose(self) -> ComposeResult:
        """The question above its answers."""
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(Content(self._question), id="question")
            with Horizontal(id="answers"):
                yield Button(Content("No (n)"), id="no", variant="primary")
                yield Button(Content(f"{self._yes} (y)"), id="yes")

    def on_mount(self) -> None:
        """Enter alone changes nothing."""
        self.query_one("#no", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A click is an answer too."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, agreed: bool) -> None:
        """Close with the answer."""
        self.dismiss(agreed)
