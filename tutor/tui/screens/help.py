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
    (
        "The exercise",
        (
            ("r  enter", "Run the checks. Saving your file does it too."),
            ("c", "Write your answer here. It is saved and checked when you pause."),
            ("ctrl+s", "While writing: save and check at once."),
            ("ctrl+g", "While writing: go to the line that the verdict names."),
            ("esc", "While writing: save and go back."),
            ("e", "Open your file in $VISUAL or $EDITOR."),
            ("o  ctrl+o", "Choose the next file to edit, where an exercise has several."),
            ("v", "Show the next check that fails in full."),
            ("h", "Show one more hint, of the failing check if it has one."),
            ("s", "Show the solution, after a pass or if you insist; d puts your code beside it."),
            ("x", "Put the starter back. Your file is kept in .tutor/backups/."),
            ("u", "Undo the reset."),
            ("pgup pgdn", "Scroll the exercise, wherever the focus is."),
        ),
    ),
    (
        "The course",
        (
            ("n", "Go to the next exercise that has not passed."),
            ("/", "Search ids, titles and topics: enter goes there, esc back."),
            ("f", "Show only open, failed or passed exercises, in turn."),
            ("l", "Show only exercises of one level, in turn."),
            ("esc", "Show the whole course again."),
            ("t", "Show or hide the course tree."),
            ("up down  j k", "Move in the tree, or scroll the exercise."),
            ("tab", "Move the focus between tree and exercise."),
            ("p", "Your progress: by chapter and day, and what was hard."),
        ),
    ),
    (
        "tutor",
        (
            ("T", "Choose a theme, dark or light. It is remembered."),
            ("ctrl+p", "Find a command or an exercise by its name."),
            ("ctrl+z", "Go to the shell; its fg comes back. While writing: undo."),
            ("?", "This page."),
            ("q", "Quit. Your progress is kept."),
        ),
    ),
)


class HelpScreen(Dialog[None]):
    """The keys, each with a sentence."""

    AUTO_FOCUS = "#dialog"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark,enter", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        """One table, scrolling where it must."""
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        table.add_column(no_wrap=True)
        table.add_column(ratio=1)
        for number, (heading, rows) in enumerate(KEYS):
            if number:
                table.add_row()
            table.add_row(Text(heading, "dim"))
            for keys, sentence in rows:
                table.add_row(Text(keys, "bold"), Text(sentence))
        with VerticalScroll(id="dialog") as dialog:
            dialog.border_title = "Keys"
            dialog.border_subtitle = "esc closes"
            yield Static(table)
