"""What the attempts in progress.db come to when they are counted: by day and by check.

This module owns the questions and the records of their answers. It must not write, nor know what a check says.
"""

import sqlite3
from datetime import date

from msgspec import Struct


class Day(Struct, frozen=True, kw_only=True):
    """A day of the learner's own calendar with attempts in it; `passed` exercises have passed then for the first time."""

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
    # one transaction, one snapshot: another process may be writing
    connection.execute("BEGIN")
    try:
        return Statistics(
            attempts=int(connection.execute("SELECT count(*) FROM attempts WHERE course = ?", (course,)).fetchone()[0]),
            days=_days(connection, course),
            obstacles=_obstacles(connection, course, obstacles),
        )
    finally:
        connection.execute("ROLLBACK")


def _days(connection: sqlite3.Connection, course: str) -> tuple[Day, ...]:
    rows = connection.execute(
        """
        SELECT date(at, 'localtime') AS day, count(*),
            sum(verdict = 'passed' AND NOT EXISTS (
                SELECT 1 FROM attempts b WHERE b.course = a.course AND b.exercise = a.exercise
                AND b.verdict = 'passed' AND (b.at, b.id) < (a.at, a.id)))
        FROM attempts a WHERE course = ? GROUP BY day HAVING day IS NOT NULL ORDER BY day
        """,
        (course,),
    ).fetchall()
    return tuple(Day(date=date.fromisoformat(day), attempts=attempts, passed=passed) for day, attempts, passed in rows)


def _obstacles(connection: sqlite3.Connection, course: str, limit: int) -> tuple[Obstacle, ...]:
    """The first failing check is the one that the learner was shown to mend; the others may fail only with it.

    Once is no obstacle: it may have been a look at the starter.
    """
    rows = connection.execute(
        """
        SELECT a.exercise, o.check_id, count(*) AS times,
            EXISTS (SELECT 1 FROM attempts p
                WHERE p.course = ?1 AND p.exercise = a.exercise AND p.verdict = 'passed')
        FROM outcomes o JOIN attempts a ON a.id = o.attempt
        WHERE a.course = ?1 AND o.rowid IN (
            SELECT min(rowid) FROM outcomes WHERE outcome IN ('failed', 'error') GROUP BY attempt)
        GROUP BY a.exercise, o.check_id HAVING times > 1
        ORDER BY times DESC, max(a.at) DESC LIMIT ?2
        """,
        (course, limit),
    ).fetchall()
    return tuple(
        Obstacle(exercise=exercise, check=check, times=times, overcome=bool(overcome))
        for exercise, check, times, overcome in rows
    )
