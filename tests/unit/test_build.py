"""Building a course's starters: what is written, what is only told, and what is never lost."""

import shutil
from pathlib import Path

import pytest

from tutor.authoring.build import build_starters
from tutor.course.loader import load_course
from tutor.course.records import CourseError

EXAMPLE = Path(__file__).parent / "data" / "example_course"


@pytest.fixture
def root(tmp_path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "course"))


def build(root: Path, *, check: bool = False) -> dict[str, str]:
    return {exercise.id: status for exercise, status in build_starters(load_course(root), check=check)}


def files(root: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}


def test_a_built_course_is_left_alone(root):
    before = files(root)
    assert build(root) == {"01_running_mean": "up to date", "01_fix_counter": "up to date"}
    assert files(root) == before


def test_what_is_missing_or_differs_is_written(root):
    expected = files(root)
    (root / "exercises" / "01_running_mean.py").unlink()
    (root / "exercises" / "01_fix_counter.py").write_text("mine = 1\n")
    assert build(root) == {"01_running_mean": "written", "01_fix_counter": "written"}
    now = files(root)
    assert {file: now[file] for file in expected} == expected
    assert build(root) == {"01_running_mean": "up to date", "01_fix_counter": "up to date"}


def test_the_folder_is_made_when_it_is_not_there(root):
    shutil.rmtree(root / "exercises")
    assert set(build(root).values()) == {"written"}
    assert (root / "exercises" / "01_fix_counter.py").read_bytes() == (
        EXAMPLE / "exercises" / "01_fix_counter.py"
    ).read_bytes()


def test_work_in_a_starter_is_backed_up(root):
    (root / "exercises" / "01_fix_counter.py").write_text("mine = 1\n")
    build(root)
    backups = [file.read_text() for file in (root / ".tutor" / "backups").rglob("*") if file.is_file()]
    assert backups == ["mine = 1\n"]


def test_other_files_are_never_removed(root):
    (root / "exercises" / "09_old.py").write_text("old = 1\n")
    build(root)
    assert (root / "exercises" / "09_old.py").read_text() == "old = 1\n"


def test_check_tells_and_writes_nothing(root):
    (root / "exercises" / "01_running_mean.py").unlink()
    before = files(root)
    assert build(root, check=True) == {"01_running_mean": "out of date", "01_fix_counter": "up to date"}
    assert files(root) == before


def test_other_line_ends_are_out_of_date(root):
    file = root / "exercises" / "01_running_mean.py"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert build(root, check=True)["01_running_mean"] == "out of date"


def test_a_faulty_solution_is_told_after_the_others_are_built(root):
    (root / "solutions" / "01_running_mean.py").write_text('"""# T\n\nText."""\n# BEGIN SOLUTION\n')
    starter = root / "exercises" / "01_running_mean.py"
    before = starter.read_bytes()
    (root / "exercises" / "01_fix_counter.py").unlink()
    with pytest.raises(CourseError, match=r"^solutions/01_running_mean\.py:4: `# BEGIN SOLUTION` has no"):
        build(root)
    assert starter.read_bytes() == before
    assert (root / "exercises" / "01_fix_counter.py").is_file()


def test_the_checks_folder_is_not_needed(root):
    shutil.rmtree(root / "tests")
    assert set(build(root, check=True).values()) == {"up to date"}
