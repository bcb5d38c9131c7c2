"""What a command works on: the course, the workspace and the progress kept in it.

Owns how the three are found and what is said when one is missing. Progress that cannot be read or written costs a
sentence, never the command.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tutor.attempt.result import Attempt
from tutor.cli.console import complain
from tutor.cli.problems import UsageProblem
from tutor.course.loader import load_course
from tutor.course.locate import BUILTIN, builtin_course, find_course
from tutor.course.records import Course, CourseError, Exercise
from tutor.course.select import select
from tutor.workspace.errors import WorkspaceError
from tutor.workspace.files import Workspace, find_workspace
from tutor.workspace.progress import ExerciseProgress, Progress


def open_course(option: str | None) -> Course:
    """The course named by --course, $TUTOR_COURSE or neither; a course that is not there is a usage problem."""
    try:
        root = find_course(option)
    except CourseError as error:
        raise UsageProblem(f"There is no such course. {error}") from error
    return load_course(root)


def course_key(course: Course, workspace: Workspace | None) -> str:
    """The key that progress files this course under, the same wherever the course lies if it has a name.

    What the workspace holds under a key of the time before the course had its name moves there.
    """
    key, *earlier = _keys(course)
    if earlier and workspace is not None and os.path.lexists(workspace.progress_file):
        try:
            with open_progress(workspace) as progress:
                progress.rename_course(earlier, key)
        except WorkspaceError as error:
            complain(str(error), style="yellow")
    return key


def _keys(course: Course) -> list[str]:
    """The key in use and those it has replaced: the name in course.toml, the installed package's, the folder."""
    root = course.root.resolve()
    if root == builtin_course().resolve():
        return [BUILTIN]
    from tutor.course.installed import installed_courses  # only courses that are not built in need to wait for it

    named = [f"course:{course.name}"] if course.name else []
    return [*named, *(f"installed:{one.name}" for one in installed_courses() if one.root == root), str(root)]


def current_folder() -> Path:
    """The folder the command was typed in; UsageProblem when it has been deleted meanwhile."""
    try:
        return Path.cwd()
    except OSError as error:
        raise UsageProblem(f"The current folder cannot be used ({error.strerror}): go to another one.") from error


def here() -> Workspace | None:
    """The workspace around the current folder."""
    return find_workspace(current_folder())


def need_workspace() -> Workspace:
    """The workspace around the current folder; UsageProblem says how to make one."""
    workspace = here()
    if workspace is None:
        raise UsageProblem(
            f"There is no workspace here: neither {current_folder()} nor a folder above it holds a folder exercises.\n"
            "Make one here with `tutor init`, or go to the folder that you made before."
        )
    return workspace


def one_exercise(course: Course, word: str) -> Exercise:
    """The exercise that `word` names; UsageProblem when it names several, UnknownExercise when none."""
    found = select(course, [word])
    if len(found) != 1:
        raise UsageProblem(f"{word} is a chapter. Name one of its exercises: {', '.join(e.id for e in found)}.")
    return found[0]


@contextmanager
def open_progress(workspace: Workspace) -> Iterator[Progress]:
    """The workspace's progress; says so when a damaged file had to be set aside. Raises WorkspaceError."""
    with Progress(workspace.progress_file) as progress:
        try:
            yield progress
        finally:  # the damage may be met at any step
            if progress.notice is not None:
                complain(progress.notice, style="yellow")


def read_progress(workspace: Workspace | None, key: str) -> Mapping[str, ExerciseProgress]:
    """Progress by exercise id, empty where there is none; when it cannot be read, a sentence says so."""
    if workspace is None or not os.path.lexists(workspace.progress_file):
        return {}
    try:
        with open_progress(workspace) as progress:
            return progress.summary(key)
    except WorkspaceError as error:
        complain(str(error), style="yellow")
        return {}


def remember(workspace: Workspace, key: str, attempt: Attempt) -> tuple[Mapping[str, ExerciseProgress], str | None]:
    """Record the attempt; returns progress by exercise id, and a sentence when recording was impossible."""
    trouble = None
    history: Mapping[str, ExerciseProgress] = {}
    try:
        with open_progress(workspace) as progress:
            try:
                progress.record(key, attempt)
            except WorkspaceError as error:
                trouble = str(error)
            history = progress.summary(key)
    except WorkspaceError as error:
        trouble = trouble or str(error)
    return history, trouble and f"This attempt is not in your progress, though its verdict stands. {trouble}"
