"""Draws a diff of any kind: `diff_view` chooses, tensors are `tutor.show.tensor`'s.

Everything in a diff may stem from a learner's code: it is text here, never markup.
"""

import math
import re

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tutor.attempt.diff import Diff, EntriesDiff, ExceptionDiff, Frame, TensorDiff, TextDiff, ValueDiff
from tutor.show.layout import hanging, indented
from tutor.show.look import ACTUAL, DIFFERS, EXPECTED, FAIL, MORE, MUTED, WARN
from tutor.show.plain import MESSAGE_LIMIT, cap_lines, clean, clean_line, plural, prose, quoted, value
from tutor.show.tensor import number, tensor_view

_ENTRIES_AT_DEPTH = (5, 3, 1)  # how many differing entries are drawn, by how deep they lie
_KEYS = 8
_FRAMES = 6
_TOKEN = re.compile(r"[\w.+-]+|\W")


def diff_view(diff: Diff) -> RenderableType:
    """What was expected against what came, drawn to fit any width."""
    return _view(diff, depth=0, brief=False)


def _view(diff: Diff, *, depth: int, brief: bool) -> RenderableType:
    match diff:
        case TensorDiff():
            return tensor_view(diff, brief=brief)
        case ValueDiff():
            return _value(diff)
        case TextDiff():
            return _text(diff)
        case EntriesDiff():
            return _entries(diff, depth)
        case ExceptionDiff():
            return _exception(diff)


def _value(diff: ValueDiff) -> RenderableType:
    other_type = diff.expected_type != diff.actual_type
    expected, actual = value(diff.expected), value(diff.actual)
    _emphasise(expected, actual)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label, shown, kind, style in (
        ("expected", expected, diff.expected_type, EXPECTED),
        ("actual", actual, diff.actual_type, ACTUAL),
    ):
        sign = f"{DIFFERS} " if label == "actual" else "  "
        kind_text = Text(f"  ({clean_line(kind, 60)})", f"bold {style}" if other_type else MUTED)
        table.add_row(Text(label, f"bold {style}"), Text.assemble((sign, style), shown, kind_text))
    parts: list[RenderableType] = [prose(f"{quoted(diff.name, 80)}{' is of another type' * other_type}:"), table]
    if diff.difference is not None and math.isfinite(diff.difference) and diff.difference != 0:
        whole = diff.expected_type == diff.actual_type == "int"
        amount = number(abs(diff.difference), whole=whole)
        parts.append(Text(f"It is {amount} too {'large' if diff.difference > 0 else 'small'}.", MUTED))
    return Group(*parts)


def _emphasise(expected: Text, actual: Text) -> None:
    """Colours of both values only what lies between their common beginning and end, by whole words and numbers."""
    one, two = _TOKEN.findall(expected.plain), _TOKEN.findall(actual.plain)
    shortest = min(len(one), len(two))
    start = next((n for n in range(shortest) if one[n] != two[n]), shortest)
    end = next((n for n in range(shortest - start) if one[-1 - n] != two[-1 - n]), shortest - start)
    for text, tokens, style in ((expected, one, EXPECTED), (actual, two, ACTUAL)):
        before, after = len("".join(tokens[:start])), len("".join(tokens[len(tokens) - end :]))
        text.stylize(f"bold {style}", before, len(text.plain) - after)


def _text(diff: TextDiff) -> RenderableType:
    lines = cap_lines(clean("\n".join(line.rstrip("\n") for line in diff.lines), MESSAGE_LIMIT), head=24, tail=8)
    shown = Text(overflow="fold")
    for line in lines.split("\n"):
        sign = line[:2]
        style = {"- ": f"bold {EXPECTED}", "+ ": f"bold {ACTUAL}", "? ": WARN}.get(sign, MUTED)
        if sign in ("- ", "+ "):  # a difference in trailing blanks would be invisible
            bare = line.rstrip(" ")
            line = bare + "·" * (len(line) - len(bare)) if len(bare) > 1 else line
        shown.append(f"{line}\n", style)
    shown.rstrip()
    legend = Text.assemble(
        prose(f"{quoted(diff.name, 80)}: "),
        ("- expected", f"bold {EXPECTED}"),
        "  ",
        ("+ actual", f"bold {ACTUAL}"),
    )
    return Group(legend, shown)


