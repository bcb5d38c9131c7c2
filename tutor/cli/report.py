"""How `tutor check` tells of attempts: as lines for one exercise, ticking as they happen, or as JSON documents.

Owns what is printed when. It must not run anything; what a verdict or a check looks like is `tutor.show`'s.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Protocol

from rich.console import Console
from rich.text import Text

from tutor.attempt.document import document
from tutor.attempt.protocol import CheckFinished, CheckStarted, Event, Measuring
from tutor.attempt.result import Attempt, CheckResult
from tutor.cli.console import complain, console, emit
from tutor.show.layout import hanging
from tutor.show.plain import clean
from tutor.show.verdict import check_line, verdict_view


class Report(Protocol):
    """What an attempt is told to, in this order: begin, any number of events, then finish or abandon."""

    def begin(self, heading: str, claims: Mapping[str, str]) -> None:
        """An attempt begins; `heading` says on what, `claims` are its checks' by id."""

    def event(self, event: Event) -> None:
        """Something happened."""

    def finish(self, attempt: Attempt, next_step: str) -> None:
        """The verdict, and a sentence on what to do next (may be empty)."""

    def abandon(self, attempt: Attempt | None = None) -> None:
        """There is no verdict to show; `attempt` says so for programs. Harmless when nothing had begun."""

    def summary(self, attempts: Sequence[Attempt]) -> None:
        """All of several attempts are made."""


class JsonReport:
    """One document a line on stdout, nothing else."""

    def begin(self, heading: str, claims: Mapping[str, str]) -> None:
        """Say nothing."""

    def event(self, event: Event) -> None:
        """Say nothing."""

    def finish(self, attempt: Attempt, next_step: str) -> None:
        """Write the document."""
        emit(document(attempt))

    def abandon(self, attempt: Attempt | None = None) -> None:
        """Write the document of an attempt that tutor could not make."""
        if attempt is not None:
            emit(document(attempt))

    def summary(self, attempts: Sequence[Attempt]) -> None:
        """Say nothing."""


class PrintedReport:
    """Lines on stdout. On a terminal the check that runs is named until its line is there."""

    def __init__(self) -> None:
        self._out = console()
        self._running = self._out.status("", spinner=_spinner(self._out)) if self._out.is_terminal else None
        self._printed: set[str] = set()
        self._claims: Mapping[str, str] = {}

    def begin(self, heading: str, claims: Mapping[str, str]) -> None:
        """Print what is checked."""
        self._claims = claims
        self._printed.clear()
        self._out.print(Text(clean(heading), style="bold"))
        self._now("starting")

    def event(self, event: Event) -> None:
        """Print the line of a check that has finished; name what runs now."""
        match event:
            case CheckStarted(check=check):
                self._now(self._claims.get(check, check))
            case CheckFinished(result=result):
                self._printed.add(result.id)
                self._tick(result)
            case Measuring():
                self._now("measuring")

    def finish(self, attempt: Attempt, next_step: str) -> None:
        """Print the checks that had no turn (when others had), the verdict and the next step."""
        self._quiet()
        if self._printed:
            for result in attempt.checks:
                if result.id not in self._printed:
                    self._tick(result)
        self._out.print()
        self._out.print(verdict_view(attempt))
        if next_step:
            self._out.print()
            self._out.print(Text(clean(next_step)), soft_wrap=not self._out.is_terminal)

    def abandon(self, attempt: Attempt | None = None) -> None:
        """Leave the lines printed so far."""
        self._quiet()

    def summary(self, attempts: Sequence[Attempt]) -> None:
        """Say nothing: each has been told in full."""

    def _tick(self, result: CheckResult) -> None:
        """One check's line: unbroken in a pipe, wrapped beside its symbol on a terminal."""
        line = check_line(result)
        if self._out.is_terminal:
            sign = line[0]
            self._out.print(hanging(sign.plain, line[2:], str(sign.get_style_at_offset(self._out, 0))))
        else:
            self._out.print(line, soft_wrap=True)

    def _now(self, what: str) -> None:
        if self._running is not None:
            line = Text(clean(" ".join(what.split())), style="dim")
            line.truncate(self._out.width - 4, overflow="ellipsis")  # beside the spinner, in one line
            self._running.update(line)
            self._running.start()

    def _quiet(self) -> None:
        if self._running is not None:
            self._running.stop()


def _spinner(out: Console) -> str:
    return "dots" if out.encoding.startswith("utf") else "line"


def warming(sentence: str) -> None:
    """Say on stderr that the engine warms up."""
    complain(sentence, style="dim")
    sys.stderr.flush()
