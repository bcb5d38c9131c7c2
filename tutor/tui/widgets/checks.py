"""The list of checks, ticking while an attempt runs."""

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from textual.widgets import Static

from tutor.attempt.result import CheckResult, Outcome
from tutor.show.look import MUTED, OUTCOMES, WARN
from tutor.show.plain import prose
from tutor.show.timing import seconds
from tutor.tui.state import AttemptState

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
SLOW = 0.1  # seconds from which a check's time is worth a look


class ChecksView(Static):
    """One line a check: symbol, claim, and the time of a check that took some."""

    def __init__(self) -> None:
        super().__init__(id="checks")
        self._state: AttemptState | None = None
        self._frame = 0

    def on_mount(self) -> None:
        """Turn the spinner, ten times a second, while there is one."""
        self.set_interval(0.1, self._turn)

    def show(self, state: AttemptState | None) -> None:
        """Draw the checks of `state`; nothing for None."""
        self._state = state
        self.display = state is not None and bool(state.results)
        self._draw()

    def _turn(self) -> None:
        if self._state is not None and self._state.running is not None:
            self._frame += 1
            self._draw()

    def _draw(self) -> None:
        if self._state is not None:
            self.border_title = f"Checks {self._state.passed_checks}/{len(self._state.results)}"
            self.update(checks_table(self._state, SPINNER[self._frame % len(SPINNER)]))


def checks_table(state: AttemptState, spinner: str) -> RenderableType:
    """The checks as a table; long claims wrap under themselves."""
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=1)
    table.add_column(ratio=1)
    for result in state.results:
        running = result.id == state.running
        sign, style = (spinner, WARN) if running else OUTCOMES[result.outcome]
        table.add_row(
            Text(sign, f"bold {style}"),
            Text.assemble(prose(result.claim, _claim_style(result, running)), _time(result)),
        )
    return table


def _claim_style(result: CheckResult, running: bool) -> str:
    if running or result.outcome in (Outcome.FAILED, Outcome.ERROR):
        return "bold"
    return "" if result.outcome is Outcome.PASSED else MUTED


def _time(result: CheckResult) -> Text:
    return Text(f"  {seconds(result.seconds)}" if result.seconds >= SLOW else "", MUTED)
