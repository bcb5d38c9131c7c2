"""A damaged progress file is told of whenever it is met: by commands at any step, in the TUI at every key."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_support import FIRST, KEY, Bench, screen_text, settled, until

from tutor.cli.session import open_progress
from tutor.course.hints import hints_of
from tutor.course.loader import read_content
from tutor.tui.session import Session
from tutor.workspace.files import Workspace, create_workspace
from tutor.workspace.progress import Progress

RUBBISH = b"not a database, by far" * 100


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = create_workspace(tmp_path / "work", {})
    with Progress(made.progress_file) as progress:
        progress.show_hint(KEY, FIRST, 3)
    return made


def damage(workspace: Workspace) -> None:
    workspace.progress_file.parent.mkdir(exist_ok=True)
    workspace.progress_file.write_bytes(RUBBISH)


def test_a_command_that_opens_a_damaged_file_says_so(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    damage(workspace)
    with open_progress(workspace) as progress:
        progress.summary(KEY)
    assert capsys.readouterr().err.count("was damaged") == 1


def test_a_command_that_meets_the_damage_later_says_so(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_progress(workspace) as progress:
        damage(workspace)
        progress.show_hint(KEY, FIRST, 3)
    assert capsys.readouterr().err.count("was damaged") == 1


def test_every_way_of_the_tui_to_the_file_keeps_the_notice_until_it_is_told(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    session = Session(bench.course, bench.workspace, KEY)
    exercise = bench.course.exercises[0]
    hints = hints_of(read_content(exercise))
    for use in (
        session.summary,
        lambda: session.hint_count(exercise),
        lambda: session.next_hint(exercise, hints, None),
        lambda: session.reveal(exercise),
    ):
        damage(bench.workspace)
        use()
        assert "was damaged" in (session.notice() or "")
        assert session.notice() is None


def test_the_note_line_tells_of_it_at_the_start_and_at_a_hint(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    damage(bench.workspace)

    async def steps(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "was damaged" in screen_text(pilot.app), "the note says it")
        await pilot.press("r")
        await settled(pilot)
        assert "was damaged" not in screen_text(pilot.app)
        damage(bench.workspace)
        await pilot.press("h")
        await until(pilot, lambda: "was damaged" in screen_text(pilot.app), "the note says it again")

    bench.drive(steps)
