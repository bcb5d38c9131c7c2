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
        for file in (*exercise.solution_files.values(), exercise.check_file)
        if not file.is_file()
    ]
    if not missing:
        return course
    return replace(course, problems=(*course.problems, *missing))


def read_content(exercise: Exercise) -> Content:
    """What the exercise's solution and check file say; raises CourseError naming file and line."""
    first = exercise.solution_files[exercise.parts[0]]
    path = _path(exercise.root, first)
    statement = read_statement(parse(read_text(first, path), path), path)
    starters = read_starters(exercise)
    check_path = _path(exercise.root, exercise.check_file)
    claims = read_claims(read_text(exercise.check_file, check_path), check_path)
    return Content(
        title=statement.title,
        statement=statement.body,
        why_it_works=statement.why_it_works,
        starters=starters,
        checks=claims.checks,
        has_benchmark=claims.has_benchmark,
    )


def read_starters(exercise: Exercise) -> dict[str, str]:
    """The starter made from the exercise's solution, by part; raises CourseError naming file and line."""
    starters = {}
    for part, file in exercise.solution_files.items():
        path = _path(exercise.root, file)
        starters[part] = make_starter(read_text(file, path), path)
    return starters


def read_title(exercise: Exercise) -> str:
    """The title in the first lines of the exercise's solution, or its id where there is none; never raises."""
    return peek_title(exercise.solution_files[exercise.parts[0]]) or exercise.id


def read_topics(exercise: Exercise) -> tuple[str, ...]:
    """What the exercise is about: the code names and the stressed words of its statement; never raises."""
    return peek_topics(exercise.solution_files[exercise.parts[0]])


def _path(root: Path, file: Path) -> str:
    """`file` as problems name it: relative to the course, forward slashes."""
    return file.relative_to(root).as_posix()
