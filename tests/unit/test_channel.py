"""A judge's way out holds whatever an answer does to texts, streams and descriptors."""

import os
import sys
import threading
from collections.abc import Iterator

import msgspec
import pytest

from tutor.attempt.protocol import AnswerFailed, CheckFinished, JudgeEvent, Tampered
from tutor.attempt.result import CheckResult, Outcome
from tutor.judge.channel import Channel

KEY = "0123"


class Pipes:
    """A channel, and what the engine reads at its other ends."""

    def __init__(self) -> None:
        self._events, events = os.pipe()
        self._output, self.output = os.pipe()
        self._ends = (self._events, events, self._output, self.output)
        self.channel = Channel(events, self.output, KEY)

    def heard(self) -> list[JudgeEvent]:
        lines = os.read(self._events, 10**6).splitlines()
        assert all(line.startswith(KEY.encode() + b" ") for line in lines)
        decode = msgspec.json.Decoder(JudgeEvent).decode
        return [decode(line.partition(b" ")[2]) for line in lines]

    def printed(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += os.read(self._output, 65536)
        return data

    def close(self) -> None:
        for end in self._ends:
            os.close(end)


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    made = Pipes()
    yield made
    made.close()


class Text(str):
    """A text that is no plain one."""

    def __str__(self) -> str:
        raise SystemExit


def test_texts_that_cannot_be_encoded_are_replaced(pipes: Pipes) -> None:
    pipes.channel.send(Tampered(names=("a\udc80b", "c")))
    pipes.channel.send(AnswerFailed(message=Text("odd\ud800")))
    result = CheckResult(id="x", claim="", outcome=Outcome.FAILED, message="\ud800")
    pipes.channel.send(CheckFinished(result=result))
    names, failed, finished = pipes.heard()
    assert names == Tampered(names=("a?b", "c"))
    assert failed == AnswerFailed(message="odd?")
    assert isinstance(finished, CheckFinished)
    assert finished.result.message == "?"


def test_an_output_that_does_not_block_is_waited_for(pipes: Pipes) -> None:
    os.set_blocking(pipes.output, False)
    written = 0
    try:
        while True:
            written += os.write(pipes.output, b"x" * 4096)
    except BlockingIOError:
        pass
    size = written + len(f"\0{KEY}:check\0")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipes.printed(size)))
    reader.start()
    pipes.channel.begin_output_of("check")
    reader.join()
    assert read[0].endswith(b"\0" + KEY.encode() + b":check\0")


def test_a_forked_child_has_no_voice(pipes: Pipes) -> None:
    child = os.fork()
    if child == 0:
        pipes.channel.send(Tampered(names=("child",)))
        pipes.channel.begin_output_of("child")
        os._exit(0)
    os.waitpid(child, 0)
    pipes.channel.send(Tampered(names=("judge",)))
    assert pipes.heard() == [Tampered(names=("judge",))]


def test_a_stream_that_raises_or_is_gone_does_not_matter(pipes: Pipes, monkeypatch: pytest.MonkeyPatch) -> None:
    class Liar:
        def flush(self) -> None:
            raise SystemExit

    monkeypatch.setattr(sys, "stdout", Liar())
    monkeypatch.delattr(sys, "stderr")
    pipes.channel.begin_output_of("check")
    assert b":check" in pipes.printed(1)
