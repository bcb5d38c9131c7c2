"""Courses of others through the command line: listed, chosen by name, their progress kept apart, added to."""

import json
import shutil
from pathlib import Path

import pytest

GOOD = "def double(x):\n    return x * 2\n"


def offer(site: Path, name: str, value: str) -> None:
    """A distribution in `site` that offers a course called `name`."""
    info = site / f"{name}-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[tutor.courses]\n{name} = {value}\n")


@pytest.fixture
def site(tmp_path, mini_course) -> Path:
    """A folder of installed packages: a course that works, and two that do not."""
    site = tmp_path / "site"
    offer(site, "tiny", "tiny_course")
    offer(site, "gone", "gone_course")
    offer(site, "newer", "newer_course")
    shutil.copytree(mini_course, site / "tiny_course")
    (site / "newer_course").mkdir()
    (site / "newer_course" / "course.toml").write_text("format = 2\n")
    return site


def named(course: Path, name: str) -> None:
    manifest = course / "course.toml"
    manifest.write_text(f'name = "{name}"\n' + manifest.read_text())


def test_every_course_is_listed_and_trouble_told(tutor, site):
    result = tutor("course", "list", env={"PYTHONPATH": str(site), "TUTOR_COURSE": "tiny"})
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("  builtin  PyTorch, from tensors to shipping  ")
    assert lines[2].startswith("* tiny     A tiny course for the tests of tutor itself  3 exercises")
    assert lines[3].strip() == str(site / "tiny_course")
    assert "gone: the package installed for it, gone_course, has no folder with a course.toml" in result.stderr
    assert "newer: course.toml:1: format is 2; this course needs a newer tutor" in result.stderr
    assert len(result.stderr.splitlines()) == 2


def test_the_list_for_programs(tutor, site, mini_course, documents):
    result = tutor("course", "list", "--json", env={"PYTHONPATH": str(site)})
    (document,) = documents(result)
    assert document["schema"] == "tutor/courses/v1"
    courses = {course["name"]: course for course in document["courses"]}
    assert list(courses) == ["builtin", "gone", "newer", "tiny", str(mini_course)]
    assert courses["tiny"] == {
        "name": "tiny",
        "title": "A tiny course for the tests of tutor itself",
        "exercises": 3,
        "path": str(site / "tiny_course"),
        "in_use": False,
        "problem": None,
    }
    assert [name for name, course in courses.items() if course["in_use"]] == [str(mini_course)]
    assert courses["gone"]["path"] is None and courses["gone"]["problem"]


def test_a_course_in_use_that_is_not_there(tutor, site):
    result = tutor("course", "list", env={"TUTOR_COURSE": "nowhere"})
    assert (result.returncode, result.stdout.count("builtin")) == (0, 1)
    assert "No course is in use. nowhere: there is no such folder" in result.stderr
    result = tutor("course", "list", "--course", "nowhere")
    assert (result.returncode, result.stdout) == (2, "")
    assert "There is no such course. nowhere: " in result.stderr


def test_two_courses_of_one_name_are_told(tutor, site, tmp_path):
    named(site / "tiny_course", "tiny")
    shutil.copytree(site / "tiny_course", tmp_path / "copy")
    result = tutor("course", "list", env={"PYTHONPATH": str(site), "TUTOR_COURSE": str(tmp_path / "copy")})
    assert 'both have name = "tiny" in course.toml' in result.stderr


@pytest.mark.parametrize("command", [("list",), ("check", "01_double"), ("author", "new", "01_x")])
def test_a_course_of_a_newer_format_is_refused_in_a_sentence(tutor, site, command):
    result = tutor(*command, "--course", "newer", env={"PYTHONPATH": str(site)})
    assert (result.returncode, result.stdout) == (3, "")
    assert "course.toml:1: format is 2; this course needs a newer tutor" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def passed(result) -> list[str]:
    return [entry["id"] for entry in json.loads(result.stdout)["exercises"] if entry["passed"]]


