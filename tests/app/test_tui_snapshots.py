"""How the TUI looks: pictures of the main screen, to be renewed with `pytest --snapshot-update` and looked at."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from tui_support import FIRST, SECOND, Bench, attempt, events, screen_text, settled, until

from tutor.attempt.exhibit import HeatMap, Image, Picture, Plot, Series
from tutor.attempt.job import Job
from tutor.attempt.result import Attempt
from tutor.tui.preferences import Preferences, write_preferences

SIZES = {"120x40": (120, 40), "80x24": (80, 24), "60x20": (60, 20)}


async def drawn(pilot: Pilot[None]) -> None:
    """Wait until everything that comes after the first frame is there."""
    screen = pilot.app.screen
    await until(pilot, lambda: not screen.query("#statement-text"), "Markdown is there")
    await until(pilot, lambda: len(screen.query("FooterKey")) > 0, "the footer is there")
    await pilot.pause(0.1)


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return SIZES[request.param]


def test_opening(tmp_path: Path, snap_compare, size: tuple[int, int]) -> None:
    assert snap_compare(Bench(tmp_path).app(), terminal_size=size, run_before=drawn)


def test_failed(tmp_path: Path, snap_compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await drawn(pilot)
        await pilot.press("r")
        await settled(pilot)
        await pilot.pause(0.1)

    assert snap_compare(Bench(tmp_path).app(), terminal_size=size, run_before=before)


def test_passed(tmp_path: Path, snap_compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await drawn(pilot)
        await pilot.press("r")
        await settled(pilot)
        await pilot.pause(0.1)

    bench = Bench(tmp_path, lambda job, number: events(attempt(job)))
    assert snap_compare(bench.app(), terminal_size=size, run_before=before)


def test_search(tmp_path: Path, snap_compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await drawn(pilot)
        await pilot.press("l", "l", "slash", *"shape")
        await until(pilot, lambda: pilot.app.screen.exercise.id == SECOND, "the best match is shown")
        pilot.app.screen.query_one("#find").cursor_blink = False  # a picture is taken at any moment
        await pilot.pause(0.2)

    bench = Bench(tmp_path)
    bench.record(FIRST, passed=True)
    assert snap_compare(bench.app(), terminal_size=size, run_before=before)


def test_statistics(tmp_path: Path, snap_compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await drawn(pilot)
        await pilot.press("p")
        await until(pilot, lambda: "on 3 days" in screen_text(pilot.app), "the attempts are counted")
        await pilot.pause(0.1)

    bench = Bench(tmp_path)
    noon = datetime.now().astimezone().replace(hour=12, minute=0, second=0, microsecond=0)
    for ago, tries in ((9, 4), (5, 2), (2, 1)):
        for minute in range(tries):
            name, last = FIRST if ago > 2 else SECOND, ago == 5 and minute == 1
            at = noon - timedelta(days=ago, minutes=-minute)
            bench.record(name, passed=last, failing="" if last else "test_every_pair", at=at)
    assert snap_compare(bench.app(), terminal_size=size, run_before=before)


def test_help(tmp_path: Path, snap_compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await drawn(pilot)
        await pilot.press("question_mark")
        await pilot.pause(0.2)

    assert snap_compare(Bench(tmp_path).app(), terminal_size=size, run_before=before)


def test_writing(tmp_path: Path, snap_compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await drawn(pilot)
        await pilot.press("c")
        await until(pilot, lambda: bool(pilot.app.screen.query("#code-editor")), "the editor is there")
        pilot.app.screen.query_one("#code-editor").cursor_blink = False  # type: ignore[attr-defined]
        await pilot.press("r", "ctrl+s")
        await settled(pilot)
        await pilot.pause(0.3)

    assert snap_compare(Bench(tmp_path).app(), terminal_size=size, run_before=before)


def test_light(tmp_path: Path, snap_compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await drawn(pilot)
        await pilot.press("r")
        await settled(pilot)
        await pilot.pause(0.1)

    bench = Bench(tmp_path)
    write_preferences(bench.preferences, Preferences(theme="textual-light"))
    assert snap_compare(bench.app(), terminal_size=size, run_before=before)


def test_ascii(tmp_path: Path, snap_compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await drawn(pilot)
        await pilot.press("r")
        await settled(pilot)
        await pilot.pause(0.1)

    bench = Bench(tmp_path)
    bench.ascii_only = True
    assert snap_compare(bench.app(), terminal_size=size, run_before=before)


CURVE = Plot(
    title="Loss of each epoch",
    text="Yours falls more slowly than the reference.",
    series=tuple(
        Series(name=name, x=tuple(map(float, range(1, 11))), y=tuple(2 / (n + pace) for n in range(10)))
        for name, pace in (("yours", 2), ("reference", 1))
    ),
    x_label="epoch",
    y_label="loss",
)
PICTURE = Picture(width=8, height=8, rgb=bytes(4 * n for n in range(64) for _ in "rgb"), label="a ramp")
ERROR = HeatMap(
    title="Error", text="A matrix.", rows=tuple((n / 10, n / 5, n / 2) for n in range(5)), low=0.0, high=2.0
)
SHOWN = (CURVE, Image(title="Your first samples", text="Two pictures.", pictures=(PICTURE, PICTURE)), ERROR)


def test_exhibits(tmp_path: Path, snap_compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await drawn(pilot)
        await pilot.press("r")
        await settled(pilot)
        pilot.app.screen.query_one("#page").scroll_end(animate=False)
        await pilot.pause(0.2)

    def showing(job: Job) -> Attempt:
        passed = attempt(job)
        first, *others = passed.checks
        return replace(passed, timing=None, checks=(replace(first, exhibits=SHOWN), *others))

    bench = Bench(tmp_path, lambda job, number: events(showing(job)))
    assert snap_compare(bench.app(), terminal_size=size, run_before=before)
