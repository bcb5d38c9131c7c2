"""Which folder holds the course: an option, the environment, the folder one stands in, or the built-in one.

This module must not read the course.
"""

import os
from pathlib import Path

from tutor.course.manifest import MANIFEST
from tutor.course.source import fault

VARIABLE = "TUTOR_COURSE"
BUILTIN = "builtin"
SOLUTIONS = "solutions"


def builtin_course() -> Path:
    """The folder of the built-in course: the repository's root, or `tutor/builtin` in an installed wheel."""
    return _builtin(Path(__file__).resolve().parents[1])


def find_course(option: str | None) -> Path:
    """The folder of the course named by `option`, else by $TUTOR_COURSE, else the one around the current folder.

    Where there is none of these it is the built-in one. A name is a path, what an installed package calls its course,
    or "builtin". Raises CourseError when there is no such course.
    """
    if option is not None:
        return _named(option, "")
    named = os.environ.get(VARIABLE, "")
    if named:
        return _named(named, f" (the environment variable {VARIABLE} names it)")
    return _around() or builtin_course()


def _builtin(package: Path) -> Path:
    """The built-in course of the tutor installed at `package`."""
    repository = package.parent
    return repository if (repository / MANIFEST).is_file() else package / BUILTIN


def _around() -> Path | None:
    """The course around the current folder: its author stands in it, or a learner who has cloned it."""
    try:
        here = Path.cwd()
    except OSError:  # deleted meanwhile
        return None
    for folder in (here, *here.parents):
        # os.path never raises; and a course.toml alone may be another program's
        if os.path.isfile(folder / MANIFEST) and os.path.isdir(folder / SOLUTIONS):  # noqa: PTH112, PTH113
            return folder.resolve()
    return None


def _named(name: str, origin: str) -> Path:
    """The course called `name`; `origin` tells in an error where the name comes from."""
    path = Path(os.path.expanduser(name))  # noqa: PTH111 - Path.expanduser raises for an unknown user
    if path.name == MANIFEST and path.is_file():
        path = path.parent
    if (path / MANIFEST).is_file():
        return path.resolve()
    if name == BUILTIN:
        return builtin_course()
    from tutor.course.installed import installed_courses  # costs more than the rest of this module, and few need it

    offered = {course.name: course for course in installed_courses()}
    if name in offered:
        root = offered[name].root
        if root is None:
            raise fault(name, None, offered[name].trouble)
        return root
    found = f"this folder holds no {MANIFEST}" if path.is_dir() else "there is no such folder"
    installed = f"; installed courses: {', '.join(sorted(offered))}" if offered else ""
    raise fault(name or '""', None, f"{found}, so it is not a course{origin}{installed}")
