"""The course screen's keys on the exercise that is shown: what each does.

What they lead to is shown by `tutor.tui.screens.base`; the keys that lead to another exercise are
`tutor.tui.screens.finding`'s.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tutor.attempt.result import CheckResult
from tutor.course.hints import Hint, hints_of
from tutor.course.records import Content, CourseError, Exercise
from tutor.course.solution import read_solution_code
from tutor.tui.editor import EditorError, choose_editor, open_beside, open_here
from tutor.tui.screens.base import BROKEN, NO_EXERCISES
from tutor.tui.screens.writing import CourseWriting
from tutor.tui.session import count_passed, has_passed
from tutor.tui.widgets.exercise import ExerciseView
from tutor.workspace.errors import WorkspaceError
from tutor.workspace.files import reset_question

EDITOR_SECONDS = 1.5  # after which an editor that cannot work has ended


class CourseScreen(CourseWriting):
    """Tree, exercise, verdict and keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "check", "Run", tooltip="Run the checks on your file"),
        Binding("enter", "check", "Run", show=False),
        Binding("c", "write", "Code", tooltip="Write your answer here"),
        Binding("e", "edit", "Editor", tooltip="Open your file in $VISUAL or $EDITOR"),
        Binding("v", "failure", "Next failure", show=False),
        Binding("h", "hint", "Hint", tooltip="Show one more hint"),
        Binding("n", "next", "Next", tooltip="Go to the next exercise that has not passed"),
        Binding("slash", "find", "Find", tooltip="Search ids, titles and topics"),
        Binding("t", "tree", "Tree", tooltip="Show or hide the course tree"),
        Binding("p", "statistics", "Progress", tooltip="Your progress by chapter and day, and what was hard"),
        Binding("question_mark", "help", "Help", tooltip="What every key does"),
        Binding("q", "quit", "Quit", tooltip="Leave tutor"),
        Binding("s", "solution", "Solution", tooltip="Show the solution"),
        Binding("x", "reset", "Reset", tooltip="Put the starter back; your file is kept as a backup"),
        Binding("f", "filter_status", "Filter", show=False, tooltip="Show only open, failed or passed exercises"),
        Binding("l", "filter_level", "Level", show=False, tooltip="Show only exercises of one level"),
        Binding("escape", "show_all", "Show all", show=False),
        Binding("u", "undo", "Undo reset", show=False),
        Binding("o", "other_file", "Next file", show=False),
        Binding("pagedown", "page_down", "Scroll down", show=False),
        Binding("pageup", "page_up", "Scroll up", show=False),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Keys that a search or the editor would take as text do nothing else there, and the footer leaves them out."""
        return not (self.types_text and action in TYPED)

    @property
    def types_text(self) -> bool:
        """Whether what is pressed is being written somewhere."""
        return isinstance(self.focused, Input) or (self._code is not None and self.focused is self._code)

    def commands(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        """What the command palette offers: title, help and what to call."""
        yield "Run the checks", "On your file as it is saved (r)", self.start_attempt
        yield "Code", "Write your answer here (c)", self.action_write
        yield "Edit", "Open your file in your editor (e)", self.action_edit
        yield "Next file", "Of an exercise that has several: the one to edit (o)", self.action_other_file
        yield "Next failure", "Show the next check that fails (v)", self.action_failure
        yield "Hint", "Show one more hint (h)", self.action_hint
        yield "Solution", "Show the solution (s)", self.action_solution
        yield "Reset", "Put the starter back; your file is kept (x)", self.action_reset
        yield "Undo reset", "Bring back your file as it was before the reset (u)", self.action_undo
        yield from self.ways()
        yield "Progress", "By chapter and day, and which checks were hardest (p)", self.action_statistics
        yield "Help", "What every key does (?)", self.action_help
        for exercise in self.session.course.exercises:
            yield f"Go to {exercise.id}", "Show this exercise", partial(self.open, exercise)

    async def action_quit(self) -> None:
        """Leave tutor."""
        await self.app.action_quit()

    def action_check(self) -> None:
        """Run the shown exercise."""
        self.start_attempt()

    def action_edit(self) -> None:
        """Open the learner's file in their editor, making it from the starter if it is not there."""
        if (shown := self._shown()) is None or not self.settle_file():
            return
        exercise, content = shown
        try:
            editor = choose_editor(os.environ)
            with self.watch_files.looking_away():
                self._mine(self.session.ensure_files(content))
            workspace, part = self.session.workspace, self.part(exercise)
            file = workspace.answer_file(part)
            if not editor.in_terminal:
                failed = open_beside(editor, file)
                self.set_timer(EDITOR_SECONDS, lambda: self.say(trouble) if (trouble := failed()) else None)
                name = Path(editor.command[0]).name
                self.say(f"{workspace.label(part)} is open in {name}; saving it runs the checks.")
                return
            trouble = ""
            with self.app.suspend():
                try:
                    open_here(editor, file)
                except EditorError as error:  # past here, it would leave the terminal to the shell for good
                    trouble = str(error)
            if trouble:
                self.say(trouble)
        except SuspendNotSupported:
            self.say("This terminal cannot lend itself to an editor: open the file in another window and save it.")
        except (EditorError, WorkspaceError) as error:
            self.say(str(error))
        self.app.refresh(layout=True)

    def action_failure(self) -> None:
        """Show the next failing check in full."""
        if not self.query_one(ExerciseView).show_next_failure():
            self.say("There is no other check that fails.")

    def action_hint(self) -> None:
        """Show one more hint."""
        if (shown := self._shown()) is None:
            return
        exercise, content = shown
        hints = hints_of(content)
        if not hints:
            self.say("This exercise has no hints.")
            return
        try:
            coming = self.session.coming_hint(exercise, hints, self._failing())
        except WorkspaceError as error:
            self.say(str(error))
            return
        show = partial(self._show_hint, exercise, hints)
        if coming is None:
            self.say("These are all the hints; s shows the solution.")
            self.show_hints()
            self.query_one(ExerciseView).reveal_hints()
        elif 1 < coming.count == coming.place:
            self._ask("The next hint is the last on its check, and says the most. Show it?", "Show the hint", show)
        else:
            show()

    def _show_hint(self, exercise: Exercise, hints: tuple[Hint, ...]) -> None:
        try:
            self.session.next_hint(exercise, hints, self._failing())
        except WorkspaceError as error:
            self.say(str(error))
            return
        self.say("")
        self.refresh_progress()
        self.show_hints()
        self.query_one(ExerciseView).reveal_hints()

    def action_solution(self) -> None:
        """Show the solution; ask first when the exercise has not passed."""
        if (shown := self._shown()) is None:
            return
        exercise, content = shown
        self.refresh_progress()
        if has_passed(self.summary, exercise):
            self._show_solution(exercise, content, reveal=False)
            return
        self._ask(
            f"{exercise.id} has not passed yet, and its solution is worth more after your own. Show it all the same?",
            "Show the solution",
            partial(self._show_solution, exercise, content, reveal=True),
        )

    def action_reset(self) -> None:
        """Put the starter back after asking."""
        if (shown := self._shown()) is None:
            return
        exercise, content = shown
        self._ask(
            reset_question(self.session.label(exercise), exercise.files),
            "Put the starter back",
            partial(self._reset, exercise, content),
        )

    def action_undo(self) -> None:
        """Bring back the file as it was before the latest reset."""
        if self.exercise is None:
            self.say(NO_EXERCISES)
            return
        if not self.settle_file():
            return
        workspace = self.session.workspace
        try:
            with self.watch_files.looking_away():
                restored = workspace.undo_all(self.exercise.parts)
                self._mine(map(workspace.answer_file, self.exercise.parts))
        except WorkspaceError as error:
            self.say(str(error))
            return
        label = self.session.label(self.exercise)
        if not restored:
            self.say(f"There is nothing to undo: {label} has not been reset.")
        else:
            self.settle_file()
            self.say(f"{label} is as it was before the reset. Press r to run it.")

    def action_statistics(self) -> None:
        """Show the learner's progress in pictures."""
        from tutor.tui.screens.statistics import StatisticsScreen

        self.refresh_progress()
        passed = count_passed(self.summary, self.session.course.exercises)
        self.app.push_screen(StatisticsScreen(self.session, self.summary, passed))

    def action_help(self) -> None:
        """Say what every key does."""
        from tutor.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen())

    def action_page_down(self) -> None:
        """Scroll the exercise."""
        self.query_one(ExerciseView).page.scroll_page_down(animate=False)

    def action_page_up(self) -> None:
        """Scroll the exercise."""
        self.query_one(ExerciseView).page.scroll_page_up(animate=False)

    def leave(self, end: Callable[[], None]) -> None:
        """End tutor once what was typed is saved; where it cannot be, ask first."""
        if self.settle_file():
            end()
            return
        self._ask("What you typed cannot be saved and would be lost. Leave all the same?", "Leave", end)

    def _shown(self) -> tuple[Exercise, Content] | None:
        """The shown exercise with its content; says why when there is none."""
        if self.exercise is None or self.content is None:
            self.say(NO_EXERCISES if self.exercise is None else BROKEN)
            return None
        return self.exercise, self.content

    def _failing(self) -> CheckResult | None:
        return None if self.state is None or self.state.attempt is None else self.state.attempt.first_failing

    def _ask(self, question: str, yes: str, then: Callable[[], None]) -> None:
        from tutor.tui.screens.confirm import ConfirmScreen

        self.app.push_screen(ConfirmScreen(question, yes), lambda agreed: then() if agreed else None)

    def _reset(self, exercise: Exercise, content: Content) -> None:
        if not self.settle_file():
            return
        workspace = self.session.workspace
        try:
            with self.watch_files.looking_away():
                backups = workspace.reset_all(content.starters)
                self._mine(map(workspace.answer_file, exercise.parts))
        except WorkspaceError as error:
            self.say(str(error))
            return
        self.settle_file()
        kept = ", ".join(backup.relative_to(workspace.root).as_posix() for backup in backups)
        told = f" Yours is kept as {kept}; u undoes." if kept else ""
        self.say(f"{self.session.label(exercise)} holds the starter.{told}")

    def _mine(self, files: Iterable[Path]) -> None:
        """Take the files as seen: tutor wrote them."""
        for file in files:
            self.watch_files.mine(file)

    def _show_solution(self, exercise: Exercise, content: Content, *, reveal: bool) -> None:
        from tutor.tui.screens.solution import SolutionScreen

        try:
            code = read_solution_code(exercise)
            if reveal:
                self.session.reveal(exercise)
                self.refresh_progress()
        except (CourseError, WorkspaceError) as error:
            self.say(str(error))
            return
        self.app.push_screen(SolutionScreen(content.title, code, content.why_it_works, self.session.own_code(exercise)))


TYPED = frozenset(
    binding.action
    for binding in CourseScreen.BINDINGS
    if isinstance(binding, Binding) and (len(binding.key) == 1 or binding.key in ("enter", "slash", "question_mark"))
)
