"""How every screen of the TUI looks, small and large, dark and light.

The pictures are renewed with `pytest --snapshot-update`, and then looked at.
"""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from tui_support import FIRST, SECOND, Bench, attempt, events, screen_text, settled, until

from tutor.attempt.exhibit import HeatMap, Image, Picture, Plot, Series
from tutor.attempt.job import Job
from tutor.attempt.protocol import CheckStarted, Event
from tutor.attempt.result import Attempt
from tutor.tui.preferences import Preferences, write_preferences

SIZES = {"120x40": (120, 40), "80x24": (80, 24), "60x20": (60, 20)}
Drive = Callable[[Pilot[None]], Awaitable[None]]


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return SIZES[request.param]


@pytest.fixture(params=["dark", "light"])
def theme(request: pytest.FixtureRequest) -> str:
    return f"textual-{request.param}"


async def drawn(pilot: Pilot[None]) -> None:
    """Wait until everything that comes after the first frame is there."""
    screen = pilot.app.screen
    await until(pilot, lambda: not screen.query("#statement-text"), "Markdown is there")
    await until(pilot, lambda: len(screen.query("FooterKey")) > 0, "the footer is there")
    await pilot.pause(0.1)


def look(bench: Bench, compare: Callable[..., bool], size: tuple[int, int], steps: Drive, theme: str = "") -> None:
    """Compare a picture of what `steps` lead to."""

    async def before(pilot: Pilot[None]) -> None:
        await drawn(pilot)
        await steps(pilot)
        await pilot.pause(0.2)

    if theme:
        write_preferences(bench.preferences, Preferences(theme=theme))
    assert compare(bench.app(), terminal_size=size, run_before=before)


def pressing(*keys: str) -> Drive:
    """Press the keys one after the other."""

    async def steps(pilot: Pilot[None]) -> None:
        for key in keys:
            await pilot.press(key)
            await pilot.pause()

    return steps


async def running_to_the_end(pilot: Pilot[None]) -> None:
    await pilot.press("r")
    await settled(pilot)


def test_opening(tmp_path: Path, snap_compare, size: tuple[int, int], theme: str) -> None:
    look(Bench(tmp_path), snap_compare, size, pressing(), theme)


def test_running(
    tmp_path: Path, snap_compare, size: tuple[int, int], theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a picture is taken at any moment
    monkeypatch.setattr("tutor.tui.widgets.verdict.time", SimpleNamespace(monotonic=lambda: 0.0))
    monkeypatch.setattr("tutor.tui.widgets.checks.SPINNER", "⠋")

    def script(job: Job, number: int) -> Iterator[Event | None]:
        yield from list(events(attempt(job)))[:3]
        yield CheckStarted(check="test_every_pair")
        yield None

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await until(pilot, lambda: pilot.app.screen.state.running == "test_every_pair", "the second check runs")

    look(Bench(tmp_path, script), snap_compare, size, steps, theme)


def test_failed(tmp_path: Path, snap_compare, size: tuple[int, int], theme: str) -> None:
    look(Bench(tmp_path), snap_compare, size, running_to_the_end, theme)


def test_passed(tmp_path: Path, snap_compare, size: tuple[int, int], theme: str) -> None:
    bench = Bench(tmp_path, lambda job, number: events(attempt(job)))
    bench.record(FIRST, passed=False, failing="test_shape")
    for milliseconds in (3.0, 2.5, 1.0, 2.0):
        bench.record(FIRST, passed=True, seconds=milliseconds / 1000)

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.app.screen.open(bench.course.exercises[0])  # type: ignore[attr-defined]
        await running_to_the_end(pilot)

    look(bench, snap_compare, size, steps, theme)


def test_search(tmp_path: Path, snap_compare, size: tuple[int, int], theme: str) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("l", "l", "slash", *"shape")
        await until(pilot, lambda: pilot.app.screen.exercise.id == SECOND, "the best match is shown")
        pilot.app.screen.query_one("#find").cursor_blink = False  # a picture is taken at any moment

    bench = Bench(tmp_path)
    bench.record(FIRST, passed=True)
    look(bench, snap_compare, size, steps, theme)


def test_statistics(tmp_path: Path, snap_compare, size: tuple[int, int], theme: str) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("p")
        await until(pilot, lambda: "on 3 days" in screen_text(pilot.app), "the attempts are counted")

    bench = Bench(tmp_path)
    noon = datetime.now().astimezone().replace(hour=12, minute=0, second=0, microsecond=0)
    for ago, tries in ((9, 4), (5, 2), (2, 1)):
        for minute in range(tries):
            name, last = FIRST if ago > 2 else SECOND, ago == 5 and minute == 1
            at = noon - timedelta(days=ago, minutes=-minute)
            bench.record(name, passed=last, failing="" if last else "test_every_pair", at=at)
    look(bench, snap_compare, size, steps, theme)


def test_statistics_of_nothing(tmp_path: Path, snap_compare, size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("p")
        await until(pilot, lambda: "on 0 days" in screen_text(pilot.app), "nothing is counted")

    look(Bench(tmp_path), snap_compare, size, steps)


def test_help(tmp_path: Path, snap_compare, size: tuple[int, int], theme: str) -> None:
    look(Bench(tmp_path), snap_compare, size, pressing("question_mark"), theme)


def test_question(tmp_path: Path, snap_compare, size: tuple[int, int], theme: str) -> None:
    look(Bench(tmp_path), snap_compare, size, pressing("x"), theme)


def test_hints(tmp_path: Path, snap_compare, size: tuple[int, int]) -> None:
    look(Bench(tmp_path), snap_compare, size, pressing("h", "h", "y"))


def test_solution(tmp_path: Path, snap_compare, size: tuple[int, int], theme: str) -> None:
    look(Bench(tmp_path), snap_compare, size, pressing("s", "y"), theme)


def test_solution_beside(tmp_path: Path, snap_compare, size: tuple[int, int]) -> None:
    look(Bench(tmp_path), snap_compare, size, pressing("s", "y", "d"))


def test_writing(tmp_path: Path, snap_compare, size: tuple[int, int], theme: str) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("c")
        await until(pilot, lambda: bool(pilot.app.screen.query("#code-editor")), "the editor is there")
        pilot.app.screen.query_one("#code-editor").cursor_blink = False  # type: ignore[attr-defined]
        await pilot.press("r", "ctrl+s")
        await settled(pilot)
        await pilot.pause(0.1)

    look(Bench(tmp_path), snap_compare, size, steps, theme)


def test_ascii(tmp_path: Path, snap_compare, size: tuple[int, int]) -> None:
    bench = Bench(tmp_path)
    bench.ascii_only = True
    look(bench, snap_compare, size, running_to_the_end)


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


def test_exhibits(tmp_path: Path, snap_compare, size: tuple[int, int], theme: str) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await running_to_the_end(pilot)
        await pilot.pause(0.1)
        pilot.app.screen.query_one("#page").scroll_end(animate=False)

    def showing(job: Job) -> Attempt:
        passed = attempt(job)
        first, *others = passed.checks
        return replace(passed, timing=None, checks=(replace(first, exhibits=SHOWN), *others))

    look(Bench(tmp_path, lambda job, number: events(showing(job))), snap_compare, size, steps, theme)
