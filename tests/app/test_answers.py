"""A part of the course's own proof: right answers pass, wrong ones fail at the check they name, starters help.

Every attempt goes through the real engine, as a learner's does. Of each chapter's first exercise there is one wrong
answer for each check, and the right ones; `make verify` runs those of all, and much more.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from tutor.attempt.protocol import Finished
from tutor.attempt.result import Attempt, Outcome, Verdict
from tutor.checks import declared
from tutor.course.loader import load_course, read_content
from tutor.course.locate import builtin_course
from tutor.course.records import Exercise
from tutor.engine.client import Engine
from tutor.engine.jobs import job_for, override_job_for
from tutor.judge.load import load_module
from tutor.judge.marks import RightAnswer, WrongAnswer
from tutor.workspace.files import create_workspace

COURSE = load_course(builtin_course())
EXERCISES = pytest.mark.parametrize("exercise", COURSE.exercises, ids=lambda exercise: exercise.id)


def answers() -> Iterator[object]:
    """Of the first exercise in each chapter, the first wrong answer for each check and every right one."""
    for exercise in {one.id[:2]: one for one in reversed(COURSE.exercises)}.values():
        seen: set[str] = set()
        for answer in declared(load_module(exercise.answers_file, f"{exercise.id}__declared")):
            kind = answer.caught_by if isinstance(answer, WrongAnswer) else answer.name
            if kind not in seen:
                yield pytest.param(exercise, answer, id=f"{exercise.id}-{answer.name}")
            seen.add(kind)


@pytest.fixture
def engine(runtime_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(runtime_dir))
    with Engine.connect(preload=COURSE.preload) as connection:
        yield connection


LIKE = "Yours behaves like this: "


@pytest.fixture(scope="module")
def told() -> list[bool]:
    """Of each wrong answer that had its turn, whether it was told its own line."""
    return []


def override(engine: Engine, exercise: Exercise, name: str) -> Attempt:
    job = override_job_for(exercise, read_content(exercise), name)
    # The limit is for learners; here two workers share the machine.
    last = list(engine.run(replace(job, time_limit=60.0, liken=True)))[-1]
    assert isinstance(last, Finished)
    return last.attempt


def on_file(engine: Engine, exercise: Exercise, path: Path) -> Attempt:
    label = f"exercises/{exercise.file_name}"
    job = job_for(exercise, read_content(exercise), answer_file=path, label=label, device="cpu")
    last = list(engine.run(replace(job, time_limit=60.0)))[-1]
    assert isinstance(last, Finished)
    return last.attempt


@pytest.mark.proof
@pytest.mark.parametrize(("exercise", "answer"), answers())
def test_answer(engine: Engine, exercise: Exercise, answer: WrongAnswer | RightAnswer, told: list[bool]) -> None:
    attempt = override(engine, exercise, answer.name)
    if isinstance(answer, RightAnswer):
        assert attempt.verdict is Verdict.PASSED, attempt.message
        return
    assert attempt.verdict is Verdict.FAILED, attempt.message
    failing = attempt.first_failing
    assert failing is not None
    assert failing.id == answer.caught_by
    assert failing.message
    _, like, line = (failing.diagnosis or "").partition(LIKE)
    assert line == (answer.because if like else "")
    told.append(bool(like))


@pytest.mark.proof
def test_most_wrong_answers_are_told_their_own_line(told: list[bool]) -> None:
    if len(told) < 20:
        pytest.skip("too few wrong answers had their turn in this process")
    assert sum(told) >= 0.6 * len(told)


@pytest.mark.proof
@EXERCISES
def test_the_solution_passes(engine: Engine, exercise: Exercise) -> None:
    attempt = on_file(engine, exercise, exercise.solution_file)
    assert attempt.verdict is Verdict.PASSED, attempt.message
    assert (attempt.timing is not None) == read_content(exercise).has_benchmark


@pytest.mark.proof
@EXERCISES
def test_the_starter_fails_first_at_what_is_to_write(engine: Engine, exercise: Exercise, tmp_path: Path) -> None:
    starters = create_workspace(tmp_path, read_content(exercise).starters)
    attempt = on_file(engine, exercise, starters.place_of(exercise))
    assert attempt.verdict is Verdict.FAILED
    assert attempt.checks[0].outcome is Outcome.FAILED
    # A starter to be put right fails by its own broken code, and the message is about that.
    message = attempt.checks[0].message or ""
    texts = "".join(read_content(exercise).starters.values())
    assert "write" in message if "NotImplementedError" in texts else message


def region_lines(exercise: Exercise) -> set[str]:
    """The lines of code inside the solution's regions, long enough to be a giveaway."""
    lines: set[str] = set()
    inside = False
    texts = (file.read_text(encoding="utf-8") for file in exercise.solution_files.values())
    for line in (line.strip() for text in texts for line in text.splitlines()):
        if line in ("# BEGIN SOLUTION", "# END SOLUTION"):
            inside = line == "# BEGIN SOLUTION"
        elif inside:
            lines.add(line.partition("#")[0].strip())
    return {line for line in lines if len(line) > 25}


@EXERCISES
def test_no_solution_line_is_told(exercise: Exercise) -> None:
    """Neither statement nor claims nor hints hold a whole line of the solution."""
    content = read_content(exercise)
    told = [content.statement, *(text for check in content.checks for text in (check.claim, *check.hints))]
    assert [line for line in region_lines(exercise) for text in told if line in text] == []
    assert region_lines(exercise)


def test_each_exercise_has_enough_of_both_kinds() -> None:
    for exercise in COURSE.exercises:
        found = declared(load_module(exercise.answers_file, f"{exercise.id}__declared"))
        assert sum(isinstance(answer, WrongAnswer) for answer in found) >= 4, exercise.id
        assert sum(isinstance(answer, RightAnswer) for answer in found) >= 2, exercise.id
