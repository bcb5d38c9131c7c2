"""Draws how long the answer takes beside the reference, and beside the answers before it. It measures nothing."""

import math
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tutor.attempt.result import Spread, Timing
from tutor.show.layout import Fitted
from tutor.show.look import CODE, MUTED, PASS, WARN
from tutor.show.plain import clean_line, plural, prose

_EIGHTHS = " ▏▎▍▌▋▊▉"
_STEPS = "▁▂▃▄▅▆▇█"
_LONGEST_BAR = 40
_SHORTEST_BAR = 8
_BESIDE_BAR = 44  # cells that labels and numbers take at most
_BESIDE_BAR_NARROW = 26  # the same without the last column, for which there is no room then
_NEAR = 1.1  # below this ratio a difference is more noise than fact
_APART = 3  # times both spreads: so far apart, even scattered times are told from one another
_SHORTEST = 5e-6  # seconds; below, a call of a function costs about as much as what it does
_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


def seconds(value: float) -> str:
    """A duration in seconds as people write it: "1.2 ms", "340 µs", "2 min 5 s"."""
    if not math.isfinite(value) or value < 0:
        return "?"
    if value >= 59.5:
        minutes, rest = divmod(round(value), 60)
        return f"{minutes:,} min {rest} s"
    for unit, name in _UNITS:
        # from 0.9995 on, rounding would give 1000 of the next smaller unit
        if value >= unit * 0.9995:
            amount = value / unit
            return f"{amount:.1f} {name}" if amount < 9.95 else f"{amount:.0f} {name}"
    return "0 s" if value == 0 else f"{value / 1e-9:.1f} ns"


def ratio_words(ratio: float) -> str:
    """The answer's time against the reference's, in words."""
    if not math.isfinite(ratio) or ratio <= 0:
        return "too quick to compare with the reference"
    if ratio > _NEAR:
        shown = f"{ratio:.1f}" if ratio < 10 else f"{ratio:,.0f}"
        return f"{shown}x the reference's time"
    if ratio < 1 / _NEAR:
        return f"{ratio:.2g}x the reference's time: quicker"
    return f"as quick as the reference ({ratio:.1f}x its time)"


def timing_view(timing: Timing, best: float | None = None, times: Sequence[float] = ()) -> RenderableType:
    """The answer's time and the reference's, a bar each, and their ratio in words.

    Given the learner's own `best` in seconds and the `times` of their answers that passed, oldest first and this one
    among them, the best gets a bar where another answer holds it, and the times a line.
    """
    return Fitted(lambda width: _draw(timing, best, times, width))


def _draw(timing: Timing, best: float | None, times: Sequence[float], width: int) -> RenderableType:
    wide = width >= _BESIDE_BAR + _SHORTEST_BAR
    longest = max(min(width - (_BESIDE_BAR if wide else _BESIDE_BAR_NARROW), _LONGEST_BAR), _SHORTEST_BAR)
    beaten = best is not None and best < timing.answer.median
    scale = max(timing.answer.median, timing.solution.median)
    table = Table.grid(padding=(0, 2, 0, 0))
    for justify in ("left", "left", "right", "left"):
        table.add_column(justify=justify, no_wrap=True)
    slower = math.isfinite(timing.ratio) and timing.ratio > 2 and not is_noisy(timing)
    for label, spread, style in (
        ("your answer", timing.answer, WARN if slower else PASS),
        ("reference", timing.solution, CODE),
    ):
        table.add_row(
            label,
            Text(_bar(spread.median, scale, longest), style),
            seconds(spread.median),
            _spread(spread) if wide else "",
        )
    if best is not None and beaten:
        table.add_row("your best", Text(_bar(best, scale, longest), PASS), seconds(best), "")
    if len(times) > 1:
        lately = times[-longest:]
        table.add_row("so far", Text(sparkline(lately), CODE), "", Text("newest at the right" if wide else "", MUTED))
    heading = Text("Timing", "bold")
    if timing.claim:
        claim = clean_line(timing.claim, 200).removeprefix("Timing:").strip()
        heading = Text.assemble(heading, "  ", prose(claim))
    parts: list[RenderableType] = [heading, table, Text(_sentence(timing))]
    if len(times) > 1 and best is not None and not beaten:
        parts.append(Text(f"It is the quickest of your {plural(len(times), 'answer')} that passed."))
    return Group(*parts)


def sparkline(values: Sequence[float]) -> str:
    """A character for each value, the higher the larger, from the least to the greatest of them."""
    low, high = min(values), max(values)
    steps = len(_STEPS) - 1
    return "".join(_STEPS[round(steps * (value - low) / (high - low)) if high > low else 0] for value in values)


def is_noisy(timing: Timing) -> bool:
    """Whether the two times say nothing of one another: both tiny, or scattered as widely as they are long."""
    sides = (timing.answer, timing.solution)
    if all(side.median < _SHORTEST for side in sides):
        return True
    scattered = any(side.iqr >= side.median for side in sides)
    apart = abs(timing.answer.median - timing.solution.median)
    return scattered and apart <= _APART * sum(side.iqr for side in sides)


def _sentence(timing: Timing) -> str:
    if is_noisy(timing):
        return "These times are too noisy to compare."
    words = ratio_words(timing.ratio)
    return f"Your answer {'takes' if 'x the' in words else 'is'} {words}."


def _bar(amount: float, scale: float, longest: int) -> str:
    if not (math.isfinite(scale) and scale > 0 and amount > 0):
        return ""
    eighths = max(round(8 * longest * amount / scale), 1)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _spread(spread: Spread) -> Text:
    return Text(f"spread {seconds(spread.iqr)}", MUTED)
