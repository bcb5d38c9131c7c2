"""The commands beside `check`, through the real program."""

import re
import shutil
import sys

import pytest

from tutor import __version__

DOUBLE = "def double(x):\n    return x * 2\n"


def answer(workspace):
    return workspace / "exercises" / "01_double.py"


def test_hints_come_one_at_a_time(tutor):
    hints = ["How many times does three go into six?", "Multiply by 2.", "What of negative numbers?"]
    for count, place in ((1, "1 of 2"), (2, "2 of 2"), (3, "1 of 1")):
        result = tutor("hint", "01_double")
        assert result.returncode == 0
        assert [hint in result.stdout for hint in hints] == [n == count - 1 for n in range(3)]
        assert f"Hint {place}" in result.stdout
        assert (f"{count - 1} hint" in result.stdout) == (count > 1)
    assert "tutor solution" not in result.stdout
    assert "tutor solution 01_double --reveal" in tutor("hint", "01_double").stdout
    everything = tutor("hint", "01_double", "--all").stdout
    assert [everything.index(hint) for hint in hints] == sorted(everything.index(hint) for hint in hints)


def test_hints_begin_with_the_check_that_fails(tutor, workspace):
    assert "No hint has been shown yet" in tutor("hint", "01_double", "--all").stdout
    answer(workspace).write_text("def double(x):\n    return 6 if x == 3 else 0\n")
    tutor("check", "01_double")
    first = tutor("hint", "01_double").stdout
    assert "Hint 1 of 1" in first and "What of negative numbers?" in first
    assert "Multiply by 2." not in first and "shown before" not in first
    everything = tutor("hint", "01_double", "--all").stdout
    assert "What of negative numbers?" in everything and "Multiply by 2." not in everything
    again = tutor("hint", "01_double").stdout
    assert "What of negative numbers?" in again and "no further hints" in again
    answer(workspace).write_text("def double(x):\n    return None\n")
    tutor("check", "01_double")
    jumped_over = tutor("hint", "01_double").stdout
    assert "Hint 1 of 2" in jumped_over and "Hint 2 of 2" in jumped_over


def test_no_hint_is_spent_once_every_check_holds(tutor, workspace):
    first = "How many times does three go into six?"
    assert first in tutor("hint", "01_double").stdout
    answer(workspace).write_text(DOUBLE)
    assert tutor("check", "01_double").returncode == 0
    for _ in range(2):
        solved = tutor("hint", "01_double").stdout
        assert "tutor solution 01_double" in solved and "--reveal" not in solved and "Hint" not in solved
    everything = tutor("hint", "01_double", "--all").stdout
    assert first in everything and "Multiply by 2." not in everything


def test_hints_without_a_place_to_count_them(tutor, workspace):
    (workspace / ".tutor").write_text("")
    result = tutor("hint", "01_double")
    assert result.returncode == 0
    assert "How many times does three go into six?" in result.stdout
    assert "Multiply by 2." not in result.stdout
    assert "Traceback" not in result.stderr


def test_solution_waits_for_a_pass(tutor, workspace):
    refused = tutor("solution", "01_double")
    assert refused.returncode == 1
    assert "return x * 2" not in refused.stdout
    assert "--reveal" in refused.stdout
    answer(workspace).write_text(DOUBLE)
    tutor("check", "01_double")
    shown = tutor("solution", "01_double")
    assert shown.returncode == 0
    assert "return x * 2" in shown.stdout


def test_revealed_solution_is_a_file_that_passes(tutor, workspace, documents):
    result = tutor("solution", "01_double", "--reveal")
    assert result.returncode == 0
    assert "SOLUTION" not in result.stdout
    answer(workspace).write_text(result.stdout)
    assert tutor("check", "01_double").returncode == 0
    (listed,) = documents(tutor("list", "--json"))
    assert [exercise["revealed"] for exercise in listed["exercises"]] == [True, False, False]


def test_a_chapter_is_no_exercise(tutor):
    for command in ("hint", "solution", "reset"):
        result = tutor(command, "01")
        assert result.returncode == 2
        assert "01_halve" in result.stderr


