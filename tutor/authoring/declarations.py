"""What an answers file declares, read with `ast` alone: wrong and right answers, and excuses, each with its line.

Owns the rule that the marks are literal text. It must not run an answers file.
"""

import ast
from collections.abc import Iterator

from msgspec import Struct

from tutor.course.source import fault, parse


class Wrong(Struct, frozen=True, kw_only=True):
    """A function marked `@wrong`."""

    name: str
    line: int
    caught_by: str
    because: str


class Right(Struct, frozen=True, kw_only=True):
    """A function marked `@right`."""

    name: str
    line: int
    route: str


class Excuse(Struct, frozen=True, kw_only=True):
    """A call of `excuse(...)`."""

    at: int  # line of the call
    line: str
    becomes: str
    because: str
    within: str = ""


class Declarations(Struct, frozen=True, kw_only=True):
    """Everything that one answers file declares, in its order."""

    wrong: tuple[Wrong, ...] = ()
    right: tuple[Right, ...] = ()
    excuses: tuple[Excuse, ...] = ()


def read_declarations(source: str, path: str) -> Declarations:
    """The declarations in the answers file `source`; raises CourseError at the first that can't be read."""
    wrong: list[Wrong] = []
    right: list[Right] = []
    excuses: list[Excuse] = []
    names: dict[str, int] = {}
    for statement in parse(source, path).body:
        if isinstance(statement, ast.FunctionDef):
            for mark, call in _marks(statement):
                if statement.name in names:
                    sentence = f"{statement.name} is defined twice, first at line {names[statement.name]}; rename one"
                    raise fault(path, statement.lineno, sentence)
                names[statement.name] = statement.lineno
                if mark == "wrong":
                    words = _words(call, ("caught_by", "because"), (), path)
                    wrong.append(Wrong(name=statement.name, line=statement.lineno, **words))
                else:
                    words = _words(call, ("route",), (), path)
                    right.append(Right(name=statement.name, line=statement.lineno, **words))
        elif excused := _call_of_excuse(statement):
            words = _words(excused, ("line", "becomes", "because"), ("within",), path)
            excuses.append(Excuse(at=statement.lineno, **words))
    return Declarations(wrong=tuple(wrong), right=tuple(right), excuses=tuple(excuses))


def _marks(function: ast.FunctionDef) -> Iterator[tuple[str, ast.Call]]:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and (name := _name(decorator.func)) in ("wrong", "right"):
            yield name, decorator


def _call_of_excuse(statement: ast.stmt) -> ast.Call | None:
    match statement:
        case ast.Expr(value=ast.Call() as call) if _name(call.func) == "excuse":
            return call
    return None


def _name(node: ast.expr) -> str:
    """The last part of a dotted name: the mark in both `wrong(...)` and `checks.wrong(...)`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _words(call: ast.Call, required: tuple[str, ...], optional: tuple[str, ...], path: str) -> dict[str, str]:
    """The call's arguments by name; `route` alone may come without its name."""
    given: dict[str, ast.expr] = dict(zip(required[:1], call.args[:1], strict=False)) if len(required) == 1 else {}
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    name = _name(call.func)
    words: dict[str, str] = {}
    for key, value in given.items():
        if key not in required + optional:
            raise fault(path, call.lineno, f"`{name}` has no argument `{key}`")
        if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
            raise fault(path, value.lineno, f"`{key}` must be text in quotes: it is read without running the file")
        words[key] = value.value
    if missing := [key for key in required if key not in words]:
        raise fault(path, call.lineno, f"`{name}` lacks {' and '.join(missing)}")
    if "because" in words and not words["because"].strip():
        raise fault(path, call.lineno, "`because` is empty; say why in a sentence")
    return words
