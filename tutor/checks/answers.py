"""Marks the wrong and right answers of an exercise in its tests/answers file, and lists them.

An answer is a function from the solution module to a mapping of the names it replaces; of an exercise that is a folder,
to a mapping from its modules, each to such a mapping or to another text. Marking it runs nothing. Beside them stand
the excuses for mutants that are no mistakes.
"""

import types
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from tutor.judge.marks import RightAnswer, WrongAnswer, mark_of, put_mark

Answer = Callable[[Any], Mapping[str, object]]
_Function = TypeVar("_Function", bound=Answer)


def wrong(*, caught_by: str, because: str) -> Callable[[_Function], _Function]:
    """Mark a function as a wrong answer that the check `caught_by` must catch."""

    def mark(function: _Function) -> _Function:
        put_mark(function, WrongAnswer(name=function.__name__, caught_by=caught_by, because=because))
        return function

    return mark


def right(route: str) -> Callable[[_Function], _Function]:
    """Mark a function as a right answer by another route than the solution's."""

    def mark(function: _Function) -> _Function:
        put_mark(function, RightAnswer(name=function.__name__, route=route))
        return function

    return mark


def excuse(*, line: str, becomes: str, because: str, within: str = "") -> None:
    """Say that a mutant of the solution is no mistake: nothing that a check may look at differs, for the reason given.

    `line` became `becomes`: the changed lines without comments, on one line, as `tutor author verify` prints them,
    and "" for lines left out. `within` names the function where the same line stands in several. Calling it
    does nothing: `verify` reads the words in the file.
    """


def rewritten(module: types.ModuleType, old: str, new: str) -> str:
    """The text of a module of a folder with `new` for every `old`, for an answer to return in the module's place.

    Raises LookupError where there is no `old`: then the answer would be the solution.
    """
    text: str = vars(module)["__source__"].decode()
    if old not in text:
        raise LookupError(f"{module.__name__} does not hold {old!r}")
    return text.replace(old, new)


def declared(module: types.ModuleType) -> list[WrongAnswer | RightAnswer]:
    """The answers marked in a loaded tests/answers file, in the file's order."""
    return [mark for value in vars(module).values() if (mark := mark_of(value)) is not None]
