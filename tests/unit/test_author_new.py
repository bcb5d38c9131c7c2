"""`tutor author new`: what is written, what is refused, and that a refusal leaves everything as it was."""

import shutil
from pathlib import Path

import pytest

from tutor.authoring import new
from tutor.authoring.build import build_starters
from tutor.authoring.new import CannotAdd, new_course, new_exercise
from tutor.course.loader import load_course, read_content
from tutor.course.records import CourseError

EXAMPLE = Path(__file__).parent / "data" / "example_course"


@pytest.fixture
def root(tmp_path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "course"))


def tree(root: Path) -> dict[Path, bytes | None]:
    return {path: path.read_bytes() if path.is_file() else None for path in root.rglob("*")}


def refusal(root: Path, exercise_id: str = "01_new", title: str | None = None) -> str:
    """The sentence of a refusal, after a look that nothing has changed."""
    before = tree(root)
    with pytest.raises(CannotAdd) as caught:
        new_exercise(root, exercise_id, title)
    assert tree(root) == before
    return str(caught.value)


def test_an_exercise_is_added_whole(root):
    before = tree(root)
    added = new_exercise(root, "01_my_new_one")
    assert not added.course_is_new and not added.chapter_is_new
    now = tree(root)
    assert {path for path in now if now[path] != before.get(path, b"")} - set(added.files) == {root / "course.toml"}
    course = load_course(root)
    assert course.problems == ()
    assert course.exercises[-1] == added.exercise
    content = read_content(added.exercise)
    assert content.title == "My new one"
    assert all(check.claim and check.hints for check in content.checks) and len(content.checks) == 3
    assert dict(build_starters(course, check=True))[added.exercise] == "up to date"


def test_a_title_and_a_new_chapter(root):
    added = new_exercise(root, "07_c", "  C# and $5  ")
    assert added.chapter_is_new
    assert load_course(root).chapters[-1].title == "Chapter 07"
    assert read_content(added.exercise).title == "C# and $5"


def test_a_byte_order_mark_stays(root):
    manifest = root / "course.toml"
    manifest.write_bytes(b"\xef\xbb\xbf" + manifest.read_bytes())
    new_exercise(root, "01_new")
    assert manifest.read_bytes().count(b"\xef\xbb\xbf") == 1 and manifest.read_bytes().startswith(b"\xef\xbb\xbf")
    assert load_course(root).find("01_new")


@pytest.mark.parametrize(
    ("word", "near"),
    [("5_x", "05_x"), ("05-My Ex.py", "05_my_ex"), ("hello", "01_hello"), ("", "01_my_exercise"), ("../05_x", "05_x")],
)
def test_an_id_of_another_shape_is_refused_with_one_that_would_do(root, word, near):
    assert refusal(root, word).endswith(f"in lower case, such as {near}.")


def test_an_id_in_use_is_refused(root):
    assert refusal(root, "01_running_mean").startswith("01_running_mean is in the course already: course.toml lists it")


@pytest.mark.parametrize("title", ["", " # ", "two\nlines", 'quo"""tes', "back\\slash", "x" * 81, "bell\a"])
def test_a_title_that_would_spoil_the_file_is_refused(root, title):
    assert refusal(root, title=title).startswith("The title must be one line")


@pytest.mark.parametrize(
    "file", ["solutions/01_new.py", "tests/checks/test_01_new.py", "tests/answers/01_new.py", "exercises/01_new.py"]
)
def test_a_file_that_is_there_is_never_overwritten(root, file):
    (root / file).write_text("mine = 1\n")
    assert refusal(root) == f"Nothing was changed, for this is there already: {file}. Move it away first."


def test_a_folder_that_cannot_be_written_leaves_nothing_behind(root):
    shutil.rmtree(root / "tests" / "answers")
    (root / "tests" / "answers").write_text("a file where the folder should be")
    assert "cannot be written" in refusal(root)
    (root / "tests" / "answers").unlink()
    shutil.rmtree(root / "exercises")
    (root / "exercises").symlink_to(root / "nowhere" / "at" / "all")
    assert "cannot be written" in refusal(root)


def test_a_manifest_changed_meanwhile_is_left_alone(root, monkeypatch):
    def changed_first(path, data, *, expecting):
        return False

    monkeypatch.setattr(new, "replace_file", changed_first)
    assert refusal(root) == "course.toml was changed meanwhile. Try again."


def test_a_manifest_that_cannot_be_added_to_is_refused(root):
    manifest = root / "course.toml"
    manifest.write_text('format = 1\ntitle = "x"\nchapter = [{ number = "01", title = "y", exercises = [] }]\n')
    assert refusal(root).startswith("course.toml is written in a way that tutor cannot add to.")
    manifest.write_text("format = 2\n")
    with pytest.raises(CourseError, match="needs a newer tutor"):
        new_exercise(root, "01_new")


@pytest.mark.parametrize("beside", [(), (".git/config", "README.md", "pyproject.toml", "LICENSE")])
def test_a_course_is_made_in_an_empty_folder(tmp_path, beside):
    root = tmp_path / "Deep Läarning"
    for name in beside:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("mine")
    added = new_course(root, "03_first")
    assert added.course_is_new
    course = load_course(root)
    assert course.problems == ()
    assert (course.title, course.name) == ("Deep Läarning", "deep-l-arning")
    assert [exercise.id for exercise in course.exercises] == ["03_first"]
    assert all((root / name).read_text() == "mine" for name in beside)
    assert (root / "README.md").is_file()


def test_no_course_is_made_among_other_files(tmp_path):
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(CannotAdd, match=r"a new course needs an empty folder; this one holds holiday\.jpg"):
        new_course(tmp_path, "01_first")
    with pytest.raises(CannotAdd, match="is a file, where the folder of a course should be"):
        new_course(tmp_path / "holiday.jpg", "01_first")
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


def test_what_is_not_made_leaves_no_folder(tmp_path, monkeypatch):
    def full(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(new, "create_file", full)
    with pytest.raises(CannotAdd, match=r"Nothing was changed: .* cannot be written \(no space left on device\)"):
        new_course(tmp_path / "course", "01_first")
    assert list(tmp_path.iterdir()) == []
