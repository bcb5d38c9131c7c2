"""What came of an attempt, in full: the failing check with its diff, the timing, the output."""

from textual.widgets import Static

from tutor.show.plain import prose
from tutor.tui.state import AttemptState, Phase


class ResultView(Static):
    """The verdict's explanation, hidden while there is none."""

    def __init__(self) -> None:
        super().__init__(id="result")
        self.border_title = "Result"

    def show(self, state: AttemptState | None) -> None:
        """Draw what `state` came to."""
        if state is not None and state.phase is Phase.DONE and state.attempt is not None:
            from tutor.show.verdict import verdict_view

            # The verdict's line is on the screen already, in the strip below the page.
            self.update(verdict_view(state.attempt, with_headline=False))
        elif state is not None and state.phase is Phase.STOPPED and state.problem is not None:
            self.update(prose(state.problem))
        else:
            self.display = False
            return
        self.display = True
