"""Draws an attempt: what `tutor check` prints after its ticks, and what the TUI shows of a verdict.

This module owns the order in which a learner reads: the verdict, the first check to mend, what came, why, where.
It decides no verdict.
"""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tutor.attempt.diff import Diff, ExceptionDiff, TensorDiff
from tutor.attempt.result import Argument, Attempt, CheckResult, Outcome, Output, Verdict
from tutor.show.diff import diff_view, frames_view
from tutor.show.exhibits import exhibits_view
from tutor.show.layout import barred, hanging, indented, spaced
from tutor.show.look import CODE, EXPLANATIONS, MUTED, OUTCOMES, VERDICTS, WARN
from tutor.show.output import output_view
from tutor.show.plain import clean_line, plural, prose, value
from tutor.show.timing import seconds, timing_view

_ARGUMENTS = 12


def verdict_view(
    attempt: Attempt,
    *,
    with_headline: bool = True,
    shown: CheckResult | None = None,
    best: float | None = None,
    times: Sequence[float] = (),
) -> RenderableType:
    """The whole of an attempt: headline, then the first failing check, or the timing of a pass, and the output.

    `shown` is another failing check to show in the first one's place; `best` and `times` are the timing's.
    """
    parts: list[RenderableType] = [headline(attempt)] if with_headline else []
    failing = shown or attempt.first_failing
    if (message := _message(attempt, failing)) is not None:
        parts.append(message)
    if failing is not None:
        parts.append(_failing(failing, titled=attempt.loaded))
        if (rest := _rest(attempt, failing)) is not None:
            parts.append(rest)
    elif attempt.verdict is Verdict.PASSED and (exhibits := exhibits_view(attempt.checks)) is not None:
        parts.append(exhibits)
    if attempt.timing is not None:
        parts.append(timing_view(attempt.timing, best, times))
    # what the failing check printed is shown with it, and says more than everything together
    if (attempt.output.text.strip() or attempt.output.truncated) and not (failing and failing.output.strip()):
        parts.append(_printed("Your code printed", attempt.output))
    return spaced(parts)


def headline(attempt: Attempt) -> Text:
    """One line: the verdict in a word, how many checks hold, how long it took and where."""
    sign, word, style = VERDICTS[attempt.verdict]
    line = Text.assemble((f"{sign} {word}", f"bold {style}"))
    if attempt.checks and attempt.verdict is not Verdict.ERROR:
        held = sum(check.outcome is Outcome.PASSED for check in attempt.checks)
        total = len(attempt.checks)
        one = "holds" if total == 1 else "hold"
        counted = (
            f"all {plural(total, 'check')} {one}" if held == total > 1 else f"{held} of {plural(total, 'check')} {one}"
        )
        line.append(f" · {counted}")
    device = clean_line(attempt.device.type, 20)
    if device != "cpu" and attempt.device.name:
        device = f"{device} ({clean_line(attempt.device.name, 40)})"
    line.append(f" · {seconds(attempt.seconds)} on {device}", MUTED)
    return line


def check_line(result: CheckResult) -> Text:
    """The claim of a check with the sign and colour of its outcome."""
    sign, style = OUTCOMES[result.outcome]
    claim = prose(" ".join(result.claim.split()), MUTED if result.outcome is Outcome.NOT_RUN else "")
    return Text.assemble((sign, f"bold {style}"), " ", claim)


def _message(attempt: Attempt, failing: CheckResult | None) -> Text | None:
    """The attempt's own sentence, unless the failing check says the same."""
    own = (attempt.message or "").strip()
    told = (failing.message or "").strip() if failing is not None else ""
    if own and own not in told:
        return prose(own)
    explanation = EXPLANATIONS.get(attempt.verdict, "")
    return prose(explanation) if explanation and not told else None


def _failing(check: CheckResult, *, titled: bool) -> RenderableType:
    sign, style = OUTCOMES[check.outcome]
    claim = prose(" ".join(check.claim.split()), "bold")
    parts: list[RenderableType] = []
    told, diff = (check.message or "").strip(), check.diff
    said = bool(told) and not _says_less(told, diff)
    if said:
        parts.append(prose(told))
    if check.diagnosis:
        parts.append(_why(check.diagnosis))
    if check.smallest_input:
        parts.append(_smallest(check.smallest_input))
    if isinstance(diff, ExceptionDiff) and said and _says_the_error(told, diff):
        if diff.frames:
            parts.append(frames_view(diff))
    elif diff is not None:
        parts.append(diff_view(diff))
    if (shown := exhibits_view([check])) is not None:
        parts.append(shown)
    if check.output.strip():
        parts.append(_printed("Your code printed in this check", Output(text=check.output)))
    if parts and not titled:
        return barred(spaced(parts), style)
    heading = hanging(sign, claim, f"bold {style}")
    return Group(heading, barred(spaced(parts), style)) if parts else heading


def _says_less(message: str, diff: Diff | None) -> bool:
    """Whether all that the message says stands in the diff below it too, and more."""
    match diff:
        case ExceptionDiff():
            return message in (diff.type, diff.message.strip(), f"{diff.type}: {diff.message}".strip())
        case TensorDiff():
            return bool(diff.differing) and message.startswith(f"{diff.name} differs in ") and "\n" not in message
        case _:
            return False


def _says_the_error(message: str, diff: ExceptionDiff) -> bool:
    """Whether the message already holds what was raised, so that only the lines are left to show."""
    error = " ".join(diff.message.split()).removeprefix("TODO: ")
    return (error or diff.type) in " ".join(message.split())


def _why(diagnosis: str) -> RenderableType:
    return hanging("Why:", prose(diagnosis.strip(), f"bold {WARN}"), f"bold {WARN}")


def _smallest(arguments: tuple[Argument, ...]) -> RenderableType:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for argument in arguments[:_ARGUMENTS]:
        table.add_row(
            Text(f"  {clean_line(argument.label, 40)}", f"bold {CODE}"), Text("=", MUTED), value(argument.value)
        )
    parts: list[RenderableType] = [Text("Smallest failing input", "bold"), table]
    if len(arguments) > _ARGUMENTS:
        parts.append(Text(f"  ⋯ {plural(len(arguments) - _ARGUMENTS, 'more input')}", MUTED))
    return Group(*parts)


def _printed(title: str, output: Output) -> RenderableType:
    return Group(Text(title, "bold"), indented(output_view(output, brief=True)))


def _rest(attempt: Attempt, failing: CheckResult) -> Text | None:
    """How many further checks fail or were not reached."""
    bad = sum(check is not failing for check in attempt.failing)
    unrun = sum(check.outcome is Outcome.NOT_RUN for check in attempt.checks)
    unrun += not attempt.loaded  # the check that carries the reason was not run either
    parts = []
    if bad:
        first = ": this one comes first" if failing is attempt.first_failing else ""
        parts.append(f"{plural(bad, 'more check')} {'fails' if bad == 1 else 'fail'}{first}.")
    if unrun:
        parts.append(f"{plural(unrun, 'check')} {'was' if unrun == 1 else 'were'} not run.")
    return Text(" ".join(parts), MUTED) if parts else None
