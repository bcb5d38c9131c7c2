"""A judge from birth to end: shuts itself in, waits for its assignment, runs it, and ends without unwinding.

The same function serves a fork of the engine, a fork kept ahead, and a spawned interpreter.
"""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from tutor.attempt.protocol import Assignment, CourseFault, ShutIn
from tutor.judge import shut_in
from tutor.judge.channel import Channel
from tutor.judge.guarded import one_line


def judge_main(engine: int, control: int, events: int, output: int, *, warm_device: bool = False) -> None:
    """Serve one assignment read from `control`; never returns. `warm_device` makes the accelerator's context first."""
    leave = os._exit  # the answer may replace it
    status = 1
    try:
        layers = shut_in.leave_session(engine)
        for descriptor in (control, events, output):  # programs that the answer starts inherit none of them
            os.set_inheritable(descriptor, False)
        layers += shut_in.redirect_streams(output)
        if warm_device:
            _make_context()
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
        _report_own_fault(error, channel.send)


def _report_own_fault(error: BaseException, send: Callable[[CourseFault], None]) -> None:
    """A fault of checks, solution or tutor itself, with the place it came from, for whoever mends it."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    send(CourseFault(message=f"{one_line(error)}{where}"))


def _read_assignment(control: int) -> Assignment | None:
    """The assignment sent on `control`, None when the engine closes it instead."""
    with os.fdopen(control, "rb") as stream:
        line = stream.readline()
    return msgspec.json.decode(line, type=Assignment) if line.endswith(b"\n") else None


def _make_context() -> None:
    """Make the accelerator's context now, so that the attempt does not wait for it."""
    import torch

    from tutor.judge.device import choose_device

    device = choose_device("auto")
    if device.type != "cpu":
        torch.zeros(1, device=device)
