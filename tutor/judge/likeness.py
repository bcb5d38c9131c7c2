"""Finds the wrong answer of the course that a failed answer behaves like, so that its misunderstanding can be told.

Runs after the attempt is decided, and runs only what the course's author wrote: the failing check again, on the same
inputs, with each wrong answer that this check must catch. The learner's code is not called. What comes of it is a
sentence and never a verdict.
"""

import contextlib
import copy
import io
import math
import re
import signal
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
import torch

from tutor.attempt.diff import ExceptionDiff
from tutor.attempt.job import CheckSpec, Job
from tutor.attempt.result import CheckResult
from tutor.judge.failure import Failure
from tutor.judge.load import Sources, load_sources, read_sources, run_source
from tutor.judge.marks import WrongAnswer, mark_of
from tutor.judge.smallest import Case, SmallestInput

CPU_SECONDS, SECONDS = 0.5, 2.0  # for all wrong answers together: on a quiet machine, and on a busy one
_NUMBER = re.compile(r"(-?(?:\d+\.\d*|\.\d+|\d+)(?:e[+-]?\d+)?)")
_INCIDENTAL = re.compile(r"0x[0-9a-f]+|again-\d+/")  # addresses, and the folder of a further run
_RELATIVE, _ABSOLUTE = 1e-3, 1e-6  # by another route numbers come out a little different


class SolutionAndAnswers(NamedTuple):
    """The texts of solution and answers, read before the answer runs: later their files are hidden."""

    solution: Sources
    answers: bytes


class Failed(NamedTuple):
    """A check that failed: as pytest holds it, and the inputs it failed on."""

    item: pytest.Item
    spec: CheckSpec
    inputs: SmallestInput


Rerun = Callable[[Failed, types.ModuleType], Failure | None]


def read_solution_and_answers(job: Job) -> SolutionAndAnswers | None:
    """What `likeness` needs; None where the job does not ask for it or the exercise has no answers."""
    if not job.liken or job.answers_file is None:
        return None
    try:
        return SolutionAndAnswers(read_sources(Path(job.solution_file), job.files), Path(job.answers_file).read_bytes())
    except OSError:
        return None


def likeness(job: Job, sources: SolutionAndAnswers, failed: Failed, result: CheckResult, rerun: Rerun) -> str | None:
    """The line of the one wrong answer that fails just as `result` says, None when none or several do.

    `rerun` runs a check with a module in the answer's place.
    """
    if isinstance(result.diff, ExceptionDiff) and result.diff.type == "NotImplementedError":
        return None  # nothing is written yet
    lines: set[str] = set()
    try:
        with (
            _time_limit() as late,
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            for because, module in _wrong_answers(job, sources, failed.spec.id):
                if because not in lines and _behaves_alike(failed, result, module, rerun):
                    lines.add(because)
                if len(lines) > 1:
                    break
    except BaseException:  # out of time, or a wrong answer that breaks something: then nothing is told
        return None
    return lines.pop() if len(lines) == 1 and not late else None


class _OutOfTime(BaseException):
    """Nobody who catches exceptions should catch this one."""


@contextlib.contextmanager
def _time_limit() -> Iterator[list[bool]]:
    """Interrupt the block when its time is up, again and again, for a check may swallow it; what it yields says so."""
    late: list[bool] = []

    def stop(_number: int, _frame: types.FrameType | None) -> None:
        late.append(True)
        raise _OutOfTime

    timers = (
        (signal.ITIMER_PROF, signal.SIGPROF, CPU_SECONDS),
        (signal.ITIMER_REAL, signal.SIGALRM, SECONDS),
    )
    before = [(number, signal.signal(number, stop)) for _, number, _ in timers]
    for timer, _, seconds in timers:
        signal.setitimer(timer, seconds, 0.05)
    try:
        yield late
    finally:
        for timer, _, _ in timers:
            signal.setitimer(timer, 0)
        for number, handler in before:
            signal.signal(number, handler)


def _wrong_answers(job: Job, sources: SolutionAndAnswers, check: str) -> Iterator[tuple[str, types.ModuleType]]:
    """The line and the module of each wrong answer that `check` must catch, made one at a time."""
    solution, name = Path(job.solution_file), job.exercise
    whole = load_sources(solution, sources.solution, f"{name}__solution_for_override")
    assert job.answers_file is not None
    answers = run_source(sources.answers, Path(job.answers_file), f"{name}__answers")
    for value in list(vars(answers).values()):
        mark = mark_of(value)
        if isinstance(mark, WrongAnswer) and mark.caught_by == check:
            yield mark.because, load_sources(solution, sources.solution, name, value(whole))


def _behaves_alike(failed: Failed, result: CheckResult, module: types.ModuleType, rerun: Rerun) -> bool:
    """Whether the check fails for `module` as it did for the answer, on every input that is remembered."""
    cases = failed.inputs.failures
    if not cases:
        found = rerun(failed, module)
        return found is not None and _alike_failures(found, result)
    inner, whole = failed.inputs.inner, failed.item.obj  # type: ignore[attr-defined]
    for case in cases:
        failed.item.obj = _replaying(inner, case)  # type: ignore[attr-defined]
        try:
            found = rerun(failed, module)
        finally:
            failed.item.obj = whole  # type: ignore[attr-defined]
        if found is None:
            return False
        if case is cases[-1] and not _alike_failures(found, result):
            return False
        if case.message is not None and not _alike(found.message, case.message):
            return False
    return True


def _replaying(inner: Callable[..., Any], case: Case) -> Callable[..., Any]:
    """The check on one remembered input."""

    def check(**fixtures: Any) -> Any:
        drawn = iter(copy.deepcopy(case.draws))
        arguments = copy.deepcopy(case.arguments)
        torch.default_generator.set_state(case.generator)
        return inner(**fixtures, **arguments, **{name: _Drawn(drawn) for name in case.data})

    return check


class _Drawn:
    """Stands for hypothesis' data object: hands out again what was drawn."""

    def __init__(self, values: Iterator[Any]) -> None:
        self._values = values

    def draw(self, _strategy: Any, label: Any = None) -> Any:
        """The next value; StopIteration when the wrong answer draws more than the answer did."""
        return next(self._values)


def _alike_failures(found: Failure, result: CheckResult) -> bool:
    if isinstance(found.diff, ExceptionDiff) or isinstance(result.diff, ExceptionDiff):
        one, other = found.diff, result.diff
        return (
            isinstance(one, ExceptionDiff)
            and isinstance(other, ExceptionDiff)
            and one.type == other.type
            and _alike(one.message, other.message)
        )
    return _alike(found.message, result.message) and _alike(
        msgspec.to_builtins(found.diff), msgspec.to_builtins(result.diff)
    )


def _alike(one: Any, other: Any) -> bool:
    """Equal but for what rounding does to numbers, in texts too."""
    if isinstance(one, str) and isinstance(other, str):
        parts, others = (_NUMBER.split(_INCIDENTAL.sub("", text)) for text in (one, other))
        return len(parts) == len(others) and all(map(_alike_parts, parts, others))
    if isinstance(one, float) and isinstance(other, float):
        return one == other or math.isclose(one, other, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    return type(one) is type(other) and bool(one == other)


def _alike_parts(one: str, other: str) -> bool:
    if one == other:
        return True
    if not (_NUMBER.fullmatch(one) and _NUMBER.fullmatch(other)) or one.isdigit() or other.isdigit():
        return False
    return math.isclose(float(one), float(other), rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)
