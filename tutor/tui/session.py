"""The learner's course, folder and progress as the TUI uses them: every reading and writing of files happens here.

This module draws nothing and knows no widget. Its methods raise CourseError or WorkspaceError, whose text is the
sentence to show; `record` returns the sentence instead, because a verdict stands without its record. What else the
learner must be told of the progress file waits in `notice`.
"""

import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tutor.attempt.job import Job
from tutor.attempt.result import Attempt, CheckResult
from tutor.course.hints import Hint, next_number
from tutor.course.loader import read_content, read_title, read_topics
from tutor.course.records import Content, Course, CourseError, Exercise
from tutor.course.solution import code_below_statement, one_after_another
from tutor.tui.find import Known, known
from tutor.workspace.errors import WorkspaceError
from tutor.workspace.files import Workspace
from tutor.workspace.history import History
from tutor.workspace.places import read_place, write_place
from tutor.workspace.progress import ExerciseProgress, Progress
from tutor.workspace.statistics import Obstacle, Statistics

OBSTACLES = 8  # checks that the statistics name


class Session:
    """One course in one workspace, under the key that progress is filed by."""

    def __init__(self, course: Course, workspace: Workspace, course_key: str) -> None:
        self.course = course
        self.workspace = workspace
        self._key = course_key
        self._using = threading.RLock()  # of what follows: attempts are recorded in threads of their own
        self._kept: Progress | None = None
        self._notices: deque[str] = deque()  # `record` may add to it from any thread
        self._seen: object = None  # how the progress file was when it was last read

    def notice(self) -> str | None:
        """A sentence that the learner has not been told yet, where a damaged progress file was set aside."""
        return self._notices.popleft() if self._notices else None

    def label(self, exercise: Exercise) -> str:
        """The learner's file or folder as messages name it."""
        return self.workspace.label_of(exercise)

    def summary(self) -> Mapping[str, ExerciseProgress]:
        """Progress by exercise id; empty while nothing has been done."""
        self._seen = self._stamp()  # first: what is written while we read is news
        if not self.workspace.progress_file.exists():
            return {}
        with self._progress() as progress:
            return progress.summary(self._key)

    def outdated(self) -> bool:
        """Whether progress was written since `summary`, by this tutor or another. Takes no longer than a look."""
        return self._stamp() != self._seen

    def _stamp(self) -> object:
        try:
            status = self.workspace.progress_file.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def index(self) -> tuple[Known, ...]:
        """Every exercise as it can be searched, titles and topics read. May be called from any thread."""
        return tuple(
            known(exercise, chapter.title, read_title(exercise), read_topics(exercise))
            for chapter in self.course.chapters
            for exercise in chapter.exercises
        )

    def opening(self, summary: Mapping[str, ExerciseProgress]) -> Exercise | None:
        """Where to begin: what the learner left open, else what comes after it; None in an empty course."""
        place = read_place(self.workspace.root, self._key)
        left = None if place is None else self.course.find(place)
        if left is None:
            return first_to_do(self.course, summary)
        return (self.next_after(left, summary) or left) if has_passed(summary, left) else left

    def leave(self, exercise: Exercise) -> None:
        """Remember that the learner was here, where that can be written: nobody misses it enough for a sentence."""
        with suppress(WorkspaceError):
            write_place(self.workspace.root, self._key, exercise.id)

    def statistics(self) -> Statistics:
        """The learner's attempts, counted. May be called from any thread."""
        if not self.workspace.progress_file.exists():
            return Statistics()
        with self._progress() as progress:
            return progress.statistics(self._key, OBSTACLES)

    def history(self, attempt: Attempt) -> History:
        """How the attempt's exercise went so far, on the attempt's device; empty where that cannot be read."""
        try:
            with self._progress() as progress:
                return progress.history(self._key, attempt.exercise, attempt.device.type)
        except WorkspaceError:
            return History()

    def claim(self, obstacle: Obstacle) -> str:
        """What the obstacle's check claims; its id where the course has no such check any more."""
        exercise = self.course.find(obstacle.exercise)
        try:
            checks = () if exercise is None else read_content(exercise).checks
        except CourseError:
            checks = ()
        return next((check.claim for check in checks if check.id == obstacle.check), obstacle.check)

    def record(self, attempt: Attempt) -> str | None:
        """Keep the attempt; a sentence when that failed, else None. May be called from any thread."""
        try:
            with self._progress() as progress:
                progress.record(self._key, attempt)
        except WorkspaceError as error:
            return f"This attempt is not in your progress, though its verdict stands. {error}"
        return None

    def ensure_files(self, content: Content) -> tuple[Path, ...]:
        """Put the starter where the learner has no file of the exercise; the files that were written."""
        workspace = self.workspace
        written = [part for part, text in content.starters.items() if workspace.ensure_answer(part, text)]
        return tuple(map(workspace.answer_file, written))

    def own_code(self, exercise: Exercise) -> str:
        """The learner's code below the statement, or all of the file where it is no Python; empty when unreadable."""
        return one_after_another({part: self._own_code(part) for part in exercise.parts})

    def _own_code(self, part: str) -> str:
        try:
            text = self.workspace.read_answer(part).decode("utf-8", "replace")
            return code_below_statement(text, self.workspace.label(part))
        except WorkspaceError:
            return ""
        except CourseError:
            return text

    def job(self, exercise: Exercise, content: Content) -> Job:
        """The attempt to ask the engine for."""
        from tutor.engine.jobs import job_for

        file = self.workspace.place_of(exercise)
        return job_for(exercise, content, answer_file=file, label=self.label(exercise))

    def hint_count(self, exercise: Exercise) -> int:
        """How many hints the learner has asked for."""
        if not self.workspace.progress_file.exists():
            return 0
        with self._progress() as progress:
            return progress.hints_shown(self._key, exercise.id)

    def coming_hint(self, exercise: Exercise, hints: tuple[Hint, ...], failing: CheckResult | None) -> Hint | None:
        """The hint that `next_hint` would show; None when all have been shown."""
        shown = self.hint_count(exercise)
        wanted = next_number(hints, shown, failing.id if failing is not None else None)
        return hints[wanted - 1] if wanted > shown else None

    def next_hint(self, exercise: Exercise, hints: tuple[Hint, ...], failing: CheckResult | None) -> int:
        """Count one more hint as shown, the next of the failing check where it has one; returns the new count."""
        with self._progress() as progress:
            shown = progress.hints_shown(self._key, exercise.id)
            wanted = next_number(hints, shown, failing.id if failing is not None else None)
            while shown < wanted:
                shown = progress.show_hint(self._key, exercise.id, len(hints))
            return shown

    def reveal(self, exercise: Exercise) -> None:
        """Note that the learner has looked at the solution before passing."""
        with self._progress() as progress:
            progress.reveal(self._key, exercise.id)

    def next_after(self, exercise: Exercise, summary: Mapping[str, ExerciseProgress]) -> Exercise | None:
        """The next exercise that has not passed, looking from `exercise` on and then from the start."""
        everything = self.course.exercises
        place = everything.index(exercise) + 1 if exercise in everything else 0
        for candidate in (*everything[place:], *everything[: max(place - 1, 0)]):
            if not has_passed(summary, candidate):
                return candidate
        return None

    def close(self) -> None:
        """Let go of the progress file, once nobody uses it; what is recorded later opens it again."""
        with self._using:
            if self._kept is not None:
                self._kept.close()
                self._kept = None

    @contextmanager
    def _progress(self) -> Iterator[Progress]:
        with self._using:
            # kept open: opening it has every page looked at, which after a thousand attempts is felt with each verdict
            if self._kept is None:
                self._kept = Progress(self.workspace.progress_file)
            try:
                yield self._kept
            finally:
                if (notice := self._kept.take_notice()) is not None:
                    self._notices.append(notice)


def count_passed(summary: Mapping[str, ExerciseProgress], exercises: Iterable[Exercise]) -> int:
    """How many of `exercises` have ever passed."""
    return sum(has_passed(summary, exercise) for exercise in exercises)


def has_passed(summary: Mapping[str, ExerciseProgress], exercise: Exercise) -> bool:
    """Whether the exercise has ever passed."""
    return (known := summary.get(exercise.id)) is not None and known.passed


def first_to_do(course: Course, summary: Mapping[str, ExerciseProgress]) -> Exercise | None:
    """The first exercise that has not passed, else the first of all, else None in an empty course."""
    everything = course.exercises
    return next((e for e in everything if not has_passed(summary, e)), everything[0] if everything else None)
