"""`tutor hint` and `tutor solution`: help in the order it was meant to be taken."""

import sys

from rich.markdown import Markdown
from rich.padding import Padding
from rich.syntax import Syntax

from tutor.cli.console import complain, console, say
from tutor.cli.problems import NOT_PASSED, PASSED
from tutor.cli.session import course_key, here, need_workspace, one_exercise, open_course, open_progress, read_progress
from tutor.course.loader import read_content
from tutor.course.records import Content, Exercise
from tutor.course.solution import read_solution, read_solution_code
from tutor.show.plain import clean
from tutor.workspace.errors import WorkspaceError


def run_hint(word: str, option: str | None) -> int:
    """Show one hint more than last time, after those shown before; how many is kept in the workspace."""
    course = open_course(option)
    exercise = one_exercise(course, word)
    workspace = need_workspace()
    hints = [(check.claim, text) for check in read_content(exercise).checks for text in check.hints]
    if not hints:
        say(f"{exercise.id} has no hints.")
        return PASSED
    key = course_key(course, workspace)
    try:
        with open_progress(workspace) as progress:
            before = progress.hints_shown(key, exercise.id)
            shown = progress.show_hint(key, exercise.id, len(hints))
    except WorkspaceError as error:
        complain(str(error), style="yellow")
        before, shown = 0, 1
    for number, (claim, text) in enumerate(hints[:shown], start=1):
        _print_hint(f"Hint {number} of {len(hints)}", claim, text)
    if before >= len(hints):
        say(f"These are all the hints. The solution: tutor solution {exercise.id} --reveal")
    elif shown < len(hints):
        say(f"One more: tutor hint {exercise.id}", style="dim")
    return PASSED


def _print_hint(heading: str, claim: str, text: str) -> None:
    say(heading, style="bold")
    if not sys.stdout.isatty():
        say(f"  {claim}\n  {text}\n")
        return
    say(f"  {claim}", style="dim")
    console().print(Padding(Markdown(clean(text)), (0, 0, 1, 2)))


def run_solution(word: str, option: str | None, *, reveal: bool) -> int:
    """Show the solution of an exercise that has passed, or of any with `reveal`."""
    course = open_course(option)
    exercise = one_exercise(course, word)
    workspace = here()
    key = course_key(course, workspace)
    history = read_progress(workspace, key).get(exercise.id)
    passed = history is not None and history.passed
    if not (passed or reveal):
        say(
            f"{exercise.id} has not passed yet, and its solution is worth more after your own.\n"
            f"For help: tutor hint {exercise.id}\nTo see it all the same: tutor solution {exercise.id} --reveal"
        )
        return NOT_PASSED
    _print_solution(exercise, read_content(exercise))
    if workspace is not None and not passed:
        try:
            with open_progress(workspace) as progress:
                progress.reveal(key, exercise.id)
        except WorkspaceError as error:
            complain(str(error), style="yellow")
    return PASSED


def _print_solution(exercise: Exercise, content: Content) -> None:
    """A terminal gets the code in colour and the explanation under it; a pipe gets the file, ready to be run."""
    if not sys.stdout.isatty():
        sys.stdout.write(clean(read_solution(exercise)))
        return
    code = clean(read_solution_code(exercise))
    console().print(Syntax(code, "python", theme="ansi_dark", background_color="default"))
    if content.why_it_works:
        console().print(Markdown("## Why it works\n\n" + clean(content.why_it_works)))
