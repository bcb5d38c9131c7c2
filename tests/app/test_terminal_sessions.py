"""The installed command in a real terminal, tmux: whole sessions of a learner, and what terminals do to programs."""

import os
import shutil
import signal
import sqlite3
import sys
from pathlib import Path

import psutil
import pytest
from tmux_support import PATIENCE, PROMPT, Tmux, until_true

from tutor.engine.client import engine_status, stop_engine

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux, which is not installed")

SIZES = [(120, 40), (80, 24), (60, 20)]
DOUBLE = "def double(x):\n    return x * 2\n"
FOREVER = "while True:\n    pass\n"


@pytest.fixture
def terminal(mini_environment, tmp_path):
    """Opens a terminal of a size in a folder; every one ends with the test."""
    opened = []

    def open_terminal(size: tuple[int, int], cwd: Path, **env: str) -> Tmux:
        config = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
        opened.append(Tmux(size, cwd, {**mini_environment, **config, **env}))
        return opened[-1]

    yield open_terminal
    for each in opened:
        each.close()


def passed(workspace: Path) -> set[str]:
    """The exercises that have passed, as the progress file has it."""
    file = workspace / ".tutor" / "progress.db"
    if not file.exists():
        return set()
    with sqlite3.connect(file) as connection:
        return {row[0] for row in connection.execute("SELECT exercise FROM attempts WHERE verdict = 'passed'")}


@pytest.mark.parametrize("size", SIZES)
def test_a_whole_session(terminal, tmp_path: Path, size: tuple[int, int]) -> None:
    """Begin, write, fail, read the diff, pass, go on, save from outside, quit."""
    folder = tmp_path / "learner"
    folder.mkdir()
    tmux = terminal(size, folder)
    assert tmux.size == size
    tmux.start("start")
    tmux.until("Welcome to tutor", "make it and begin", "3 exercises")
    assert list(folder.iterdir()) == []
    tmux.type("Enter")
    tmux.until("Twice as much", "Save exercises/01_double.py to check it")

    tmux.type("c")
    tmux.until("TODO: write double", "Save and run")
    tmux.type("return x * x")  # the line that says TODO is selected
    tmux.until("return x * x", "✗ Failed")
    assert "return x * x\n" in (folder / "exercises" / "01_double.py").read_text()
    tmux.type("Escape")
    seen = tmux.until("✗ Failed", "double(3)", "expected", "r Run")  # a letter right after escape would be alt's
    assert "9" in seen
    assert "6" in seen

    tmux.type("c")
    tmux.until("return x * x", "Save and run")
    tmux.type("End", "BSpace", "2", "C-s")
    tmux.until("✓ Passed")
    tmux.type("Escape")
    tmux.until("✓ Passed", "Next: 01_halve", "r Run")
    assert passed(folder) == {"01_double"}

    tmux.type("n")
    tmux.until("01_halve.py to check it")
    (folder / "exercises" / "01_halve.py").write_text("def halve(x):\n    return x\n")
    tmux.until("✗ Failed")
    (folder / "exercises" / "01_halve.py").write_text("def halve(x):\n    return x / 2\n")
    tmux.until("✓ Passed", "Next: 02_negate")
    tmux.type("q")
    tmux.until("Welcome", "Passed", "01_halve", gone=True)
    tmux.type("echo it ended with $?", "Enter")
    tmux.until("it ended with 0")
    assert passed(folder) == {"01_double", "01_halve"}


def test_what_the_command_line_records_is_seen_by_every_running_tutor(terminal, workspace, tutor) -> None:
    (workspace / "exercises" / "01_halve.py").write_text("def halve(x):\n    return x / 2\n")
    first, second = terminal((120, 40), workspace), terminal((120, 30), workspace)
    for tmux in (first, second):
        tmux.start("start")
        tmux.until("0 of 3 passed", "· halve")
    assert tutor("check", "01_halve").returncode == 0
    for tmux in (first, second):
        tmux.until("1 of 3 passed", "✓ halve")
    (workspace / "exercises" / "02_negate.py").write_text("def negate(x):\n    return -x\n")
    for tmux in (first, second):
        tmux.until("2 of 3 passed", "✓ negate")
        tmux.type("q")
        tmux.until("passed", gone=True)
    assert passed(workspace) == {"01_halve", "02_negate"}


def test_suspended_and_resumed(terminal, workspace) -> None:
    tmux = terminal((80, 24), workspace)
    tmux.start("start")
    tmux.until("Twice as much", "Progress")
    tmux.type("C-z")
    tmux.until("Stopped", PROMPT)
    tmux.type("clear; echo the shell is here", "Enter")
    tmux.until("the shell is here")
    tmux.type("fg", "Enter")
    tmux.until("Twice as much", "Progress")
    (workspace / "exercises" / "01_double.py").write_text(DOUBLE)
    tmux.until("✓ Passed")
    tmux.type("q")
    tmux.until("Twice as much", gone=True)


