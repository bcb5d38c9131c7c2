"""The TUI from a failing attempt to a passing one and on, with the engine replaced by a script."""

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_support import FIRST, KEY, SECOND, THIRD, Bench, attempt, events, screen_text, settled, until

from tutor.attempt.protocol import CheckStarted, Measuring, Superseded
from tutor.attempt.result import Attempt, Device, Verdict
from tutor.tui.state import Phase
from tutor.tui.widgets.statement import StatementView
from tutor.workspace.progress import Progress


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """The first attempt fails at the second check, every later one passes."""
    return Bench(tmp_path)


def test_the_first_frame_shows_course_statement_and_claims(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        text = screen_text(pilot.app)
        assert "A small course" in text
        assert "01 Tensors" in text
        assert "pairwise_distance" in text
        assert "Tensors by value" in text
        assert "Broadcasting lines shapes up from the right." in text
        assert "· The result has one row per point" in text
        assert "0 of 3 passed" in text

    bench.drive(steps)


def test_statement_becomes_markdown(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        view = pilot.app.screen.query_one(StatementView)
        await until(pilot, lambda: not view.query("#statement-text"), "Markdown is loaded")
        text = screen_text(pilot.app)
        assert "• a has shape (N, D), b has shape (M, D)" in text
        assert "`(N, M)`" not in text

    bench.drive(steps)


def test_fail_save_pass_next(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await settled(pilot)
        text = screen_text(pilot.app)
        assert "✓ The result has one row" in text
        assert "✗ Every pair is right" in text
        assert "These are the expected values squared." in text
        assert "≠9.0000" in text
        assert "✗ Failed" in text
        assert bench.progress().attempts == 1
        assert not bench.progress().passed
        assert "● make_tensors" in text

        bench.file().write_text("# mended\n")
        await until(pilot, lambda: len(bench.runner.jobs) == 2, "the save starts an attempt")
        await settled(pilot)
        await until(pilot, lambda: "✓ make_tensors" in screen_text(pilot.app), "the tree shows the pass")
        text = screen_text(pilot.app)
        assert "✓ Passed" in text
        assert f"Next: {SECOND} (press n)." in text
        assert "your answer" in text
        assert "1 of 3 passed" in text
        assert "Tensors by value" in text, "a pass never jumps to the next exercise by itself"
        assert bench.progress().passed

        await pilot.press("n")
        assert "Shapes and views" in screen_text(pilot.app)
        assert "✓ Passed" not in screen_text(pilot.app)

    bench.drive(steps)


def test_the_job_names_the_learners_file(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await settled(pilot)
        job = bench.runner.jobs[0]
        assert job.exercise == FIRST
        assert job.answer_file == str(bench.file())
        assert job.answer_label == f"exercises/{FIRST}.py"
        assert [check.id for check in job.checks] == ["test_shape", "test_every_pair", "test_rules"]

    bench.drive(steps)


def test_an_attempt_that_waits_for_the_engine_does_not_claim_to_run(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.runner.warm.clear()

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await until(pilot, lambda: "Starting  " in screen_text(pilot.app), "the strip says what it waits for")
        assert "of 3 checks" not in screen_text(pilot.app)
        bench.runner.warm.set()
        await settled(pilot)
        assert "✗ Failed · 2 of 3 checks hold" in screen_text(pilot.app)

    bench.drive(steps)


def test_checks_tick_while_the_attempt_runs(tmp_path: Path) -> None:
    def script(job, number):
        stream = list(events(attempt(job)))
        yield from stream[:3]
        yield CheckStarted(check="test_every_pair")
        yield None
        yield Measuring()
        yield stream[-1]

    bench = Bench(tmp_path, script)

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await until(pilot, lambda: pilot.app.screen.state.running == "test_every_pair", "the second check runs")
        text = screen_text(pilot.app)
        assert "✓ The result has one row" in text
        assert "Running  ━━━━╌╌╌╌╌╌╌╌  1 of 3 checks" in text
        assert "· No Python loop" in text
        bench.runner.go.set()
        await settled(pilot)
        assert "✓ Passed" in screen_text(pilot.app)

    bench.drive(steps)


def test_a_newer_save_takes_the_running_attempts_place(tmp_path: Path) -> None:
    def script(job, number):
        if number == 1:
            yield CheckStarted(check="test_shape")
            yield None
            raise AssertionError("the first attempt went on")
        yield from events(attempt(job))

    bench = Bench(tmp_path, script)

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await until(pilot, lambda: pilot.app.screen.state.running is not None, "the first attempt runs")
        bench.file().write_text("# newer\n")
        await until(pilot, lambda: len(bench.runner.jobs) == 2, "the second attempt starts")
        await settled(pilot)
        assert "✓ Passed" in screen_text(pilot.app)
        assert bench.progress().attempts == 1, "the cancelled attempt is not recorded"

    bench.drive(steps)


def test_an_attempt_goes_on_while_another_exercise_is_shown(tmp_path: Path) -> None:
    def script(job, number):
        yield CheckStarted(check="test_shape")
        yield None
        yield from events(attempt(job))

    bench = Bench(tmp_path, script)

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r", "n")
        assert "Shapes and views" in screen_text(pilot.app)
        bench.runner.go.set()
        await until(pilot, lambda: bench.progress().passed, "the attempt is recorded")
        await until(pilot, lambda: "✓ make_tensors" in screen_text(pilot.app), "the tree shows it")
        assert "✓ Passed" not in screen_text(pilot.app), "the verdict belongs to the other exercise"

    bench.drive(steps)


def test_saving_another_exercise_shows_and_runs_that_one(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        bench.file(THIRD).write_text("# worked on in another window\n")
        await until(pilot, lambda: [job.exercise for job in bench.runner.jobs] == [THIRD], "the third one runs")
        await settled(pilot)
        assert "Distances between every pair of points" in screen_text(pilot.app)

    bench.drive(steps)


def test_many_files_changed_at_once_start_nothing(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        os.utime(bench.file(SECOND), ns=(1, 1))
        os.utime(bench.file(THIRD), ns=(1, 1))
        pilot.app.screen.watch_files.look()
        await until(pilot, lambda: "2 exercise files changed at once" in screen_text(pilot.app), "the note says so")
        assert bench.runner.jobs == []

    bench.drive(steps)


def test_progress_made_elsewhere_is_seen(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        with Progress(bench.workspace.progress_file) as progress:
            for exercise in (FIRST, SECOND):
                progress.record(
                    KEY,
                    Attempt(
                        exercise=exercise,
                        verdict=Verdict.PASSED,
                        device=Device(type="cpu", name="A processor"),
                        seconds=0.1,
                        checks=(),
                    ),
                )
        await pilot.press("n")
        text = screen_text(pilot.app)
        assert "2 of 3 passed" in text
        assert "Distances between every pair of points" in text, "n passes over what is done"

    bench.drive(steps)


def test_it_opens_where_the_learner_left_off_and_ends_the_course(bench: Bench) -> None:
    async def first(pilot: Pilot[None]) -> None:
        for name in (FIRST, SECOND):
            bench.runner.script = lambda job, number: events(attempt(job))
            bench.file(name).write_text("# done\n")
            await until(pilot, lambda name=name: bench.progress(name).passed, f"{name} passes")

    async def second(pilot: Pilot[None]) -> None:
        assert "Distances between every pair of points" in screen_text(pilot.app)
        await pilot.press("r")
        await settled(pilot)
        assert "the whole course is done" in screen_text(pilot.app)
        await pilot.press("n")
        assert "There is no other exercise left that has not passed." in screen_text(pilot.app)

    bench.drive(first)
    bench.drive(second)


def test_superseded_from_elsewhere_says_so(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda job, number: iter([Superseded(exercise=job.exercise)]))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await settled(pilot)
        assert pilot.app.screen.state.phase is Phase.STOPPED
        assert "took this one's place" in screen_text(pilot.app)

    bench.drive(steps)
