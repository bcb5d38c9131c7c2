"""The commands of `tutor`: what can be typed, with its help.

What a command does is in the module of its name, imported inside the command: `tutor --help` and shell completion then
pay for nothing but Typer, and `tutor list` not for the engine or Textual. Nowhere else in this package are imports late
without a reason of their own. How a command ends is `tutor.cli.main`'s.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tutor import __version__
from tutor.cli.complete import complete_id, complete_word
from tutor.cli.problems import INTERRUPTED


class QuietGroup(TyperGroup):
    """A group of commands that Ctrl-C ends without a word."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]  # Typer's own name for the same class
        """Run the command; Ctrl-C, also at a question, exits with 130."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, typer.Abort):
            raise typer.Exit(INTERRUPTED) from None


class DeviceChoice(StrEnum):
    """What --device takes."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"
    XPU = "xpu"


app = typer.Typer(
    cls=QuietGroup,
    help="Learn PyTorch by doing it: edit a file in exercises/, and see at once what is right, what is not, and why.",
    epilog="Begin with: tutor start",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
engine_app = typer.Typer(help="The warm process that holds torch and runs attempts.", no_args_is_help=True)
author_app = typer.Typer(help="For those who write exercises.", no_args_is_help=True)
course_app = typer.Typer(help="The courses that are here: the built-in one and installed ones.", no_args_is_help=True)
app.add_typer(engine_app, name="engine")
app.add_typer(author_app, name="author")
app.add_typer(course_app, name="course")

CourseOption = Annotated[
    str | None,
    typer.Option(
        "--course", metavar="PATH", help="A course's folder, or the name of an installed course. [env: TUTOR_COURSE]"
    ),
]
Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ID",
        help="Exercises (05_dataloader) or chapters (05); without any, the first that has not passed yet.",
        autocompletion=complete_word,
    ),
]
ExerciseId = Annotated[
    str, typer.Argument(metavar="ID", help="An exercise, such as 05_dataloader.", autocompletion=complete_id)
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs, and nothing else, on stdout.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tutor {__version__}")
        raise typer.Exit


@app.callback()
def tutor(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Learn PyTorch by doing it: edit a file in exercises/, and see at once what is right, what is not, and why."""


@app.command()
def start(
    course: CourseOption = None,
    ascii_only: Annotated[bool, typer.Option("--ascii", help="Draw with ASCII characters alone.")] = False,
) -> None:
    """Open the course in this terminal."""
    from tutor.cli.start import run_start

    raise typer.Exit(run_start(course, ascii_only=ascii_only))


@app.command()
def check(
    ids: Words = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="PATH", help="Check this file instead; it is not recorded in your progress."),
    ] = None,
    device: Annotated[DeviceChoice, typer.Option(help="Where to run.")] = DeviceChoice.AUTO,
    watch: Annotated[bool, typer.Option("--watch", help="Check again at every save, until Ctrl-C.")] = False,
    json: Json = False,
    everything: Annotated[bool, typer.Option("--all", help="Check every exercise of the course.")] = False,
    course: CourseOption = None,
) -> None:
    """Check exercises; without an ID, the next to do."""
    from tutor.cli.check import CheckRequest, run_check

    request = CheckRequest(
        words=tuple(ids or ()),
        file=file,
        device=device.value,
        watch=watch,
        json=json,
        everything=everything,
        course=course,
    )
    raise typer.Exit(run_check(request))


@app.command(name="list")
def list_(json: Json = False, course: CourseOption = None) -> None:
    """List the exercises and how far you are."""
    from tutor.cli.listing import run_list

    raise typer.Exit(run_list(course, json=json))


@app.command()
def hint(
    exercise: ExerciseId,
    everything: Annotated[
        bool, typer.Option("--all", help="Show those that were shown before, and no new one.")
    ] = False,
    course: CourseOption = None,
) -> None:
    """Show a hint; one more each time."""
    from tutor.cli.help_texts import run_hint

    raise typer.Exit(run_hint(exercise, course, everything=everything))


@app.command()
def solution(
    exercise: ExerciseId,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show it although you have not passed yet.")] = False,
    course: CourseOption = None,
) -> None:
    """Show the solution, once you have passed."""
    from tutor.cli.help_texts import run_solution

    raise typer.Exit(run_solution(exercise, course, reveal=reveal))


@app.command()
def reset(
    exercise: ExerciseId,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Bring back your file as it was before the last reset.")] = False,
    course: CourseOption = None,
) -> None:
    """Put the starter back; your file is kept as a backup."""
    from tutor.cli.files import run_reset

    raise typer.Exit(run_reset(exercise, course, yes=yes, undo=undo))


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="[FOLDER]", help="Where; the current folder by default.")] = Path(),
    course: CourseOption = None,
) -> None:
    """Make a workspace: a folder with exercises to edit."""
    from tutor.cli.files import run_init

    raise typer.Exit(run_init(folder, course))


@app.command()
def doctor(course: CourseOption = None) -> None:
    """Describe this installation, as text to paste into a report."""
    from tutor.cli.doctor import run_doctor

    raise typer.Exit(run_doctor(course))


@engine_app.command("status")
def engine_status() -> None:
    """Say whether the engine runs, and how it is."""
    from tutor.cli.engine import run_status

    raise typer.Exit(run_status())


@engine_app.command("stop")
def engine_stop() -> None:
    """End the engine; the next check starts it again."""
    from tutor.cli.engine import run_stop

    raise typer.Exit(run_stop())


@course_app.command("list")
def course_list(json: Json = False, course: CourseOption = None) -> None:
    """List the courses, and which one is in use."""
    from tutor.cli.course import run_courses

    raise typer.Exit(run_courses(course, json=json))


@author_app.command("new")
def author_new(
    exercise: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="The new exercise, such as 05_my_exercise; the number is its chapter's."),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Its title; by default the words of the ID.")] = None,
    course: CourseOption = None,
) -> None:
    """Add an exercise that works, to be made your own; in an empty folder, with --course, a course as well."""
    from tutor.cli.author_new import run_new

    raise typer.Exit(run_new(exercise, course, title=title))


@author_app.command("build")
def author_build(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 when a starter is out of date.")
    ] = False,
    course: CourseOption = None,
) -> None:
    """Make the starters in exercises/ from solutions/."""
    from tutor.cli.author import run_build

    raise typer.Exit(run_build(course, check=check))


@author_app.command("verify")
def author_verify(
    ids: Annotated[
        list[str] | None,
        typer.Argument(help="Exercises or chapters; all of them unless named.", autocompletion=complete_word),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", min=1, max=256, help="Attempts side by side; as many as cores unless said."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document a line.")] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run everything anew, whatever earlier runs have shown.")
    ] = False,
    repeats: Annotated[
        int, typer.Option("--repeats", min=1, max=100, help="Seeds that solution and answers are run with.")
    ] = 3,
    least: Annotated[
        float,
        typer.Option("--least", min=0.0, max=1.0, help="The share of mutants, excused ones left out, to be caught."),
    ] = 1.0,
    course: CourseOption = None,
) -> None:
    """Prove that an exercise works and that its checks are strong."""
    from tutor.authoring.verify import Options
    from tutor.cli.author_verify import VerifyRequest, run_verify

    options = Options(repeats=repeats, least=least, fresh=fresh)
    request = VerifyRequest(words=tuple(ids or ()), side_by_side=jobs, json=json, course=course, options=options)
    raise typer.Exit(run_verify(request))
