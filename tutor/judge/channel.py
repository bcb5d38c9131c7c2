"""A judge's way out: events to the engine, and marks that cut the output stream into checks.

Both descriptors are the judge's own, closed in programs that the answer starts. What sends is taken when a channel is
made, before any answer runs: nothing patched later, in `os` or in this module, gets to see the key.
"""

import os
import sys
from collections.abc import Callable

import msgspec

from tutor.attempt.protocol import JudgeEvent


class Channel:
    """Sends judge events, each led by the attempt's key, and marks in the output whose turn it is."""

    def __init__(self, events: int, output: int, key: str) -> None:
        write, encode = os.write, msgspec.json.Encoder().encode
        lead, mark = key.encode(), output_mark(key, "")[:-1]

        def write_all(descriptor: int, data: bytes) -> None:
            while data:
                data = data[write(descriptor, data) :]

        self.send: Callable[[JudgeEvent], None] = lambda event: write_all(events, b"%s %s\n" % (lead, encode(event)))
        self._mark: Callable[[str], None] = lambda check: write_all(output, b"%s%s\x00" % (mark, check.encode()))

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
