"""Starters made from solutions: what regions become, what survives, and what is refused."""

import ast
from textwrap import dedent, indent

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tutor.course.records import CourseError
from tutor.course.starter import make_starter

PATH = "solutions/05_x.py"


def starter(source: str) -> str:
    return make_starter(dedent(source), PATH)


def refusal(source: str) -> str:
    with pytest.raises(CourseError) as caught:
        starter(source)
    return str(caught.value)


def same(source: str, expected: str) -> None:
    assert starter(source) == dedent(expected)


def test_a_function_raises_and_its_surroundings_survive():
    same(
        '''
        import torch   # kept,  oddly spaced

        def double( x ):
            """Twice."""
            y = x # before
            # BEGIN SOLUTION
            for _ in range(1):
                y = y * 2

            return y
            # END SOLUTION
            # after


        z = 1
        ''',
        '''
        import torch   # kept,  oddly spaced

        def double( x ):
            """Twice."""
            y = x # before
            raise NotImplementedError("TODO: write double")
            # after


        z = 1
        ''',
    )


def test_names_tell_the_way_to_the_function():
    same(
        """
        class Model(Base):
            class Part:
                async def run(self):
                    # BEGIN SOLUTION
                    return 1
                    # END SOLUTION
            def forward(self, x):
                def inner():
                    # BEGIN SOLUTION
                    return x
                    # END SOLUTION
                return inner()
        """,
        """
        class Model(Base):
            class Part:
                async def run(self):
                    raise NotImplementedError("TODO: write Model.Part.run")
            def forward(self, x):
                def inner():
                    raise NotImplementedError("TODO: write Model.forward.inner")
                return inner()
        """,
    )


def test_every_region_of_a_function_raises_at_its_own_indentation():
    same(
        """
        def f(x):
            if x:
                # BEGIN SOLUTION
                a = 1
                # END SOLUTION
            else:
                try:
                    pass
                except ValueError:
                    # BEGIN SOLUTION
                    a = 2
                    # END SOLUTION
            match x:
                case 1:
                    # BEGIN SOLUTION
                    a = 3
                    # END SOLUTION
            return a
        """,
        """
        def f(x):
            if x:
                raise NotImplementedError("TODO: write f")
            else:
                try:
                    pass
                except ValueError:
                    raise NotImplementedError("TODO: write f")
            match x:
                case 1:
                    raise NotImplementedError("TODO: write f")
            return a
        """,
    )


def test_the_code_counts_for_the_indentation_not_the_marker():
    same(
        """
        def f(x):
        # BEGIN SOLUTION
            return x
        # END SOLUTION
        """,
        """
        def f(x):
            raise NotImplementedError("TODO: write f")
        """,
    )


def test_outside_functions_a_comment_says_what_to_write():
    same(
        '''
        # BEGIN SOLUTION
        import os
        # END SOLUTION

        # BEGIN SOLUTION
        A, (b, A) = 1, (2, 3)
        C: int = 4

        @decorated
        def g(): ...
        # END SOLUTION

        class Model:
            """A model."""
            # BEGIN SOLUTION
            def __init__(self): ...
            def forward(self): ...
            # END SOLUTION
        class Other:
            # BEGIN SOLUTION
            print("hello")
            # END SOLUTION
            x = 1
        ''',
        '''
        # TODO: write this part

        # TODO: write A, b, C, g

        class Model:
            """A model."""
            # TODO: write Model.__init__, Model.forward
        class Other:
            # TODO: write this part of Other
            x = 1
        ''',
    )


def test_pass_stands_only_where_a_block_would_be_empty():
    same(
        """
        class Model:
            # BEGIN SOLUTION
            a = 1
            # END SOLUTION

            # BEGIN SOLUTION
            b = 1
            # END SOLUTION

        if __name__ == "__main__":
            # BEGIN SOLUTION
            print(Model())
            # END SOLUTION
        """,
        """
        class Model:
            # TODO: write Model.a
            pass

            # TODO: write Model.b

        if __name__ == "__main__":
            # TODO: write this part
            pass
        """,
    )


