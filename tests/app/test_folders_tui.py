"""Exercises that are a folder, in the TUI: a file is chosen, written, saved, reset; its failing line is found."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import TextArea
from tui_support import Bench, attempt, events, make_workspace, screen_text, settled, until

from tutor.attempt.diff import ExceptionDiff, Frame
from tutor.attempt.job import Job
from tutor.attempt.protocol import Event
from tutor.course.loader import load_course, read_starters
from tutor.tui.watch import FilesChanged, Watch

COURSE = Path(__file__).parent / "data" / "folder_course"
STARTERS = read_starters(load_course(COURSE).exercises[0])


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A bench on the course with a folder, whose attempts fail in engine.py."""
    message = "NameError in quadruple (line 8 of engine.py): name 'y' is not defined."
    frame = Frame(file="exercises/01_pair/engine.py", line=8, function="quadruple", source="return y")
    raised = ExceptionDiff(type="NameError", message="name 'y' is not defined", frames=(frame,))

    def script(job: Job, number: int) -> Iterator[Event]:
        done = attempt(job, failing=1, message=message)
        first, failing, *others = done.checks
        return events(replace(done, checks=(first, replace(failing, diff=raised), *others)))

    bench = Bench(tmp_path, script)
    bench.course = load_course(COURSE)
    bench.workspace = make_workspace(tmp_path / "folders", bench.course)
    return bench


def editor(pilot: Pilot[None]) -> TextArea:
    return pilot.app.screen.query_one("#code-editor", TextArea)


async def opened(pilot: Pilot[None], text: str) -> None:
    await until(pilot, lambda: bool(pilot.app.screen.query("#code-editor")), "the editor is there")
    await until(pilot, lambda: editor(pilot).text == text, "it shows the file")


def test_the_statement_is_shown_once_and_the_folder_is_checked(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        assert screen_text(pilot.app).count("Write double in") <= 1
        await pilot.press("r")
        await settled(pilot)
        assert "NameError in quadruple" in screen_text(pilot.app)

    bench.drive(steps)
    (job,) = bench.runner.jobs
    assert job.answer_file == str(bench.workspace.root / "exercises" / "01_pair")
    assert job.files == ("double.py", "engine.py", "main.py")


def test_a_file_is_chosen_and_what_is_typed_goes_there(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("c")
        await opened(pilot, STARTERS["01_pair/double"])
        await pilot.press("ctrl+o")
        await opened(pilot, STARTERS["01_pair/engine"])
        assert "exercises/01_pair/engine.py" in str(editor(pilot).border_title)
        await pilot.press("k", "ctrl+o")  # in the place of the TODO, which is selected
        await opened(pilot, STARTERS["01_pair/main"])
        await pilot.press("ctrl+o")
        await opened(pilot, STARTERS["01_pair/double"])

    bench.drive(steps)
    typed = bench.file("01_pair/engine").read_text()
    assert typed.endswith("    k\n") and "NotImplementedError" not in typed
    assert bench.file("01_pair/double").read_text() == STARTERS["01_pair/double"]


def test_the_failing_line_is_found_in_its_file(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("c")
        await opened(pilot, STARTERS["01_pair/double"])
        await pilot.press("ctrl+s")
        await settled(pilot)
        await pilot.press("ctrl+g")
        await opened(pilot, STARTERS["01_pair/engine"])
        await until(pilot, lambda: editor(pilot).cursor_location[0] == 7, "the cursor is in line 8")

    bench.drive(steps)


def test_the_editor_opens_the_file_that_failed(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await settled(pilot)
        await pilot.press("c")
        await opened(pilot, STARTERS["01_pair/engine"])

    bench.drive(steps)


def test_reset_and_undo_take_all_files(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("x", "y")
        await until(pilot, lambda: bench.file("01_pair/main").read_text() == STARTERS["01_pair/main"], "the starter")
        assert bench.file("01_pair/engine").read_text() == STARTERS["01_pair/engine"]
        await pilot.press("u")
        await until(pilot, lambda: bench.file("01_pair/main").read_text() == "main = 1\n", "mine again")

    for name in ("main", "engine"):
        bench.file(f"01_pair/{name}").write_text(f"{name} = 1\n")
    bench.drive(steps)
    assert bench.file("01_pair/engine").read_text() == "engine = 1\n"
    assert bench.runner.jobs == []


def test_a_missing_file_is_a_sentence_and_comes_back(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await until(pilot, lambda: "01_pair/engine.py is not there" in screen_text(pilot.app), "the sentence")
        await pilot.press("c")
        await opened(pilot, STARTERS["01_pair/double"])

    bench.file("01_pair/engine").unlink()
    bench.file("01_pair/main").write_text("mine = 1\n")
    bench.drive(steps)
    assert bench.file("01_pair/engine").read_text() == STARTERS["01_pair/engine"]
    assert bench.file("01_pair/main").read_text() == "mine = 1\n"


def test_a_save_in_the_folder_is_checked(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        bench.file("01_pair/main").write_text("saved = 1\n")
        pilot.app.screen.watch_files.look()  # type: ignore[attr-defined]
        await until(pilot, lambda: len(bench.runner.jobs) >= 1, "the attempt")

    bench.drive(steps)


def test_the_watch_hears_of_files_in_folders(tmp_path: Path) -> None:
    heard: list[FilesChanged] = []
    inner = tmp_path / "01_pair"
    inner.mkdir()
    (inner / "main.py").write_text("a")
    watch = Watch(tmp_path, heard.append)
    (inner / "main.py").write_text("ab")
    (inner / "notes.txt").write_text("no")
    watch.look()
    (inner / "main.py").write_text("abc")
    watch.mine(inner / "main.py")
    watch.look()
    (inner / "main.py").unlink()
    watch.look()
    assert [(message.saved, message.deleted) for message in heard] == [
        ({"01_pair/main.py"}, frozenset()),
        (frozenset(), {"01_pair/main.py"}),
    ]
