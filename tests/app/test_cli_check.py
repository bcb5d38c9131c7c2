"""`tutor check` through the real program: verdicts, exit codes, what is printed and what is recorded."""

import re
import shutil

import pytest

DOUBLE = "def double(x):\n    return x * 2\n"
HALVE = "def halve(x):\n    return x / 2\n"
NEGATE = "def negate(x):\n    return -x\n"


def write(workspace, name, text):
    (workspace / "exercises" / f"{name}.py").write_text(text, encoding="utf-8")


def test_right_answer_passes(tutor, workspace):
    write(workspace, "01_double", DOUBLE)
    result = tutor("check", "01_double")
    assert result.returncode == 0, result.stderr
    for claim in ("Twice three is six.", "Any number is doubled.", "A tensor is doubled element by element."):
        assert claim in result.stdout
    assert "Next: tutor check 01_halve" in result.stdout


def test_starter_fails_and_says_where_to_begin(tutor):
    result = tutor("check", "01_double")
    assert result.returncode == 1
    assert "exercises/01_double.py" in result.stdout
    assert "TODO" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_wrong_answer_shows_both_values_and_offers_a_hint(tutor, workspace):
    write(workspace, "01_double", "def double(x):\n    return x ** 2\n")
    result = tutor("check", "01_double")
    assert result.returncode == 1
    assert "double(3)" in result.stdout
    assert "9" in result.stdout and "6" in result.stdout
    assert result.stdout.rstrip().endswith("tutor hint 01_double")


def test_smallest_failing_input_is_shown(tutor, workspace):
    write(workspace, "01_double", "def double(x):\n    return x * 2 if not isinstance(x, int) or x < 1000 else 0\n")
    result = tutor("check", "01_double")
    assert result.returncode == 1
    assert "1000" in result.stdout


def test_after_the_last_hint_the_solution_is_offered(tutor, workspace):
    write(workspace, "01_halve", "def halve(x):\n    return x // 2\n")
    tutor("hint", "01_halve")
    result = tutor("check", "01_halve")
    assert "tutor solution 01_halve --reveal" in result.stdout


def test_without_ids_the_first_that_has_not_passed(tutor, workspace):
    write(workspace, "01_double", DOUBLE)
    write(workspace, "01_halve", HALVE)
    write(workspace, "02_negate", NEGATE)
    results = [tutor("check") for _ in range(4)]
    for result, name in zip(results, ("01_double", "01_halve", "02_negate"), strict=False):
        assert f"not passed yet is {name}" in result.stdout
    assert "Next: tutor check 02_negate" in results[1].stdout
    assert "every exercise has passed" in results[2].stdout
    assert "Every exercise has passed" in results[3].stdout
    assert [result.returncode for result in results] == [0, 0, 0, 0]


@pytest.mark.parametrize("arguments", [("01",), ("01_double", "01_halve"), ("01_halve", "01_double", "01")])
def test_several_end_with_a_summary(tutor, workspace, arguments):
    write(workspace, "01_halve", HALVE)
    result = tutor("check", *arguments)
    assert result.returncode == 1
    assert result.stdout.index("01_double") < result.stdout.index("01_halve")
    assert result.stdout.rstrip().endswith("1 of 2 passed")


def test_all_passing_exits_with_zero(tutor, workspace):
    write(workspace, "01_double", DOUBLE)
    write(workspace, "01_halve", HALVE)
    write(workspace, "02_negate", NEGATE)
    result = tutor("check", "--all")
    assert result.returncode == 0
    assert result.stdout.rstrip().endswith("3 of 3 passed")


def test_another_file_is_checked_but_not_recorded(tutor, workspace, tmp_path):
    (tmp_path / "mine.py").write_text(DOUBLE)
    outside = tmp_path / "nowhere"
    outside.mkdir()
    assert tutor("check", "01_double", "--file", "../mine.py", cwd=outside).returncode == 0
    assert tutor("check", "01_double", "--file", str(tmp_path / "mine.py")).returncode == 0
    assert "0 of 3 passed" in tutor("list").stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--file", "exercises/01_double.py"), "exactly one exercise"),
        (("01", "--file", "exercises/01_double.py"), "exactly one exercise"),
        (("01_double", "--file", "absent.py"), "absent.py"),
        (("01_double", "--all"), "not both"),
        (("01_double", "--device", "abacus"), "abacus"),
        (("01_doubel",), "01_double"),
        (("9",), "tutor list"),
    ],
)
def test_usage_problems_exit_with_two(tutor, arguments, sentence):
    result = tutor("check", *arguments)
    assert result.returncode == 2
    assert sentence in result.stderr
    assert result.stdout == ""


