"""Makes attempts for the command line: one exercise at a time, over a connection that lasts for several.

Owns the connection to the engine and what becomes an attempt without one. Printing is `tutor.cli.report`'s.
"""

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from tutor.attempt.protocol import Finished, Superseded
from tutor.attempt.result import Attempt, CheckResult, Device, Outcome, Verdict
from tutor.cli.problems import UsageProblem
from tutor.cli.report import Report, warming
from tutor.course.records import Content, Exercise
from tutor.engine.client import Engine, EngineUnavailable
from tutor.engine.jobs import job_for
from tutor.workspace.errors import WorkspaceError
from tutor.workspace.files import require_answer


class Cancelled(Exception):
    """The connection was closed from elsewhere."""


class EngineLost(Exception):
    """The engine went away during an attempt; the next attempt can have another."""


class Connection:
    """An engine, connected at first use and again after it was lost; `close` may be called from another thread."""

    def __init__(self, preload: tuple[str, ...]) -> None:
        self._preload = preload
        self._engine: Engine | None = None
        self._closed = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def engine(self) -> Engine:
        """The engine; raises EngineUnavailable, or Cancelled after `close`."""
        if self._engine is None:
            engine = Engine.connect(preload=self._preload, on_warming=warming)
            with self._lock:
                if not self._closed:
                    self._engine = engine
                    return engine
            engine.close()
        if self._closed or self._engine is None:
            raise Cancelled
        return self._engine

    def lose(self) -> None:
        """Forget an engine that has died."""
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()

    def close(self) -> None:
        """End the connection for good, and with it the attempt that runs on it."""
        with self._lock:
            self._closed = True
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()


def make_attempt(
    connection: Connection, report: Report, exercise: Exercise, content: Content, file: Path, label: str, device: str
) -> Attempt | None:
    """The attempt on `file`, told to `report` as it happens; None when a newer one elsewhere took its place.

    Raises EngineUnavailable when there is no engine to be had, EngineLost when it goes away during the attempt, and
    Cancelled when the connection was closed meanwhile.
    """
    try:
        require_answer(file, label, exercise.files)
    except WorkspaceError as error:
        return unreadable(exercise, content, device, _how_to_get_back(exercise, file, label) or str(error))
    engine = connection.engine()
    _need_device(engine, device)
    try:
        for event in engine.run(job_for(exercise, content, answer_file=file, label=label, device=device)):
            if connection.closed:
                raise Cancelled
            match event:
                case Finished(attempt=attempt):
                    return attempt
                case Superseded():
                    return None
                case _:
                    report.event(event)
    except EngineUnavailable as error:
        if connection.closed:
            raise Cancelled from None
        connection.lose()
        raise EngineLost(str(error)) from error
    connection.lose()
    raise EngineLost("The engine ended the attempt without a verdict.")


def _need_device(engine: Engine, device: str) -> None:
    """UsageProblem when this machine lacks the device that was asked for."""
    if device == "auto":
        return
    here = engine.status().device
    if device not in here.split(", "):
        raise UsageProblem(f"This machine has no device {device} for PyTorch; it has: {here}.")


def _how_to_get_back(exercise: Exercise, file: Path, label: str) -> str | None:
    if not (file.exists() or file.is_symlink()):
        return f"{label} is not there. To write it with the starter in it: tutor reset {exercise.id}"
    for name in exercise.files if file.is_dir() else ():
        if not ((file / name).exists() or (file / name).is_symlink()):
            return f"{label}/{name} is not there. `tutor init`, where your exercises/ lies, writes only what is absent."
    return None


def unreadable(exercise: Exercise, content: Content, device: str, message: str) -> Attempt:
    """The attempt on a file that cannot be opened: crashed, with `message` at its first check."""
    results = [
        CheckResult(id=check.id, claim=check.claim, outcome=Outcome.NOT_RUN, hints=len(check.hints))
        for check in content.checks
    ]
    if results:
        results[0] = msgspec.structs.replace(results[0], outcome=Outcome.ERROR, message=message)
    return Attempt(
        exercise=exercise.id,
        verdict=Verdict.CRASHED,
        device=_unused(device),
        seconds=0.0,
        checks=tuple(results),
        message="There was nothing to run." if results and not exercise.files else message,
        loaded=False,
    )


def broken(exercise: Exercise, device: str, message: str) -> Attempt:
    """The attempt that could not be made for a reason that is not the learner's."""
    return Attempt(
        exercise=exercise.id, verdict=Verdict.ERROR, device=_unused(device), seconds=0.0, checks=(), message=message
    )


def _unused(device: str) -> Device:
    return Device(type="cpu" if device == "auto" else device, name="unknown")
