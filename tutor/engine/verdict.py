"""Decides the verdict of an attempt from the evidence. Pure: no processes, no clocks.

Decided outside the judge, from the list of checks known in advance; a judge's exit code never means passed.
"""

import signal

from msgspec import Struct
from msgspec.structs import replace

from tutor.attempt.diff import Diff
from tutor.attempt.job import CheckSpec, Job
from tutor.attempt.result import Attempt, CheckResult, Device, Outcome, Output, Timing, Verdict
from tutor.engine.output import OutputCollector

UNKNOWN_DEVICE = Device(type="cpu", name="unknown")


class Evidence(Struct, frozen=True, kw_only=True):
    """What is known of an attempt when its judge is gone.

    `results` came from the judge by check id; `started` is the check last begun; `status` is the wait status of the
    process, None when the engine ended it after it had closed.
    """

    results: dict[str, CheckResult]
    started: str | None = None
    device: Device | None = None
    timing: Timing | None = None
    answer_failed: tuple[str, Diff | None] | None = None
    fault: str | None = None
    tampered: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    run_ended: bool = False
    timed_out: bool = False
    status: int | None = None


def settle(job: Job, evidence: Evidence, output: OutputCollector, seconds: float) -> Attempt:
    """The attempt with its verdict; whatever is not a pass has a sentence at the check it concerns."""
    verdict, message, diff = _judge(job, evidence)
    checks = [_result(spec, evidence.results.get(spec.id), output) for spec in job.checks]
    if message is not None:
        _attach(checks, evidence, message, diff)
    first = next((check.message for check in checks if check.outcome in (Outcome.FAILED, Outcome.ERROR)), None)
    return Attempt(
        exercise=job.exercise,
        verdict=verdict,
        device=evidence.device or UNKNOWN_DEVICE,
        seconds=seconds,
        checks=tuple(checks),
        timing=evidence.timing,
        output=Output(text=output.text, truncated=output.truncated),
        message=None if verdict is Verdict.PASSED else message or first,
        layers=evidence.layers,
        loaded=verdict is not Verdict.CRASHED or evidence.started is not None,
    )


def _judge(job: Job, evidence: Evidence) -> tuple[Verdict, str | None, Diff | None]:
    """The verdict, and the sentence and diff of what no check reported by itself."""
    if evidence.tampered:
        return Verdict.TAMPERED, _tampered(evidence.tampered), None
    if evidence.run_ended:
        passed = all(_passed(evidence.results.get(spec.id)) for spec in job.checks)
        return (Verdict.PASSED if passed and job.checks else Verdict.FAILED), None, None
    if evidence.fault is not None:
        return Verdict.ERROR, evidence.fault, None
    if evidence.timed_out:
        return Verdict.TIMED_OUT, _timed_out(job, evidence), None
    if evidence.answer_failed is not None:
        message, diff = evidence.answer_failed
        return Verdict.CRASHED, message, diff
    return Verdict.CRASHED, _crashed(evidence), None


def _passed(result: CheckResult | None) -> bool:
    return result is not None and result.outcome is Outcome.PASSED


def _tampered(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return f"Your code changed what judges it: {shown}. Leave that as it is, and solve the exercise beside it."


def _timed_out(job: Job, evidence: Evidence) -> str:
    where = "while a check ran" if evidence.started else "while your file was being loaded"
    return (
        f"Stopped after {job.time_limit:g} seconds, {where}: is there a loop that never ends, "
        "or work that should be done once and is done again and again?"
    )


def _crashed(evidence: Evidence) -> str:
    where = "during this check" if evidence.started else "while your file was being loaded"
    status = evidence.status
    if status is None:
        return f"The run ended {where} without a result."
    if status >= 0:
        return f"Your code ended the process {where} (exit status {status}): leave out `os._exit` and its like."
    number = -status
    if number == signal.SIGKILL:
        return f"The process was killed {where} (SIGKILL): did it run out of memory, or kill itself?"
    if number == signal.SIGSEGV:
        return f"The process crashed {where} with a memory fault (SIGSEGV) in native code."
    return f"The process was ended {where} by the signal {_signal_name(number)}."


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _result(spec: CheckSpec, reported: CheckResult | None, output: OutputCollector) -> CheckResult:
    """The check's result under the id, claim and hints known in advance, with its output."""
    base = reported or CheckResult(id=spec.id, claim=spec.claim, outcome=Outcome.NOT_RUN)
    return replace(base, id=spec.id, claim=spec.claim, hints=len(spec.hints), output=output.of_check(spec.id))


def _attach(checks: list[CheckResult], evidence: Evidence, message: str, diff: Diff | None) -> None:
    """Give the sentence to the check that was running, else to the first that did not run, else to the last."""
    running = [i for i, c in enumerate(checks) if c.outcome is Outcome.NOT_RUN and c.id == evidence.started]
    not_run = [i for i, c in enumerate(checks) if c.outcome is Outcome.NOT_RUN]
    everything = range(len(checks))
    at = next(iter((*running, *not_run, *reversed(everything))), None)
    if at is not None:
        checks[at] = replace(checks[at], outcome=Outcome.ERROR, message=message, diff=diff)
