"""The built-in editor: what is typed reaches the file and is checked, and nothing typed or saved elsewhere is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import TextArea
from tui_support import FIRST, SECOND, Bench, attempt, events, screen_text, settled, until

from tutor.attempt.diff import ExceptionDiff, Frame
from tutor.attempt.job import Job
from tutor.attempt.protocol import Event
from tutor.course.loader import read_content


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A bench whose first answer is one short line."""
    bench = Bench(tmp_path)
    bench.file().write_text("x = 1\n")
    return bench


def starter(bench: Bench) -> str:
    return read_content(bench.course.exercises[0]).starters[FIRST]


def editor(pilot: Pilot[None]) -> TextArea:
    return pilot.app.screen.query_one("#code-editor", TextArea)


def text_of(pilot: Pilot[None]) -> str:
    return editor(pilot).text


async def opened(pilot: Pilot[None]) -> None:
    """Open the editor."""
    await pilot.press("c")
    await until(pilot, lambda: bool(pilot.app.screen.query("#code-editor")), "the editor is there")
    await until(pilot, lambda: pilot.app.focused is editor(pilot), "it has the focus")


def backups(bench: Bench, exercise: str = FIRST) -> list[str]:
    folder = bench.workspace.root / ".tutor" / "backups" / exercise
    return [path.read_text() for path in sorted(folder.iterdir())] if folder.is_dir() else []


