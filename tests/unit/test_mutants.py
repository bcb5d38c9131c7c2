"""Mutants of a solution: what is changed, what is left alone, and that each is a program of its own."""

import ast
import difflib

import pytest

from tutor.authoring.mutants import Mutant, make_mutants
from tutor.course.loader import load_course
from tutor.course.locate import builtin_course
from tutor.course.records import CourseError, Exercise

TOP = '''\
"""# A title

Text with 1 + 1 in it.
"""

import torch


def other(x):
    return x + 1


def f(x, y, dim=0, *, keep: bool = True):
    """Adds 1 + 1."""
    # BEGIN SOLUTION
'''
BOTTOM = "    # END SOLUTION\n"


def mutants_of(*lines: str, most: int = 1000) -> tuple[Mutant, ...]:
    body = "".join(f"    {line}\n" for line in lines)
    return make_mutants(TOP + body + BOTTOM, "solutions/01_f.py", most).chosen


def after(*lines: str, kind: str = "") -> set[str]:
    """What the lines become, in the mutants of a kind or in all."""
    return {mutant.after for mutant in mutants_of(*lines) if kind in ("", mutant.kind)}


@pytest.mark.parametrize(
    ("line", "kind", "expected"),
    [
        ("return x + y", "operator", {"return x - y"}),
        ("return x * y", "operator", {"return x / y"}),
        ("return x @ y", "operator", {"return x * y"}),
        ("return x // y % 2", "operator", {"return x / y % 2", "return x // y // 2"}),
        ("return -x**2", "operator", {"return x**2", "return -(x*2)"}),
        ("return x & y == y", "operator", {"return (x | y) == y"}),
        ("return (x)  *  (y)", "operator", {"return (x) / (y)"}),
        ("return not x", "operator", {"return x"}),
        ("return x @ y", "operand", {"return x"}),
        ("return x == y", "comparison", {"return x != y"}),
        ("return x is not None", "comparison", {"return x is None"}),
        ("return x not in y", "comparison", {"return x in y"}),
        ("return x < y", "comparison", {"return x <= y", "return x > y"}),
        ("return 1 == x == y", "comparison", {"return 1 != x == y", "return 1 == x != y"}),
        ("return x and y", "boolean", {"return (x or y)"}),
        ("return x and y", "operand", {"return x", "return y"}),
        ("return x if y else 0", "condition", {"return x if not (y) else 0"}),
        ("return x[3]", "constant", {"return x[2]", "return x[4]"}),
        ("return x[0]", "constant", {"return x[1]"}),
        ("return x[-1]", "constant", {"return x[0]", "return x[1]"}),
        ("return x * 0.5", "constant", {"return x * 1.0", "return x * 0.0"}),
        ("return x.sum(dim=1)", "constant", {"return x.sum(dim=0)", "return x.sum(dim=-1)"}),
        ("return x.sum(dim=-1)", "constant", {"return x.sum(dim=0)", "return x.sum(dim=1)"}),
        ("return g(x, keepdim=True)", "constant", {"return g(x, keepdim=False)"}),
        ("return g(x, reduction='sum')", "constant", {"return g(x, reduction='mean')"}),
        ('return x["loss"]', "constant", {'return x["loss_"]'}),
        ("return g(x, y)", "swap", {"return g(y, x)"}),
        ("return x, y", "swap", {"return y, x"}),
        ("return x[:, None]", "swap", {"return x[None, :]"}),
        ("return g(x, dim=y, keep=x)", "argument", {"return g(x, keep=x)", "return g(x, dim=y)"}),
        ("return g(x, y)", "argument", {"return g(x)"}),
        ("return torch.relu(x)", "call", {"return x"}),
        ("return x.detach()", "chain", {"return x"}),
        ("return (x + y).sum().item()", "chain", {"return (x + y).sum()", "return (x + y).item()"}),
        ("return x.sum()", "name", {"return x.mean()"}),
        ("return torch.float32", "name", {"return torch.float64"}),
        ("return x[1:]", "slice", {"return x[:]"}),
    ],
)  # fmt: skip
def test_a_line_becomes(line: str, kind: str, expected: set[str]) -> None:
    assert after(line, kind=kind) == expected


def test_statements_are_left_out() -> None:
    lines = ("y.zero_grad()", "y.step()", "return x")
    assert [mutant.before for mutant in mutants_of(*lines) if mutant.kind == "statement"] == [
        "y.zero_grad()",
        "y.step()",
    ]
    assert after("for i in x:", "    y.append(i)", "return y", kind="statement") == {"", "pass"}


