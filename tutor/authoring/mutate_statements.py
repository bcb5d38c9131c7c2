"""Slips of a whole statement: left out, unwrapped, its condition turned round."""

import ast
from collections.abc import Iterator, Sequence

from tutor.authoring.edits import Edit, Source
from tutor.authoring.mutate_expressions import OPERATORS, Slip

Function = ast.FunctionDef | ast.AsyncFunctionDef


def mutate_statement(source: Source, node: ast.stmt, parents: Sequence[ast.AST]) -> Iterator[Slip]:
    """Every slip of this one statement, not of those inside it."""
    match node:
        case ast.AugAssign(target=target, op=op, value=value):
            pattern, other = OPERATORS[type(op)]
            place = source.find(f"{pattern}=", source.end(target), source.start(value))
            if place is not None:
                yield "operator", (Edit(*place, f"{other}="),)
                yield "operator", (Edit(*place, "="),)
        case ast.If(test=test) | ast.While(test=test) if not isinstance(test, ast.Compare):
            yield "condition", (source.replace(test, f"not ({source.of(test)})"),)
        case ast.With(items=items, body=[first, *_]) if all(item.optional_vars is None for item in items):
            place = source.find(":", source.end(items[-1].context_expr), source.start(first))
            if place is not None:
                yield "with", (Edit(source.start(node), place[0], "if True"),)
        case ast.Break():
            yield "statement", (source.replace(node, "continue"),)
        case ast.FunctionDef() | ast.ClassDef():
            for decorator in node.decorator_list:
                yield "decorator", (Edit(source.start(decorator) - 1, source.end(decorator), ""),)
    if _may_go(node, parents):
        yield "statement", (_dropped(source, node, parents[-1]),)


def _may_go(node: ast.stmt, parents: Sequence[ast.AST]) -> bool:
    """Whether the code makes sense without the statement: nothing that follows lacks a name."""
    match node:
        case ast.Expr() | ast.AugAssign() | ast.Raise() | ast.Assert() | ast.Delete() | ast.Continue():
            return True
        case ast.For() | ast.While() | ast.With() | ast.Try():
            return all(_may_go(inner, parents) for inner in node.body)
        case ast.If(orelse=[]):
            return True
        case ast.Assign(targets=targets):
            return all(_bound_before(target, node, parents) for target in targets)
        case ast.AnnAssign(target=target, value=value):
            return value is not None and _bound_before(target, node, parents)
    return False


def _bound_before(target: ast.expr, node: ast.stmt, parents: Sequence[ast.AST]) -> bool:
    """Whether what `target` assigns was there before: an attribute, an item, a parameter, a name assigned earlier."""
    match target:
        case ast.Attribute() | ast.Subscript():
            return True
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return all(_bound_before(element, node, parents) for element in elements)
        case ast.Name(id=name):
            function = next((parent for parent in reversed(parents) if isinstance(parent, Function)), None)
            if function is None:
                return False
            earlier = {
                inner.arg if isinstance(inner, ast.arg) else inner.id
                for inner in ast.walk(function)
                if isinstance(inner, ast.arg)
                or (isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store) and inner.lineno < node.lineno)
            }
            return name in earlier
    return False


def _dropped(source: Source, node: ast.stmt, parent: ast.AST) -> Edit:
    """The statement's lines go; the only one of its block becomes `pass`."""
    blocks = [value for _, value in ast.iter_fields(parent) if isinstance(value, list) and node in value]
    if blocks and len(blocks[0]) > 1:
        return Edit(source.line_start(node.lineno), source.line_start((node.end_lineno or node.lineno) + 1), "")
    return source.replace(node, "pass")
