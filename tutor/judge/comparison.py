"""The outcome of a comparison that found a difference, and the plain "not alike" kind of it."""

from collections.abc import Callable

from msgspec import Struct

from tutor.attempt.diff import Diff, ValueDiff
from tutor.judge.format import format_value, type_name
from tutor.judge.snapshot import Snapshot


class Comparison(Struct, frozen=True, kw_only=True, eq=False):
    """Two values that differ: the sentence, and the diff (drawn up when asked for, from copies)."""

    message: str
    make_diff: Callable[[], Diff | None]
    tensors: tuple[Snapshot, Snapshot] | None = None  # copies of actual and expected, where both are tensors

    @property
    def diff(self) -> Diff | None:
        """Expected against actual, structured."""
        return self.make_diff()


def unlike(actual: object, expected: object, message: str, name: str, *, difference: float | None = None) -> Comparison:
    """Two values shown as text side by side, under `message`."""
    diff = ValueDiff(
        name=name,
        expected_type=type_name(expected),
        actual_type=type_name(actual),
        expected=format_value(expected),
        actual=format_value(actual),
        difference=difference,
    )
    return Comparison(message=message, make_diff=lambda: diff)
