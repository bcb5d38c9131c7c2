"""What the results of the runs mean: findings, pure functions of what was asked and what came of it.

Owns the sentences about solution, starter, answers and trivial answers. Mutants have `survivors`.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tutor.attempt.result import Outcome, Verdict
from tutor.authoring.declarations import Declarations, Right, Wrong
from tutor.authoring.findings import Finding
from tutor.authoring.form import given_away
from tutor.authoring.trials import Trial
from tutor.authoring.trivial import Trivial
from tutor.course.records import Content, Exercise

SHARE = 1 / 3  # of the time limit that the solution may take
PLACE = re.compile(r"\((\S+\.py), line (\d+)\)$")  # how a judge ends the sentence about a file that can't be loaded
BARE = "This does not hold yet."  # what an assertion without a sentence comes to


def relative(exercise: Exercise, file: Path) -> str:
    """`file` as findings name it: relative to the course, forward slashes."""
    return file.relative_to(exercise.root).as_posix()


def solution_failed(exercise: Exercise, content: Content, trial: Trial, how: str) -> Finding:
    """The finding that the solution does not pass its own checks; `how` says under which settings."""
    file, line = relative(exercise, exercise.check_file), None
    if trial.verdict is Verdict.ERROR:
        if place := PLACE.search(trial.message or ""):
            files = {path.name: relative(exercise, path) for path in exercise.solution_files.values()}
            file = files.get(place[1], file)
            line = int(place[2])
    else:
        line = next((check.line for check in content.checks if check.id == trial.failing), None)
    what = {
        Verdict.ERROR: "the checks or the solution do not work",
        Verdict.TIMED_OUT: f"the solution ran out of time{_at(trial)}",
        Verdict.CRASHED: f"the solution crashed{_at(trial)}",
    }.get(trial.verdict, f"the solution does not pass{_at(trial)}")
    return Finding(
        exercise=exercise.id,
        step="solution",
        message=f"{what}{how}: {_told(trial)}",
        file=file,
        line=line,
    )


def judge_time(exercise: Exercise, trial: Trial) -> Iterator[Finding]:
    """A finding when the solution, run alone, is not well inside the time limit."""
    limit = exercise.time_limit
    if trial.seconds > limit * SHARE:
        sentence = (
            f"the solution takes {trial.seconds:.1f} of {limit:g} seconds; a learner's machine may be slower: "
            "make the checks cheaper, or give the exercise a longer time_limit in course.toml"
        )
        file = relative(exercise, exercise.check_file)
        yield Finding(exercise=exercise.id, step="solution", message=sentence, file=file)


def judge_benchmark(exercise: Exercise, content: Content, trial: Trial) -> Iterator[Finding]:
    """A finding when the check file's benchmark did not come to a timing."""
    if content.has_benchmark and not trial.timed:
        sentence = "the bench_ function raised an exception, so that a learner would read no timing"
        file = relative(exercise, exercise.check_file)
        yield Finding(exercise=exercise.id, step="solution", message=sentence, file=file)


def judge_starter(exercise: Exercise, content: Content, trial: Trial) -> Iterator[Finding]:
    """Findings about a starter that does not fail at a check with a sentence that helps."""
    if trial.verdict is Verdict.PASSED:
        sentence = "the starter passes already: nothing is left for the learner to write"
    elif trial.verdict is not Verdict.FAILED or trial.outcome is not Outcome.FAILED:
        sentence = f"the starter should fail at a check and {_went(trial)} instead: {_told(trial)}"
    elif (trial.message or BARE) == BARE:
        sentence = f"the starter fails at {trial.failing} without a word; say there what is expected"
    else:
        return
    file = relative(exercise, exercise.solution_file)
    yield Finding(exercise=exercise.id, step="starter", message=sentence, file=file)


def judge_wrong(
    exercise: Exercise, content: Content, wrong: Wrong, trial: Trial, lines: Sequence[str]
) -> Iterator[Finding]:
    """Findings about a wrong answer: where it failed, and what the learner reads there."""
    file = relative(exercise, exercise.answers_file)
    if all(check.id != wrong.caught_by for check in content.checks):
        sentence = f"{wrong.name} should be caught by {wrong.caught_by}, and there is no such check"
    elif trial.passed:
        sentence = f"the wrong answer {wrong.name} passes; {wrong.caught_by} should catch it"
    elif trial.verdict is not Verdict.FAILED:
        sentence = f"the wrong answer {wrong.name} should fail at {wrong.caught_by} and {_went(trial)}: {_told(trial)}"
    elif trial.failing != wrong.caught_by:
        sentence = f"the wrong answer {wrong.name} fails first at {trial.failing} and not at {wrong.caught_by}"
    else:
        for text in (trial.message, trial.diagnosis):
            where = f"what {wrong.caught_by} says of {wrong.name}"
            yield from given_away(exercise, lines, where, text or "", file, wrong.line)
        return
    yield Finding(exercise=exercise.id, step="answers", message=sentence, file=file, line=wrong.line)


def judge_right(exercise: Exercise, right: Right, trial: Trial) -> Iterator[Finding]:
    """A finding when a right answer does not pass."""
    if not trial.passed:
        sentence = f"the right answer {right.name} {_went(trial)}{_at(trial)}: {_told(trial)}"
        file = relative(exercise, exercise.answers_file)
        yield Finding(exercise=exercise.id, step="answers", message=sentence, file=file, line=right.line)


def judge_numbers(exercise: Exercise, declarations: Declarations) -> Iterator[Finding]:
    """Findings about an answers file that lacks one of the two kinds."""
    file = relative(exercise, exercise.answers_file)
    for kind, found in (("wrong", declarations.wrong), ("right", declarations.right)):
        if not found:
            sentence = f"there is no {kind} answer; add one, marked with @{kind}"
            yield Finding(exercise=exercise.id, step="answers", message=sentence, file=file)


def judge_trivial(exercise: Exercise, trivial: Trivial, trial: Trial) -> Iterator[Finding]:
    """A finding when an answer that nobody took trouble over is not refused."""
    if trial.passed or trial.verdict is Verdict.ERROR:
        came = "passes" if trial.passed else f"could not be judged: {_told(trial)}"
        sentence = f"an answer that {trivial.what} {came}"
        yield Finding(exercise=exercise.id, step="trivial", message=sentence, file=trivial.path, line=trivial.line)


def judge_steadiness(exercise: Exercise, content: Content, trials: Sequence[Trial], who: str) -> Iterator[Finding]:
    """A finding when runs that should agree do not; `who` says whose runs."""
    odd = next((trial for trial in trials if trial.same_as != trials[0].same_as), None)
    if odd is None:
        return
    at = next((c for c, a, b in zip(content.checks, odd.outcomes, trials[0].outcomes, strict=False) if a != b), None)
    sentence = f"{who} gave different results in {len(trials)} runs" + (f", at {at.id}" if at else "")
    file = relative(exercise, exercise.check_file)
    yield Finding(exercise=exercise.id, step="flakiness", message=sentence, file=file, line=at.line if at else None)


def _went(trial: Trial) -> str:
    return {
        Verdict.PASSED: "passes",
        Verdict.FAILED: "fails",
        Verdict.CRASHED: "crashed",
        Verdict.TIMED_OUT: "ran out of time",
        Verdict.TAMPERED: "counts as tampering",
        Verdict.ERROR: "could not be judged",
    }[trial.verdict]


def _at(trial: Trial) -> str:
    return f" at {trial.failing}" if trial.failing else ""


def _told(trial: Trial) -> str:
    return " ".join((trial.message or "no reason was given").split())
