"""From whatever ended a check to what the learner reads about it.

Only the learner's own frames and the check's own sentences get through: never check source, never tutor's frames.
"""

import traceback
from pathlib import Path
from typing import NamedTuple

from hypothesis.errors import Flaky, HypothesisException

from tutor.attempt.diff import Diff, ExceptionDiff
from tutor.attempt.job import Job
from tutor.attempt.result import Argument
from tutor.judge.explain import explain_exception
from tutor.judge.format import format_value
from tutor.judge.guarded import class_name
from tutor.judge.mismatch import Mismatch

UNSTEADY = "Your code gave different results for the same input: is there randomness or state it should not have?"


class Failure(NamedTuple):
    """What a check that did not pass says."""

    message: str
    diff: Diff | None = None
    diagnosis: str | None = None
    smallest_input: tuple[Argument, ...] = ()


def describe_failure(error: BaseException, job: Job) -> Failure:
    """The failure that `error`, raised during a check, means to the learner; never raises."""
    try:
        return _describe(error, job)
    except BaseException:  # what is compared, and the error itself, may be the learner's work
        return Failure(f"Using your code ended with {class_name(error)}, and what it says of itself cannot be shown.")


def let_go(error: BaseException) -> None:
    """Free what the frames of `error` and of what led to it hold, now that it is described; never raises.

    Left to the garbage collector, a DataLoader's workers are not told to end: the check that is running then, another
    one, waits seconds for each of them.
    """
    waiting, met = [error], set[int]()
    try:
        while waiting:
            one = waiting.pop()
            if id(one) in met:
                continue
            met.add(id(one))
            traceback.clear_frames(one.__traceback__)
            waiting += [other for other in (one.__cause__, one.__context__) if other is not None]
            if isinstance(one, BaseExceptionGroup):
                waiting += one.exceptions
    except BaseException:  # what is freed may be the learner's work, and so may the error
        return


def _describe(error: BaseException, job: Job) -> Failure:
    if isinstance(error, Flaky):
        return Failure(UNSTEADY)
    if isinstance(error, BaseExceptionGroup):
        return _describe(error.exceptions[0], job)
    if type(error) is Mismatch:
        return Failure(str(error), error.diff, error.diagnosis)
    if isinstance(error, HypothesisException):
        return Failure(f"This check could not draw its inputs: {format_value(error)}")
    message, diff = explain_exception(error, Path(job.answer_file or job.solution_file), job.answer_label)
    if diff.frames:
        return Failure(message, diff)
    if isinstance(error, AssertionError):
        return Failure(_own_sentence(error))
    return Failure(message, ExceptionDiff(type=diff.type, message=diff.message))


def _own_sentence(error: AssertionError) -> str:
    """What the check says of itself; a bare assert says nothing that a learner could use."""
    text = str(error.args[0]) if error.args else ""
    return text or "This does not hold yet."
