"""Copies of a folder's modules, the backups of a folder, and its entry in course.toml."""

import sys
import types
from pathlib import Path

import pytest

from tutor.course.manifest import read_manifest
from tutor.course.records import Exercise
from tutor.course.select import select
from tutor.judge.explain import explain_exception
from tutor.judge.load import load_override, load_sources, modules_of, unregister
from tutor.workspace.backups import list_backups
from tutor.workspace.errors import WorkspaceError
from tutor.workspace.files import Workspace, create_workspace, require_answer

TEXTS = {
    "double.py": b"FACTOR = 2\ndef double(x):\n    return FACTOR * x\n",
    "engine.py": b"from double import double\ndef run(x):\n    import double as d\n    return double(x), d.FACTOR\n",
}
MANIFEST = """
format = 1
title = "A course"
[[chapter]]
number = "01"
title = "One"
exercises = [{{ id = "01_pair", level = 1, files = {files} }}]
"""


@pytest.fixture(autouse=True)
def tidy() -> object:
    """No copy stays in sys.modules."""
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith(("one", "other")):
            del sys.modules[name]


def loaded(name: str, parts: dict[str, object] | None = None) -> types.ModuleType:
    return load_sources(Path("/nowhere/pair"), TEXTS, name, parts)


def test_two_copies_import_their_own_and_nothing_else_of_that_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "double", types.ModuleType("double"))
    one, other = loaded("one"), loaded("other")
    one.double.FACTOR = 5
    assert one.engine.run(2) == (10, 5)
    assert other.engine.run(2) == (4, 2)
    assert one.double is not other.double and sys.modules["double"] is not one.double
    assert {"one", "one.double", "one.engine"} <= set(sys.modules)
    assert [module.__name__ for module in modules_of(one)] == ["one", "one.double", "one.engine"]
    unregister(one)
    assert not {"one", "one.double", "one.engine"} & set(sys.modules)
    assert one.engine.run(1) == (5, 5)


def test_replaced_names_and_texts_reach_the_other_modules() -> None:
    assert loaded("one", {"double": {"double": lambda x: x + 1}}).engine.run(7) == (8, 2)
    assert loaded("other", {"double": "FACTOR = 9\ndef double(x):\n    return 0\n"}).engine.run(7) == (0, 9)
    with pytest.raises(LookupError, match="doubel is no module"):
        loaded("one", {"doubel": {}})


def test_an_override_of_a_folder(tmp_path: Path) -> None:
    for name, text in TEXTS.items():
        (tmp_path / name).write_bytes(text)
    answers = tmp_path / "answers.txt"
    answers.write_text("def three(solution):\n    return {'double': {'FACTOR': solution.double.FACTOR + 1}}\n")
    assert load_override(tmp_path, answers, "three", "one", tuple(TEXTS)).engine.run(1) == (3, 3)


def test_a_module_that_raises_is_no_module_and_a_relative_import_finds_none() -> None:
    texts = {**TEXTS, "engine.py": b"from . import double\n"}
    with pytest.raises(ImportError, match="no known parent package"):
        load_sources(Path("/nowhere/pair"), texts, "one")
    texts = {"a.py": b"try:\n    import b\nexcept ValueError:\n    pass\nimport b\n", "b.py": b"raise ValueError\n"}
    with pytest.raises(ValueError):
        load_sources(Path("/nowhere/pair"), texts, "other")


def test_what_is_beside_is_imported_and_not_run_unasked() -> None:
    texts = {"a.py": b"from helper import h\n"}
    beside = {"helper.py": b"h = 3\n", "broken.py": b"not Python"}
    one = load_sources(Path("/nowhere/pair"), texts, "one", beside=beside)
    assert one.a.h == 3 and not hasattr(one, "broken")


