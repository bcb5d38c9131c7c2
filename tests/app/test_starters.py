"""The built-in course's starters: clean code that imports, whatever a learner has done to exercises/."""

import subprocess
import sys
from pathlib import Path

import pytest

from tutor.course.loader import load_course, read_starters
from tutor.course.locate import builtin_course
from tutor.course.records import Exercise
from tutor.judge.load import load_sources

REPOSITORY = Path(__file__).parents[2]
EXERCISES = pytest.mark.parametrize("exercise", load_course(builtin_course()).exercises, ids=lambda each: each.id)


@EXERCISES
def test_a_starter_imports(exercise: Exercise, tmp_path: Path) -> None:
    texts = list(read_starters(exercise).values())
    assert any("TODO" in text for text in texts)
    sources = dict(zip(exercise.files or ("",), (text.encode() for text in texts), strict=True))
    load_sources(tmp_path / exercise.file_name, sources, f"{exercise.id}__starter")


def test_starters_are_clean(tmp_path: Path) -> None:
    """As ruff sees them in exercises/, where unused imports are allowed: they are there for what is to write."""
    for exercise in load_course(builtin_course()).exercises:
        for part, text in read_starters(exercise).items():
            file = tmp_path / "exercises" / f"{part}.py"
            file.parent.mkdir(exist_ok=True, parents=True)
            file.write_text(text, encoding="utf-8")
    words = [sys.executable, "-m", "ruff", "check", "--no-cache", "--config", str(REPOSITORY / "pyproject.toml")]
    # a name that nobody has made is what some are broken by
    ignored = ["--ignore", "F401,F841,I001,T20,RET,SIM,B,RUF", "--per-file-ignores", "*_fix_*.py:F821"]
    result = subprocess.run([*words, *ignored, str(tmp_path)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
