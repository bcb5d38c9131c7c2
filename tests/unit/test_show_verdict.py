"""Verdicts, diffs and timings as a learner sees them, at every width and without colour."""

import difflib
import io
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from tutor.attempt.diff import (
    Diff,
    EntriesDiff,
    Entry,
    ExceptionDiff,
    Extreme,
    FirstDifference,
    Frame,
    Statistics,
    TensorDiff,
    TensorFacts,
    TextDiff,
    ValueDiff,
    Window,
)
from tutor.attempt.result import Argument, Attempt, CheckResult, Device, Outcome, Output, Spread, Timing, Verdict
from tutor.course.records import Content
from tutor.show.diff import diff_view
from tutor.show.output import output_view
from tutor.show.statement import statement_view
from tutor.show.timing import ratio_words, seconds, timing_view
from tutor.show.verdict import check_line, verdict_view

# no deadline: a slow machine is not a wrong answer
SETTINGS = settings(deadline=None, derandomize=True, database=None, max_examples=25)
WIDTHS = (60, 80, 120)


def drawn(renderable: RenderableType, width: int, *, colour: bool = False) -> str:
    """What a terminal of this width would be sent, without the blanks at the ends of lines."""
    system: Literal["standard"] | None = "standard" if colour else None
    console = Console(width=width, file=io.StringIO(), force_terminal=colour, color_system=system, no_color=not colour)
    with console.capture() as capture:
        console.print(renderable)
    return "\n".join(line.rstrip(" ") for line in capture.get().split("\n")).rstrip("\n")


def facts(shape: tuple[int, ...], **changes: Any) -> TensorFacts:
    whole = {"type": "Tensor", "dtype": "float32", "device": "cpu", "requires_grad": False}
    return TensorFacts(shape=shape, **(whole | changes))


def grid(rows: int, columns: int, of: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(of.format(r, c) for c in range(columns)) for r in range(rows))


