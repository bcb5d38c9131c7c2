"""Claims and hints as read from a check file, and each rule a check file can break."""

from textwrap import dedent

import pytest

from tutor.course.claims import read_claims
from tutor.course.records import CourseError

PATH = "tests/checks/test_05_x.py"
CHECK = 'def test_a(answer):\n    """It works."""\n'


def claims(source: str):
    return read_claims(dedent(source), PATH)


def refusal(source: str) -> str:
    with pytest.raises(CourseError) as caught:
        claims(source)
    return str(caught.value)


def test_claim_and_hints_come_from_the_docstring():
    (check,) = claims('''
        import pytest

        def helper():
            pass

        @pytest.mark.parametrize("n", [1, 2])
        def test_a(answer, n):
            """The result is
            one line.

            A hint that the file
            breaks in two.
            \t

            Try:
            - this
            - that

            Look at the shapes:

                a = torch.ones(2)
                a.shape

            The last.
            """
    ''').checks
    assert (check.id, check.claim, check.line) == ("test_a", "The result is one line.", 8)
    assert check.hints == (
        "A hint that the file breaks in two.",
        "Try:\n- this\n- that",
        "Look at the shapes:\n\n    a = torch.ones(2)\n    a.shape",
        "The last.",
    )


def test_checks_keep_the_order_of_the_file_and_helpers_are_no_checks():
    found = claims("""
        class Engine:
            def test_step(self): ...
        class Holder:
            class TestInside:
                def test_nothing(self): ...
        def test_b(answer):
            "B."
            def test_inner(): ...
        def latest_a(): ...
        def test_a(answer):
            "A."
    """)
    assert [check.id for check in found.checks] == ["test_b", "test_a"]
    assert not found.has_benchmark


def test_a_benchmark_is_no_check():
    found = claims(CHECK + 'def bench_a(module, device):\n    """Timing: a."""\n')
    assert [check.id for check in found.checks] == ["test_a"]
    assert found.has_benchmark


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("x = 1\n", f"{PATH}: there is no check; write at least one function test_... with a docstring"),
        ("", f"{PATH}: there is no check;"),
        (
            "\ndef test_a(answer):\n    pass\n",
            f"{PATH}:2: test_a has no docstring; its first paragraph is the sentence",
        ),
        ('def test_a():\n    """  \n  """\n', f"{PATH}:1: test_a has no docstring"),
        (CHECK + "\n" + CHECK, f"{PATH}:4: test_a is defined twice, first at line 1; rename one"),
        ('async def test_a():\n    "A."\n', f"{PATH}:1: test_a is async; checks and benchmarks are plain functions"),
        (CHECK + "def bench_a(): ...\n", f"{PATH}:3: bench_a has no docstring"),
        (
            CHECK + 'def bench_a():\n    "A."\ndef bench_b():\n    "B."\n',
            f"{PATH}:5: bench_b is a second benchmark after",
        ),
        (CHECK + "def testing(): ...\n", f"{PATH}:3: pytest takes testing for a check; name it test_..."),
        (CHECK + "test_b = test_a\n", f"{PATH}:3: test_b is assigned; a check is a plain function with a docstring"),
        (
            'class TestA:\n    def test_a(self):\n        "A."\n',
            f"{PATH}:2: checks are plain functions at the outermost",
        ),
        ('class A(unittest.TestCase):\n    def test_a(self):\n        "A."\n', f"{PATH}:2: checks are plain functions"),
        ('if True:\n    def test_a():\n        "A."\n', f"{PATH}:2: checks are plain functions"),
        ('try:\n    pass\nexcept Error:\n    def test_a():\n        "A."\n', f"{PATH}:4: checks are plain functions"),
        (CHECK + "def oops(:\n", f"{PATH}:3: this is not valid Python: invalid syntax"),
        ("x = '\0'\n", f"{PATH}: this is not valid Python: "),
    ],
)
def test_each_broken_rule_is_told_with_its_line(source, sentence):
    assert refusal(source).startswith(sentence)


def test_the_class_or_block_that_hides_a_check_is_named():
    assert refusal('class TestA:\n    def test_a(self):\n        "A."\n').endswith("move test_a out of class TestA")
    assert refusal('\nif True:\n    def test_a():\n        "A."\n').endswith("move test_a out of the block at line 2")
