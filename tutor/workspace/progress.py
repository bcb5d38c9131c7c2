"""What the learner has done so far, for every face.

This module owns what is asked of progress.db and what is put there. It must not decide what an attempt was worth, nor
how the file is opened, locked or mended.
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from msgspec import Struct

from tutor.attempt.result import Attempt, Verdict
from tutor.workspace.database import Database
from tutor.workspace.history import History, look_back
from tutor.workspace.statistics import Statistics, count


class ExerciseProgress(Struct, frozen=True, kw_only=True):
    """One exercise's history. `passed_at` is the first pass; `best_seconds` the quickest measured answer of a pass."""

    exercise: str
    attempts: int = 0
    passed: bool = False
    passed_at: datetime | None = None
    last_verdict: Verdict | None = None
    hints_shown: int = 0
    revealed: bool = False
    best_seconds: float | None = None


class Progress:
    """The progress file at `path`, made when absent; usable from several threads and beside other processes.

    Every write is one transaction. Raises WorkspaceError where the file cannot be opened or written.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._database.path

    @property
    def notice(self) -> str | None:
        """A sentence for the learner when a damaged file was set aside, else None."""
        return self._database.notice

    def take_notice(self) -> str | None:
        """The `notice`, which is none from then on."""
        notice, self._database.notice = self._database.notice, None
        return notice

    def close(self) -> None:
        """Lets go of the file; a second call does nothing."""
        self._database.close()

    def record(self, course: str, attempt: Attempt, at: datetime | None = None) -> None:
        """Adds an attempt made `at` (default: now). One with the verdict `error`, tutor's own fault, is not kept."""
        if attempt.verdict is Verdict.ERROR:
            return
        timing = attempt.timing
        row = (
            _key(course),
            attempt.exercise,
            _stamp(at),
            attempt.verdict.value,
            attempt.seconds,
            attempt.device.type,
            len(attempt.checks),
            sum(check.outcome.value == "passed" for check in attempt.checks),
            None if timing is None else timing.answer.median,
            None if timing is None else timing.ratio,
        )
        outcomes = [(check.id, check.outcome.value) for check in attempt.checks]

        def add(connection: sqlite3.Connection) -> None:
            number = connection.execute(
                "INSERT INTO attempts (course, exercise, at, verdict, seconds, device, checks, checks_passed,"
                " answer_seconds, ratio) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            ).lastrowid
            connection.executemany(
                "INSERT INTO outcomes (attempt, check_id, outcome) VALUES (?, ?, ?)",
                [(number, _key(check), outcome) for check, outcome in outcomes],
            )

        self._database.write(add)

    def rename_course(self, earlier: Sequence[str], course: str) -> None:
        """Files under `course` what stands under the keys `earlier`; where both hold something, nothing is lost."""
        names = [_key(name) for name in earlier if name != course]
        marks = ", ".join("?" for _ in names)

        def is_needed(connection: sqlite3.Connection) -> bool:
            query = (
                f"SELECT 1 FROM attempts WHERE course IN ({marks}) UNION SELECT 1 FROM help WHERE course IN ({marks})"
            )
            return connection.execute(query, (*names, *names)).fetchone() is not None

        def rename(connection: sqlite3.Connection) -> None:
            for name in names:
                connection.execute("UPDATE attempts SET course = ? WHERE course = ?", (_key(course), name))
                connection.execute(
                    "INSERT INTO help (course, exercise, hints, revealed_at)"
                    " SELECT ?, exercise, hints, revealed_at FROM help WHERE course = ?"
                    " ON CONFLICT DO UPDATE SET hints = max(hints, excluded.hints), revealed_at ="
                    " coalesce(min(revealed_at, excluded.revealed_at), revealed_at, excluded.revealed_at)",
                    (_key(course), name),
                )
                connection.execute("DELETE FROM help WHERE course = ?", (name,))

        # almost always there is nothing to do, and the file may be one that can only be read
        if self._database.read(is_needed):
            self._database.write(rename)

    def summary(self, course: str) -> dict[str, ExerciseProgress]:
        """Every exercise of `course` that was attempted or helped with, by id."""

        def look(connection: sqlite3.Connection) -> dict[str, ExerciseProgress]:
            # one statement, one snapshot: another process may be writing
            rows = connection.execute(
                """
                SELECT names.exercise,
                    (SELECT count(*) FROM attempts a WHERE a.course = :course AND a.exercise = names.exercise),
                    (SELECT min(at) FROM attempts a
                        WHERE a.course = :course AND a.exercise = names.exercise AND verdict = 'passed'),
                    (SELECT verdict FROM attempts a
                        WHERE a.course = :course AND a.exercise = names.exercise ORDER BY at DESC, id DESC LIMIT 1),
                    (SELECT min(answer_seconds) FROM attempts a
                        WHERE a.course = :course AND a.exercise = names.exercise AND verdict = 'passed'),
                    coalesce(help.hints, 0),
                    help.revealed_at IS NOT NULL
                FROM (SELECT exercise FROM attempts WHERE course = :course
                      UNION SELECT exercise FROM help WHERE course = :course) AS names
                LEFT JOIN help ON help.course = :course AND help.exercise = names.exercise
                ORDER BY names.exercise
                """,
                {"course": _key(course)},
            ).fetchall()
            return {row[0]: _exercise_progress(row) for row in rows}

        return self._database.read(look)

    def last_outcomes(self, course: str, exercise: str) -> dict[str, str]:
        """The outcome of each check in the last attempt, by the check's id and in order; words of `Outcome`, or others.

        Empty without an attempt, and for one that was recorded before outcomes were.
        """

        def look(connection: sqlite3.Connection) -> dict[str, str]:
            rows = connection.execute(
                """
                SELECT check_id, outcome FROM outcomes WHERE attempt =
                    (SELECT id FROM attempts WHERE course = ? AND exercise = ? ORDER BY at DESC, id DESC LIMIT 1)
                ORDER BY rowid
                """,
                (_key(course), exercise),
            ).fetchall()
            return {str(check): str(outcome) for check, outcome in rows}

        return self._database.read(look)

    def statistics(self, course: str, obstacles: int) -> Statistics:
        """The attempts on `course` counted by day, and the checks that failed most, at most so many."""
        return self._database.read(lambda connection: count(connection, _key(course), obstacles))

    def history(self, course: str, exercise: str, device: str) -> History:
        """How `exercise` went so far, with the times measured on `device`."""
        return self._database.read(lambda connection: look_back(connection, _key(course), exercise, device))

    def hints_shown(self, course: str, exercise: str) -> int:
        """How many hints of an exercise the learner has asked for."""

        def look(connection: sqlite3.Connection) -> int:
            query = "SELECT hints FROM help WHERE course = ? AND exercise = ?"
            row = connection.execute(query, (_key(course), exercise)).fetchone()
            return 0 if row is None else int(row[0])

        return self._database.read(look)

    def show_hint(self, course: str, exercise: str, total: int) -> int:
        """Counts one more hint as shown, at most `total`, and returns the new count."""

        def count(connection: sqlite3.Connection) -> int:
            row = connection.execute(
                "INSERT INTO help (course, exercise, hints) VALUES (:course, :exercise, min(1, :total))"
                " ON CONFLICT DO UPDATE SET hints = min(hints + 1, :total) RETURNING hints",
                {"course": _key(course), "exercise": exercise, "total": max(total, 0)},
            ).fetchone()
            return int(row[0])

        return self._database.write(count)

    def reveal(self, course: str, exercise: str) -> None:
        """Notes that the learner has looked at the solution; the first time stays."""
        self._database.write(
            lambda connection: connection.execute(
                "INSERT INTO help (course, exercise, revealed_at) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET revealed_at = coalesce(revealed_at, excluded.revealed_at)",
                (_key(course), exercise, _stamp(None)),
            )
        )


def _exercise_progress(row: tuple[Any, ...]) -> ExerciseProgress:
    """One row of the summary; ValueError or TypeError where the file holds what tutor never wrote."""
    exercise, attempts, passed_at, verdict, best, hints, revealed = row
    if not isinstance(exercise, str):
        raise TypeError("An exercise's id is text.")
    return ExerciseProgress(
        exercise=exercise,
        attempts=attempts,
        passed=passed_at is not None,
        passed_at=None if passed_at is None else datetime.fromisoformat(passed_at),
        # another tutor may know verdicts that this one does not
        last_verdict=Verdict(verdict) if verdict in set(Verdict) else None,
        hints_shown=int(hints),
        revealed=bool(revealed),
        best_seconds=None if best is None else float(best),
    )


def _key(course: str) -> str:
    """`course` as it can be written: a path may hold bytes that are no text."""
    return course.encode(errors="backslashreplace").decode()


def _stamp(at: datetime | None) -> str:
    """UTC with a fixed number of digits, so that text sorts as time does."""
    moment = datetime.now(UTC) if at is None else at.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")
