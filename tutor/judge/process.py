"""A judge from birth to end: shuts itself in, waits for its assignment, runs it, and ends without unwinding.

The same function serves a fork of the engine and a spawned interpreter.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import msgspec

from tutor.attempt.job import Job
from tutor.attempt.protocol import Assignment, CourseFault, JudgeEvent, ShutIn
from tutor.judge import shut_in
from tutor.judge.channel import Channel
from tutor.judge.guarded import one_line


def judge_main(engine: int, control: int, events: int, output: int) -> None:
    """Do what no assignment is needed for, then serve the one that is read from `control`; never returns."""
    leave = os._exit  # the answer may replace it
    status = 1
    try:
        layers = shut_in.leave_session(engine)
        for descriptor in (control, events, output):  # programs that the answer starts inherit none of them
            os.set_inheritable(descriptor, False)
        layers += shut_in.redirect_streams(output)
        _prepare()
        assignment = _read_assignment(control)
        if assignment is not None:
            channel = Channel(events, output, assignment.key)
            channel.send(ShutIn(layers=layers + shut_in.settle_in(assignment.scratch)))
            _serve(assignment, channel)
        status = 0
    finally:
        leave(status)


def _serve(assignment: Assignment, channel: Channel) -> None:
    from tutor.judge.run import run_attempt

    try:
        run_attempt(assignment, channel)
    except BaseException as error:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # a handler of the answer's may raise again
        _report(error, assignment.job, channel.send)


def _report(error: BaseException, job: Job, send: Callable[[JudgeEvent], None]) -> None:
    """Say what broke off the run: the answer, or a fault of checks, solution or tutor with the place it came from."""
    import traceback

    from tutor.judge.unusable import raised_by_answer, unusable

    if raised_by_answer(error, job):
        send(unusable(error, job).event)
        return
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    send(CourseFault(message=f"{one_line(error)}{where}"))


def _read_assignment(control: int) -> Assignment | None:
    """The assignment sent on `control`, None when the engine closes it instead."""
    with os.fdopen(control, "rb") as stream:
        line = stream.readline()
    return msgspec.json.decode(line, type=Assignment) if line.endswith(b"\n") else None


def _prepare() -> None:
    """Do while nobody waits what the attempt would wait for: make the accelerator's context, look at what is sealed."""
    import torch

    from tutor.judge.device import choose_device
    from tutor.judge.integrity import look_over

    device = choose_device("auto")
    if device.type != "cpu":
        torch.zeros(1, device=device)
    look_over()
