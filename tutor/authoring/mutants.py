"""Mutants of a solution: each a small slip that somebody could make, as a whole file with one thing changed.

Owns which places may be mutated, and that every mutant differs from the original and from the others. What is changed
at a place is in `mutate_expressions`, `mutate_calls` and `mutate_statements`. Pure: reads and runs nothing.
"""

import ast
import difflib
from collections.abc import Iterator, Sequence

from msgspec import Struct

from tutor.authoring.edits import Edit, Source, without_comment
from tutor.authoring.mutate_calls import mutate_call
from tutor.authoring.mutate_expressions import mutate_expression
from tutor.authoring.mutate_statements import mutate_statement
from tutor.course.markers import Region, find_regions
from tutor.course.source import first_line, split_lines, tokens_of

MOST = 100
Change = tuple[str, int, tuple[Edit, ...]]  # kind, line, edits


class Mutant(Struct, frozen=True, kw_only=True):
    """One mutant. `before` and `after` are the changed lines without comments, each text on one line."""

    id: str  # "12:operator:1": line, kind, and the how-many-th of them
    path: str  # of the file that was changed, as it was named to `make_mutants`
    kind: str
    line: int
    function: str  # the innermost function around it, "" outside of any
    source: str
    before: str
    after: str
    diff: str


class Mutants(Struct, frozen=True, kw_only=True):
    """The mutants to run, in file order, and how many more there would be."""

    chosen: tuple[Mutant, ...]
    left_out: int = 0


def make_mutants(source: str, path: str, most: int = MOST) -> Mutants:
    """At most `most` mutants of the solution regions of `source`; raises CourseError when its markers are faulty."""
    original = Source(source)
    regions = find_regions(tokens_of(source, path), split_lines(source), path)
    seen = {ast.dump(original.tree)}
    found: list[Mutant] = []
    counts: dict[tuple[int, str], int] = {}
    for kind, line, edits in sorted(_changes(original, regions), key=_place):
        text = original.edited(edits)
        tree = _parse(text)
        if tree is None or (shape := ast.dump(tree)) in seen:
            continue
        seen.add(shape)
        number = counts[line, kind] = counts.get((line, kind), 0) + 1
        found.append(_mutant(original, path, kind, line, number, text))
    chosen = _spread(found, most)
    return Mutants(chosen=chosen, left_out=len(found) - len(chosen))


def _changes(source: Source, regions: Sequence[Region]) -> Iterator[Change]:
    """Every change at every place inside the regions."""
    blocks = [region.solution for region in regions]
    modules = _modules(source.tree)
    todo: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(source.tree, ())]
    while todo:
        node, parents = todo.pop()
        if isinstance(node, ast.expr | ast.stmt) and any(block.holds(*_lines(node)) for block in blocks):
            line = node.lineno
            if isinstance(node, ast.stmt):
                yield from ((kind, line, edits) for kind, edits in mutate_statement(source, node, parents))
            else:
                yield from ((kind, line, edits) for kind, edits in mutate_expression(source, node, parents))
                if isinstance(node, ast.Call):
                    yield from ((kind, line, edits) for kind, edits in mutate_call(source, node, parents, modules))
        todo += [(child, (*parents, node)) for child in _children(node)]


def _place(change: Change) -> tuple[int, int, int]:
    """Changes go by line, then by where on it they begin and end."""
    _, line, edits = change
    return line, min(edit.start for edit in edits), max(edit.end for edit in edits)


def _lines(node: ast.expr | ast.stmt) -> tuple[int, int]:
    """The first and last line of `node`, its decorators included."""
    first = first_line(node) if isinstance(node, ast.stmt) else node.lineno
    return first, node.end_lineno or node.lineno


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What of `node` decides how it behaves: no docstrings, type hints, or sentences of errors."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_params") or (isinstance(node, ast.Assert) and name == "msg"):
            continue
        if isinstance(node, ast.Raise) or isinstance(value, ast.JoinedStr | ast.expr_context):
            continue
        for child in value if isinstance(value, list) else [value]:
            docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if isinstance(child, ast.AST) and not docstring:
                yield child


def _modules(tree: ast.Module) -> frozenset[str]:
    """Names that stand for imported modules: `torch.cat` is no method call."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return frozenset(names)


def _parse(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return None


def _mutant(original: Source, path: str, kind: str, line: int, number: int, text: str) -> Mutant:
    old, new = split_lines(original.text), split_lines(text)
    removed, added = [], []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            removed += old[i:j]
            added += new[k:m]
    diff = difflib.unified_diff(old, new, "solution", "mutant", n=1)
    return Mutant(
        id=f"{line}:{kind}:{number}",
        path=path,
        kind=kind,
        line=line,
        function=_function_at(original.tree, line),
        source=text,
        before=_one_line(removed),
        after=_one_line(added),
        diff="".join(row if row.endswith("\n") else f"{row}\n" for row in diff),
    )


def _one_line(lines: Sequence[str]) -> str:
    return " ".join(text for line in lines if (text := without_comment(line)))


def _function_at(tree: ast.Module, line: int) -> str:
    """The name of the innermost function around `line`."""
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return max(around, key=lambda node: node.lineno).name if around else ""


def _spread(found: Sequence[Mutant], most: int) -> tuple[Mutant, ...]:
    """At most `most` of them, every line having its turn before one has a second; always the same ones."""
    turns: dict[int, list[int]] = {}
    for place, mutant in enumerate(found):
        turns.setdefault(mutant.line, []).append(place)
    by_turn = sorted((turn, place) for places in turns.values() for turn, place in enumerate(places))
    return tuple(found[place] for place in sorted(place for _, place in by_turn[:most]))
