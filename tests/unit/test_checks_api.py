"""The page of the public API: it names everything that checks can import, and every example on it is true."""

import doctest
import re
import warnings
from pathlib import Path

import pytest

import tutor.checks

PAGE = Path(__file__).parents[2] / "docs" / "checks-api.md"


def test_every_name_stands_in_an_example() -> None:
    text = PAGE.read_text(encoding="utf-8")
    examples = "\n".join(line for line in text.splitlines() if line.startswith((">>>", "...")))
    assert [name for name in tutor.checks.__all__ if not re.search(rf"\b{name}\b", examples)] == []
    assert [name for name in tutor.checks.__all__ if f"`{name}`" not in text] == []


def test_every_example_is_true() -> None:
    text = re.sub(r"^```.*$", "", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    test = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    told: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        doctest.DocTestRunner(verbose=False).run(test, out=told.append)
    assert not told, "".join(told)
    assert len(test.examples) > 40


@pytest.mark.parametrize("name", tutor.checks.__all__)
def test_every_name_has_a_docstring(name: str) -> None:
    assert name == "CONFIGURATIONS" or getattr(tutor.checks, name).__doc__