@pytest.mark.parametrize("gap", ["", "\n\n"])
@pytest.mark.parametrize("prompt_first", [False, True])
def test_a_prompt_takes_the_place_of_its_region(gap, prompt_first):
    solution = "    # BEGIN SOLUTION\n    return x + 1\n    # END SOLUTION\n"
    prompt = (
        "    # BEGIN PROMPT\n    # if x:  # odd\n    #     return x\n    #\n\n"
        "    # # a comment\n    #return 1\n    # END PROMPT\n"
    )
    blocks = [prompt, solution] if prompt_first else [solution, prompt]
    plain = "    if x:  # odd\n        return x\n\n\n    # a comment\n    return 1\n"
    made = make_starter("def f(x):\n" + gap.join(blocks), PATH)
    assert made == "def f(x):\n" + (plain + gap if prompt_first else gap + plain)


def test_each_prompt_goes_with_the_region_above_it():
    same(
        """
        def f(x):
            # BEGIN SOLUTION
            a = 1
            # END SOLUTION
            # BEGIN PROMPT
            # a = 2
            # END PROMPT
            # BEGIN SOLUTION
            return a
            # END SOLUTION
        """,
        """
        def f(x):
            a = 2
            raise NotImplementedError("TODO: write f")
        """,
    )


def test_an_empty_prompt_leaves_nothing_and_an_empty_region_takes_a_prompt():
    same(
        """
        def f(x):
            # BEGIN SOLUTION
            x = x + 1
            # END SOLUTION
            # BEGIN PROMPT
            # END PROMPT
            # BEGIN SOLUTION
            # (nothing: the line is the bug)
            # END SOLUTION
            # BEGIN PROMPT
            # x = 0
            # END PROMPT
            return x
        """,
        """
        def f(x):
            x = 0
            return x
        """,
    )


def test_a_class_whose_only_code_is_a_prompt_needs_no_pass():
    same(
        """
        class A:
            # BEGIN SOLUTION
            a = 1
            # END SOLUTION
            # BEGIN SOLUTION
            b = 1
            # END SOLUTION
            # BEGIN PROMPT
            # b = 2
            # END PROMPT
        """,
        """
        class A:
            # TODO: write A.a
            b = 2
        """,
    )


def test_a_marker_in_a_string_is_text():
    same(
        '''
        TEXT = """
        # BEGIN SOLUTION
        """
        def f():
            # BEGIN SOLUTION
            return """
            # END SOLUTION
            # BEGIN PROMPT
            """
            # END SOLUTION
        ''',
        '''
        TEXT = """
        # BEGIN SOLUTION
        """
        def f():
            raise NotImplementedError("TODO: write f")
        ''',
    )


def test_windows_line_ends_and_odd_characters_survive():
    source = (
        '"""# T\n\nä.\n\n## Why it works\n\nSo.\n"""\nA = "\x0c\u2028"\n\n'
        "def f():\n    # BEGIN SOLUTION\n    return A\n    # END SOLUTION\n"
    )
    expected = '"""# T\n\nä.\n"""\nA = "\x0c\u2028"\n\ndef f():\n    raise NotImplementedError("TODO: write f")\n'
    assert make_starter(source, PATH) == expected
    assert make_starter(source.replace("\n", "\r\n"), PATH) == expected.replace("\n", "\r\n")


REGION = "def f():\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION\n"
TODO = 'def f():\n    raise NotImplementedError("TODO: write f")\n'


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        ('"""# T\n\nText.\n\n## Why it works\n\nSo.\n"""  # kept\n', '"""# T\n\nText.\n"""  # kept\n'),
        ('"""# T\n\nText.\n\n## Why it works\n\nSo."""\n', '"""# T\n\nText.\n"""\n'),
        ("r'''# T\n\nText \\d.\n\n\n## Why it works\n\\d'''\n", "r'''# T\n\nText \\d.\n'''\n"),
        ('"""# T\n\nText.\n\n## Why it works\nSo.\n\n## More\n\nM.\n"""\n', '"""# T\n\nText.\n\n## More\n\nM.\n"""\n'),
        (
            '# c\n\n"""# T\n\nText: "x".\n\n## Why it works\n\nSo.\n"""; x = 1\n',
            '# c\n\n"""# T\n\nText: "x".\n"""; x = 1\n',
        ),
        ('"""# T\n\n  odd   space \n"""\n', '"""# T\n\n  odd   space \n"""\n'),
        ('"# T"\n', '"# T"\n'),
        ("", ""),
    ],
)
def test_why_it_works_is_cut_and_the_rest_of_the_docstring_survives(docstring, expected):
    assert make_starter(docstring + REGION, PATH) == expected + TODO


