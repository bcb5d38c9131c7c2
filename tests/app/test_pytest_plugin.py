"""The installed pytest plugin: any course's checks run against its solutions, and other projects notice nothing."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tutor.judge.settings import hypothesis_profile

pytest_plugins = ["pytester"]


@pytest.fixture
def course(tmp_path, mini_course) -> Path:
    return Path(shutil.copytree(mini_course, tmp_path / "course"))


QUIET = ("-p", "no:cacheprovider", "-p", "no:warnings")


class Outcome(NamedTuple):
    """How a pytest went; `summary` is its last line without the time."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def summary(self) -> str:
        return self.stdout.splitlines()[-1].partition(" in ")[0].strip("= ")


@pytest.fixture
def run(pytester, monkeypatch) -> Callable[..., Outcome]:
    """Runs pytest with tutor's plugin alone in this process, which has imported torch already."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(*words: str | Path, cwd: Path) -> Outcome:
        monkeypatch.chdir(cwd)
        with hypothesis_profile(seed=0):
            result = pytester.runpytest_inprocess("-p", "tutor.judge.pytest_plugin", *QUIET, *words)
        return Outcome(result.ret, result.stdout.str(), result.stderr.str())

    return run


def run_apart(*words: str | Path, cwd: Path) -> Outcome:
    """Runs pytest as people do, in a process of its own."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, words)]
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    return Outcome(result.returncode, result.stdout, result.stderr)


def test_the_checks_pass_against_the_solutions(course):
    result = run_apart("tests/checks", cwd=course)
    assert result.summary == "6 passed", result.stdout


def test_an_ide_names_one_check_from_anywhere(course, tmp_path, run):
    result = run("tests/checks/test_01_double.py::test_any_number", "-v", cwd=course)
    assert "test_any_number PASSED" in result.stdout and result.summary == "1 passed"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    result = run("--rootdir", course, course / "tests" / "checks" / "test_01_halve.py::test_three", cwd=elsewhere)
    assert result.summary == "1 passed", result.stdout
    result = run("--collect-only", "-q", course, cwd=elsewhere)
    assert [line.partition("::")[2] for line in result.stdout.splitlines() if "::" in line] == [
        "test_three", "test_any_number", "test_tensor", "test_three", "test_three", "test_zero",
    ]  # fmt: skip


def test_a_wrong_solution_fails_its_checks(course, run):
    solution = course / "solutions" / "01_halve.py"
    solution.write_text(solution.read_text().replace("x / 2", "x // 2"))
    result = run("tests/checks", cwd=course)
    assert result.returncode == 1 and result.summary == "1 failed, 5 passed"
    assert "halve(3)" in result.stdout and "Mismatch" in result.stdout


def test_a_solution_that_is_missing_or_broken_is_told(course, run):
    (course / "solutions" / "01_double.py").unlink()
    halve = course / "solutions" / "01_halve.py"
    halve.write_text("import no_such_module\n")
    (course / "solutions" / "02_negate.py").write_text("def negate(x)\n")
    result = run("tests/checks", cwd=course)
    assert result.summary == "6 errors"
    assert "There is no solution for test_01_double.py: " in result.stdout
    assert f"{halve}:1 cannot be loaded: ModuleNotFoundError: No module named 'no_such_module'" in result.stdout
    assert "02_negate.py:1 cannot be loaded: SyntaxError: " in result.stdout
    assert "pytest_fixtures" not in result.stdout  # no traceback of tutor's own


def test_a_folder_of_answers_is_checked_instead(course, tmp_path, run):
    answers = tmp_path / "answers"
    answers.mkdir()
    (answers / "01_double.py").write_text("def double(x):\n    return x + x\n")
    (answers / "01_halve.py").write_text("def halve(x):\n    return x // 2\n")
    result = run("tests/checks", "--tutor-answers", "../answers", "-rs", cwd=course)
    assert result.returncode == 1 and result.summary == "1 failed, 3 passed, 2 skipped"
    assert f"There is no answer to 02_negate: {answers} holds no 02_negate.py." in result.stdout
    (answers / "01_halve.py").write_text("import sys\n\nsys.exit(0)\n")
    result = run("tests/checks", "--tutor-answers", "../answers", cwd=course)
    assert result.returncode == 1 and result.summary == "3 passed, 2 skipped, 1 error"
    assert "01_halve.py:3 cannot be loaded: SystemExit: 0" in result.stdout


def test_a_folder_of_answers_that_is_not_there(course, run):
    result = run("tests/checks", "--tutor-answers", "nowhere", cwd=course)
    assert result.returncode == 4
    assert "--tutor-answers nowhere: there is no such folder." in result.stderr


# A project that looks a little like a course: solutions/, tests/checks/, and a device of its own.
PROJECT = {
    "solutions/thing.py": "raise RuntimeError('nobody asked for this')\n",
    "tests/conftest.py": "import pytest\n\n@pytest.fixture\ndef device():\n    return 'a lamp'\n",
    "tests/checks/test_thing.py": """
import sys
from hypothesis import settings

def test_nothing_is_different(device):
    assert device == "a lamp"
    assert "torch" not in sys.modules and "tutor.judge.load" not in sys.modules
    assert settings.default.max_examples == 100

def test_no_such_fixture(answer):
    pass
""",
}


def project(root: Path) -> Path:
    for name, text in PROJECT.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_a_project_that_is_no_course_notices_nothing(tmp_path):
    result = run_apart(cwd=project(tmp_path))
    assert result.summary == "1 passed, 1 error"
    assert "fixture 'answer' not found" in result.stdout
    assert "under check" not in run_apart("--fixtures", cwd=tmp_path).stdout


def test_other_tests_beside_a_course_keep_their_settings(course):
    """One session over both: the course's checks draw as a judge does, the others as they are used to."""
    (course / "tests" / "other").mkdir()
    (course / "tests" / "conftest.py").write_text(PROJECT["tests/conftest.py"])
    test = """
from hypothesis import core, settings

def test_settings(device):
    assert device == "a lamp"
    assert settings.default.max_examples == 100 and core.global_force_seed == 3
"""
    for name in ("test_a.py", "test_z.py"):
        (course / "tests" / "other" / name).write_text(test)
    (course / "tests" / "checks" / "test_02_negate.py").write_text("""
from hypothesis import settings, given, strategies as st

def test_as_a_judge(answer):
    assert drawn._hypothesis_internal_use_settings.max_examples == 40

@given(st.integers())
def drawn(x):
    pass
""")
    places = ("tests/other/test_a.py", "tests/checks/test_02_negate.py", "tests/other/test_z.py")
    result = run_apart("--hypothesis-seed=3", *places, cwd=course)
    assert result.summary == "3 passed", result.stdout


def test_every_check_starts_from_the_same_numbers(course, run):
    """Whatever the solution draws when it is loaded, and whichever check runs first."""
    (course / "solutions" / "02_negate.py").write_text("import torch\n\nFIRST = torch.rand(3)\n")
    (course / "tests" / "checks" / "test_02_negate.py").write_text("""
import torch

def test_one(answer, tmp_path):
    print("drawn", torch.rand(()).item())

def test_two(answer):
    print("drawn", torch.rand(()).item())
""")
    whole = run("-s", "-q", "tests/checks/test_02_negate.py", cwd=course)
    alone = run("-s", "-q", "tests/checks/test_02_negate.py::test_two", cwd=course)
    lines = [line.strip(".") for line in whole.stdout.splitlines() if "drawn" in line]
    assert len(set(lines)) == 2
    assert [line.strip(".") for line in alone.stdout.splitlines() if "drawn" in line] == lines[1:]
