"""What an attempt came to: verdict, outcomes, timing and output, frozen.

This module owns the words `verdict` and `outcome`. It must not decide either: the engine's supervisor does.
"""

from enum import StrEnum

from msgspec import Struct

from tutor.attempt.diff import Diff
from tutor.attempt.exhibit import Exhibit


class Verdict(StrEnum):
    """What an attempt came to as a whole."""

    PASSED = "passed"
    FAILED = "failed"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    TAMPERED = "tampered"
    ERROR = "error"


class Outcome(StrEnum):
    """What one check came to."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    NOT_RUN = "not_run"


class Device(Struct, frozen=True, kw_only=True):
    """The device an attempt ran on: `type` as torch spells it, `name` as people do."""

    type: str
    name: str


class Argument(Struct, frozen=True, kw_only=True):
    """One input of hypothesis' smallest failing case, formatted for reading."""

    label: str
    value: str


class CheckResult(Struct, frozen=True, kw_only=True):
    """One check of one attempt. `hints` counts those the check offers; `output` is what the answer printed in it."""

    id: str
    claim: str
    outcome: Outcome
    seconds: float = 0.0
    message: str | None = None
    diff: Diff | None = None
    diagnosis: str | None = None
    smallest_input: tuple[Argument, ...] = ()
    hints: int = 0
    output: str = ""
    exhibits: tuple[Exhibit, ...] = ()


class Spread(Struct, frozen=True, kw_only=True):
    """A measured time in seconds per call: the median and the interquartile range around it."""

    median: float
    iqr: float


class Timing(Struct, frozen=True, kw_only=True):
    """The answer beside the solution, measured interleaved; `ratio` is answer over solution (medians)."""

    answer: Spread
    solution: Spread
    ratio: float
    claim: str = ""


class Output(Struct, frozen=True, kw_only=True):
    """Everything the answer printed, with control characters kept (faces make them harmless) and a cap."""

    text: str = ""
    truncated: bool = False


class Attempt(Struct, frozen=True, kw_only=True):
    """One run of one learner file, judged. `message` is the headline sentence of anything but a pass.

    Where the answer could not be `loaded`, the first check carries the reason, which is not about what it claims.
    """

    exercise: str
    verdict: Verdict
    device: Device
    seconds: float
    checks: tuple[CheckResult, ...]
    timing: Timing | None = None
    output: Output = Output()
    message: str | None = None
    layers: tuple[str, ...] = ()  # what held the answer, by name
    loaded: bool = True

    @property
    def first_failing(self) -> CheckResult | None:
        """The first check that failed or erred, the one to read first."""
        return next(iter(self.failing), None)

    @property
    def failing(self) -> tuple[CheckResult, ...]:
        """All checks that failed or erred, in their order."""
        return tuple(check for check in self.checks if check.outcome in (Outcome.FAILED, Outcome.ERROR))