@pytest.mark.parametrize("command", ["hint", "solution", "reset", "check"])
def test_unknown_id_names_the_nearest(tutor, command):
    result = tutor(command, "01_doubble")
    assert result.returncode == 2
    assert "01_double" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", [("hint", "01_double"), ("reset", "01_double"), ("check",), ("check", "--watch")])
def test_no_workspace(tutor, tmp_path, command):
    empty = tmp_path / "empty"
    empty.mkdir()
    result = tutor(*command, cwd=empty)
    assert result.returncode == 2
    assert "tutor init" in result.stderr


@pytest.mark.parametrize("command", ["list", "check", "init", "doctor"])
def test_a_current_folder_that_is_gone(tutor, tmp_path, command):
    script = 'mkdir gone && cd gone && rmdir ../gone && exec "$0" -m tutor "$1"'
    result = tutor(cwd=tmp_path, program=["sh", "-c", script, sys.executable, command])
    assert result.returncode == 2
    assert "current folder" in result.stderr
    assert "Traceback" not in result.stderr


def test_reset_asks(tutor, workspace):
    answer(workspace).write_text("mine\n")
    for reply in ("n\n", "\n"):
        result = tutor("reset", "01_double", input=reply)
        assert result.returncode == 0
        assert "Nothing was changed" in result.stdout
        assert answer(workspace).read_text() == "mine\n"
    unanswered = tutor("reset", "01_double")
    assert unanswered.returncode == 2
    assert "--yes" in unanswered.stderr
    assert answer(workspace).read_text() == "mine\n"


def test_reset_and_its_undo(tutor, workspace, mini_course):
    starter = (mini_course / "exercises" / "01_double.py").read_text()
    answer(workspace).write_text("mine\n")
    assert tutor("reset", "01_double", input="y\n").returncode == 0
    assert answer(workspace).read_text() == starter
    assert tutor("reset", "01_double", "--undo").returncode == 0
    assert answer(workspace).read_text() == "mine\n"
    assert tutor("reset", "01_double", "--yes").returncode == 0
    assert answer(workspace).read_text() == starter


def test_undo_without_a_reset(tutor, workspace):
    result = tutor("reset", "01_double", "--undo")
    assert result.returncode == 2
    assert "has not been reset" in result.stderr


def test_init_writes_what_is_absent_only(tutor, tmp_path, mini_course):
    folder = tmp_path / "new" / "place"
    result = tutor("init", str(folder), cwd=tmp_path)
    assert result.returncode == 0
    written = {path.name: path.read_text() for path in (folder / "exercises").iterdir()}
    assert written == {path.name: path.read_text() for path in (mini_course / "exercises").iterdir()}
    (folder / "exercises" / "01_double.py").write_text("mine\n")
    (folder / "exercises" / "01_halve.py").unlink()
    assert "1 file written" in tutor("init", cwd=folder).stdout
    assert (folder / "exercises" / "01_double.py").read_text() == "mine\n"
    assert (folder / "exercises" / "01_halve.py").exists()


def test_init_where_a_file_stands_in_the_way(tutor, tmp_path):
    (tmp_path / "taken").write_text("")
    result = tutor("init", str(tmp_path / "taken"), cwd=tmp_path)
    assert result.returncode == 2
    assert "taken" in result.stderr
    assert "Traceback" not in result.stderr


def test_list_shows_chapters_titles_and_progress(tutor, workspace):
    tutor("check", "01_double")
    result = tutor("list")
    assert result.returncode == 0
    assert "✗ 01_double" in result.stdout
    assert "· 01_halve" in result.stdout
    assert "Twice as much" in result.stdout
    assert "01 Numbers" in result.stdout
    assert "\x1b" not in result.stdout


