"""The JSON contract `tutor/attempt/v1`: an attempt as the document others build on.

Field names never change without a new schema number.
"""

from typing import Any

import msgspec

from tutor.attempt.exhibit import Exhibit
from tutor.attempt.result import Attempt, CheckResult, Timing

SCHEMA = "tutor/attempt/v1"


def document(attempt: Attempt) -> dict[str, Any]:
    """The contract's document for `attempt`, made of JSON types only."""
    return {
        "schema": SCHEMA,
        "exercise": attempt.exercise,
        "verdict": attempt.verdict.value,
        "device": {"type": attempt.device.type, "name": attempt.device.name},
        "seconds": round(attempt.seconds, 6),
        "checks": [_check(check) for check in attempt.checks],
        "timing": _timing(attempt.timing),
        "output": {"text": attempt.output.text, "truncated": attempt.output.truncated},
    }


def _check(check: CheckResult) -> dict[str, Any]:
    return {
        "id": check.id,
        "claim": check.claim,
        "outcome": check.outcome.value,
        "seconds": round(check.seconds, 6),
        "message": _message(check),
        "diff": msgspec.to_builtins(check.diff),
        "diagnosis": check.diagnosis,
        "hints": check.hints,
        "output": check.output,
        "exhibits": [_exhibit(one) for one in check.exhibits],
    }


def _exhibit(exhibit: Exhibit) -> dict[str, Any]:
    """What there is to see, in words: the pixels and points are for tutor's own faces."""
    return {"kind": exhibit.__struct_config__.tag, "title": exhibit.title, "text": exhibit.text}


def _message(check: CheckResult) -> str | None:
    """The check's message with hypothesis' smallest failing input under it."""
    if check.message is None or not check.smallest_input:
        return check.message
    lines = [f"  {argument.label} = {argument.value}" for argument in check.smallest_input]
    return "\n".join([check.message, "Smallest failing input:", *lines])


def _timing(timing: Timing | None) -> dict[str, Any] | None:
    if timing is None:
        return None
    return {
        "answer_seconds": timing.answer.median,
        "solution_seconds": timing.solution.median,
        "ratio": round(timing.ratio, 3),
    }
