"""One run of one answer for `verify`: what to run, what came of it, and the key that its result is kept under.

Owns what makes two runs the same. It must not run anything.
"""

import hashlib
from pathlib import Path

import msgspec
from msgspec import Struct

from tutor.attempt.job import Job
from tutor.attempt.result import Attempt, Outcome, Verdict
from tutor.course.records import Course, Exercise
from tutor.engine.fingerprint import fingerprint

FORMAT = "1"  # of what is kept; another number leaves the old unread


class Order(Struct, frozen=True, kw_only=True):
    """A job to run. With `texts`, by part, they are the answer; `turn` tells apart runs that are otherwise the same."""

    job: Job
    texts: dict[str, str] | None = None
    turn: int = 0


class Trial(Struct, frozen=True, kw_only=True):
    """What came of an order. `failing` is the check that failed first, with what the learner would read there."""

    verdict: Verdict
    seconds: float
    outcomes: tuple[Outcome, ...]
    failing: str | None = None
    outcome: Outcome | None = None  # of the failing check
    message: str | None = None
    diagnosis: str | None = None
    timed: bool = False

    @property
    def passed(self) -> bool:
        """Whether the answer passed."""
        return self.verdict is Verdict.PASSED

    @property
    def same_as(self) -> tuple[object, ...]:
        """All of it that two runs of a steady answer share."""
        return self.verdict, self.outcomes


def trial_of(attempt: Attempt) -> Trial:
    """The part of an attempt that a verification looks at."""
    first = attempt.first_failing
    return Trial(
        verdict=attempt.verdict,
        seconds=attempt.seconds,
        outcomes=tuple(check.outcome for check in attempt.checks),
        failing=first.id if first else None,
        outcome=first.outcome if first else None,
        message=(first.message if first else None) or attempt.message,
        diagnosis=first.diagnosis if first else None,
        timed=attempt.timing is not None,
    )


def ground(course: Course, exercise: Exercise) -> str:
    """A digest of everything that all runs of an exercise rest on: its solution and checks, tutor, Python, torch."""
    files = map(_bytes, (*exercise.solution_files.values(), exercise.check_file))
    return _digest(FORMAT, fingerprint(), exercise.id, *course.preload, *files)


def key_of(order: Order) -> str:
    """A digest of what is this order's own."""
    job = order.job
    answer: list[str | bytes] = [""]
    if order.texts is not None:
        answer = [*order.texts.values()]
    elif job.answer_file:
        answer = [_bytes(Path(job.answer_file) / name) for name in job.files or ("",)]
    answers = _bytes(job.answers_file) if job.override and job.answers_file else ""
    flags = (job.seed, job.device, job.measure, job.stop_at_first_failure, job.override, order.turn)
    return _digest(*answer, answers, *map(str, flags))


def is_late(trial: Trial) -> bool:
    """Whether the answer ran out of time, which may be the machine's fault."""
    return trial.verdict is Verdict.TIMED_OUT


def is_lasting(order: Order, trial: Trial) -> bool:
    """Whether another run would give the same: not tutor's own faults, nor a first lack of time."""
    if is_late(trial):
        return order.job.stop_at_first_failure and order.turn > 0
    return trial.verdict is not Verdict.ERROR


def _bytes(file: Path | str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError:
        return b""


def _digest(*parts: str | bytes) -> str:
    texts = [part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass") for part in parts]
    return hashlib.sha256(msgspec.msgpack.encode(texts)).hexdigest()[:32]
