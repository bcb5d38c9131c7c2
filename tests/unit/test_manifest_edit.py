"""Adding an exercise to course.toml: one line more, everything else as it was, or a refusal."""

import tomllib

import pytest

from tutor.authoring.manifest_edit import Entry, NotEditable, with_exercise

HEAD = """# Our course.
format = 1
title = "Mine [[chapter]] # not a comment"  # a comment: exercises = [

"""
FIRST = """[[chapter]]  # where it begins
number = "01"
title = "One"
"""


def add(text: str, exercise: str = "01_new") -> str:
    return with_exercise(text, Entry(id=exercise, level=1, chapter_title=f"Chapter {exercise[:2]}"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[]", '[{ id = "01_new", level = 1 }]'),
        ("[ ]  # none yet ]", '[{ id = "01_new", level = 1 }]  # none yet ]'),
        ('[{ id = "01_a", level = 2 }]', '[{ id = "01_a", level = 2 }, { id = "01_new", level = 1 }]'),
        ("[{id='01_a',level=2},]", "[{id='01_a',level=2}, { id = \"01_new\", level = 1 }]"),
        (
            '[\n  { id = "01_a", level = 2 },  # the first }]\n  # { id = "01_b", level = 1 },\n]',
            (
                '[\n  { id = "01_a", level = 2 },  # the first }]\n  { id = "01_new", level = 1 },\n'
                '  # { id = "01_b", level = 1 },\n]'
            ),
        ),
        (
            '[\n\t{ id = "01_a", level = 2 } # no comma\n]  # end',
            '[\n\t{ id = "01_a", level = 2 }, # no comma\n\t{ id = "01_new", level = 1 }\n]  # end',
        ),
        (
            '[{ id = "01_a", level = 2 },\n             { id = "01_b", level = 2 }]',
            (
                '[{ id = "01_a", level = 2 },\n             { id = "01_b", level = 2 },\n'
                '             { id = "01_new", level = 1 }]'
            ),
        ),
        (
            '[{ id = "01_a", level = 2 },\n]',
            '[{ id = "01_a", level = 2 },\n    { id = "01_new", level = 1 },\n]',
        ),
        ("[\n    # to come\n]", '[\n    { id = "01_new", level = 1 },\n    # to come\n]'),
    ],
)
@pytest.mark.parametrize("rest", ["", '\n[[chapter]]\nnumber = "02"\ntitle = "]"\nexercises = []\n'])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_one_entry_more_and_nothing_else(before: str, after: str, rest: str, end: str) -> None:
    text = f"{HEAD}{FIRST}exercises = {before}\n{rest}".replace("\n", end)
    assert add(text) == f"{HEAD}{FIRST}exercises = {after}\n{rest}".replace("\n", end)


def test_the_entry_goes_to_its_own_chapter() -> None:
    text = HEAD + FIRST + 'exercises = []\n\n[[ chapter ]]\nexercises = []\nnumber = "02"\ntitle = "Two"\n'
    chapters = tomllib.loads(add(text, "02_new"))["chapter"]
    assert [len(chapter["exercises"]) for chapter in chapters] == [0, 1]


def test_a_missing_chapter_is_made_in_the_order_of_numbers() -> None:
    third = '# The third one.\n[[chapter]]\nnumber = "03"\ntitle = "Three"\nexercises = []\n'
    text = HEAD + FIRST + "exercises = []\n\n" + third
    between = '[[chapter]]\nnumber = "02"\ntitle = "Chapter 02"\nexercises = [{ id = "02_new", level = 1 }]\n\n'
    assert add(text, "02_new") == HEAD + FIRST + "exercises = []\n\n" + between + third
    last = '\n[[chapter]]\nnumber = "04"\ntitle = "Chapter 04"\nexercises = [{ id = "04_new", level = 1 }]\n'
    assert add(text, "04_new") == text + last
    assert add(text.rstrip(), "04_new") == text + last
    assert tomllib.loads(add(HEAD, "04_new"))["chapter"][0]["number"] == "04"


@pytest.mark.parametrize(
    "text",
    [
        HEAD + FIRST + '[[chapter.exercises]]\nid = "01_a"\nlevel = 1\n',
        HEAD + 'chapter = [{ number = "01", title = "One", exercises = [] }]\n',
        HEAD + FIRST + "exercises = 3\n",
        HEAD + FIRST,
        HEAD + FIRST + "'exercises' = []\n",
        HEAD + FIRST + 'more = """\nexercises = []\n"""\nexercises=""\n',
    ],
)
def test_what_cannot_be_added_to_safely_is_refused(text: str) -> None:
    with pytest.raises(NotEditable):
        add(text)
