"""How one exercise went so far: the attempts that a first pass took, and how quick the answers that passed were.

This module owns the question and the record of its answer. It must not write, nor draw.
"""

import math
import sqlite3

from msgspec import Struct

MOST_TIMES = 60  # the newest: more than any screen has room for


class History(Struct, frozen=True, kw_only=True):
    """`tries` are the attempts up to the first pass, 0 before one. `times` and `best` are in seconds a call.

    Both are of answers that passed and were timed on one kind of device: `times` the newest, oldest first.
    """

    tries: int = 0
    times: tuple[float, ...] = ()
    best: float | None = None


def look_back(connection: sqlite3.Connection, course: str, exercise: str, device: str) -> History:
    """The history of `exercise`, with times on `device` as torch spells its type."""
    # one statement, one snapshot: another process may be writing
    rows = connection.execute(
        """
        SELECT verdict = 'passed', answer_seconds, device = ? FROM attempts
        WHERE course = ? AND exercise = ? ORDER BY at, id
        """,
        (device, course, exercise),
    ).fetchall()
    passes = [number for number, (passed, _, _) in enumerate(rows, start=1) if passed]
    times = [float(seconds) for passed, seconds, same in rows if passed and same and _is_time(seconds)]
    return History(
        tries=passes[0] if passes else 0, times=tuple(times[-MOST_TIMES:]), best=min(times) if times else None
    )


def _is_time(seconds: object) -> bool:
    """Whether tutor could have written it."""
    return isinstance(seconds, int | float) and math.isfinite(seconds) and seconds > 0
