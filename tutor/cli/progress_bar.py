"""The bar that stands below the lines of a command that takes a while."""

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tutor.cli.console import console


def progress_bar() -> Progress:
    """A bar on stderr that vanishes when it stops; none where stderr is no terminal.

    It does not mix with lines: whoever prints one stops it first. It may be started again.
    """
    err = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # Nothing is printed while it stands, and what goes to a file must not be led to the terminal.
    return Progress(
        *columns, console=err, transient=True, disable=not err.is_terminal, redirect_stdout=False, redirect_stderr=False
    )
