"""Loading a course, finding it, and choosing exercises of it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tutor.course import locate
from tutor.course.installed import installed_courses
from tutor.course.loader import load_course, read_content, read_starters, read_title
from tutor.course.locate import builtin_course, find_course
from tutor.course.records import Course, CourseError
from tutor.course.select import UnknownExercise, select

EXAMPLE = Path(__file__).parent / "data" / "example_course"


@pytest.fixture
def root(tmp_path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "course"))


def content_error(root: Path, exercise_id: str = "01_running_mean") -> str:
    exercise = load_course(root).find(exercise_id)
    assert exercise is not None
    with pytest.raises(CourseError) as caught:
        read_content(exercise)
    return str(caught.value)


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_whole_course_is_read(root):
    course = load_course(root)
    assert course.problems == ()
    assert [read_title(e) for e in course.exercises] == ["The mean so far", "A counter that forgets"]
    mean, counter = (read_content(exercise) for exercise in course.exercises)
    assert mean.title == "The mean so far"
    assert mean.statement.startswith("A running mean tells") and "Why it works" not in mean.statement
    assert mean.why_it_works.startswith("The sum so far")
    assert [check.id for check in mean.checks] == ["test_example", "test_any_numbers"]
    assert mean.checks[0].claim == "The means of 2, 4 and 9 are 2, 3 and 5."
    assert len(mean.checks[0].hints) == 2
    assert (mean.has_benchmark, counter.has_benchmark) == (True, False)
    for exercise, content in zip(course.exercises, (mean, counter), strict=True):
        assert (
            content.starters
            == {exercise.id: exercise.starter_file.read_text(encoding="utf-8")}
            == read_starters(exercise)
        )


def test_loading_opens_nothing_but_the_manifest(root):
    for file in root.rglob("*.py"):
        file.write_bytes(b"\xff not Python, not even text")
    course = load_course(root)
    assert course.problems == ()
    assert len(course.exercises) == 2
    assert [read_title(e) for e in course.exercises] == ["01_running_mean", "01_fix_counter"]


def test_a_missing_file_is_a_problem_and_the_others_still_work(root):
    (root / "solutions" / "01_running_mean.py").unlink()
    (root / "tests" / "checks" / "test_01_running_mean.py").unlink()
    course = load_course(root)
    assert [str(problem) for problem in course.problems] == [
        "solutions/01_running_mean.py: this file is missing; course.toml lists 01_running_mean",
        "tests/checks/test_01_running_mean.py: this file is missing; course.toml lists 01_running_mean",
    ]
    broken, whole = course.exercises
    assert read_title(broken) == "01_running_mean"
    assert read_content(whole).title == "A counter that forgets"
    assert content_error(root) == "solutions/01_running_mean.py: this file is missing"


def test_problems_of_manifest_and_files_stand_together(root):
    replace(root / "course.toml", "level = 2", "level = 9")
    (root / "solutions" / "01_running_mean.py").unlink()
    assert [problem.path for problem in load_course(root).problems] == ["course.toml", "solutions/01_running_mean.py"]


def test_starters_and_answers_may_be_absent(root):
    shutil.rmtree(root / "exercises")
    shutil.rmtree(root / "tests" / "answers")
    assert load_course(root).problems == ()


def test_content_errors_name_file_and_line(root):
    solution, check = (root / "solutions" / "01_running_mean.py", root / "tests" / "checks" / "test_01_running_mean.py")
    whole = solution.read_text(encoding="utf-8")
    replace(solution, "# END SOLUTION", "# the end")
    assert content_error(root) == "solutions/01_running_mean.py:18: `# BEGIN SOLUTION` has no `# END SOLUTION`"
    solution.write_text(whole.replace("return means", "return means)"), encoding="utf-8")
    assert content_error(root) == "solutions/01_running_mean.py:23: this is not valid Python: unmatched ')'"
    solution.write_bytes(whole.encode() + b"\n# caf\xe9\n")
    assert content_error(root) == (
        "solutions/01_running_mean.py:26: this line is not UTF-8 text; save the file as UTF-8"
    )
    solution.write_text(whole.replace("# The mean so far", "The mean so far"), encoding="utf-8")
    assert content_error(root).startswith("solutions/01_running_mean.py:1: the docstring's first line must be")
    solution.write_text(whole, encoding="utf-8")
    replace(check, '"""Timing: a thousand numbers."""', "")
    assert content_error(root).startswith(
        "tests/checks/test_01_running_mean.py:26: bench_running_mean has no docstring"
    )
    check.unlink()
    assert content_error(root) == "tests/checks/test_01_running_mean.py: this file is missing"
    check.mkdir()
    assert content_error(root).startswith("tests/checks/test_01_running_mean.py: this file can't be read: ")


def test_a_relative_root_gives_absolute_paths(root, monkeypatch):
    monkeypatch.chdir(root)
    assert load_course(Path()).exercises[0].solution_file.is_absolute()


def test_no_course_there(tmp_path):
    with pytest.raises(CourseError, match=r"course\.toml: there is none in "):
        load_course(tmp_path / "nowhere")


def test_the_option_comes_before_the_environment_and_that_before_the_built_in(root, tmp_path, monkeypatch):
    other = shutil.copytree(root, tmp_path / "other")
    monkeypatch.delenv("TUTOR_COURSE", raising=False)
    assert find_course(None) == builtin_course()
    monkeypatch.setenv("TUTOR_COURSE", "")
    assert find_course(None) == builtin_course()
    monkeypatch.setenv("TUTOR_COURSE", str(other))
    assert find_course(None) == other
    assert find_course(str(root)) == root
    assert find_course(str(root / "course.toml")) == root
    monkeypatch.chdir(tmp_path)
    assert find_course("course") == root
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert find_course("~/course") == root


def test_the_built_in_course_is_beside_the_package_or_inside_it(tmp_path):
    package = tmp_path / "tutor"
    package.mkdir()
    assert locate._builtin(package) == package / "builtin"
    (tmp_path / "course.toml").touch()
    assert locate._builtin(package) == tmp_path
    assert (builtin_course() / "course.toml").is_file()


def test_what_is_no_course_is_told_with_where_the_name_came_from(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    for name, sentence in [
        ("nowhere", "nowhere: there is no such folder, so it is not a course"),
        ("empty", "empty: this folder holds no course.toml, so it is not a course"),
        ("~nobody-here/x", "~nobody-here/x: there is no such folder, so it is not a course"),
    ]:
        with pytest.raises(CourseError) as caught:
            find_course(name)
        assert str(caught.value) == sentence
    monkeypatch.setenv("TUTOR_COURSE", "nowhere")
    with pytest.raises(CourseError, match=r"not a course \(the environment variable TUTOR_COURSE names it\)"):
        find_course(None)


def test_the_course_around_the_current_folder_comes_before_the_built_in(root, tmp_path, monkeypatch):
    monkeypatch.delenv("TUTOR_COURSE", raising=False)
    monkeypatch.chdir(root / "tests" / "checks")
    assert find_course(None) == root
    assert find_course("builtin") == builtin_course()
    monkeypatch.setenv("TUTOR_COURSE", "builtin")
    assert find_course(None) == builtin_course()
    monkeypatch.delenv("TUTOR_COURSE")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "course.toml").touch()  # another program's: there are no solutions
    monkeypatch.chdir(tmp_path / "foreign")
    assert find_course(None) == builtin_course()


def installed(site: Path, name: str, value: str) -> None:
    """A distribution in `site` that offers a course called `name`."""
    info = site / f"{name}-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[tutor.courses]\n{name} = {value}\n")


def test_an_installed_course_is_found_without_running_its_package(tmp_path, monkeypatch):
    site = tmp_path / "site"
    installed(site, "geometry", "geometry_course.material")
    installed(site, "hollow", "hollow_course")
    shutil.copytree(EXAMPLE, site / "geometry_course" / "material")
    (site / "geometry_course" / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.chdir(tmp_path)
    assert find_course("geometry") == site / "geometry_course" / "material"
    with pytest.raises(CourseError, match=r"hollow: the package installed for it, hollow_course, has no folder with"):
        find_course("hollow")
    with pytest.raises(CourseError, match=r"geometri: there is no such folder.*; installed courses: geometry, hollow"):
        find_course("geometri")


class Stumbles:
    """An import hook that fails, as a broken package's may."""

    def find_spec(self, name, path=None, target=None):
        if name == "stumbling_course":
            raise ImportError("no luck")


