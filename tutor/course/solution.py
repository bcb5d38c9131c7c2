"""A solution as people read it: without the markers and prompts that only make the starter.

This module must not decide who may see a solution.
"""

import ast
from collections.abc import Mapping

from tutor.course.markers import Region, find_regions
from tutor.course.records import Exercise
from tutor.course.source import last_line, parse, read_text, split_lines, tokens_of


def read_solution(exercise: Exercise) -> str:
    """The solution's text, as a learner would have written it; one file is ready to be run. Raises CourseError."""
    return one_after_another(read_solutions(exercise))


def read_solutions(exercise: Exercise) -> dict[str, str]:
    """The solution's text by part; raises CourseError."""
    texts = {}
    for part, file in exercise.solution_files.items():
        path = f"solutions/{part}.py"
        texts[part] = without_markers(read_text(file, path), path)
    return texts


def read_solution_code(exercise: Exercise) -> str:
    """The solution's code below its statement; raises CourseError."""
    texts = read_solutions(exercise)
    return one_after_another({part: code_below_statement(text, f"solutions/{part}.py") for part, text in texts.items()})


def one_after_another(texts: Mapping[str, str]) -> str:
    """The texts of an exercise's parts as one, each of several led by its name."""
    if len(texts) == 1:
        return next(iter(texts.values()))
    return "\n\n".join(f"# {'-' * 8} {part}.py {'-' * 8}\n\n{text.strip()}\n" for part, text in texts.items())


def code_below_statement(source: str, path: str) -> str:
    """The code below a module's docstring; raises CourseError, naming `path`, where it is no Python."""
    tree = parse(source, path)
    if ast.get_docstring(tree) is None:
        return source
    return "".join(split_lines(source)[last_line(tree.body[0]) :]).lstrip("\n")


def without_markers(source: str, path: str) -> str:
    """`source` without region markers and without anything of a starter's prompt; raises CourseError."""
    lines = split_lines(source)
    leave_out: set[int] = set()
    for region in find_regions(tokens_of(source, path), lines, path):
        leave_out |= {region.solution.begin, region.solution.end}
        if region.prompt is not None:
            leave_out.update(range(region.prompt.begin, region.prompt.end + 1))
        leave_out |= _gap_before_end(region, lines)
    return "".join(line for number, line in enumerate(lines, start=1) if number not in leave_out)


def _gap_before_end(region: Region, lines: list[str]) -> set[int]:
    """The blank lines that a formatter wants before `# END SOLUTION`, where more follow it: without it they add up."""
    after = (region.prompt or region.solution).end  # as an index, the line after it
    if after < len(lines) and lines[after].strip():
        return set()
    number = region.solution.end - 1
    while not lines[number - 1].strip():
        number -= 1
    return set(range(number + 1, region.solution.end))
