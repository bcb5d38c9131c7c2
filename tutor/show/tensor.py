"""Draws two tensors that differ: how many elements differ, the facts beside one another, and where.

This module owns the words of a tensor diff. It computes nothing that the record does not hold.
"""

import math

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tutor.attempt.diff import ErrorMap, Extreme, Index, Statistics, TensorDiff, TensorFacts
from tutor.attempt.exhibit import HeatMap
from tutor.show.exhibits import ExhibitView
from tutor.show.layout import spaced
from tutor.show.look import ACTUAL, DIFFERS, EXPECTED, MUTED, WARN
from tutor.show.plain import clean_line, plural, prose, quoted
from tutor.show.window import window_view

Row = tuple[str, str, str]  # name, expected, actual


def tensor_view(diff: TensorDiff, *, brief: bool = False) -> RenderableType:
    """Counts, facts and the window of a tensor diff; `brief` leaves out the facts that agree and the window."""
    parts: list[RenderableType] = [_sentences(diff, brief=brief)]
    rows = _facts(diff.expected, diff.actual)
    wrong = [row for row in rows if row[1] != row[2]]
    if brief:
        return spaced([*parts, *([_table(wrong)] if wrong else [])])
    if diff.total != 1:
        rows += _value_facts(diff.expected, diff.actual)
        if diff.window is not None:
            parts.append(window_view(diff.window, diff.expected.shape))
        if diff.errors is not None:
            parts.append(ExhibitView(_heat_map(diff.errors)))
    # facts that differ explain the values, facts that agree are for looking up
    parts.insert(1 if wrong else len(parts), _table(rows))
    return spaced(parts)


def _heat_map(errors: ErrorMap) -> HeatMap:
    """The errors as colours, with words for what one cell stands for."""
    place = f" of [{', '.join(map(str, errors.leading))}, :, :]" if errors.leading else ""
    rows, columns = errors.block
    title = f"Size of the error{place}"
    if rows * columns > 1:
        title += f", the largest among {rows} x {columns} elements in each cell"
    return HeatMap(title=title, text="", rows=errors.rows, low=0.0, high=errors.largest)


def index_text(index: Index) -> str:
    """An element's place as one would write it: "[1, 2]"; a tensor without dimensions has "[]"."""
    return f"[{', '.join(map(str, index))}]"


def number(value: float, *, whole: bool = False) -> str:
    """Four significant digits; `whole` for values of an integer tensor."""
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if whole and value == int(value) and abs(value) < 1e15:
        return f"{int(value)}"
    text = f"{value:.4g}"
    return text if "." in text or "e" in text else f"{text}.0"


def _facts(expected: TensorFacts, actual: TensorFacts) -> list[Row]:
    """Everything but the values."""
    rows = [
        ("shape", _shape(expected.shape), _shape(actual.shape)),
        ("dtype", expected.dtype, actual.dtype),
        ("device", expected.device, actual.device),
        ("requires_grad", str(expected.requires_grad), str(actual.requires_grad)),
    ]
    if expected.type != actual.type:
        rows.insert(0, ("type", expected.type, actual.type))
    return rows


def _value_facts(expected: TensorFacts, actual: TensorFacts) -> list[Row]:
    """A summary of the values."""
    one, two = expected.statistics, actual.statistics
    if one is None or two is None:
        return []
    rows = [("range", _range(one, expected), _range(two, actual)), ("mean", _mean(one), _mean(two))]
    return rows + [(name, f"{e:,}", f"{a:,}") for name, e, a in _odd_counts(one, two) if e or a]


def _odd_counts(expected: Statistics, actual: Statistics) -> list[tuple[str, int, int]]:
    """How often nan and the infinities stand in either."""
    return [
        ("nan", expected.nan, actual.nan),
        ("inf", expected.positive_infinity, actual.positive_infinity),
        ("-inf", expected.negative_infinity, actual.negative_infinity),
    ]


def _shape(shape: Index) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def _is_whole(facts: TensorFacts) -> bool:
    return facts.dtype.startswith(("int", "uint", "bool"))


def _range(statistics: Statistics, facts: TensorFacts) -> str:
    if statistics.minimum is None or statistics.maximum is None:
        return "no elements" if 0 in facts.shape else "none finite"
    whole = _is_whole(facts)
    return f"{number(statistics.minimum, whole=whole)} to {number(statistics.maximum, whole=whole)}"


