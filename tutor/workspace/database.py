"""The file progress.db: opened, locked, and mended where it is damaged.

This module owns its schema and every transaction on it. It must not know what the rows are for, and it never throws
anything away: what was damaged is kept under a new name.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from tutor.workspace.atomic import create_file, replace_file
from tutor.workspace.backups import LOCK, make_state_folder
from tutor.workspace.errors import WorkspaceError, saying
from tutor.workspace.lock import alone
from tutor.workspace.salvage import Salvage, salvage

T = TypeVar("T")

SCHEMA_VERSION = 2
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
    # since version 2: attempts before it have no outcomes
    """CREATE TABLE IF NOT EXISTS outcomes (
        attempt INTEGER NOT NULL,
        check_id TEXT NOT NULL,
        outcome TEXT NOT NULL
    )""",
    "CREATE INDEX IF NOT EXISTS outcomes_of_attempt ON outcomes (attempt)",
)
_COLUMNS = {
    "attempts": "course, exercise, at, verdict, seconds, device, checks, checks_passed, answer_seconds, ratio",
    "help": "course, exercise, hints, revealed_at",
    "outcomes": "attempt, check_id, outcome",
}
_BUSY_SECONDS = 10.0
# the plain error is one of SQL: ours is sound, so that the tables are not
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
_BESIDE = ("-journal", "-wal", "-shm")


class Database:
    """The file at `path`, made when absent; usable from several threads and beside other processes.

    `notice` is a sentence for the learner once a damaged file was set aside, else None.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notice: str | None = None
        self._lock = threading.Lock()
        self._identity: tuple[int, int] | None = None
        self._connection = self._open()

    def close(self) -> None:
        """Lets go of the file; a second call does nothing."""
        with self._lock:
            self._connection.close()

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` makes of the file; WorkspaceError when that is impossible."""
        return self._run(work, writing=False)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Does `work` in one transaction, all of it or nothing; WorkspaceError when that is impossible."""
        return self._run(work, writing=True)

    def _run(self, work: Callable[[sqlite3.Connection], T], *, writing: bool) -> T:
        with self._lock:
            try:
                return self._try(work, writing=writing)
            except (sqlite3.Error, ValueError, TypeError) as error:
                if not (_is_damage(error) or _is_moved(error)):
                    raise self._failure(error) from error
                self._connection.close()
                opened, self._identity = self._identity, None  # should this fail, the next call opens the file anew
                if _is_damage(error):
                    self._mend(opened)
                self._connection = self._open()
            try:
                return self._try(work, writing=writing)
            except (sqlite3.Error, ValueError, TypeError) as error:
                raise self._failure(error) from error

    def _try(self, work: Callable[[sqlite3.Connection], T], *, writing: bool) -> T:
        # another tutor may have mended the file: what is written to the old one would be lost
        if self._identity is None or _identity(self.path) != self._identity:
            self._connection.close()
            self._identity = None  # should this fail, the next call opens the file anew
            self._connection = self._open()
        with _transaction(self._connection) if writing else nullcontext():
            return work(self._connection)

    def _open(self) -> sqlite3.Connection:
        for _ in range(3):
            if not self.path.exists():
                make_state_folder(self.path.parent)
            before = _identity(self.path)
            try:
                connection = self._connect()
            except (sqlite3.Error, ValueError) as error:
                if not _is_damage(error):
                    raise self._failure(error) from error
                self._mend(before)
            else:
                self._identity = before or _identity(self.path)
                return connection
        raise WorkspaceError(f"The progress file {self.path} is damaged again and again: move it away.")

    def _connect(self) -> sqlite3.Connection:
        """A connection to a sound file of our schema, or sqlite3.Error or ValueError and nothing left open."""
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=16
        )
        try:
            # what is recorded outlasts a power cut in the next moment, on a Mac too
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("PRAGMA fullfsync = 1")
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if version > SCHEMA_VERSION:
                raise WorkspaceError(
                    f"The progress file {self.path} was written by a newer tutor: update tutor, or move the file away."
                )
            verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                raise _Damaged(verdict)
            if version < SCHEMA_VERSION:
                _renew(connection, version)
            for table, columns in _COLUMNS.items():
                connection.execute(f"SELECT {columns} FROM {table} LIMIT 0")
        except BaseException:
            connection.close()
            raise
        return connection

    def _mend(self, damaged: tuple[int, int] | None) -> None:
        """Sets the file aside, unless another tutor has done so, and puts what can be read into a new one."""
        with alone(self.path.with_name(LOCK)):
            if _identity(self.path) != damaged:
                return
            with saying(f"The progress file {self.path} is damaged and cannot be mended", advice="Move it away."):
                parts = {ending: _read(self.path.with_name(self.path.name + ending)) for ending in ("", *_BESIDE)}
                found = salvage(parts[""] or b"", journal=parts["-journal"] or b"", wal=parts["-wal"] or b"")
                fresh = _database_of(found)
                aside = self._keep(parts)
                # they belong to the old file: left behind, they would be played into the new one
                for ending in _BESIDE:
                    self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
                replace_file(self.path, fresh)
        self.notice = f"The progress file was damaged. It was kept as {aside}, and a new one was begun{_kept(found)}."

    def _keep(self, parts: dict[str, bytes | None]) -> Path:
        """Copies of the damaged file and of what SQLite kept beside it; the path of the first."""
        for earlier in self.path.parent.glob(f"{self.path.name}.damaged-*Z"):
            if _read(earlier) == parts[""]:  # a mending that was cut short has come this far
                aside = earlier
                break
        else:
            moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
            aside = self.path.with_name(f"{self.path.name}.damaged-{moment}")
        for ending, data in parts.items():
            if data is not None:
                create_file(aside.with_name(aside.name + ending), data)
        return aside

    def _failure(self, error: Exception) -> WorkspaceError:
        match _code(error):
            case sqlite3.SQLITE_READONLY:
                what = "is read-only: what you do now is not remembered. Make it and its folder writable"
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                what = f"was kept busy by another tutor for {_BUSY_SECONDS:.0f} s. Try again"
            case sqlite3.SQLITE_FULL:
                what = "cannot grow: the disk is full"
            case sqlite3.SQLITE_IOERR:
                what = f"cannot be read or written ({error}). Check that the disk is sound and not full"
            case _:
                what = f"cannot be used ({error}). Check that it is a file in a folder you may write in"
        return WorkspaceError(f"The progress file {self.path} {what}.")


class _Damaged(sqlite3.DatabaseError):
    """What `integrity_check` found."""


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction, taking the write lock at once: two that first read and then write would deadlock."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite rolls some failures back by itself
            connection.execute("ROLLBACK")
        raise


def _renew(connection: sqlite3.Connection, version: int) -> None:
    """Adds what a file of an earlier version lacks; an old one that cannot be written is read with empty tables."""
    try:
        with _transaction(connection):
            _make_tables(connection)
    except sqlite3.OperationalError as error:
        if version == 0 or _code(error) != sqlite3.SQLITE_READONLY:
            raise
        connection.execute(f"CREATE TEMP TABLE outcomes ({_COLUMNS['outcomes']})")


def _make_tables(connection: sqlite3.Connection) -> None:
    for statement in _SCHEMA:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _database_of(found: Salvage) -> bytes:
    """The bytes of a new file that holds these rows."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        with _transaction(connection):
            _make_tables(connection)
            tables = (("attempts", found.attempts), ("help", found.help), ("outcomes", found.outcomes))
            for table, rows in tables:
                columns = f"id, {_COLUMNS[table]}" if table == "attempts" else _COLUMNS[table]
                marks = ", ".join("?" for _ in columns.split())
                connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
        return connection.serialize()
    finally:
        connection.close()


def _kept(found: Salvage) -> str:
    """How the notice ends."""
    if not found.attempts and not found.help:
        return "; nothing in it could be read"
    return (
        f" with what could be read: {_counted(len(found.attempts), 'attempt')},"
        f" and the hints shown in {_counted(len(found.help), 'exercise')}"
    )


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _code(error: Exception) -> int | None:
    """SQLite's primary result code, None when Python's own checks raised."""
    extended = getattr(error, "sqlite_errorcode", None)
    return None if extended is None else int(extended) & 0xFF


def _is_damage(error: Exception) -> bool:
    """Whether the file holds what tutor never wrote; what Python cannot read comes without a code."""
    if isinstance(error, sqlite3.Error) and not isinstance(error, _Damaged | sqlite3.OperationalError):
        return _code(error) in _DAMAGED
    return _code(error) in (None, *_DAMAGED)


def _is_moved(error: Exception) -> bool:
    """Whether another tutor has put a new file in the place of the one that was open."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_READONLY_DBMOVED


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
