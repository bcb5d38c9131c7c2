"""Proves an exercise: form, solution, starter, answers, trivial answers, mutants, steadiness.

Owns the order of the steps and what one exercise's verification consists of. One that is broken stops no other.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from time import monotonic

from msgspec import Struct
from msgspec.structs import replace

from tutor.authoring.declarations import Declarations, Right, Wrong, read_declarations
from tutor.authoring.findings import Finding, Tally, Verification, of_problem
from tutor.authoring.form import look_at_form, markers_in_strings, solution_lines
from tutor.authoring.judging import (
    judge_benchmark,
    judge_numbers,
    judge_right,
    judge_starter,
    judge_steadiness,
    judge_time,
    judge_trivial,
    judge_wrong,
    relative,
    solution_failed,
)
from tutor.authoring.memory import Memory, cache_folder
from tutor.authoring.mutants import make_mutants
from tutor.authoring.orders import longer, on_mutant, on_override, on_solution, on_texts
from tutor.authoring.runner import Runner
from tutor.authoring.survivors import judge_mutants
from tutor.authoring.trials import Order, Trial, ground, is_late
from tutor.authoring.trivial import make_trivial
from tutor.course.loader import read_content
from tutor.course.records import Content, Course, CourseError, Exercise
from tutor.course.source import read_text


class Options(Struct, frozen=True, kw_only=True):
    """How thoroughly: `repeats` seeds each, at least the share `least` of mutants caught, known results used or not."""

    repeats: int = 3
    least: float = 1.0
    fresh: bool = False


Tell = Callable[[int, int], None]  # runs done, runs known to come


class Parts(Struct, frozen=True, kw_only=True):
    """An exercise as read from its files."""

    exercise: Exercise
    content: Content
    solution: dict[str, str]  # by part
    declarations: Declarations


def verify(course: Course, exercise: Exercise, runner: Runner, options: Options, tell: Tell) -> Verification:
    """Everything that can be found out about one exercise; raises EngineUnavailable when there is no engine."""
    begun = monotonic()
    result, findings = _verify(course, exercise, runner, options, tell)
    bad = [finding for finding in findings if not finding.ok]
    return replace(result, verified=not bad, seconds=monotonic() - begun, findings=tuple(findings))


def _verify(
    course: Course, exercise: Exercise, runner: Runner, options: Options, tell: Tell
) -> tuple[Verification, list[Finding]]:
    result = _nothing_yet(exercise)
    parts, findings = _read(exercise)
    if parts is None:
        return result, findings
    result = replace(result, checks=len(parts.content.checks))
    findings += look_at_form(exercise, parts.content, parts.solution)
    file = None if options.fresh else cache_folder() / f"{_name(course)}-{exercise.id}.jsonl"
    work = _Work(runner, Memory(file, ground(course, exercise)), tell)
    alone, broken = _solution_alone(parts, work)
    findings += broken
    if alone is None:
        return result, findings
    result, more = _rest(parts, work, options, result, alone.seconds)
    return result, findings + more


class _Work:
    """Runs orders of one exercise and counts them."""

    def __init__(self, runner: Runner, memory: Memory, tell: Tell) -> None:
        self.runner = runner
        self._memory = memory
        self._tell = tell
        self._done = self._known = 0

    def run(self, orders: list[Order]) -> list[Trial]:
        """The results, in order."""
        self._known += len(orders)
        self._tell(self._done, self._known)
        return self.runner.run(orders, self._memory, self._one_more)

    def run_patiently(self, orders: list[Order]) -> list[Trial]:
        """The results, in order; what ran out of time has had a second chance."""
        trials = self.run(orders)
        late = [place for place, trial in enumerate(trials) if is_late(trial)]
        for place, trial in zip(late, self.run([longer(orders[place]) for place in late]), strict=True):
            trials[place] = trial
        return trials

    def _one_more(self) -> None:
        self._done += 1
        self._tell(self._done, self._known)


def _read(exercise: Exercise) -> tuple[Parts | None, list[Finding]]:
    """The exercise's files; without solution or checks nothing can be run, without answers the rest can."""
    findings: list[Finding] = []
    solution: dict[str, str] = {}
    try:
        for part, file in exercise.solution_files.items():
            path = relative(exercise, file)
            solution[part] = read_text(file, path)
            findings += markers_in_strings(exercise, solution[part], path)
        content = read_content(exercise)
    except CourseError as error:
        return None, [*findings, of_problem(exercise.id, "format", error.problem)]
    try:
        answers = relative(exercise, exercise.answers_file)
        declarations = read_declarations(read_text(exercise.answers_file, answers), answers)
        findings += judge_numbers(exercise, declarations)
    except CourseError as error:
        findings.append(of_problem(exercise.id, "answers", error.problem))
        declarations = Declarations()
    return Parts(exercise=exercise, content=content, solution=solution, declarations=declarations), findings


def _solution_alone(parts: Parts, work: _Work) -> tuple[Trial | None, list[Finding]]:
    """The solution run with nothing beside it, so that its time means something; None when it does not pass."""
    exercise, content = parts.exercise, parts.content
    (trial,) = work.run([on_solution(exercise, content, measure=True)])
    if not trial.passed:
        return None, [solution_failed(exercise, content, trial, "")]
    if any(judge_time(exercise, trial)):  # a machine has its moments
        (again,) = work.run([on_solution(exercise, content, measure=True, turn=1)])
        trial = min(trial, again, key=lambda one: (not one.passed, one.seconds))
    return trial, [*judge_time(exercise, trial), *judge_benchmark(exercise, content, trial)]


