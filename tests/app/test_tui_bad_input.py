"""Everything on which a terminal program can choke, given to the TUI: each costs a sentence, and nothing is lost.

What needs a real terminal (Ctrl+Z, a terminal editor that fails, a killed engine) is in test_terminal_sessions.py.
"""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_support import FIRST, Bench, attempt, events, screen_text, settled, until

from tutor.attempt.job import Job
from tutor.attempt.protocol import Event
from tutor.tui.editor import Editor, EditorError, open_here
from tutor.tui.session import Session
from tutor.workspace import atomic

LABEL = f"exercises/{FIRST}.py"
MEGABYTE = 1_000_000
OUTPUTS = {
    "markup": "[/red] [bold]x[/] [@click=app.quit]here[/] [/nothing",
    "escapes": "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J\x1b[999;999H\x9b5m \r over \x08\x08",
    "wide": "漢字かな交じり文 " * 40,
    "combining": "e\u0301\u0323\u0302 " * 40 + "\u0301",
    "emoji": "👩\u200d👩\u200d👧\u200d👦 🇫🇷 👍🏽 \ufe0f" * 20,
    "directions": "\u202eabc\u202c \u2066x\u2069 שלום مرحبا",
    "surrogates": "\ud800 \udfff \ufffe",
    "tabs and ends": "a\tb\r\nc\x0bd\x0ce\u2028f\u2029g",
    "no newline for a megabyte": "x" * MEGABYTE,
    "wide and no newline": "漢" * (MEGABYTE // 3),
    "a megabyte of newlines": "\n" * MEGABYTE,
}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, lambda job, number: events(attempt(job, failing=None if number > 1 else 0)))


@pytest.mark.parametrize("size", [(120, 40), (60, 20), (20, 5)])
def test_any_output_is_shown_and_leaves_the_screen_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    texts = list(OUTPUTS.values())

    def script(job: Job, number: int) -> Iterator[Event | None]:
        text = texts[number - 1]
        return events(attempt(job, failing=0, message=text[:5000], output=text))

    bench = Bench(tmp_path, script)

    async def steps(pilot: Pilot[None]) -> None:
        for name in OUTPUTS:
            await pilot.press("r")
            await settled(pilot)
            for key in ("pagedown", "pagedown", "pageup", "v"):
                await pilot.press(key)
                shown = screen_text(pilot.app)
                for harmful in "\x1b\x07\x08\x9b\r\x0b\x0c\u202e\u2066\u2028\ud800":
                    assert harmful not in shown, (name, harmful)
                widths = {strip.cell_length for strip in pilot.app.screen._compositor.render_strips()}
                assert widths == {size[0]}, name
            assert "✗ Failed" in screen_text(pilot.app), name
        assert len(bench.runner.jobs) == len(OUTPUTS)

    bench.drive(steps, size)


def test_markup_in_an_output_is_text(tmp_path: Path) -> None:
    bench = Bench(tmp_path, lambda job, number: events(attempt(job, failing=0, output=OUTPUTS["markup"])))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await settled(pilot)
        pilot.app.screen.query_one("#page").scroll_end(animate=False)
        await until(pilot, lambda: OUTPUTS["markup"] in screen_text(pilot.app), "the output is there as printed")

    bench.drive(steps, (120, 40))


# --- the file


def _delete(file: Path) -> None:
    file.unlink()


def _rename(file: Path) -> None:
    file.rename(file.with_name("other.txt"))


def _into_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _into_dangling_link(file: Path) -> None:
    file.unlink()
    file.symlink_to("nowhere")


def _into_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


SPOILED = {
    "deleted": (_delete, f"{LABEL} is not there: press e to begin it from the starter"),
    "renamed": (_rename, f"{LABEL} is not there: press e to begin it from the starter"),
    "a folder": (_into_folder, f"{LABEL} is a folder, where a Python file should be: move it away."),
    "a dangling link": (_into_dangling_link, f"{LABEL} is a link to a file that is not there: nowhere."),
    "a pipe": (_into_pipe, f"{LABEL} is not an ordinary file: move it away."),
}