@pytest.mark.parametrize(
    "docstring",
    [
        '"""\n    # T\n\n    Text.\n\n    ## Why it works\n\n    So.\n    """\n',
        '"""# T\n\nText.\n\n## Why it works\n\nSo.\n\n## More\n\nM.\n\n## Why it works\n\nSo.\n"""\n',
        '"# T\\n\\nText.\\n\\n## Why it works\\n\\nSo."\n',
    ],
)
def test_a_why_that_cannot_be_cut_is_refused_rather_than_shown(docstring):
    assert (
        refusal(docstring + REGION)
        == f'{PATH}:1: the docstring must hold "## Why it works" once, its text not indented'
    )


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("x = 1", ": there is no `# BEGIN SOLUTION` region, so the starter would be the solution"),
        ("# BEGIN SOLUTION\nx = 1", ":2: `# BEGIN SOLUTION` has no `# END SOLUTION`"),
        ("# BEGIN PROMPT\n# x = 1", ":2: `# BEGIN PROMPT` has no `# END PROMPT`"),
        ("x = 1\n# END SOLUTION", ":3: `# END SOLUTION` without `# BEGIN SOLUTION` before it"),
        (
            "# BEGIN SOLUTION\nx = 1\n# END PROMPT",
            ":4: `# END PROMPT` without `# BEGIN PROMPT` before it; the block open here is the SOLUTION of line 2",
        ),
        (
            "# BEGIN SOLUTION\n# BEGIN SOLUTION\nx = 1\n# END SOLUTION",
            ":3: `# BEGIN SOLUTION` stands inside the SOLUTION block of line 2; end that one first",
        ),
        (
            "# BEGIN SOLUTION\nx = 1\n# BEGIN PROMPT\n# END PROMPT\n# END SOLUTION",
            ":4: `# BEGIN PROMPT` stands inside the SOLUTION block of line 2; end that one first",
        ),
        ("x = 1  # BEGIN SOLUTION\n# END SOLUTION", ":2: `# BEGIN SOLUTION` must stand on a line of its own"),
        (
            "## BEGIN SOLUTION\nx = 1",
            ":2: `## BEGIN SOLUTION` is not a marker; write `# BEGIN SOLUTION` and nothing else",
        ),
        ("#BEGIN SOLUTION", ":2: `#BEGIN SOLUTION` is not a marker; write `# BEGIN SOLUTION`"),
        ("# begin solution", ":2: `# begin solution` is not a marker; write `# BEGIN SOLUTION`"),
        ("# END SOLUTION NO PROMPT", ":2: `# END SOLUTION NO PROMPT` is not a marker; write `# END SOLUTION`"),
        ("#  end  prompt:", ":2: `#  end  prompt:` is not a marker; write `# END PROMPT`"),
        ("# BEGIN SOLUTION\n# only words\n# END SOLUTION", ":2: this region holds no code, and no PROMPT block says"),
        (
            "# BEGIN SOLUTION\nx = 1\n# END SOLUTION\ny = 1\n# BEGIN PROMPT\n# END PROMPT",
            ":6: this PROMPT belongs to no region; put it directly below the `# END SOLUTION` that it replaces",
        ),
        (
            "# BEGIN PROMPT\n# END PROMPT\n# BEGIN SOLUTION\nx = 1\n# END SOLUTION\n# BEGIN PROMPT\n# END PROMPT",
            ":7: this PROMPT belongs to no region",
        ),
        (
            "# BEGIN SOLUTION\nx = 1\n# END SOLUTION\n# BEGIN PROMPT\n# y = 1\ny = 2\n# END PROMPT",
            ":7: a PROMPT block holds commented lines only; begin this line with `# `",
        ),
        (
            "# BEGIN SOLUTION\nif x:\n    y = 1\n# END SOLUTION\n    z = 1",
            ":2: this region cuts the statement at line 3 in two; regions hold whole statements",
        ),
        (
            "if x:\n    y = 1\n# BEGIN SOLUTION\n    a = 1\nb = 1\n# END SOLUTION",
            ":4: this region cuts the statement at line 2 in two",
        ),
        (
            "if x:\n    z = 1\n    # BEGIN SOLUTION\nelse:\n    y = 1\n    # END SOLUTION",
            ":4: this region cuts the statement at line 2 in two",
        ),
        (
            "@a\n# BEGIN SOLUTION\ndef g():\n    return 1\n# END SOLUTION",
            ":3: this region cuts the statement at line 2 in two",
        ),
        ("x = [\n    # BEGIN SOLUTION\n    1,\n    # END SOLUTION\n]", ":3: this region stands inside a statement"),
        (
            "# BEGIN SOLUTION\nx = 1\n# END SOLUTION\n# BEGIN PROMPT\n# x = (\n# END PROMPT",
            ": the starter made from this file is not valid Python (its line 2): '(' was never closed",
        ),
        ("def g(:", ":2: this is not valid Python: invalid syntax"),
    ],
)
def test_what_makes_no_starter_is_refused_with_its_line(body, sentence):
    assert refusal("def f():\n" + indent(body + "\n...\n", "    ")).startswith(PATH + sentence)