def _rest(
    parts: Parts, work: _Work, options: Options, result: Verification, seconds: float
) -> tuple[Verification, list[Finding]]:
    """Everything that is run side by side."""
    exercise, content, declared = parts.exercise, parts.content, parts.declarations
    trivial = [(part, one) for part, text in parts.solution.items() for one in make_trivial(text, _path(part))]
    made = {part: make_mutants(text, _path(part)) for part, text in parts.solution.items()}
    mutants = [(part, mutant) for part, some in made.items() for mutant in some.chosen]
    left_out = sum(some.left_out for some in made.values())
    seeds = range(1, options.repeats)
    settings = _settings(parts, work.runner.devices(), seeds)
    steady: list[Wrong | Right] = [*declared.wrong[:1], *declared.right[:1]]
    came = _side_by_side(
        work,
        {
            "solution": [order for _, order in settings],
            "starter": [on_texts(exercise, content, content.starters)],
            "wrong": [on_override(exercise, content, answer.name) for answer in declared.wrong],
            "right": [on_override(exercise, content, answer.name) for answer in declared.right],
            "steady": [on_override(exercise, content, answer.name, seed=seed) for answer in steady for seed in seeds],
            "trivial": [_changed(parts, part, one.source, seconds) for part, one in trivial],
            "mutants": [_changed(parts, part, one.source, seconds) for part, one in mutants],
        },
    )
    findings = [
        solution_failed(exercise, content, trial, how)
        for (how, _), trial in zip(settings, came["solution"], strict=True)
        if not trial.passed
    ]
    findings += judge_starter(exercise, content, came["starter"][0])
    lines = solution_lines(parts.solution, content.starters)
    wrong = [[*judge_wrong(exercise, content, a, t, lines)] for a, t in zip(declared.wrong, came["wrong"], strict=True)]
    right = [[*judge_right(exercise, a, t)] for a, t in zip(declared.right, came["right"], strict=True)]
    idle = [[*judge_trivial(exercise, a, t)] for (_, a), t in zip(trivial, came["trivial"], strict=True)]
    findings += [finding for kind in (wrong, right, idle) for one in kind for finding in one]
    again = iter(came["steady"])
    for answer in steady:
        kind = "wrong" if isinstance(answer, Wrong) else "right"
        runs = [came[kind][0], *(next(again) for _ in seeds)]
        findings += judge_steadiness(exercise, content, runs, f"the answer {answer.name}")
    tally, survived = judge_mutants(exercise, [one for _, one in mutants], came["mutants"], declared.excuses)
    if tally.score >= options.least:
        survived = tuple(replace(finding, ok=finding.ok or bool(finding.excuse)) for finding in survived)
    findings += [*survived, *_cap_told(exercise, len(mutants), left_out)]
    tallies = replace(result, wrong=_tally(wrong), right=_tally(right), trivial=_tally(idle), mutants=tally)
    return replace(tallies, left_out=left_out), findings


def _settings(parts: Parts, devices: Iterable[str], seeds: Iterable[int]) -> list[tuple[str, Order]]:
    """The further runs of the solution, each after how it differs from the first."""
    run = partial(on_solution, parts.exercise, parts.content)
    return [
        ("", run(turn=1)),
        *((f" with seed {seed}", run(seed=seed)) for seed in seeds),
        *((f" on {device}", run(device=device)) for device in devices if device != "cpu"),
    ]


def _side_by_side(work: _Work, batches: Mapping[str, list[Order]]) -> dict[str, list[Trial]]:
    """What came of every batch, all run as one: no worker waits for the end of a short one."""
    trials = iter(work.run_patiently([order for orders in batches.values() for order in orders]))
    return {name: [next(trials) for _ in orders] for name, orders in batches.items()}


def _path(part: str) -> str:
    """A part of the solution as findings name it."""
    return f"solutions/{part}.py"


def _changed(parts: Parts, part: str, source: str, seconds: float) -> Order:
    """The run of the solution with one of its files changed."""
    return on_mutant(parts.exercise, parts.content, {**parts.solution, part: source}, seconds)


def _tally(found: list[list[Finding]]) -> Tally:
    return Tally(good=sum(not findings for findings in found), all=len(found))


def _cap_told(exercise: Exercise, run: int, left_out: int) -> Iterator[Finding]:
    if left_out:
        sentence = f"{run} of {run + left_out} possible mutants were run, spread over the lines"
        file = relative(exercise, exercise.solution_file)
        yield Finding(exercise=exercise.id, step="mutants", message=sentence, file=file, ok=True)


def _nothing_yet(exercise: Exercise) -> Verification:
    return Verification(
        exercise=exercise.id,
        verified=False,
        checks=0,
        wrong=Tally(),
        right=Tally(),
        trivial=Tally(),
        mutants=Tally(),
        left_out=0,
        seconds=0.0,
        findings=(),
    )


def _name(course: Course) -> str:
    """A name for the course's folder, for files in the cache."""
    return hashlib.sha256(str(course.root).encode("utf-8", "surrogateescape")).hexdigest()[:12]