VALUES = TensorDiff(
    name="result",
    expected=facts((3, 4), statistics=Statistics(minimum=0.0, maximum=5.0, mean=2.5)),
    actual=facts((3, 4), statistics=Statistics(minimum=0.0, maximum=9.0, mean=3.5, nan=2)),
    differing=3,
    total=12,
    largest_absolute=Extreme(value=4.0, index=(1, 2)),
    largest_relative=Extreme(value=0.8, index=(1, 2)),
    first=FirstDifference(index=(1, 2), expected="5.0", actual="9.0"),
    window=Window(
        corner=(0, 0),
        expected=(("0.0", "1.0", "2.0", "3.0"), ("3.0", "4.0", "5.0", "2.5"), ("1.5", "0.5", "0.1", "0.2")),
        actual=(("0.0", "1.0", "2.0", "3.0"), ("3.0", "4.0", "9.0", "nan"), ("nan", "0.5", "0.1", "0.2")),
        differs=((False,) * 4, (False, False, True, True), (True, False, False, False)),
    ),
    relative_tolerance=1e-5,
    absolute_tolerance=1e-6,
)
WIDE = TensorDiff(
    name="batch",
    expected=facts((2, 3, 64, 128)),
    actual=facts((2, 3, 64, 128)),
    differing=1,
    total=49152,
    first=FirstDifference(index=(1, 2, 12, 103), expected="12.0", actual="-inf"),
    window=Window(
        corner=(1, 2, 10, 96),
        expected=grid(5, 8, "-{0}{1}.123456"),
        actual=tuple(
            tuple("-inf" if (r, c) == (2, 7) else v for c, v in enumerate(row))
            for r, row in enumerate(grid(5, 8, "-{0}{1}.123456"))
        ),
        differs=tuple(tuple((r, c) == (2, 7) for c in range(8)) for r in range(5)),
    ),
)
SHAPES = TensorDiff(
    name="result", expected=facts((3, 4)), actual=facts((4, 3), dtype="float64", device="cuda:0", requires_grad=True)
)
SCALAR = TensorDiff(
    name="loss",
    expected=facts(()),
    actual=facts(()),
    differing=1,
    total=1,
    largest_absolute=Extreme(value=3.5, index=()),
    first=FirstDifference(index=(), expected="0.5", actual="4.0"),
    window=Window(corner=(), expected=(("0.5",),), actual=(("4.0",),), differs=((True,),)),
)
ROW = TensorDiff(
    name="order",
    expected=facts((5,), dtype="int64"),
    actual=facts((5,), dtype="int64"),
    differing=1,
    total=5,
    largest_absolute=Extreme(value=1.0, index=(3,)),
    first=FirstDifference(index=(3,), expected="7", actual="8"),
    window=Window(corner=(2,), expected=(("5", "7", "9"),), actual=(("5", "8", "9"),), differs=((False, True, False),)),
)
VALUE = ValueDiff(
    name="len(dataset)", expected_type="int", actual_type="int", expected="12", actual="13", difference=1.0
)
TEXT = TextDiff(
    name="report",
    expected="a\nloss 1",
    actual="a \nloss 2",
    lines=tuple(difflib.ndiff(["a", "loss 1"], ["a ", "loss 2"])),
)
RAISED = ExceptionDiff(
    type="IndexError",
    message="list index out of range",
    frames=(
        Frame(file="exercises/05_x.py", line=41, function="__getitem__", source="    return self.rows[index]"),
        Frame(file="exercises/05_x.py", line=52, function="load", source="return self[i]"),
    ),
)
UNWRITTEN = ExceptionDiff(
    type="NotImplementedError",
    message="TODO: write it",
    frames=(
        Frame(file="exercises/05_x.py", line=7, function="f", source='raise NotImplementedError("TODO: write it")'),
    ),
)
ENTRIES = EntriesDiff(
    name="state",
    container="state_dict",
    expected_length=9,
    actual_length=8,
    missing=("layer.bias",),
    unexpected=("layer.bais",),
    matching=2,
    entries=tuple(
        Entry(key=f"key{n}", diff=diff) for n, diff in enumerate((VALUES, ROW, VALUE, TEXT, RAISED, SHAPES, SCALAR))
    ),
)
DIFFS: dict[str, Diff] = {
    "values": VALUES,
    "wide": WIDE,
    "shapes": SHAPES,
    "scalar": SCALAR,
    "row": ROW,
    "value": VALUE,
    "text": TEXT,
    "raised": RAISED,
    "unwritten": UNWRITTEN,
    "entries": ENTRIES,
}


def check(outcome: Outcome = Outcome.FAILED, **changes: Any) -> CheckResult:
    return CheckResult(**({"id": "test_x", "claim": "The rows follow `a`.", "outcome": outcome} | changes))


def attempt(verdict: Verdict, *checks: CheckResult, **changes: Any) -> Attempt:
    whole = {"exercise": "05_x", "device": Device(type="cpu", name="A CPU"), "seconds": 0.31}
    return Attempt(verdict=verdict, checks=checks, **(whole | changes))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_tensor_diff_counts_and_points(width: int) -> None:
    flat = " ".join(drawn(diff_view(VALUES), width).split())
    assert "3 of 12 elements differ (25 %), largest difference 4.0 at [1, 2]." in flat
    assert "First at [1, 2]: expected 5.0, actual 9.0." in flat
    assert "nan: 0 expected, 2 in actual." in flat


def test_a_name_that_holds_code_gets_no_further_backticks() -> None:
    texts = [
        drawn(diff_view(msgspec.structs.replace(diff, name="`x` afterwards")), 80)
        for diff in DIFFS.values()
        if hasattr(diff, "name")
    ]
    assert sum("`x` afterwards" in text for text in texts) == len(texts) > 3
    assert "``" not in "".join(texts)


