"""Where the nodes of a syntax tree stand in their text, and small replacements there.

Owns positions, which `ast` counts in bytes. It must not know what a mutant is.
"""

import ast
import io
import re
import tokenize
from collections.abc import Sequence

from msgspec import Struct

COMMENT = re.compile(rb"#[^\n]*")


class Edit(Struct, frozen=True):
    """The bytes from `start` up to `end` become `text`."""

    start: int
    end: int
    text: str


class Source:
    """A module's text and tree, with the place of every node."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self._data = text.encode()
        self._starts = [0]
        for line in io.StringIO(text, newline=""):  # split where Python splits, which str.splitlines does not
            self._starts.append(self._starts[-1] + len(line.encode()))

    def start(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Where the node begins."""
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Where the node ends."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self._starts[node.end_lineno - 1] + node.end_col_offset

    def line_start(self, line: int) -> int:
        """Where the line, counted from 1, begins; the one after the last is the end of the text."""
        return self._starts[line - 1]

    def indent(self, line: int) -> str:
        """What the line is indented by."""
        text = self._data[self._starts[line - 1] : self._starts[line]].decode()
        return text[: len(text) - len(text.lstrip())]

    def of(self, node: ast.expr | ast.stmt | ast.keyword) -> str:
        """The node's text."""
        return self._data[self.start(node) : self.end(node)].decode()

    def find(self, pattern: str, start: int, end: int) -> tuple[int, int] | None:
        """The first match of `pattern` between two places, comments left out."""
        between = COMMENT.sub(lambda match: b" " * len(match[0]), self._data[start:end])
        match = re.search(pattern.encode(), between)
        return (start + match.start(), start + match.end()) if match else None

    def replace(self, node: ast.expr | ast.stmt | ast.keyword, text: str) -> Edit:
        """The node becomes `text`."""
        return Edit(self.start(node), self.end(node), text)

    def swap(self, one: ast.expr, other: ast.expr) -> tuple[Edit, Edit]:
        """The two nodes, in the text's order, change places."""
        return self.replace(one, self.of(other)), self.replace(other, self.of(one))

    def edited(self, edits: Sequence[Edit]) -> str:
        """The text after `edits`, which don't overlap."""
        data = self._data
        for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
            data = data[: edit.start] + edit.text.encode() + data[edit.end :]
        return data.decode()


def without_comment(line: str) -> str:
    """The line of code without the comment behind it, with single spaces."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(line).readline):
            if token.type == tokenize.COMMENT:
                line = line[: token.start[1]]
                break
    except (tokenize.TokenError, SyntaxError):  # a bracket left open, after every token of the line was seen
        pass
    return " ".join(line.split())
