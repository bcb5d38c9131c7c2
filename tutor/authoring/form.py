"""The form of an exercise, looked at without running anything: statement, claims, hints, markers, starter.

Owns the rules that reading alone can hold. What running shows is `tutor.authoring.verify`'s.
"""

import ast
import importlib.util
import io
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping

from rich.console import Console

from tutor.authoring.edits import without_comment
from tutor.authoring.findings import Finding
from tutor.course.markers import MARKER, find_regions
from tutor.course.records import Content, Exercise
from tutor.course.source import parse, split_lines, tokens_of
from tutor.show.statement import statement_view

GIVEAWAY = 25  # characters from which a line of code told is a line of the solution given away
RUFF_SECONDS = 60.0
# In a starter, imports stand ready for what is to be written.
UNUSED = "F401,F841"


def look_at_form(exercise: Exercise, content: Content, solution: Mapping[str, str]) -> Iterator[Finding]:
    """What is wrong with the form of the exercise, whose solution's texts by part are `solution`."""
    path, checks = f"solutions/{exercise.parts[0]}.py", _path(exercise, "check")
    yield from _rendering(exercise, content, path)
    for check in content.checks:
        if not check.hints:
            sentence = (
                f"{check.id} has no hint; add a second paragraph to its docstring, a nudge rather than the answer"
            )
            yield Finding(exercise=exercise.id, step="format", message=sentence, file=checks, line=check.line)
    lines = solution_lines(solution, content.starters)
    yield from given_away(exercise, lines, "the statement", content.statement, path, 1)
    for check in content.checks:
        yield from given_away(exercise, lines, f"the claim of {check.id}", check.claim, checks, check.line)
        for number, hint in enumerate(check.hints, start=1):
            yield from given_away(exercise, lines, f"hint {number} of {check.id}", hint, checks, check.line)
    for part, starter in content.starters.items():
        yield from _starter_style(exercise, part, starter)


def solution_lines(solution: Mapping[str, str], starters: Mapping[str, str]) -> tuple[str, ...]:
    """The lines of code inside the regions that no starter shows, long enough to be a giveaway; both texts by part."""
    shown = {without_comment(line) for starter in starters.values() for line in split_lines(starter)}
    found: dict[str, None] = {}
    for part, text in solution.items():
        lines, path = split_lines(text), f"solutions/{part}.py"
        for region in find_regions(tokens_of(text, path), lines, path):
            for line in lines[region.solution.begin : region.solution.end - 1]:
                code = without_comment(line)
                if len(code) >= GIVEAWAY and code not in shown:
                    found[code] = None
    return tuple(found)


def given_away(
    exercise: Exercise, lines: Iterable[str], where: str, text: str, file: str, line: int | None
) -> Iterator[Finding]:
    """A finding for each line of the solution that `text` holds."""
    told = " ".join(text.split())
    for code in lines:
        if code in told:
            sentence = f"{where} holds a line of the solution: `{code}`; say it in words or show something like it"
            yield Finding(exercise=exercise.id, step="format", message=sentence, file=file, line=line)


def _rendering(exercise: Exercise, content: Content, path: str) -> Iterator[Finding]:
    console = Console(file=io.StringIO(), width=100)
    try:
        console.print(statement_view(content))
    except Exception as error:  # whatever a Markdown parser stumbles over
        sentence = f"the statement cannot be shown as Markdown: {error}"
        yield Finding(exercise=exercise.id, step="format", message=sentence, file=path, line=1)


def markers_in_strings(exercise: Exercise, solution: str, path: str) -> Iterator[Finding]:
    """A finding for each string that holds a line like a marker; raises CourseError when `solution` is no Python."""
    for node in ast.walk(parse(solution, path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            marker = next((row for row in map(str.strip, node.value.splitlines()) if MARKER.fullmatch(row)), None)
            if marker is not None:
                sentence = f"`{marker}` stands inside a string, where it marks nothing; make it a comment, or reword it"
                yield Finding(exercise=exercise.id, step="format", message=sentence, file=path, line=node.lineno)


def _starter_style(exercise: Exercise, part: str, starter: str) -> Iterator[Finding]:
    """What ruff says of a file of the starter, under the course's own settings where it has some."""
    path = f"solutions/{part}.py"
    if importlib.util.find_spec("ruff") is None:
        sentence = "ruff is not installed, so the starter's style was not looked at"
        yield Finding(exercise=exercise.id, step="format", message=sentence, file=path, ok=True)
        return
    words = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise", "--extend-ignore", UNUSED]
    try:
        result = subprocess.run(
            [*words, "--stdin-filename", str(exercise.root / "exercises" / f"{part}.py"), "-"],
            input=starter, capture_output=True, text=True, encoding="utf-8", errors="replace",
            timeout=RUFF_SECONDS, check=False, cwd=exercise.root,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        sentence = f"ruff could not look at the starter: {error}"
        yield Finding(exercise=exercise.id, step="format", message=sentence, file=path, ok=True)
        return
    if result.returncode == 0:
        return
    first = (result.stdout.strip() or result.stderr.strip()).splitlines()[0]
    sentence = f"ruff finds fault with the starter made from it: {first}"
    yield Finding(exercise=exercise.id, step="format", message=sentence, file=path)


def _path(exercise: Exercise, kind: str) -> str:
    """The exercise's solution or check file, as findings name it."""
    file = exercise.solution_file if kind == "solution" else exercise.check_file
    return file.relative_to(exercise.root).as_posix()
