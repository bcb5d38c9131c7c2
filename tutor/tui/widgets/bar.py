"""The line at the top: which course this is, what is next, and how far the learner has come."""

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from tutor.course.records import Exercise
from tutor.tui.widgets.tree import bar

CELLS = 12  # of the progress bar
TITLE = 20  # cells that the title keeps while there is a bar beside it


class CourseBar(Widget):
    """Title of the course at the left, exercises passed at the right, between them the next one: a click goes there."""

    class Next(Message):
        """The learner wants the next exercise."""

    def __init__(self, title: str, total: int) -> None:
        super().__init__(id="bar")
        self._title = title
        self._total = total
        self._passed = 0
        self._next: Exercise | None = None
        self._button = range(0)  # the cells that `next` takes

    def show(self, passed: int, following: Exercise | None) -> None:
        """Draw that `passed` exercises of the course have passed and `following` is the next to do."""
        self._passed = passed
        self._next = following
        self.refresh()

    def render(self) -> Text:
        """One line: first the title gives way, then the bar, then what is next."""
        room = self.content_size.width
        count = Text(f"{self._passed} of {self._total} passed")
        progress = Text.assemble(bar(self._passed, self._total, CELLS), "  ", count)
        following = Text() if self._next is None else Text.assemble(("next ", "dim"), (self._next.id, "bold"), "   ")
        if following.cell_len + progress.cell_len + TITLE > room:
            progress = Text(f"{self._passed}/{self._total}")
        if following.cell_len + progress.cell_len + len("tutor  ") > room:
            following = Text()
        title = Text.assemble(("tutor  ", "bold"), self._title)
        left = max(room - progress.cell_len - following.cell_len - 2, 0)
        title.truncate(left, overflow="ellipsis", pad=True)
        self._button = range(left + 2, left + 2 + following.cell_len)
        line = Text.assemble(title, "  ", following, progress, no_wrap=True, overflow="crop")
        line.truncate(room)
        return line

    def on_click(self, event: events.Click) -> None:
        """Only what is next can be clicked."""
        place = event.get_content_offset(self)
        if place is not None and place.x in self._button:
            self.post_message(self.Next())
