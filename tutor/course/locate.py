"""Which folder holds the course: an option, the environment, or the built-in one.

A package offers a course through the entry-point group `tutor.courses`; the entry's value names a package whose folder
holds course.toml. The folder is found without importing that package. This module must not read the course.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.course.manifest import MANIFEST
from tutor.course.records import CourseError
from tutor.course.source import fault

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

VARIABLE = "TUTOR_COURSE"
GROUP = "tutor.courses"


def builtin_course() -> Path:
    """The folder of the built-in course: the repository's root, or `tutor/builtin` in an installed wheel."""
    return _builtin(Path(__file__).resolve().parents[1])


def find_course(option: str | None) -> Path:
    """The folder of the course named by `option`, else by $TUTOR_COURSE, else the built-in one.

    A name is a path, or what an installed package calls its course. Raises CourseError when there is no such course.
    """
    if option is not None:
        return _named(option, "")
    named = os.environ.get(VARIABLE, "")
    return _named(named, f" (the environment variable {VARIABLE} names it)") if named else builtin_course()


def _builtin(package: Path) -> Path:
    """The built-in course of the tutor installed at `package`."""
    repository = package.parent
    return repository if (repository / MANIFEST).is_file() else package / "builtin"


def _named(name: str, origin: str) -> Path:
    """The course called `name`; `origin` tells in an error where the name comes from."""
    path = Path(os.path.expanduser(name))  # noqa: PTH111 - Path.expanduser raises for an unknown user
    if path.name == MANIFEST and path.is_file():
        path = path.parent
    if (path / MANIFEST).is_file():
        return path.resolve()
    from importlib.metadata import entry_points  # costs more than the rest of this module, and few need it

    offered = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name in offered:
        return _offered(offered[name])
    found = f"this folder holds no {MANIFEST}" if path.is_dir() else "there is no such folder"
    installed = f"; installed courses: {', '.join(sorted(offered))}" if offered else ""
    raise fault(name or '""', None, f"{found}, so it is not a course{origin}{installed}")


def _offered(entry: "EntryPoint") -> Path:
    """The folder of the course that a package offers."""
    from importlib.util import find_spec

    top, *rest = entry.module.split(".")
    spec = find_spec(top)
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        folder = Path(place, *rest)
        if (folder / MANIFEST).is_file():
            return folder.resolve()
    raise _unusable(entry)


def _unusable(entry: "EntryPoint") -> CourseError:
    """The error for an entry point that leads to no course."""
    sentence = f"the package installed for it, {entry.value}, has no folder with a {MANIFEST}; reinstall or report it"
    return fault(entry.name, None, sentence)
