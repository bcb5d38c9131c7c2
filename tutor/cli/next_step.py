"""The sentence that closes a verdict: what to do next."""

from collections.abc import Mapping
from pathlib import Path

from tutor.attempt.result import Attempt, Verdict
from tutor.course.records import Content, Course, Exercise
from tutor.workspace.progress import ExerciseProgress

History = Mapping[str, ExerciseProgress]


def next_step(course: Course, content: Content, attempt: Attempt, file: Path, label: str, history: History) -> str:
    """One line that fits the verdict; empty when tutor itself failed."""
    match attempt.verdict:
        case Verdict.PASSED:
            return _after_pass(course, attempt.exercise, history)
        case Verdict.FAILED:
            exercise = course.find(attempt.exercise)
            if _is_starter(exercise, file, content):
                first = f"{label}/{exercise.files[0]}" if exercise and exercise.files else label
                return f"Open {first} in your editor, write your code where it says TODO, and check again."
            return _help(attempt.exercise, content, history)
        case Verdict.CRASHED | Verdict.TIMED_OUT | Verdict.TAMPERED:
            return f"Mend that, then check again: tutor check {attempt.exercise}" if file.exists() else ""
        case Verdict.ERROR:
            return ""


def _after_pass(course: Course, exercise_id: str, history: History) -> str:
    """The next exercise that has not passed, looked for behind this one first."""
    ids = [exercise.id for exercise in course.exercises]
    here = ids.index(exercise_id)
    for name in ids[here + 1 :] + ids[:here]:
        if not (name in history and history[name].passed):
            return f"Next: tutor check {name}"
    return "That was the last one: every exercise has passed."


def _help(exercise_id: str, content: Content, history: History) -> str:
    total = sum(len(check.hints) for check in content.checks)
    shown = history[exercise_id].hints_shown if exercise_id in history else 0
    if shown < total:
        return f"For a hint: tutor hint {exercise_id}"
    return f"To see the solution: tutor solution {exercise_id} --reveal"


def _is_starter(exercise: Exercise | None, file: Path, content: Content) -> bool:
    paths = [file / name for name in (exercise.files if exercise else ())] or [file]
    try:
        texts = [path.read_bytes().replace(b"\r\n", b"\n") for path in paths]
    except OSError:
        return False
    return texts == [starter.encode() for starter in content.starters.values()]
