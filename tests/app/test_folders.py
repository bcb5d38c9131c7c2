"""Exercises that are a folder of files, through the real program: checked, reset, watched over, proved."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tutor.course.loader import load_course, read_starters
from tutor.course.solution import read_solutions
from tutor.workspace.files import create_workspace

COURSE = Path(__file__).parent / "data" / "folder_course"
PAIR = load_course(COURSE).exercises[0]
MAIN = read_solutions(PAIR)["01_pair/main"]


@pytest.fixture
def mini_environment(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "TUTOR_COURSE": str(COURSE)}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace in which the exercise is solved."""
    return create_workspace(tmp_path / "workspace", read_solutions(PAIR)).root


@pytest.fixture
def folder(workspace: Path) -> Path:
    return workspace / "exercises" / "01_pair"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_right_answer_passes_by_id_path_and_file(tutor, workspace, tmp_path):
    elsewhere = shutil.copytree(workspace / "exercises" / "01_pair", tmp_path / "elsewhere")
    for words in (("01_pair",), ("exercises/01_pair/engine.py",), ("01_pair", "--file", str(elsewhere))):
        result = tutor("check", *words)
        assert result.returncode == 0, result.stdout + result.stderr
    assert not list((workspace / "exercises").rglob("__pycache__"))


def test_the_starter_fails_and_leads(tutor, workspace, folder):
    shutil.rmtree(folder)
    assert "3 files written" in tutor("init", ".").stdout
    result = tutor("check", "01_pair")
    assert result.returncode == 1
    assert "write double (in double, line 9 of double.py)" in " ".join(result.stdout.split())
    assert "Open exercises/01_pair/double.py in your editor" in result.stdout
    statements = [text.count("Write `double`") for text in read_starters(PAIR).values()]
    assert statements == [1, 0, 0]


def test_a_syntax_error_is_told_with_file_and_line(tutor, folder):
    edit(folder / "engine.py", "return double(double(x))", "return double(double(x)")
    result = tutor("check", "01_pair", "--json")
    document = json.loads(result.stdout.splitlines()[-1])
    assert document["verdict"] == "crashed"
    message = document["checks"][0]["message"]
    assert message.startswith("Line 8 of engine.py is not valid Python")
    assert document["checks"][0]["diff"]["frames"][0]["file"] == "exercises/01_pair/engine.py"
    shown = tutor("check", "01_pair").stdout
    assert "3 checks were not run" in shown
    assert not any(check["claim"][:20] in shown for check in document["checks"])


def test_a_missing_file_is_a_sentence(tutor, folder):
    (folder / "engine.py").unlink()
    result = tutor("check", "01_pair")
    assert result.returncode == 1
    shown = " ".join(result.stdout.split())
    assert "exercises/01_pair/engine.py is not there. `tutor init`" in shown and "nothing to run" not in shown
    tutor("init", ".")
    assert "NotImplementedError" in (folder / "engine.py").read_text()
    assert (folder / "main.py").read_text() == MAIN


def test_a_file_where_the_folder_should_be(tutor, folder):
    shutil.rmtree(folder)
    folder.write_text("x = 1\n")
    result = tutor("check", "01_pair")
    assert result.returncode == 1
    assert "exercises/01_pair is a file, where a folder with double.py, engine.py, main.py should be" in " ".join(
        result.stdout.split()
    )
    result = tutor("check", "01_pair", "--file", str(folder))
    assert result.returncode == 2 and "is no folder" in result.stderr


def test_reset_and_its_undo(tutor, folder):
    edit(folder / "engine.py", "double(double(x))", "4 * x")
    (folder / "mine.py").write_text("mine = 1\n")
    told = tutor("reset", "01_pair", "--yes")
    assert told.returncode == 0
    assert sum(line.startswith("    ") and line.endswith(".py") for line in told.stdout.splitlines()) == 3
    assert {f"01_pair/{file.stem}": file.read_text() for file in folder.glob("*.py")} == {
        **read_starters(PAIR),
        "01_pair/mine": "mine = 1\n",
    }
    assert tutor("reset", "01_pair", "--undo").returncode == 0
    assert "4 * x" in (folder / "engine.py").read_text()
    assert (folder / "main.py").read_text() == MAIN
    tutor("reset", "01_pair", "--undo")
    assert "NotImplementedError" in (folder / "main.py").read_text()


