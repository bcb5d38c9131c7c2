"""The course as a tree: chapters, exercises, what has passed; the whole of it, or what a search has left over."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from tutor.course.records import Chapter, Course, Exercise
from tutor.tui.session import count_passed
from tutor.workspace.progress import ExerciseProgress

Entry = Chapter | Exercise

INDENT = 2
LEAST, MOST = 26, 40  # cells between the tree's edges
BAR = 5  # cells of a chapter's progress bar
BESIDE_TITLE = BAR + 10  # cells of a chapter's line that are not its title
OPEN_ALL = 24  # a course with more exercises opens only the chapter at hand


class CourseTree(Tree[Entry]):
    """Chapters and exercises with level and status, in two aligned columns."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("pagedown", "screen.page_down", "Scroll the exercise", show=False),
        Binding("pageup", "screen.page_up", "Scroll the exercise", show=False),
    ]

    def __init__(self, course: Course) -> None:
        self.cells = min(_cells(course), MOST)  # the tree measures itself while it is being made
        super().__init__("", id="tree")
        self.show_root = False
        self.show_guides = False
        self.guide_depth = INDENT
        self._course = course
        self._summary: Mapping[str, ExerciseProgress] = {}
        self._drawn: dict[str, tuple[str, str]] = {}  # the sign and colour of each exercise in it
        self._leaves: dict[str, TreeNode[Entry]] = {}
        self._plant(course.exercises, open_all=len(course.exercises) <= OPEN_ALL)

    def show(self, summary: Mapping[str, ExerciseProgress]) -> None:
        """Draw this progress."""
        drawn = {name: _status(progress) for name, progress in summary.items()}
        self._summary = summary
        if drawn != self._drawn:  # an attempt more is no news here, and drawing the tree delays the verdict
            self._drawn = drawn
            self._invalidate()
            self.refresh()

    def narrow_to(self, exercises: tuple[Exercise, ...]) -> None:
        """Show only these, in opened chapters as long as they are not the whole course."""
        if exercises == tuple(node.data for node in self._leaves.values()):
            return
        self.clear()
        self.cursor_line = -1  # on whatever comes to stand in the old line, the cursor is news
        everything = len(exercises) == len(self._course.exercises)
        self._plant(exercises, open_all=not everything or len(exercises) <= OPEN_ALL)

    def _plant(self, exercises: Iterable[Exercise], *, open_all: bool) -> None:
        shown = set(exercises)
        self._leaves = {}
        for chapter in self._course.chapters:
            left = [exercise for exercise in chapter.exercises if exercise in shown]
            if not left:
                continue
            branch = self.root.add(Text(chapter.title), chapter, expand=open_all)
            for exercise in left:
                self._leaves[exercise.id] = branch.add_leaf(Text(exercise.id), exercise)

    def holds(self, exercise: Exercise) -> bool:
        """Whether `exercise` is among those shown."""
        return exercise.id in self._leaves

    def point_at(self, exercise: Exercise) -> None:
        """Put the cursor on `exercise`, opening its chapter."""
        node = self._leaves.get(exercise.id)
        if node is None or node is self.cursor_node:
            return
        if node.parent is not None and not node.parent.is_expanded:
            node.parent.expand()
        # a node has no line until the tree has drawn itself
        self.call_after_refresh(self.move_cursor, node)

    def get_label_width(self, node: TreeNode[Entry]) -> int:
        """The same for every line of a kind: drawing a thousand to measure them takes longer than a key may."""
        return self.cells - INDENT if isinstance(node.data, Exercise) else self.cells

    def render_label(self, node: TreeNode[Entry], base_style: Style, style: Style) -> Text:
        """One line: status, name, level; or arrow, chapter, how many of it have passed."""
        entry = node.data
        if isinstance(entry, Chapter):
            passed = count_passed(self._summary, entry.exercises)
            everything = len(entry.exercises)
            left = Text.assemble("▾ " if node.is_expanded else "▸ ", (f"{entry.number} {entry.title}", "bold"))
            done = Text(f" {passed}/{everything}", "green" if passed == everything else "dim")
            right = Text.assemble(bar(passed, everything, BAR), done)
            return _line(left, right, self.cells, style)
        if isinstance(entry, Exercise):
            left = Text.assemble(_status(self._summary.get(entry.id)), " ", slug(entry))
            return _line(left, Text(f"L{entry.level}", "dim"), self.cells - INDENT, style)
        return Text()


def bar(passed: int, everything: int, cells: int) -> Text:
    """How many of how many, as a line of `cells`: what is begun is never drawn as nothing, nor what is left as done."""
    filled = cells * passed // everything if everything else 0
    filled = min(max(filled, 1), cells - 1) if 0 < passed < everything else filled
    return Text.assemble(("━" * filled, "green"), ("╌" * (cells - filled), "dim"))


def slug(exercise: Exercise) -> str:
    """The id without the chapter's number."""
    return exercise.id.removeprefix(f"{exercise.chapter}_")


def _status(progress: ExerciseProgress | None) -> tuple[str, str]:
    if progress is None or not (progress.attempts or progress.passed):
        return "·", "dim"
    return ("✓", "bold green") if progress.passed else ("●", "yellow")


def _line(left: Text, right: Text, width: int, style: Style) -> Text:
    left.truncate(max(width - right.cell_len - 1, 1), overflow="ellipsis", pad=True)
    line = Text.assemble(left, " ", right, no_wrap=True)
    line.stylize_before(style)
    return line


def _cells(course: Course) -> int:
    chapters = [len(chapter.title) + len(chapter.number) + BESIDE_TITLE for chapter in course.chapters]
    exercises = [INDENT + 2 + len(slug(exercise)) + 4 for exercise in course.exercises]
    return max([LEAST, *chapters, *exercises])
