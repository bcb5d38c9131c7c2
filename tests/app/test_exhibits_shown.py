"""Exhibits and likenesses through the real program: printed, in JSON, and never part of the verdict."""

import shutil
from pathlib import Path

import pytest

SHOWING = """
def test_three(answer):
    \"\"\"Twice three is six.\"\"\"
    yours = [answer.double(x) for x in (1, 2, 3)]
    show_plot("Doubled", {"yours": yours, "reference": [2, 4, 6]}, x="x", y="double(x)")
    show_image("Nothing", yours)
    assert_equal(yours[2], 6, name="double(3)")
"""
SQUARED = "def double(x):\n    return x ** 2\n"
DOUBLED = "def double(x):\n    return x * 2\n"


@pytest.fixture
def showing_course(tmp_path: Path, mini_course: Path) -> Path:
    """The tiny course, whose first check shows a plot, and a picture that cannot be made."""
    course = tmp_path / "showing"
    shutil.copytree(mini_course, course)
    checks = course / "tests" / "checks" / "test_01_double.py"
    text = checks.read_text().replace("import assert_close, assert_equal", "import *")
    first, _, rest = text.partition("def test_three(answer):")
    checks.write_text(first + SHOWING.lstrip() + "\n\n" + rest[rest.index("@given") :])
    return course


@pytest.fixture
def write(workspace: Path):
    return (workspace / "exercises" / "01_double.py").write_text


def test_a_pass_shows_it_at_the_end(tutor, write, showing_course):
    write(DOUBLED)
    result = tutor("check", "01_double", "--course", str(showing_course))
    assert result.returncode == 0
    assert "Doubled\ndouble(x)\n" in result.stdout and "* yours   o reference" in result.stdout
    assert result.stdout.index("Passed") < result.stdout.index("Doubled") < result.stdout.index("Timing")
    assert "Nothing" not in result.stdout


def test_a_failing_check_shows_it(tutor, write, showing_course):
    write(SQUARED)
    result = tutor("check", "01_double", "--course", str(showing_course))
    assert result.returncode == 1
    assert "▌ Doubled" in result.stdout and "yours goes from 1 to 9; reference goes from 2 to 6." in result.stdout


def test_json_has_it_in_words(tutor, write, showing_course, documents):
    write(SQUARED)
    (document,) = documents(tutor("check", "01_double", "--json", "--course", str(showing_course)))
    text = "A plot of double(x) over x: yours goes from 1 to 9; reference goes from 2 to 6."
    assert document["checks"][0]["exhibits"] == [{"kind": "plot", "title": "Doubled", "text": text}]
    assert document["checks"][2]["exhibits"] == []


def test_an_exhibit_of_odd_values_is_no_error(tutor, write, showing_course, documents):
    write("class Odd:\n    def __eq__(self, other):\n        raise SystemExit\n\n\ndef double(x):\n    return Odd()\n")
    (document,) = documents(tutor("check", "01_double", "--json", "--course", str(showing_course)))
    assert document["verdict"] == "failed"
    assert document["checks"][0]["exhibits"][0]["text"].startswith("A plot of double(x) over x: yours has no finite")


def diagnosis(documents, result):
    (document,) = documents(result)
    return next(check["diagnosis"] for check in document["checks"] if check["outcome"] == "failed")


def test_a_known_misunderstanding_is_told(tutor, write, documents):
    write(SQUARED)
    told = diagnosis(documents, tutor("check", "01_double", "--json"))
    assert told == "Yours behaves like this: Squaring is not doubling."


@pytest.mark.parametrize(
    "source",
    [
        "def double(x):\n    return x ** 3\n",
        "def double(x):\n    return None\n",
        "def double(x):\n    raise NotImplementedError\n",
        "def double(x):\n    raise ValueError(x ** 2)\n",
    ],
)
def test_another_one_is_not(tutor, write, documents, source):
    write(source)
    assert "behaves like" not in (diagnosis(documents, tutor("check", "01_double", "--json")) or "")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('@wrong(caught_by="test_three", because="Another thing with the same result.")', False),
        ('@wrong(caught_by="test_any_number", because="Caught elsewhere.")', True),
    ],
)
def test_of_two_that_fit_neither_is_told(tutor, write, documents, tmp_path, mini_course, line, told):
    course = tmp_path / "ambiguous"
    shutil.copytree(mini_course, course)
    answers = course / "tests" / "answers" / "01_double.py"
    answers.write_text(
        answers.read_text() + f'\n\n{line}\ndef powered(solution):\n    return {{"double": lambda x: x * x}}\n'
    )
    write(SQUARED)
    text = diagnosis(documents, tutor("check", "01_double", "--json", "--course", str(course))) or ""
    assert ("behaves like" in text) == told


BODIES = (
    *("import os; os._exit(0)", "while True: pass", "raise SystemExit", "print('a word')"),
    "return {'double': lambda x: [0 for _ in iter(int, 1)]}",  # for ever, inside the check
)


@pytest.mark.parametrize("body", BODIES)
def test_a_wrong_answer_that_misbehaves_costs_nothing(tutor, write, documents, tmp_path, mini_course, body):
    course = tmp_path / "odd"
    shutil.copytree(mini_course, course)
    answers = course / "tests" / "answers" / "01_double.py"
    bad = f'\n\n@wrong(caught_by="test_three", because="Odd.")\ndef odd(solution):\n    {body}\n    return {{}}\n'
    answers.write_text(answers.read_text() + bad)
    write(SQUARED)
    result = tutor("check", "01_double", "--json", "--course", str(course))
    (document,) = documents(result)
    assert (document["verdict"], result.returncode, document["output"]["text"]) == ("failed", 1, "")
