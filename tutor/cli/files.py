"""`tutor init` and `tutor reset`: the learner's files made, and put back."""

from pathlib import Path

from tutor.cli.console import complain, say
from tutor.cli.problems import PASSED, UsageProblem
from tutor.cli.session import current_folder, need_workspace, one_exercise, open_course
from tutor.course.loader import read_starters
from tutor.course.records import Course, CourseError
from tutor.show.plain import plural
from tutor.workspace.files import Workspace, create_workspace, reset_question


def run_init(folder: Path, option: str | None) -> int:
    """Make a workspace in `folder`, or complete the one that is there; no file is ever overwritten."""
    make_workspace(current_folder() / folder, open_course(option))
    say("Next: tutor start" if folder == Path() else f"Next: go to {folder}, then tutor start")
    return PASSED


def make_workspace(folder: Path, course: Course) -> Workspace:
    """Write the starters that are absent in `folder` and say what was done; raises WorkspaceError."""
    starters, left_out = starters_of(course)
    for sentence in left_out:
        complain(sentence, style="yellow")
    absent = [name for name in starters if not (folder / "exercises" / f"{name}.py").exists()]
    workspace = create_workspace(folder, starters)
    kept = len(starters) - len(absent)
    files = plural(len(absent), "file")
    say(f"Workspace {workspace.root}: {files} written to exercises/, {kept} left as they were.")
    return workspace


def starters_of(course: Course) -> tuple[dict[str, str], list[str]]:
    """Starter by file, and a sentence for each exercise that is left out because its files are broken."""
    starters: dict[str, str] = {}
    left_out = []
    for exercise in course.exercises:
        try:
            starters |= read_starters(exercise)
        except CourseError as error:
            left_out.append(f"{exercise.id} is left out: {error}")
    return starters, left_out


def run_reset(word: str, option: str | None, *, yes: bool, undo: bool) -> int:
    """Put the starter of one exercise back after asking, or undo that."""
    exercise = one_exercise(open_course(option), word)
    workspace = need_workspace()
    label = workspace.label_of(exercise)
    if undo:
        if not workspace.undo_all(exercise.parts):
            raise UsageProblem(f"There is nothing to undo: {label} has not been reset.")
        say(f"{label} is as it was before the reset.")
        return PASSED
    starters = read_starters(exercise)
    if not yes and workspace.place_of(exercise).exists() and not _agreed(reset_question(label, exercise.files)):
        say("Nothing was changed.")
        return PASSED
    backups = workspace.reset_all(starters)
    say(f"{label} holds the starter.")
    if backups:
        kept = [backup.relative_to(workspace.root).as_posix() for backup in backups]
        if len(kept) == 1:
            say(f"Your file is kept as {kept[0]}. Bring it back with:")
        else:
            say("Your files are kept as:")
            for one in kept:
                say(f"    {one}")
            say("Bring them back with:")
        say(f"    tutor reset {exercise.id} --undo")
    return PASSED


def _agreed(question: str) -> bool:
    """Ask; without anybody to answer, UsageProblem names --yes."""
    # Late, so that `tutor start`, which reads starters too, need not wait for Typer.
    import typer

    try:
        return typer.confirm(question)
    except typer.Abort:
        raise UsageProblem("Nothing was changed: nobody answered. Add --yes to reset without being asked.") from None
