"""The course screen without its keys: what is shown, and when an attempt is made.

Widgets draw, `session` reads and writes files, `worker` makes attempts, `watch` sees saves; how the learner gets from
one exercise to another is `tutor.tui.screens.finding`, what the other keys do `tutor.tui.screens.course`.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Footer

from tutor.attempt.protocol import Started
from tutor.attempt.result import Outcome, Verdict
from tutor.course.hints import hints_of, hints_to_show
from tutor.course.loader import read_content
from tutor.course.records import Content, CourseError, Exercise
from tutor.show.plain import opening
from tutor.tui.session import Session, count_passed, has_passed
from tutor.tui.state import AttemptState, Phase, advance, begin, idle, stopped
from tutor.tui.watch import FilesChanged, Watch
from tutor.tui.widgets.bar import CourseBar
from tutor.tui.widgets.exercise import ExerciseView
from tutor.tui.widgets.lines import Note
from tutor.tui.widgets.result import AfterPass
from tutor.tui.widgets.sidebar import Sidebar
from tutor.tui.widgets.tree import CourseTree
from tutor.tui.widgets.verdict import VerdictBar
from tutor.tui.worker import (
    AttemptEvent,
    Attempts,
    AttemptStopped,
    EngineNote,
    EngineUnusableNote,
    Runner,
    Trouble,
)
from tutor.workspace.errors import WorkspaceError
from tutor.workspace.files import require_answer
from tutor.workspace.progress import ExerciseProgress

if TYPE_CHECKING:
    from tutor.tui.screens.unusable import UnusableScreen

LOOK_AGAIN = 0.5  # seconds between two looks at the progress file
NO_EXERCISES = "This course has no exercises: its course.toml lists none that can be used."
IDEA = 330  # characters of "Why it works" that say what was learnt: three lines
BROKEN = "This exercise cannot be used until its files are mended. Choose another in the tree."


class CourseBase(Screen[None]):
    """Tree, exercise and verdict, without keys."""

    AUTO_FOCUS = "#tree"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual declares a list
    VERTICAL_BREAKPOINTS = [(0, "-low"), (12, "-high")]  # noqa: RUF012

    def __init__(self, session: Session, runner: Runner) -> None:
        super().__init__()
        self.session = session
        self.attempts = Attempts(runner, self.post_message, session.record)
        self.watch_files = Watch(session.workspace.answer_file("x").parent, self.post_message)
        self.summary: Mapping[str, ExerciseProgress] = {}
        self.exercise: Exercise | None = None
        self.content: Content | None = None
        self._states: dict[str, AttemptState] = {}
        self._number = 0  # of the attempt whose messages count
        self._unusable: UnusableScreen | None = None

    def compose(self) -> ComposeResult:
        """The parts, from top to bottom."""
        course = self.session.course
        yield CourseBar(course.title, len(course.exercises))
        with Horizontal(id="body"):
            yield Sidebar(course)
            yield ExerciseView()
        yield Note()
        yield VerdictBar()
        yield Footer()

    async def on_mount(self) -> None:
        """Show where the learner left off; all that is slow begins after the first frame."""
        problems = self.session.course.problems
        if problems:
            self.say(f"In the course: {problems[0]}")
        self.refresh_progress()
        first = self.session.opening(self.summary)
        if first is not None:
            await self.open(first)
        elif not problems:
            self.say(NO_EXERCISES)
        self.call_after_refresh(self._after_first_frame)

    def _after_first_frame(self) -> None:
        self.watch_files.start()
        self.set_interval(LOOK_AGAIN, self._look_at_progress)
        self.attempts.warm()
        self.run_worker(self._load(), exit_on_error=False)  # without Markdown there is still the text

    async def _load(self) -> None:
        view = self.query_one(ExerciseView)
        await view.load()
        if self.state is not None and self.state.phase is not Phase.IDLE:
            view.reveal_result()  # Markdown has another height than the text that was there

    def on_unmount(self) -> None:
        """Leave nothing running."""
        self.attempts.cancel()
        self.watch_files.stop()
        self.session.close()
        if self.exercise is not None:
            self.session.leave(self.exercise)

    # --- what is shown

    def say(self, sentence: str) -> None:
        """Put a sentence on the note line."""
        self.query_one(Note).say(sentence)

    def refresh_progress(self) -> None:
        """Read progress anew, also what the command line did meanwhile, and draw it; say what happened to its file."""
        try:
            self.summary = self.session.summary()
        except WorkspaceError as error:
            self.say(str(error))
        if (notice := self.session.notice()) is not None:
            self.say(notice)
        self.query_one(CourseTree).show(self.summary)
        self.show_progress()

    def show_progress(self) -> None:
        """Draw how far the learner has come in the course, and what is next."""
        passed = count_passed(self.summary, self.session.course.exercises)
        following = None if self.exercise is None else self.session.next_after(self.exercise, self.summary)
        self.query_one(CourseBar).show(passed, following)

    async def open(self, exercise: Exercise) -> None:
        """Show `exercise` and point the tree at it."""
        problem = ""
        content: Content | None = None
        try:
            content = read_content(exercise)
        except CourseError as error:
            problem = f"This exercise cannot be used: {error}"
        self.exercise, self.content = exercise, content
        if content is not None and exercise.id not in self._states:
            self._states[exercise.id] = idle(exercise.id, content.checks)
        self.query_one(CourseTree).point_at(exercise)
        await self.query_one(ExerciseView).show(exercise, content, problem)
        self.show_attempt()
        self.show_hints()
        self.show_progress()

    def forget(self, exercise: Exercise) -> None:
        """Have `exercise` open as if nothing had run: whoever comes from a pass is not met by an old failure."""
        known = self._states.get(exercise.id)
        if known is not None and not known.busy:
            del self._states[exercise.id]

    @property
    def state(self) -> AttemptState | None:
        """What is known of the shown exercise's latest attempt; None when its files cannot be read."""
        if self.exercise is None or self.content is None:
            return None
        return self._states[self.exercise.id]

    def show_attempt(self) -> None:
        """Draw the shown exercise's attempt."""
        self.query_one(ExerciseView).show_attempt(self.state, self._after_pass())
        self.query_one(VerdictBar).show(self.state, self._advice())

    def _after_pass(self) -> AfterPass | None:
        attempt = None if self.state is None else self.state.attempt
        if attempt is None or attempt.verdict is not Verdict.PASSED or self.exercise is None or self.content is None:
            return None
        return AfterPass(idea=opening(self.content.why_it_works, IDEA), history=self.session.history(attempt))

    def show_hints(self) -> None:
        """Draw the hints asked for, without those of checks that pass."""
        hints = () if self.content is None else hints_of(self.content)
        shown = 0
        if self.exercise is not None and (known := self.summary.get(self.exercise.id)) is not None:
            shown = known.hints_shown
        results = () if self.state is None else self.state.results
        passed = {result.id for result in results if result.outcome is Outcome.PASSED}
        self.query_one(ExerciseView).show_hints(hints_to_show(hints, shown, passed))

    def _advice(self) -> str:
        """What to do now, in a sentence."""
        state, exercise = self.state, self.exercise
        if exercise is None or state is None:
            return NO_EXERCISES if exercise is None else BROKEN
        label = self.session.label(exercise)
        if state.phase is Phase.IDLE:
            before = "Passed before. " if has_passed(self.summary, exercise) else ""
            return f"{before}Save {label} to check it (c: write here, e: your editor)."
        if state.phase is Phase.STOPPED:
            return "Press r to try again."
        if state.attempt is None:
            return ""
        if state.attempt.verdict is Verdict.PASSED:
            following = self.session.next_after(exercise, self.summary)
            if following is None:
                return "That was the last one: the whole course is done."
            return f"Next: {following.id} (press n)."
        return f"Mend {label} and save (h: hint)."

    # --- attempts

    def start_attempt(self) -> None:
        """Run the shown exercise; whatever ran before is cancelled."""
        exercise, content = self.exercise, self.content
        if exercise is None or content is None:
            self.say(NO_EXERCISES if exercise is None else BROKEN)
            return
        file, label = self.session.workspace.place_of(exercise), self.session.label(exercise)
        try:
            if not file.exists() and not file.is_symlink():
                self.say(f"{label} is not there: press e to begin it from the starter, or x to put the starter back.")
                return
            require_answer(file, label, exercise.files)
        except WorkspaceError as error:
            self.say(str(error))
            return
        self._abandon_running()
        self.say("")
        self._states[exercise.id] = begin(exercise.id, content.checks)
        self._number = self.attempts.start(exercise.id, lambda: self.session.job(exercise, content))
        self.query_one(VerdictBar).begin()
        self.show_attempt()
        self.query_one(ExerciseView).reveal_checks()

    def _abandon_running(self) -> None:
        for name, state in self._states.items():
            if state.busy:
                self._states[name] = stopped(state, "This attempt was cancelled: a newer one took its place.")

    @on(AttemptEvent)
    def _attempt_event(self, message: AttemptEvent) -> None:
        if message.number == self._number:
            if isinstance(message.event, Started):  # what it took to warm the engine is not the attempt's time
                self.query_one(VerdictBar).begin()
            self._advance(message.exercise, advance(self._states[message.exercise], message.event))

    @on(AttemptStopped)
    def _attempt_stopped(self, message: AttemptStopped) -> None:
        if message.number == self._number:
            self._advance(message.exercise, stopped(self._states[message.exercise], message.sentence))

    def _advance(self, exercise_id: str, state: AttemptState) -> None:
        self._states[exercise_id] = state
        if not state.busy:
            self.refresh_progress()
        if self.exercise is None or self.exercise.id != exercise_id:
            return
        self.show_attempt()
        if not state.busy:
            self.show_hints()
            self.query_one(ExerciseView).reveal_result()

    @on(EngineNote)
    def _engine_note(self, message: EngineNote) -> None:
        self.query_one(Note).engine(message.sentence, warming=message.warming)
        if not message.sentence and self._unusable is not None:
            self._unusable.dismiss()
            self.say("PyTorch can be used now. Press r to run the checks.")

    @on(EngineUnusableNote)
    def _engine_unusable(self, message: EngineUnusableNote) -> None:
        from tutor.tui.screens.unusable import UnusableScreen

        if self._unusable is not None:
            self._unusable.still(message.sentence)
        else:
            self._unusable = UnusableScreen(message.sentence, self.attempts.warm)
            self.app.push_screen(self._unusable, self._unusable_closed)

    def _unusable_closed(self, _: None) -> None:
        self._unusable = None

    @on(Trouble)
    def _trouble(self, message: Trouble) -> None:
        self.say(message.sentence)

    # --- the folder

    @on(FilesChanged)
    async def _files_changed(self, message: FilesChanged) -> None:
        saved = [e for e in self.session.course.exercises if _is_among(e, message.saved)]
        if self.exercise is not None and _is_among(self.exercise, message.deleted) and not saved:
            self.say(f"{self.session.label(self.exercise)} was deleted. e begins it anew from the starter.")
        elif self.exercise in saved:
            self.start_attempt()
        elif len(saved) == 1:
            await self.open(saved[0])
            self.start_attempt()
        elif saved:
            self.say(f"{len(saved)} exercise files changed at once. Press r to run this one.")

    @on(events.AppFocus)
    def _back_in_sight(self) -> None:
        self.refresh_progress()

    def _look_at_progress(self) -> None:
        """Show what another tutor, or the command line, has put into the progress meanwhile."""
        if self.session.outdated():
            self.refresh_progress()
            self.show_hints()
            if self.state is not None and self.state.phase is Phase.IDLE:
                self.show_attempt()


def _is_among(exercise: Exercise, names: Iterable[str]) -> bool:
    """Whether one of `names`, as in the exercises folder, is the exercise's file or lies in its folder."""
    return any(name.partition("/")[0] == exercise.file_name for name in names)
