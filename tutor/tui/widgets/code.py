"""The built-in editor for the learner's file. It edits text; reading, saving and checking are the screen's.

Imported only when it is first asked for: Textual's TextArea and the parser behind its colours take longer to import
than the first frame may.
"""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

INDENT = 4


class CodeEditor(TextArea):
    """Python with colours, line numbers, undo and indentation."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", tooltip="Leave the editor; your file is saved", priority=True),
        Binding("ctrl+s", "check", "Save and run", tooltip="Save your file and run the checks"),
        Binding("ctrl+g", "failing_line", "Failing line", tooltip="Go to the line that the verdict names"),
        Binding("ctrl+o", "other_file", "Next file", show=False),
        Binding("shift+tab", "outdent", "Indent less", show=False),
    ]

    class Left(Message):
        """The learner wants to go back."""

    class CheckAsked(Message):
        """The learner wants the file saved and checked now."""

    class LineAsked(Message):
        """The learner wants to see the line that the verdict names."""

    class OtherAsked(Message):
        """The learner wants to edit the exercise's next file."""

    def __init__(self, *, dark: bool) -> None:
        super().__init__(
            id="code-editor",
            language="python",
            theme=_theme(dark),
            soft_wrap=False,
            tab_behavior="indent",
            show_line_numbers=True,
            max_checkpoints=200,
        )
        self.indent_width = INDENT

    def show_text(self, text: str) -> None:
        """Edit another text, from its beginning and without a past to undo to."""
        self.load_text(text)
        self.move_cursor((0, 0))

    def renew(self, text: str) -> None:
        """Replace the text by what the file holds now; the cursor stays where it was, and undo works."""
        row, column = self.cursor_location
        self.replace(text, (0, 0), self.document.end)
        last = self.document.line_count - 1
        self.move_cursor((min(row, last), min(column, len(self.document[min(row, last)]))))

    def show_line(self, number: int) -> None:
        """Put the cursor on line `number`, counted from 1."""
        row = min(max(number, 1), self.document.line_count) - 1
        self.move_cursor((row, _indent(self.document[row])))
        self.call_after_refresh(self._centre)  # an editor that is just coming into sight has no size yet

    def _centre(self) -> None:
        self.scroll_cursor_visible(center=True)
        self.scroll_to(x=0, animate=False)

    def select_first(self, text: str) -> None:
        """Select the first line that holds `text`, so that typing takes its place; without one, do nothing."""
        for row in range(self.document.line_count):
            if text in (line := self.document[row]):
                self.show_line(row + 1)
                self.selection = Selection((row, len(line)), (row, _indent(line)))
                return

    def follow_theme(self, *, dark: bool) -> None:
        """Wear colours that suit the app's theme."""
        self.theme = _theme(dark)

    async def _on_key(self, event: Key) -> None:
        if event.key == "enter" and not self.read_only:
            event.stop()
            event.prevent_default()
            self._replace_via_keyboard(f"\n{self._indentation()}", *self.selection)
            return
        # Textual handles a letter here and a bound key only once it has travelled to the app and back: typed quickly,
        # a letter would overtake the backspace before it.
        for _, binding in self._bindings:
            if binding.key == event.key and not binding.priority:
                event.stop()
                event.prevent_default()
                await self.run_action(binding.action)
                return

    def _indentation(self) -> str:
        """The spaces that a new line begins with."""
        row, column = min(self.selection.start, self.selection.end)
        before = self.document[row][:column]
        spaces = before[: _indent(before)]
        code = before.partition("#")[0].rstrip()
        return spaces + " " * INDENT if code.endswith((":", "(", "[", "{")) else spaces

    def action_delete_left(self) -> None:
        """Delete a whole step of indentation where there is nothing else before the cursor."""
        row, column = self.cursor_location
        before = self.document[row][:column]
        if self.selection.is_empty and before and not before.strip(" "):
            step = column % INDENT or INDENT
            self._delete_via_keyboard((row, column - step), (row, column))
        else:
            super().action_delete_left()

    def action_outdent(self) -> None:
        """Take one step of indentation from the line, or from every line of the selection."""
        first, last = sorted((self.selection.start[0], self.selection.end[0]))
        for row in range(first, last + 1):
            line = self.document[row]
            step = min(INDENT, len(line) - len(line.lstrip(" ")))
            if step:
                self._delete_via_keyboard((row, 0), (row, step))

    def action_leave(self) -> None:
        """Go back to the exercise."""
        self.post_message(self.Left())

    def action_check(self) -> None:
        """Save and check at once."""
        self.post_message(self.CheckAsked())

    def action_other_file(self) -> None:
        """Go to the exercise's next file."""
        self.post_message(self.OtherAsked())

    def action_failing_line(self) -> None:
        """Go to the line that the verdict names."""
        self.post_message(self.LineAsked())


def _indent(line: str) -> int:
    """How many blanks `line` begins with."""
    return len(line) - len(line.lstrip())


def _theme(dark: bool) -> str:
    return "vscode_dark" if dark else "github_light"