def test_blanks_behind_a_marker_do_not_matter():
    assert make_starter(REGION.replace("SOLUTION\n", "SOLUTION \t\n"), PATH) == TODO


def test_prose_about_solutions_is_no_marker():
    same(
        """
        # Begin solution of the exercise by reading: end solution with a return.
        # BEGINNING SOLUTION
        def f():
            # BEGIN SOLUTION
            return 1
            # END SOLUTION
        """,
        """
        # Begin solution of the exercise by reading: end solution with a return.
        # BEGINNING SOLUTION
        def f():
            raise NotImplementedError("TODO: write f")
        """,
    )


SIMPLE = st.sampled_from(
    [
        "x = 1",
        "y = [\n    1,\n]  # three lines",
        "# a comment",
        "",
        "print('# END SOLUTION')",
        'z = """\n  # BEGIN SOLUTION\n"""',
        "a = 1;  b = 2",
    ]
)
SECRET = "secret = 42"


@st.composite
def bodies(draw, depth: int = 0) -> list[tuple[str, bool]]:
    """Blocks of source text, each with whether it lies in a region."""
    blocks: list[tuple[str, bool]] = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["plain", "region", "compound"] if depth < 3 else ["plain", "region"]))
        if kind == "plain":
            blocks.append((draw(SIMPLE), False))
        elif kind == "region":
            blocks.append(("# BEGIN SOLUTION", True))
            extra = draw(SIMPLE)
            blocks += [(SECRET, True), (extra, True), ("# END SOLUTION", True)]
        else:
            header = draw(
                st.sampled_from(["def f(x):", "class A:", "if x:", "async def g():", "while x:", "with a as b:"])
            )
            blocks.append((header, False))
            blocks += [(indent(text, "    "), hidden) for text, hidden in draw(bodies(depth=depth + 1))]
            if draw(st.booleans()):
                blocks.append(("    x = 2", False))
    return blocks


def parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(bodies(), st.sampled_from(["\n", "\r\n"]))
def test_a_starter_parses_hides_every_region_and_keeps_all_else(blocks, end):
    blocks = [*blocks, ("# BEGIN SOLUTION", True), (SECRET, True), ("# END SOLUTION", True)]
    source = "".join(text + "\n" for text, _ in blocks)
    assume(parses(source))  # not where a block holds comments alone
    made = make_starter(source.replace("\n", end), PATH)
    assert parses(made)
    assert SECRET not in made
    if end == "\r\n":
        assert made.count("\n") == made.count("\r\n")
    added = ("raise NotImplementedError(", "# TODO: write ", "pass")
    kept = [line for line in made.split(end) if not line.lstrip().startswith(added)]
    outside = "".join(text + "\n" for text, hidden in blocks if not hidden)
    assert kept == [line for line in outside.split("\n") if not line.lstrip().startswith(added)]
    assert made.count("TODO: write") == source.count(SECRET)
