"""The hints of an exercise in their order, and which of them comes next.

It reads no files and remembers nothing: how many were shown, and what came of the last attempt, it is told.
"""

from collections.abc import Collection

from msgspec import Struct

from tutor.course.records import Content


class Hint(Struct, frozen=True, kw_only=True):
    """One hint: `number` counts from 1 over all hints of the exercise, `place` over the `count` of its check's."""

    number: int
    place: int
    count: int
    check: str
    claim: str
    text: str


def hints_of(content: Content) -> tuple[Hint, ...]:
    """Every hint of an exercise, in the order they are given."""
    texts = [(check, place, text) for check in content.checks for place, text in enumerate(check.hints, start=1)]
    return tuple(
        Hint(number=number, place=place, count=len(check.hints), check=check.id, claim=check.claim, text=text)
        for number, (check, place, text) in enumerate(texts, start=1)
    )


def next_number(hints: tuple[Hint, ...], shown: int, failing: str | None) -> int:
    """Up to which number hints are shown with one more, the next of the check `failing` where it has one ahead."""
    ahead = [hint.number for hint in hints[shown:] if failing is None or hint.check == failing]
    return ahead[0] if ahead else min(shown + 1, len(hints))


def hints_to_show(hints: tuple[Hint, ...], shown: int, passed: Collection[str]) -> tuple[Hint, ...]:
    """The hints asked for so far, without those of the checks `passed`."""
    return tuple(hint for hint in hints[:shown] if hint.check not in passed)