def test_only_differing_cells_bear_the_sign() -> None:
    text = drawn(diff_view(VALUES), 80)
    (row,) = [line for line in text.splitlines() if line.startswith("1 │")]
    expected, actual = row.split("1 │")[1:]
    assert expected.split() == ["3.0", "4.0", "≠5.0", "≠2.5"]
    assert actual.split() == ["3.0", "4.0", "≠9.0", "≠nan"]
    (untouched,) = [line for line in text.splitlines() if line.startswith("0 │")]
    assert "≠" not in untouched


def test_windows_stand_beside_one_another_only_where_there_is_room() -> None:
    assert any(line.split() == ["expected", "actual"] for line in drawn(diff_view(VALUES), 60).splitlines())
    narrow = drawn(diff_view(VALUES), 40).splitlines()
    assert "expected" in [line.strip() for line in narrow]
    assert "actual" in [line.strip() for line in narrow]


@pytest.mark.parametrize("width", [30, 40, *WIDTHS])
def test_a_wide_window_keeps_the_difference_and_marks_what_is_cut(width: int) -> None:
    text = drawn(diff_view(WIDE), width)
    assert "expected[1, 2, :, :]" in text
    header = next(line for line in text.splitlines() if "103" in line and "⋯" in line)
    assert header.split()[0] == "⋯"
    assert header.split()[-1] == "⋯"
    (marked,) = [line for line in text.splitlines() if "≠-inf" in line]
    assert marked.startswith("12 │")
    assert "⋮" in text


def test_facts_that_differ_are_marked_and_the_rest_are_not() -> None:
    lines = {line.split()[0]: line for line in drawn(diff_view(SHAPES), 60).splitlines() if line.strip()}
    assert "≠ (4, 3)" in lines["shape"]
    assert "≠ float64" in lines["dtype"]
    assert "≠ cuda:0" in lines["device"]
    assert "≠ True" in lines["requires_grad"]
    same = drawn(diff_view(ROW), 60)
    assert "≠ int64" not in same
    assert "int64" in same


def test_integers_are_shown_as_integers() -> None:
    assert "largest difference 1 at [3]" in drawn(diff_view(ROW), 80)


def test_a_single_element_needs_no_window() -> None:
    text = drawn(diff_view(SCALAR), 80)
    assert "its only element differs by 3.5" in text
    assert "Expected 0.5, actual 4.0." in text
    assert "─" not in text


def test_right_values_of_the_wrong_kind() -> None:
    diff = TensorDiff(name="x", expected=facts((2,)), actual=facts((2,), dtype="float64"), differing=0, total=2)
    assert "`x`: every element is right, but dtype differs." in drawn(diff_view(diff), 80)


def test_shares_are_never_rounded_to_none_or_all() -> None:
    few = msgspec.structs.replace(WIDE, window=None)
    nearly = msgspec.structs.replace(few, differing=49151)
    assert "(0.002 %)" in drawn(diff_view(few), 80)
    assert "(99 %)" in drawn(diff_view(nearly), 80)
    assert "all 49,152 elements differ" in drawn(diff_view(msgspec.structs.replace(few, differing=49152)), 80)


def test_values_show_types_when_those_differ() -> None:
    text = drawn(diff_view(VALUE), 60)
    assert "expected    12  (int)" in text
    assert "actual    ≠ 13  (int)" in text
    assert "1 too large" in text
    other = msgspec.structs.replace(VALUE, actual_type="float", actual="13.0")
    assert "is of another type" in drawn(diff_view(other), 60)


def test_text_shows_trailing_blanks() -> None:
    lines = drawn(diff_view(TEXT), 60).splitlines()
    assert "- a" in lines
    assert "+ a·" in lines
    assert "- loss 1" in lines
    assert "+ loss 2" in lines


def test_long_texts_are_cut() -> None:
    diff = TextDiff(name="t", expected="", actual="", lines=tuple(f"- {n}" for n in range(300)))
    text = drawn(diff_view(diff), 60)
    assert len(text.splitlines()) < 50
    assert "left out" in text


