"""`tutor author build`: the starters of a course, made from its solutions."""

from tutor.authoring.build import build_starters
from tutor.cli.console import complain, say
from tutor.cli.problems import BROKEN, NOT_PASSED, PASSED
from tutor.cli.session import open_course


def run_build(option: str | None, *, check: bool) -> int:
    """Write (or with `check` only compare) every starter; 1 when one is out of date, 3 when the course has problems."""
    course = open_course(option)
    results = build_starters(course, check=check)
    for exercise, status in results:
        say(f"{status:12} exercises/{exercise.file_name}")
    for problem in course.problems:
        complain(str(problem))
    if course.problems:
        return BROKEN
    if any(status == "out of date" for _, status in results):
        say("Bring them up to date with `tutor author build`.")
        return NOT_PASSED
    return PASSED
