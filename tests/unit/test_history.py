"""How an exercise went so far: the attempts until the first pass, and the times of the answers that passed."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from tutor.attempt.result import Attempt, Device, Spread, Timing, Verdict
from tutor.show.timing import sparkline, timing_view
from tutor.workspace.history import History
from tutor.workspace.progress import Progress

COURSE, ID = "builtin", "01_create_inspect"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def timing(seconds: float) -> Timing:
    return Timing(answer=Spread(median=seconds, iqr=0.0), solution=Spread(median=0.001, iqr=0.0), ratio=seconds / 0.001)


def attempt(seconds: float | None, *, device: str = "cpu", exercise: str = ID) -> Attempt:
    """A pass that took `seconds` a call; a failure for None."""
    return Attempt(
        exercise=exercise,
        verdict=Verdict.FAILED if seconds is None else Verdict.PASSED,
        device=Device(type=device, name=device),
        seconds=0.3,
        checks=(),
        timing=None if seconds is None else timing(seconds),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".tutor" / "progress.db"


def recorded(path: Path, *attempts: Attempt) -> History:
    with Progress(path) as progress:
        for minute, one in enumerate(attempts):
            progress.record(COURSE, one, NOON + timedelta(minutes=minute))
        return progress.history(COURSE, ID, "cpu")


def test_nothing_done_is_an_empty_history(path: Path) -> None:
    assert recorded(path, attempt(0.5, exercise="02_other")) == History()


def test_tries_count_up_to_the_first_pass_and_times_are_those_of_one_device(path: Path) -> None:
    found = recorded(
        path,
        attempt(None),
        attempt(None),
        attempt(0.003),
        attempt(None),
        attempt(0.0001, device="cuda"),
        attempt(0.002),
    )
    assert found == History(tries=3, times=(0.003, 0.002), best=0.002)


def test_the_best_is_remembered_longer_than_the_times(path: Path) -> None:
    found = recorded(path, attempt(0.001), *[attempt(0.002)] * 70)
    assert (len(found.times), set(found.times), found.best) == (60, {0.002}, 0.001)


def test_a_file_of_the_first_version_has_its_history(path: Path) -> None:
    recorded(path, attempt(None), attempt(0.003))
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE outcomes")
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    assert recorded(path) == History(tries=2, times=(0.003,), best=0.003)


def test_times_are_among_what_is_read_from_a_damaged_file(path: Path) -> None:
    recorded(path, attempt(None), attempt(0.003), attempt(0.002))
    connection = sqlite3.connect(path)
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'attempts_of_exercise'").fetchone()
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    data = bytearray(path.read_bytes())
    data[(page - 1) * size : page * size] = b"\x55" * size
    path.write_bytes(data)
    with Progress(path) as progress:
        assert progress.history(COURSE, ID, "cpu") == History(tries=2, times=(0.003, 0.002), best=0.002)
        assert progress.notice is not None


@pytest.mark.parametrize("rubbish", ["'soon'", "-1", "9e999", "x'00'"])
def test_times_that_tutor_never_wrote_are_left_out(path: Path, rubbish: str) -> None:
    recorded(path, attempt(0.003), attempt(0.002))
    connection = sqlite3.connect(path)
    connection.execute(f"UPDATE attempts SET answer_seconds = {rubbish} WHERE id = 1")
    connection.commit()
    connection.close()
    assert recorded(path) == History(tries=1, times=(0.002,), best=0.002)


def drawn(best: float | None, *times: float, width: int = 100) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        console.print(timing_view(timing(0.002), best, times))
    return capture.get()


def test_the_best_has_a_bar_where_another_answer_holds_it() -> None:
    text = drawn(0.001, 0.004, 0.001, 0.002)
    (mine,) = (line for line in text.splitlines() if line.startswith("your answer"))
    (best,) = (line for line in text.splitlines() if line.startswith("your best"))
    assert mine.count("█") == 2 * best.count("█")
    assert "1.0 ms" in best
    assert "█▁▃" in text


def test_an_answer_that_is_the_best_is_told_so() -> None:
    text = drawn(0.002, 0.004, 0.002)
    assert "your best" not in text
    assert "It is the quickest of your 2 answers that passed." in text


def test_a_first_answer_has_nothing_to_stand_beside() -> None:
    assert drawn(0.002, 0.002) == drawn(None)


def test_the_line_of_times_fits_a_narrow_place() -> None:
    text = drawn(0.002, *[0.002 + n / 1000 for n in range(60)], width=50)
    assert max(map(len, text.splitlines())) <= 50


def test_a_sparkline_has_a_character_for_each_value() -> None:
    assert sparkline([1, 2, 8]) == "▁▂█"
    assert sparkline([3, 3]) == "▁▁"