def test_no_workspace_says_how_to_make_one(tutor, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    result = tutor("check", "01_double", cwd=empty)
    assert result.returncode == 2
    assert "tutor init" in result.stderr
    assert list(empty.iterdir()) == []


def test_no_such_course_is_a_usage_problem(tutor, tmp_path):
    result = tutor("check", "--course", str(tmp_path))
    assert result.returncode == 2
    assert "course.toml" in result.stderr


def test_workspace_is_found_from_a_folder_inside(tutor, workspace):
    write(workspace, "01_double", DOUBLE)
    assert tutor("check", "01_double", cwd=workspace / "exercises").returncode == 0


@pytest.fixture
def broken_course(tmp_path, mini_course):
    course = tmp_path / "broken"
    shutil.copytree(mini_course, course)
    checks = course / "tests" / "checks" / "test_01_double.py"
    checks.write_text(checks.read_text(encoding="utf-8").replace("def test_tensor(answer):", "def test_tensor(answer:"))
    return course


def test_a_broken_exercise_stops_no_other(tutor, workspace, broken_course):
    write(workspace, "01_double", DOUBLE)
    write(workspace, "01_halve", HALVE)
    result = tutor("check", "01", "--course", str(broken_course))
    assert result.returncode == 3
    assert re.search(r"tests/checks/test_01_double\.py:\d+", result.stderr)
    assert "01_halve" in result.stdout
    assert "1 of 2 passed" in result.stdout


def test_a_broken_exercise_is_an_error_for_programs(tutor, workspace, broken_course, documents):
    write(workspace, "01_halve", HALVE)
    result = tutor("check", "01", "--json", "--course", str(broken_course))
    assert result.returncode == 3
    assert [document["verdict"] for document in documents(result)] == ["error", "passed"]


def test_attempts_are_recorded_under_their_course(tutor, workspace, tmp_path, mini_course):
    write(workspace, "01_double", DOUBLE)
    tutor("check", "01_double")
    assert "1 of 3 passed" in tutor("list").stdout
    copy = tmp_path / "copy"
    shutil.copytree(mini_course, copy)
    assert "0 of 3 passed" in tutor("list", "--course", str(copy)).stdout


def test_progress_that_cannot_be_kept_does_not_cost_the_verdict(tutor, workspace):
    write(workspace, "01_double", DOUBLE)
    # A file where the state folder should be: the one obstacle that stops root as well.
    (workspace / ".tutor").write_text("")
    result = tutor("check", "01_double")
    assert result.returncode == 0
    assert "A tensor is doubled element by element." in result.stdout
    assert "not in your progress" in result.stderr
    assert "Traceback" not in result.stderr


def test_piped_output_is_plain(tutor, workspace):
    write(workspace, "01_double", "def double(x):\n    print('\\x1b[31mred\\x1b]0;title\\x07')\n    return 0\n")
    result = tutor("check", "01_double")
    assert "red" in result.stdout
    assert "\x1b" not in result.stdout + result.stderr
    assert "\x07" not in result.stdout + result.stderr


def test_symbols_survive_a_stream_without_them(tutor, workspace):
    write(workspace, "01_double", DOUBLE)
    result = tutor("check", "01_double", env={"PYTHONIOENCODING": "ascii"})
    assert result.returncode == 0
    assert "Twice three is six." in result.stdout


def test_a_device_that_this_machine_lacks_is_a_usage_problem(tutor):
    result = tutor("check", "01_double", "--device", "xpu")
    assert result.returncode == 2
    assert "no device xpu" in result.stderr
    assert "cpu" in result.stderr
