"""`tutor start`: the way into the terminal interface."""

import gc
import os
import sys
from functools import partial
from pathlib import Path

from tutor.cli.files import starters_of
from tutor.cli.problems import UsageProblem
from tutor.cli.session import course_key, current_folder, here, open_course
from tutor.course.records import Course
from tutor.workspace.files import Workspace, create_workspace


def run_start(option: str | None, *, ascii_only: bool = False) -> int:
    """Open the course in the workspace around the current folder, or a welcome that makes one here; the exit code.

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
    workspace = here()
    # Textual takes longer to import than everything before it: what is wrong above must not wait for it. Little of what
    # is made until the first frame is garbage, and looking for it takes time: the app does so later.
    gc.disable()
    from tutor.tui.app import run

    only = ascii_only or not is_unicode(sys.stdout.encoding)
    key = course_key(course, workspace)
    if workspace is not None:
        return run(course, workspace, key, ascii_only=only)
    from tutor.tui.screens.welcome import Beginning

    folder = current_folder()
    return run(course, Beginning(folder, partial(begin, folder, course)), key, ascii_only=only)


def is_unicode(encoding: str | None) -> bool:
    """Whether every character can be written in `encoding`."""
    return (encoding or "").lower().replace("-", "").replace("_", "").startswith(("utf", "cp65001"))


def begin(folder: Path, course: Course) -> tuple[Workspace, str]:
    """Make the workspace in `folder`, and say which exercise could not be put there; raises WorkspaceError."""
    starters, left_out = starters_of(course)
    return create_workspace(folder, starters), left_out[0] if left_out else ""
