"""Attempts counted by day and by the check that failed first."""

import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from tutor.attempt.result import Attempt, CheckResult, Device, Outcome, Verdict
from tutor.show.columns import column_lines, columns_that_fit
from tutor.workspace.progress import Progress
from tutor.workspace.statistics import Day, Obstacle, Statistics

NOON = datetime.now().astimezone().replace(year=2026, month=3, day=10, hour=12, minute=0, second=0, microsecond=0)
TENTH = date(2026, 3, 10)
P, F, E, N = Outcome.PASSED, Outcome.FAILED, Outcome.ERROR, Outcome.NOT_RUN


@pytest.fixture
def progress(tmp_path: Path):
    with Progress(tmp_path / ".tutor" / "progress.db") as progress:
        yield progress


def record(progress: Progress, exercise: str, *outcomes: Outcome, at: datetime = NOON, course: str = "course") -> None:
    passed = all(outcome is P for outcome in outcomes)
    checks = tuple(
        CheckResult(id=f"test_{number}", claim="So.", outcome=outcome) for number, outcome in enumerate(outcomes)
    )
    verdict = Verdict.PASSED if passed else Verdict.FAILED
    device = Device(type="cpu", name="A processor")
    progress.record(course, Attempt(exercise=exercise, verdict=verdict, device=device, seconds=0.1, checks=checks), at)


def test_nothing_done_counts_nothing(progress: Progress) -> None:
    record(progress, "01_a", P, course="another")
    assert progress.statistics("course", 5) == Statistics()


def test_days_are_the_learners_own_and_count_first_passes_once(progress: Progress) -> None:
    midnight = NOON.replace(hour=0)
    record(progress, "01_a", F, at=midnight - timedelta(minutes=1))
    record(progress, "01_a", P, at=midnight + timedelta(minutes=1))
    record(progress, "01_a", P, at=NOON.astimezone(UTC))
    record(progress, "01_b", P, at=NOON)
    record(progress, "01_a", P, at=NOON + timedelta(days=3))
    assert progress.statistics("course", 5).days == (
        Day(date=TENTH - timedelta(days=1), attempts=1, passed=0),
        Day(date=TENTH, attempts=3, passed=2),
        Day(date=TENTH + timedelta(days=3), attempts=1, passed=0),
    )


def test_an_obstacle_is_what_failed_first_more_than_once(progress: Progress) -> None:
    for minute, outcomes in enumerate(((F, F, F), (P, F, F), (P, E, N), (P, P, F), (P, P, P))):
        record(progress, "01_a", *outcomes, at=NOON + timedelta(minutes=minute))
    for minute in range(3):
        record(progress, "02_b", F, F, at=NOON + timedelta(minutes=minute))
    assert progress.statistics("course", 5).obstacles == (
        Obstacle(exercise="02_b", check="test_0", times=3, overcome=False),
        Obstacle(exercise="01_a", check="test_1", times=2, overcome=True),
    )
    assert [one.exercise for one in progress.statistics("course", 1).obstacles] == ["02_b"]
    assert progress.statistics("course", 5).attempts == 8


def test_a_moment_that_tutor_never_wrote_costs_its_day_alone(progress: Progress) -> None:
    record(progress, "01_a", P)
    connection = sqlite3.connect(progress.path)
    with connection:
        connection.execute("INSERT INTO attempts SELECT 9, course, exercise, 'soon', verdict, seconds, device, checks,"
                           " checks_passed, answer_seconds, ratio FROM attempts")  # fmt: skip
    connection.close()
    counted = progress.statistics("course", 5)
    assert (counted.attempts, counted.days) == (2, (Day(date=TENTH, attempts=1, passed=1),))


def drawn(counts: list[int], marks: list[int], *, plain: bool = False) -> list[str]:
    return [line.plain for line in column_lines(counts, marks, 2, plain=plain)]


def test_bars_are_as_high_as_what_they_count() -> None:
    assert drawn([0, 1, 4, 8], [0, 0, 2, 12]) == [
        "8       █ ",
        "    ▂ █ █ ",
        "  ───────",
        "      2 + ",
    ]
    assert drawn([0, 1, 100], [0, 0, 0])[1] == "      ▁ █ ", "one of a hundred is not nothing"
    assert drawn([0, 0], [0, 0]) == ["1     ", "      ", "  ───", "      "]


def test_bars_in_ascii() -> None:
    lines = drawn([0, 3, 8], [0, 1, 0], plain=True)
    assert all(line.isascii() for line in lines)
    assert lines[1] == "    # # "


@pytest.mark.parametrize("width", [0, 1, 10, 57, 300])
def test_bars_fit(width: int) -> None:
    count = columns_that_fit(width)
    console = Console(width=max(width, 20), record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    assert count >= 1
    for line in column_lines([12345] * count, [1] * count, 3, plain=False):
        assert console.measure(line).maximum <= max(width, 8)
