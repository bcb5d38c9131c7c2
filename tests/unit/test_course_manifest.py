"""course.toml: what loads, and what each fault is told as."""

from pathlib import Path

import pytest

from tutor.course.manifest import read_manifest
from tutor.course.records import CourseError

HEAD = 'format = 1\ntitle = "A course"\n'


def manifest(root: Path, text: str | bytes):
    (root / "course.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_manifest(root)


def chapter(exercises: str, number: str = "05") -> str:
    """A chapter whose header is on its line 2 and whose first exercise is on line 6."""
    return f'\n[[chapter]]\nnumber = "{number}"\ntitle = "Data"\nexercises = [\n{exercises}\n]\n'


def test_everything_is_read_in_order(tmp_path):
    course = manifest(
        tmp_path,
        HEAD
        + 'preload = ["pandas", "PIL.Image"]\n'
        + chapter('{ id = "07_b", level = 4, time_limit = 20 },\n{ id = "07_a", level = 1 }', number="07")
        + chapter('{ id = "05_c", level = 2, time_limit = 0.5 }'),
    )
    assert (course.title, course.preload, course.root, course.problems) == (
        "A course",
        ("pandas", "PIL.Image"),
        tmp_path,
        (),
    )
    assert [(c.number, c.title) for c in course.chapters] == [("07", "Data"), ("05", "Data")]
    assert [(e.id, e.chapter, e.level, e.time_limit) for e in course.exercises] == [
        ("07_b", "07", 4, 20.0),
        ("07_a", "07", 1, 10.0),
        ("05_c", "05", 2, 0.5),
    ]


def test_a_course_may_have_a_name(tmp_path):
    assert manifest(tmp_path, HEAD + 'name = "deep-learning_2"\n' + chapter(GOOD)).name == "deep-learning_2"
    assert manifest(tmp_path, HEAD + chapter(GOOD)).name == ""
    nameless = manifest(tmp_path, HEAD + 'name = "Deep Learning"\n' + chapter(GOOD))
    assert nameless.name == ""
    assert [str(p) for p in nameless.problems] == [
        "course.toml:3: `name` must be lower case such as \"deep-learning\", not 'Deep Learning'"
    ]


def test_windows_line_ends_are_read(tmp_path):
    course = manifest(tmp_path, (HEAD + chapter('{ id = "05_a", level = 1 }')).replace("\n", "\r\n"))
    assert [e.id for e in course.exercises] == ["05_a"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "format = 2\n",
            "course.toml:1: format is 2; this course needs a newer tutor (this one reads `format = 1`): upgrade tutor",
        ),
        ('title = "x"\nformat = "1"\n', "course.toml:2: format is '1'; this tutor"),
        ("format = true\n", "course.toml:1: format is True; this tutor"),
        ('title = "x"\n', "course.toml: format is missing; this tutor"),
        ("format = 1\nchapter = []\n", "course.toml: `title` is missing; it must be a line of text"),
        ("format = 1\n\ntitle = 3\nchapter = []\n", "course.toml:3: `title` must be a line of text, not 3"),
        ('format = 1\ntitle = " "\nchapter = []\n', "course.toml:2: `title` must be a line of text, not ' '"),
        (HEAD, "course.toml: `chapter` is missing; it must be tables, each opened by [[chapter]]"),
        (HEAD + '[chapter]\nnumber = "01"\n', "course.toml:3: `chapter` must be tables, each opened by [[chapter]]"),
        (HEAD + "\npreload = [\n  oops\n]\n", "course.toml:5: this is not valid TOML: Invalid value"),
        (HEAD + "preload = [", "course.toml:3: this is not valid TOML"),
        (HEAD + "title = 'again'\n", "course.toml:3: this is not valid TOML: Cannot overwrite a value"),
        (b"format = 1\ntitle = '\xff'\n", "course.toml:2: this line is not UTF-8 text"),
    ],
)
def test_an_unusable_manifest_is_an_error(tmp_path, text, sentence):
    with pytest.raises(CourseError) as caught:
        manifest(tmp_path, text)
    assert str(caught.value).startswith(sentence)


def test_no_manifest_says_what_a_course_is(tmp_path):
    with pytest.raises(CourseError, match=r"course\.toml: there is none in .*; a course is a folder that holds"):
        read_manifest(tmp_path)


def test_a_folder_named_course_toml_is_told(tmp_path):
    (tmp_path / "course.toml").mkdir()
    with pytest.raises(CourseError, match=r"course\.toml: this file can't be read"):
        read_manifest(tmp_path)