def test_progress_is_kept_apart_per_course_and_follows_a_name(tutor, workspace, mini_course, tmp_path):
    """Two courses with the same exercise; one of them gets a name, and then moves."""
    first, second = tmp_path / "first", tmp_path / "second"
    for course in (first, second):
        shutil.copytree(mini_course, course)
    (workspace / "exercises" / "01_double.py").write_text(GOOD)
    assert tutor("check", "01_double", "--course", str(first)).returncode == 0
    assert tutor("hint", "01_halve", "--course", str(first)).returncode == 0
    assert passed(tutor("list", "--json", "--course", str(first))) == ["01_double"]
    assert passed(tutor("list", "--json", "--course", str(second))) == []
    assert passed(tutor("list", "--json")) == []
    named(first, "tiny")
    assert passed(tutor("list", "--json", "--course", str(first))) == ["01_double"]
    moved = first.rename(tmp_path / "moved")
    result = tutor("list", "--json", "--course", str(moved))
    assert passed(result) == ["01_double"]
    assert [entry["hints_shown"] for entry in json.loads(result.stdout)["exercises"]] == [0, 1, 0]
    assert passed(tutor("list", "--json", "--course", str(second))) == []


def test_an_installed_course_keeps_its_progress_in_another_environment(tutor, workspace, site, tmp_path):
    (workspace / "exercises" / "01_double.py").write_text(GOOD)
    assert tutor("check", "01_double", "--course", "tiny", env={"PYTHONPATH": str(site)}).returncode == 0
    other = site.rename(tmp_path / "other")
    result = tutor("list", "--json", "--course", "tiny", env={"PYTHONPATH": str(other)})
    assert passed(result) == ["01_double"]


def test_new_tells_what_was_made_and_what_is_next(tutor, tmp_path):
    alone = {"TUTOR_COURSE": ""}
    result = tutor("author", "new", "--course", "mine", "--title", "Hello", cwd=tmp_path, env=alone)
    assert (result.returncode, result.stderr) == (0, "")
    root = tmp_path / "mine"
    assert f"A new course is in {root}" in result.stdout and f"cd {root}\n" in result.stdout
    assert "01_first  *     Hello" in tutor("list", cwd=root, env=alone).stdout
    result = tutor("author", "new", "02_next", cwd=root / "solutions", env=alone)
    assert (result.returncode, result.stderr) == (0, "")
    assert 'course.toml had no chapter 02: it was added, with the title "Chapter 02"' in result.stdout
    assert "pytest ../tests/checks/test_02_next.py\n" in result.stdout
    assert "tutor author verify 02_next\n" in result.stdout and "cd " not in result.stdout
    result = tutor("author", "new", "03_x", "--course", ".", cwd=root)  # where $TUTOR_COURSE names another
    assert "tutor author verify 03_x --course .\n" in result.stdout
    assert tutor("author", "build", "--check", cwd=root, env=alone).returncode == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("01_double",), "01_double is in the course already"),
        (("3_x",), "'3_x' is no id for an exercise"),
        ((), "Name the new exercise"),
        (("01_x", "--title", "a\\b"), "The title must be one line"),
        (("01_x", "--course", "nowhere/at/all"), "There is no folder"),
        (("01_x", "--course", "workspace"), "a new course needs an empty folder; this one holds exercises."),
        (("01_x", "--course", "gone"), "There is no such course. gone: the package installed for it"),
        (("01_x", "--course", "packaged"), "This course is installed ("),
    ],
)
def test_new_refuses_in_one_sentence(tutor, site, tmp_path, words, sentence):
    shutil.move(site, tmp_path / "site-packages")
    offer(tmp_path / "site-packages", "packaged", "tiny_course")
    before = sorted(tmp_path.rglob("*"))
    env = {"PYTHONPATH": str(tmp_path / "site-packages")}
    result = tutor("author", "new", *words, cwd=tmp_path, env=env)
    assert (result.returncode, result.stdout) == (2, "")
    assert sentence in result.stderr and len(result.stderr.splitlines()) == 1
    assert sorted(tmp_path.rglob("*")) == before
