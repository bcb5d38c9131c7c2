"""`tutor check`: which exercises are meant, their attempts one after another, and the exit code.

Owns the order of things. One attempt, from the file to the record, is `tutor.cli.desk`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tutor.attempt.result import Verdict
from tutor.cli.attempts import Connection
from tutor.cli.console import complain, say
from tutor.cli.desk import Desk, Target, check_one
from tutor.cli.problems import BROKEN, NOT_PASSED, PASSED, UsageProblem
from tutor.cli.report import JsonReport, PrintedReport, Report
from tutor.cli.session import course_key, current_folder, need_workspace, open_course, read_progress
from tutor.course.records import Course, Exercise
from tutor.course.select import select
from tutor.workspace.files import Workspace


@dataclass(frozen=True, kw_only=True)
class CheckRequest:
    """What was typed after `tutor check`."""

    words: tuple[str, ...] = ()
    file: Path | None = None
    device: str = "auto"
    watch: bool = False
    json: bool = False
    everything: bool = False
    course: str | None = None


def run_check(request: CheckRequest) -> int:
    """Check what was asked for: 0 when all of it passed, 1 when not, 3 when tutor or the course failed."""
    course = open_course(request.course)
    exercises = _named(course, request)
    workspace = need_workspace() if request.file is None else None
    key = course_key(course, workspace)
    if not exercises and request.file is None:
        exercises = _first_to_do(course, key, workspace, json=request.json)
        if not exercises:
            return PASSED
    targets = _targets(exercises, workspace, request.file)
    desk = Desk(course, key, workspace, request.device, _report(request, targets))
    try:
        if request.watch:
            # watchfiles brings anyio along, which the ordinary check need not wait for.
            from tutor.cli.watch import watch

            return watch(desk, targets)
        with Connection(course.preload) as connection:
            return check_all(desk, connection, targets)
    finally:
        desk.report.abandon()


def _report(request: CheckRequest, targets: Sequence[Target]) -> Report:
    if request.json:
        return JsonReport()
    if request.watch or len(targets) == 1:
        return PrintedReport()
    # One exercise need not wait for the import of a progress bar.
    from tutor.cli.list_report import ListReport

    return ListReport([target.exercise.id for target in targets])


def _named(course: Course, request: CheckRequest) -> tuple[Exercise, ...]:
    """The exercises that the words name, all of them with --all, none without words."""
    if request.everything and request.words:
        raise UsageProblem("Name exercises or give --all, not both.")
    exercises = course.exercises if request.everything else select(course, request.words)
    if request.file is not None:
        if len(exercises) != 1:
            raise UsageProblem("--file goes with exactly one exercise: tutor check ID --file PATH")
        files = exercises[0].files
        if files and not request.file.is_dir():
            raise UsageProblem(
                f"--file {request.file} is no folder; {exercises[0].id} needs one with {', '.join(files)}."
            )
        if not files and not request.file.is_file():
            raise UsageProblem(f"--file {request.file} is not a file that can be read.")
    return exercises


def _first_to_do(course: Course, key: str, workspace: Workspace | None, *, json: bool) -> tuple[Exercise, ...]:
    """The first exercise that has not passed, said aloud; empty when all have."""
    tell = complain if json else say
    done = read_progress(workspace, key)
    for exercise in course.exercises:
        if not (exercise.id in done and done[exercise.id].passed):
            tell(f"The first exercise that has not passed yet is {exercise.id}.", style="dim")
            return (exercise,)
    tell("Every exercise has passed. To check them again: tutor check --all")
    return ()


def _targets(exercises: Sequence[Exercise], workspace: Workspace | None, file: Path | None) -> list[Target]:
    if file is not None:
        return [Target(exercise, current_folder() / file, file.as_posix()) for exercise in exercises]
    assert workspace is not None
    return [Target(e, workspace.place_of(e), workspace.label_of(e)) for e in exercises]


def check_all(desk: Desk, connection: Connection, targets: Sequence[Target]) -> int:
    """Check the targets one after another; with several, a summary follows."""
    if len(targets) > 1:
        connection.engine()  # here, where its sentence on warming up meets no progress bar
    attempts = [check_one(desk, connection, target) for target in targets]
    made = [attempt for attempt in attempts if attempt is not None]
    if len(targets) > 1:
        desk.report.summary(made)
    if any(attempt.verdict is Verdict.ERROR for attempt in made):
        return BROKEN
    return PASSED if len(made) == len(targets) and all(a.verdict is Verdict.PASSED for a in made) else NOT_PASSED
