"""A warning of an answer is one line that names the learner's line and nothing of torch's or tutor's files."""

import types
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from tutor.judge.load import load_module
from tutor.judge.warned import plain_warnings

SOURCE = """import warnings
import torch

def own():
    warnings.warn("it is\\nslow")

def of_torch():
    return torch.ones(2, 3, 4).T
"""


@pytest.fixture
def answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    file = tmp_path / "x.py"
    file.write_text(SOURCE)
    monkeypatch.setattr(warnings, "formatwarning", warnings.formatwarning)
    plain_warnings(file, "exercises/x.py")
    return load_module(file, "answer_of_test_warned")


def printed(call: Callable[[], object]) -> str:
    """What is printed for the one warning of `call`; pytest itself keeps warnings from being printed."""
    texts: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, category, file, line, *_: texts.append(
            warnings.formatwarning(message, category, file, line)
        )
        call()
    (text,) = texts
    return text


def test_a_warning_names_the_learners_line(answer: types.ModuleType) -> None:
    assert printed(answer.own) == "UserWarning: it is slow (exercises/x.py, line 5)\n"


def test_torchs_own_files_are_left_out(answer: types.ModuleType) -> None:
    text = printed(answer.of_torch)
    assert text.startswith("UserWarning: The use of `x.T` on tensors")
    assert text.endswith("(exercises/x.py, line 8)\n")
    assert "Triggered internally" not in text and ".cpp" not in text


def test_without_a_line_of_the_learner_no_place_is_told(answer: types.ModuleType) -> None:
    text = printed(lambda: warnings.warn("odd", stacklevel=1))
    assert text == "UserWarning: odd\n"
