"""Every key of the TUI."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Footer
from tui_support import FIRST, SECOND, THIRD, Bench, attempt, events, in_sight, screen_text, settled, until

from tutor.attempt.job import Job
from tutor.attempt.protocol import Event
from tutor.attempt.result import Outcome
from tutor.tui.app import TutorApp
from tutor.tui.screens.confirm import ConfirmScreen
from tutor.tui.screens.course import CourseScreen
from tutor.tui.screens.help import KEYS, HelpScreen
from tutor.tui.screens.solution import SolutionScreen
from tutor.tui.widgets.tree import CourseTree


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


async def ready(pilot: Pilot[None]) -> None:
    """Wait until the footer with the keys is there."""
    await until(pilot, lambda: bool(pilot.app.screen.query_one(Footer).children), "the footer shows the keys")


@pytest.mark.parametrize("key", ["r", "enter"])
def test_run(bench: Bench, key: str) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press(key)
        await until(pilot, lambda: len(bench.runner.jobs) == 1, "an attempt starts")

    bench.drive(steps)


def test_enter_runs_when_the_page_has_the_focus(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("tab")
        assert pilot.app.focused is not None
        assert pilot.app.focused.id == "page"
        await pilot.press("enter")
        await until(pilot, lambda: len(bench.runner.jobs) == 1, "an attempt starts")

    bench.drive(steps)


def test_tree_navigation_shows_the_exercise_under_the_cursor(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("down")
        await until(pilot, lambda: "Shapes and views" in screen_text(pilot.app), "the second exercise is shown")
        await pilot.press("down", "j")
        await until(pilot, lambda: "Distances between every" in screen_text(pilot.app), "the third is shown")
        await pilot.press("k", "k", "enter")
        await until(pilot, lambda: [job.exercise for job in bench.runner.jobs] == [SECOND], "enter runs it")

    bench.drive(steps)


def test_every_failing_check_is_one_key_away(tmp_path: Path) -> None:
    def script(job: Job, number: int) -> Iterator[Event]:
        done = attempt(job, failing=0, message="The first is wrong.")
        checks = [*done.checks[:2], replace(done.checks[2], outcome=Outcome.FAILED, message="The third too.")]
        return events(replace(done, checks=tuple(checks)))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await settled(pilot)
        await until(pilot, lambda: "The first is wrong." in screen_text(pilot.app), "the first failing check is shown")
        assert "The third too." not in screen_text(pilot.app)
        await pilot.press("v")
        await until(pilot, lambda: "The third too." in screen_text(pilot.app), "the other one")
        await pilot.press("v")
        await until(pilot, lambda: "The first is wrong." in screen_text(pilot.app), "the first again")

    Bench(tmp_path, script).drive(steps)


def test_hints_come_one_by_one(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        assert "Hint 1" not in screen_text(pilot.app)
        await pilot.press("h")
        await until(pilot, lambda: "Hint 1 of 2" in screen_text(pilot.app), "the first hint")
        assert "Where would you add a dimension?" in screen_text(pilot.app)
        assert "Hint 2 of 2" not in screen_text(pilot.app)
        await pilot.press("h")
        assert "says the most" in screen_text(pilot.app)
        await pilot.press("n")
        assert bench.progress().hints_shown == 1, "nothing is shown unasked"
        await pilot.press("h", "y")
        await until(pilot, lambda: "Hint 2 of 2" in screen_text(pilot.app), "the second hint")
        assert bench.progress().hints_shown == 2
        await pilot.press("h")
        await until(pilot, lambda: "Hint 1 of 1" in screen_text(pilot.app), "a check's only hint comes unasked")
        await pilot.press("h")
        await until(pilot, lambda: "These are all the hints" in screen_text(pilot.app), "the end of the hints")
        assert bench.progress().hints_shown == 3

    bench.drive(steps)


def test_a_hint_is_of_the_failing_check(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await settled(pilot)
        await pilot.press("h")
        await until(pilot, lambda: "Hint 1 of 1" in screen_text(pilot.app), "the failing check's hint")
        assert "Do N, M and D have the same size" in screen_text(pilot.app)
        assert "Where would you add a dimension?" not in screen_text(pilot.app), "that check passes"

    bench.drive(steps)


def test_next_goes_round_to_what_has_not_passed(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("n")
        assert "Shapes and views" in screen_text(pilot.app)
        await pilot.press("n", "n")
        assert "Tensors by value" in screen_text(pilot.app)
        await pilot.pause()
        assert pilot.app.screen.query_one(CourseTree).cursor_node.data.id == FIRST

    bench.drive(steps)


def test_solution_asks_before_a_pass_and_says_no_on_enter(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("s")
        assert isinstance(pilot.app.screen, ConfirmScreen)
        assert "worth more after your own" in screen_text(pilot.app)
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, CourseScreen)
        assert not bench.progress().revealed

        await pilot.press("s", "y")
        await until(pilot, lambda: isinstance(pilot.app.screen, SolutionScreen), "the solution is shown")
        await until(pilot, lambda: "vector_norm" in screen_text(pilot.app), "its code is there")
        text = screen_text(pilot.app)
        assert "The new dimensions do the work of the loops." in text
        assert "SOLUTION" not in text.replace("Solution", "")
        assert bench.progress().revealed
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, CourseScreen)

    bench.drive(steps)


def test_solution_after_a_pass_does_not_ask(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda job, number: events(attempt(job)))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await settled(pilot)
        await pilot.press("s")
        assert isinstance(pilot.app.screen, SolutionScreen)
        assert not bench.progress().revealed

    bench.drive(steps)


def test_reset_asks_keeps_a_backup_and_can_be_undone(bench: Bench) -> None:
    starter = bench.file().read_text()
    mine = "# my work\n"
    bench.file().write_text(mine)

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("x", "n")
        assert isinstance(pilot.app.screen, CourseScreen)
        assert bench.file().read_text() == mine

        await pilot.press("x", "y")
        await until(pilot, lambda: bench.file().read_text() == starter, "the starter is back")
        assert ".tutor/backups/" in screen_text(pilot.app)
        await pilot.press("u")
        assert bench.file().read_text() == mine
        assert "as it was before the reset" in screen_text(pilot.app)
        pilot.app.screen.watch_files.look()
        await pilot.pause(0.05)
        assert bench.runner.jobs == [], "tutor's own writes start no attempt"

    bench.drive(steps)


def test_undo_without_a_reset_says_so(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("u")
        assert "There is nothing to undo" in screen_text(pilot.app)

    bench.drive(steps)


def test_edit_opens_a_windowed_editor_beside_tutor(bench: Bench, tmp_path: Path, monkeypatch) -> None:
    editor = tmp_path / "code"
    editor.write_text(
        f"#!{sys.executable}\nimport pathlib, sys, time\n"
        f"while not pathlib.Path({str(tmp_path / 'typed')!r}).exists():\n    time.sleep(0.05)\n"
        'open(sys.argv[-1], "a").write("# from the editor\\n")\n'
    )
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", f"{editor} --new-window")
    bench.file().unlink()

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("e")
        assert "saving it runs the checks" in screen_text(pilot.app)
        (tmp_path / "typed").touch()
        await until(pilot, lambda: len(bench.runner.jobs) == 1, "the editor's save starts an attempt")
        assert "raise NotImplementedError" in bench.file().read_text(), "the starter was put there first"
        assert bench.file().read_text().endswith("# from the editor\n")

    bench.drive(steps)


def test_edit_says_when_no_editor_is_set(bench: Bench, monkeypatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("e")
        assert "No editor is set. Set $VISUAL or $EDITOR" in screen_text(pilot.app)

    bench.drive(steps)


def test_edit_says_when_the_editor_is_not_there(bench: Bench, monkeypatch) -> None:
    monkeypatch.setenv("VISUAL", "/nowhere/code")

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("e")
        assert "The editor /nowhere/code cannot be started: No such file" in screen_text(pilot.app)

    bench.drive(steps)


def test_edit_says_when_the_terminal_cannot_be_lent(bench: Bench, monkeypatch) -> None:
    monkeypatch.setenv("VISUAL", "vi")

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("e")
        assert "open the file in another window" in screen_text(pilot.app)

    bench.drive(steps)


def test_tree_hides_and_shows(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        tree = pilot.app.screen.query_one(CourseTree)
        await pilot.press("t")
        assert not in_sight(tree)
        assert pilot.app.focused.id == "page"
        await pilot.press("t")
        assert in_sight(tree)
        assert tree.has_focus

    bench.drive(steps)


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
def test_narrow_tree_comes_over_the_exercise_and_goes_on_enter(bench: Bench, size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        tree = pilot.app.screen.query_one(CourseTree)
        assert not in_sight(tree)
        await pilot.press("t")
        assert in_sight(tree)
        assert tree.has_focus
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Shapes and views" in screen_text(pilot.app), "the chosen exercise is shown")
        assert not in_sight(tree)
        assert bench.runner.jobs == [], "choosing is not running"
        await pilot.press("enter")
        await until(pilot, lambda: len(bench.runner.jobs) == 1, "the page's enter runs it")
        await settled(pilot)
        assert "✗ Failed" in screen_text(pilot.app)

    bench.drive(steps, size)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20)])
def test_help_names_every_key(bench: Bench, size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("question_mark")
        assert isinstance(pilot.app.screen, HelpScreen)
        text = screen_text(pilot.app)
        for _ in range(4):
            await pilot.press("pagedown")
            await pilot.pause()
            text += screen_text(pilot.app)
        for heading, rows in KEYS:
            assert heading in text
            for keys, _ in rows:
                assert keys in text
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, CourseScreen)

    bench.drive(steps, size)


def test_no_key_is_missing_from_the_help() -> None:
    named = {key for _, rows in KEYS for keys, _ in rows for key in keys.split()}
    shown = {"question_mark": "?", "slash": "/", "escape": "esc", "pagedown": "pgdn", "pageup": "pgup"}
    bound = {binding.key for kind in (TutorApp, CourseScreen, CourseTree) for binding in kind.BINDINGS if binding.key}
    assert {shown.get(key, key) for key in bound} <= named


def test_the_palette_offers_what_the_keys_do(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        offered = {command.title: command for command in pilot.app.get_system_commands(pilot.app.screen)}
        assert len(offered) == len(list(pilot.app.get_system_commands(pilot.app.screen))), "each name once"
        keys = " ".join(command.help for command in offered.values())
        for key in "rehnsxuftlp?/":
            assert f"({key})" in keys, key
        offered["Show open exercises"].callback()
        offered["Show level 2 only"].callback()
        await until(pilot, lambda: "open, level 2" in screen_text(pilot.app), "the filters are on")
        offered["Show every level"].callback()
        offered["Show all exercises"].callback()
        await until(pilot, lambda: "level 2" not in screen_text(pilot.app), "the filters are off")

    bench.drive(steps)


def test_the_palette_goes_to_an_exercise_by_part_of_its_name(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+p")
        await pilot.press(*"pairwise")
        await until(pilot, lambda: f"Go to {THIRD}" in screen_text(pilot.app), "the palette finds it")
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Distances between every pair of points" in screen_text(pilot.app), "it is shown")

    bench.drive(steps)


def test_footer_shows_the_keys(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await ready(pilot)
        await until(pilot, lambda: "Quit" in screen_text(pilot.app), "the footer is drawn")
        last = screen_text(pilot.app).splitlines()[-1]
        for word in ("Run", "Edit", "Hint", "Next", "Find", "Tree", "Progress", "Help", "Quit", "palette"):
            assert word in last

    bench.drive(steps)


def test_quit_ends_the_app_and_the_running_attempt(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda job, number: iter([None]))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await until(pilot, lambda: len(bench.runner.jobs) == 1, "an attempt runs")
        await until(pilot, lambda: bench.runner.closed == 1, "the warming connection is closed")
        await pilot.press("q")

    app = bench.drive(steps)
    assert bench.runner.closed >= 2, "the attempt's connection is closed"
    assert app.return_code == 0
    assert bench.progress().attempts == 0
