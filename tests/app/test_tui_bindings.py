"""Every key that tutor binds does something that can be seen: a table of them, in which none may be missing."""

import pkgutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from msgspec import Struct
from textual.binding import Binding
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.widgets import Footer
from tui_support import (
    FIRST,
    SECOND,
    Bench,
    Newcomer,
    Unusable,
    attempt,
    events,
    in_sight,
    screen_text,
    settled,
    until,
)

import tutor.tui
from tutor.tui.app import TutorApp
from tutor.tui.screens.confirm import ConfirmScreen
from tutor.tui.screens.course import CourseScreen
from tutor.tui.screens.help import HelpScreen
from tutor.tui.screens.solution import SolutionScreen
from tutor.tui.screens.statistics import StatisticsScreen
from tutor.tui.screens.unusable import UnusableScreen
from tutor.tui.screens.welcome import WelcomeScreen
from tutor.tui.widgets.code import CodeEditor
from tutor.tui.widgets.sidebar import FindInput, Sidebar
from tutor.tui.widgets.tree import CourseTree

Proof = Callable[[TutorApp, Bench], bool]
TINY, LOW, WIDE = (60, 10), (60, 20), (120, 40)


class Case(Struct, frozen=True, kw_only=True):
    """Pressing `key`, bound by `owner`, after the keys `before` makes `proof` true, which it is not yet by then."""

    owner: type[DOMNode]
    key: str
    before: tuple[str, ...] = ()
    proof: Proof
    size: tuple[int, int] = WIDE
    focus: str = ""  # what has the focus then; "" leaves it where it is
    bench: type[Bench] = Bench


def on(kind: type) -> Proof:
    return lambda app, bench: isinstance(app.screen, kind)


def says(words: str) -> Proof:
    return lambda app, bench: words in screen_text(app)


def ran(app: TutorApp, bench: Bench) -> bool:
    return len(bench.runner.jobs) == 1


def at(exercise: str) -> Proof:
    return lambda app, bench: app.screen.exercise.id == exercise  # type: ignore[attr-defined]


def scrolled(down: bool) -> Proof:
    return lambda app, bench: (app.screen.query_one("#page").scroll_y > 0) == down


def line(number: int) -> Proof:
    return lambda app, bench: app.screen.query_one(CourseTree).cursor_line == number


def indented(cells: int) -> Proof:
    def proof(app: TutorApp, bench: Bench) -> bool:
        editor = app.screen.query_one(CodeEditor)
        row = editor.document[editor.cursor_location[0]]
        return len(row) - len(row.lstrip()) == cells

    return proof


def typing(app: TutorApp, bench: Bench) -> bool:
    return app.screen.query_one(Sidebar).typing


def focused(name: str) -> Proof:
    return lambda app, bench: app.focused is not None and app.focused.id == name


def at_top(top: bool) -> Proof:
    return lambda app, bench: (app.screen.query_one("#statistics").scroll_y == 0) == top


def left(app: TutorApp, bench: Bench) -> bool:
    return app.return_code == 0