GOOD = '{ id = "05_good", level = 1 }'


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ('{ id = "05_x", level = 5 }', "exercise 05_x: `level` must be a whole number from 1 to 4, not 5"),
        ('{ id = "05_x", level = 0 }', "exercise 05_x: `level` must be a whole number from 1 to 4, not 0"),
        ('{ id = "05_x", level = "2" }', "exercise 05_x: `level` must be a whole number from 1 to 4, not '2'"),
        ('{ id = "05_x", level = true }', "exercise 05_x: `level` must be a whole number from 1 to 4, not True"),
        ('{ id = "05_x" }', "exercise 05_x: `level` is missing; it must be a whole number from 1 to 4"),
        ('{ id = "05_x", level = 1, time_limit = 0 }', "exercise 05_x: `time_limit` must be seconds, above 0"),
        ('{ id = "05_x", level = 1, time_limit = inf }', "exercise 05_x: `time_limit` must be seconds, above 0"),
        ('{ id = "05_x", level = 1, time_limit = nan }', "exercise 05_x: `time_limit` must be seconds, above 0"),
        ('{ id = "05_X", level = 1 }', "exercise 05_X: `id` must be NN_slug in lower case"),
        ('{ id = "05_../x", level = 1 }', "exercise 05_../x: `id` must be NN_slug in lower case"),
        ('{ id = "05_x\\n", level = 1 }', "exercise 05_x\n: `id` must be NN_slug in lower case"),
        ('{ id = "06_x", level = 1 }', "exercise 06_x stands in chapter 05; its id must begin with 05_"),
        ('{ id = "05_good", level = 2 }', "exercise 05_good is listed twice, first at line 8; an id is used once"),
        ("{ level = 1 }", "an exercise of chapter 05: `id` is missing; it must be NN_slug"),
        ("{ id = 5, level = 1 }", "exercise 5: `id` must be NN_slug in lower case"),
        ('"05_x"', "an exercise of chapter 05: '05_x' is no table; it must have the keys id, level, time_limit"),
    ],
)
def test_a_faulty_exercise_is_a_problem_and_the_rest_loads(tmp_path, entry, sentence):
    text = HEAD + chapter(f'{GOOD},\n{entry},\n{{ id = "05_also", level = 3 }}')
    course = manifest(tmp_path, text)
    assert [e.id for e in course.exercises] == ["05_good", "05_also"]
    (problem,) = course.problems
    assert problem.path == "course.toml"
    assert problem.message.startswith(sentence)
    nameless = problem.message.startswith(("an exercise", "exercise 5:", "exercise 05_x\n"))
    assert problem.line == (4 if nameless else 9)  # the chapter's line where the text holds no such id


def test_an_unknown_key_is_named_and_the_exercise_still_loads(tmp_path):
    course = manifest(tmp_path, HEAD + chapter('{ id = "05_x", level = 1, tme_limit = 3 }'))
    assert [e.id for e in course.exercises] == ["05_x"]
    assert [str(p) for p in course.problems] == [
        "course.toml:8: exercise 05_x: unknown key `tme_limit`; allowed are id, level, time_limit, files"
    ]


def test_unknown_keys_above_the_exercises_are_named(tmp_path):
    text = HEAD + "licence = 3\n" + chapter(GOOD).replace("title", 'titel = "x"\ntitle')
    assert [str(p) for p in manifest(tmp_path, text).problems] == [
        "course.toml:3: unknown key `licence`; allowed are format, title, name, preload, chapter",
        "course.toml:5: chapter 1: unknown key `titel`; allowed are number, title, exercises",
    ]


def test_a_bad_preload_is_a_problem(tmp_path):
    course = manifest(tmp_path, HEAD + 'preload = "pandas"\n' + chapter(GOOD))
    assert course.preload == ()
    assert [str(p) for p in course.problems] == [
        "course.toml:3: `preload` must be a list of module names, not 'pandas'"
    ]
    assert len(course.exercises) == 1


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"06"', "6", 'chapter 2: `number` must be two digits in quotes such as "05", not 6'),
        ('"06"', '"six"', "chapter 2: `number` must be two digits in quotes such as \"05\", not 'six'"),
        ('title = "Data"\n', "", "chapter 2: `title` is missing; it must be a line of text"),
        ('"06"', '"05"', "chapter 05 is there twice; put its exercises into the first"),
    ],
)
def test_a_faulty_chapter_is_a_problem_and_the_others_load(tmp_path, old, new, sentence):
    faulty = chapter('{ id = "06_x", level = 1 }', number="06").replace(old, new)
    course = manifest(tmp_path, HEAD + chapter(GOOD) + faulty)
    assert [c.number for c in course.chapters] == ["05"]
    (problem,) = course.problems
    assert problem.message.startswith(sentence)
    assert problem.line == 11


def test_exercises_that_are_no_list_are_a_problem(tmp_path):
    course = manifest(tmp_path, HEAD + '[[chapter]]\nnumber = "06"\ntitle = "x"\nexercises = 7\n' + chapter(GOOD))
    assert [c.number for c in course.chapters] == ["05"]
    assert [p.line for p in course.problems] == [3]
    assert course.problems[0].message.startswith("chapter 1: `exercises` must be a list such as")


def test_an_id_in_the_wrong_chapter_does_not_shut_out_the_right_one(tmp_path):
    entry = '{ id = "06_x", level = 1 }'
    course = manifest(tmp_path, HEAD + chapter(entry) + chapter(entry, number="06"))
    assert [(e.id, e.chapter) for e in course.exercises] == [("06_x", "06")]
    assert [p.line for p in course.problems] == [8]


def test_comments_are_not_taken_for_the_line_of_an_id(tmp_path):
    course = manifest(tmp_path, HEAD + chapter('# { id = "05_x", level = 9 }\n{ id = "05_x", level = 9 }'))
    assert [p.line for p in course.problems] == [9]


def test_chapters_may_be_written_inline(tmp_path):
    course = manifest(tmp_path, HEAD + 'chapter = [{ number = "1", title = "x", exercises = [] }]\n')
    assert [(p.line, p.message[:11]) for p in course.problems] == [(3, "chapter 1: ")]
