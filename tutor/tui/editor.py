"""Which editor the learner wants, and whether it needs the terminal that tutor is in.

This module only reads the environment and starts processes; suspending the app is the screen's.
"""

import shlex
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

# Editors with a window of their own. Any other is taken to need the terminal: then tutor steps aside until it ends,
# which is right for those and merely patient for the rest.
WINDOWED = frozenset(
    {"code", "code-insiders", "codium", "vscodium", "cursor", "windsurf", "positron", "zed", "zeditor", "subl"}
    | {"sublime_text", "atom", "bbedit", "mate", "textmate", "xed", "gvim", "gedit", "gnome-text-editor", "kate"}
    | {"mousepad", "geany", "notepad", "notepad++", "pycharm", "charm", "idea", "spyder"}
)


class Editor(Struct, frozen=True, kw_only=True):
    """A command to which a file's path is added; `in_terminal` when it takes the terminal over."""

    command: tuple[str, ...]
    in_terminal: bool


class EditorError(Exception):
    """No editor, or one that cannot be started; the message is a sentence that says what to do."""


def choose_editor(environ: Mapping[str, str]) -> Editor:
    """The editor of $VISUAL, else of $EDITOR; raises EditorError when neither names one."""
    for variable in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environ.get(variable, ""))
        except ValueError:
            raise EditorError(f"${variable} has an unbalanced quote: mend it, for example {variable}=nano.") from None
        if words:
            name = Path(words[0]).name.lower().removesuffix(".exe").removesuffix(".cmd")
            return Editor(command=tuple(words), in_terminal=name not in WINDOWED)
    raise EditorError(
        "No editor is set. Set $VISUAL or $EDITOR (for example export EDITOR=nano), or open "
        "the file in any editor: saving it is enough."
    )


def open_beside(editor: Editor, file: Path) -> Callable[[], str]:
    """Start a windowed editor on `file` and return at once; raises EditorError when it cannot be started.

    What is returned says, asked later, that the editor has failed meanwhile; "" when it has not.
    """
    try:
        process = subprocess.Popen(
            [*editor.command, str(file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise _cannot_start(editor, error) from error
    return lambda: _failed(editor, process.poll())


def open_here(editor: Editor, file: Path) -> None:
    """Run a terminal editor on `file` until it ends; raises EditorError when it cannot be started, or fails."""
    try:
        ended = subprocess.run([*editor.command, str(file)], check=False)
    except OSError as error:
        raise _cannot_start(editor, error) from error
    if trouble := _failed(editor, ended.returncode):
        raise EditorError(trouble)


def _failed(editor: Editor, code: int | None) -> str:
    if not code:  # it has not ended, or well
        return ""
    how = f"exit code {code}" if code > 0 else f"signal {-code}"
    return f"The editor {editor.command[0]} ended with {how}; your file is as it left it. Is $VISUAL or $EDITOR right?"


def _cannot_start(editor: Editor, error: OSError) -> EditorError:
    return EditorError(f"The editor {editor.command[0]} cannot be started: {error.strerror or error}.")