def test_list_without_a_workspace(tutor, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    result = tutor("list", cwd=empty)
    assert result.returncode == 0
    assert "01_double" in result.stdout
    assert list(empty.iterdir()) == []


def test_doctor_is_plain_and_complete(tutor, workspace, mini_course):
    result = tutor("doctor")
    assert result.returncode == 0, result.stdout
    for label in ("Python:", "torch:", "devices:", "engine:", "terminal:", "workspace:", "course:"):
        assert label in result.stdout
    assert str(workspace) in result.stdout
    assert str(mini_course) in result.stdout
    assert "cpu" in result.stdout
    assert "\x1b" not in result.stdout


def test_doctor_names_the_faults_of_a_course(tutor, tmp_path):
    (tmp_path / "course.toml").write_text(
        'format = 1\ntitle = "Half"\n[[chapter]]\nnumber = "01"\ntitle = "A"\n'
        'exercises = [{ id = "01_absent", level = 1 }]\n'
    )
    result = tutor("doctor", "--course", str(tmp_path))
    assert result.returncode == 1
    assert "solutions/01_absent.py" in result.stdout


def test_engine_status_and_stop(tutor, short_folder, workspace):
    env = {"TUTOR_RUNTIME_DIR": str(short_folder)}
    assert "not running" in tutor("engine", "status", env=env).stdout
    assert "was not running" in tutor("engine", "stop", env=env).stdout
    warmed = tutor("check", "01_halve", env=env)
    assert "PyTorch" in warmed.stderr
    process = re.search(r"running: process \d+", tutor("engine", "status", env=env).stdout)
    assert process is not None
    tutor("check", "01_halve", env=env)
    assert process[0] in tutor("engine", "status", env=env).stdout, "the second check started another engine"
    assert "has stopped" in tutor("engine", "stop", env=env).stdout
    assert "not running" in tutor("engine", "status", env=env).stdout


def test_author_build_checks_and_writes(tutor, tmp_path, mini_course):
    course = tmp_path / "course"
    shutil.copytree(mini_course, course)
    assert tutor("author", "build", "--check", "--course", str(course)).returncode == 0
    (course / "exercises" / "01_double.py").write_text("old\n")
    outdated = tutor("author", "build", "--check", "--course", str(course))
    assert outdated.returncode == 1
    assert "out of date" in outdated.stdout
    assert (course / "exercises" / "01_double.py").read_text() == "old\n"
    assert tutor("author", "build", "--course", str(course)).returncode == 0
    assert tutor("author", "build", "--check", "--course", str(course)).returncode == 0


def test_start_needs_a_terminal(tutor):
    result = tutor("start")
    assert result.returncode == 2
    assert "terminal" in result.stderr


def test_version(tutor):
    result = tutor("--version")
    assert result.returncode == 0
    assert result.stdout == f"tutor {__version__}\n"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("tutor check 01_d", ["01_double"]),
        ("tutor check 0", ["01", "02", "01_double", "01_halve", "02_negate"]),
        ("tutor hint 01", ["01_double", "01_halve"]),
        ("tutor hint 9", []),
    ],
)
def test_the_shell_completes_ids(tutor, typed, offered):
    words = typed.split()
    env = {"_TUTOR_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    assert tutor(env=env).stdout.split() == offered


def test_completion_is_silent_about_a_broken_course(tutor, tmp_path):
    env = {
        "_TUTOR_COMPLETE": "complete_bash",
        "COMP_WORDS": "tutor check 0",
        "COMP_CWORD": "2",
        "TUTOR_COURSE": str(tmp_path),
    }
    result = tutor(env=env)
    assert result.stdout.split() == []
    assert result.stderr == ""


def test_a_fault_of_tutors_own_asks_for_a_report(tutor, tmp_path):
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    broken = tmp_path / "sitecustomize.py"
    broken.write_text("import tutor.cli.listing as l\ndef fail(*a, **k): raise KeyError('oops')\nl.run_list = fail\n")
    result = tutor("list", env={"PYTHONPATH": str(tmp_path), "TUTOR_RUNTIME_DIR": str(runtime)})
    assert result.returncode == 3
    assert "report" in result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    (report,) = runtime.glob("tutor-failure-*.txt")
    assert str(report) in result.stderr
    assert "Traceback" in report.read_text()