def _entries(diff: EntriesDiff, depth: int) -> RenderableType:
    counts = f"{plural(diff.expected_length, 'entry')} expected".replace("entrys", "entries")
    if diff.actual_length != diff.expected_length:
        counts += f", {diff.actual_length:,} present"
    heading = prose(f"{quoted(diff.name, 80)} ({clean_line(diff.container, 40)}): {counts}, {diff.matching:,} agree.")
    parts: list[RenderableType] = [heading]
    if diff.missing:
        parts.append(_keys("missing", diff.missing, EXPECTED))
    if diff.unexpected:
        parts.append(_keys("unexpected", diff.unexpected, ACTUAL))
    room = _ENTRIES_AT_DEPTH[depth] if depth < len(_ENTRIES_AT_DEPTH) else 0
    for n, entry in enumerate(diff.entries[:room]):
        key = Text.assemble((DIFFERS, FAIL), " ", (clean_line(entry.key, 80), "bold"))
        parts += [Text(), key, indented(_view(entry.diff, depth=depth + 1, brief=n > 0 or depth > 0))]
    if len(diff.entries) > room:
        left_out = len(diff.entries) - room
        what = f"{left_out:,} entries differ" if left_out > 1 else "1 entry differs"
        parts += [Text(), Text(f"{MORE} {what}{' too' if room else ' in it'}.", MUTED)]
    return Group(*parts)


def _keys(label: str, keys: tuple[str, ...], style: str) -> Text:
    shown = ", ".join(clean_line(key, 60) for key in keys[:_KEYS])
    more = f" {MORE} and {len(keys) - _KEYS:,} more" if len(keys) > _KEYS else ""
    return Text.assemble((f"{label}: ", f"bold {style}"), shown, (more, MUTED))


def _exception(diff: ExceptionDiff) -> RenderableType:
    kind, message = clean_line(diff.type, 80), clean(diff.message, MESSAGE_LIMIT).strip()
    unwritten = diff.type == "NotImplementedError"
    style = WARN if unwritten else FAIL
    raised = Text(overflow="fold")
    raised.append(kind, f"bold {style}")
    raised.append(f": {cap_lines(message, head=12, tail=4)}" if message else "")
    parts: list[RenderableType] = [raised]
    if unwritten and diff.frames:
        parts.append(Text("This is yet to be written: put your code in place of this line."))
    return Group(*parts, frames_view(diff))


def frames_view(diff: ExceptionDiff) -> RenderableType:
    """Where the answer raised: the line nearest the error, then those that led to it."""
    parts: list[RenderableType] = []
    style = WARN if diff.type == "NotImplementedError" else FAIL
    for n, frame in enumerate(diff.frames[:_FRAMES]):
        if n == 1:
            parts.append(Text("called from", MUTED))
        parts.append(_frame(frame, "bold" if n == 0 else MUTED, style if n == 0 else MUTED))
    if len(diff.frames) > _FRAMES:
        parts.append(Text(f"{MORE} {plural(len(diff.frames) - _FRAMES, 'more call')}", MUTED))
    return Group(*parts)


def _frame(frame: Frame, style: str, sign_style: str) -> RenderableType:
    where = Text.assemble(
        (f"{clean_line(frame.file, 200)}:{frame.line}", "cyan" if style == "bold" else MUTED),
        (f" in {clean_line(frame.function, 80)}", MUTED),
    )
    source = Text(cap_lines(clean(frame.source.strip(), 300), head=3, tail=0), style, overflow="fold")
    return indented(Group(where, hanging("❱", source, sign_style)))
