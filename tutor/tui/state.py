"""What is known of one attempt while it runs, as frozen records: the screen holds them, the widgets draw them.

This module owns how an event changes what is known (`advance`). It must not draw, time or start anything.
"""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from tutor.attempt.job import CheckSpec
from tutor.attempt.protocol import (
    CheckFinished,
    CheckStarted,
    Event,
    Finished,
    Measuring,
    Refused,
    Started,
    Superseded,
)
from tutor.attempt.result import Attempt, CheckResult, Outcome


class Phase(StrEnum):
    """How far an attempt has come."""

    IDLE = "idle"  # nothing has run since tutor opened
    RUNNING = "running"
    MEASURING = "measuring"
    DONE = "done"  # `attempt` holds the verdict
    STOPPED = "stopped"  # ended without a verdict; `problem` says why


class AttemptState(Struct, frozen=True, kw_only=True):
    """One exercise's latest attempt. `results` has an entry per check in file order; `running` is a check's id."""

    exercise: str
    phase: Phase = Phase.IDLE
    results: tuple[CheckResult, ...] = ()
    running: str | None = None
    started: bool = False  # whether the engine has begun, which it does once it is warm
    attempt: Attempt | None = None
    problem: str | None = None

    @property
    def busy(self) -> bool:
        """Whether events are still to come."""
        return self.phase in (Phase.RUNNING, Phase.MEASURING)

    @property
    def finished_checks(self) -> int:
        """How many checks have come to an end so far."""
        return sum(result.outcome is not Outcome.NOT_RUN for result in self.results)

    @property
    def passed_checks(self) -> int:
        """How many checks have passed so far."""
        return sum(result.outcome is Outcome.PASSED for result in self.results)


def idle(exercise: str, checks: tuple[CheckSpec, ...]) -> AttemptState:
    """The state before any attempt: every check known, none run."""
    return AttemptState(exercise=exercise, results=tuple(_not_run(check) for check in checks))


def begin(exercise: str, checks: tuple[CheckSpec, ...]) -> AttemptState:
    """The state at the start of an attempt."""
    return replace(idle(exercise, checks), phase=Phase.RUNNING)


def advance(state: AttemptState, event: Event) -> AttemptState:
    """The state after `event`; events that say nothing about the attempt leave it as it is."""
    match event:
        case Started():
            return replace(state, started=True)
        case CheckStarted(check=check):
            return replace(state, running=check)
        case CheckFinished(result=result):
            results = tuple(result if known.id == result.id else known for known in state.results)
            return replace(state, results=results, running=None)
        case Measuring():
            return replace(state, phase=Phase.MEASURING, running=None)
        case Finished(attempt=attempt):
            return replace(state, phase=Phase.DONE, results=attempt.checks, running=None, attempt=attempt)
        case Superseded():
            return stopped(state, "A newer attempt on this exercise, made elsewhere, took this one's place.")
        case Refused(reason=reason):
            return stopped(state, reason)
        case _:
            return state


def stopped(state: AttemptState, problem: str) -> AttemptState:
    """The state of an attempt that ended without a verdict, with the sentence that says why."""
    return replace(state, phase=Phase.STOPPED, running=None, problem=problem)


def _not_run(check: CheckSpec) -> CheckResult:
    return CheckResult(id=check.id, claim=check.claim, outcome=Outcome.NOT_RUN, hints=len(check.hints))