COURSE = on(CourseScreen)
CASES = (
    Case(owner=TutorApp, key="T", proof=says("textual-light")),
    Case(owner=CourseScreen, key="r", proof=ran),
    Case(owner=CourseScreen, key="enter", before=("tab",), proof=ran),
    Case(owner=CourseScreen, key="c", proof=focused("code-editor")),
    Case(owner=CourseScreen, key="e", proof=says("No editor is set")),
    Case(owner=CourseScreen, key="v", proof=says("no other check that fails")),
    Case(owner=CourseScreen, key="h", proof=says("Hint 1 of 2")),
    Case(owner=CourseScreen, key="n", proof=at(SECOND)),
    Case(owner=CourseScreen, key="slash", proof=typing),
    Case(owner=CourseScreen, key="t", proof=lambda app, bench: not in_sight(app.screen.query_one(CourseTree))),
    Case(owner=CourseScreen, key="p", proof=on(StatisticsScreen)),
    Case(owner=CourseScreen, key="question_mark", proof=on(HelpScreen)),
    Case(owner=CourseScreen, key="q", proof=left),
    Case(owner=CourseScreen, key="s", proof=on(ConfirmScreen)),
    Case(owner=CourseScreen, key="x", proof=on(ConfirmScreen)),
    Case(owner=CourseScreen, key="f", proof=says("open: 3 exercises")),
    Case(owner=CourseScreen, key="l", proof=says("level 1: 1 exercise")),
    Case(owner=CourseScreen, key="escape", before=("f",), proof=lambda app, bench: "open: 3" not in screen_text(app)),
    Case(owner=CourseScreen, key="u", proof=says("There is nothing to undo")),
    Case(owner=CourseScreen, key="pagedown", focus="nothing", proof=scrolled(True), size=LOW),
    Case(owner=CourseScreen, key="pageup", focus="nothing", before=("pagedown",), proof=scrolled(False), size=LOW),
    Case(owner=CourseScreen, key="o", proof=says("a single file")),
    Case(owner=CourseTree, key="j", proof=at(SECOND)),
    Case(owner=CourseTree, key="k", proof=line(0)),
    Case(owner=CourseTree, key="pagedown", before=("t",), proof=scrolled(True), size=LOW),
    Case(owner=CourseTree, key="pageup", before=("t", "pagedown"), proof=scrolled(False), size=LOW),
    Case(owner=FindInput, key="enter", before=("slash", "e"), proof=lambda app, bench: not typing(app, bench)),
    Case(owner=FindInput, key="escape", before=("slash", "e"), proof=lambda app, bench: not typing(app, bench)),
    Case(owner=FindInput, key="down", before=("slash",), proof=line(2)),
    Case(owner=FindInput, key="up", before=("slash",), proof=line(0)),
    Case(owner=CodeEditor, key="escape", before=("c",), proof=focused("page")),
    Case(owner=CodeEditor, key="ctrl+s", before=("c",), proof=ran),
    Case(owner=CodeEditor, key="ctrl+g", before=("c",), proof=says("names no line of your file")),
    Case(owner=CodeEditor, key="ctrl+o", before=("c",), proof=says("a single file")),
    Case(owner=CodeEditor, key="shift+tab", before=("c", "home", "tab"), proof=indented(4)),
    Case(owner=ConfirmScreen, key="y", before=("s",), proof=on(SolutionScreen)),
    Case(owner=ConfirmScreen, key="n", before=("x",), proof=COURSE),
    Case(owner=ConfirmScreen, key="escape", before=("x",), proof=COURSE),
    Case(owner=ConfirmScreen, key="left", before=("x",), proof=focused("yes")),
    Case(owner=ConfirmScreen, key="right", before=("x",), proof=focused("yes")),
    *(Case(owner=HelpScreen, key=key, before=("question_mark",), proof=COURSE) for key in ["escape", "q", "enter"]),
    Case(owner=HelpScreen, key="question_mark", before=("question_mark",), proof=COURSE),
    *(Case(owner=SolutionScreen, key=key, before=("s", "y"), proof=COURSE) for key in ("escape", "q", "s")),
    Case(
        owner=SolutionScreen,
        key="d",
        before=("s", "y"),
        proof=lambda app, bench: app.screen.query_one("#dialog").has_class("-beside"),
    ),
    *(Case(owner=StatisticsScreen, key=key, before=("p",), proof=COURSE) for key in ("escape", "q", "p")),
    Case(owner=StatisticsScreen, key="j", before=("p",), proof=at_top(False), size=TINY),
    Case(owner=StatisticsScreen, key="k", before=("p", "j"), proof=at_top(True), size=TINY),
    Case(owner=WelcomeScreen, key="enter", proof=COURSE, bench=Newcomer),
    *(Case(owner=WelcomeScreen, key=key, proof=left, bench=Newcomer) for key in ("q", "escape", "ctrl+c")),
    *(Case(owner=UnusableScreen, key=key, proof=says("still so"), bench=Unusable) for key in ("r", "enter")),
    Case(owner=UnusableScreen, key="q", proof=left, bench=Unusable),
    Case(owner=UnusableScreen, key="escape", proof=COURSE, bench=Unusable),
)
ELSEWHERE = {("TutorApp", "ctrl+z")}  # needs a shell to go to: test_terminal_sessions


