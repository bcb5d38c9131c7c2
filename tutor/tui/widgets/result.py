"""What came of an attempt, in full: the failing check with its diff, the timing, the output."""

from collections.abc import Iterator

from rich.console import Group
from rich.text import Text
from textual.widgets import Static

from tutor.attempt.result import Attempt, CheckResult, Verdict
from tutor.show.plain import prose
from tutor.tui.state import AttemptState, Phase


class ResultView(Static):
    """The verdict's explanation, hidden while there is none."""

    def __init__(self) -> None:
        super().__init__(id="result")
        self.border_title = "Result"
        self._state: AttemptState | None = None
        self._number = 0  # of the failing check that is shown

    def show(self, state: AttemptState | None) -> None:
        """Draw what `state` came to, with the first failing check."""
        self._state, self._number = state, 0
        self._draw()

    def show_next(self) -> bool:
        """Show the failing check after the one shown, or the first again; False when there is no other."""
        failing = self._failing
        if len(failing) < 2:
            return False
        self._number = (self._number + 1) % len(failing)
        self._draw()
        return True

    @property
    def _failing(self) -> tuple[CheckResult, ...]:
        attempt = None if self._state is None else self._state.attempt
        return () if attempt is None else attempt.failing

    def _draw(self) -> None:
        state = self._state
        if state is not None and state.phase is Phase.DONE and state.attempt is not None:
            from tutor.show.verdict import verdict_view

            # The verdict's line is on the screen already, in the strip below the page.
            shown = self._failing[self._number] if self._failing else None
            view = verdict_view(state.attempt, with_headline=False, shown=shown)
            self.update(Group(view, *_after_pass(state.attempt)))
        elif state is not None and state.phase is Phase.STOPPED and state.problem is not None:
            self.update(prose(state.problem))
        else:
            self.display = False
            return
        self.display = True


def _after_pass(attempt: Attempt) -> Iterator[Text]:
    """What there is to see once an exercise has passed."""
    if attempt.verdict is Verdict.PASSED:
        shown = any(check.exhibits for check in attempt.checks)
        if shown or attempt.timing is not None or attempt.output.text.strip():
            yield Text()
        yield Text("Every check holds. Press s for the reference solution and why it works.")
