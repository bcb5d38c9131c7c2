"""The program `tutor`: from the command line to an exit code.

Owns how a command ends. What can be typed is in `tutor.cli.commands`.
"""

import sys

from tutor.cli.problems import INTERRUPTED


def main() -> None:
    """Run the command line and exit: 0 passed, 1 not passed, 2 usage, 3 tutor itself failed, 130 Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        # A symbol that the stream's encoding lacks must not end a command.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        _run(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        from tutor.cli.console import complain
        from tutor.cli.problems import explain

        sentence, code = explain(error)
        complain(sentence)
        sys.exit(code)


def _run(words: list[str]) -> None:
    if words == ["start"]:
        # The one command whose start people watch: importing Typer would put off its first frame by a third.
        from tutor.cli.start import run_start

        sys.exit(run_start(None))
    from tutor.cli.commands import app

    app(prog_name="tutor")
