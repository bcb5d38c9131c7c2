"""Draws two tensors that differ: the facts beside one another, how many elements differ, and where.

This module owns the words of a tensor diff. It computes nothing that the record does not hold.
"""

import math

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tutor.attempt.diff import Extreme, Index, Statistics, TensorDiff, TensorFacts
from tutor.show.layout import spaced
from tutor.show.look import ACTUAL, DIFFERS, EXPECTED, MUTED, WARN
from tutor.show.plain import clean_line, plural, prose
from tutor.show.window import window_view


def tensor_view(diff: TensorDiff, *, brief: bool = False) -> RenderableType:
    """Facts, counts and the window of a tensor diff; `brief` leaves out the facts that agree and the window."""
    parts: list[RenderableType] = [_sentences(diff, brief=brief)]
    rows = _facts(diff.expected, diff.actual)
    if brief:
        rows = [row for row in rows if row[1] != row[2] and row[0] not in _OF_VALUES]
    elif diff.window is not None and diff.total != 1:
        parts.append(window_view(diff.window, diff.expected.shape))
    # what differs first: facts that differ explain the values, facts that agree are for looking up
    if rows:
        parts.insert(0 if _named_facts_differ(diff) and not brief else len(parts), _table(rows))
    return spaced(parts)


def index_text(index: Index) -> str:
    """An element's place as one would write it: "[1, 2]"; a tensor without dimensions has "[]"."""
    return f"[{', '.join(map(str, index))}]"


def number(value: float, *, whole: bool = False) -> str:
    """Four significant digits; `whole` for values of an integer tensor."""
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if whole and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.4g}"
    return text if "." in text or "e" in text else f"{text}.0"


_OF_VALUES = ("range", "mean")


def _named_facts_differ(diff: TensorDiff) -> bool:
    return any(a != b for name, a, b in _facts(diff.expected, diff.actual) if name not in _OF_VALUES)


def _facts(expected: TensorFacts, actual: TensorFacts) -> list[tuple[str, str, str]]:
    """Rows of name, expected, actual."""
    rows = [
        ("shape", _shape(expected.shape), _shape(actual.shape)),
        ("dtype", expected.dtype, actual.dtype),
        ("device", expected.device, actual.device),
        ("requires_grad", str(expected.requires_grad), str(actual.requires_grad)),
    ]
    if expected.type != actual.type:
        rows.insert(0, ("type", expected.type, actual.type))
    e, a = expected.statistics, actual.statistics
    if e is not None and a is not None:
        whole = [_is_whole(expected), _is_whole(actual)]
        rows.append(("range", _range(e, expected, whole[0]), _range(a, actual, whole[1])))
        rows.append(("mean", _mean(e), _mean(a)))
        counts = [
            ("nan", e.nan, a.nan),
            ("inf", e.positive_infinity, a.positive_infinity),
            ("-inf", e.negative_infinity, a.negative_infinity),
        ]
        rows += [(name, str(one), str(two)) for name, one, two in counts if one or two]
    return rows


def _shape(shape: Index) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def _is_whole(facts: TensorFacts) -> bool:
    return facts.dtype.startswith(("int", "uint", "bool"))


def _range(statistics: Statistics, facts: TensorFacts, whole: bool) -> str:
    if statistics.minimum is None or statistics.maximum is None:
        return "no elements" if 0 in facts.shape else "none finite"
    return f"{number(statistics.minimum, whole=whole)} to {number(statistics.maximum, whole=whole)}"


def _mean(statistics: Statistics) -> str:
    return "none finite" if statistics.mean is None else number(statistics.mean)


