"""The course as a tree: chapters, exercises, what has passed."""

from collections.abc import Mapping
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from tutor.course.records import Chapter, Course, Exercise
from tutor.tui.session import has_passed
from tutor.workspace.progress import ExerciseProgress

Entry = Chapter | Exercise

INDENT = 2
LEAST, MOST = 26, 40  # cells between the tree's edges
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
        super().__init__("", id="tree")
        self.show_root = False
        self.show_guides = False
        self.guide_depth = INDENT
        self._summary: Mapping[str, ExerciseProgress] = {}
        self._leaves: dict[str, TreeNode[Entry]] = {}
        open_all = len(course.exercises) <= OPEN_ALL
        for chapter in course.chapters:
            branch = self.root.add(Text(chapter.title), chapter, expand=open_all)
            for exercise in chapter.exercises:
                self._leaves[exercise.id] = branch.add_leaf(Text(exercise.id), exercise)
        self._width = _width(course)
        self.styles.width = self._width + 3

    def show(self, summary: Mapping[str, ExerciseProgress]) -> None:
        """Draw this progress."""
        if summary != self._summary:
            self._summary = summary
            self._invalidate()
            self.refresh()

    def point_at(self, exercise: Exercise) -> None:
        """Put the cursor on `exercise`, opening its chapter."""
        node = self._leaves.get(exercise.id)
        if node is None or node is self.cursor_node:
            return
        if node.parent is not None and not node.parent.is_expanded:
            node.parent.expand()
        # a node has no line until the tree has drawn itself
        self.call_after_refresh(self.move_cursor, node)

    def render_label(self, node: TreeNode[Entry], base_style: Style, style: Style) -> Text:
        """One line: status, name, level; or arrow, chapter, how many of it have passed."""
        entry = node.data
        if isinstance(entry, Chapter):
            passed = sum(has_passed(self._summary, exercise) for exercise in entry.exercises)
            everything = len(entry.exercises)
            left = Text.assemble("▾ " if node.is_expanded else "▸ ", (f"{entry.number} {entry.title}", "bold"))
            right = Text(f"{passed}/{everything}", "green" if passed == everything else "dim")
            return _line(left, right, self._width, style)
        if isinstance(entry, Exercise):
            left = Text.assemble(_status(self._summary.get(entry.id)), " ", slug(entry))
            return _line(left, Text(f"L{entry.level}", "dim"), self._width - INDENT, style)
        return Text()


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


def _width(course: Course) -> int:
    chapters = [len(chapter.title) + len(chapter.number) + 9 for chapter in course.chapters]
    exercises = [INDENT + 2 + len(slug(exercise)) + 4 for exercise in course.exercises]
    return min(max([LEAST, *chapters, *exercises]), MOST)