def test_backups_of_one_reset_have_one_moment(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path, {"01_pair/a": "a = 0\n", "01_pair/b": "b = 0\n"})
    starters = {"01_pair/a": "a = 0\n", "01_pair/b": "b = 0\n"}
    assert workspace.reset_all(starters) == ()
    for turn in (1, 2):
        workspace.answer_file("01_pair/a").write_text(f"a = {turn}\n")
        if turn == 1:
            workspace.answer_file("01_pair/b").write_text("b = 1\n")
        backups = workspace.reset_all(starters)
        assert len({backup.name for backup in backups}) == 1 and len(backups) == 3 - turn
    assert [len(list_backups(tmp_path, name)) for name in starters] == [2, 1]
    assert [backup.read_text() for backup in workspace.undo_all(list(starters))] == ["a = 2\n"]
    assert workspace.answer_file("01_pair/b").read_text() == "b = 0\n"


def test_nothing_is_reset_where_one_file_cannot_be(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path, {"01_pair/a": "mine\n"})
    workspace.answer_file("01_pair/b").mkdir()
    with pytest.raises(WorkspaceError, match=r"01_pair/b\.py is a folder"):
        workspace.reset_all({"01_pair/a": "a = 0\n", "01_pair/b": "b = 0\n"})
    assert workspace.answer_file("01_pair/a").read_text() == "mine\n"


def test_what_is_wrong_with_a_folder_is_said_of_its_file(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    exercise = Exercise(id="01_pair", chapter="01", level=1, root=tmp_path, files=("a.py", "b.py"))
    place, label = workspace.place_of(exercise), workspace.label_of(exercise)
    place.mkdir(parents=True)
    (place / "a.py").write_text("")
    with pytest.raises(WorkspaceError, match=r"exercises/01_pair/b\.py is not there"):
        require_answer(place, label, exercise.files)
    (place / "b.py").write_text("")
    assert require_answer(place, label, exercise.files) == place


def test_files_in_course_toml(tmp_path: Path) -> None:
    def read(files: str) -> tuple[tuple[str, ...], list[str]]:
        (tmp_path / "course.toml").write_text(MANIFEST.format(files=files))
        course = read_manifest(tmp_path)
        return tuple(part for one in course.exercises for part in one.parts), [p.message for p in course.problems]

    assert read('["main.py", "engine.py"]') == (("01_pair/main", "01_pair/engine"), [])
    for files in ("[]", '["engine"]', '["../x.py"]', '["a/b.py"]', '"a.py"', "[1]"):
        parts, (problem,) = read(files)
        assert parts == () and "`files` must be names in lower case" in problem
    assert "random.py has the name of a module of Python's own" in read('["random.py"]')[1][0]
    assert "a.py is named twice" in read('["a.py", "a.py"]')[1][0]


@pytest.mark.parametrize("word", ["01_pair", "exercises/01_pair", "exercises/01_pair/", "exercises/01_pair/a.py"])
def test_words_that_name_a_folder(tmp_path: Path, word: str) -> None:
    (tmp_path / "course.toml").write_text(MANIFEST.format(files='["a.py"]'))
    assert [one.id for one in select(read_manifest(tmp_path), [word])] == ["01_pair"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "import doubel",
            "no doubel.py beside engine.py (line 1 of engine.py). Did you mean `import double`?",
        ),
        ("import nothing_like_it", "`nothing_like_it` is not installed here, so line 1 of engine.py cannot import it."),
        ("from . import double", "the files are no package: write `import NAME`, without dots."),
    ],
)
def test_an_import_that_finds_no_neighbour(tmp_path: Path, line: str, sentence: str) -> None:
    texts = {**TEXTS, "engine.py": line.encode()}
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text)
    with pytest.raises(ImportError) as raised:
        load_sources(tmp_path, texts, "one")
    assert sentence in explain_exception(raised.value, tmp_path, "exercises/01_pair")[0]


def test_colours_are_taken_out_of_what_was_raised(tmp_path: Path) -> None:
    message, diff = explain_exception(ValueError("\x1b[1mbold\x1b[0m words"), tmp_path, "exercises/01_pair")
    assert "bold words" in message and diff.message == "bold words"
