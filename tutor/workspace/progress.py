"""What the learner has done so far, in one SQLite file shared by every face.

This module owns the schema of progress.db. It must not decide what an attempt was worth, and it never deletes a
file: one that is damaged is set aside under a new name.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec import Struct

from tutor.attempt.result import Attempt, Verdict
from tutor.workspace.backups import make_state_folder
from tutor.workspace.errors import WorkspaceError, saying

SCHEMA_VERSION = 1
_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS attempts (
        id INTEGER PRIMARY KEY,
        course TEXT NOT NULL,
        exercise TEXT NOT NULL,
        at TEXT NOT NULL,
        verdict TEXT NOT NULL,
        seconds REAL NOT NULL,
        device TEXT NOT NULL,
        checks INTEGER NOT NULL,
        checks_passed INTEGER NOT NULL,
        answer_seconds REAL,
        ratio REAL
    )""",
    "CREATE INDEX IF NOT EXISTS attempts_of_exercise ON attempts (course, exercise)",
    """CREATE TABLE IF NOT EXISTS help (
        course TEXT NOT NULL,
        exercise TEXT NOT NULL,
        hints INTEGER NOT NULL DEFAULT 0,
        revealed_at TEXT,
        PRIMARY KEY (course, exercise)
    )""",
)
_BUSY_SECONDS = 10.0
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


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

    Every write is one transaction. Raises WorkspaceError where the file cannot be opened or written. `notice` is a
    sentence for the learner when a damaged file was set aside, else None.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notice: str | None = None
        self._lock = threading.Lock()
        if not path.exists():
            make_state_folder(path.parent)
        self._connection = self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file; a second call does nothing."""
        with self._lock:
            self._connection.close()

    def record(self, course: str, attempt: Attempt, at: datetime | None = None) -> None:
        """Adds an attempt made `at` (default: now). One with the verdict `error`, tutor's own fault, is not kept."""
        if attempt.verdict is Verdict.ERROR:
            return
        timing = attempt.timing
        row = (
            course,
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
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO attempts (course, exercise, at, verdict, seconds, device, checks, checks_passed,"
                " answer_seconds, ratio) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )

    def summary(self, course: str) -> dict[str, ExerciseProgress]:
        """Every exercise of `course` that was attempted or helped with, by id."""
        with self._reading() as connection:
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
                {"course": course},
            ).fetchall()
        return {
            exercise: ExerciseProgress(
                exercise=exercise,
                attempts=attempts,
                passed=passed_at is not None,
                passed_at=None if passed_at is None else datetime.fromisoformat(passed_at),
                last_verdict=None if verdict is None else Verdict(verdict),
                hints_shown=hints,
                revealed=bool(revealed),
                best_seconds=best,
            )
            for exercise, attempts, passed_at, verdict, best, hints, revealed in rows
        }

    def hints_shown(self, course: str, exercise: str) -> int:
        """How many hints of an exercise the learner has asked for."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT hints FROM help WHERE course = ? AND exercise = ?", (course, exercise)
            ).fetchone()
        return 0 if row is None else int(row[0])

    def show_hint(self, course: str, exercise: str, total: int) -> int:
        """Counts one more hint as shown, at most `total`, and returns the new count."""
        with self._transaction() as connection:
            row = connection.execute(
                "INSERT INTO help (course, exercise, hints) VALUES (:course, :exercise, min(1, :total))"
                " ON CONFLICT DO UPDATE SET hints = min(hints + 1, :total) RETURNING hints",
                {"course": course, "exercise": exercise, "total": max(total, 0)},
            ).fetchone()
        return int(row[0])

    def reveal(self, course: str, exercise: str) -> None:
        """Notes that the learner has looked at the solution; the first time stays."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO help (course, exercise, revealed_at) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET revealed_at = coalesce(revealed_at, excluded.revealed_at)",
                (course, exercise, _stamp(None)),
            )

    def _open(self) -> sqlite3.Connection:
        for _ in range(3):
            before = _identity(self.path)
            try:
                return self._connect()
            except sqlite3.Error as error:
                if not _is_damage(error):
                    raise self._failure(error) from error
                # another process may have set it aside meanwhile: then there is a sound file to open
                if _identity(self.path) == before:
                    self._set_aside()
        raise WorkspaceError(f"The progress file {self.path} is damaged again and again: move it away.")

    def _connect(self) -> sqlite3.Connection:
        """A connection to a sound file of our schema; lets sqlite3.Error through and leaves nothing open."""
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=16
        )
        try:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if version > SCHEMA_VERSION:
                raise WorkspaceError(
                    f"The progress file {self.path} was written by a newer tutor: update tutor, or move the file away."
                )
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if verdict != "ok":
                raise _Damaged(verdict)
            if version < SCHEMA_VERSION:
                with _writing(connection):
                    for statement in _SCHEMA:
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_aside(self) -> None:
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        aside = self.path.with_name(f"{self.path.name}.damaged-{moment}")
        with saying(f"The progress file {self.path} is damaged and cannot be moved", advice="Move it away."):
            self.path.rename(aside)
            # a journal belongs to the file it was written for: left behind, it would be played into the new one
            journal = self.path.with_name(f"{self.path.name}-journal")
            if journal.exists():
                journal.rename(aside.with_name(f"{aside.name}-journal"))
        self.notice = f"The progress file was damaged. It was kept as {aside}, and a new one was begun."

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as connection, _writing(connection):
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise self._failure(error) from error

    def _failure(self, error: sqlite3.Error) -> WorkspaceError:
        match _code(error):
            case sqlite3.SQLITE_READONLY:
                what = "is read-only: what you do now is not remembered. Make it and its folder writable"
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                what = f"was kept busy by another tutor for {_BUSY_SECONDS:.0f} s. Try again"
            case sqlite3.SQLITE_FULL:
                what = "cannot grow: the disk is full"
            case _:
                what = f"cannot be used ({error}). Check that it is a file in a folder you may write in"
        return WorkspaceError(f"The progress file {self.path} {what}.")


class _Damaged(sqlite3.DatabaseError):
    """What `quick_check` found."""


@contextmanager
def _writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction, taking the write lock at once: two that first read and then write would deadlock."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # SQLite rolls some failures back by itself
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _code(error: sqlite3.Error) -> int | None:
    """SQLite's primary result code, None when Python's own checks raised."""
    extended = getattr(error, "sqlite_errorcode", None)
    return None if extended is None else int(extended) & 0xFF


def _is_damage(error: sqlite3.Error) -> bool:
    return isinstance(error, _Damaged) or _code(error) in _DAMAGED


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _stamp(at: datetime | None) -> str:
    """UTC with a fixed number of digits, so that text sorts as time does."""
    moment = datetime.now(UTC) if at is None else at.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")
