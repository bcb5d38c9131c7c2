"""What the engine is asked to run: one answer against one exercise's checks.

Everything a judge needs travels in the job, so that judge and client share nothing but this record.
"""

from msgspec import Struct


class CheckSpec(Struct, frozen=True, kw_only=True):
    """A check known in advance, read from the check file without running it."""

    id: str
    claim: str
    hints: tuple[str, ...] = ()
    line: int = 0


class Job(Struct, frozen=True, kw_only=True):
    """One attempt to make. Paths are absolute; `answer_label` is the path as the learner knows it.

    The answer is `answer_file`, or, where `override` is set, the function of that name in `answers_file` applied
    to the solution. Where the exercise is a folder, so are `answer_file` and `solution_file`, and `files` names what
    both hold; else it names nothing. `device` is "auto" or a torch device type. `time_limit` is in seconds and covers
    the whole attempt. A newer job with the same non-empty `supersedes` kills the older one. With
    `stop_at_first_failure` no check runs after one that failed, and no smaller failing input is looked for: for callers
    who want the verdict alone. With `liken` and an `answers_file`, a failed answer is told which wrong answer it
    behaves like.
    """

    exercise: str
    checks: tuple[CheckSpec, ...]
    check_file: str
    solution_file: str
    answer_file: str | None = None
    answer_label: str = ""
    answers_file: str | None = None
    files: tuple[str, ...] = ()
    override: str | None = None
    device: str = "auto"
    time_limit: float = 10.0
    seed: int = 0
    measure: bool = True
    liken: bool = False
    supersedes: str = ""
    stop_at_first_failure: bool = False
