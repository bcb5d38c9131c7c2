"""`tutor author verify`: how a verification is told, and its exit code.

Owns what is printed: a line an exercise as it is done, then what was found; or a JSON document a line. A progress bar
stands on stderr as long as a terminal is there to show it.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from tutor.authoring.findings import Finding, Tally, Verification, course_document, document, of_problem
from tutor.authoring.runner import Runner
from tutor.authoring.verify import Options, verify
from tutor.cli.console import complain, console, emit
from tutor.cli.problems import NOT_PASSED, PASSED, UsageProblem
from tutor.cli.progress_bar import progress_bar
from tutor.cli.report import warming
from tutor.cli.session import open_course
from tutor.course.records import Course, CourseError, Exercise, Problem
from tutor.course.select import select
from tutor.show.plain import clean
from tutor.show.timing import seconds

HEADINGS = ("checks", "wrong", "right", "trivial", "mutants", "score", "time")
WIDTHS = (6, 7, 7, 7, 16, 6, 8)


@dataclass(frozen=True, kw_only=True)
class VerifyRequest:
    """What was typed after `tutor author verify`; `side_by_side` None means as many as there are cores."""

    words: tuple[str, ...] = ()
    side_by_side: int | None = None
    json: bool = False
    course: str | None = None
    options: Options


def run_verify(request: VerifyRequest) -> int:
    """Verify what was asked for: 0 when all of it holds, 1 when not."""
    try:
        course = open_course(request.course)
    except CourseError as error:
        _tell_of_course([error.problem], json=request.json)
        return NOT_PASSED
    exercises = select(course, request.words) if request.words else course.exercises
    problems = [problem for problem in course.problems if _concerns(problem, request.words)]
    if not exercises and not problems:
        raise UsageProblem("This course has no exercise to verify yet. To make one: tutor author new")
    width = max((len(exercise.id) for exercise in exercises), default=8)
    if not request.json:
        _say_row("", "exercise", HEADINGS, width, "dim")
    results = _verify_all(course, exercises, request, width)
    _tell_of_course(problems, json=request.json)
    if not request.json:
        for result in results:
            _tell_findings(result)
        _sum_up(results)
    return PASSED if not problems and all(result.verified for result in results) else NOT_PASSED


def _concerns(problem: Problem, words: Sequence[str]) -> bool:
    """Whether a problem of the course is one of what was asked for; with nothing named, all are."""
    return not words or any(word in problem.message or word in problem.path for word in words)


def _verify_all(
    course: Course, exercises: Sequence[Exercise], request: VerifyRequest, width: int
) -> list[Verification]:
    side_by_side = request.side_by_side or os.cpu_count() or 1
    results: list[Verification] = []
    bar = progress_bar()
    with Runner(course.preload, side_by_side, warming) as runner:
        task = bar.add_task("", total=None)
        for number, exercise in enumerate(exercises, start=1):
            bar.reset(task, description=f"{exercise.id} ({number} of {len(exercises)})", total=None)

            def tell(done: int, known: int) -> None:
                bar.update(task, completed=done, total=known)

            with bar:
                result = verify(course, exercise, runner, request.options, tell)
            results.append(result)
            if request.json:
                emit(document(result))
            else:
                _tell_result(result, width)
    return results


def _tell_result(result: Verification, width: int) -> None:
    """One exercise's line."""
    tally = result.mutants
    excused = f" ({tally.excused} excused)" if tally.excused else ""
    cells = (
        str(result.checks or "-"),
        _ratio(result.wrong),
        _ratio(result.right),
        _ratio(result.trivial),
        _ratio(tally) + excused,
        f"{tally.score:.0%}" if tally.all else "-",
        seconds(result.seconds),
    )
    sign, style = ("✓", "green") if result.verified else ("✗", "red")
    _say_row(sign, result.exercise, cells, width, "", style)


def _ratio(tally: Tally) -> str:
    return f"{tally.good}/{tally.all}" if tally.all else "-"


def _say_row(sign: str, name: str, cells: Sequence[str], width: int, style: str, sign_style: str = "") -> None:
    columns = "  ".join(f"{cell:>{size}}" for cell, size in zip(cells, WIDTHS, strict=True))
    line = Text.assemble((f"{sign:1} ", sign_style), (f"{clean(name):{width}}  {columns}", style))
    console().print(line, soft_wrap=True)


def _tell_findings(result: Verification) -> None:
    if not result.findings:
        return
    out = console()
    out.print()
    out.print(Text(result.exercise, style="bold"))
    for finding in result.findings:
        sign, style = ("·", "dim") if finding.ok else ("✗", "red")
        out.print(Text.assemble((f"{sign} ", style), clean(str(finding))), soft_wrap=not out.is_terminal)
        for line in clean(finding.diff).splitlines()[2:]:
            colour = {"+": "green", "-": "red"}.get(line[:1], "dim")
            out.print(Text(f"    {line}", style=colour), soft_wrap=True)
        if finding.excuse and not finding.ok:
            out.print(Text(f"    if it is no mistake: {clean(finding.excuse)}", style="dim"), soft_wrap=True)


def _tell_of_course(problems: Sequence[Problem], *, json: bool) -> None:
    if not problems:
        return
    if json:
        findings: tuple[Finding, ...] = tuple(of_problem("", "course", problem) for problem in problems)
        emit(course_document(findings))
        return
    for problem in problems:
        complain(str(problem), style="red")


def _sum_up(results: Sequence[Verification]) -> None:
    verified = sum(result.verified for result in results)
    out = console()
    out.print()
    out.print(Text(f"{verified} of {len(results)} verified"))
