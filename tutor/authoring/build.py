"""Writes the starters of a course from its solutions.

This module owns `tutor author build`'s work. It never removes a file, and what it writes over is backed up first: in a
clone of the course, a learner may have worked in `exercises/`.
"""

from typing import Literal

from tutor.course.loader import read_starters
from tutor.course.records import Course, CourseError, Exercise
from tutor.workspace.files import Workspace

Status = Literal["written", "up to date", "out of date"]


def build_starters(course: Course, *, check: bool) -> list[tuple[Exercise, Status]]:
    """Bring every starter up to date, or with `check` only tell which are not; in course order.

    A faulty solution doesn't stop the others: its CourseError is raised after they are done, the first one if several.
    Raises WorkspaceError when a file can't be written.
    """
    built: list[tuple[Exercise, Status]] = []
    faults: list[CourseError] = []
    for exercise in course.exercises:
        try:
            built.append((exercise, _build(exercise, check=check)))
        except CourseError as error:
            faults.append(error)
    if faults:
        raise faults[0]
    return built


def _build(exercise: Exercise, *, check: bool) -> Status:
    """Bring one starter up to date."""
    starters = read_starters(exercise)
    workspace = Workspace(exercise.root)
    files = {workspace.answer_file(part): starter.encode() for part, starter in starters.items()}
    if all(file.is_file() and file.read_bytes() == starter for file, starter in files.items()):
        return "up to date"
    if check:
        return "out of date"
    workspace.reset_all(starters)
    return "written"
