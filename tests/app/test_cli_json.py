"""The contract of `tutor check --json`: exact keys, exact types, one document a line and nothing else on stdout."""

from numbers import Real

import pytest

DOUBLE = "def double(x):\n    return x * 2\n"
NONE = type(None)
DOCUMENT = {
    "schema": str,
    "exercise": str,
    "verdict": str,
    "device": dict,
    "seconds": Real,
    "checks": list,
    "timing": (dict, NONE),
    "output": dict,
}
CHECK = {
    "id": str,
    "claim": str,
    "outcome": str,
    "seconds": Real,
    "message": (str, NONE),
    "diff": (dict, NONE),
    "diagnosis": (str, NONE),
    "hints": int,
    "output": str,
    "exhibits": list,
}


def assert_has(record, contract):
    assert list(record) == list(contract)
    for key, kind in contract.items():
        assert isinstance(record[key], kind), f"{key} is {record[key]!r}"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (DOUBLE, 0),
        ("def double(x):\n    return x ** 2\n", 1),
        ("def double(x:\n", 1),
        ("def double(x):\n    print(x)\n    return float(x)\n", 1),
    ],
)
def test_document_follows_the_contract(tutor, workspace, documents, source, code):
    (workspace / "exercises" / "01_double.py").write_text(source)
    result = tutor("check", "01_double", "--json")
    assert result.returncode == code
    (document,) = documents(result)
    assert_has(document, DOCUMENT)
    assert document["schema"] == "tutor/attempt/v1"
    assert_has(document["device"], {"type": str, "name": str})
    assert_has(document["output"], {"text": str, "truncated": bool})
    assert [check["id"] for check in document["checks"]] == ["test_three", "test_any_number", "test_tensor"]
    for check in document["checks"]:
        assert_has(check, CHECK)
        assert check["outcome"] in ("passed", "failed", "error", "not_run")
        assert (check["message"] is None) == (check["outcome"] in ("passed", "not_run"))
    assert [check["hints"] for check in document["checks"]] == [2, 1, 0]
    assert (document["verdict"] == "passed") == (code == 0)


def test_timing_is_there_after_a_pass_only(tutor, workspace, documents):
    (workspace / "exercises" / "01_double.py").write_text(DOUBLE)
    (document,) = documents(tutor("check", "01_double", "--json"))
    assert_has(document["timing"], {"answer_seconds": Real, "solution_seconds": Real, "ratio": Real})
    (workspace / "exercises" / "01_double.py").write_text("def double(x):\n    return 0\n")
    (document,) = documents(tutor("check", "01_double", "--json"))
    assert document["timing"] is None


def test_output_is_attributed_to_its_check(tutor, workspace, documents):
    (workspace / "exercises" / "01_double.py").write_text(
        "def double(x):\n    if x == 3:\n        print('only here')\n        return 6\n    return x * 2\n"
    )
    (document,) = documents(tutor("check", "01_double", "--json"))
    assert "only here" in document["checks"][0]["output"]
    assert "only here" in document["output"]["text"]
    assert document["checks"][2]["output"] == ""


def test_several_are_one_document_a_line(tutor, documents):
    result = tutor("check", "01", "--json")
    assert result.returncode == 1
    assert [document["exercise"] for document in documents(result)] == ["01_double", "01_halve"]


def test_which_exercise_was_chosen_is_not_said_on_stdout(tutor, documents):
    result = tutor("check", "--json")
    (document,) = documents(result)
    assert document["exercise"] == "01_double"
    assert "01_double" in result.stderr


def test_the_list_for_programs(tutor, workspace, documents):
    (workspace / "exercises" / "01_double.py").write_text(DOUBLE)
    tutor("check", "01_double")
    result = tutor("list", "--json")
    assert result.returncode == 0
    (document,) = documents(result)
    assert_has(document, {"schema": str, "course": str, "exercises": list, "problems": list})
    entry = {
        "id": str,
        "chapter": str,
        "level": int,
        "title": str,
        "passed": bool,
        "passed_at": (str, NONE),
        "attempts": int,
        "last_verdict": (str, NONE),
        "hints_shown": int,
        "revealed": bool,
    }
    for exercise in document["exercises"]:
        assert_has(exercise, entry)
    double, halve, _ = document["exercises"]
    assert (double["passed"], double["attempts"], double["last_verdict"]) == (True, 1, "passed")
    assert (halve["passed"], halve["attempts"], halve["last_verdict"]) == (False, 0, None)
