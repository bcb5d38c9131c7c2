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
from tutor.judge.guarded import lies_in, text_of

_LIMIT = 400
_INTERNALS = re.compile(r"\s*\(Triggered internally at [^)]*\)")


def plain_warnings(answer_file: Path | None, label: str) -> None:
    """Have every warning of this process printed as "UserWarning: it is slow (exercises/x.py, line 7)".

    The line is that of `answer_file`, a file or a folder, nearest the warning; without one, no place is told.
    """
    warnings.formatwarning = _format(answer_file, label)


def _format(place: Path | None, label: str) -> Callable[..., str]:
    def format_warning(
        message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
    ) -> str:
        said = message if isinstance(message, str) else text_of(message)
        text = cap(" ".join(_INTERNALS.sub("", said).split()), _LIMIT)
        file, number = (filename, lineno) if _is_in(filename, place) else _line_of(place)
        called = file.replace(str(place), label, 1)
        return f"{category.__name__}: {text}{f' ({called}, line {number})' if number else ''}\n"

    return format_warning


def _is_in(filename: str, place: Path | None) -> bool:
    return place is not None and lies_in(filename, place)


def _line_of(place: Path | None) -> tuple[str, int]:
    """The file and line of the answer that is being run, line 0 when none is."""
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        if _is_in(frame.f_code.co_filename, place):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return "", 0