def test_a_package_that_leads_nowhere_does_not_hide_the_others(tmp_path, monkeypatch):
    site, later = tmp_path / "site", tmp_path / "later"
    for name, value in {"bad": "::", "gone": "gone_course", "rough": "stumbling_course"}.items():
        installed(site, name, value)
    installed(site, "geometry", "geometry_course:ROOT")
    shutil.copytree(EXAMPLE, site / "geometry_course")
    installed(later, "geometry", "nothing")  # on the path behind the other
    monkeypatch.syspath_prepend(str(later))
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setattr(sys, "meta_path", [Stumbles(), *sys.meta_path])
    bad, geometry, gone, rough = installed_courses()
    assert (geometry.root, geometry.trouble) == (site / "geometry_course", "")
    assert bad.root is gone.root is rough.root is None
    assert bad.trouble.startswith(":: cannot be looked up (")
    assert gone.trouble.startswith("the package installed for it, gone_course, has no folder with a course.toml")
    assert rough.trouble == (
        "stumbling_course cannot be looked up (ImportError: no luck); reinstall or report the package"
    )


@pytest.fixture
def course(tmp_path) -> Course:
    chapters = {
        "01": ["01_create_inspect", "01_dtype_like"],
        "05": ["05_dataloader", "05_custom_dataset", "05_tensor_dataset"],
        "10": [],
    }
    text = 'format = 1\ntitle = "x"\n'
    for number, ids in chapters.items():
        entries = ", ".join(f'{{ id = "{name}", level = 1 }}' for name in ids)
        text += f'[[chapter]]\nnumber = "{number}"\ntitle = "x"\nexercises = [{entries}]\n'
    (tmp_path / "course.toml").write_text(text)
    return load_course(tmp_path)


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ([], []),
        (["05_custom_dataset"], ["05_custom_dataset"]),
        (["01"], ["01_create_inspect", "01_dtype_like"]),
        (["1"], ["01_create_inspect", "01_dtype_like"]),
        (["05_custom_dataset", "05", "01_dtype_like", "05_dataloader"],
         ["01_dtype_like", "05_dataloader", "05_custom_dataset", "05_tensor_dataset"]),
        (["exercises/05_dataloader.py", "exercises\\01_dtype_like.py"], ["01_dtype_like", "05_dataloader"]),
    ],
)  # fmt: skip
def test_words_select_in_course_order_without_repeats(course, words, ids):
    assert [exercise.id for exercise in select(course, words)] == ids


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("dataset", ("05_custom_dataset", "05_tensor_dataset")),
        ("05_costum_dataset", ("05_custom_dataset", "05_tensor_dataset")),
        ("dataloder", ("05_dataloader",)),
        ("06_dataloader", ("05_dataloader",)),
        ("Data-Loader", ("05_dataloader",)),
        ("05_custom_dataset.txt", ("05_custom_dataset", "05_tensor_dataset")),
        ("10", ()),
        ("99", ()),
        ("", ()),
        ("zzz", ()),
    ],
)
def test_an_unknown_word_names_the_nearest(course, word, nearest):
    with pytest.raises(UnknownExercise) as caught:
        select(course, ["01", word])
    assert caught.value.word == word
    assert caught.value.nearest[: len(nearest) or None] == nearest


def test_the_sentences_of_an_unknown_word():
    assert (
        str(UnknownExercise("x", ("05_a", "05_b"))) == "There is no exercise or chapter 'x'. Did you mean 05_a or 05_b?"
    )
    assert str(UnknownExercise("x", ())) == "There is no exercise or chapter 'x'. `tutor list` shows them all."


MODULES = "claims, loader, locate, manifest, markers, records, select, source, starter, statement"
HEAVY = ("torch", "numpy", "textual", "pytest", "hypothesis")


@pytest.mark.parametrize(("also", "expected"), [("", []), ("import numpy", ["numpy"])])
def test_reading_a_course_imports_nothing_heavy(root, also, expected):
    code = f"""
import sys
from pathlib import Path
from tutor.course import {MODULES}
import tutor.authoring.build
for exercise in loader.load_course(Path({str(root)!r})).exercises:
    loader.read_content(exercise)
{also}
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == str(expected)
