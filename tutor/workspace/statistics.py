"""What the attempts in progress.db come to when they are counted: by day and by check.

This module owns the questions and the records of their answers. It must not write, nor know what a check says.
"""

import sqlite3
from collections import Counter
from datetime import date

from msgspec import Struct


class Day(Struct, frozen=True, kw_only=True):
    """A day of the learner's own calendar with attempts in it; `passed` exercises passed then for the first time."""

    date: date
    attempts: int
    passed: int


class Obstacle(Struct, frozen=True, kw_only=True):
    """A check that was the first to fail in `times` attempts; `overcome` once its exercise has passed."""

    exercise: str
    check: str
    times: int
    overcome: bool


class Statistics(Struct, frozen=True, kw_only=True):
    """A course's attempts, counted. `days` are those with attempts, oldest first; `obstacles` the greatest first."""

    attempts: int = 0
    days: tuple[Day, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()


def count(connection: sqlite3.Connection, course: str, obstacles: int) -> Statistics:
    """The statistics of `course`, with at most so many obstacles."""
    # one statement, one snapshot: another process may be writing
    rows = connection.execute(
        """
        SELECT a.exercise, a.verdict = 'passed', date(a.at, 'localtime'), first.check_id
        FROM attempts a LEFT JOIN (
            -- the first failing check is the one that the learner was shown to mend; the others may fail only with it
            SELECT attempt, check_id, min(rowid) FROM outcomes WHERE outcome IN ('failed', 'error') GROUP BY attempt
        ) AS first ON first.attempt = a.id
        WHERE a.course = ? ORDER BY a.at, a.id
        """,
        (course,),
    ).fetchall()
    days: dict[str, list[int]] = {}
    stopped: Counter[tuple[str, str]] = Counter()
    done: set[str] = set()
    for exercise, passed, day, check in rows:
        if day is not None:  # what tutor never wrote has no day
            counts = days.setdefault(day, [0, 0])
            counts[0] += 1
            counts[1] += passed and exercise not in done
        if passed:
            done.add(exercise)
        elif check is not None:
            stopped[exercise, check] += 1
    return Statistics(
        attempts=len(rows),
        days=tuple(
            Day(date=date.fromisoformat(day), attempts=attempts, passed=passed)
            for day, (attempts, passed) in sorted(days.items())
        ),
        obstacles=tuple(
            Obstacle(exercise=exercise, check=check, times=times, overcome=exercise in done)
            for (exercise, check), times in stopped.most_common(obstacles)
            if times > 1  # once may have been a look at the starter
        ),
    )
