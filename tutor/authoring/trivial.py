"""Answers that nobody took trouble over: each must fail, whatever the exercise.

Owns what is trivial. Pure: makes texts, runs nothing.
"""

import ast
from collections.abc import Iterator, Sequence

from msgspec import Struct

from tutor.authoring.edits import Edit, Source
from tutor.course.markers import find_regions
from tutor.course.source import split_lines, tokens_of

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Trivial(Struct, frozen=True):
    """One trivial answer; `what` completes "An answer that ..."."""

    what: str
    source: str
    path: str
    line: int | None = None  # of the function in the solution


def make_trivial(source: str, path: str) -> tuple[Trivial, ...]:
    """The trivial answers to the file `source` of a solution; raises CourseError when its markers are faulty."""
    return (
        Trivial("is an empty file", "", path),
        Trivial("calls sys.exit(0)", "import sys\n\nsys.exit(0)\n", path),
        Trivial("calls os._exit(0)", "import os\n\nos._exit(0)\n", path),
        *_idle(source, path),
    )


def _idle(source: str, path: str) -> Iterator[Trivial]:
    """The solution with one of its functions doing nothing."""
    original = Source(source)
    shape = ast.dump(original.tree)
    blocks = [region.solution for region in find_regions(tokens_of(source, path), split_lines(source), path)]
    for function, method in _functions(original.tree.body, False):
        first, last = function.lineno, function.end_lineno or function.lineno
        if not any(block.holds(first, last) or first < block.begin <= last for block in blocks):
            continue
        for what, body in _bodies(function, method):
            text = _with_body(original, function, body)
            if ast.dump(ast.parse(text)) != shape:
                yield Trivial(f"lets {function.name} {what}", text, path, first)


def _functions(body: Sequence[ast.stmt], method: bool) -> Iterator[tuple[Function, bool]]:
    """The functions and methods of a module, and whether each is a method; not those inside functions."""
    for statement in body:
        if isinstance(statement, Function):
            yield statement, method
        elif isinstance(statement, ast.ClassDef):
            yield from _functions(statement.body, True)


def _bodies(function: Function, method: bool) -> Iterator[tuple[str, str]]:
    yield "return None", "return None"
    if function.name == "__init__":  # it may return nothing else
        return
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)][method:]
    if names:
        yield "return its first argument", f"return {names[0]}"
        yield "return zeros like its first argument", f"return __import__('torch').zeros_like({names[0]})"
    yield "return zeros", "return __import__('torch').zeros(())"


def _with_body(source: Source, function: Function, body: str) -> str:
    """The text with the function's statements, its docstring apart, replaced by `body`."""
    statements = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not statements:
        return source.text
    edit = Edit(source.start(statements[0]), source.end(statements[-1]), body)
    return source.edited((edit,))
