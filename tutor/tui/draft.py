"""One file of an answer as the built-in editor has it: what was read, what was typed, what the file holds by now.

Every reading and writing goes through the workspace, which never writes over what it does not know. Nothing here is
drawn. Methods raise WorkspaceError, whose text is the sentence to show.
"""

from pathlib import Path

from tutor.workspace.errors import WorkspaceError
from tutor.workspace.files import Workspace

MOST = 500_000  # bytes that the editor takes; more than any answer, less than what makes a key slow


class Draft:
    """The text of one part of an exercise's answer. `text` is what the file is known to hold."""

    def __init__(self, workspace: Workspace, part: str) -> None:
        self._workspace = workspace
        self.part = part
        self._known = b""
        self.text = ""
        self.reload()

    def reload(self) -> None:
        """Take what the file holds now."""
        label = self._workspace.label(self.part)
        data = self._workspace.read_answer(self.part)
        if len(data) > MOST:
            raise WorkspaceError(f"{label} is too long for the editor in tutor: press e for your own.")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise WorkspaceError(f"{label} is not UTF-8 text: press e for your own editor.") from None
        if (one := _one_line_end(text)) is None:
            raise WorkspaceError(f"{label} mixes line ends, which tutor's editor would change: press e for your own.")
        self._known, self.text, self._line_end = data, text.replace(one, "\n"), one

    def save(self, text: str) -> Path | None:
        """Put `text` into the file; where that holds something else by now, `text` becomes the backup returned."""
        if text == self.text:
            return None
        data = text.replace("\n", self._line_end).encode()
        backup = self._workspace.save_answer(self.part, data, expecting=self._known)
        if backup is None:
            self._known, self.text = data, text
        return backup

    def outdated(self) -> bool:
        """Whether the file holds something else than is known; not when it is gone: saving brings it back."""
        try:
            return self._workspace.read_answer(self.part) != self._known
        except WorkspaceError:
            return False


def _one_line_end(text: str) -> str | None:
    """The line end of `text`; None where there are several, or signs that an editor takes for one."""
    plain = text.replace("\r\n", "\n")
    lines = plain.count("\n") + (plain[-1:] not in ("", "\n"))
    if "\r" in plain or len(plain.splitlines()) != lines:
        return None
    crlf = text.count("\r\n")
    if crlf and crlf != text.count("\n"):
        return None
    return "\r\n" if crlf else "\n"