def test_entries_name_keys_and_stop_somewhere() -> None:
    text = drawn(diff_view(ENTRIES), 80)
    assert "9 entries expected, 8 present, 2 agree" in text
    assert "missing: layer.bias" in text
    assert "unexpected: layer.bais" in text
    assert "≠ key4" in text
    assert "≠ key5" not in text
    assert "2 entries differ too" in text


def test_deep_entries_are_capped() -> None:
    def nested(depth: int) -> Diff:
        if not depth:
            return VALUES
        entries = tuple(Entry(key=f"k{n}", diff=nested(depth - 1)) for n in range(6))
        return EntriesDiff(name="n", container="list", expected_length=6, actual_length=6, entries=entries)

    text = drawn(diff_view(nested(5)), 80)
    assert len(text.splitlines()) < 200
    assert "6 entries differ in it" in text


def test_an_exception_begins_at_the_learners_line() -> None:
    lines = drawn(diff_view(RAISED), 60).splitlines()
    assert lines[0] == "IndexError: list index out of range"
    assert lines[1].strip() == "exercises/05_x.py:41 in __getitem__"
    assert lines[2].strip() == "❱ return self.rows[index]"
    assert lines[3] == "called from"


def test_the_starter_is_called_unwritten() -> None:
    text = drawn(diff_view(UNWRITTEN), 60)
    assert "TODO: write it" in text
    assert "yet to be written" in text
    assert "exercises/05_x.py:7" in text


def test_a_failure_reads_in_order() -> None:
    failing = check(
        message="`result` differs.",
        diagnosis="yours is the expected tensor transposed.",
        diff=VALUES,
        smallest_input=(Argument(label="D", value="1"), Argument(label="a", value="tensor([[0.],\n        [1.]])")),
        output="debug\n",
    )
    seen = attempt(Verdict.FAILED, check(Outcome.PASSED), failing, check(Outcome.NOT_RUN))
    text = drawn(verdict_view(seen), 80)
    order = [
        "✗ Failed · 1 of 3 checks hold · 310 ms on cpu",
        "✗ The rows follow `a`.",
        "`result` differs.",
        "Why: yours is the expected tensor transposed.",
        "Smallest failing input",
        "a = tensor([[0.],",
        "3 of 12 elements differ",
        "≠9.0",
        "Your code printed in this check",
        "debug",
        "1 check was not run.",
    ]
    places = [text.find(part) for part in order]
    assert -1 not in places
    assert places == sorted(places)
    first, second = (line.index("[") for line in text.splitlines() if "[0.]" in line or "[1.]" in line)
    assert second == first + 1  # the rows of the input stay below one another


def test_a_message_that_the_exception_repeats_is_left_out() -> None:
    failing = check(message="IndexError: list index out of range", diff=RAISED)
    text = drawn(verdict_view(attempt(Verdict.FAILED, failing, message="IndexError: list index out of range")), 80)
    assert text.count("list index out of range") == 1


def test_an_exception_told_by_the_message_adds_only_its_lines() -> None:
    told = "IndexError in __getitem__ (line 41): list index out of range. The index is too large."
    text = drawn(verdict_view(attempt(Verdict.FAILED, check(message=told, diff=RAISED, diagnosis="so it is."))), 120)
    assert text.count("list index out of range") == 1
    assert told in text
    assert "exercises/05_x.py:41" in text
    unlike = check(message="Something else went wrong.", diff=RAISED)
    assert "IndexError: list index out of range" in drawn(verdict_view(attempt(Verdict.FAILED, unlike)), 120)


def test_a_message_that_the_tensor_diff_tells_better_is_left_out() -> None:
    told = "result differs in 3 of 12 elements: first at [1, 2], where it is 9.0, but 5.0 is expected."
    assert told not in drawn(verdict_view(attempt(Verdict.FAILED, check(message=told, diff=VALUES))), 120)
    changed = f"result was changed by the call: {told}"
    assert changed in drawn(verdict_view(attempt(Verdict.FAILED, check(message=changed, diff=VALUES))), 160)


