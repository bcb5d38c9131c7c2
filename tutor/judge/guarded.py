"""What an object says of itself, asked for under guard: the object, its class and its text may be the learner's work.

A `__str__` may raise SystemExit, a class may have a metaclass that lies about its name. Nothing here raises. No torch.
"""

from pathlib import Path

_LONGEST = 20_000  # characters that anybody looks at
_NAME = type.__dict__["__name__"].__get__


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


def comes_from(error: BaseException, file: Path) -> bool:
    """Whether code of `file` was running when `error` was raised, by its traceback."""
    names = {str(file), str(file.absolute())}
    traceback = BaseException.__dict__["__traceback__"].__get__(error)
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename in names:
            return True
        traceback = traceback.tb_next
    return False