def bound() -> set[tuple[str, str]]:
    """Every key that a class of tutor's own binds, with that class's name."""
    found = set()
    for module in pkgutil.walk_packages(tutor.tui.__path__, "tutor.tui."):
        for kind in vars(import_module(module.name)).values():
            if isinstance(kind, type) and issubclass(kind, DOMNode) and kind.__module__ == module.name:
                for binding in vars(kind).get("BINDINGS", ()):
                    keys = binding.key if isinstance(binding, Binding) else binding[0]
                    found |= {(kind.__name__, key) for key in keys.split(",")}
    return found


def test_every_key_is_in_the_table() -> None:
    assert bound() == {(case.owner.__name__, case.key) for case in CASES} | ELSEWHERE


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.owner.__name__}-{case.key}")
def test_it_does_something(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    bench = case.bench(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, TutorApp)
        if isinstance(bench, Unusable):
            await until(pilot, lambda: isinstance(app.screen, UnusableScreen), "PyTorch was looked for")
        await until(pilot, lambda: not app.screen.query("#statement-text"), "what comes late is there")
        if case.focus == "nothing":
            app.screen.set_focus(None)
        for key in case.before:
            await pilot.press(key)
            await pilot.pause()
        assert not case.proof(app, bench)
        await pilot.press(case.key)
        await until(pilot, lambda: case.proof(app, bench), case.key)

    bench.drive(steps, case.size)


def footer(pilot: Pilot[None]) -> str:
    """The words in the footer."""
    return screen_text(pilot.app).splitlines()[-1]


def test_the_footer_leaves_out_keys_that_are_typed(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: bool(pilot.app.screen.query_one(Footer).children), "the footer shows the keys")
        await until(pilot, lambda: "Hint" in footer(pilot), "as always")
        await pilot.press("slash")
        await until(pilot, lambda: "Hint" not in footer(pilot), "while searching")
        assert "Go there" in footer(pilot)
        assert "Back" in footer(pilot)
        await pilot.press("h", "q")
        assert pilot.app.screen.query_one(FindInput).value == "hq"
        await pilot.press("escape")
        await until(pilot, lambda: "Hint" in footer(pilot), "as always again")
        await pilot.press("c")
        await until(pilot, lambda: "Hint" not in footer(pilot), "while writing")
        assert "Save and run" in footer(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "Hint" in footer(pilot), "and again")

    Bench(tmp_path).drive(steps)


def test_after_a_pass_there_is_what_was_learnt_and_how_it_went(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda job, number: events(attempt(job, failing=1 if number == 1 else None)))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await settled(pilot)
        assert "What it comes to" not in screen_text(pilot.app)
        await pilot.press("r")
        await until(pilot, lambda: "What it comes to" in screen_text(pilot.app), "what was learnt")
        shown = screen_text(pilot.app)
        assert "The new dimensions do the work of the loops." in shown
        assert "It took 2 attempts." in shown
        assert "so far" not in shown
        await pilot.press("r")
        await until(pilot, lambda: "so far" in screen_text(pilot.app), "a second time has a past")
        assert "It is the quickest of your 2 answers that passed." in screen_text(pilot.app)
        assert "It took 2 attempts." in screen_text(pilot.app)

    bench.drive(steps)


def test_the_next_exercise_opens_as_if_it_had_not_been_tried(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda job, number: events(attempt(job, failing=1 if job.exercise == SECOND else None)))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("n", "r")
        await settled(pilot)
        assert "Failed" in screen_text(pilot.app)
        await pilot.press("k")
        await until(pilot, lambda: at(FIRST)(pilot.app, bench), "the first again")
        await pilot.press("r")
        await settled(pilot)
        assert "Passed" in screen_text(pilot.app)
        await pilot.press("n")
        await until(pilot, lambda: at(SECOND)(pilot.app, bench), "the next")
        assert "Failed" not in screen_text(pilot.app)
        assert "These are the expected values squared." not in screen_text(pilot.app)

    bench.drive(steps)