def test_nothing_general_is_said_where_the_check_says_more() -> None:
    failing = check(Outcome.ERROR, message="Line 28 is not valid Python.")
    text = drawn(verdict_view(attempt(Verdict.CRASHED, failing, message="Line 28 is not valid Python.")), 80)
    assert "ended the process" not in text
    assert text.count("Line 28") == 1


def test_every_verdict_says_what_it_means() -> None:
    said = {verdict: drawn(verdict_view(attempt(verdict, check(Outcome.NOT_RUN))), 120) for verdict in Verdict}
    assert "✗ Crashed" in said[Verdict.CRASHED]
    assert "ended the process" in said[Verdict.CRASHED]
    assert "✗ Timed out" in said[Verdict.TIMED_OUT]
    assert "never ends" in said[Verdict.TIMED_OUT]
    assert "does not count" in said[Verdict.TAMPERED]
    assert "not yours" in said[Verdict.ERROR]
    assert "Passed" not in "".join(text for verdict, text in said.items() if verdict is not Verdict.PASSED)


def test_the_attempts_own_sentence_comes_first() -> None:
    seen = attempt(Verdict.CRASHED, message="exercises/05_x.py ended the process with os._exit(0).")
    assert drawn(verdict_view(seen), 80).splitlines()[2] == "exercises/05_x.py ended the process with os._exit(0)."


def test_a_pass_shows_timing_device_and_output() -> None:
    spread = Spread(median=0.0012, iqr=0.00005)
    timing = Timing(answer=spread, solution=Spread(median=0.001, iqr=0.0), ratio=1.2, claim="Timing: 300 points.")
    seen = attempt(
        Verdict.PASSED,
        check(Outcome.PASSED),
        check(Outcome.PASSED),
        timing=timing,
        output=Output(text="hello\n"),
        device=Device(type="cuda", name="NVIDIA H200"),
    )
    text = drawn(verdict_view(seen), 80)
    assert "✓ Passed · all 2 checks hold" in text
    assert "on cuda (NVIDIA H200)" in text
    assert "300 points." in text
    assert "1.2 ms" in text
    assert "spread 50 µs" in text
    assert "1.2x the reference's time" in text
    assert "hello" in text


@pytest.mark.parametrize(
    ("answer", "solution", "noisy"),
    [
        ((100e-6, 20e-6), (50e-6, 10e-6), False),
        ((300e-6, 275e-6), (150e-6, 160e-6), True),
        ((5e-6, 1e-6), (100e-6, 100e-6), True),
        ((0.1, 0.001), (10e-6, 12e-6), False),
        ((4e-6, 0.0), (1e-6, 0.0), True),
        ((8e-6, 0.0), (1e-6, 0.0), False),
    ],
)
def test_noise_is_not_told_as_a_ratio(answer: tuple[float, float], solution: tuple[float, float], noisy: bool) -> None:
    sides = [Spread(median=median, iqr=iqr) for median, iqr in (answer, solution)]
    text = drawn(timing_view(Timing(answer=sides[0], solution=sides[1], ratio=answer[0] / solution[0])), 80)
    assert ("too noisy to compare" in text, "x the reference" in text) == (noisy, not noisy)


def test_each_warning_is_shown_once_with_its_count() -> None:
    told = [f"UserWarning: it is slow (x.py, line {n % 2})" for n in range(12)]
    lines = drawn(output_view(Output(text="\n".join(["a", *told, "b", "a"]))), 80).splitlines()
    first, second = (f"UserWarning: it is slow (x.py, line {n}) (6 times)" for n in (0, 1))
    assert lines == ["a", first, second, "b", "a"]


