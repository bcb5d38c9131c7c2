"""Loads a course: the manifest at once, each exercise's files on demand.

One loader for the built-in course and everybody else's. It runs nobody's code and imports no torch.
"""

from pathlib import Path

from msgspec.structs import replace

from tutor.course.claims import read_claims
from tutor.course.manifest import MANIFEST, read_manifest
from tutor.course.records import Content, Course, Exercise, Problem
from tutor.course.source import parse, read_text
from tutor.course.starter import make_starter
from tutor.course.statement import peek_title, peek_topics, read_statement


def load_course(root: Path) -> Course:
    """The course in the folder `root`, its files not yet read.

    Raises CourseError when course.toml can't be used; whatever else is wrong is in the course's `problems`.
    """
    course = read_manifest(Path(root).resolve())
    missing = [
        Problem(
            path=_path(course.root, file), line=None, message=f"this file is missing; {MANIFEST} lists {exercise.id}"
        )
        for exercise in course.exercises
        for file in (exercise.solution_file, exercise.check_file)
        if not file.is_file()
    ]
    if not missing:
        return course
    return replace(course, problems=(*course.problems, *missing))


def read_content(exercise: Exercise) -> Content:
    """What the exercise's solution and check file say; raises CourseError naming file and line."""
    solution_path = _path(exercise.root, exercise.solution_file)
    solution = read_text(exercise.solution_file, solution_path)
    statement = read_statement(parse(solution, solution_path), solution_path)
    starter = make_starter(solution, solution_path)
    check_path = _path(exercise.root, exercise.check_file)
    claims = read_claims(read_text(exercise.check_file, check_path), check_path)
    return Content(
        title=statement.title,
        statement=statement.body,
        why_it_works=statement.why_it_works,
        starter=starter,
        checks=claims.checks,
        has_benchmark=claims.has_benchmark,
    )


def read_starter(exercise: Exercise) -> str:
    """The starter made from the exercise's solution; raises CourseError naming file and line."""
    path = _path(exercise.root, exercise.solution_file)
    return make_starter(read_text(exercise.solution_file, path), path)


def read_title(exercise: Exercise) -> str:
    """The title in the first lines of the exercise's solution, or its id where there is none; never raises."""
    return peek_title(exercise.solution_file) or exercise.id


def read_topics(exercise: Exercise) -> tuple[str, ...]:
    """What the exercise is about: the code names and the stressed words of its statement; never raises."""
    return peek_topics(exercise.solution_file)


def _path(root: Path, file: Path) -> str:
    """`file` as problems name it: relative to the course, forward slashes."""
    return file.relative_to(root).as_posix()
