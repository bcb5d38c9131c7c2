"""The welcome of a learner without a workspace, and what the TUI says while PyTorch warms or cannot be used."""

import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_support import FIRST, WHY, Bench, Newcomer, Unusable, in_sight, screen_text, settled, until

from tutor.cli.start import begin
from tutor.engine.client import EngineUnusable
from tutor.tui.app import TutorApp
from tutor.tui.screens.unusable import UnusableScreen
from tutor.tui.screens.welcome import WelcomeScreen
from tutor.workspace.errors import WorkspaceError
from tutor.workspace.files import Workspace

Steps = Callable[[Pilot[None]], Awaitable[None]]


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    return Newcomer(tmp_path)


def lines_of(app: TutorApp) -> list[str]:
    return screen_text(app).splitlines()


def words_of(app: TutorApp) -> str:
    """What is on the screen, or in the box over it, without frames and line breaks."""
    lines = lines_of(app)
    if (box := next(iter(app.screen.query("#dialog")), None)) is not None:
        x, y, width, height = box.region
        lines = [line[x : x + width] for line in lines[y : y + height]]
    return re.sub(r"[\s│╭╮╰╯─]+", " ", " ".join(lines))


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20), (20, 5)])
def test_enter_makes_the_workspace_and_opens_the_course(newcomer: Newcomer, size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        assert "enter make" in words_of(pilot.app)
        assert list(newcomer.folder.iterdir()) == []
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, WelcomeScreen), "the course is there")
        assert (newcomer.folder / "exercises" / f"{FIRST}.py").is_file()
        await pilot.press("r")
        await settled(pilot)
        await pilot.press("q")

    app = newcomer.drive(steps, size)
    assert app.return_code == 0
    assert [job.answer_file for job in newcomer.runner.jobs] == [str(newcomer.folder / "exercises" / f"{FIRST}.py")]


def test_the_welcome_says_what_and_where(newcomer: Newcomer) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        text = words_of(pilot.app)
        assert "every save is checked at once" in text
        assert "A small course: 3 exercises" in text
        assert str(newcomer.folder) in text.replace(" ", "")

    newcomer.drive(steps)


@pytest.mark.parametrize("key", ["q", "escape", "ctrl+c", "ctrl+q"])
def test_leaving_the_welcome_leaves_no_trace(newcomer: Newcomer, key: str) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press(key)

    app = newcomer.drive(steps)
    assert app.return_code == 0
    assert list(newcomer.folder.iterdir()) == []
    assert newcomer.runner.closed == 0, "nothing was warmed for a learner who only looked"


def test_a_click_makes_it_too(newcomer: Newcomer) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        x, y = next((line.index("make it"), y) for y, line in enumerate(lines_of(pilot.app)) if "make it" in line)
        await pilot.click(offset=(x, y))
        await until(pilot, lambda: not isinstance(pilot.app.screen, WelcomeScreen), "the course is there")

    newcomer.drive(steps)


@pytest.mark.parametrize("size", [(120, 40), (60, 20)])
def test_a_workspace_that_cannot_be_made_is_a_sentence_and_can_be_tried_again(
    newcomer: Newcomer, size: tuple[int, int]
) -> None:
    (newcomer.folder / "exercises").write_text("in the way")

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await until(pilot, lambda: "move it away" in words_of(pilot.app), "it says what is in the way")
        assert "enter make it and begin" in words_of(pilot.app)
        (newcomer.folder / "exercises").unlink()
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, WelcomeScreen), "the course is there")

    newcomer.drive(steps, size)


def test_a_full_disk_at_the_first_key_is_a_sentence(newcomer: Newcomer) -> None:
    def make() -> tuple[Workspace, str]:
        raise WorkspaceError("exercises/01.py cannot be written: No space left on device. Make its folder writable.")

    newcomer.make = make

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await until(pilot, lambda: "No space left on device" in words_of(pilot.app), "it says why")
        assert isinstance(pilot.app.screen, WelcomeScreen)

    newcomer.drive(steps)


def test_a_broken_exercise_is_named_and_left_out(newcomer: Newcomer) -> None:
    (newcomer.course.root / "solutions" / f"{FIRST}.py").write_text("def broken(:\n")

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await until(pilot, lambda: f"{FIRST} is left out" in words_of(pilot.app), "the note line says it")

    newcomer.drive(steps)
    assert len(list((newcomer.folder / "exercises").iterdir())) == 2


