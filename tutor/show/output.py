"""Draws what a learner's code printed: harmless, and never so much that it hides the verdict."""

from rich.console import RenderableType
from rich.text import Text

from tutor.attempt.result import Output
from tutor.show.look import MORE, MUTED, WARN
from tutor.show.plain import cap_lines, clean

_HEAD, _TAIL = 30, 10
_LINE_LIMIT = 500


def output_view(output: Output) -> RenderableType:
    """The output as text, its middle left out when it is long; a line redrawn with "\\r" shows its last state."""
    if not output.text.strip() and not output.truncated:
        return Text("Nothing was printed.", MUTED)
    # before anything else, so that megabytes are never cleaned only to be left out
    lines = cap_lines(output.text.replace("\r\n", "\n").rstrip("\n"), head=_HEAD, tail=_TAIL).split("\n")
    shown = Text(overflow="fold")
    for n, line in enumerate(lines):
        shown.append("\n" if n else "")
        shown.append(clean(_last_state(line), _LINE_LIMIT))
    if output.truncated:
        shown.append(f"\n{MORE} There was more: tutor stopped keeping it here.", WARN)
    return shown


def _last_state(line: str) -> str:
    """What a terminal would show of a progress bar that was drawn over and over on one line."""
    states = [state for state in line.split("\r") if state]
    return states[-1] if states else ""
