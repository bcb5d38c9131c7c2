"""The courses that installed packages offer through the entry-point group `tutor.courses`.

An entry's value names a package whose folder holds course.toml. The folder is found without importing that package.
This module must not read a course, and no package can make it raise: what leads nowhere is told as a sentence.
"""

from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from tutor.course.manifest import MANIFEST

GROUP = "tutor.courses"


class InstalledCourse(Struct, frozen=True, kw_only=True):
    """A course as its package offers it: `root` is None where the entry leads to none, and `trouble` says why."""

    name: str
    root: Path | None
    trouble: str = ""


def installed_courses() -> tuple[InstalledCourse, ...]:
    """Every course on offer, by name; of two with one name, the one that Python's path finds first."""
    found: dict[str, InstalledCourse] = {}
    for entry in entry_points(group=GROUP):
        if entry.name not in found:
            found[entry.name] = _installed(entry)
    return tuple(found[name] for name in sorted(found))


def _installed(entry: EntryPoint) -> InstalledCourse:
    try:
        root = _folder(entry)
    except Exception as error:  # an import hook of some package, or a value that is no entry point's
        sentence = (
            f"{entry.value} cannot be looked up ({type(error).__name__}: {error}); reinstall or report the package"
        )
        return InstalledCourse(name=entry.name, root=None, trouble=sentence)
    if root is None:
        sentence = (
            f"the package installed for it, {entry.value}, has no folder with a {MANIFEST}; reinstall or report it"
        )
        return InstalledCourse(name=entry.name, root=None, trouble=sentence)
    return InstalledCourse(name=entry.name, root=root)


def _folder(entry: EntryPoint) -> Path | None:
    """The folder that the entry's value names, None where there is no course in it."""
    top, *rest = entry.module.split(".")
    spec = find_spec(top)
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        folder = Path(place, *rest)
        if (folder / MANIFEST).is_file():
            return folder.resolve()
    return None
