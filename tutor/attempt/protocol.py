"""The messages between a face, the engine and a judge: one JSON document a line, tagged by `kind`.

A client opens with `Hello`, is answered `Ready` or `Refused`, and then sends requests. Events of a run arrive in the
order they happen and end with `Finished` or `Superseded`. A judge is given one `Assignment` and answers with judge
events, each line led by the assignment's key; `RunEnded` says that every check had its turn, `Closed` is the last.
"""

from msgspec import Struct

from tutor.attempt.diff import Diff
from tutor.attempt.job import Job
from tutor.attempt.result import Attempt, CheckResult, Device, Timing


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
    """The engine can't serve: `reason` is a sentence; `outdated` when another fingerprint should replace it.

    `unusable` when nothing can be judged before something is installed or mended, which `reason` names.
    """

    reason: str
    outdated: bool = False
    unusable: bool = False


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
    judge: str  # how judges are made: "fork", "spawn"


Event = Ready | Refused | Started | CheckStarted | CheckFinished | Measuring | Finished | Superseded | Status


class Assignment(Struct, frozen=True, kw_only=True, tag_field="kind", tag="assignment"):
    """A job handed to a judge: `key` proves that an event is the judge's own, `scratch` is the attempt's folder."""

    job: Job
    key: str
    scratch: str


class DeviceChosen(Struct, frozen=True, kw_only=True, tag_field="kind", tag="device_chosen"):
    """The device that this attempt runs on."""

    device: Device


class AnswerFailed(Struct, frozen=True, kw_only=True, tag_field="kind", tag="answer_failed"):
    """The answer could not be loaded, so that no check can run."""

    message: str
    diff: Diff | None = None


class CourseFault(Struct, frozen=True, kw_only=True, tag_field="kind", tag="course_fault"):
    """Checks or solution do not work: the learner is not to blame."""

    message: str


class ShutIn(Struct, frozen=True, kw_only=True, tag_field="kind", tag="shut_in"):
    """The layers that hold the answer, by name, active before any of it runs."""

    layers: tuple[str, ...]


class Tampered(Struct, frozen=True, kw_only=True, tag_field="kind", tag="tampered"):
    """The answer changed what judges it: `names` are the changed objects, as "torch.allclose"."""

    names: tuple[str, ...]


class RunEnded(Struct, frozen=True, kw_only=True, tag_field="kind", tag="run_ended"):
    """Every check had its turn and reported."""


class Likened(Struct, frozen=True, kw_only=True, tag_field="kind", tag="likened"):
    """The answer failed `check` just as a wrong answer of the course does; `because` is that one's line."""

    check: str
    because: str


class Measured(Struct, frozen=True, kw_only=True, tag_field="kind", tag="measured"):
    """Answer and solution were timed."""

    timing: Timing


class Closed(Struct, frozen=True, kw_only=True, tag_field="kind", tag="closed"):
    """The judge has nothing more to say and may be killed."""


JudgeEvent = (
    ShutIn
    | Tampered
    | DeviceChosen
    | AnswerFailed
    | CourseFault
    | CheckStarted
    | CheckFinished
    | RunEnded
    | Measuring
    | Measured
    | Likened
    | Closed
)
