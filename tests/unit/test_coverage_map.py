"""docs/coverage.md names exercises and checks that exist, and leaves no finished exercise of its chapters out."""

import re
from pathlib import Path

import pytest

from tutor.course.loader import load_course, read_content
from tutor.course.locate import builtin_course

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
ROWS = re.findall(r"^\| (\w+) \| ([ABC]\d+|D) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
EXERCISES = {exercise.id: exercise for exercise in load_course(builtin_course()).exercises}


def test_the_map_has_a_row_for_every_line_of_its_tables() -> None:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert len(ROWS) == len([line for line in lines if not line.startswith(("| exercise", "|---"))])


@pytest.mark.parametrize("exercise", dict.fromkeys(exercise for exercise, _, _ in ROWS))
def test_checks_named_in_the_map_exist(exercise: str) -> None:
    known = {check.id for check in read_content(EXERCISES[exercise]).checks}
    named = {name for one, _, checks in ROWS if one == exercise for name in re.findall(r"`(\w+)`", checks)}
    assert named
    assert named <= known


def test_every_row_is_held() -> None:
    rows = {f"{kind}{number}" for kind, last in (("A", 41), ("B", 39), ("C", 95)) for number in range(1, last + 1)}
    assert {row for _, row, _ in ROWS} - {"D"} == rows


def test_a_chapter_in_the_map_is_there_whole() -> None:
    mapped = {exercise for exercise, _, _ in ROWS}
    chapters = {exercise[:2] for exercise in mapped}
    assert {name for name in EXERCISES if name[:2] in chapters} == mapped
