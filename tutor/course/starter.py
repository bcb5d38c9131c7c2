"""From a solution to its starter: what each region becomes, and the statement without "Why it works".

Everything outside the regions survives byte for byte. A region becomes

- its PROMPT block with the comment signs taken off, where it has one;
- inside a function, `raise NotImplementedError("TODO: write NAME")`: every region raises, so that a learner who has
  written the first of several is led to the next, and no branch falls through in silence;
- in a class body or at module level, a comment `# TODO: write ...`, and `pass` where the block would be empty.

This module must not read or write files.
"""

import ast
import tokenize
from collections.abc import Iterator, Sequence

from msgspec import Struct

from tutor.course.markers import Block, Region, find_regions
from tutor.course.records import CourseError
from tutor.course.source import fault, first_line, last_line, parse, split_lines, tokens_of
from tutor.course.statement import why_rows

NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


class Place(Struct, frozen=True, kw_only=True):
    """Where a region's code stands in the tree."""

    scope: tuple[str, ...]  # names of the functions and classes around it, outermost first
    in_function: bool
    block: list[ast.stmt]  # the statements it is among, its own included
    own: list[ast.stmt]


class Edit(Struct, frozen=True, kw_only=True):
    """Lines `first` to `last` (from 1, both included) become `lines`."""

    first: int
    last: int
    lines: list[str]


def make_starter(source: str, path: str) -> str:
    """The starter made from the solution `source`; raises CourseError naming `path` and the line to blame."""
    tree = parse(source, path)
    tokens, lines = tokens_of(source, path), split_lines(source)
    regions = find_regions(tokens, lines, path)
    if not regions:
        raise fault(path, None, "there is no `# BEGIN SOLUTION` region, so the starter would be the solution")
    places = _places(tree, tokens, regions, path)
    edits = [edit for region in regions for edit in _region_edits(region, regions, places, lines, path)]
    edits += _statement_edits(tree, tokens, lines)
    for edit in sorted(edits, key=lambda edit: edit.first, reverse=True):
        lines[edit.first - 1 : edit.last] = edit.lines
    starter = "".join(lines)
    _refuse_unfit(starter, tree, path)
    return starter


def _places(
    tree: ast.Module, tokens: Sequence[tokenize.TokenInfo], regions: Sequence[Region], path: str
) -> dict[Region, Place]:
    """The place of every region; one that holds no code has none, and needs a prompt."""
    code: set[int] = set()
    for token in tokens:
        if token.type not in NO_CODE:
            code.update(range(token.start[0], token.end[0] + 1))
    places = {}
    for region in regions:
        begin, end = region.solution.begin, region.solution.end
        inside = [line for line in range(begin, end) if line in code]
        if inside:
            places[region] = _place(tree, (inside[0], inside[-1]), (), False, begin, path)
        elif region.prompt is None:
            raise fault(path, begin, "this region holds no code, and no PROMPT block says what the starter gets")
    return places


def _place(
    node: ast.AST, code: tuple[int, int], scope: tuple[str, ...], in_function: bool, begin: int, path: str
) -> Place:
    """The place of the region that begins at `begin`, whose code spans the lines `code`, within `node`."""
    first, last = code
    for block in _blocks_of(node):
        own = [statement for statement in block if first_line(statement) <= last and last_line(statement) >= first]
        if not own:
            continue
        if (first_line(own[0]), last_line(own[-1])) == code:
            return Place(scope=scope, in_function=in_function, block=block, own=own)
        around = own[0]
        if first_line(around) < first and last_line(around) >= last:
            if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                scope, in_function = (*scope, around.name), not isinstance(around, ast.ClassDef)
            return _place(around, code, scope, in_function, begin, path)
        # All within the region, yet not all of its code: a line of the statement around them, such as `else:`.
        cut = next((s for s in own if first_line(s) < first or last_line(s) > last), node)
        line = first_line(cut) if isinstance(cut, ast.stmt) else begin
        sentence = f"this region cuts the statement at line {line} in two; regions hold whole statements"
        raise fault(path, begin, sentence)
    raise fault(path, begin, "this region stands inside a statement; regions hold whole statements")


