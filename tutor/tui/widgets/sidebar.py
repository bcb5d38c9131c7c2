"""Beside the exercise: where to type a search, which filters are on, and the tree of what is left over."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from tutor.course.records import Course
from tutor.show.plain import plural
from tutor.tui.find import Found, Selection
from tutor.tui.widgets.tree import CourseTree

EDGES = 3  # cells: padding, and the scroll bar


class FindInput(Input):
    """The line for the words to find; what is not typing goes to the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.find_choose", "Go there"),
        Binding("escape", "screen.show_all", "Back"),
        Binding("up", "screen.find_move(-1)", "Up"),
        Binding("down", "screen.find_move(1)", "Down"),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder="id, title or topic", id="find", compact=True, select_on_focus=False)
        self.display = False


class Sidebar(Vertical):
    """Search, filters and tree."""

    def __init__(self, course: Course) -> None:
        super().__init__(id="side")
        self._tree = CourseTree(course)
        self.styles.width = self._tree.cells + EDGES

    def compose(self) -> ComposeResult:
        """From top to bottom; the first two only while they are needed."""
        yield FindInput()
        filters = Static(id="filters")
        filters.display = False
        yield filters
        yield self._tree

    @property
    def typing(self) -> bool:
        """Whether the line for a search is there."""
        return self.query_one(FindInput).display

    def begin(self) -> None:
        """Let the learner type."""
        line = self.query_one(FindInput)
        line.display = True
        line.focus()

    def end(self) -> None:
        """Put the line for the search away."""
        line = self.query_one(FindInput)
        line.display = False
        with self.prevent(Input.Changed):
            line.value = ""

    def show(self, selection: Selection, found: Found) -> None:
        """Draw what the search has left over."""
        self._tree.narrow_to(found.exercises)
        filters = self.query_one("#filters", Static)
        filters.display = not selection.everything
        count = len(found.exercises)
        what = f"{count} found" if selection.words.split() else plural(count, "exercise")
        if not count:
            what = "Nothing found: esc shows all"
        named = Text.assemble((f"{selection.filters}: ", "bold")) if selection.filters else Text()
        filters.update(Text.assemble(named, (what, "dim"), no_wrap=True, overflow="ellipsis"))
