"""What an object says of itself, asked for under guard: the object, its class and its text may be the learner's work.

A `__str__` may raise SystemExit, a class may have a metaclass that lies about its name. Nothing here raises. No torch.
"""

from collections.abc import Container
from pathlib import Path

_LONGEST = 20_000  # characters that anybody looks at
_NAME = type.__dict__["__name__"].__get__
_TRACEBACK = BaseException.__dict__["__traceback__"].__get__
_CONTEXT = BaseException.__dict__["__context__"].__get__


def class_name(value: object) -> str:
    """The name of a value's real class, as plain text."""
    return str.__str__(_NAME(type(value)))


def text_of(error: BaseException) -> str:
    """The text of `error` without space around it; a sentence in brackets where it cannot be had."""
    try:
        text = str(error)
    except BaseException:  # SystemExit among them: an answer's way out is no way out
        return "(its message cannot be printed)"
    return str.strip(str.__getitem__(text, slice(_LONGEST)))


def one_line(error: BaseException) -> str:
    """The type and message of `error` on one line."""
    return " ".join(f"{class_name(error)}: {text_of(error)}".split())


def last_line(error: BaseException, files: Container[str]) -> tuple[str, int] | None:
    """The file and line of the last code in `files` that `error` came through; None where it came through none."""
    place: tuple[str, int] | None = None
    traceback = _TRACEBACK(error)
    while traceback is not None:
        if (file := traceback.tb_frame.f_code.co_filename) in files:
            place = file, traceback.tb_lineno
        traceback = traceback.tb_next
    return place


def lies_in(filename: str, place: Path) -> bool:
    """Whether `filename` is the file `place`, or one in the folder `place`."""
    return any(filename == root or filename.startswith(f"{root}/") for root in (str(place), str(place.absolute())))


def comes_from(error: BaseException, file: Path) -> bool:
    """Whether code of the answer `file` ran when `error`, or what was handled just then, was raised: by tracebacks."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        traceback = _TRACEBACK(current)
        while traceback is not None:
            if lies_in(traceback.tb_frame.f_code.co_filename, file):
                return True
            traceback = traceback.tb_next
        current = _CONTEXT(current)
    return False
