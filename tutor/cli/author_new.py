"""`tutor author new`: which course gets the exercise, and what to do next.

Owns the words. What is written where is `tutor.authoring.new`'s.
"""

import os
import shlex
from pathlib import Path

from tutor.authoring.new import Added, CannotAdd, new_course, new_exercise
from tutor.cli.console import say
from tutor.cli.problems import PASSED, UsageProblem
from tutor.cli.session import current_folder
from tutor.course.installed import installed_courses
from tutor.course.locate import BUILTIN, VARIABLE, find_course
from tutor.course.manifest import MANIFEST
from tutor.course.records import CourseError

FIRST = "01_first"
LIBRARIES = {"site-packages", "dist-packages"}


def run_new(exercise_id: str | None, option: str | None, *, title: str | None) -> int:
    """Add the exercise, with --course in an empty folder its course too; what stands in the way is a usage problem."""
    empty = _place_for_a_course(option)
    try:
        if empty is not None:
            added = new_course(empty, exercise_id or FIRST, title)
        elif exercise_id is None:
            raise UsageProblem("Name the new exercise: tutor author new 05_my_exercise")
        else:
            added = new_exercise(_course(option), exercise_id, title)
    except CannotAdd as error:
        raise UsageProblem(str(error)) from error
    _tell(added, option)
    return PASSED


def _place_for_a_course(option: str | None) -> Path | None:
    """The folder that --course names, if it is a path that holds no course."""
    if option is None or option == BUILTIN or any(option == course.name for course in installed_courses()):
        return None
    folder = (current_folder() / Path(option).expanduser()).resolve()
    if folder.name == MANIFEST or (folder / MANIFEST).exists():
        return None
    if not folder.parent.is_dir():
        raise UsageProblem(f"There is no folder {folder.parent}, so that no course can be made in it.")
    return folder


def _course(option: str | None) -> Path:
    try:
        root = find_course(option)
    except CourseError as error:
        raise UsageProblem(f"There is no such course. {error}") from error
    if LIBRARIES & set(root.parts):
        raise UsageProblem(
            f"This course is installed ({root}): the next update would take your exercise away. "
            "Name a course of your own, or an empty folder for one: tutor author new ID --course PATH"
        )
    return root


def _tell(added: Added, option: str | None) -> None:
    exercise, root = added.exercise, added.exercise.root
    if added.course_is_new:
        say(f"A new course is in {root}: its title and its chapters are in {MANIFEST}.")
    elif added.chapter_is_new:
        say(
            f'{MANIFEST} had no chapter {exercise.chapter}: it was added, with the title "Chapter {exercise.chapter}" '
            "for you to change."
        )
    say(f"{exercise.id} was added, a small exercise that works. Its files:")
    for file in added.files:
        if exercise.id in file.name:
            say(f"    {file.relative_to(root).as_posix()}")
    inside = root in (current_folder(), *current_folder().parents)
    course = _option(root, option, inside=inside)
    say("Make it your own, one file after the other:")
    if not inside:
        say(f"    0. go to the course:\n           cd {shlex.quote(str(root))}")
    say("    1. the statement and the solution in solutions/, then the starter from it:")
    say(f"           tutor author build{course}")
    say("    2. the checks in tests/checks/, which the solution must pass:")
    say(f"           pytest {_shown(exercise.check_file, current_folder() if inside else root)}")
    say("    3. wrong and right answers in tests/answers/, then the proof of it all:")
    say(f"           tutor author verify {exercise.id}{course}")
    say("    4. try it as a learner:")
    say(f"           tutor check {exercise.id}{course}")


def _option(root: Path, option: str | None, *, inside: bool) -> str:
    """What the next commands need to find the course: nothing where they are typed in its folder."""
    if not inside:
        return " --course ." if os.environ.get(VARIABLE) else ""
    return "" if option is None or find_course(None) == root else f" --course {shlex.quote(option)}"


def _shown(file: Path, folder: Path) -> str:
    return shlex.quote(Path(os.path.relpath(file, folder)).as_posix())
