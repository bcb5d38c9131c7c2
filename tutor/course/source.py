"""Reading and parsing a course's Python files, with faults that name file and line.

This module owns how a file becomes text, lines, tokens and a tree. It must not know what the file means, and never
runs it.
"""

import ast
import io
import tokenize
import warnings
from pathlib import Path

from tutor.course.records import CourseError, Problem


def fault(path: str, line: int | None, message: str) -> CourseError:
    """The error that says `message` about line `line` (from 1) of the course's file `path`."""
    return CourseError(Problem(path=path, line=line, message=message))


def read_text(file: Path, path: str) -> str:
    """The UTF-8 text of `file`, line ends as they are; raises CourseError naming it `path`."""
    try:
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise fault(path, None, "this file is missing") from error
    except OSError as error:
        raise fault(path, None, f"this file can't be read: {error.strerror or error}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise fault(path, line, "this line is not UTF-8 text; save the file as UTF-8") from error


def parse(source: str, path: str) -> ast.Module:
    """The tree of `source`; raises CourseError with the line of a syntax error."""
    try:
        with warnings.catch_warnings():
            # An invalid escape in a docstring is no business of the learner who lists the course.
            warnings.simplefilter("ignore")
            return ast.parse(source, filename=path)
    except SyntaxError as error:
        raise fault(path, error.lineno, f"this is not valid Python: {error.msg}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise fault(path, None, f"this is not valid Python: {error}") from error


def split_lines(source: str) -> list[str]:
    """The lines of `source` with their ends, split where Python splits them (not at form feeds, as str.splitlines)."""
    return io.StringIO(source, newline="").readlines()


def tokens_of(source: str, path: str) -> list[tokenize.TokenInfo]:
    """The tokens of `source`, comments included; raises CourseError where there are none to be had."""
    try:
        return list(tokenize.generate_tokens(iter([*split_lines(source), ""]).__next__))
    except (tokenize.TokenError, SyntaxError) as error:
        raise fault(path, None, f"this is not valid Python: {error}") from error


def first_line(statement: ast.stmt) -> int:
    """The line a statement begins on, its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def last_line(statement: ast.stmt) -> int:
    """The line a statement ends on."""
    return statement.end_lineno or statement.lineno
