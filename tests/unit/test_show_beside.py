"""Two texts of code drawn beside each other."""

import io

import pytest
from rich.console import Console

from tutor.show.beside import beside

MINE = "import torch\n\n\ndef f(x):\n    y = x + 1\n    return y\n"
THEIRS = "import torch\n\n\ndef f(x):\n    return x + 1\n\n\nEND = 1\n"


def drawn(width: int, mine: str = MINE, theirs: str = THEIRS) -> list[str]:
    stream = io.StringIO()
    Console(file=stream, width=width, color_system=None).print(beside(mine, theirs, ("yours", "solution")))
    return [line.rstrip() for line in stream.getvalue().rstrip("\n").split("\n")]


def test_side_by_side_where_there_is_room() -> None:
    lines = drawn(100)
    assert lines[0].split() == ["yours", "solution"]
    assert lines[1].split() == ["import", "torch", "import", "torch"]
    changed = next(line for line in lines if "y = x + 1" in line)
    assert changed.strip().startswith("-")
    assert any("+" in line and "END = 1" in line for line in lines)
    assert max(map(len, lines)) <= 100


def test_one_below_the_other_where_it_is_narrow() -> None:
    lines = drawn(60)
    assert lines[0] == "- yours   + solution"
    assert lines[1:5] == ["  import torch", "", "", "  def f(x):"]
    assert lines[5:8] == ["-     y = x + 1", "-     return y", "+     return x + 1"]
    assert lines[-1] == "+ END = 1"


@pytest.mark.parametrize("width", [60, 100])
def test_the_same_code_has_no_signs(width: int) -> None:
    assert not [line for line in drawn(width, MINE, MINE)[1:] if line.lstrip().startswith(("-", "+"))]


@pytest.mark.parametrize("width", [60, 100])
def test_hostile_code_is_shown_as_text(width: int) -> None:
    text = "\n".join(drawn(width, "x = '[red]\x1b[31m'\n", ""))
    assert "[red]" in text
    assert "\x1b" not in text
