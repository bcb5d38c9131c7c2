"""Says what every key does."""

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from tutor.tui.screens.dialog import Dialog

KEYS = (
    ("r  enter", "Run the checks. Saving your file does it too."),
    ("c", "Write your answer here. It is saved and checked when you pause; esc goes back."),
    ("ctrl+s", "While writing: save and check at once."),
    ("ctrl+g", "While writing: go to the line that the verdict names."),
    ("e", "Open your file in $VISUAL or $EDITOR."),
    ("f", "Show the next check that fails in full."),
    ("h", "Show one more hint, of the failing check if it has one."),
    ("n", "Go to the next exercise that has not passed."),
    ("s", "Show the solution, after a pass or if you insist; d puts your code beside it."),
    ("x", "Put the starter back. Your file is kept in .tutor/backups/."),
    ("u", "Undo the reset."),
    ("t", "Show or hide the course tree."),
    ("↑ ↓", "Move in the tree, or scroll the exercise."),
    ("tab", "Move the focus between tree and exercise."),
    ("pgup pgdn", "Scroll the exercise, wherever the focus is."),
    ("/  ctrl+p", "Find an exercise or a command by its name."),
    ("q", "Quit. Your progress is kept."),
)


class HelpScreen(Dialog[None]):
    """The keys, each with a sentence."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark,enter", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        """One table, scrolling where it must."""
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        table.add_column(no_wrap=True)
        table.add_column(ratio=1)
        for keys, sentence in KEYS:
            table.add_row(Text(keys, "bold"), Text(sentence))
        with VerticalScroll(id="dialog") as dialog:
            dialog.border_title = "Keys"
            dialog.border_subtitle = "esc closes"
            yield Static(table)
