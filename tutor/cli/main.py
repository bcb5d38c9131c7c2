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
    """Run a command. The two that people wait for, typed plainly, go past Typer, whose import takes 0.1 s."""
    match words:
        case ["start"] | ["start", "--ascii"]:
            from tutor.cli.start import run_start

            sys.exit(run_start(None, ascii_only="--ascii" in words))
        case ["check", *ids] if not any(word.startswith("-") for word in ids):
            from tutor.cli.check import CheckRequest, run_check

            sys.exit(run_check(CheckRequest(words=tuple(ids))))
        case _:
            from tutor.cli.commands import app

            app(prog_name="tutor")
