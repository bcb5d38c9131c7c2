"""Title, statement and "Why it works" as read from a solution's docstring."""

import ast

import pytest

from tutor.course.records import CourseError
from tutor.course.statement import peek_title, peek_topics, read_statement

PATH = "solutions/05_x.py"


def statement(docstring: str):
    return read_statement(ast.parse(f'"""{docstring}"""\n'), PATH)


def test_the_three_parts():
    read = statement(
        "# A title\n\nFirst.\n\n## Example\n\n    >>> 1\n\n## Why it works\n\nBecause.\n\n### Deeper\n\nSo.\n"
    )
    assert read.title == "A title"
    assert read.body == "First.\n\n## Example\n\n    >>> 1"
    assert read.why_it_works == "Because.\n\n### Deeper\n\nSo."


def test_what_follows_why_it_works_belongs_to_the_statement():
    read = statement("# T\n\nFirst.\n\n## Why it works\n\nBecause.\n\n## Next\n\nMore.\n")
    assert read.body == "First.\n\n## Next\n\nMore."
    assert read.why_it_works == "Because."


@pytest.mark.parametrize("heading", ["## why it works", "## Why It Works ##", "### Why it works  "])
def test_other_spellings_of_the_heading_still_hide_it(heading):
    read = statement(f"# T\n\nFirst.\n\n{heading}\n\nBecause.\n")
    assert (read.body, read.why_it_works) == ("First.", "Because.")


def test_comments_in_code_fences_are_no_headings():
    read = statement(
        "# T\n\nA.\n\n```\n## Why it works\n```\n\nB.\n\n## Why it works\n\n~~~\n# no end\n```\n# nor here\n~~~\nSo."
    )
    assert read.body == "A.\n\n```\n## Why it works\n```\n\nB."
    assert read.why_it_works == "~~~\n# no end\n```\n# nor here\n~~~\nSo."


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("x = 1\n", f"{PATH}:1: there is no statement; begin the file with a docstring"),
        ("", f"{PATH}:1: there is no statement"),
        ('"""   """\n', f"{PATH}:1: there is no statement"),
        ('# hello\n\n"""Title\n\nText."""\n', f"{PATH}:3: the docstring's first line must be the title: `# ...`"),
        ('"""## Title\n\nText."""\n', f"{PATH}:1: the docstring's first line must be the title"),
        ('"""#\n\nText."""\n', f"{PATH}:1: the docstring's first line must be the title"),
        ('"""# Title"""\n', f"{PATH}:1: the docstring has a title but no statement below it"),
        ('"""# Title\n\n## Why it works\n\nSo."""\n', f"{PATH}:1: the docstring has a title but no statement below it"),
    ],
)
def test_a_statement_that_lacks_a_part_is_refused(source, sentence):
    with pytest.raises(CourseError) as caught:
        read_statement(ast.parse(source), PATH)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ('"""# A title\n\nText."""\n', "A title"),
        ('#!/usr/bin/env python\n# A comment\n\nr"""\n\n# A title\n\nText."""\n', "A title"),
        ("'''# A title'''\n", "A title"),
        ('\ufeff"""# A title\r\n\r\nText."""\r\n', "A title"),
        ('"""# A title with `code` and "quotes"\n"""', 'A title with `code` and "quotes"'),
        ('"""No heading."""\n', None),
        ('"""## Too deep."""\n', None),
        ('import torch\n"""# Late"""\n', None),
        ("", None),
        ('"""', None),
        ("def broken(:\n", None),
    ],
)
def test_the_title_is_found_in_the_first_lines(tmp_path, text, title):
    (tmp_path / "x.py").write_bytes(text.encode())
    assert peek_title(tmp_path / "x.py") == title


def test_a_title_that_cannot_be_read_is_none(tmp_path):
    (tmp_path / "bytes.py").write_bytes(b'"""# caf\xff"""')
    assert peek_title(tmp_path / "bytes.py") == "caf\ufffd"
    assert peek_title(tmp_path) is None
    assert peek_title(tmp_path / "absent.py") is None


def test_topics_are_code_names_and_stressed_words_of_the_statement(tmp_path):
    file = tmp_path / "x.py"
    file.write_text(
        '# first\n"""# Title\n\nA *batch* of `nn.Linear`, 2*3*4, **twice** `nn.Linear`.\n\n'
        '## Why it works\n\n`secret`\n"""\n'
        '\n\ndef answer():\n    """Not `this`."""\n'
    )
    assert peek_topics(file) == ("batch", "nn.Linear", "twice")


@pytest.mark.parametrize("content", [b"", b"x = 1\n", b"\xff\xfe", b'"""never closed `but read`'])
def test_topics_of_any_file(tmp_path, content):
    (tmp_path / "x.py").write_bytes(content)
    assert peek_topics(tmp_path / "x.py") == (("but read",) if b"but" in content else ())
    assert peek_topics(tmp_path) == ()
    assert peek_topics(tmp_path / "absent.py") == ()
