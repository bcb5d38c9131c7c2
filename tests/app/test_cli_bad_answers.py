"""Every way an answer can go wrong, through the real program: a verdict, a sentence, exit 1, and tutor unharmed."""

import pytest

# name: (the file's bytes, the verdicts that fit, words of the sentence)
BAD_ANSWERS = {
    "not UTF-8": ("def double(x):\n    return '\xe9'\n".encode("latin-1"), {"Crashed"}, ["UTF-8"]),
    "syntax error": (b"def double(x:\n    return x\n", {"Crashed"}, ["exercises/01_double.py", "Line 1"]),
    "import of something not installed": (b"import no_such_library\n", {"Crashed"}, ["no_such_library"]),
    "exception at import": (b"raise ValueError('not today')\n", {"Crashed"}, ["ValueError", "not today"]),
    "function missing": (b"x = 1\n", {"Failed", "Crashed"}, ["double"]),
    "function renamed": (b"def duoble(x):\n    return x * 2\n", {"Failed", "Crashed"}, ["double"]),
    "not a function": (b"double = 3\n", {"Failed", "Crashed"}, ["callable"]),
    "sys.exit at import": (b"import sys\nsys.exit()\n", {"Crashed"}, ["exit"]),
    "sys.exit(0) in a call": (b"import sys\ndef double(x):\n    sys.exit(0)\n", {"Failed", "Crashed"}, ["exit"]),
    "os._exit(0) at import": (b"import os\nos._exit(0)\n", {"Crashed"}, ["exit"]),
    "os._exit(0) in a call": (b"import os\ndef double(x):\n    os._exit(0)\n", {"Crashed"}, ["exit"]),
    "killed": (b"import os\ndef double(x):\n    os.kill(os.getpid(), 9)\n", {"Crashed"}, ["SIGKILL"]),
    "recursion": (b"def double(x):\n    return double(x)\n", {"Failed"}, ["RecursionError"]),
    "exception in a call": (b"def double(x):\n    return 1 / 0\n", {"Failed"}, ["ZeroDivisionError", "line 2"]),
    "empty file": (b"", {"Failed", "Crashed"}, ["double"]),
    "null bytes": (b"\x00\x00", {"Crashed"}, ["null"]),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_bad_answer_has_a_verdict_and_a_sentence(tutor, workspace, name):
    source, verdicts, words = BAD_ANSWERS[name]
    (workspace / "exercises" / "01_double.py").write_bytes(source)
    result = tutor("check", "01_double")
    assert result.returncode == 1, result.stderr
    assert any(f"✗ {verdict} ·" in result.stdout for verdict in verdicts), result.stdout
    unwrapped = " ".join(result.stdout.split())
    for word in words:
        assert word in unwrapped
    printed = result.stdout + result.stderr
    assert "Traceback" not in printed
    assert "tutor/judge" not in printed
    assert str(workspace) not in printed


@pytest.mark.parametrize(
    "source",
    ["def negate(x):\n    while True:\n        pass\n", "while True:\n    pass\n", "import time\ntime.sleep(1000)\n"],
    ids=["in a call", "at import", "asleep"],
)
def test_endless_loop_is_stopped_at_the_limit(tutor, workspace, documents, hurried_course, source):
    (workspace / "exercises" / "02_negate.py").write_text(source)
    result = tutor("check", "02_negate", "--json", "--course", str(hurried_course))
    assert result.returncode == 1
    (document,) = documents(result)
    assert document["verdict"] == "timed_out"
    assert "2 seconds" in next(c["message"] for c in document["checks"] if c["outcome"] == "error")
    shown = tutor("check", "02_negate", "--course", str(hurried_course))
    assert shown.returncode == 1
    assert "2 seconds" in " ".join(shown.stdout.split())
    assert "Traceback" not in shown.stdout + shown.stderr


def test_ten_million_characters_are_capped(tutor, workspace, documents):
    (workspace / "exercises" / "01_double.py").write_text("print('x' * 10_000_000)\ndef double(x):\n    return 0\n")
    result = tutor("check", "01_double", "--json")
    assert result.returncode == 1
    (document,) = documents(result)
    assert document["verdict"] == "failed"
    assert document["output"]["truncated"] is True
    assert 0 < len(document["output"]["text"]) < 1_000_000
    shown = tutor("check", "01_double").stdout
    assert len(shown) < 100_000


def test_printing_much_is_no_reason_to_fail(tutor, workspace, documents):
    (workspace / "exercises" / "01_double.py").write_text("print('x' * 10_000_000)\ndef double(x):\n    return x * 2\n")
    (document,) = documents(tutor("check", "01_double", "--json"))
    assert document["verdict"] == "passed"


def test_missing_file_says_how_to_get_it_back(tutor, workspace, documents):
    (workspace / "exercises" / "01_double.py").unlink()
    result = tutor("check", "01_double", "--json")
    assert result.returncode == 1
    (document,) = documents(result)
    assert document["verdict"] == "crashed"
    assert document["checks"][0]["outcome"] == "error"
    assert "tutor reset 01_double" in document["checks"][0]["message"]
    shown = tutor("check", "01_double")
    assert shown.returncode == 1
    assert "tutor reset 01_double" in " ".join(shown.stdout.split())
    assert tutor("reset", "01_double").returncode == 0
    assert (workspace / "exercises" / "01_double.py").exists()


def test_a_folder_in_place_of_the_file(tutor, workspace, documents):
    (workspace / "exercises" / "01_double.py").unlink()
    (workspace / "exercises" / "01_double.py").mkdir()
    result = tutor("check", "01_double", "--json")
    assert result.returncode == 1
    (document,) = documents(result)
    assert document["verdict"] == "crashed"
    assert "folder" in document["checks"][0]["message"]


def test_the_engine_serves_after_all_of_it(tutor, workspace):
    for source in (b"import os\nos._exit(0)\n", b"import os, signal\nos.kill(os.getppid(), signal.SIGTERM)\n"):
        (workspace / "exercises" / "01_double.py").write_bytes(source)
        assert tutor("check", "01_double").returncode == 1
    (workspace / "exercises" / "01_double.py").write_text("def double(x):\n    return x * 2\n")
    assert tutor("check", "01_double").returncode == 0