@pytest.mark.parametrize("how", SPOILED)
@pytest.mark.parametrize("writing", [False, True])
def test_the_file_is_spoiled_while_running(bench: Bench, how: str, writing: bool) -> None:
    spoil, sentence = SPOILED[how]
    before = bench.file().read_text()

    async def steps(pilot: Pilot[None]) -> None:
        if writing:
            await pilot.press("c")
            await until(pilot, lambda: pilot.app.screen.has_class("writing"), "the editor is there")
            await pilot.press("escape")
        spoil(bench.file())
        noticed = (sentence, f"{LABEL} was deleted")
        await until(pilot, lambda: any(words in screen_text(pilot.app) for words in noticed), "the watch has seen it")
        await pilot.press("r")
        await until(pilot, lambda: sentence in screen_text(pilot.app), "it says what is wrong")
        assert bench.runner.jobs == []
        if bench.file().is_dir():
            bench.file().rmdir()
        else:
            bench.file().unlink(missing_ok=True)
        bench.file().write_text(before)
        await until(pilot, lambda: len(bench.runner.jobs) > 0, "the file is back and checked")

    bench.drive(steps)


@pytest.mark.parametrize("how", SPOILED)
def test_the_file_is_spoiled_during_an_attempt(tmp_path: Path, how: str) -> None:
    def script(job, number):
        yield None  # until told to go on
        yield from events(attempt(job))

    bench = Bench(tmp_path, script)

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await until(pilot, lambda: len(bench.runner.jobs) == 1, "the attempt has begun")
        SPOILED[how][0](bench.file())
        await pilot.pause(0.1)
        bench.runner.go.set()
        await until(pilot, lambda: "✓ Passed" in screen_text(pilot.app), "the verdict on what was there is shown")
        await pilot.press("h", "v", "n")

    bench.drive(steps)


def test_a_file_that_may_not_be_read_is_a_sentence(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a stand-in for the system, since root may read everything."""
    opened = Path.open

    def refuse(path: Path, *words, **options):
        if path == bench.file():
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, *words, **options)

    async def steps(pilot: Pilot[None]) -> None:
        monkeypatch.setattr(Path, "open", refuse)
        for key in ("r", "c"):
            await pilot.press(key)
            await until(
                pilot,
                lambda: f"{LABEL} cannot be read: permission denied. Check its permissions." in screen_text(pilot.app),
                "it says why",
            )
        monkeypatch.undo()
        await pilot.press("r")
        await settled(pilot)

    bench.drive(steps)


# --- the disk


def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """A small file system of its own at `folder`, where this machine lets us make one."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", folder], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("a file system of its own cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=False)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 256 KB."""
    if not sys.platform.startswith("linux"):
        pytest.skip("needs tmpfs")
    yield from mounted(tmp_path / "disk", "-o", "size=256k")


def set_read_only(folder: Path, read_only: bool) -> None:
    subprocess.run(["mount", "-o", f"remount,{'ro' if read_only else 'rw'}", folder], check=True)


def fill(folder: Path) -> Path:
    """A file that takes what room there is left."""
    file = folder / "fills the disk"
    with file.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(b"x" * 4096)
        except OSError:
            return file


@pytest.mark.parametrize("trouble", ["read-only", "full"])
def test_a_disk_that_takes_nothing_loses_nothing_typed(small_disk: Path, trouble: str) -> None:
    bench = Bench(small_disk)
    stuffing: list[Path] = []

    def spoil(session: Session) -> None:
        if trouble == "full":
            stuffing.append(fill(small_disk))
        else:
            session.close()  # an open progress file would keep the disk from becoming read-only
            set_read_only(small_disk, True)

    def restore() -> None:
        if trouble == "full":
            stuffing[0].unlink()
        else:
            set_read_only(small_disk, False)

    why = "no space left on device" if trouble == "full" else "read-only file system"

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await settled(pilot)
        await pilot.press("c")
        await until(pilot, lambda: pilot.app.screen.has_class("writing"), "the editor is there")
        before = bench.file().read_bytes()
        spoil(pilot.app.screen.session)  # type: ignore[attr-defined]
        try:
            await pilot.press("k", "k", "ctrl+s")
            await until(pilot, lambda: why in screen_text(pilot.app), "it says why")
            assert "What you typed stays in the editor." in screen_text(pilot.app)
            assert bench.file().read_bytes() == before
            await pilot.press("ctrl+q")
            await until(pilot, lambda: "would be lost" in screen_text(pilot.app), "quitting asks")
            await pilot.press("n")
        finally:
            restore()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: b"kk" in bench.file().read_bytes(), "it is saved once there is room")

    bench.drive(steps)


