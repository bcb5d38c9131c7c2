"""The hints asked for so far."""

from rich.console import Group, RenderableType
from rich.text import Text
from textual.widgets import Static

from tutor.course.hints import Hint
from tutor.show.plain import prose
from tutor.show.statement import markdown


class HintsView(Static):
    """Hints with the claims they belong to, hidden while none is shown."""

    def __init__(self) -> None:
        super().__init__(id="hints")
        self.border_title = "Hints"

    def show(self, hints: tuple[Hint, ...]) -> None:
        """Draw `hints`."""
        self.display = bool(hints)
        if hints:
            self.update(_hints(hints))


def _hints(hints: tuple[Hint, ...]) -> RenderableType:
    parts: list[RenderableType] = []
    for hint in hints:
        if parts:
            parts.append(Text())
        parts.append(Text.assemble((f"Hint {hint.place} of {hint.count}  ", "bold"), prose(hint.claim, "dim")))
        parts.append(markdown(hint.text))
    return Group(*parts)
