"""The built-in editor on the course screen: opened, saved by itself, checked, and kept in step with the file.

The file is always the truth that is judged. Where it changes outside, it is shown, and what was typed meanwhile is
kept as a backup. Text and keys of the editor are `tutor.tui.widgets.code`'s.
"""

from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from textual import events, on
from textual.timer import Timer

from tutor.attempt.diff import ExceptionDiff
from tutor.attempt.result import Attempt
from tutor.course.records import Exercise
from tutor.tui.draft import Draft
from tutor.tui.screens.base import BROKEN, NO_EXERCISES
from tutor.tui.screens.finding import CourseFinding
from tutor.tui.session import Session
from tutor.tui.state import Phase
from tutor.tui.widgets.exercise import ExerciseView
from tutor.tui.widgets.tree import CourseTree
from tutor.tui.worker import Runner
from tutor.workspace.errors import WorkspaceError

if TYPE_CHECKING:
    from tutor.tui.widgets.code import CodeEditor

TODO = "TODO"  # where a starter leaves the work to the learner
PAUSE = 0.8  # seconds without a key after which the file is saved and checked


class CourseWriting(CourseFinding):
    """The course screen with an editor beside the exercise, or in its place where the screen is narrow."""

    def __init__(self, session: Session, runner: Runner) -> None:
        super().__init__(session, runner)
        self._draft: Draft | None = None  # of the file in the editor; None while the editor is away
        self._file = 0  # which of the shown exercise's files is edited
        self._code: CodeEditor | None = None
        self._in_editor = ""  # the part whose file was last put into it
        self._pausing: Timer | None = None
        self._notice = ""  # what became of something typed, told until the learner goes on

    @property
    def writing(self) -> bool:
        """Whether the editor is shown."""
        return self._draft is not None

    def part(self, exercise: Exercise) -> str:
        """The part of the shown exercise that is edited, the one chosen last."""
        return exercise.parts[self._file % len(exercise.parts)]

    async def action_other_file(self) -> None:
        """Choose the next file of an exercise that has several, for the editors."""
        exercise = self.exercise
        if exercise is None or len(exercise.parts) == 1:
            self.say("This exercise is a single file.")
        elif self.settle_file():
            self._file = (self._file + 1) % len(exercise.parts)
            if self.writing and not await self._take_up(exercise):
                self._put_away()
            label = self.session.workspace.label(self.part(exercise))
            self.say(f"{label} is chosen: c writes here, e opens your editor, o chooses the next.")

    async def action_write(self) -> None:
        """Open the shown exercise's file in the editor, or give the editor the focus."""
        if self.exercise is None or self.content is None:
            self.say(NO_EXERCISES if self.exercise is None else BROKEN)
            return
        if not self.writing:
            self._choose_failing_file(self.exercise)
            if not await self._take_up(self.exercise):
                return
        editor = await self._editor()
        self.add_class("writing")
        self.remove_class("tree-shown")
        editor.focus()
        self.show_attempt()
        self._reveal()

    async def _take_up(self, exercise: Exercise) -> bool:
        """Have the exercise's file in the editor, made from the starter if it is not there; False when it cannot be."""
        assert self.content is not None
        try:
            with self.watch_files.looking_away():
                for file in self.session.ensure_files(self.content):
                    self.watch_files.mine(file)
            draft = Draft(self.session.workspace, self.part(exercise))
        except WorkspaceError as error:
            self.say(str(error))
            return False
        editor = await self._editor()
        self._draft = draft
        left_like_this = self._in_editor == draft.part and editor.text == draft.text
        if not left_like_this:
            editor.show_text(draft.text)
            self._in_editor = draft.part
        self._show_title()
        # who comes back finds the cursor, and what can be undone, as they left it
        if not self._show_failing_line() and not left_like_this:
            editor.select_first(TODO)
        return True

    async def _editor(self) -> "CodeEditor":
        if self._code is None:
            from tutor.tui.widgets.code import CodeEditor

            self._code = CodeEditor(dark=self.app.current_theme.dark)
            await self.query_one("#body").mount(self._code)
            self.app.theme_changed_signal.subscribe(self, lambda theme: self._wear(dark=theme.dark))
        return self._code

    def _wear(self, *, dark: bool) -> None:
        if self._code is not None:
            self._code.follow_theme(dark=dark)

    def leave_editor(self) -> None:
        """Save, and show the exercise alone."""
        if self.settle_file():
            if self._notice:
                self.say(self._notice)
            self._put_away()

    def _put_away(self) -> None:
        self._draft = None
        self.remove_class("writing")
        self.query_one(ExerciseView).page.focus()
        self.show_attempt()
        self._reveal()

    def _reveal(self) -> None:
        """What was in sight has another place at another width."""
        if self.state is not None and self.state.phase is not Phase.IDLE:
            self.query_one(ExerciseView).reveal_result()

    async def open(self, exercise: Exercise) -> None:
        """Show `exercise`; while the editor is open it takes up that file, once the one before is saved."""
        if self.exercise is not None and not self.settle_file():
            self.query_one(CourseTree).point_at(self.exercise)
            return
        if exercise != self.exercise:
            self._file = 0
        self._notice = ""
        await super().open(exercise)
        if self.writing and (self.content is None or not await self._take_up(exercise)):
            self._put_away()

    def start_attempt(self) -> None:
        """Run the shown exercise, as it is in the editor."""
        if self.settle_file():
            super().start_attempt()
            if self._notice:
                self.say(self._notice)

    # --- the file and the editor

    def settle_file(self) -> bool:
        """Have editor and file hold the same; False, with a sentence, when what was typed cannot be saved."""
        if self._pausing is not None:
            self._pausing.stop()
        draft, editor = self._draft, self._code
        if draft is None or editor is None:
            return True
        workspace = self.session.workspace
        try:
            with self.watch_files.looking_away():
                backup = draft.save(editor.text)
                self.watch_files.mine(workspace.answer_file(draft.part))
        except WorkspaceError as error:
            self.say(str(error))
            return False
        if backup is not None:
            kept = backup.relative_to(workspace.root).as_posix()
            label = workspace.label(draft.part)
            self._notice = f"{label} was changed elsewhere and is shown as it is now; what you typed is kept as {kept}."
        if backup is not None or draft.outdated():
            try:
                draft.reload()
            except WorkspaceError as error:
                self._notice = f"{self._notice} {error}".strip()
                self._put_away()
                return True
        if editor.text != draft.text:
            editor.renew(draft.text)
        self._show_title()
        return True

    @property
    def unsaved(self) -> bool:
        """Whether something typed is in no file."""
        return self._draft is not None and self._code is not None and self._code.text != self._draft.text

    def _show_title(self, *, unsaved: bool = False) -> None:
        if self._draft is not None and self._code is not None:
            mark = " •" if unsaved else ""
            self._code.border_title = f"{self.session.workspace.label(self._draft.part)}{mark}"
            count = 0 if self.exercise is None else len(self.exercise.parts)
            self._code.border_subtitle = f"{self._file + 1} of {count} files, ctrl+o: the next" if count > 1 else ""

    def on_unmount(self) -> None:
        """Save what an end that nobody foresaw would lose; after an ordinary one there is nothing left to save."""
        if self._draft is not None and self._code is not None:
            with suppress(WorkspaceError):
                self._draft.save(self._code.text)

    @on(events.AppBlur)
    def _out_of_sight(self) -> None:
        self.settle_file()

    def on_text_area_changed(self) -> None:
        """Save and check once the learner pauses."""
        unsaved = self.unsaved
        self._show_title(unsaved=unsaved)
        if self._pausing is not None:
            self._pausing.stop()
        if unsaved:
            self._notice = ""
            self._pausing = self.set_timer(PAUSE, self.start_attempt)

    def on_code_editor_left(self) -> None:
        """Back to the exercise."""
        self.leave_editor()

    def on_code_editor_check_asked(self) -> None:
        """Save and check now."""
        self.start_attempt()

    async def on_code_editor_other_asked(self) -> None:
        """Edit the next file of the exercise."""
        await self.action_other_file()

    async def on_code_editor_line_asked(self) -> None:
        """Go to the line that the verdict names, in whichever file."""
        before = self._file
        if self.exercise is not None and self.settle_file():
            self._choose_failing_file(self.exercise)
            if self._file != before and await self._take_up(self.exercise):
                return
        if not self._show_failing_line():
            self.say("The verdict names no line of your file.")

    def _show_failing_line(self) -> bool:
        state = self.state
        if self._draft is None or self._code is None or state is None or state.attempt is None:
            return False
        place = failing_place(state.attempt)
        if place is None or place[0] != name_of(self._draft.part):
            return False
        self._code.show_line(place[1])
        return True

    def _choose_failing_file(self, exercise: Exercise) -> None:
        """Have the file edited that the verdict names a line of, where it names one of several."""
        names = [name_of(part) for part in exercise.parts]
        place = None if self.state is None or self.state.attempt is None else failing_place(self.state.attempt)
        if place is not None and place[0] in names:
            self._file = names.index(place[0])


def name_of(part: str) -> str:
    """The part's file without its folder and `.py`."""
    return PurePosixPath(part).name


def failing_place(attempt: Attempt) -> tuple[str, int] | None:
    """Where the first check that failed by an exception stopped: the answer's file without `.py`, and the line."""
    for check in attempt.failing:
        if isinstance(check.diff, ExceptionDiff) and check.diff.frames:
            frame = check.diff.frames[0]
            return PurePosixPath(frame.file).stem, frame.line
    return None
