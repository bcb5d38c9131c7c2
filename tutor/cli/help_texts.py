"""`tutor hint` and `tutor solution`: help in the order it was meant to be taken."""

import sys
from collections.abc import Mapping

from rich.markdown import Markdown
from rich.padding import Padding
from rich.syntax import Syntax

from tutor.attempt.result import Outcome
from tutor.cli.console import complain, console, say
from tutor.cli.problems import NOT_PASSED, PASSED
from tutor.cli.session import course_key, here, need_workspace, one_exercise, open_course, open_progress, read_progress
from tutor.course.hints import Hint, hints_of, hints_to_show, next_number
from tutor.course.loader import read_content
from tutor.course.records import Content, Exercise
from tutor.course.solution import read_solution, read_solution_code
from tutor.show.plain import clean
from tutor.workspace.errors import WorkspaceError


def run_hint(word: str, option: str | None, *, everything: bool = False) -> int:
    """Show one hint more, of the check that failed first in the last attempt; `everything` shows the earlier ones."""
    course = open_course(option)
    exercise = one_exercise(course, word)
    workspace = need_workspace()
    hints = hints_of(read_content(exercise))
    if not hints:
        say(f"{exercise.id} has no hints.")
        return PASSED
    key = course_key(course, workspace)
    outcomes: Mapping[str, str] = {}
    shown, before = 0, 0
    wanted: int | None = None
    solved = False
    try:
        with open_progress(workspace) as progress:
            outcomes = progress.last_outcomes(key, exercise.id)
            shown = before = progress.hints_shown(key, exercise.id)
            solved = bool(outcomes) and set(outcomes.values()) == {Outcome.PASSED}
            wanted = None if everything or solved else _wanted(hints, before, _failing(outcomes))
            while wanted is not None and shown < wanted:
                shown = progress.show_hint(key, exercise.id, len(hints))
    except WorkspaceError as error:
        complain(str(error), style="yellow")
        wanted = wanted or (None if everything else 1)
    passed = {check for check, outcome in outcomes.items() if outcome == Outcome.PASSED}
    earlier = hints_to_show(hints, before, () if solved else passed)
    if everything:
        _print_all(exercise, earlier)
    elif solved:
        say(f"Every check of {exercise.id} held in your last attempt. Why it works: tutor solution {exercise.id}")
    elif wanted is None:
        _print_no_more(exercise, hints, _failing(outcomes))
    else:
        _print_hint(hints[wanted - 1])
        _print_ways_on(exercise, len(earlier), more=_wanted(hints, wanted, _failing(outcomes)) is not None)
    return PASSED


def _failing(outcomes: Mapping[str, str]) -> str | None:
    """The check that failed first."""
    return next((check for check, outcome in outcomes.items() if outcome in (Outcome.FAILED, Outcome.ERROR)), None)


def _wanted(hints: tuple[Hint, ...], shown: int, failing: str | None) -> int | None:
    """The number of the next hint; None where none is left, for the failing check where that has any."""
    of_failing = [hint.number for hint in hints if hint.check == failing]
    if shown >= len(hints) or (of_failing and of_failing[-1] <= shown):
        return None
    return next_number(hints, shown, failing)


def _print_all(exercise: Exercise, hints: tuple[Hint, ...]) -> None:
    for hint in hints:
        _print_hint(hint)
    if not hints:
        say(f"No hint has been shown yet. The first: tutor hint {exercise.id}")


def _print_no_more(exercise: Exercise, hints: tuple[Hint, ...], failing: str | None) -> None:
    """The hints of the failing check once more: it may have held when they would have had their turn."""
    again = [hint for hint in hints if hint.check == failing]
    for hint in again:
        _print_hint(hint)
    if again:
        say("There are no further hints for the check that fails.")
    else:
        say(f"All {len(hints)} hints were shown before: tutor hint {exercise.id} --all")
    say(f"The solution: tutor solution {exercise.id} --reveal")


def _print_ways_on(exercise: Exercise, earlier: int, *, more: bool) -> None:
    if earlier:
        count = "1 hint was" if earlier == 1 else f"{earlier} hints were"
        say(f"{count} shown before: tutor hint {exercise.id} --all", style="dim")
    if more:
        say(f"One more: tutor hint {exercise.id}", style="dim")


def _print_hint(hint: Hint) -> None:
    claim, text = hint.claim, hint.text
    say(f"Hint {hint.place} of {hint.count}", style="bold")
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
