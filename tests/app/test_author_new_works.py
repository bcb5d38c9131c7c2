"""What `tutor author new` writes is a proven exercise: by the real engine, as a learner's attempts are."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from tutor.attempt.job import Job
from tutor.attempt.protocol import Finished
from tutor.attempt.result import Attempt, Outcome, Verdict
from tutor.authoring.new import new_course
from tutor.checks import declared
from tutor.course.loader import read_content
from tutor.course.records import Exercise
from tutor.engine.client import Engine
from tutor.engine.jobs import job_for, override_job_for
from tutor.judge.load import load_module
from tutor.judge.marks import RightAnswer, WrongAnswer


@pytest.fixture
def exercise(tmp_path) -> Exercise:
    return new_course(tmp_path / "course", "01_first").exercise


@pytest.fixture
def engine(runtime_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(runtime_dir))
    with Engine.connect() as connection:
        yield connection


def run(engine: Engine, job: Job) -> Attempt:
    # The limit is for learners; here two workers share the machine.
    last = list(engine.run(replace(job, time_limit=60.0)))[-1]
    assert isinstance(last, Finished)
    return last.attempt


def on_file(engine: Engine, exercise: Exercise, path: Path) -> Attempt:
    return run(engine, job_for(exercise, read_content(exercise), answer_file=path, label="answer.py", device="cpu"))


def test_the_solution_passes_and_the_starter_fails_at_its_first_check(engine, exercise):
    attempt = on_file(engine, exercise, exercise.solution_file)
    assert attempt.verdict is Verdict.PASSED, attempt.message
    attempt = on_file(engine, exercise, exercise.starter_file)
    assert attempt.verdict is Verdict.FAILED
    assert attempt.checks[0].outcome is Outcome.FAILED
    assert "write scale_rows" in (attempt.checks[0].message or "")


def test_wrong_answers_fail_where_they_say_and_right_ones_pass(engine, exercise):
    answers = declared(load_module(exercise.answers_file, "first__declared"))
    assert sum(isinstance(answer, WrongAnswer) for answer in answers) >= 4
    assert sum(isinstance(answer, RightAnswer) for answer in answers) >= 2
    for answer in answers:
        attempt = run(engine, override_job_for(exercise, read_content(exercise), answer.name))
        if isinstance(answer, RightAnswer):
            assert attempt.verdict is Verdict.PASSED, (answer.name, attempt.message)
        else:
            assert attempt.first_failing is not None, answer.name
            assert attempt.first_failing.id == answer.caught_by, answer.name
            assert attempt.first_failing.message


@pytest.mark.parametrize("change", ["/", "+", "-", "* -", "* 0 *", "* 2 *"])
def test_its_checks_are_strong(engine, exercise, tmp_path, change):
    """Other operators in the solution; `author verify` tries many more."""
    answer = tmp_path / "answer.py"
    solution = exercise.solution_file.read_text()
    answer.write_text(solution.replace("x * factors[:, None]", f"x {change} factors[:, None]"))
    assert answer.read_text() != solution
    assert on_file(engine, exercise, answer).verdict is Verdict.FAILED
