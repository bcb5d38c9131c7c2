"""`tutor author verify` through the real program, on a miniature course that each test breaks in its own way."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tutor.engine.client import engine_status

COMMAND = [sys.executable, "-m", "tutor", "author", "verify"]
PATIENCE = 240  # seconds on a busy machine

MANIFEST = """\
format = 1
title = "A miniature"

[[chapter]]
number = "01"
title = "Numbers"
exercises = [{ id = "01_double", level = 1, time_limit = 6.0 }, { id = "01_halve", level = 1 }]
"""
SOLUTION = '''\
"""# Twice as much

Write `double(x)`: it returns `x` times two, for a number or a tensor.

## Why it works

Multiplication is the same word for both.
"""


def double(x):
    """Twice x."""
    # BEGIN SOLUTION
    return x * 2
    # END SOLUTION
'''
CHECKS = '''\
"""Checks of 01_double."""

from hypothesis import given
from hypothesis import strategies as st

from tutor.checks import assert_equal


def test_three(answer):
    """Twice three is six.

    How many times does three go into six?
    """
    assert_equal(answer.double(3), 6, name="double(3)")


@given(x=st.integers())
def test_any(answer, x):
    """Any number is doubled.

    What of negative numbers?
    """
    assert_equal(answer.double(x), x + x, name="double(x)")
'''
ANSWERS = '''\
"""Answers to 01_double."""

from tutor.checks import right, wrong


@wrong(caught_by="test_three", because="Squaring is not doubling.")
def squared(solution):
    return {"double": lambda x: x**2}


@wrong(caught_by="test_any", because="Only what was tried is right.")
def only_three(solution):
    return {"double": lambda x: 6}


@right("by addition")
def added(solution):
    return {"double": lambda x: x + x}
'''


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the course lies in every test: what is known of the exercise left alone serves them all."""
    return tmp_path_factory.mktemp("verify")


@pytest.fixture
def course(room: Path) -> Path:
    """A course of two exercises that verify: 01_double, to be broken, and 01_halve, to be left alone."""
    root = room / "course"
    shutil.rmtree(root, ignore_errors=True)
    for folder in ("solutions", "tests/checks", "tests/answers"):
        (root / folder).mkdir(parents=True)
    (root / "course.toml").write_text(MANIFEST)
    for name, change in (("01_double", str), ("01_halve", halving)):
        (root / f"solutions/{name}.py").write_text(change(SOLUTION))
        (root / f"tests/checks/test_{name}.py").write_text(change(CHECKS))
        (root / f"tests/answers/{name}.py").write_text(change(ANSWERS))
    return root


def halving(text: str) -> str:
    """The same exercise, halving."""
    for old, new in [
        ("x * 2", "x / 2"), ("x + x", "x * 0.5"), ("double(3), 6,", "double(3), 1.5,"), ("x**2", "x - 1"),
        ("lambda x: 6", "lambda x: 1.5"), ("st.integers()", "st.integers(-99, 99)"), ("double", "halve"),
    ]:  # fmt: skip
        text = text.replace(old, new)
    return text


@pytest.fixture
def patient_environment(environment: dict[str, str], room: Path) -> dict[str, str]:
    """The tests' own engine, and a cache that they share."""
    return {**environment, "XDG_CACHE_HOME": str(room / "cache")}


@pytest.fixture
def own_cache(patient_environment: dict[str, str], tmp_path: Path) -> Path:
    """A cache of the test's own, empty."""
    patient_environment["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    return tmp_path / "cache"


Verify = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def verify(course: Path, patient_environment: dict[str, str]) -> Verify:
    """Runs `tutor author verify` on the course."""

    def run(*words: str, course: Path = course) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *words, "--course", str(course)],
            env=patient_environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    return run