def _mean(statistics: Statistics) -> str:
    return "-" if statistics.mean is None else number(statistics.mean)


def _table(rows: list[Row]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="")
    table.add_column("", no_wrap=True)
    table.add_column(Text("expected", f"bold {EXPECTED}"), overflow="fold")
    table.add_column(Text("  actual", f"bold {ACTUAL}"), overflow="fold")
    for name, expected, actual in rows:
        one, two = clean_line(expected, 80), clean_line(actual, 80)
        if expected == actual:
            table.add_row(Text(name, MUTED), Text(one, MUTED), Text(f"  {two}", MUTED))
        else:
            sides = Text(one, f"bold {EXPECTED}"), Text(f"{DIFFERS} {two}", f"bold {ACTUAL}")
            table.add_row(Text(name, "bold"), *sides)
    return table


def _sentences(diff: TensorDiff, *, brief: bool) -> Text:
    name = quoted(diff.name, 80)
    wrong = [fact for fact, expected, actual in _facts(diff.expected, diff.actual) if expected != actual]
    if "shape" in wrong:
        return prose(f"{name} has another shape than expected, so its elements were not compared.")
    if not diff.differing or diff.total is None:
        right = "every element is right, but " if diff.differing == 0 else ""
        verb = "differ" if len(wrong) > 1 else "differs"
        return prose(f"{name}: {right}{' and '.join(wrong) or 'something else'} {verb}.")
    lines = [prose(f"{name}: {_counted(diff, diff.differing, diff.total)}.")]
    if diff.first is not None and (diff.differing > 1 or diff.total == 1 or brief):
        where = f"First at {index_text(diff.first.index)}: expected" if diff.total > 1 else "Expected"
        expected, actual = clean_line(diff.first.expected, 40), clean_line(diff.first.actual, 40)
        sides = (expected, f"bold {EXPECTED}"), ", actual ", (actual, f"bold {ACTUAL}")
        lines.append(Text.assemble(f"{where} ", *sides, "."))
    if not brief:
        lines += _odd_numbers(diff)
        if note := _closeness(diff):
            lines.append(Text(note, MUTED))
    return Text("\n").join(lines)


def _counted(diff: TensorDiff, differing: int, total: int) -> str:
    largest = diff.largest_absolute
    if total == 1:
        return "its only element differs" + (f" by {_extreme(largest, diff)}" if largest is not None else "")
    if differing == total:
        sentence = f"all {plural(total, 'element')} differ"
    else:
        percent = 100 * differing / total
        # rounded, but never to 0 or 100: neither would be true
        share = f"{min(percent, 99):.0f}" if percent >= 1 else f"{percent:.1g}"
        verb = "differs" if differing == 1 else "differ"
        sentence = f"{differing:,} of {plural(total, 'element')} {verb} ({share} %)"
    return sentence + (f", largest difference {_extreme(largest, diff)}" if largest is not None else "")


def _extreme(extreme: Extreme, diff: TensorDiff) -> str:
    whole = _is_whole(diff.expected) and _is_whole(diff.actual)
    place = f" at {index_text(extreme.index)}" if diff.total != 1 else ""
    return f"{number(extreme.value, whole=whole)}{place}"


def _odd_numbers(diff: TensorDiff) -> list[Text]:
    """A sentence for each of nan and the infinities that stands in one tensor more often than in the other."""
    expected, actual = diff.expected.statistics, diff.actual.statistics
    if expected is None or actual is None or diff.total == 1:
        return []
    return [
        Text(f"{name}: {e:,} expected, {a:,} in actual.", WARN)
        for name, e, a in _odd_counts(expected, actual)
        if e != a
    ]


def _closeness(diff: TensorDiff) -> str:
    parts = []
    if diff.largest_relative is not None:
        place = f" at {index_text(diff.largest_relative.index)}" if diff.total != 1 else ""
        parts.append(f"Largest relative difference {number(diff.largest_relative.value)}{place}.")
    if diff.relative_tolerance or diff.absolute_tolerance:
        absolute, relative = diff.absolute_tolerance or 0.0, diff.relative_tolerance or 0.0
        parts.append(f"Allowed: {absolute:.2g} + {relative:.2g} × |expected|.")
    return " ".join(parts)
