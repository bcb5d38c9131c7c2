"""What a verification found: frozen records, and their JSON document.

Owns the schema `tutor/verify/v1`. It must not find anything itself.
"""

from typing import Any

import msgspec
from msgspec import Struct

from tutor.course.records import Problem

SCHEMA = "tutor/verify/v1"


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that was found. `ok` marks what one should know and need not mend; `file` is relative to the course.

    `diff` is a unified diff; `excuse` is what the answers file would say if the mutant were no mistake.
    """

    exercise: str
    step: str  # "course", "format", "starter", "solution", "answers", "trivial", "mutants", "flakiness"
    message: str
    file: str
    line: int | None = None
    ok: bool = False
    diff: str = ""
    excuse: str = ""

    def __str__(self) -> str:
        return str(Problem(path=self.file, line=self.line, message=self.message))


class Tally(Struct, frozen=True, kw_only=True):
    """How many came out as they should, of how many; `excused` are counted in `all` and not in `good`."""

    good: int = 0
    all: int = 0
    excused: int = 0

    @property
    def score(self) -> float:
        """The share that is good, the excused left out; 1 when there are none."""
        counted = self.all - self.excused
        return self.good / counted if counted else 1.0


class Verification(Struct, frozen=True, kw_only=True):
    """What became of one exercise. `left_out` is how many mutants there are beyond those that were run."""

    exercise: str
    verified: bool
    checks: int
    wrong: Tally
    right: Tally
    trivial: Tally
    mutants: Tally
    left_out: int
    seconds: float
    findings: tuple[Finding, ...]


def of_problem(exercise: str, step: str, problem: Problem) -> Finding:
    """The finding that a fault of a course's file is."""
    return Finding(exercise=exercise, step=step, message=problem.message, file=problem.path, line=problem.line)


def document(verification: Verification) -> dict[str, Any]:
    """The JSON document of one exercise."""
    facts: dict[str, Any] = msgspec.to_builtins(verification)
    score = round(verification.mutants.score, 4)
    return {"schema": SCHEMA, **facts, "score": score}


def course_document(findings: tuple[Finding, ...]) -> dict[str, Any]:
    """The JSON document of what is wrong with the course as a whole."""
    return {"schema": SCHEMA, "exercise": None, "verified": False, "findings": msgspec.to_builtins(findings)}
