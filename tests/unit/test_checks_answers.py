"""Marks of wrong and right answers, and the syntax tree that rules look at."""

import ast
from pathlib import Path

from tutor.checks import declared, source_of
from tutor.judge.load import load_module, load_override
from tutor.judge.marks import RightAnswer, WrongAnswer

ANSWERS = """
from tutor.checks import right, wrong

def helper(x):
    return x

@wrong(caught_by="test_a", because="It loops.")
def loops(solution):
    def double(x):
        for _ in range(2):
            x = x + x
        return x
    return {"double": double}

@right("by a sum")
def added(solution):
    return {"double": lambda x: x + x}

@wrong(caught_by="test_b", because="Another class.")
def other(solution):
    class Box:
        changed = True
    return {"Box": Box, "double": helper}
"""
SOLUTION = "class Box:\n    changed = False\n\ndef double(x):\n    return 2 * x\n"


def test_declared(tmp_path: Path) -> None:
    (tmp_path / "answers.py").write_text(ANSWERS)
    module = load_module(tmp_path / "answers.py", "answers_of_test_checks_answers")
    assert declared(module) == [
        WrongAnswer(name="loops", caught_by="test_a", because="It loops."),
        RightAnswer(name="added", route="by a sum"),
        WrongAnswer(name="other", caught_by="test_b", because="Another class."),
    ]
    assert module.added(None)["double"](3) == 6


def test_source_is_what_runs(tmp_path: Path) -> None:
    answers, solution = tmp_path / "answers.py", tmp_path / "solution.py"
    answers.write_text(ANSWERS)
    solution.write_text(SOLUTION)

    def text(override: str) -> str:
        tree = source_of(load_override(solution, answers, override, "override_of_test_checks_answers"))
        assert tree is not None
        return ast.unparse(tree)

    assert "for _ in range(2)" in text("loops") and "2 * x" not in text("loops")
    assert "return x + x" in text("added") and "2 * x" not in text("added")
    assert "changed = True" in text("other") and "changed = False" not in text("other")
    assert "def double(x):\n    return x" in text("other")
    plain = source_of(load_module(solution, "solution_of_test_checks_answers"))
    assert plain is not None and ast.unparse(plain).count("def ") == 1


def test_no_file_no_source(tmp_path: Path) -> None:
    (tmp_path / "gone.py").write_text("x = 1\n")
    module = load_module(tmp_path / "gone.py", "gone_of_test_checks_answers")
    (tmp_path / "gone.py").unlink()
    assert source_of(module) is None
    module.__file__ = None
    assert source_of(module) is None