def documents(result: subprocess.CompletedProcess[str]) -> dict[str | None, dict[str, Any]]:
    """The JSON documents by exercise."""
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert all(document["schema"] == "tutor/verify/v1" for document in found)
    return {document["exercise"]: document for document in found}


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def only_double_is_broken(result: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """What is wrong with 01_double, when the command has said so and 01_halve was verified all the same."""
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    found = documents(result)
    assert found["01_halve"]["verified"], found["01_halve"]["findings"]
    assert not found["01_double"]["verified"]
    return [finding for finding in found["01_double"]["findings"] if not finding["ok"]]


def test_a_good_course_verifies(verify: Verify) -> None:
    result = verify("--json")
    assert result.returncode == 0, result.stdout + result.stderr
    found = documents(result)
    assert [*found] == ["01_double", "01_halve"]
    double = found["01_double"]
    assert double["verified"] and not double["findings"]
    assert double["checks"] == 2
    assert double["wrong"] == {"good": 2, "all": 2, "excused": 0}
    assert double["right"]["good"] == 1
    assert double["mutants"]["good"] == double["mutants"]["all"] >= 3
    assert double["score"] == 1.0
    assert double["trivial"]["good"] == double["trivial"]["all"] >= 6


def test_a_course_is_told_in_a_table(verify: Verify) -> None:
    result = verify()
    assert result.returncode == 0
    heading, first, second, _, last = result.stdout.splitlines()
    assert heading.split()[:3] == ["exercise", "checks", "wrong"]
    assert first.split()[:6] == ["✓", "01_double", "2", "2/2", "1/1", "7/7"]
    assert second.split()[1] == "01_halve"
    assert last == "2 of 2 verified"
    assert "\x1b" not in result.stdout + result.stderr


def test_one_exercise_may_be_named(verify: Verify) -> None:
    assert [*documents(verify("01_halve", "--json"))] == ["01_halve"]
    unknown = verify("01_treble")
    assert unknown.returncode == 2
    assert "01_treble" in unknown.stderr


def test_a_check_that_looks_at_too_little_lets_mutants_through(course: Path, verify: Verify) -> None:
    edit(course / "tests/checks/test_01_double.py", "double(3), 6,", "double(3) > 0, True,")
    edit(course / "tests/checks/test_01_double.py", "assert_equal(answer.double(x), x + x", "assert_equal(x, x")
    findings = only_double_is_broken(verify("--json", "--repeats", "1"))
    survivors = [finding for finding in findings if finding["step"] == "mutants"]
    assert survivors
    assert survivors[0]["file"] == "solutions/01_double.py"
    assert survivors[0]["line"] == 14
    assert "-    return x * 2" in survivors[0]["diff"]
    assert {finding["step"] for finding in findings} >= {"mutants", "answers", "trivial"}
    told = verify("01_double").stdout
    assert "solutions/01_double.py:14: no check notices this change of double" in told
    assert "    -    return x * 2" in told


def test_a_survivor_may_be_excused_and_a_useless_excuse_may_not(course: Path, verify: Verify) -> None:
    edit(course / "solutions/01_double.py", "return x * 2", "return x * 2 + 0")
    answers = course / "tests/answers/01_double.py"
    found = documents(verify("01_double", "--json"))["01_double"]
    excuses = {
        finding["excuse"].replace("equivalent: ...", "equivalent: nothing is added.") for finding in found["findings"]
    }
    assert len(excuses) == 2  # "- 0" and no "+ 0" at all
    answers.write_text(answers.read_text().replace("right, wrong", "excuse, right, wrong") + "\n" + "\n".join(excuses))
    after = documents(verify("01_double", "--json"))["01_double"]
    assert after["verified"], after["findings"]
    assert after["mutants"]["excused"] == 2
    assert after["score"] == 1.0
    # The solution loses what was excused: the excuses are idle now.
    edit(course / "solutions/01_double.py", "return x * 2 + 0", "return x * 2")
    idle = only_double_is_broken(verify("--json", "--repeats", "1"))
    assert len(idle) == 2
    assert all("matches no mutant" in finding["message"] for finding in idle)
    assert {finding["file"] for finding in idle} == {"tests/answers/01_double.py"}


def test_a_lower_share_of_mutants_may_do(course: Path, verify: Verify) -> None:
    edit(course / "solutions/01_double.py", "return x * 2", "return x * 2 + 0")
    assert verify("01_double").returncode == 1
    result = verify("01_double", "--least", "0.5")
    assert result.returncode == 0, result.stdout
    assert "no check notices this change" in result.stdout


def broken_import(course: Path) -> None:
    edit(
        course / "tests/checks/test_01_double.py",
        "from hypothesis import given\n",
        "import no_such_package\nfrom hypothesis import given\n",
    )


def endless_check(course: Path) -> None:
    edit(
        course / "tests/checks/test_01_double.py",
        "    assert_equal(answer.double(3)",
        "    while True:\n        pass\n    assert_equal(answer.double(3)",
    )


def everything_passes(course: Path) -> None:
    edit(course / "tests/checks/test_01_double.py", "    assert_equal(answer.double(3), 6", "    assert_equal(6, 6")
    edit(course / "tests/checks/test_01_double.py", "    assert_equal(answer.double(x), x + x", "    assert_equal(x, x")


def solution_fails(course: Path) -> None:
    edit(course / "solutions/01_double.py", "return x * 2", "return x * 3")


def broken_answers(course: Path) -> None:
    edit(course / "tests/answers/01_double.py", "def squared(solution):", "def squared(solution:")


def answers_raise(course: Path) -> None:
    edit(course / "tests/answers/01_double.py", '{"double": lambda x: x**2}', "{}[3]")


def misspelt_check(course: Path) -> None:
    edit(course / "tests/answers/01_double.py", "test_three", "test_tree")


def marker_in_a_string(course: Path) -> None:
    edit(
        course / "solutions/01_double.py",
        "    # BEGIN SOLUTION\n    return x * 2\n    # END SOLUTION",
        '    """\n    # BEGIN SOLUTION\n    """\n    return x * 2',
    )


def no_hint(course: Path) -> None:
    edit(course / "tests/checks/test_01_double.py", "\n\n    How many times does three go into six?\n", "\n")


def no_solution_file(course: Path) -> None:
    (course / "solutions/01_double.py").unlink()


def no_answers_file(course: Path) -> None:
    (course / "tests/answers/01_double.py").unlink()


def right_answer_refused(course: Path) -> None:
    edit(course / "tests/answers/01_double.py", "lambda x: x + x", "lambda x: x + x + 1")


def wrong_answer_accepted(course: Path) -> None:
    edit(course / "tests/answers/01_double.py", "x**2", "2 * x")


def caught_elsewhere(course: Path) -> None:
    edit(course / "tests/answers/01_double.py", 'caught_by="test_any"', 'caught_by="test_three"')


def solution_told(course: Path) -> None:
    edit(course / "solutions/01_double.py", "return x * 2", "return x.__mul__(2) if isinstance(x, int) else x * 2")
    edit(
        course / "tests/checks/test_01_double.py",
        "What of negative numbers?",
        "return x.__mul__(2) if isinstance(x, int) else x * 2",
    )


def starter_crashes(course: Path) -> None:
    edit(course / "solutions/01_double.py", "    # END SOLUTION\n", "    # END SOLUTION\n\n\nassert double(2) == 4\n")


def starter_passes(course: Path) -> None:
    edit(
        course / "solutions/01_double.py",
        "    # END SOLUTION\n",
        "    # END SOLUTION\n    # BEGIN PROMPT\n    # return x + x\n    # END PROMPT\n",
    )


def check_leaves(course: Path) -> None:
    edit(
        course / "tests/checks/test_01_double.py",
        '"""Checks of 01_double."""',
        '"""Checks of 01_double."""\n\nimport os\n\nos._exit(0)',
    )


CHECK_FILE, SOLUTION_FILE, ANSWERS_FILE = (
    "tests/checks/test_01_double.py",
    "solutions/01_double.py",
    "tests/answers/01_double.py",
)


@pytest.mark.parametrize(
    ("mishap", "file", "line", "words"),
    [
        (broken_import, CHECK_FILE, 3, "No module named 'no_such_package'"),
        (endless_check, CHECK_FILE, 9, "ran out of time at test_three"),
        (everything_passes, SOLUTION_FILE, 14, "no check notices"),
        (everything_passes, SOLUTION_FILE, None, "the starter passes"),
        (solution_fails, CHECK_FILE, 9, "the solution does not pass at test_three"),
        (broken_answers, ANSWERS_FILE, 7, "not valid Python"),
        (answers_raise, ANSWERS_FILE, 7, "squared"),
        (misspelt_check, ANSWERS_FILE, 7, "there is no such check"),
        (marker_in_a_string, SOLUTION_FILE, 13, "inside a string"),
        (no_hint, CHECK_FILE, 9, "test_three has no hint"),
        (no_solution_file, SOLUTION_FILE, None, "missing"),
        (no_answers_file, ANSWERS_FILE, None, "missing"),
        (right_answer_refused, ANSWERS_FILE, 17, "the right answer added fails at test_three"),
        (wrong_answer_accepted, ANSWERS_FILE, 7, "the wrong answer squared passes"),
        (caught_elsewhere, ANSWERS_FILE, 12, "fails first at test_any and not at test_three"),
        (solution_told, CHECK_FILE, 18, "holds a line of the solution"),
        (starter_crashes, SOLUTION_FILE, None, "should fail at a check"),
        (starter_passes, SOLUTION_FILE, None, "the starter passes"),
        (check_leaves, CHECK_FILE, 13, "exit status 0"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_mishap_is_a_sentence_with_file_and_line_and_stops_nobody_else(
    course: Path, verify: Verify, mishap: Callable[[Path], None], file: str, line: int | None, words: str
) -> None:
    mishap(course)
    findings = only_double_is_broken(verify("--json", "--repeats", "1"))
    matching = [finding for finding in findings if words in finding["message"]]
    assert matching, findings
    assert (matching[0]["file"], matching[0]["line"]) == (file, line)


def test_two_exercises_with_one_id(course: Path, verify: Verify) -> None:
    edit(
        course / "course.toml",
        '{ id = "01_halve", level = 1 }',
        '{ id = "01_halve", level = 1 }, { id = "01_halve", level = 2 }',
    )
    result = verify("--json")
    assert result.returncode == 1
    found = documents(result)
    assert found["01_double"]["verified"] and found["01_halve"]["verified"]
    (finding,) = found[None]["findings"]
    assert (finding["file"], finding["line"]) == ("course.toml", 7)
    assert "01_halve" in finding["message"]
    told = verify()
    assert told.returncode == 1
    assert "course.toml:7: " in told.stderr


def test_a_course_without_use_is_told_in_a_sentence(course: Path, verify: Verify) -> None:
    (course / "course.toml").write_text("format = 99\n")
    result = verify()
    assert result.returncode == 1
    assert "course.toml" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_interrupted_run_goes_on_where_it_was(
    course: Path, own_cache: Path, patient_environment: dict[str, str], verify: Verify
) -> None:
    words = [*COMMAND, "01_double", "--course", str(course), "-j", "1"]
    process = subprocess.Popen(words, env=patient_environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until = time.monotonic() + PATIENCE
    while len(kept(own_cache)) < 3 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, (out, err)
    assert b"Traceback" not in err
    before = kept(own_cache)
    assert len(before) >= 3
    assert verify("01_double").returncode == 0
    after = kept(own_cache)
    assert after[: len(before)] == before
    assert len(after) == len({json.loads(line)["key"] for line in after}) > len(before)


def kept(cache: Path) -> list[bytes]:
    """The results kept of 01_double."""
    return [line for file in cache.rglob("*01_double.jsonl") for line in file.read_bytes().splitlines()[1:]]


@pytest.mark.usefixtures("own_cache")
def test_a_second_run_starts_no_attempt_unless_fresh_or_changed(
    course: Path, verify: Verify, runtime_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(runtime_dir))

    def attempts_of(*words: str) -> int:
        before = engine_status()
        assert verify("01_double", *words).returncode == 0
        after = engine_status()
        assert before is not None and after is not None and after.pid == before.pid
        return after.attempts - before.attempts

    verify("01_double")
    assert attempts_of() == 0
    assert attempts_of("--fresh") > 10
    edit(course / "tests/checks/test_01_double.py", "Twice three is six.", "Two times three is six.")
    assert attempts_of() > 10


@pytest.mark.parametrize("content", [b"\xff\x00 nonsense\n", None])
def test_a_corrupt_cache_is_ignored(own_cache: Path, verify: Verify, content: bytes | None) -> None:
    assert verify("01_double").returncode == 0
    good = kept(own_cache)
    (file,) = own_cache.rglob("*01_double.jsonl")
    file.write_bytes(file.read_bytes()[:-20] if content is None else content)
    result = verify("01_double")
    assert result.returncode == 0, result.stdout + result.stderr
    again = [line for line in kept(own_cache) if line.endswith(b"}}")]
    assert len(again) >= len(good) - 1


def test_no_cache_can_be_written(own_cache: Path, verify: Verify) -> None:
    own_cache.write_text("a file where a folder should be")
    assert verify("01_double").returncode == 0
