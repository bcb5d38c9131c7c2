"""Themes that are remembered, terminals without colour, terminals without Unicode."""

import json
import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from tui_support import Bench, screen_text, settled, until

from tutor.cli.start import is_unicode
from tutor.tui.ascii import to_ascii
from tutor.tui.preferences import Preferences, preferences_file, read_preferences, write_preferences

SIZES = [(120, 40), (80, 24), (60, 20), (200, 60)]
KEYS_TO_EVERY_SCREEN = (("r",), ("h",), ("slash", "a"), ("escape",), ("f",), ("escape",), ("p",), ("escape",),
                        ("question_mark",), ("escape",), ("x",), ("escape",), ("ctrl+p",), ("escape",))  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def colours(app: object) -> set[str]:
    """The colours on the screen, but for the terminal's own."""
    strips = app.screen._compositor.render_strips()  # type: ignore[attr-defined]
    styles = [segment.style for strip in strips for segment in strip if segment.style is not None]
    found = {colour.name for style in styles for colour in (style.color, style.bgcolor) if colour is not None}
    return found - {"default"}


def test_the_theme_picker_remembers_its_choice(bench: Bench) -> None:
    async def choose(pilot: Pilot[None]) -> None:
        assert not bench.preferences.exists(), "the first theme is no choice"
        await pilot.press("T", *"textual-li")
        await until(pilot, lambda: "textual-light" in screen_text(pilot.app), "the picker finds it")
        await pilot.press("down", "enter")
        await until(pilot, lambda: pilot.app.theme == "textual-light", "it is on")
        await until(pilot, bench.preferences.exists, "it is written")

    async def again(pilot: Pilot[None]) -> None:
        assert pilot.app.theme == "textual-light"
        assert not pilot.app.current_theme.dark

    bench.drive(choose)
    assert json.loads(bench.preferences.read_text()) == {"theme": "textual-light"}
    bench.drive(again)


@pytest.mark.parametrize("content", [b"", b"{", b'{"theme": 3}', b'{"theme": "of-another-time"}', b"\xff"])
def test_preferences_that_cannot_be_used_cost_nothing(bench: Bench, content: bytes) -> None:
    bench.preferences.parent.mkdir(parents=True)
    bench.preferences.write_bytes(content)

    async def steps(pilot: Pilot[None]) -> None:
        assert pilot.app.theme == "textual-dark"

    bench.drive(steps)
    assert bench.preferences.read_bytes() == content, "nobody has chosen anything"


def test_preferences_that_cannot_be_written_are_a_sentence(bench: Bench) -> None:
    bench.preferences.parent.parent.mkdir(parents=True)
    bench.preferences.parent.write_text("a file where the folder should be")

    async def steps(pilot: Pilot[None]) -> None:
        pilot.app.theme = "nord"
        await until(pilot, lambda: "Your choice is not remembered" in screen_text(pilot.app), "the sentence")

    bench.drive(steps)


@pytest.mark.parametrize(
    ("environ", "file"),
    [
        ({"XDG_CONFIG_HOME": "/etc/mine"}, Path("/etc/mine/tutor/tui.json")),
        ({"XDG_CONFIG_HOME": "relative"}, Path.home() / ".config/tutor/tui.json"),
        ({}, Path.home() / ".config/tutor/tui.json"),
    ],
)
def test_where_preferences_are(environ: dict[str, str], file: Path) -> None:
    assert preferences_file(environ) == file


def test_without_a_home_nothing_is_remembered() -> None:
    write_preferences(None, Preferences(theme="nord"))
    assert read_preferences(None) == Preferences()


def test_colours_are_there_unless_told_otherwise(bench: Bench) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        assert colours(pilot.app)

    bench.drive(steps)


@pytest.mark.parametrize("size", SIZES)
def test_no_color_means_none(bench: Bench, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def steps(pilot: Pilot[None]) -> None:
        for keys in KEYS_TO_EVERY_SCREEN:
            await pilot.press(*keys)
            await pilot.pause()
            assert not colours(pilot.app), keys
        await until(pilot, lambda: "✗ Failed" in screen_text(pilot.app), "signs say it all")

    bench.drive(steps, size)


@pytest.mark.parametrize("size", SIZES)
def test_ascii_means_ascii(bench: Bench, size: tuple[int, int]) -> None:
    bench.ascii_only = True

    async def steps(pilot: Pilot[None]) -> None:
        for keys in KEYS_TO_EVERY_SCREEN:
            await pilot.press(*keys)
            await pilot.pause()
            text = screen_text(pilot.app)
            assert text.isascii(), (keys, set(re.sub(r"[\x00-\x7f]", "", text)))
            assert all(len(line) == size[0] for line in text.splitlines()), "no character changed its width"
        await settled(pilot)
        assert "x Failed" in screen_text(pilot.app)

    bench.drive(steps, size)


WIDTHS = ["plain", "✓ ✗ · ●○ ≠", "━╌│┤└╭╮═", "▌▀▄█▏", "⣿⠋", "naïve Ärger ﬁ", "漢字 🔎", "e\u0301", "→…“”", "\u200d"]


@pytest.mark.parametrize("text", WIDTHS)
def test_a_character_keeps_its_width(text: str) -> None:
    assert to_ascii(text).isascii()
    assert cell_len(to_ascii(text)) == cell_len(text)


def test_what_ascii_looks_like() -> None:
    assert to_ascii("✓ Passed · 3 × 4 ≤ µ … “naïve” 漢") == '+ Passed . 3 x 4 < u . "naive" ??'
    assert to_ascii("╭─┬╮│▾▸╌") == "+-++|v>-"


@pytest.mark.parametrize(
    ("encoding", "unicode"), [("utf-8", True), ("UTF8", True), ("iso8859-1", False), ("ascii", False), (None, False)]
)
def test_a_locale_without_unicode_is_known(encoding: str | None, unicode: bool) -> None:
    assert is_unicode(encoding) is unicode