def test_resized_to_hardly_anything_and_back(terminal, workspace) -> None:
    tmux = terminal((80, 24), workspace)
    tmux.start("start")
    tmux.until("Twice as much")
    tmux.type("r")
    tmux.until("✗ Failed", "TODO")
    tmux.resize(20, 5)
    tmux.until("✗ Failed")
    tmux.resize(80, 24)
    tmux.until("✗ Failed", "Twice as much", "Progress")
    tmux.type("c")
    tmux.until("Save and run")
    tmux.resize(20, 5)
    tmux.until("Save and run", gone=True)
    tmux.type("# still here")
    tmux.resize(80, 24)
    tmux.until("# still here")
    tmux.type("Escape")
    tmux.until("r Run")
    tmux.type("q")
    tmux.until("✗ Failed", gone=True)
    assert "# still here" in (workspace / "exercises" / "01_double.py").read_text()


def write_editor(folder: Path, code: str) -> str:
    """A command that behaves as an editor in the terminal that does `code` with the file `path`."""
    script = folder / "my editor.py"
    script.write_text(f"import sys, pathlib\npath = pathlib.Path(sys.argv[-1])\n{code}\n")
    return f"{sys.executable} '{script}'"


def test_an_editor_in_the_terminal_gets_it_and_gives_it_back(terminal, workspace, tmp_path) -> None:
    editor = write_editor(tmp_path, f"input('an editor asks: ')\npath.write_text({DOUBLE!r})")
    tmux = terminal((80, 24), workspace, EDITOR=editor)
    tmux.start("start")
    tmux.until("Twice as much")
    tmux.type("e")
    tmux.until("an editor asks:")
    tmux.type("Enter")
    tmux.until("✓ Passed")


@pytest.mark.parametrize(
    ("editor", "sentence"),
    [
        ("/nowhere/vim", "The editor /nowhere/vim cannot be started: No such file or directory."),
        ("false", "The editor false ended with exit code 1; your file is as it left it."),
        ("", "No editor is set. Set $VISUAL or $EDITOR"),
        ("vim '", "$EDITOR has an unbalanced quote"),
    ],
)
def test_an_editor_that_is_missing_or_fails_is_a_sentence(terminal, workspace, editor: str, sentence: str) -> None:
    tmux = terminal((80, 24), workspace, EDITOR=editor)
    tmux.start("start")
    tmux.until("Twice as much")
    tmux.type("e")
    tmux.until(sentence)
    tmux.type("r")
    tmux.until("✗ Failed")


def test_an_engine_killed_in_mid_attempt_is_a_sentence_and_the_next_run_has_another(
    terminal, workspace, short_folder, monkeypatch
) -> None:
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(short_folder))
    (workspace / "exercises" / "01_double.py").write_text(FOREVER)
    tmux = terminal((80, 24), workspace, TUTOR_RUNTIME_DIR=str(short_folder))
    try:
        tmux.start("start")
        tmux.until("Twice as much")
        tmux.type("r")
        until_true(lambda: (status := engine_status()) is not None and status.running == 1)
        os.kill(engine_status().pid, signal.SIGKILL)
        tmux.until("! No verdict", "The engine has gone away in the middle")
        (workspace / "exercises" / "01_double.py").write_text(DOUBLE)
        tmux.until("✓ Passed")
    finally:
        stop_engine()


def tutor_of(workspace: Path) -> psutil.Process:
    """The `tutor start` that runs in the workspace."""
    (found,) = [
        process
        for process in psutil.process_iter(["cmdline", "cwd"])
        if process.info["cwd"] == str(workspace) and "start" in (process.info["cmdline"] or ())
    ]
    return found


@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP", "the terminal is closed", "q", "ctrl+q"])
def test_every_exit_saves_what_was_typed_and_ends_the_attempt(
    terminal, workspace, short_folder, monkeypatch, how: str
) -> None:
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(short_folder))
    file = workspace / "exercises" / "01_double.py"
    tmux = terminal((80, 24), workspace, TUTOR_RUNTIME_DIR=str(short_folder))
    try:
        file.write_text(FOREVER)
        tmux.start("start")
        tmux.until("Twice as much")
        tmux.type("r")
        until_true(lambda: (status := engine_status()) is not None and status.running == 1)
        tmux.type("c")
        tmux.until("Save and run")
        running = tutor_of(workspace)
        tmux.type("# typed last ")
        tmux.until("# typed last ")
        if how.startswith("SIG"):
            running.send_signal(getattr(signal, how))
        elif how == "the terminal is closed":
            tmux.close()
        elif how == "q":
            tmux.type("Escape")
            tmux.until("r Run")
            tmux.type("q")
        else:
            tmux.type("C-q")
        running.wait(PATIENCE)
        assert "# typed last " in file.read_text()
        until_true(lambda: (status := engine_status()) is not None and status.running == 0)
    finally:
        stop_engine()
