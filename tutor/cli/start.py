"""`tutor start`: the way into the terminal interface."""

import gc
import os
import sys

from tutor.cli.console import say
from tutor.cli.files import make_workspace
from tutor.cli.problems import UsageProblem
from tutor.cli.session import course_key, current_folder, here, open_course
from tutor.course.records import Course
from tutor.workspace.files import Workspace


def run_start(option: str | None, *, ascii_only: bool = False) -> int:
    """Open the course in the workspace around the current folder, making one here after asking; the app's exit code.

    `ascii_only` draws with ASCII alone, as is done unasked where the locale has nothing else.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageProblem(
            "`tutor start` needs a terminal to draw in. Without one, `tutor list` and `tutor check` do the same work."
        )
    if os.environ.get("TERM") == "dumb":
        raise UsageProblem(
            "`tutor start` cannot draw in a terminal with TERM=dumb. Use `tutor list` and `tutor check`."
        )
    course = open_course(option)
    workspace = here() or _new_workspace(course)
    # Textual takes longer to import than everything before it: the question above must not wait for it.
    # Little of what is made until the first frame is garbage, and looking for it takes time: the app does so later.
    gc.disable()
    from tutor.tui.app import run

    only = ascii_only or not is_unicode(sys.stdout.encoding)
    return run(course, workspace, course_key(course, workspace), ascii_only=only)


def is_unicode(encoding: str | None) -> bool:
    """Whether every character can be written in `encoding`."""
    return (encoding or "").lower().replace("-", "").replace("_", "").startswith(("utf", "cp65001"))


def _new_workspace(course: Course) -> Workspace:
    import typer  # late: only who has no workspace yet is asked

    folder = current_folder()
    say(f"There is no workspace here. One can be made in {folder}: a folder exercises/ with a file for each exercise.")
    try:
        agreed = typer.confirm("Make it?", default=True)
    except typer.Abort:  # Ctrl-C at the question
        raise KeyboardInterrupt from None
    if not agreed:
        raise UsageProblem("Nothing was made. Go to the folder where you want to work and call `tutor start` there.")
    return make_workspace(folder, course)
