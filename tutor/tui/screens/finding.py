"""The course screen's ways from one exercise to another: the tree's cursor, what is next, search and filters.

What an exercise looks like once it is reached is `tutor.tui.screens.base`'s; which exercises a search leaves over is
decided in `tutor.tui.find`.
"""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial

from msgspec.structs import replace
from textual import on
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Tree

from tutor.course.records import Exercise
from tutor.tui.find import LEVELS, Found, Selection, Status, find, known_by_name
from tutor.tui.screens.base import NO_EXERCISES, CourseBase
from tutor.tui.session import Session
from tutor.tui.widgets.bar import CourseBar
from tutor.tui.widgets.exercise import ExerciseView
from tutor.tui.widgets.sidebar import Sidebar
from tutor.tui.widgets.tree import CourseTree, Entry
from tutor.tui.worker import Runner

SETTLE = 0.08  # seconds the cursor, or a key, rests before what it means is shown: scrolling and typing stay quick


class CourseFinding(CourseBase):
    """Tree, exercise and verdict, and how to get about; `tutor.tui.screens.course` binds the keys."""

    def __init__(self, session: Session, runner: Runner) -> None:
        super().__init__(session, runner)
        self.selection = Selection()
        self._known = known_by_name(session.course)
        self._settling: Timer | None = None
        self._came_from: Exercise | None = None  # where a search began

    def ways(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        """What the command palette offers of this: title, help and what to call."""
        yield "Next", "Go to the next exercise that has not passed (n)", self.action_next
        yield "Find", "Search ids, titles and topics (/)", self.action_find
        for status in Status:
            change = partial(self._filter, status=status)
            yield f"Show {status} exercises", "A filter on the tree (f)", change
        for level in LEVELS:
            title = "Show every level" if level is None else f"Show level {level} only"
            yield title, "A filter on the tree (l)", partial(self._filter, level=level)
        yield "Tree", "Show or hide the course tree (t)", self.action_tree

    # --- the tree

    @on(Tree.NodeHighlighted)
    def _cursor_moved(self, message: Tree.NodeHighlighted[Entry]) -> None:
        entry = message.node.data
        if isinstance(entry, Exercise) and entry != self.exercise:
            self._settle(partial(self.open, entry))
        else:
            self._settle(None)

    @on(Tree.NodeSelected)
    async def _chosen(self, message: Tree.NodeSelected[Entry]) -> None:
        entry = message.node.data
        if not isinstance(entry, Exercise):
            return
        self._settle(None)
        if entry != self.exercise:
            await self.open(entry)
        if self.tree_covers:
            self.hide_tree()
        else:
            self.start_attempt()

    @on(CourseBar.Next)
    async def action_next(self) -> None:
        """Show the next exercise that has not passed."""
        self.refresh_progress()
        if self.exercise is None:
            self.say(NO_EXERCISES)
            return
        following = self.session.next_after(self.exercise, self.summary)
        if following is None:
            self.say("There is no other exercise left that has not passed.")
        else:
            self._settle(None)
            self.forget(following)
            await self.open(following)

    async def open(self, exercise: Exercise) -> None:
        """Show `exercise`; it is in the tree too, whatever the filters say of it."""
        await super().open(exercise)
        if not self.selection.everything and not self.query_one(CourseTree).holds(exercise):
            self._narrow()

    def refresh_progress(self) -> None:
        """Read progress anew and draw it, also in what the filters leave over."""
        super().refresh_progress()
        if self.selection.status is not Status.ALL:
            self._narrow()

    def _settle(self, then: Callable[[], object] | None) -> None:
        if self._settling is not None:
            self._settling.stop()
        self._settling = None if then is None else self.set_timer(SETTLE, then)

    # --- search and filters

    def action_find(self) -> None:
        """Type a part of an id, a title or a topic; the tree shows what fits."""
        side = self.query_one(Sidebar)
        if not side.typing:
            self._came_from = self.exercise
        self.show_tree()
        side.begin()
        self.run_worker(self._read_index(), group="index", exclusive=True, exit_on_error=False)

    async def _read_index(self) -> None:
        self._known = await asyncio.to_thread(self.session.index)
        self._narrow()

    @on(Input.Changed, "#find")
    def _typed(self, message: Input.Changed) -> None:
        self.selection = replace(self.selection, words=message.value)
        self._settle(self._narrow)

    def action_find_move(self, rows: int) -> None:
        """Move in the tree while the words stay where they are."""
        tree = self.query_one(CourseTree)
        (tree.action_cursor_down if rows > 0 else tree.action_cursor_up)()

    async def action_find_choose(self) -> None:
        """Go to the exercise under the cursor, else to the one that fits best, and end the search; filters stay."""
        node = self.query_one(CourseTree).cursor_node
        chosen = node.data if node is not None and isinstance(node.data, Exercise) else self._found().best
        if chosen is not None:
            await self._end_search(chosen)

    async def action_show_all(self) -> None:
        """End the search, back to where it began; without one, take the filters off."""
        if self.query_one(Sidebar).typing:
            await self._end_search(self._came_from)
        elif not self.selection.everything:
            self._change(Selection())

    def action_filter_status(self) -> None:
        """Show all, open, failed and passed exercises in turn."""
        every = list(Status)
        following = every[(every.index(self.selection.status) + 1) % len(every)]
        self._change(replace(self.selection, status=following))

    def action_filter_level(self) -> None:
        """Show every level, or one of them, in turn."""
        following = LEVELS[(LEVELS.index(self.selection.level) + 1) % len(LEVELS)]
        self._change(replace(self.selection, level=following))

    def _filter(self, **filters: Status | int | None) -> None:
        self._change(replace(self.selection, **filters))

    def _change(self, selection: Selection) -> None:
        self.selection = selection
        if not selection.everything:
            self.show_tree()
        self._narrow()

    async def _end_search(self, then: Exercise | None) -> None:
        self._settle(None)
        self.selection = replace(self.selection, words="")
        self.query_one(Sidebar).end()
        if self.tree_covers:
            self.hide_tree()
        else:
            self.query_one(CourseTree).focus()
        if then is not None and then != self.exercise:
            await self.open(then)
        self._narrow()

    def _found(self) -> Found:
        keep = "" if self.exercise is None or self.selection.words.split() else self.exercise.id
        return find(self._known, self.selection, self.summary, keep)

    def _narrow(self) -> None:
        """Have the tree show what the search leaves over, the cursor on what fits best."""
        found = self._found()
        self.query_one(Sidebar).show(self.selection, found)
        searching = bool(self.selection.words.split())
        target = found.best if searching else self.exercise
        if target is None:
            return
        self.query_one(CourseTree).point_at(target)
        if searching and target != self.exercise:  # also where the cursor is there already
            self._settle(partial(self.open, target))

    # --- a tree that comes and goes

    def action_tree(self) -> None:
        """Show or hide the tree."""
        shown = self.has_class("tree-shown") if self.has_class("-narrow") else not self.has_class("tree-hidden")
        if not shown:
            self.show_tree()
            self.query_one(CourseTree).focus()
        elif self.has_class("-narrow"):
            self.hide_tree()
        else:
            self.add_class("tree-hidden")
            self.query_one(ExerciseView).page.focus()

    def show_tree(self) -> None:
        """Give the tree room; where there is little, over the exercise."""
        self.set_class(self.has_class("-narrow"), "tree-shown")
        self.remove_class("tree-hidden")

    @property
    def tree_covers(self) -> bool:
        """Whether the tree is shown for the moment only, because the screen is narrow."""
        return self.has_class("-narrow") and self.has_class("tree-shown")

    def hide_tree(self) -> None:
        """Give the room to the exercise."""
        self.remove_class("tree-shown")
        self.query_one(ExerciseView).page.focus()

    def on_resize(self) -> None:
        """Take the focus from a tree for which there is no room any more, unless the learner is searching it."""
        if self.query_one(Sidebar).typing:
            self.call_after_refresh(self.show_tree)  # the breakpoints' classes come after this
        else:
            self.call_after_refresh(self._focus_something)

    def _focus_something(self) -> None:
        focused = self.focused
        if focused is None or not all(one.display for one in focused.ancestors_with_self if isinstance(one, Widget)):
            self.query_one(ExerciseView).page.focus()
