"""Mutants that no check caught, and the excuses for those that are no mistakes.

Owns how an excuse is matched: by the text of the changed lines, so that it outlives edits elsewhere. Pure.
"""

from collections.abc import Iterator, Sequence

from tutor.attempt.result import Verdict
from tutor.authoring.declarations import Excuse
from tutor.authoring.findings import Finding, Tally
from tutor.authoring.judging import relative
from tutor.authoring.mutants import Mutant
from tutor.authoring.trials import Trial
from tutor.course.records import Exercise


def judge_mutants(
    exercise: Exercise, mutants: Sequence[Mutant], trials: Sequence[Trial], excuses: Sequence[Excuse]
) -> tuple[Tally, tuple[Finding, ...]]:
    """How many mutants were caught, and what is to do about the others."""
    survivors = [mutant for mutant, trial in zip(mutants, trials, strict=True) if trial.passed]
    excused = [mutant for mutant in survivors if any(_excuses(excuse, mutant) for excuse in excuses)]
    unjudged = [(m, t) for m, t in zip(mutants, trials, strict=True) if t.verdict is Verdict.ERROR]
    late = [m for m, t in zip(mutants, trials, strict=True) if t.verdict is Verdict.TIMED_OUT]
    findings = [
        *(_survived(exercise, mutant, mutants) for mutant in survivors if mutant not in excused),
        *(_not_judged(exercise, mutant, trial) for mutant, trial in unjudged),
        *(finding for excuse in excuses for finding in _useless(exercise, excuse, survivors, [*mutants], late)),
    ]
    caught = len(mutants) - len(survivors) - len(unjudged)
    return Tally(good=caught, all=len(mutants), excused=len(excused)), tuple(findings)


def _excuses(excuse: Excuse, mutant: Mutant) -> bool:
    same = _plain(excuse.line) == _plain(mutant.before) and _plain(excuse.becomes) == _plain(mutant.after)
    return same and excuse.within in ("", mutant.function)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _survived(exercise: Exercise, mutant: Mutant, mutants: Sequence[Mutant]) -> Finding:
    where = f" of {mutant.function}" if mutant.function else ""
    change = f"`{mutant.before}` became `{mutant.after}`" if mutant.after else f"`{mutant.before}` was left out"
    twins = {twin.function for twin in mutants if (twin.before, twin.after) == (mutant.before, mutant.after)}
    words = {"line": mutant.before, "becomes": mutant.after}
    if len(twins) > 1:
        words["within"] = mutant.function
    arguments = ", ".join(f"{name}={value!r}" for name, value in words.items())
    return Finding(
        exercise=exercise.id,
        step="mutants",
        message=f"no check notices this change{where} ({mutant.id}): {change}",
        file=mutant.path,
        line=mutant.line,
        diff=mutant.diff,
        excuse=f'excuse({arguments}, because="equivalent: ...")',
    )


def _not_judged(exercise: Exercise, mutant: Mutant, trial: Trial) -> Finding:
    return Finding(
        exercise=exercise.id,
        step="mutants",
        message=f"the mutant {mutant.id} could not be judged: {_plain(trial.message or 'no reason was given')}",
        file=mutant.path,
        line=mutant.line,
        diff=mutant.diff,
    )


def _useless(
    exercise: Exercise,
    excuse: Excuse,
    survivors: Sequence[Mutant],
    mutants: Sequence[Mutant],
    late: Sequence[Mutant],
) -> Iterator[Finding]:
    """A finding for an excuse that excuses nothing, or more than it says."""
    excused = [mutant for mutant in survivors if _excuses(excuse, mutant)]
    functions = sorted({mutant.function for mutant in excused})
    if len(functions) > 1:
        sentence = f"this excuse holds for the same change in {' and '.join(functions)}; say which with `within=`"
    elif excused or any(_excuses(excuse, mutant) for mutant in late):
        return
    elif any(_excuses(excuse, mutant) for mutant in mutants):
        sentence = "this excuse is no longer needed: the checks catch the mutant; remove it"
    else:
        sentence = "this excuse matches no mutant that is run; remove it, or correct its `line` and `becomes`"
    file = relative(exercise, exercise.answers_file)
    yield Finding(exercise=exercise.id, step="mutants", message=sentence, file=file, line=excuse.at)