def _table(rows: list[tuple[str, str, str]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="")
    table.add_column("", no_wrap=True)
    table.add_column(Text("expected", f"bold {EXPECTED}"), overflow="fold")
    table.add_column(Text("  actual", f"bold {ACTUAL}"), overflow="fold")
    for name, expected, actual in rows:
        one, two = clean_line(expected, 80), clean_line(actual, 80)
        if expected == actual:
            table.add_row(Text(name, MUTED), Text(one, MUTED), Text(f"  {two}", MUTED))
        else:
            table.add_row(
                Text(name, "bold"),
                Text(one, f"bold {EXPECTED}"),
                Text(f"{DIFFERS} {two}", f"bold {ACTUAL}"),
            )
    return table


def _sentences(diff: TensorDiff, *, brief: bool) -> Text:
    name = clean_line(diff.name, 80)
    if diff.differing is None or diff.total is None:
        if diff.expected.shape != diff.actual.shape:
            return prose(f"`{name}` has another shape than expected, so its elements were not compared.")
        return prose(f"`{name}` is not what was expected.")
    if diff.differing == 0:
        wrong = " and ".join(fact for fact, a, b in _facts(diff.expected, diff.actual) if a != b) or "kind"
        return prose(f"`{name}`: every element is right, but the {wrong} differs.")
    lines = [prose(f"`{name}`: {_counted(diff)}.")]
    if diff.first is not None and (diff.differing > 1 or diff.total == 1 or brief):
        first = diff.first
        where = f"First at {index_text(first.index)}: expected" if diff.total > 1 else "Expected"
        lines.append(
            Text.assemble(
                f"{where} ",
                (clean_line(first.expected, 40), f"bold {EXPECTED}"),
                ", actual ",
                (clean_line(first.actual, 40), f"bold {ACTUAL}"),
                ".",
            )
        )
    lines += [] if brief else _odd_numbers(diff)
    if not brief and (note := _closeness(diff)):
        lines.append(Text(note, MUTED))
    return Text("\n").join(lines)


def _counted(diff: TensorDiff) -> str:
    differing, total = diff.differing or 0, diff.total or 0
    if total == 1:
        sentence = "its only element differs"
    elif differing == total:
        sentence = f"all {plural(total, 'element')} differ"
    else:
        percent = 100 * differing / total
        share = f"{percent:.0f}" if 1 <= percent <= 99 else ("99" if percent > 99 else f"{percent:.1g}")
        sentence = (
            f"{differing:,} of {plural(total, 'element')} {'differs' if differing == 1 else 'differ'} ({share} %)"
        )
    if diff.largest_absolute is not None:
        sentence += f", largest difference {_extreme(diff.largest_absolute, diff)}"
    return sentence


def _extreme(extreme: Extreme, diff: TensorDiff) -> str:
    whole = _is_whole(diff.expected) and _is_whole(diff.actual)
    place = f" at {index_text(extreme.index)}" if extreme.index and diff.total != 1 else ""
    return f"{number(extreme.value, whole=whole)}{place}"


def _odd_numbers(diff: TensorDiff) -> list[Text]:
    """A sentence for each of nan and the infinities that stands in one tensor more often than in the other."""
    expected, actual = diff.expected.statistics, diff.actual.statistics
    if expected is None or actual is None:
        return []
    counts = [
        ("nan", expected.nan, actual.nan),
        ("inf", expected.positive_infinity, actual.positive_infinity),
        ("-inf", expected.negative_infinity, actual.negative_infinity),
    ]
    return [Text(f"{name}: {e:,} expected, {a:,} in actual.", WARN) for name, e, a in counts if e != a]


def _closeness(diff: TensorDiff) -> str:
    parts = []
    if diff.largest_relative is not None:
        place = index_text(diff.largest_relative.index)
        at = f" at {place}" if diff.largest_relative.index and diff.total != 1 else ""
        parts.append(f"Largest relative difference {number(diff.largest_relative.value)}{at}.")
    if diff.relative_tolerance or diff.absolute_tolerance:
        absolute, relative = diff.absolute_tolerance or 0.0, diff.relative_tolerance or 0.0
        parts.append(f"Allowed: {absolute:.2g} + {relative:.2g} × |expected|.")
    return " ".join(parts)
