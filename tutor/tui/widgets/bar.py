"""The line at the top: which course this is and how far the learner has come."""

from rich.text import Text
from textual.widget import Widget

CELLS = 12  # of the progress bar


class CourseBar(Widget):
    """Title of the course at the left, exercises passed at the right."""

    def __init__(self, title: str, total: int) -> None:
        super().__init__(id="bar")
        self._title = title
        self._total = total
        self._passed = 0

    def show(self, passed: int) -> None:
        """Draw that `passed` exercises of the course have passed."""
        self._passed = passed
        self.refresh()

    def render(self) -> Text:
        """One line, the title cut where the progress needs the room."""
        filled = CELLS * self._passed // self._total if self._total else 0
        progress = Text.assemble(
            ("━" * filled, "bold green"),
            ("━" * (CELLS - filled), "dim"),
            f"  {self._passed} of {self._total} passed",
        )
        room = self.content_size.width
        if progress.cell_len + 24 > room:
            progress = Text(f"{self._passed}/{self._total}")
        title = Text.assemble(("tutor  ", "bold"), self._title)
        title.truncate(max(room - progress.cell_len - 2, 0), overflow="ellipsis", pad=True)
        line = Text.assemble(title, "  ", progress, no_wrap=True, overflow="crop")
        line.truncate(room)
        return line
