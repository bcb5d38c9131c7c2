"""Where one attempt is made for the command line: what is checked, on which desk, and what becomes of the verdict.

Owns the way from a target to a recorded and told attempt. Which targets there are is `tutor.cli.check`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tutor.attempt.result import Attempt
from tutor.cli.attempts import Connection, EngineLost, broken, make_attempt
from tutor.cli.console import complain
from tutor.cli.next_step import next_step
from tutor.cli.report import Report
from tutor.cli.session import remember
from tutor.course.loader import read_content
from tutor.course.records import Course, CourseError, Exercise
from tutor.workspace.files import Workspace
from tutor.workspace.progress import ExerciseProgress


@dataclass(frozen=True)
class Target:
    """One exercise to check, with the file or folder that answers it and what to call that."""

    exercise: Exercise
    file: Path
    label: str


@dataclass(frozen=True)
class Desk:
    """Where attempts are made: the course, the workspace whose progress they go to (None: nowhere), the device."""

    course: Course
    key: str
    workspace: Workspace | None
    device: str
    report: Report


def check_one(desk: Desk, connection: Connection, target: Target) -> Attempt | None:
    """Check one target and record it; None when a newer attempt elsewhere took its place.

    A fault of the course or of the engine becomes an attempt with the verdict `error` and a sentence on stderr.
    """
    exercise = target.exercise
    try:
        content = read_content(exercise)
        desk.report.begin(f"{exercise.id}  {content.title}", {check.id: check.claim for check in content.checks})
        attempt = make_attempt(connection, desk.report, exercise, content, target.file, target.label, desk.device)
    except CourseError as error:
        return _give_up(desk, exercise, f"{exercise.id} cannot be checked: the course has a problem. {error}")
    except EngineLost as error:
        return _give_up(desk, exercise, f"{exercise.id} has no verdict. {error}")
    if attempt is None:
        desk.report.abandon()
        complain(f"{exercise.id} has no verdict: a newer attempt on it, in another window, took this one's place.")
        return None
    history: Mapping[str, ExerciseProgress] = {}
    trouble = None
    # An attempt on a file that was not there to be run is none to count.
    if desk.workspace is not None and target.file.exists():
        history, trouble = remember(desk.workspace, desk.key, attempt)
    desk.report.finish(attempt, next_step(desk.course, content, attempt, target.file, target.label, history))
    if trouble is not None:
        complain(trouble, style="yellow")
    return attempt


def _give_up(desk: Desk, exercise: Exercise, sentence: str) -> Attempt:
    attempt = broken(exercise, desk.device, sentence)
    desk.report.abandon(attempt)
    complain(sentence, style="red")
    return attempt
