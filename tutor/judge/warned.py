"""How a warning reads that is raised while an attempt runs: one line that names the learner's line, and no other.

It owns the wording. Which warnings come at all is Python's affair, and counting like ones `tutor.show.output`'s.
"""

import re
import sys
import types
import warnings
from collections.abc import Callable
from pathlib import Path

from tutor.judge.format import cap
from tutor.judge.guarded import text_of

_LIMIT = 400
_INTERNALS = re.compile(r"\s*\(Triggered internally at [^)]*\)")


def plain_warnings(answer_file: Path | None, label: str) -> None:
    """Have every warning of this process printed as "UserWarning: it is slow (exercises/x.py, line 7)".

    The line is the one of `answer_file` nearest the warning; where there is none, no place is told.
    """
    files = () if answer_file is None else (str(answer_file), str(answer_file.absolute()))
    warnings.formatwarning = _format(files, label)


def _format(files: tuple[str, ...], label: str) -> Callable[..., str]:
    def format_warning(
        message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
    ) -> str:
        said = message if isinstance(message, str) else text_of(message)
        text = cap(" ".join(_INTERNALS.sub("", said).split()), _LIMIT)
        number = lineno if filename in files else _line_of(files)
        return f"{category.__name__}: {text}{f' ({label}, line {number})' if number else ''}\n"

    return format_warning


def _line_of(files: tuple[str, ...]) -> int:
    """The line of these files that is being run, 0 when none is."""
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename in files:
            return frame.f_lineno
        frame = frame.f_back
    return 0
