"""How the first minutes look: the welcome, PyTorch warming, and a machine without it, in both themes."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from tui_support import KEY, Bench, until

from tutor.engine.client import EngineUnusable
from tutor.tui.app import TutorApp
from tutor.tui.preferences import Preferences, write_preferences
from tutor.tui.screens.unusable import UnusableScreen
from tutor.tui.screens.welcome import Beginning
from tutor.workspace.errors import WorkspaceError
from tutor.workspace.files import Workspace

SIZES = {"120x40": (120, 40), "80x24": (80, 24), "60x20": (60, 20)}
WHY = (
    "PyTorch is installed but broken: the shared library libcudart.so.12 cannot be loaded. "
    "To install it anew: /home/ada/.venv/bin/python -m pip install --force-reinstall torch"
)


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return SIZES[request.param]


@pytest.fixture(params=["textual-dark", "textual-light"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    write_preferences(made.preferences, Preferences(theme=request.param))
    return made


def newcomer(bench: Bench) -> TutorApp:
    """The app of a learner in a folder of the same name on every machine, where nothing can be made."""

    def make() -> tuple[Workspace, str]:
        raise WorkspaceError("exercises/01_make_tensors.py cannot be written: no space left on device.")

    course = replace(bench.course, title="PyTorch, from tensors to shipping")
    beginning = Beginning(Path("/home/ada/learning/pytorch"), make)
    return TutorApp(course, beginning, KEY, runner=bench.runner, preferences=bench.preferences)


def test_welcome(bench: Bench, snap_compare, size: tuple[int, int]) -> None:
    assert snap_compare(newcomer(bench), terminal_size=size)


def test_welcome_in_trouble(bench: Bench, snap_compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen.query_one("#trouble").display, "it says why")
        await pilot.pause(0.1)

    assert snap_compare(newcomer(bench), terminal_size=size, run_before=before)


def test_unusable(bench: Bench, snap_compare, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(_: object) -> None:
        raise EngineUnusable(WHY)

    monkeypatch.setattr(bench.runner, "connect", connect)

    async def before(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(pilot.app.screen, UnusableScreen), "the screen is there")
        course = pilot.app.screen_stack[0]
        await until(pilot, lambda: not course.query("#statement-text"), "Markdown is there")
        await pilot.pause(0.1)

    assert snap_compare(bench.app(), terminal_size=size, run_before=before)
