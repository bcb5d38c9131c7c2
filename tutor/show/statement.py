"""Draws an exercise's statement. Markdown and its highlighter are imported only when one is drawn."""

from rich.console import Group, RenderableType
from rich.text import Text

from tutor.course.records import Content
from tutor.show.look import MUTED
from tutor.show.plain import clean, clean_line

_LEVEL_SIGNS = 4


def statement_view(content: Content, *, chapter: str = "", level: int | None = None) -> RenderableType:
    """Title, the line of chapter and level when given, and the statement as Markdown with its links spelt out."""
    parts: list[RenderableType] = [Text(clean_line(content.title, 200), "bold")]
    if below := [*([clean_line(chapter, 120)] if chapter else []), *([level_text(level)] if level else [])]:
        parts.append(Text("  ".join(below), MUTED))
    return Group(*parts, Text(), markdown(content.statement))


def markdown(text: str) -> RenderableType:
    """Markdown as a renderable, without clickable links, so that their addresses survive a pipe."""
    from rich.markdown import Markdown

    return Markdown(clean(text), code_theme="ansi_dark", hyperlinks=False)


def level_text(level: int) -> str:
    """A level from 1 to 4 as filled and empty signs: "level 2 ●●○○"."""
    filled = min(max(level, 0), _LEVEL_SIGNS)
    return f"level {level} {'●' * filled}{'○' * (_LEVEL_SIGNS - filled)}"