def _blocks_of(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The lists of statements directly under `node`, in file order."""
    for _, value in ast.iter_fields(node):
        if not isinstance(value, list):
            continue
        if value and isinstance(value[0], ast.stmt):
            yield value
        for child in value:
            if isinstance(child, ast.ExceptHandler | ast.match_case):
                yield child.body


def _region_edits(
    region: Region, regions: Sequence[Region], places: dict[Region, Place], lines: Sequence[str], path: str
) -> Iterator[Edit]:
    """What becomes of one region and its prompt."""
    solution = region.solution
    if region.prompt is not None:
        yield Edit(first=solution.begin, last=solution.end, lines=[])
        prompt = _uncommented(region.prompt, lines, path)
        yield Edit(first=region.prompt.begin, last=region.prompt.end, lines=prompt)
        return
    place = places[region]
    if place.in_function:
        new = [f'raise NotImplementedError("TODO: write {".".join(place.scope)}")']
    else:
        new = [f"# TODO: write {_what(place)}"]
        if _leaves_nothing(region, regions, places):
            new.append("pass")
    text = lines[first_line(place.own[0]) - 1]
    indentation = text[: len(text) - len(text.lstrip())]
    marker = lines[solution.begin - 1]
    end = marker[len(marker.rstrip("\r\n")) :]
    yield Edit(first=solution.begin, last=solution.end, lines=[indentation + line + end for line in new])


def _what(place: Place) -> str:
    """What a region outside functions defines, by name; else whose part it is."""
    names: list[str] = []
    for statement in place.own:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(statement.name)
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names += [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]
    if names:
        return ", ".join(".".join([*place.scope, name]) for name in dict.fromkeys(names))
    return f"this part of {'.'.join(place.scope)}" if place.scope else "this part"


def _leaves_nothing(region: Region, regions: Sequence[Region], places: dict[Region, Place]) -> bool:
    """Whether the block around `region` needs its `pass`: nothing in it survives, and it is the first to say so."""
    block = places[region].block
    siblings = [other for other in regions if other in places and places[other].block is block]
    if any(other.prompt is not None for other in siblings) or siblings[0] is not region:
        return False
    own = [statement for other in siblings for statement in places[other].own]
    return len(own) == len(block)


def _uncommented(prompt: Block, lines: Sequence[str], path: str) -> list[str]:
    """The lines of a PROMPT block as code: `# ` taken off once, indentation kept."""
    code = []
    for row in range(prompt.begin + 1, prompt.end):
        line = lines[row - 1].rstrip("\r\n")
        end = lines[row - 1][len(line) :]
        text = line.lstrip()
        if text and not text.startswith("#"):
            raise fault(path, row, "a PROMPT block holds commented lines only; begin this line with `# `")
        indentation = line[: len(line) - len(text)]
        bare = text.removeprefix("#").removeprefix(" ")
        code.append(indentation + bare + end if bare.strip() else end)
    return code


def _statement_edits(tree: ast.Module, tokens: Sequence[tokenize.TokenInfo], lines: Sequence[str]) -> Iterator[Edit]:
    """The cut that takes "Why it works" out of the module docstring."""
    if ast.get_docstring(tree) is None:
        return
    token = next(token for token in tokens if token.type == tokenize.STRING)
    begin, (end, column) = token.start[0], token.end
    quotes = token.string[-3:] if token.string[-3:] in ('"""', "'''") else token.string[-1:]
    body = list(lines[begin:end])  # what follows the docstring's first line
    if not body:
        return
    after = lines[end - 1][column:]
    body[-1] = lines[end - 1][: column - len(quotes)]
    why = why_rows([line.rstrip("\r\n") for line in body])
    if why is None:
        return
    first = begin + 1 + why.start
    if why.stop < len(body):
        yield Edit(first=first, last=begin + why.stop, lines=[])
        return
    while first > begin + 1 and not lines[first - 2].strip():
        first -= 1
    yield Edit(first=first, last=end, lines=[quotes + after])


def _refuse_unfit(starter: str, solution: ast.Module, path: str) -> None:
    """Raise CourseError for a starter that doesn't parse or still tells why the solution works."""
    try:
        tree = parse(starter, path)
    except CourseError as error:
        where = f" (its line {error.problem.line})" if error.problem.line else ""
        reason = error.problem.message.partition(": ")[2]
        sentence = f"the starter made from this file is not valid Python{where}: {reason}"
        raise fault(path, None, sentence) from error
    if why_rows((ast.get_docstring(tree) or "").split("\n")) is not None:
        line = solution.body[0].lineno
        raise fault(path, line, 'the docstring must hold "## Why it works" once, its text not indented')
