"""Where the command line prints: two consoles that are plain when piped and honour NO_COLOR.

Owns how text reaches the streams. Text from learners and courses passes through `tutor.show.plain.clean` first.
"""

import os
import sys
from typing import Any

import msgspec
from rich.console import Console
from rich.text import Text

from tutor.show.plain import clean

PIPED_WIDTH = 100


def console(*, stderr: bool = False) -> Console:
    """A console on stdout or stderr that interprets no markup; piped, it is as wide as $COLUMNS or 100."""
    stream = sys.stderr if stderr else sys.stdout
    wide = None if stream.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False, width=wide)


def say(text: str, style: str = "") -> None:
    """Print sentences on stdout; a terminal wraps them, a pipe gets them unbroken."""
    console().print(Text(clean(text), style=style), soft_wrap=not sys.stdout.isatty())


def complain(text: str, style: str = "") -> None:
    """Print sentences on stderr."""
    console(stderr=True).print(Text(clean(text), style=style), soft_wrap=not sys.stderr.isatty())


def emit(document: dict[str, Any]) -> None:
    """Write one JSON document as one line of UTF-8 on stdout."""
    sys.stdout.flush()
    sys.stdout.buffer.write(msgspec.json.encode(document) + b"\n")
    sys.stdout.buffer.flush()
