"""`tutor list`: the course and how far the learner is. Runs nothing, so it needs no engine."""

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from tutor.cli.console import complain, console, emit, say
from tutor.cli.problems import PASSED
from tutor.cli.session import course_key, here, open_course, read_progress
from tutor.course.loader import read_title
from tutor.course.records import Course, Exercise
from tutor.show.plain import clean
from tutor.workspace.progress import ExerciseProgress

SCHEMA = "tutor/list/v1"


def run_list(option: str | None, *, json: bool) -> int:
    """Print every exercise with its state; faults of the course follow on stderr and stop nothing."""
    course = open_course(option)
    workspace = here()
    history = read_progress(workspace, course_key(course, workspace))
    if json:
        emit(listing(course, history))
    else:
        _print(course, history)
        if workspace is None:
            complain("There is no workspace here. Make one with `tutor init` or `tutor start`.", style="dim")
    for problem in course.problems:
        complain(str(problem), style="yellow")
    return PASSED


def listing(course: Course, history: Mapping[str, ExerciseProgress]) -> dict[str, Any]:
    """The document `tutor/list/v1`, made of JSON types only."""
    return {
        "schema": SCHEMA,
        "course": course.title,
        "exercises": [_entry(exercise, history.get(exercise.id)) for exercise in course.exercises],
        "problems": [str(problem) for problem in course.problems],
    }


def _entry(exercise: Exercise, progress: ExerciseProgress | None) -> dict[str, Any]:
    done = progress or ExerciseProgress(exercise=exercise.id)
    return {
        "id": exercise.id,
        "chapter": exercise.chapter,
        "level": exercise.level,
        "title": read_title(exercise),
        "passed": done.passed,
        "passed_at": None if done.passed_at is None else done.passed_at.isoformat(),
        "attempts": done.attempts,
        "last_verdict": None if done.last_verdict is None else done.last_verdict.value,
        "hints_shown": done.hints_shown,
        "revealed": done.revealed,
    }


def _print(course: Course, history: Mapping[str, ExerciseProgress]) -> None:
    out = console()
    width = max((len(exercise.id) for exercise in course.exercises), default=0)
    for chapter in course.chapters:
        out.print(Text(f"{chapter.number} {clean(chapter.title)}", style="bold"))
        for exercise in chapter.exercises:
            symbol, style = _state(history.get(exercise.id))
            line = Text.assemble(
                (f"  {symbol} ", style),
                f"{exercise.id:{width}}  ",
                (f"{'*' * exercise.level:4}  ", "yellow"),
                clean(read_title(exercise)),
            )
            out.print(line, no_wrap=True, overflow="ellipsis" if out.is_terminal else "ignore", crop=out.is_terminal)
    passed = sum(exercise.id in history and history[exercise.id].passed for exercise in course.exercises)
    say(f"\n{passed} of {len(course.exercises)} passed  (✓ passed, ✗ tried; * to ****: level)", style="dim")


def _state(progress: ExerciseProgress | None) -> tuple[str, str]:
    if progress is not None and progress.passed:
        return "✓", "green"
    return ("✗", "red") if progress is not None and progress.attempts else ("·", "dim")
