"""How the TUI looks: pictures of the main screen, to be renewed with `pytest --snapshot-update` and looked at."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_support import Bench, attempt, events, settled, until

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
