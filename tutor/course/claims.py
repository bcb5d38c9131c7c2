"""What a check file promises: its checks with claims and hints, read with `ast` alone.

This module owns what counts as a check. It must not import or run a check file.
"""

import ast
import re
from collections.abc import Iterator

from msgspec import Struct

from tutor.attempt.job import CheckSpec
from tutor.course.source import fault, parse

CHECK = "test_"
BENCHMARK = "bench_"
LIST_ITEM = re.compile(r"([-*+]|\d+[.)])\s")

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Claims(Struct, frozen=True, kw_only=True):
    """The checks of one file in file order, and whether it holds a benchmark."""

    checks: tuple[CheckSpec, ...]
    has_benchmark: bool


def read_claims(source: str, path: str) -> Claims:
    """The claims of the check file `source`; raises CourseError at the first line that breaks the rules.

    A parametrised check counts once. Hints are the docstring's paragraphs after the first.
    """
    tree = parse(source, path)
    checks: dict[str, CheckSpec] = {}
    benchmark: Function | None = None
    for statement in tree.body:
        _refuse_hidden_checks(statement, path)
        if not isinstance(statement, Function):
            continue
        if statement.name.startswith(BENCHMARK):
            if benchmark is not None:
                sentence = f"{statement.name} is a second benchmark after {benchmark.name}; a check file holds one"
                raise fault(path, statement.lineno, sentence)
            _paragraphs(statement, path)
            benchmark = statement
        elif statement.name.startswith("test"):
            spec = _check(statement, path)
            if earlier := checks.get(spec.id):
                raise fault(path, spec.line, f"{spec.id} is defined twice, first at line {earlier.line}; rename one")
            checks[spec.id] = spec
    if not checks:
        raise fault(path, None, f"there is no check; write at least one function {CHECK}... with a docstring")
    return Claims(checks=tuple(checks.values()), has_benchmark=benchmark is not None)


def _check(function: Function, path: str) -> CheckSpec:
    """The record of one check."""
    if not function.name.startswith(CHECK):
        sentence = f"pytest takes {function.name} for a check; name it {CHECK}... if it is one, else rename it"
        raise fault(path, function.lineno, sentence)
    claim, *hints = _paragraphs(function, path)
    return CheckSpec(id=function.name, claim=claim, hints=tuple(hints), line=function.lineno)


def _paragraphs(function: Function, path: str) -> list[str]:
    """The docstring's paragraphs, at least one; raises CourseError for an async function or one without docstring."""
    if isinstance(function, ast.AsyncFunctionDef):
        raise fault(path, function.lineno, f"{function.name} is async; checks and benchmarks are plain functions")
    text = (ast.get_docstring(function) or "").strip("\n")
    if not text.strip():
        sentence = f"{function.name} has no docstring; its first paragraph is the sentence that the learner reads"
        raise fault(path, function.lineno, sentence)
    paragraphs: list[str] = []
    for block in re.split(r"\n[ \t]*(?:\n[ \t]*)*\n", text):
        # An indented block is the code that belongs to the hint before it, not a hint of its own.
        if block.startswith(" ") and len(paragraphs) > 1:
            paragraphs[-1] += f"\n\n{block.rstrip()}"
        else:
            paragraphs.append(_joined(block) if paragraphs else " ".join(block.split()))
    return paragraphs


def _joined(block: str) -> str:
    """A hint on one line, unless its line breaks mean something (code, a list)."""
    lines = block.rstrip().split("\n")
    if any(line.startswith(" ") or LIST_ITEM.match(line) for line in lines):
        return "\n".join(lines)
    return " ".join(line.strip() for line in lines)


def _refuse_hidden_checks(statement: ast.stmt, path: str) -> None:
    """Raise CourseError for a check that pytest would find and a reader of the outermost level would not."""
    if isinstance(statement, Function):
        return
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            if isinstance(target, ast.Name) and target.id.startswith(CHECK):
                sentence = f"{target.id} is assigned; a check is a plain function with a docstring"
                raise fault(path, statement.lineno, sentence)
    for owner, function in _functions_below(statement, statement):
        if function.name.startswith(CHECK):
            where = f"class {owner.name}" if isinstance(owner, ast.ClassDef) else f"the block at line {owner.lineno}"
            sentence = f"checks are plain functions at the outermost level; move {function.name} out of {where}"
            raise fault(path, function.lineno, sentence)


def _functions_below(node: ast.AST, owner: ast.stmt) -> Iterator[tuple[ast.stmt, Function]]:
    """Functions in the blocks of `node` that pytest would collect, each with the class or block that holds it."""
    if isinstance(node, ast.ClassDef) and not _is_test_class(node):
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield owner, child
        elif isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from _functions_below(child, child if isinstance(child, ast.stmt) else owner)


def _is_test_class(node: ast.ClassDef) -> bool:
    """Whether pytest would look for checks in this class."""
    return node.name.startswith("Test") or any(ast.unparse(base).endswith("TestCase") for base in node.bases)
