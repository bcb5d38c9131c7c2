"""The TUI's parts that need no screen: editors, hints, what is next, the solution's text, imports."""

import subprocess
import sys
from pathlib import Path

import pytest
from tui_support import FIRST, SECOND, THIRD, make_course

from tutor.course.hints import hints_of
from tutor.course.loader import read_content
from tutor.course.solution import read_solution_code
from tutor.tui.editor import EditorError, choose_editor
from tutor.tui.session import first_to_do
from tutor.tui.widgets.statement import as_text
from tutor.workspace.progress import ExerciseProgress


@pytest.mark.parametrize(
    ("environ", "command", "in_terminal"),
    [
        ({"EDITOR": "vim"}, ("vim",), True),
        ({"VISUAL": "code -w", "EDITOR": "vim"}, ("code", "-w"), False),
        ({"VISUAL": "  ", "EDITOR": "nano -l"}, ("nano", "-l"), True),
        ({"VISUAL": "'/opt/My Editors/subl' -n"}, ("/opt/My Editors/subl", "-n"), False),
        ({"EDITOR": "emacs -nw"}, ("emacs", "-nw"), True),
    ],
)
def test_which_editor(environ: dict[str, str], command: tuple[str, ...], in_terminal: bool) -> None:
    editor = choose_editor(environ)
    assert editor.command == command
    assert editor.in_terminal is in_terminal


@pytest.mark.parametrize(
    ("environ", "sentence"), [({}, "No editor is set"), ({"EDITOR": "vim 'half"}, r"\$EDITOR has an unbalanced quote")]
)
def test_no_editor_is_a_sentence(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(EditorError, match=sentence):
        choose_editor(environ)


def test_first_to_do_is_the_first_that_has_not_passed(tmp_path: Path) -> None:
    course = make_course(tmp_path)
    passed = {name: ExerciseProgress(exercise=name, passed=True) for name in (FIRST, SECOND, THIRD)}
    assert first_to_do(course, {}).id == FIRST
    assert first_to_do(course, {FIRST: passed[FIRST]}).id == SECOND
    assert first_to_do(course, passed).id == FIRST


def test_hints_are_numbered_in_file_order(tmp_path: Path) -> None:
    hints = hints_of(read_content(make_course(tmp_path).exercises[0]))
    assert [(hint.number, hint.check) for hint in hints] == [
        (1, "test_shape"),
        (2, "test_shape"),
        (3, "test_every_pair"),
    ]


def test_a_statement_before_markdown_is_loaded_reads_nearly_as_with_it() -> None:
    markdown = (
        "A **tensor** is\nan array of `dtype`.\n\n- first\n  goes on\n- second\n\n    >>> code\n    as it is\n\n"
        "```python\nx = `kept`\n```\nThe end"
    )
    assert as_text(markdown) == (
        "A tensor is an array of dtype.\n\n- first goes on\n- second\n\n    >>> code\n    as it is\n\n"
        "x = `kept`\nThe end"
    )


def test_a_solution_is_read_without_statement_markers_and_prompts(tmp_path: Path) -> None:
    exercise = make_course(tmp_path).exercises[0]
    exercise.solution_file.write_text(
        '"""# Title\n\nStatement.\n"""\n\nimport torch\n\n\ndef answer(a):\n    # BEGIN SOLUTION\n    return a + 1\n'
        "    # END SOLUTION\n    # BEGIN PROMPT\n    # return a\n    # END PROMPT\n"
    )
    assert read_solution_code(exercise) == "import torch\n\n\ndef answer(a):\n    return a + 1\n"


def test_the_tui_imports_no_torch_and_leaves_what_is_slow_for_later() -> None:
    script = (
        "import sys, tutor.tui.app\n"
        "late = ('torch', 'numpy', 'pytest', 'anyio', 'watchfiles', 'markdown_it', 'textual.widgets._markdown')\n"
        "print(*(name for name in late if name in sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
