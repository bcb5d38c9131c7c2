"""Foreign text is harmless, still readable, and capped where it can be seen."""

import io
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from tutor.attempt.result import Output
from tutor.show.output import output_view
from tutor.show.plain import cap_lines, clean, clean_line, opening, plural, prose, value

# no deadline: a slow machine is not a wrong answer
SETTINGS = settings(deadline=None, derandomize=True, database=None, max_examples=100)
HOSTILE = st.text(
    st.one_of(st.characters(codec=None), st.sampled_from("\x1b\x9b\x07\r\n\t[]\u202e\u2066\x00\x7f\ud800"))
)


def drawn(renderable: RenderableType, width: int) -> str:
    """What a terminal of this width would be sent, without the blanks at the ends of lines."""
    console = Console(width=width, file=io.StringIO(), no_color=True)
    with console.capture() as capture:
        console.print(renderable)
    return "\n".join(line.rstrip(" ") for line in capture.get().split("\n")).rstrip("\n")


def harmful(text: str) -> list[str]:
    """What is left of controls, directions, line separators and lone surrogates."""
    return [c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in "\n\t"] + [
        c
        for c in text
        if unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    ]


@SETTINGS
@given(HOSTILE)
def test_nothing_harmful_survives(text: str) -> None:
    assert harmful(clean(text)) == []
    clean(text).encode()


@SETTINGS
@given(HOSTILE)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@SETTINGS
@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert clean(text) == text


@SETTINGS
@given(HOSTILE, st.integers(0, 30))
def test_a_cap_is_kept_and_marked(text: str, limit: int) -> None:
    shown = clean(text, limit)
    assert harmful(shown) == []
    if len(text) > limit:
        assert shown.startswith(clean(text[:limit]))
        assert shown.endswith(("more character)", "more characters)"))
        assert f"{len(text) - limit:,} more" in shown
    else:
        assert shown == clean(text)


def test_escapes_become_visible() -> None:
    assert clean("\x1b[31mred\x07\x7f\x9b2J") == "␛[31mred␇␡\\x9b2J"
    assert clean("a\u202eb\udc80") == "a\\u202eb\\udc80"
    assert clean("a\r\nb\tc\rd") == "a\nb\tc␍d"


def test_joined_emoji_stay_whole() -> None:
    assert clean("👩\u200d🔬 é ≠ 字") == "👩\u200d🔬 é ≠ 字"


def test_one_line_is_one_line() -> None:
    assert clean_line("a\n b\t\tc\u2028d") == "a b c d"


def test_lines_are_capped_from_the_middle() -> None:
    text = "\n".join(str(n) for n in range(10))
    assert cap_lines(text, head=2, tail=1) == "0\n1\n⋯ 7 lines left out ⋯\n9"
    assert cap_lines(text, head=5, tail=5) == text
    assert cap_lines("a\nb", head=1, tail=0) == "a\n⋯ 1 line left out ⋯"


def test_markup_stays_text() -> None:
    assert prose("[bold]x[/bold] `code`").plain == "[bold]x[/bold] `code`"
    assert value("[red]1[/red]").plain == "[red]1[/red]"


def test_plurals() -> None:
    assert [plural(n, "check") for n in (0, 1, 1200)] == ["0 checks", "1 check", "1,200 checks"]


def test_output_shows_beginning_and_end() -> None:
    text = drawn(output_view(Output(text="\n".join(f"line {n}" for n in range(5000)))), 80)
    assert "line 0" in text
    assert "line 4999" in text
    assert "4,960 lines left out" in text
    assert len(text.splitlines()) < 50


def test_lines_printed_over_and_over_are_told_once() -> None:
    lines = drawn(output_view(Output(text="start\n" + "hi\n" * 1200 + "a\na\nend\n")), 80).splitlines()
    assert lines == ["start", "hi", "⋯ the same 1,199 times more", "a", "a", "end"]


def test_brief_output_is_shorter() -> None:
    output = Output(text="\n".join(f"line {n}" for n in range(30)))
    assert len(drawn(output_view(output), 80).splitlines()) == 30
    assert len(drawn(output_view(output, brief=True), 80).splitlines()) == 13


def test_output_of_one_endless_line_is_capped() -> None:
    text = drawn(output_view(Output(text="x" * 1_000_000)), 80)
    assert len(text) < 2000
    assert "999,500 more characters" in text


def test_a_progress_bar_shows_its_last_state() -> None:
    text = drawn(output_view(Output(text="0%\r50%\r100%\r\ndone\r\n")), 80)
    assert text.split() == ["100%", "done"]


def test_cut_output_says_so_and_none_too() -> None:
    assert "There was more" in drawn(output_view(Output(text="a", truncated=True)), 80)
    assert "There was more" in drawn(output_view(Output(truncated=True)), 80)
    assert "Nothing was printed" in drawn(output_view(Output()), 80)


HEAVY = ("torch", "numpy", "textual", "pygments", "rich.markdown", "rich.syntax", "markdown_it")


@pytest.mark.parametrize("last_import", ["", "rich.markdown"])
def test_importing_show_is_light(last_import: str) -> None:
    modules = ["verdict", "statement", "timing", "output", "diff", "plain"]
    code = "".join(f"import tutor.show.{name}\n" for name in modules)
    code += f"import {last_import}\n" if last_import else ""
    code += f"import sys; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    # the control: with a heavy import the same look into sys.modules does find it
    assert ("rich.markdown" in found) if last_import else (found == [])


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("One. Two `x.y` three.\nFour!\n\nAnother paragraph.", 99, "One. Two `x.y` three. Four!"),
        ("One. Two is longer. Three.", 20, "One. Two is longer."),
        ("**A long** first sentence stays. Two.", 5, "A long first sentence stays."),
        ("", 5, ""),
    ],
)
def test_an_opening_is_whole_sentences_of_the_first_paragraph(text: str, limit: int, shown: str) -> None:
    assert opening(text, limit) == shown
