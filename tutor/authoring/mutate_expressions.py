"""Slips inside an expression: operators, comparisons, constants, slices, order.

Owns the tables of what becomes what. Calls have a module of their own (`mutate_calls`).
"""

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tutor.authoring.edits import Edit, Source

Slip = tuple[str, tuple[Edit, ...]]  # kind, edits

# Replacements bind as tightly as the original, so that no parentheses are needed; the others are `LOOSER`.
OPERATORS: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: (r"\+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: (r"\*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "//"),
    ast.MatMult: ("@", "*"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
    ast.Pow: (r"\*\*", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: (r"\|", "&"),
    ast.BitXor: (r"\^", "&"),
}
LOOSER = (ast.Pow, ast.BitAnd, ast.BitOr, ast.BitXor)
COMPARISONS: dict[type[ast.cmpop], tuple[str, tuple[str, ...]]] = {
    ast.Lt: ("<", ("<=", ">")),
    ast.LtE: ("<=", ("<", ">=")),
    ast.Gt: (">", (">=", "<")),
    ast.GtE: (">=", (">", "<=")),
    ast.Eq: ("==", ("!=",)),
    ast.NotEq: ("!=", ("==",)),
    ast.Is: ("is", ("is not",)),
    ast.IsNot: (r"is\s+not", ("is",)),
    ast.In: ("in", ("not in",)),
    ast.NotIn: (r"not\s+in", ("in",)),
}
WORDS = {"mean": "sum", "sum": "mean", "none": "mean", "min": "max", "max": "min", "train": "test", "test": "train"}
DIMENSIONS = frozenset({"dim", "axis", "dim0", "dim1", "start_dim", "end_dim"})
# Attributes of torch, of a tensor or of a module that one takes for another.
NAMES = {
    "float32": "float64", "float64": "float32", "int64": "int32", "long": "int32", "bool": "uint8",
    "mT": "T", "T": "mT", "H": "T", "grad": "data",
    "sum": "mean", "mean": "sum", "min": "max", "max": "min", "argmax": "argmin", "argmin": "argmax",
    "amax": "amin", "amin": "amax", "any": "all", "all": "any", "zeros": "ones", "ones": "zeros",
    "zeros_like": "ones_like", "ones_like": "zeros_like", "rand": "randn", "randn": "rand",
    "exp": "log", "log": "exp", "sin": "cos", "cos": "sin", "floor": "ceil", "ceil": "floor",
    "tril": "triu", "triu": "tril", "cat": "stack", "stack": "cat", "relu": "tanh",
    "sigmoid": "tanh", "tanh": "sigmoid",
    "train": "eval", "eval": "train", "log_softmax": "softmax", "softmax": "log_softmax",
    "min_": "max_", "max_": "min_", "add_": "sub_", "sub_": "add_",
}  # fmt: skip


def mutate_expression(source: Source, node: ast.expr, parents: Sequence[ast.AST]) -> Iterator[Slip]:
    """Every slip at this one expression, not at those inside it."""
    match node:
        case ast.BinOp():
            yield from _operator(source, node)
        case ast.Compare():
            yield from _comparison(source, node)
        case ast.BoolOp():
            yield from _bool_operator(source, node)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            for text in _other_numbers(-value, parents):
                yield "constant", (source.replace(node, text),)
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert(), operand=operand):
            yield "operator", (source.replace(node, source.of(operand)),)
        case ast.Constant():
            yield from _constant(source, node, parents)
        case ast.IfExp(test=test):
            yield "condition", (source.replace(test, f"not ({source.of(test)})"),)
        case ast.Slice():
            yield from _slice(source, node)
        case ast.Attribute(attr=name, value=value) if name in NAMES:
            place = source.find(rf"\b{name}\b", source.end(value), source.end(node))
            if place:
                yield "name", (Edit(*place, NAMES[name]),)
        case ast.Tuple(elts=elements) | ast.List(elts=elements) if _ordered(parents):
            for one, other in pairwise(elements):
                yield "swap", source.swap(one, other)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            for test in (test for generator in node.generators for test in generator.ifs):
                yield "condition", (source.replace(test, f"not ({source.of(test)})"),)


def _operator(source: Source, node: ast.BinOp) -> Iterator[Slip]:
    pattern, other = OPERATORS[type(node.op)]
    place = source.find(pattern, source.end(node.left), source.start(node.right))
    if place is None:
        return
    edits: tuple[Edit, ...] = (Edit(*place, other),)
    if isinstance(node.op, LOOSER):
        start, end = source.start(node), source.end(node)
        edits = (Edit(start, start, "("), *edits, Edit(end, end, ")"))
    yield "operator", edits
    if isinstance(node.op, ast.Add | ast.Sub | ast.MatMult):
        yield "operand", (source.replace(node, source.of(node.left)),)


def _comparison(source: Source, node: ast.Compare) -> Iterator[Slip]:
    left = node.left
    for operator, right in zip(node.ops, node.comparators, strict=True):
        pattern, others = COMPARISONS[type(operator)]
        place = source.find(pattern, source.end(left), source.start(right))
        if place is not None:
            for other in others:
                yield "comparison", (Edit(*place, other),)
        left = right


def _bool_operator(source: Source, node: ast.BoolOp) -> Iterator[Slip]:
    word, other = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    start, end = source.start(node), source.end(node)
    for left, right in pairwise(node.values):
        place = source.find(rf"\b{word}\b", source.end(left), source.start(right))
        if place is not None:
            yield "boolean", (Edit(start, start, "("), Edit(*place, other), Edit(end, end, ")"))
    for value in node.values:
        yield "operand", (source.replace(node, source.of(value)),)


def _constant(source: Source, node: ast.Constant, parents: Sequence[ast.AST]) -> Iterator[Slip]:
    parent = parents[-1]
    match node.value:
        case bool() as value:
            yield "constant", (source.replace(node, str(not value)),)
        case int() | float() as value if not isinstance(parent, ast.UnaryOp):
            for text in _other_numbers(value, parents):
                yield "constant", (source.replace(node, text),)
        case str() as text if text and not isinstance(parent, ast.FormattedValue | ast.JoinedStr):
            yield "constant", (source.replace(node, _quoted(WORDS.get(text, f"{text}_"), source.of(node))),)


def _quoted(text: str, like: str) -> str:
    """`text` as a literal, in the quotes of `like` where that is possible."""
    literal = repr(text)
    return f'"{literal[1:-1]}"' if like.startswith('"') and literal[0] == "'" and '"' not in literal else literal


def _other_numbers(value: float, parents: Sequence[ast.AST]) -> Iterator[str]:
    parent = parents[-1]
    if isinstance(value, float):
        yield from ("1.0",) if value == 0 else (repr(value * 2), "0.0")
    elif isinstance(parent, ast.keyword) and parent.arg in DIMENSIONS:
        yield from (str(other) for other in (0, 1, -1) if other != value)
    elif value == 0:
        yield "1"
    elif value == -1:
        yield from ("0", "1")
    else:
        yield from (str(value - 1), str(value + 1))


def _slice(source: Source, node: ast.Slice) -> Iterator[Slip]:
    for part in (node.lower, node.upper, node.step):
        if part is not None:
            yield "slice", (source.replace(part, ""),)


def _ordered(parents: Sequence[ast.AST]) -> bool:
    """Whether the order of a tuple's elements means something: a result, an index, an argument; not a target."""
    return isinstance(parents[-1], ast.Return | ast.Subscript | ast.Call | ast.keyword)