def test_an_undo_brings_back_what_its_reset_took_and_no_more(tutor, folder):
    edit(folder / "engine.py", "double(double(x))", "4 * x")
    tutor("reset", "01_pair", "--yes")
    (folder / "main.py").write_text("second = 1\n")
    tutor("reset", "01_pair", "--yes")
    tutor("reset", "01_pair", "--undo")
    assert (folder / "main.py").read_text() == "second = 1\n"
    assert "NotImplementedError" in (folder / "engine.py").read_text()


def test_a_learners_own_further_file_can_be_imported(tutor, folder):
    (folder / "helpers.py").write_text("def twice(x):\n    return 2 * x\n")
    (folder / "unused.py").write_text("not Python at all\n")
    edit(folder / "double.py", "return x + x", "from helpers import twice\n    return twice(x)")
    result = tutor("check", "01_pair")
    assert result.returncode == 0, result.stdout


def test_an_import_finds_the_learners_own_file_and_no_other(tutor, folder):
    """Neither the solution's, which is loaded first, nor another module of that name."""
    edit(folder / "double.py", "return x + x", "return x - x")
    edit(folder / "engine.py", "from double import double", "import sys\nsys.modules['double'] = sys")
    edit(folder / "engine.py", "return double(double(x))", "from double import double\n    return double(double(x))")
    document = json.loads(tutor("check", "01_pair", "--json").stdout.splitlines()[-1])
    assert document["verdict"] == "failed"
    assert [check["outcome"] for check in document["checks"]] == ["failed", "failed", "failed"]


def test_a_program_that_loops_is_killed_with_its_children(tutor, folder, tmp_path):
    import psutil

    course = shutil.copytree(COURSE, tmp_path / "course")
    edit(course / "course.toml", "time_limit = 60", "time_limit = 6")
    mark = tmp_path.name + "-child"
    loop = f"import subprocess, sys\n    subprocess.Popen([sys.executable, '-c', 'while True: pass', {mark!r}])"
    edit(folder / "main.py", "    sys.stdout.write(", f"    {loop}\n    while True: pass\n    sys.stdout.write(")
    document = json.loads(
        tutor("check", "01_pair", "--json", env={"TUTOR_COURSE": str(course)}).stdout.splitlines()[-1]
    )
    assert document["verdict"] == "timed_out"
    assert [check["outcome"] for check in document["checks"]] == ["passed", "passed", "error"]
    assert [one for one in psutil.process_iter(["cmdline"]) if mark in (one.info["cmdline"] or [])] == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Landlock")
@pytest.mark.parametrize("place", ["solutions/01_pair/main.py", "tests/checks/test_01_pair.py"])
def test_a_program_that_reads_what_is_hidden_is_denied(tutor, folder, place):
    reading = f"    open({str(COURSE / place)!r}).read()\n"
    edit(folder / "main.py", "    sys.stdout.write(", f"{reading}    sys.stdout.write(")
    document = json.loads(tutor("check", "01_pair", "--json").stdout.splitlines()[-1])
    if "landlock" not in document.get("layers", ["landlock"]):
        pytest.skip("no Landlock here")
    assert document["verdict"] == "failed"
    message = document["checks"][2]["message"]
    assert "ended with exit code 1: PermissionError" in message
    assert "(line 10 of main.py)" in message


def test_the_answer_does_not_reach_the_solution(tutor, folder):
    """The solution's modules have left sys.modules by the time the answer runs, and its files are shut."""
    text = "import sys\nassert not [n for n in sys.modules if n[:9] == '01_pair__']\nfrom double import double"
    edit(folder / "engine.py", "from double import double", text)
    assert tutor("check", "01_pair").returncode == 0


def test_a_patched_solution_is_tampering(tutor, folder):
    text = (
        "import gc, types\nfor one in gc.get_objects():\n"
        "    if type(one) is types.ModuleType and one.__name__ == '01_pair__solution.engine':\n"
        "        one.quadruple = lambda x: 4 * x\nfrom double import double"
    )
    edit(folder / "engine.py", "from double import double", text)
    document = json.loads(tutor("check", "01_pair", "--json").stdout.splitlines()[-1])
    assert document["verdict"] == "tampered"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere a new Python is started")