def test_an_assignment_is_left_out_only_where_the_name_was_there_before() -> None:
    assert after("x = x.float()", "return x", kind="statement") == {""}
    assert after("z = x.float()", "return z", kind="statement") == set()
    assert after("x.grad = None", "return x", kind="statement") == {""}


def test_no_grad_is_unwrapped_and_modes_are_exchanged() -> None:
    assert after("with torch.no_grad():", "    return x", kind="with") == {"if True:"}
    assert "x.eval()" in after("x.train()", "return x", kind="name")


def test_added_up_becomes_taken_away_or_forgotten() -> None:
    assert after("x += y", "return x", kind="operator") == {"x -= y", "x = y"}


@pytest.mark.parametrize(
    "lines",
    [
        ('raise ValueError(f"{x} + 1 is not {y + 1}")',),
        ('assert x, "1 + 1"',),
        ("def g(a: int = None) -> dict[str, 'int']:", '    """1 + 1"""', "    return a"),
        ("# 1 + 1", "return x"),
    ],
)
def test_docstrings_hints_of_type_and_sentences_are_left_alone(lines: tuple[str, ...]) -> None:
    assert all(mutant.kind == "statement" for mutant in mutants_of(*lines))


def test_nothing_outside_the_regions_changes() -> None:
    source = TOP + "    return x * y\n" + BOTTOM + "\n\ndef last(x):\n    return x - 1\n"
    for mutant in make_mutants(source, "solutions/01_f.py").chosen:
        changed = [row[2:] for row in difflib.ndiff(source.splitlines(), mutant.source.splitlines()) if row[0] in "-"]
        assert changed == ["    return x * y"]
        assert mutant.function == "f"


def test_comments_and_layout_survive() -> None:
    (mutant,) = [
        m for m in mutants_of("x = g(", "    x,  # first", "    deep=y,  # é", "    wide=1)") if m.before == "deep=y,"
    ]
    assert "    x,  # first\n        wide=1)\n" in mutant.source
    assert mutant.diff.count("\n-") == 1
    assert "\n+" not in mutant.diff.partition("@@")[2]


def test_text_beyond_ascii_is_counted_as_characters() -> None:
    assert "z = 'é' if x - 1 else 'ü'; return z" in after("z = 'é' if x + 1 else 'ü'; return z")


def test_a_mutant_says_where_it_is_and_what_it_changed() -> None:
    (mutant,) = [m for m in mutants_of("return x + y  # (N,)") if m.kind == "operator"]
    line = len(TOP.splitlines()) + 1
    assert (mutant.id, mutant.line, mutant.function) == (f"{line}:operator:1", line, "f")
    assert (mutant.before, mutant.after) == ("return x + y", "return x - y")
    assert "-    return x + y  # (N,)\n+    return x - y  # (N,)\n" in mutant.diff


def test_too_many_are_thinned_out_over_all_lines_and_always_alike() -> None:
    lines = [f"a{i} = x + {i + 2} * y - torch.cat(x, y, dim=1)" for i in range(10)]
    everything = mutants_of(*lines)
    few = make_mutants(TOP + "".join(f"    {line}\n" for line in lines) + BOTTOM, "solutions/01_f.py", 25)
    assert few.left_out == len(everything) - 25
    assert {mutant.line for mutant in few.chosen} == {mutant.line for mutant in everything}
    assert few.chosen == mutants_of(*lines, most=25)
    assert few.chosen == tuple(sorted(few.chosen, key=everything.index))


def test_a_faulty_marker_is_a_fault_of_the_course() -> None:
    with pytest.raises(CourseError, match=r"01_f\.py:4"):
        make_mutants("def f(x):\n    return x\n\n# BEGIN SOLUTION\n", "solutions/01_f.py")


@pytest.mark.parametrize("exercise", load_course(builtin_course()).exercises, ids=lambda each: each.id)
def test_every_mutant_of_the_course_is_another_program(exercise: Exercise) -> None:
    count = 0
    for part, file in exercise.solution_files.items():
        source = file.read_text(encoding="utf-8")
        found = make_mutants(source, f"solutions/{part}.py", 1000).chosen
        shapes = [ast.dump(ast.parse(mutant.source)) for mutant in found]
        assert len({*shapes, ast.dump(ast.parse(source))}) == len(found) + 1
        assert len({mutant.id for mutant in found}) == len(found)
        count += len(found)
    assert count >= 15
