"""A solution without its markers reads as a person would have written it."""

import pytest

from tutor.course.solution import without_markers

METHOD = '''class Box:
    """Holds."""

    # BEGIN SOLUTION
    def open(self):
        return 1

    # END SOLUTION
'''
PROMPT = """    # BEGIN PROMPT
    # def opne(self):
    #     return 1
    # END PROMPT
"""
OPENED = '''class Box:
    """Holds."""

    def open(self):
        return 1
'''


@pytest.mark.parametrize("prompt", ["", PROMPT])
@pytest.mark.parametrize("rest", ["", "\n\nclass Other:\n    pass\n", "    kept = 2\n"])
def test_the_blank_line_before_the_end_marker_does_not_add_up(prompt: str, rest: str) -> None:
    gap = "\n" if rest.startswith("    ") else ""
    assert without_markers(METHOD + prompt + rest, "box.py") == OPENED + gap + rest
