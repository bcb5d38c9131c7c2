"""`tutor course list`: the courses that are here, and the one in use. Runs nobody's code, so it needs no engine."""

from pathlib import Path
from typing import Any

from msgspec import Struct
from rich.text import Text

from tutor.cli.console import complain, console, emit, say
from tutor.cli.problems import PASSED, UsageProblem
from tutor.course.installed import installed_courses
from tutor.course.loader import load_course
from tutor.course.locate import BUILTIN, builtin_course, find_course
from tutor.course.records import Course, CourseError
from tutor.show.plain import clean, plural

SCHEMA = "tutor/courses/v1"


class Listed(Struct, frozen=True, kw_only=True):
    """A course as it is listed: `name` is what --course takes; `trouble` says why there is no `course`."""

    name: str
    root: Path | None
    course: Course | None
    trouble: str = ""
    in_use: bool = False


def run_courses(option: str | None, *, json: bool) -> int:
    """Print every course; one that cannot be read costs a sentence on stderr, and the others are listed."""
    courses = _courses(option)
    if json:
        emit({"schema": SCHEMA, "courses": [_entry(listed) for listed in courses]})
    else:
        _print(courses)
    for listed in courses:
        if listed.trouble:
            complain(f"{listed.name}: {listed.trouble}", style="yellow")
    _tell_namesakes(courses)
    return PASSED


def _courses(option: str | None) -> list[Listed]:
    """The built-in course, the installed ones, and the one in use if it is neither."""
    used = _in_use(option)
    courses = [_read(BUILTIN, builtin_course(), used)]
    for offer in installed_courses():
        if offer.root is None:
            courses.append(Listed(name=offer.name, root=None, course=None, trouble=offer.trouble))
        else:
            courses.append(_read(offer.name, offer.root, used))
    if used is not None and not any(listed.in_use for listed in courses):
        courses.append(_read(str(used), used, used))
    return courses


def _in_use(option: str | None) -> Path | None:
    try:
        return find_course(option)
    except CourseError as error:
        if option is not None:
            raise UsageProblem(f"There is no such course. {error}") from error
        complain(f"No course is in use. {error}", style="yellow")
        return None


def _read(name: str, root: Path, used: Path | None) -> Listed:
    in_use = used is not None and root.resolve() == used.resolve()
    try:
        return Listed(name=name, root=root, course=load_course(root), in_use=in_use)
    except CourseError as error:
        return Listed(name=name, root=root, course=None, trouble=str(error), in_use=in_use)


def _entry(listed: Listed) -> dict[str, Any]:
    return {
        "name": listed.name,
        "title": None if listed.course is None else listed.course.title,
        "exercises": None if listed.course is None else len(listed.course.exercises),
        "path": None if listed.root is None else str(listed.root),
        "in_use": listed.in_use,
        "problem": listed.trouble or None,
    }


def _print(courses: list[Listed]) -> None:
    out = console()
    names = {id(listed): "(a folder)" if listed.name == str(listed.root) else listed.name for listed in courses}
    width = max(len(clean(name)) for name in names.values())
    for listed in courses:
        if listed.course is None:
            continue
        line = Text.assemble(
            ("* " if listed.in_use else "  ", "green"),
            (f"{clean(names[id(listed)]):{width}}  ", "bold"),
            f"{clean(listed.course.title)}  ",
            (plural(len(listed.course.exercises), "exercise"), "dim"),
        )
        out.print(line, soft_wrap=True)
        say(f"  {'':{width}}  {listed.root}", style="dim")
    say(
        "\n* is in use. Choose another with --course NAME, or for the whole session with TUTOR_COURSE=NAME.",
        style="dim",
    )


def _tell_namesakes(courses: list[Listed]) -> None:
    """Two courses that give themselves one name share their progress, which nobody wants."""
    first: dict[str, Listed] = {}
    for listed in courses:
        if listed.course is None or not listed.course.name:
            continue
        earlier = first.setdefault(listed.course.name, listed)
        if earlier.root != listed.root:
            complain(
                f'{earlier.name} and {listed.name} both have name = "{listed.course.name}" in course.toml, so that '
                "their progress is kept as one; change one of them.",
                style="yellow",
            )