def test_two_enters_make_one_workspace(newcomer: Newcomer) -> None:
    made: list[Path] = []

    def make() -> tuple[Workspace, str]:
        made.append(newcomer.folder)
        return begin(newcomer.folder, newcomer.course)

    newcomer.make = make

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("enter", "enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, WelcomeScreen), "the course is there")
        await pilot.pause(0.1)

    newcomer.drive(steps)
    assert len(made) == 1


def test_the_seconds_are_counted_while_the_engine_warms(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.runner.warm.clear()

    async def steps(pilot: Pilot[None]) -> None:
        await until(
            pilot, lambda: bool(re.search(r"few seconds\. +[1-9] s", screen_text(pilot.app))), "a second passes"
        )
        bench.runner.warm.set()
        await until(pilot, lambda: "few seconds" not in screen_text(pilot.app), "the note goes")

    bench.drive(steps)


def shown(unusable: Unusable, size: tuple[int, int], then: Steps) -> TutorApp:
    """Do `then` once the screen that PyTorch cannot be used is there."""

    async def steps(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(pilot.app.screen, UnusableScreen), "the screen is there")
        await pilot.pause()
        await then(pilot)

    return unusable.drive(steps, size)


@pytest.fixture
def unusable(tmp_path: Path) -> Unusable:
    return Unusable(tmp_path)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20)])
def test_without_pytorch_a_screen_says_what_to_install_and_trying_again_goes_on(
    unusable: Unusable, size: tuple[int, int]
) -> None:
    async def then(pilot: Pilot[None]) -> None:
        text = words_of(pilot.app)
        assert WHY in text
        assert "r try again · q quit · esc read on" in text
        await pilot.press("r")
        await until(pilot, lambda: "it is still so" in words_of(pilot.app), "the trial has failed")
        unusable.mended = True
        await pilot.press("r")
        await until(pilot, lambda: not isinstance(pilot.app.screen, UnusableScreen), "the screen goes")
        assert "PyTorch can be used now" in words_of(pilot.app)
        await pilot.press("r")
        await settled(pilot)
        assert "✗ Failed" in screen_text(pilot.app)

    shown(unusable, size, then)


def test_quitting_from_there(unusable: Unusable) -> None:
    async def then(pilot: Pilot[None]) -> None:
        await pilot.press("q")

    assert shown(unusable, (80, 24), then).return_code == 0


def test_the_course_can_be_read_all_the_same_and_a_run_says_it_again(unusable: Unusable) -> None:
    async def then(pilot: Pilot[None]) -> None:
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, UnusableScreen)
        assert "Broadcasting" in screen_text(pilot.app)
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, UnusableScreen), "the screen is there again")
        await pilot.press("escape")
        assert "! No verdict" in screen_text(pilot.app)
        assert unusable.progress().attempts == 0

    shown(unusable, (120, 40), then)


def test_a_trial_runs_alone_and_its_seconds_are_counted(unusable: Unusable) -> None:
    async def then(pilot: Pilot[None]) -> None:
        unusable.mended = True
        unusable.runner.warm.clear()
        await pilot.press("r", "r", "r")
        await until(
            pilot, lambda: bool(re.search("Starting PyTorch again [1-9] s", words_of(pilot.app))), "a second passes"
        )
        assert unusable.calls == 2
        unusable.runner.warm.set()
        await until(pilot, lambda: not isinstance(pilot.app.screen, UnusableScreen), "the screen goes")

    shown(unusable, (80, 24), then)


def test_a_tiny_terminal_still_shows_the_reason(unusable: Unusable) -> None:
    async def then(pilot: Pilot[None]) -> None:
        assert "PyTorch is not" in words_of(pilot.app)
        assert in_sight(pilot.app.screen.query_one("#why"))
        assert "r try again" in words_of(pilot.app)

    shown(unusable, (20, 6), then)


def test_what_the_engine_says_is_plain_text(unusable: Unusable, monkeypatch: pytest.MonkeyPatch) -> None:
    def hostile(say: Callable[[str], None]) -> Iterator[None]:
        raise EngineUnusable("[bold]no[/] \x1b[31mred [/nothing]")

    monkeypatch.setattr(unusable.runner, "connect", hostile)

    async def then(pilot: Pilot[None]) -> None:
        assert "[bold]no[/]" in screen_text(pilot.app)
        assert "\x1b" not in screen_text(pilot.app)

    shown(unusable, (80, 24), then)
