"""A judge's way out: events to the engine, and marks that cut the output stream into checks.

Both descriptors are the judge's own, closed in programs that the answer starts. Functions of `os` are captured when
this module is imported, before any answer runs.
"""

import os
import sys
from collections.abc import Callable

import msgspec

from tutor.attempt.protocol import JudgeEvent


class Channel:
    """Sends judge events, each led by the attempt's key, and marks in the output whose turn it is."""

    def __init__(self, events: int, output: int, key: str) -> None:
        write = os.write
        encode = msgspec.json.Encoder().encode
        self.send: Callable[[JudgeEvent], None] = lambda event: _write_all(
            write, events, b"%s %s\n" % (key.encode(), encode(event))
        )
        self._mark: Callable[[str], None] = lambda check: _write_all(write, output, output_mark(key, check))

    def begin_output_of(self, check: str) -> None:
        """Everything printed from here on belongs to `check` ("" for none)."""
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:  # the answer may have put anything there
                pass
        self._mark(check)


def output_mark(key: str, check: str) -> bytes:
    """The bytes that begin the output of `check`: short enough that a pipe never tears them."""
    return b"\x00%s:%s\x00" % (key.encode(), check.encode())


def _write_all(write: Callable[[int, bytes], int], descriptor: int, data: bytes) -> None:
    while data:
        data = data[write(descriptor, data) :]