def test_what_is_typed_is_saved_and_checked_after_a_pause(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("y", "enter")
        assert bench.file().read_text() == "x = 1\n"
        await until(pilot, lambda: bench.file().read_text() == "y\nx = 1\n", "the file holds it")
        await until(pilot, lambda: len(bench.runner.jobs) == 1, "it is checked")
        await settled(pilot)
        assert pilot.app.focused is editor(pilot)

    bench.drive(steps)


def test_ctrl_s_saves_and_checks_at_once_and_escape_goes_back(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("a", "ctrl+s")
        assert bench.file().read_text() == "ax = 1\n"
        await until(pilot, lambda: len(bench.runner.jobs) == 1, "it is checked")
        await pilot.press("b", "escape")
        assert bench.file().read_text() == "abx = 1\n"
        assert not editor(pilot).display
        assert pilot.app.focused is not editor(pilot)

    bench.drive(steps)


def test_letters_are_text_and_no_commands(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("q", "x", "h", "n", "question_mark", "slash", "t")
        assert text_of(pilot) == "qxhn?/tx = 1\n"

    bench.drive(steps)


def test_no_key_overtakes_another(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        for key, character in (("end", None), ("backspace", None), ("2", "2"), ("left", None), ("a", "a")):
            pilot.app.post_message(Key(key, character))
        await until(pilot, lambda: text_of(pilot) == "x = a2\n", "the keys come in the order in which they were typed")

    bench.drive(steps)


def test_who_comes_back_finds_the_cursor_and_the_past_as_they_were(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("end", "k", "escape", "c", "2")
        await until(pilot, lambda: text_of(pilot) == "x = 1k2\n", "the cursor is where it was left")
        await pilot.press("ctrl+z", "ctrl+z")
        await until(pilot, lambda: text_of(pilot) == "x = 1\n", "what came before can be undone")

    bench.drive(steps)


def test_indentation(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("f7", "delete")
        await pilot.press(*"def f():", "enter", *"if x:  ", "enter", *"y", "enter", "backspace", *"z", "enter")
        assert text_of(pilot) == "def f():\n    if x:  \n        y\n    z\n    "
        await pilot.press("shift+tab", "tab", "tab", "backspace")
        assert text_of(pilot).endswith("\n    ")
        await pilot.press("ctrl+z")
        assert text_of(pilot) != "def f():\n    if x:  \n        y\n    z\n    "

    bench.drive(steps)


def test_a_file_saved_elsewhere_is_shown(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        bench.file().write_text("saved = 'elsewhere'\n")
        await until(pilot, lambda: "elsewhere" in text_of(pilot), "the editor shows it")
        assert backups(bench) == []

    bench.drive(steps)


def test_a_file_saved_elsewhere_while_typing_wins_and_what_was_typed_is_kept(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("m")
        bench.file().write_text("theirs\n")
        await until(pilot, lambda: text_of(pilot) == "theirs\n", "the newer one is shown")
        await until(pilot, lambda: "changed elsewhere" in screen_text(pilot.app), "and it is said")
        assert bench.file().read_text() == "theirs\n"
        assert backups(bench) == ["mx = 1\n"]

    bench.drive(steps)


def test_quitting_saves(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("k", "ctrl+q")

    bench.drive(steps)
    assert bench.file().read_text() == "kx = 1\n"


def test_another_exercise_is_opened_once_this_one_is_saved(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("k")
        bench.file(SECOND).write_text("second = 2\n")  # another exercise is saved elsewhere: tutor turns to it
        await until(pilot, lambda: text_of(pilot) == "second = 2\n", "the editor holds the other file")
        assert bench.file().read_text() == "kx = 1\n"

    bench.drive(steps)


def test_a_deleted_file_comes_back_with_what_is_typed(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        bench.file().unlink()
        await pilot.press("k", "ctrl+s")
        assert bench.file().read_text() == "kx = 1\n"

    bench.drive(steps)


def test_a_missing_file_is_begun_from_the_starter(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        assert text_of(pilot) == starter(bench)

    bench.file().unlink()
    bench.drive(steps)


def test_the_first_todo_is_selected_and_typing_takes_its_place(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press(*"return 1")
        assert text_of(pilot) == "def f():\n    return 1\n\n\ndef g():\n    raise NotImplementedError('TODO: g')\n"

    todo = "def {0}():\n    raise NotImplementedError('TODO: {0}')\n"
    bench.file().write_text(f"{todo.format('f')}\n\n{todo.format('g')}")
    bench.drive(steps)


def test_line_ends_are_kept(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("k", "ctrl+s")
        assert bench.file().read_bytes() == b"ka = 1\r\nb = 2\r\n"

    bench.file().write_bytes(b"a = 1\r\nb = 2\r\n")
    bench.drive(steps)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"caf\xe9 = 1\n", "not UTF-8"),
        (b"a = 1\r\nb = 2\n", "mixes line ends"),
        (b"a = 1\x0cb = 2\n", "mixes line ends"),
        (b"# " + b"long" * 200_000, "too long"),
    ],
)
def test_what_it_cannot_keep_it_does_not_open(bench: Bench, data: bytes, sentence: str) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("c")
        await until(pilot, lambda: sentence in screen_text(pilot.app), "it says why")
        assert not pilot.app.screen.has_class("writing")
        assert bench.file().read_bytes() == data

    bench.file().write_bytes(data)
    bench.drive(steps)


def test_a_file_that_becomes_unreadable_closes_the_editor_and_keeps_what_was_typed(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("k")
        bench.file().write_bytes(b"caf\xe9\n")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "not UTF-8" in screen_text(pilot.app), "it says why")
        assert not pilot.app.screen.has_class("writing")
        assert bench.file().read_bytes() == b"caf\xe9\n"
        assert backups(bench) == ["kx = 1\n"]

    bench.drive(steps)


def test_what_cannot_be_saved_stays_and_quitting_asks(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("k")
        bench.file().unlink()
        bench.file().mkdir()
        await pilot.press("escape")
        await until(pilot, lambda: "is a folder" in screen_text(pilot.app), "it says why")
        assert pilot.app.screen.has_class("writing")
        assert text_of(pilot) == "kx = 1\n"
        await pilot.press("ctrl+q")
        await until(pilot, lambda: "would be lost" in screen_text(pilot.app), "it asks")
        await pilot.press("n")
        await until(pilot, lambda: "would be lost" not in screen_text(pilot.app), "the answer is no")
        assert text_of(pilot) == "kx = 1\n"
        bench.file().rmdir()
        await pilot.press("escape")
        assert bench.file().read_text() == "kx = 1\n"

    bench.drive(steps)


def test_resetting_and_undoing_show_in_the_editor(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("k")
        pilot.app.screen.action_reset()  # type: ignore[attr-defined]
        await pilot.pause()
        await pilot.press("y")
        await until(pilot, lambda: text_of(pilot) == starter(bench), "the starter is shown")
        assert backups(bench) == ["kx = 1\n"]
        pilot.app.screen.action_undo()  # type: ignore[attr-defined]
        assert text_of(pilot) == "kx = 1\n"

    bench.drive(steps)


def test_the_failing_line(tmp_path: Path) -> None:
    frames = tuple(Frame(file=f"exercises/{FIRST}.py", line=line, function="answer", source="y") for line in (3, 1))

    def script(job: Job, number: int) -> Iterator[Event]:
        done = attempt(job, failing=0, message="Text differs in line 4.")
        raised = ExceptionDiff(type="NameError", message="name 'y' is not defined", frames=frames)
        return events(replace(done, checks=(done.checks[0], replace(done.checks[0], diff=raised), *done.checks[1:])))

    bench = Bench(tmp_path, script)

    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: "names no line" in screen_text(pilot.app), "there is no verdict yet")
        await pilot.press("ctrl+s")
        await settled(pilot)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: editor(pilot).cursor_location == (2, 4), "the cursor is there")

    bench.file().write_text("a = 1\nb = 2\n    c = 3\nd = 4\n")
    bench.drive(steps)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20)])
def test_the_verdict_is_in_sight_while_writing(bench: Bench, size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("k", "ctrl+s")
        await settled(pilot)
        await until(pilot, lambda: "Failed" in screen_text(pilot.app), "the verdict")
        assert "kx = 1" in screen_text(pilot.app)

    bench.drive(steps, size)


def test_the_solution_beside_ones_own_code(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("s", "y")
        await until(pilot, lambda: "vector_norm" in screen_text(pilot.app), "the solution")
        assert "my_own" not in screen_text(pilot.app)
        await pilot.press("d")
        await until(pilot, lambda: "my_own" in screen_text(pilot.app), "one's own code beside it")
        assert "What I read" not in screen_text(pilot.app)
        await pilot.press("d", "escape")
        await until(pilot, lambda: "vector_norm" not in screen_text(pilot.app), "back")

    bench.file().write_text('"""What I read."""\n\n\ndef my_own():\n    return 1\n')
    bench.drive(steps)
