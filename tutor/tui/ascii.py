"""For terminals that can draw nothing but ASCII: every other character becomes one that looks like it.

It works on what is about to be drawn, so that no screen needs to know of it and an answer's output is held to it too.
A character keeps its width: what takes two cells becomes two.
"""

import io
import unicodedata
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_ALIKE = {
    "✓": "+", "✗": "x", "●": "*", "○": "o", "·": ".", "•": "*", "∙": ".", "≠": "!", "≤": "<", "≥": ">", "≈": "~",
    "×": "x", "÷": "/", "−": "-", "–": "-", "—": "-", "…": ".", "⋯": ".", "⋮": ":", "‘": "'", "’": "'", "“": '"',
    "”": '"', "←": "<", "→": ">", "↑": "^", "↓": "v", "⏎": "<", "▸": ">", "▾": "v", "▶": ">", "▼": "v", "°": "o",
    "µ": "u", "μ": "u", "❱": ">", "¶": "P", "§": "S", "█": "#", "▌": "|", "▐": "|", "▀": "-", "▔": " ",
    **dict(zip("▁▂▃▄▅▆▇", "_.-=+*%", strict=True)), "░": ":", "▒": ":", "▓": "#",
    "━": "=", "╍": "-", "╌": "-", "═": "=",
    **dict(zip("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "|/-\\|/-\\|/", strict=True)),
}  # fmt: skip


@lru_cache(4096)
def ascii_character(character: str) -> str:
    """What stands for one character, as wide as it; "?" where nothing looks like it."""
    if character.isascii():
        return character
    if (alike := _ALIKE.get(character)) is not None:
        return alike
    width = cell_len(character)
    if width == 0:
        return ""
    code = ord(character)
    if 0x2500 <= code < 0x2580:  # box drawing
        name = unicodedata.name(character, "")
        if " AND " in name or " DIAGONAL " in name:
            return "+"
        return "|" if "VERTICAL" in name else "-"
    if 0x2580 <= code < 0x25A0:  # blocks: parts of bars, of borders and of scroll bars
        return "|" if "LEFT" in unicodedata.name(character) or "RIGHT" in unicodedata.name(character) else " "
    if 0x2800 <= code < 0x2900:  # braille
        return "*" if code > 0x2800 else " "
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain if len(plain) == width else "?" * width


def to_ascii(text: str) -> str:
    """`text` in ASCII, as wide as it was."""
    return text if text.isascii() else "".join(map(ascii_character, text))


class AsciiFilter(LineFilter):
    """Changes the characters of what is drawn, and no colours."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same line in ASCII."""
        return [Segment(to_ascii(text), style, control) for text, style, control in segments]


class AsciiNowhere(io.StringIO):
    """What a console that draws for ASCII believes to write to; it keeps nothing."""

    encoding = "ascii"

    def write(self, text: str, /) -> int:
        """Take no notice."""
        return len(text)
