"""The marker comments in a solution: where regions begin and end, and which prompt belongs to which.

    # BEGIN SOLUTION      # BEGIN PROMPT
    # END SOLUTION        # END PROMPT

Only comments that stand alone on their line are markers; the same text in a string is text. This module must not
know what becomes of a region (`tutor.course.starter`).
"""

import re
import tokenize
from collections.abc import Sequence

from msgspec import Struct

from tutor.course.source import fault

MARKER = re.compile(r"# (BEGIN|END) (SOLUTION|PROMPT)")
# What someone meant as a marker: other spacing or case, more #, words behind. Taken for prose it would leak a solution.
NEARLY = re.compile(r"#+\s*(BEGIN|END)\s+(SOLUTION|PROMPT)\b.*|#+\s*(?i:(begin|end)\s+(solution|prompt))\W*")


class Block(Struct, frozen=True, kw_only=True):
    """The lines from a BEGIN marker to its END marker, both included, counted from 1."""

    kind: str  # "SOLUTION" or "PROMPT"
    begin: int
    end: int

    def holds(self, first: int, last: int) -> bool:
        """Whether the lines `first` to `last` lie between the markers."""
        return self.begin < first and last < self.end


class Region(Struct, frozen=True, kw_only=True):
    """A SOLUTION block and the PROMPT block, if any, whose code the starter gets instead."""

    solution: Block
    prompt: Block | None


def find_regions(tokens: Sequence[tokenize.TokenInfo], lines: Sequence[str], path: str) -> list[Region]:
    """The regions in file order; raises CourseError for markers that are misspelt, misplaced, unbalanced or nested."""
    blocks = _blocks(tokens, lines, path)
    prompts: dict[Block, Block] = {}
    for before, block, after in zip([None, *blocks], blocks, [*blocks[1:], None], strict=False):
        if block.kind != "PROMPT":
            continue
        free = [n for n in (before, after) if n is not None and n.kind == "SOLUTION" and n not in prompts]
        owner = next((neighbour for neighbour in free if _adjacent(neighbour, block, lines)), None)
        if owner is None:
            sentence = "this PROMPT belongs to no region; put it directly below the `# END SOLUTION` that it replaces"
            raise fault(path, block.begin, sentence)
        prompts[owner] = block
    return [Region(solution=block, prompt=prompts.get(block)) for block in blocks if block.kind == "SOLUTION"]


def _blocks(tokens: Sequence[tokenize.TokenInfo], lines: Sequence[str], path: str) -> list[Block]:
    """Every marked block, in file order."""
    blocks: list[Block] = []
    kind, begin = "", 0
    for token in tokens:
        comment = token.string.rstrip()
        if token.type != tokenize.COMMENT or not NEARLY.fullmatch(comment):
            continue
        row, column = token.start
        marker = MARKER.fullmatch(comment)
        if marker is None:
            raise fault(path, row, f"`{comment}` is not a marker; write `{_meant(comment)}` and nothing else")
        if lines[row - 1][:column].strip():
            raise fault(path, row, f"`{comment}` must stand on a line of its own")
        if marker[1] == "BEGIN":
            if kind:
                sentence = f"`{comment}` stands inside the {kind} block of line {begin}; end that one first"
                raise fault(path, row, sentence)
            kind, begin = marker[2], row
            continue
        if kind != marker[2]:
            open_block = f"; the block open here is the {kind} of line {begin}" if kind else ""
            raise fault(path, row, f"`{comment}` without `# BEGIN {marker[2]}` before it{open_block}")
        blocks.append(Block(kind=kind, begin=begin, end=row))
        kind = ""
    if kind:
        raise fault(path, begin, f"`# BEGIN {kind}` has no `# END {kind}`")
    return blocks


def _meant(comment: str) -> str:
    """The marker nearest to `comment`."""
    return "# " + " ".join(comment.lstrip("#").upper().split()[:2]).rstrip(".:!-=#")


def _adjacent(one: Block, other: Block, lines: Sequence[str]) -> bool:
    """Whether only blank lines stand between two blocks."""
    first, second = sorted((one, other), key=lambda block: block.begin)
    return not "".join(lines[first.end : second.begin - 1]).strip()
