"""The TUI when things go wrong: hostile output, no engine, missing files, broken exercises, tiny terminals."""

from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot
from tui_support import FIRST, SECOND, THIRD, Bench, attempt, events, screen_text, settled, until

from tutor.attempt.result import Verdict
from tutor.tui.widgets.lines import Note

HOSTILE = (
    "[bold red]not markup[/] [/nothing] \x1b[31mred\x1b[0m \x1b]0;title\x07 \x00 [@click=app.quit]click[/] \u202e\n"
)


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda job, number: events(attempt(job, failing=0, message=HOSTILE, output=HOSTILE * 3)))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await settled(pilot)
        text = screen_text(pilot.app)
        assert "[bold red]not markup[/]" in text
        assert "[@click=app.quit]click[/]" in text
        assert "\x1b" not in text
        assert "\u202e" not in text

    bench.drive(steps)


def test_hostile_sentence_on_the_note_line(tmp_path: Path) -> None:
    bench = Bench(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        pilot.app.screen.query_one(Note).say(HOSTILE)
        await pilot.pause()
        assert "[bold red]not markup[/] [/nothing]" in screen_text(pilot.app)

    bench.drive(steps)


@pytest.mark.parametrize("verdict", [Verdict.CRASHED, Verdict.TIMED_OUT, Verdict.TAMPERED, Verdict.ERROR])
def test_every_verdict_has_its_sentence_and_leaves_the_app_usable(tmp_path: Path, verdict: Verdict) -> None:
    def script(job, number):
        if number == 1:
            failed = attempt(job, failing=0, message="What went wrong in a sentence.")
            return events(msgspec.structs.replace(failed, verdict=verdict))
        return events(attempt(job))

    bench = Bench(tmp_path, script)

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await settled(pilot)
        assert "What went wrong in a sentence." in screen_text(pilot.app)
        assert "Passed" not in screen_text(pilot.app)
        await pilot.press("r")
        await until(pilot, lambda: "✓ Passed" in screen_text(pilot.app), "the next attempt passes")

    bench.drive(steps)


def test_no_engine_is_a_sentence_and_the_next_run_tries_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.runner.unavailable = "The engine cannot be started: no room is left on the disk."

    async def steps(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "no room is left" in screen_text(pilot.app), "the note says it at once")
        await pilot.press("r")
        await settled(pilot)
        text = screen_text(pilot.app)
        assert "! No verdict" in text
        assert text.count("no room is left") >= 1
        assert bench.progress().attempts == 0
        bench.runner.unavailable = None
        await pilot.press("r")
        await until(pilot, lambda: "✗ Failed" in screen_text(pilot.app), "the next run is judged")
        assert "no room is left" not in screen_text(pilot.app)

    bench.drive(steps)


def test_the_screen_works_while_the_engine_warms(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.runner.warm.clear()

    async def steps(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "Starting PyTorch" in screen_text(pilot.app), "a note says that it warms")
        await pilot.press("n")
        assert "Shapes and views" in screen_text(pilot.app)
        await pilot.press("r")
        assert "Running" in screen_text(pilot.app)
        bench.runner.warm.set()
        await settled(pilot)
        assert "Starting PyTorch" not in screen_text(pilot.app)
        assert "✗ Failed" in screen_text(pilot.app)

    bench.drive(steps)


def test_quitting_does_not_wait_for_a_warming_engine(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.runner.warm.clear()

    async def steps(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "Starting PyTorch" in screen_text(pilot.app), "a note says that it warms")
        await pilot.press("q")

    bench.drive(steps)
    assert not bench.runner.warm.is_set()


def test_an_unexpected_failure_of_the_runner_is_a_sentence(tmp_path: Path) -> None:
    def script(job, number):
        raise ZeroDivisionError("a fault of ours")
        yield

    bench = Bench(tmp_path, script)

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await settled(pilot)
        text = screen_text(pilot.app)
        assert "tutor itself failed (ZeroDivisionError: a fault of ours)" in text
        assert "Traceback" not in text

    bench.drive(steps)


def test_a_deleted_file_is_named_and_comes_back(tmp_path: Path) -> None:
    bench = Bench(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        bench.file().unlink()
        await until(pilot, lambda: f"exercises/{FIRST}.py was deleted" in screen_text(pilot.app), "the note says so")
        await pilot.press("r")
        assert f"exercises/{FIRST}.py is not there" in screen_text(pilot.app)
        assert bench.runner.jobs == []
        bench.file().write_text("# again\n")
        await until(pilot, lambda: len(bench.runner.jobs) == 1, "the new file is checked")

    bench.drive(steps)


def test_a_folder_in_the_files_place_is_a_sentence(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.file().unlink()
    bench.file().mkdir()

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        assert "is a folder, where a Python file should be" in screen_text(pilot.app)

    bench.drive(steps)


def test_a_broken_exercise_leaves_the_others_usable(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    (bench.course.root / "solutions" / f"{SECOND}.py").write_text("def broken(:\n")

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("n")
        text = screen_text(pilot.app)
        assert f"solutions/{SECOND}.py:1: this is not valid Python" in text
        for key in ("r", "h", "s", "x", "e"):
            await pilot.press(key)
        assert bench.runner.jobs == []
        await pilot.press("n", "r")
        await until(pilot, lambda: [job.exercise for job in bench.runner.jobs] == [THIRD], "the third one runs")

    bench.drive(steps)


def test_unusable_progress_costs_a_sentence_not_the_verdict(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda job, number: events(attempt(job)))
    (bench.workspace.root / ".tutor").write_text("a file where the folder should be")

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await settled(pilot)
        assert "✓ Passed" in screen_text(pilot.app)
        assert "not in your progress" in screen_text(pilot.app)
        await pilot.press("h")
        await pilot.pause()

    bench.drive(steps)


def test_an_empty_course_is_a_sentence(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.course = msgspec.structs.replace(bench.course, chapters=())

    async def steps(pilot: Pilot[None]) -> None:
        for key in ("r", "n", "h", "e", "s", "x", "u", "t", "enter"):
            await pilot.press(key)
            assert "This course has no exercises" in screen_text(pilot.app)

    bench.drive(steps)


@pytest.mark.parametrize("size", [(1, 1), (5, 2), (20, 5), (30, 10), (300, 8)])
def test_any_size_can_be_drawn(tmp_path: Path, size: tuple[int, int]) -> None:
    bench = Bench(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        for key in ("r", "t", "h", "question_mark", "escape", "x", "escape"):
            await pilot.press(key)
        await until(pilot, lambda: len(bench.runner.jobs) >= 1, "an attempt was made")

    bench.drive(steps, size)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20), (40, 12), (30, 6)])
def test_the_verdict_stays_in_sight(tmp_path: Path, size: tuple[int, int]) -> None:
    bench = Bench(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await settled(pilot)
        assert "✗ Failed" in screen_text(pilot.app)
        for key in ("pagedown", "pageup", "t"):
            await pilot.press(key)
            bottom = "\n".join(screen_text(pilot.app).splitlines()[-5:])
            assert "✗ Failed" in bottom

    bench.drive(steps, size)


def test_resizing_while_it_runs(tmp_path: Path) -> None:
    bench = Bench(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        for width, height in ((60, 20), (10, 3), (200, 60), (80, 24)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
        await settled(pilot)
        assert "✗ Failed" in screen_text(pilot.app)
        assert pilot.app.focused is not None
        assert pilot.app.focused.id == "page", "the tree had the focus and is hidden now"

    bench.drive(steps)
