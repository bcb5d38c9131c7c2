"""What stands on the functions of a tests/answers file: each is a wrong or a right answer of the exercise.

Owns the records and how they are put on and read; `tutor.checks.answers` is what authors write.
"""

from msgspec import Struct

_MARK = "__tutor_answer__"


class WrongAnswer(Struct, frozen=True, kw_only=True):
    """An answer that must fail first at the check `caught_by`; `because` says what the misunderstanding is."""

    name: str
    caught_by: str
    because: str


class RightAnswer(Struct, frozen=True, kw_only=True):
    """An answer that must pass; `route` says how it differs from the solution, as in "by einsum"."""

    name: str
    route: str


def put_mark(function: object, mark: WrongAnswer | RightAnswer) -> None:
    """Say of `function` what it is."""
    setattr(function, _MARK, mark)


def mark_of(value: object) -> WrongAnswer | RightAnswer | None:
    """What a value of an answers file is; None for what is no answer."""
    mark = getattr(value, _MARK, None)
    return mark if isinstance(mark, WrongAnswer | RightAnswer) else None
