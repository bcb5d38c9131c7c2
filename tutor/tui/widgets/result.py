"""What came of an attempt, in full: the failing check with its diff, the timing, the output."""

from collections.abc import Iterator

from msgspec import Struct
from rich.console import Group, RenderableType
from rich.text import Text
from textual.widgets import Static

from tutor.attempt.result import CheckResult
from tutor.show.layout import spaced
from tutor.show.plain import prose
from tutor.tui.state import AttemptState, Phase
from tutor.workspace.history import History


class AfterPass(Struct, frozen=True, kw_only=True):
    """What there is to say once an exercise has passed: its idea, and how it went."""

    idea: str
    history: History


class ResultView(Static):
    """The verdict's explanation, hidden while there is none."""

    def __init__(self) -> None:
        super().__init__(id="result")
        self.border_title = "Result"
        self._state: AttemptState | None = None
        self._after: AfterPass | None = None
        self._number = 0  # of the failing check that is shown

    def show(self, state: AttemptState | None, after: AfterPass | None) -> None:
        """Draw what `state` came to, with the first failing check; `after` a pass there is more to say."""
        self._state, self._after, self._number = state, after, 0
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
            history = History() if self._after is None else self._after.history
            view = verdict_view(state.attempt, with_headline=False, shown=shown, best=history.best, times=history.times)
            said = [] if self._after is None else list(_after_pass(self._after))
            self.border_title = "Result" if shown is None else self._title()
            self.update(spaced([*said, view]) if _says_something(state) else spaced(said) if said else view)
        elif state is not None and state.phase is Phase.STOPPED and state.problem is not None:
            self.border_title = "Result"
            self.update(prose(state.problem))
        else:
            self.display = False
            return
        self.display = True

    def _title(self) -> str:
        failing = len(self._failing)
        return (
            "The check that fails" if failing == 1 else f"Failing check {self._number + 1} of {failing} (v: the next)"
        )


def _says_something(state: AttemptState) -> bool:
    """Whether the attempt itself has anything to show."""
    attempt = state.attempt
    return attempt is not None and (
        bool(attempt.failing)
        or attempt.message is not None
        or attempt.timing is not None
        or any(check.exhibits for check in attempt.checks)
        or bool(attempt.output.text.strip())
    )


def _after_pass(after: AfterPass) -> Iterator[RenderableType]:
    """What was learnt, and how many attempts it took."""
    if after.idea:
        yield Group(Text("What it comes to", "bold"), prose(after.idea))
    tries = after.history.tries
    took = "" if not tries else "Passed at the first attempt. " if tries == 1 else f"It took {tries:,} attempts. "
    yield Text(f"{took}Press s for the reference solution and why it works.")
