"""Slips in a call: arguments left out or exchanged, the call itself left out."""

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tutor.authoring.edits import Edit, Source
from tutor.authoring.mutate_expressions import Slip


def mutate_call(source: Source, node: ast.Call, parents: Sequence[ast.AST], modules: frozenset[str]) -> Iterator[Slip]:
    """Every slip at this one call; `modules` are the names whose attributes are functions, not methods."""
    yield from _exchanged(source, node)
    yield from _left_out(source, node)
    if isinstance(parents[-1], ast.Expr):
        return  # a whole statement, which is dropped as one
    if isinstance(node.func, ast.Attribute) and _root(node.func.value) not in modules | {"self"}:
        dot = source.find(rf"\.\s*{node.func.attr}\b", source.end(node.func.value), source.end(node.func))
        if dot is not None:  # what stands before it keeps its parentheses
            yield "chain", (Edit(dot[0], source.end(node), ""),)
    elif node.args and not isinstance(node.args[0], ast.Starred):
        yield "call", (source.replace(node, source.of(node.args[0])),)


def _exchanged(source: Source, node: ast.Call) -> Iterator[Slip]:
    for one, other in pairwise(node.args):
        if not isinstance(one, ast.Starred) and not isinstance(other, ast.Starred):
            yield "swap", source.swap(one, other)


def _left_out(source: Source, node: ast.Call) -> Iterator[Slip]:
    """Each keyword argument, and the last positional one, for it may have a default."""
    written: list[ast.expr | ast.keyword] = sorted([*node.args, *node.keywords], key=source.start)
    for place, argument in enumerate(written):
        if isinstance(argument, ast.keyword) or (len(node.args) > 1 and argument is node.args[-1]):
            yield "argument", (_without(source, written, place),)


def _without(source: Source, written: Sequence[ast.expr | ast.keyword], place: int) -> Edit:
    """The argument and one comma go."""
    if place + 1 < len(written):
        return Edit(source.start(written[place]), source.start(written[place + 1]), "")
    start = source.end(written[place - 1]) if place else source.start(written[place])
    return Edit(start, source.end(written[place]), "")


def _root(node: ast.expr) -> str:
    """The name that a chain of attributes begins with, "" when it begins with something else."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
