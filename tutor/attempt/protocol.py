"""The messages between a face and the engine: one JSON document a line, tagged by `kind`.

A client opens with `Hello`, is answered `Ready` or `Refused`, and then sends requests. Events of a run arrive in the
order they happen and end with `Finished` or `Superseded`.
"""

from msgspec import Struct

from tutor.attempt.job import Job
from tutor.attempt.result import Attempt, CheckResult


class Hello(Struct, frozen=True, kw_only=True, tag_field="kind", tag="hello"):
    """Who calls: `fingerprint` of the client's tutor, Python and torch; `preload` are the course's modules."""

    fingerprint: str
    preload: tuple[str, ...] = ()


class Run(Struct, frozen=True, kw_only=True, tag_field="kind", tag="run"):
    """Make this attempt."""

    job: Job


class AskStatus(Struct, frozen=True, kw_only=True, tag_field="kind", tag="ask_status"):
    """Say how the engine is."""


class Stop(Struct, frozen=True, kw_only=True, tag_field="kind", tag="stop"):
    """Kill what runs and end the engine."""


Request = Hello | Run | AskStatus | Stop


class Ready(Struct, frozen=True, kw_only=True, tag_field="kind", tag="ready"):
    """The engine is warm."""

    pid: int
    torch: str


class Refused(Struct, frozen=True, kw_only=True, tag_field="kind", tag="refused"):
    """The engine can't serve: `reason` is a sentence; `outdated` when another fingerprint should replace it."""

    reason: str
    outdated: bool = False


class Started(Struct, frozen=True, kw_only=True, tag_field="kind", tag="started"):
    """The judge has the job."""

    exercise: str


class CheckStarted(Struct, frozen=True, kw_only=True, tag_field="kind", tag="check_started"):
    """A check begins."""

    check: str


class CheckFinished(Struct, frozen=True, kw_only=True, tag_field="kind", tag="check_finished"):
    """A check has ended; the result's `output` is not yet filled in (it comes with `Finished`)."""

    result: CheckResult


class Measuring(Struct, frozen=True, kw_only=True, tag_field="kind", tag="measuring"):
    """Every check has passed; answer and solution are being timed."""


class Finished(Struct, frozen=True, kw_only=True, tag_field="kind", tag="finished"):
    """The verdict."""

    attempt: Attempt


class Superseded(Struct, frozen=True, kw_only=True, tag_field="kind", tag="superseded"):
    """A newer attempt took this one's place; there is no verdict."""

    exercise: str


class Status(Struct, frozen=True, kw_only=True, tag_field="kind", tag="status"):
    """How the engine is: `seconds` since it started, `idle_limit` in seconds, `memory` in bytes (resident)."""

    pid: int
    seconds: float
    idle_limit: float
    attempts: int
    running: int
    memory: int
    torch: str
    python: str
    device: str
    judge: str  # "fork", "fork_ahead", "spawn_ahead"


Event = Ready | Refused | Started | CheckStarted | CheckFinished | Measuring | Finished | Superseded | Status
