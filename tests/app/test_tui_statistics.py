"""The screen that shows the learner's progress."""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_support import FIRST, SECOND, THIRD, Bench, screen_text, until

from tutor.tui.screens.course import CourseScreen
from tutor.tui.screens.statistics import StatisticsScreen

SIZES = [(120, 40), (80, 24), (60, 20)]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Two weeks of work: the first exercise passed at last, the second not yet."""
    bench = Bench(tmp_path)
    noon = datetime.now().astimezone().replace(hour=12, minute=0, second=0, microsecond=0)
    for ago in range(13, 9, -1):
        bench.record(FIRST, passed=ago == 10, at=noon - timedelta(days=ago), failing="" if ago == 10 else "test_rules")
    for minute in range(3):
        bench.record(SECOND, passed=False, at=noon - timedelta(days=2, minutes=minute), failing="test_shape")
    return bench


async def counted(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: "Days (7 attempts on 5 days)" in screen_text(pilot.app), "the attempts are counted")


@pytest.mark.parametrize("size", SIZES)
def test_it_shows_chapters_days_and_hardest_checks(bench: Bench, size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("p")
        assert isinstance(pilot.app.screen, StatisticsScreen)
        await counted(pilot)
        text = screen_text(pilot.app)
        await pilot.press("end")
        text += screen_text(pilot.app)
        assert "1 of 2  7 attempts" in text
        assert "02 Mathematics" in text
        assert "0 of 1" in text
        assert "7 attempts in" in text
        assert "✓ 3x No Python loop over points" in text
        assert "● 3x The result has one row per point" in text

    bench.drive(steps, size)


@pytest.mark.parametrize("key", ["escape", "q", "p"])
def test_it_goes_back(bench: Bench, key: str) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("p", key)
        assert isinstance(pilot.app.screen, CourseScreen)

    bench.drive(steps)


def test_it_scrolls(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("p")
        await counted(pilot)
        page = pilot.app.screen.query_one("#statistics")
        for down, up in (("j", "k"), ("down", "up"), ("pagedown", "pageup"), ("end", "home")):
            await pilot.press(down)
            await until(pilot, lambda: page.scroll_y > 0, down)
            await pilot.press(up)
            await until(pilot, lambda: page.scroll_y == 0, up)

    bench.drive(steps, (60, 20))


def test_nothing_done_yet(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("p")
        await until(pilot, lambda: "0 attempts on 0 days" in screen_text(pilot.app), "nothing is counted")
        assert "No check has stopped you more than once." in screen_text(pilot.app)
        assert "Nothing yet. Every day on which" in screen_text(pilot.app)

    Bench(tmp_path).drive(steps)


def test_one_day_is_told_in_words(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.record(FIRST, passed=False, failing="test_rules")
    bench.record(FIRST, passed=True)

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("p")
        await until(pilot, lambda: "2 attempts today, 1 exercise passed." in screen_text(pilot.app), "the day")
        assert "today at the right" not in screen_text(pilot.app), "a single bar says nothing"

    bench.drive(steps)


@pytest.mark.parametrize("size", SIZES)
def test_a_thousand_attempts(tmp_path: Path, size: tuple[int, int]) -> None:
    bench = Bench(tmp_path)
    noon = datetime.now().astimezone().replace(hour=12, minute=0, second=0, microsecond=0)
    for ago in (3, 2):
        bench.record(FIRST, passed=False, at=noon - timedelta(days=ago), failing="test_rules")
    connection = sqlite3.connect(bench.workspace.progress_file)
    for number in range(9):  # every attempt twice, nine times over
        connection.execute(
            "INSERT INTO attempts (course, exercise, at, verdict, seconds, device, checks, checks_passed)"
            " SELECT course, exercise, at, verdict, seconds, device, checks, checks_passed FROM attempts"
        )
        connection.execute("INSERT INTO outcomes SELECT attempt + ?, check_id, outcome FROM outcomes", (2 * 2**number,))
    connection.commit()
    connection.close()

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("p")
        await until(pilot, lambda: "1,024 attempts on 2 days" in screen_text(pilot.app), "the attempts are counted")
        shown = screen_text(pilot.app)
        await pilot.press("end")
        await pilot.pause()
        shown += screen_text(pilot.app)
        assert "1,024 attempts in" in shown
        assert "512 " in shown, "the axis names the largest day"
        assert "● 1,024x No Python loop" in shown

    bench.drive(steps, size)


def test_a_check_that_the_course_has_no_more_keeps_its_name(bench: Bench) -> None:
    checks = bench.course.root / "tests" / "checks"
    (checks / f"test_{FIRST}.py").write_text("def broken(:\n")
    (checks / f"test_{SECOND}.py").write_text('def test_other(answer):\n    """Another claim."""\n')

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("p")
        await until(pilot, lambda: "3x test_rules" in screen_text(pilot.app), "a broken file")
        assert "3x test_shape" in screen_text(pilot.app)

    bench.drive(steps)


def test_progress_that_cannot_be_read_is_a_sentence(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        bench.workspace.progress_file.unlink()
        bench.workspace.progress_file.mkdir()
        await pilot.press("p")
        await until(pilot, lambda: "progress.db" in screen_text(pilot.app), "the sentence")
        assert "Chapters" in screen_text(pilot.app)
        await pilot.press("escape", "n")
        assert pilot.app.screen.exercise.id == THIRD

    bench.drive(steps)


@pytest.mark.parametrize("size", [(1, 1), (20, 5), (30, 10), (300, 8)])
def test_any_size_can_be_drawn(bench: Bench, size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("p")
        await pilot.pause(0.1)
        await pilot.resize_terminal(80, 24)
        await counted(pilot)

    bench.drive(steps, size)
