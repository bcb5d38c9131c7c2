"""Where judges come from: forks of the engine or spawned processes, with one kept ahead of its attempt.

A `Judge` is a process that waits for one assignment, with the engine's ends of its three channels.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Literal

import msgspec

from tutor.attempt.protocol import Assignment
from tutor.judge.process import judge_main

Way = Literal["fork", "spawn"]


class Judge:
    """One waiting or working judge. `events` and `output` are non-blocking; the engine owns all three ends."""

    def __init__(self, pid: int, control: int, events: int, output: int) -> None:
        self.pid = pid
        self.events = events
        self.output = output
        self._control = control

    def assign(self, assignment: Assignment) -> None:
        """Hand over the assignment; OSError when the judge is gone."""
        data = msgspec.json.encode(assignment) + b"\n"
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._control, view) :]
        finally:
            os.close(self._control)
            self._control = -1

    def close(self) -> None:
        """Give the descriptors back."""
        for descriptor in (self._control, self.events, self.output):
            if descriptor >= 0:
                os.close(descriptor)
        self._control = self.events = self.output = -1


class JudgeSource:
    """Makes judges in one `way`, keeping one ahead."""

    def __init__(self, way: Way, close_in_child: Callable[[], None]) -> None:
        self.way = way
        self._close_in_child = close_in_child
        self._preload: tuple[str, ...] = ()
        self._ahead: Judge | None = None

    @property
    def waiting(self) -> int | None:
        """Process id of the judge kept ahead, if there is one."""
        return self._ahead.pid if self._ahead else None

    def take(self) -> Judge:
        """A judge that waits for its assignment, or is about to."""
        judge, self._ahead = self._ahead, None
        return judge or self._make()

    def keep_ahead(self) -> None:
        """Make the next judge now, if none is waiting."""
        if self._ahead is None:
            self._ahead = self._make()

    def forget(self, preload: tuple[str, ...]) -> Judge | None:
        """From now on judges hold `preload` too; the one kept ahead, which does not, is for the caller to end."""
        self._preload = preload
        judge, self._ahead = self._ahead, None
        return judge

    def _make(self) -> Judge:
        control_in, control_out = os.pipe()
        events_in, events_out = os.pipe()
        output_in, output_out = os.pipe()
        theirs = (control_in, events_out, output_out)
        ours = (control_out, events_in, output_in)
        pid = self._spawn(theirs) if self.way == "spawn" else self._fork(theirs, ours)
        for descriptor in theirs:
            os.close(descriptor)
        os.set_blocking(events_in, False)
        os.set_blocking(output_in, False)
        return Judge(pid, control_out, events_in, output_in)

    def _fork(self, theirs: tuple[int, int, int], ours: tuple[int, int, int]) -> int:
        engine = os.getpid()
        pid = os.fork()
        if pid:
            return pid
        try:
            self._close_in_child()
            for descriptor in ours:
                os.close(descriptor)
            judge_main(engine, *theirs)
        finally:
            os._exit(1)

    def _spawn(self, theirs: tuple[int, int, int]) -> int:
        words = [sys.executable, "-P", "-m", "tutor.judge.spawned", str(os.getpid()), *map(str, theirs), *self._preload]
        # The engine reaps its children itself: Popen's own bookkeeping would wait for the same process.
        return subprocess.Popen(words, pass_fds=theirs, cwd="/").pid


def way_of_this_machine() -> Way:
    """How judges are made here: forking a process that holds torch is safe on Linux only."""
    chosen = os.environ.get("TUTOR_JUDGE")
    if chosen in ("fork", "spawn"):
        return chosen  # type: ignore[return-value]
    return "fork" if sys.platform.startswith("linux") else "spawn"