def test_bars_are_as_long_as_the_times() -> None:
    def bars(answer: float, solution: float) -> list[int]:
        timing = Timing(
            answer=Spread(median=answer, iqr=0.0), solution=Spread(median=solution, iqr=0.0), ratio=answer / solution
        )
        return [line.count("█") for line in drawn(timing_view(timing), 120).splitlines() if " ms" in line]

    assert bars(0.004, 0.002) == [40, 20]
    assert bars(0.002, 0.008) == [10, 40]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0012, "1.2 ms"),
        (0.00034, "340 µs"),
        (0.0009996, "1.0 ms"),
        (0.00996, "10 ms"),
        (1.5, "1.5 s"),
        (12.0, "12 s"),
        (59.7, "1 min 0 s"),
        (125.0, "2 min 5 s"),
        (3e-9, "3.0 ns"),
        (2e-10, "0.2 ns"),
        (0.0, "0 s"),
        (float("nan"), "?"),
    ],
)
def test_seconds(value: float, words: str) -> None:
    assert seconds(value) == words


def test_ratios_in_words() -> None:
    assert ratio_words(1.0).startswith("as quick as the reference")
    assert ratio_words(0.5) == "0.5x the reference's time: quicker"
    assert ratio_words(1647.0) == "1,647x the reference's time"
    assert ratio_words(float("inf")) == "too quick to compare with the reference"


def test_check_lines_have_a_sign_each() -> None:
    outcomes = (Outcome.PASSED, Outcome.FAILED, Outcome.ERROR, Outcome.NOT_RUN)
    lines = [check_line(check(outcome, claim="It is\n so [bold].")).plain for outcome in outcomes]
    assert lines == ["✓ It is so [bold].", "✗ It is so [bold].", "✗ It is so [bold].", "· It is so [bold]."]


def test_a_statement_keeps_addresses_and_code() -> None:
    content = Content(
        title="Distances",
        statement="Write `f(a)`:\n\n- [Broadcasting](https://example.org/x)\n\nSo:\n\n    >>> f(1)\n\n\x1b[2J",
        why_it_works="",
        starters={},
        checks=(),
    )
    text = drawn(statement_view(content, chapter="03 Mathematics", level=2), 60)
    assert text.splitlines()[0] == "Distances"
    assert "level 2 ●●○○" in text
    assert "https://example.org/x" in text
    assert ">>> f(1)" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("name", DIFFS)
@SETTINGS
@given(width=st.integers(1, 200))
def test_every_diff_fits_every_width(name: str, width: int) -> None:
    lines = drawn(verdict_view(attempt(Verdict.FAILED, check(diff=DIFFS[name], message="m"))), width).splitlines()
    if width >= 40:
        assert max(map(len, lines)) <= width


def poisoned(value: Any, poison: str, key: str = "") -> Any:
    """The record's plain form with every text of it replaced, but for the tags."""
    if isinstance(value, str):
        return value if key in ("kind", "verdict", "outcome") else poison
    if isinstance(value, dict):
        return {k: poisoned(v, poison, k) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [poisoned(v, poison, key) for v in value]
    return value


@pytest.mark.parametrize("name", DIFFS)
@pytest.mark.parametrize(
    "poison",
    ["\x1b[2J\x07[red]boom[/] \r\u202e", "[/]", "", "\\", "a" * 50_000, "字\n" * 9000],
    ids=["escapes", "markup", "empty", "backslash", "long", "tall"],
)
def test_hostile_records_cannot_steer_or_flood(name: str, poison: str) -> None:
    seen = attempt(
        Verdict.FAILED,
        check(
            diff=DIFFS[name], message="m", diagnosis="d", output="o", smallest_input=(Argument(label="a", value="b"),)
        ),
        message="m",
        output=Output(text="o"),
    )
    hostile = msgspec.convert(poisoned(msgspec.to_builtins(seen), poison), Attempt)
    text = drawn(verdict_view(hostile), 80)
    assert not [c for c in text if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c == "\u202e"]
    assert len(text.splitlines()) < 400
    if "boom" in poison:
        assert "[red]boom[/]" in text


def test_colour_is_never_the_only_sign() -> None:
    coloured, plain = drawn(diff_view(VALUES), 80, colour=True), drawn(diff_view(VALUES), 80)
    assert "\x1b[" in coloured
    assert "\x1b[" not in plain
    assert plain.count("≠") >= 6
