"""The strip that always says where the learner stands: idle, running, the verdict, and what is next."""

import time

from rich.text import Text
from textual.widgets import Static

from tutor.attempt.result import Attempt, Verdict
from tutor.show.plain import clean, plural
from tutor.tui.state import AttemptState, Phase
from tutor.tui.widgets.tree import bar

CELLS = 12  # of the bar of checks
PATIENCE = 0.5  # seconds that a warm engine takes at most to begin


class VerdictBar(Static):
    """One or two lines on a background that shows the verdict."""

    def __init__(self) -> None:
        super().__init__(id="verdict")
        self._state: AttemptState | None = None
        self._advice = ""
        self._begun = 0.0

    def on_mount(self) -> None:
        """Count the time of a running attempt."""
        self.set_interval(0.1, self._tick)

    def begin(self) -> None:
        """Count an attempt's time from now."""
        self._begun = time.monotonic()

    def show(self, state: AttemptState | None, advice: str) -> None:
        """Draw `state`; `advice` is the sentence on what to do now."""
        self._state = state
        self._advice = advice
        self._draw()

    def _tick(self) -> None:
        if self._state is not None and self._state.busy:
            self._draw()

    def on_resize(self) -> None:
        """Break the line where the new width wants it."""
        self._draw()

    def _draw(self) -> None:
        line, kind = verdict_line(self._state, time.monotonic() - self._begun)
        for name in ("passed", "failed", "running"):
            self.set_class(name == kind, f"-{name}")
        if self._advice and line:
            fits = line.cell_len + 2 + len(self._advice) <= self.content_size.width
            line.append("  " if fits else "\n")
        self.update(line.append(clean(self._advice)))


def verdict_line(state: AttemptState | None, elapsed: float) -> tuple[Text, str]:
    """The sentence on `state` and which kind of verdict colours it; `elapsed` is in seconds."""
    if state is None or state.phase is Phase.IDLE:
        return Text(), ""
    if state.phase is Phase.STOPPED:
        return Text("! No verdict", "bold"), "failed"
    total = len(state.results)
    if state.phase is Phase.MEASURING:
        return Text.assemble(
            ("Measuring", "bold"), " ", _bar(total, total), f"  all {plural(total, 'check')} passed  {elapsed:.1f} s"
        ), "running"
    if state.attempt is None:
        if not state.started and elapsed > PATIENCE:
            return Text.assemble(("Starting", "bold"), f"  {elapsed:.1f} s"), "running"
        done = state.finished_checks
        return Text.assemble(
            ("Running ", "bold"), " ", _bar(done, total), f"  {done} of {plural(total, 'check')}  {elapsed:.1f} s"
        ), "running"
    return _headline(state.attempt), "passed" if state.attempt.verdict is Verdict.PASSED else "failed"


def _bar(done: int, total: int) -> Text:
    """How many of how many in the strip's own colour."""
    return Text(bar(done, total, CELLS).plain)


def _headline(attempt: Attempt) -> Text:
    """The verdict's first line without its colours, which would be lost on the strip's own."""
    from tutor.show.verdict import headline  # no frame before the first verdict needs it

    return Text.assemble((headline(attempt).plain, "bold"))
