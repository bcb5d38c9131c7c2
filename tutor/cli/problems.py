"""What the command line says when it cannot do what was asked, and the exit code that goes with it.

Owns the exit codes. A sentence for every foreseen trouble; for the unforeseen a report file, never a dumped traceback.
"""

import os
import sys
import tempfile
import traceback
from pathlib import Path

PASSED = 0
NOT_PASSED = 1
USAGE = 2
BROKEN = 3  # tutor itself failed, or a file of the course is broken
INTERRUPTED = 130


class UsageProblem(Exception):
    """The command cannot be followed as given; the message says what is wrong and what to do."""


def explain(error: Exception) -> tuple[str, int]:
    """The sentence and the exit code for `error`; an unforeseen one is written to a report file first."""
    # Reached only when something went wrong, so the imports cost the ordinary run nothing.
    from tutor.course.records import CourseError
    from tutor.course.select import UnknownExercise
    from tutor.engine.client import EngineUnavailable
    from tutor.workspace.errors import WorkspaceError

    if isinstance(error, UsageProblem | UnknownExercise | WorkspaceError):
        return str(error), USAGE
    if isinstance(error, CourseError):
        return f"The course has a problem. {error}", BROKEN
    if isinstance(error, EngineUnavailable):
        return str(error), BROKEN
    return _unforeseen(error), BROKEN


def _unforeseen(error: Exception) -> str:
    what = f"tutor itself failed ({type(error).__name__}: {error}); nothing is wrong with your code."
    try:
        return f"{what} Please report it with this file: {_write_report(error)}"
    except OSError as trouble:
        return f"{what} Please report it. No report file could be written ({trouble})."


def _write_report(error: Exception) -> Path:
    """Write the traceback to a file only its owner can read, in the runtime or else the temporary folder."""
    folder = os.environ.get("TUTOR_RUNTIME_DIR")
    if folder is not None and not Path(folder).is_dir():
        folder = None
    handle, name = tempfile.mkstemp(prefix="tutor-failure-", suffix=".txt", dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as report:
        report.write(f"command: {sys.argv}\npython: {sys.version}\n\n")
        report.writelines(traceback.format_exception(error))
    return Path(name)
