"""One attempt while it runs: its judge, its deadline, and the evidence gathered from the judge's channels."""

import os
from collections.abc import Iterator
from secrets import token_hex
from time import monotonic

import msgspec
from msgspec.structs import replace

from tutor.attempt.job import Job
from tutor.attempt.protocol import (
    AnswerFailed,
    Assignment,
    CheckFinished,
    CheckStarted,
    Closed,
    CourseFault,
    DeviceChosen,
    Event,
    JudgeEvent,
    Likened,
    Measured,
    Measuring,
    RunEnded,
    ShutIn,
    Tampered,
)
from tutor.attempt.result import Attempt
from tutor.engine.judges import Judge
from tutor.engine.output import OutputCollector
from tutor.engine.scratch import Scratch
from tutor.engine.verdict import Evidence, settle

PIECE = 65536  # bytes
STARTING = 120.0  # seconds a judge kept ahead may still need for its imports, on a busy machine, before its time counts
NOT_STARTED = f"The judge was not ready after {STARTING:g} seconds: is the machine very busy? Check again in a while."
REPORT = "what is reported of the checks"
MOST_AFTER_DEATH = 64  # pieces read of a dead judge's pipes, which no living process can fill


class RunningAttempt:
    """Gathers what the judge says. It decides nothing while the judge lives and kills nobody."""

    def __init__(self, job: Job, judge: Judge, scratch: Scratch) -> None:
        self.job = job
        self.judge = judge
        self.closed = False  # the judge has said its last
        self.silent = False  # the judge can say nothing any more: the answer closed its channel, or it is gone
        self._begun = monotonic()
        self._at_work = False  # the judge has taken its assignment
        self.deadline = self._begun + STARTING
        self._key = token_hex(16)
        self._scratch = scratch
        self._folder = scratch.make()
        self._checks = frozenset(spec.id for spec in job.checks)
        self._evidence = Evidence(results={})
        self._output = OutputCollector(self._key)
        self._line = b""
        self._decode = msgspec.json.Decoder(JudgeEvent).decode

    def assign(self) -> None:
        """Start the judge on the job."""
        self.judge.assign(Assignment(job=self.job, key=self._key, scratch=self._folder))

    def read_output(self) -> bool:
        """Take one piece of what the answer printed; False when there will never be another."""
        data = _read(self.judge.output)
        self._output.feed(data or b"")
        return data != b""

    def read_events(self) -> Iterator[Event]:
        """Take what the judge has said; yields what the client should hear of it."""
        while data := _read(self.judge.events):
            *lines, self._line = (self._line + data).split(b"\n")
            for line in lines:
                yield from self._take(line)
        self.silent = data is not None

    def _take(self, line: bytes) -> Iterator[Event]:
        """One event; a line without the key is none of the judge's."""
        key, _, text = line.partition(b" ")
        if key != self._key.encode():
            return
        try:
            event = self._decode(text)
        except msgspec.DecodeError:
            return
        evidence = self._evidence
        if not self._at_work:
            self._at_work = True
            self.deadline = monotonic() + self.job.time_limit
        match event:
            case ShutIn(layers=layers):
                self._evidence = replace(evidence, layers=(*evidence.layers, *layers))
            case Tampered(names=names):
                self._evidence = replace(evidence, tampered=(*evidence.tampered, *names))
            case DeviceChosen(device=device):
                self._evidence = replace(evidence, device=device)
            case AnswerFailed(message=message, diff=diff):
                self._evidence = replace(evidence, answer_failed=(message, diff))
            case CourseFault(message=message):
                self._evidence = replace(evidence, fault=message)
            case CheckStarted(check=check):
                if self._in_turn(None) and check in self._checks and check not in evidence.results:
                    self._evidence = replace(evidence, started=check)
                    yield event
                else:
                    self._evidence = replace(evidence, tampered=(*evidence.tampered, REPORT))
            case CheckFinished(result=result):
                if self._in_turn(result.id):
                    self._evidence = replace(evidence, results={**evidence.results, result.id: result})
                    yield event
                else:
                    self._evidence = replace(evidence, tampered=(*evidence.tampered, REPORT))
            case RunEnded():
                self._evidence = replace(evidence, run_ended=True)
            case Measuring():
                yield event
            case Measured(timing=timing):
                self._evidence = replace(evidence, timing=timing)
            case Likened(check=check, because=because):
                if (known := evidence.results.get(check)) is not None:
                    sentence = f"Yours behaves like this: {because}"
                    # made for this exercise, it says all that a general diagnosis could, and nothing beside the point
                    told = replace(known, diagnosis=sentence)
                    self._evidence = replace(evidence, results={**evidence.results, check: told})
            case Closed():
                self.closed = True

    def _in_turn(self, check: str | None) -> bool:
        """Whether `check` is the one that has begun and not ended; for None, whether there is no such one."""
        started = self._evidence.started
        return check == (None if started in self._evidence.results else started)

    def finish(self, status: int | None, *, timed_out: bool) -> Attempt:
        """The verdict, once the judge and all it started are gone; gives descriptors and scratch folder back."""
        for _ in range(MOST_AFTER_DEATH):
            if not self.read_output():
                break
        list(self.read_events())
        self._output.close()
        if timed_out and not self._at_work:
            self._evidence = replace(self._evidence, fault=NOT_STARTED)
        self._evidence = replace(self._evidence, status=status, timed_out=timed_out)
        seconds = monotonic() - self._begun
        self.discard()
        return settle(self.job, self._evidence, self._output, seconds)

    def discard(self) -> None:
        """Give descriptors and scratch folder back; there will be no verdict."""
        self.judge.close()
        self._scratch.remove(self._folder)


def _read(descriptor: int) -> bytes | None:
    """The next piece, None when there is none yet, nothing when there will never be another."""
    try:
        return os.read(descriptor, PIECE)
    except BlockingIOError:
        return None
