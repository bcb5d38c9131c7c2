"""A judge's way out: events to the engine, and marks that cut the output stream into checks.

Both descriptors are the judge's own, closed in programs that the answer starts, and silent in processes that it forks.
What sends is taken when a channel is made, before any answer runs: nothing patched later, in `os` or in this module,
gets to see the key.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

import msgspec

from tutor.attempt.protocol import JudgeEvent
from tutor.judge.guarded import class_name


class Channel:
    """Sends judge events, each led by the attempt's key, and marks in the output whose turn it is."""

    def __init__(self, events: int, output: int, key: str) -> None:
        write, set_blocking, process, would_block = os.write, os.set_blocking, os.getpid, BlockingIOError
        encode, failures, plain = msgspec.json.Encoder().encode, (UnicodeEncodeError, TypeError), _plain
        lead, mark, judge = key.encode(), output_mark(key, "")[:-1], os.getpid()

        def write_all(descriptor: int, data: bytes) -> None:
            while data and process() == judge:
                try:
                    data = data[write(descriptor, data) :]
                except would_block:  # the answer has changed its standard output, and with it this pipe
                    set_blocking(descriptor, True)

        def send(event: JudgeEvent) -> None:
            try:
                text = encode(event)
            except failures:
                text = encode(plain(event))
            write_all(events, b"%s %s\n" % (lead, text))

        self.send: Callable[[JudgeEvent], None] = send
        self._mark: Callable[[str], None] = lambda check: write_all(output, b"%s%s\x00" % (mark, check.encode()))

    def begin_output_of(self, check: str) -> None:
        """Everything printed from here on belongs to `check` ("" for none)."""
        for name in ("stdout", "stderr"):
            try:
                getattr(sys, name).flush()
            except BaseException:  # the answer may have put anything there, or nothing
                pass
        self._mark(check)


def output_mark(key: str, check: str) -> bytes:
    """The bytes that begin the output of `check`: short enough that a pipe never tears them."""
    return b"\x00%s:%s\x00" % (key.encode(), check.encode())


def _plain(event: JudgeEvent) -> object:
    """`event` as a document that can be encoded, whatever texts the answer has put into it."""
    return _without_surrogates(msgspec.to_builtins(event, enc_hook=_plain_text))


def _plain_text(value: object) -> str:
    """A text of a class of its own as plain text; what is no text has no place in an event."""
    return str.__str__(value) if issubclass(type(value), str) else f"<{class_name(value)}>"


def _without_surrogates(value: Any) -> object:
    if type(value) is str:
        return value.encode("utf-8", "replace").decode()
    if type(value) in (list, tuple):
        return [_without_surrogates(entry) for entry in value]
    if type(value) is dict:
        return {key: _without_surrogates(entry) for key, entry in value.items()}
    return value
