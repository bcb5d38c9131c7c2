"""How `tutor check` tells of several exercises: a line for each under a progress bar, and how many passed.

Owns what is printed when. What a verdict or a check says in full is seen by checking that exercise alone.
"""

from collections.abc import Mapping, Sequence

from rich.text import Text

from tutor.attempt.protocol import Event
from tutor.attempt.result import Attempt, Outcome, Verdict
from tutor.cli.console import console
from tutor.cli.progress_bar import progress_bar
from tutor.show.layout import hanging
from tutor.show.look import VERDICTS
from tutor.show.plain import clean
from tutor.show.timing import seconds


class ListReport:
    """Lines on stdout, each as its attempt ends, in columns as wide as the longest of `names`; a bar while it runs."""

    def __init__(self, names: Sequence[str]) -> None:
        self._out = console()
        self._width = max(map(len, names), default=0)
        self._bar = progress_bar()
        self._task = self._bar.add_task("", total=len(names))

    def begin(self, heading: str, claims: Mapping[str, str]) -> None:
        """Name what is checked beside the bar."""
        self._bar.update(self._task, description=clean(heading.partition(" ")[0]))
        self._bar.start()

    def event(self, event: Event) -> None:
        """Say nothing: the line comes with the verdict."""

    def finish(self, attempt: Attempt, next_step: str) -> None:
        """Print the attempt's line, and for one that has not passed the claim it stopped at."""
        self._bar.stop()
        sign, word, style = VERDICTS[attempt.verdict]
        done = sum(check.outcome is Outcome.PASSED for check in attempt.checks)
        line = Text.assemble(
            (f"{sign} ", style),
            f"{clean(attempt.exercise):{self._width}}  ",
            (f"{word.lower():12}", style),
            (f"  {done} of {len(attempt.checks)} checks  {seconds(attempt.seconds)}", "dim"),
        )
        self._out.print(line, soft_wrap=True)
        failing = attempt.first_failing
        if attempt.verdict is not Verdict.PASSED and failing is not None:
            self._out.print(hanging(" ", Text(clean(failing.claim), style="dim"), ""))
        self._bar.advance(self._task)

    def abandon(self, attempt: Attempt | None = None) -> None:
        """Print the line of an attempt that tutor could not make."""
        self._bar.stop()
        if attempt is not None:
            self.finish(attempt, "")

    def summary(self, attempts: Sequence[Attempt]) -> None:
        """Say how many passed, and how to see why the first of the others did not."""
        others = [attempt for attempt in attempts if attempt.verdict is not Verdict.PASSED]
        self._out.print()
        if others:
            self._out.print(Text(f"To see why: tutor check {clean(others[0].exercise)}"), soft_wrap=True)
        self._out.print(Text(f"{len(attempts) - len(others)} of {len(attempts)} passed"))