def test_progress_on_a_read_only_disk_costs_a_sentence(small_disk: Path) -> None:
    bench = Bench(small_disk, lambda job, number: events(attempt(job)))

    async def steps(pilot: Pilot[None]) -> None:
        set_read_only(small_disk, True)
        try:
            await pilot.press("r")
            await settled(pilot)
            text = screen_text(pilot.app)
            assert "✓ Passed" in text
            assert "not in your progress" in text
            for key in ("h", "x", "y", "u", "e", "p", "escape"):
                await pilot.press(key)
        finally:
            set_read_only(small_disk, False)

    bench.drive(steps)
    assert bench.file().exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO])
def test_whatever_the_system_says_of_a_save_is_said(bench: Bench, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("c")
        await until(pilot, lambda: pilot.app.screen.has_class("writing"), "the editor is there")
        before = bench.file().read_bytes()
        monkeypatch.setattr(atomic, "_open_temporary", fail)
        await pilot.press("k", "ctrl+s")
        await until(pilot, lambda: os.strerror(number)[1:] in screen_text(pilot.app), "it says why")
        monkeypatch.undo()
        assert bench.file().read_bytes() == before
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bench.file().read_bytes() != before, "it is saved")

    bench.drive(steps)


# --- the terminal and the editor


def test_smaller_than_anything_and_back_keeps_the_verdict_in_sight(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await settled(pilot)
        await until(pilot, lambda: not pilot.app.screen.query("#statement-text"), "Markdown is there")
        await pilot.pause(0.2)
        for size in ((20, 5), (1, 1), (20, 5), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            if size != (1, 1):
                await until(pilot, lambda: "✗ Failed" in screen_text(pilot.app), "the verdict is in sight")
        assert "r Run" in screen_text(pilot.app)

    bench.drive(steps, (80, 24))


@pytest.mark.parametrize("keys", [("c",), ("question_mark",), ("x",), ("p",), ("s",), ("slash",)])
def test_every_screen_outlives_a_tiny_terminal(bench: Bench, keys: tuple[str, ...]) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press(*keys)
        await pilot.pause(0.2)
        for size in ((20, 5), (1, 1), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        await pilot.press("escape")
        await until(pilot, lambda: "Save exercises" in screen_text(pilot.app), "the course is there")

    bench.drive(steps, (80, 24))


@pytest.mark.parametrize(
    ("code", "how"),
    [("raise SystemExit(3)", "exit code 3"), ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", "signal 15")],
)
def test_an_editor_that_fails_is_told(tmp_path: Path, code: str, how: str) -> None:
    editor = Editor(command=(sys.executable, "-c", code), in_terminal=True)
    with pytest.raises(EditorError, match=f"ended with {how}; your file is as it left it"):
        open_here(editor, tmp_path / "x.py")


def test_a_windowed_editor_that_fails_is_told_too(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "code"
    editor.write_text("#!/bin/sh\nexit 7\n")
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("e")
        await until(pilot, lambda: "ended with exit code 7" in screen_text(pilot.app), "it says so")

    bench.drive(steps)


def test_a_crash_of_ours_saves_what_was_typed(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("c")
        await until(pilot, lambda: pilot.app.screen.has_class("writing"), "the editor is there")
        await pilot.press("k", "k")
        pilot.app.call_later(lambda: 1 / 0)
        await pilot.pause(0.1)

    with pytest.raises(ZeroDivisionError):
        bench.drive(steps)
    assert "kk" in bench.file().read_text()