@pytest.mark.parametrize(
    "patch",
    [
        "whole['__start__'] = lambda words, folder, output, errors: 0",
        "whole['__start__'].__defaults__ = (0,)",
        "whole['__start__'].__closure__[0].cell_contents = None",
    ],
)
def test_what_starts_programs_is_not_to_be_replaced(tutor, folder, patch):
    hostile = f"import sys\n    whole = vars(sys.modules['01_pair'])\n    {patch}\n    return x + x"
    edit(folder / "double.py", "return x + x", hostile)
    document = json.loads(tutor("check", "01_pair", "--json", "--device", "cpu").stdout.splitlines()[-1])
    assert document["verdict"] == "tampered"
    assert "what starts programs" in str(document["checks"])


def test_a_wrong_answer_is_told_its_line(tutor, folder):
    edit(folder / "double.py", "return x + x", "return x + 2")
    document = json.loads(tutor("check", "01_pair", "--json").stdout.splitlines()[-1])
    assert "Two are added" in document["checks"][0]["diagnosis"]


def test_a_save_of_any_file_is_checked_again(workspace, folder, mini_environment):
    words = [sys.executable, "-m", "tutor", "check", "01_pair", "--watch"]
    with subprocess.Popen(
        words, cwd=workspace, env=mini_environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as watching:
        try:
            first = until_waiting(watching)
            edit(folder / "engine.py", "double(double(x))", "double(x)")
            second = until_waiting(watching)
        finally:
            watching.send_signal(signal.SIGINT)
    assert "Passed" in first and "Failed" in second


def until_waiting(watching: subprocess.Popen[str]) -> str:
    lines = []
    for line in watching.stdout:
        lines.append(line)
        if "Waiting for the next save" in line:
            break
    return "".join(lines)


def test_the_solution_is_shown_file_after_file(tutor):
    shown = tutor("solution", "01_pair", "--reveal").stdout
    places = [shown.index(f"01_pair/{name}.py") for name in ("double", "engine", "main")]
    assert places == sorted(places) and "BEGIN SOLUTION" not in shown


def test_the_exercise_is_proved(tutor, tmp_path):
    course = shutil.copytree(COURSE, tmp_path / "course")
    result = tutor("author", "verify", "--fresh", "--json", "--course", str(course))
    document = json.loads(result.stdout.splitlines()[-1])
    assert document["findings"] == [] or all(one["ok"] for one in document["findings"]), document["findings"]
    assert document["wrong"]["good"] == 3 and document["right"]["good"] == 2
    assert document["mutants"]["all"] >= 5


def test_a_survivor_is_named_with_its_file(tutor, tmp_path):
    course = shutil.copytree(COURSE, tmp_path / "course")
    checks = course / "tests" / "checks" / "test_01_pair.py"
    edit(checks, "@given(x=st.integers(-9, 9))\ndef test_engine(answer, solution, x):", "def test_engine(answer, x=0):")
    edit(checks, "    assert solution.engine.quadruple(x) == 4 * x\n", "")
    edit(checks, '"20", name', "program.output.strip(), name")
    document = json.loads(tutor("author", "verify", "--json", "--course", str(course)).stdout.splitlines()[-1])
    assert "solutions/01_pair/engine.py" in {one["file"] for one in document["findings"] if one["step"] == "mutants"}


def test_build_writes_every_file(tutor, tmp_path):
    course = shutil.copytree(COURSE, tmp_path / "course")
    assert tutor("author", "build", "--check", "--course", str(course)).returncode == 1
    assert tutor("author", "build", "--course", str(course)).returncode == 0
    for part, text in read_starters(PAIR).items():
        assert (course / "exercises" / f"{part}.py").read_text() == text
    assert tutor("author", "build", "--check", "--course", str(course)).returncode == 0


def test_plain_pytest_runs_the_checks(tutor, workspace):
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(COURSE / "tests" / "checks")]
    result = tutor(program=run)
    assert result.returncode == 0 and "3 passed" in result.stdout, result.stdout
    edit(workspace / "exercises" / "01_pair" / "engine.py", "double(double(x))", "x")
    result = tutor("--tutor-answers", "exercises", program=run)
    assert result.returncode == 1 and "2 failed" in result.stdout, result.stdout
