"""Attempts and their judges: started, listened to, superseded, ended in time, swept up.

Owns every judge there is. It knows no clients: whoever starts an attempt hands in a function that is told its events.
"""

import contextlib
import selectors
from collections.abc import Callable, Iterable
from time import monotonic

from tutor.attempt.job import Job
from tutor.attempt.protocol import Event, Finished, Started, Superseded
from tutor.attempt.result import Attempt, CheckResult, Outcome, Verdict
from tutor.engine.judges import Judge, JudgeSource
from tutor.engine.processes import has_ended, kill_tree
from tutor.engine.running import RunningAttempt
from tutor.engine.scratch import Scratch
from tutor.engine.verdict import UNKNOWN_DEVICE
from tutor.judge.warm import preload

Tell = Callable[[Event], None]
PIECE = 0.01  # seconds of removing old folders at a time, while attempts run beside
LAST = 3.0  # seconds of it when the engine ends


class Supervisor:
    """Runs attempts side by side. A `tell` may cancel its attempt, for nobody listens any more."""

    def __init__(self, selector: selectors.BaseSelector, source: JudgeSource) -> None:
        self._selector = selector
        self._source = source
        self._scratch = Scratch()
        self._running: dict[RunningAttempt, Tell] = {}
        self._preloaded: set[str] = set()
        self.made = 0  # attempts so far

    @property
    def way(self) -> str:
        """How judges are made."""
        return self._source.way

    @property
    def running(self) -> int:
        """How many attempts run."""
        return len(self._running)

    @property
    def next_deadline(self) -> float | None:
        """When `check` has something to do that no descriptor tells of, on the monotonic clock; None for not yet."""
        if self._scratch.busy:
            return monotonic()
        return min((attempt.deadline for attempt in self._running), default=None)

    def preload(self, modules: Iterable[str]) -> bool:
        """Import what is not there yet, for all judges to come; whether anything was. Raises PreloadFailed."""
        new = [name for name in modules if name not in self._preloaded]
        if not new:
            return False
        preload(new)
        self._preloaded.update(new)
        outdated = self._source.forget(tuple(sorted(self._preloaded)))
        if outdated is not None:
            self._discard(outdated)
        return True

    def keep_ahead(self) -> None:
        """Have the next judge waiting."""
        with contextlib.suppress(OSError):  # the next attempt tries again, and says why it cannot
            self._source.keep_ahead()

    def start(self, job: Job, tell: Tell) -> RunningAttempt | None:
        """Begin an attempt; one on the same file makes way. None when it ended at once, which `tell` has heard."""
        for older, tell_older in list(self._running.items()):
            if job.supersedes and older.job.supersedes == job.supersedes:
                self.cancel(older)
                tell_older(Superseded(exercise=job.exercise))
        self.made += 1
        try:
            attempt = self._begin(job)
        except OSError as error:
            tell(Finished(attempt=_could_not_start(job, error)))
            return None
        self._running[attempt] = tell
        self._selector.register(attempt.judge.events, selectors.EVENT_READ, lambda *_: self._hear(attempt))
        self._selector.register(attempt.judge.output, selectors.EVENT_READ, lambda *_: self._drain(attempt))
        tell(Started(exercise=job.exercise))
        return attempt

    def cancel(self, attempt: RunningAttempt) -> None:
        """End an attempt without a verdict."""
        if self._running.pop(attempt, None) is not None:
            self._end_judge(attempt)
            attempt.discard()

    def check(self) -> None:
        """Finish every attempt that has closed, died, or run out of time; go on removing what others have left."""
        for attempt in list(self._running):
            late = monotonic() >= attempt.deadline
            died = not (attempt.closed or late) and has_ended(attempt.judge.pid)
            if attempt.closed or late or died:
                self._finish(attempt, died=died, timed_out=late and not attempt.closed)
        self._scratch.work(PIECE)

    def end(self) -> None:
        """Leave no judge."""
        for attempt in list(self._running):
            self.cancel(attempt)
        last = self._source.forget(())
        if last is not None:
            self._discard(last)
        self._scratch.work(LAST)

    def _begin(self, job: Job) -> RunningAttempt:
        """Put a judge on the job; OSError when none can be had. One that died while it waited is replaced, once."""
        try:
            return self._assign(job)
        except BrokenPipeError:
            return self._assign(job)

    def _assign(self, job: Job) -> RunningAttempt:
        judge = self._source.take()
        try:
            attempt = RunningAttempt(job, judge, self._scratch)
        except OSError:
            self._discard(judge)
            raise
        try:
            attempt.assign()
        except OSError:
            kill_tree(judge.pid, self._judges())
            attempt.discard()
            raise
        return attempt

    def _hear(self, attempt: RunningAttempt) -> None:
        """Pass on what the judge has said, as long as there is somebody to hear it."""
        for event in attempt.read_events():
            self._running[attempt](event)
            if attempt not in self._running:
                return
        if attempt.silent:
            self._unwatch(attempt.judge.events)

    def _drain(self, attempt: RunningAttempt) -> None:
        """One piece at a time: an endless printer must not keep the loop from its deadlines."""
        if not attempt.read_output():
            self._unwatch(attempt.judge.output)

    def _finish(self, attempt: RunningAttempt, *, died: bool, timed_out: bool) -> None:
        status = self._end_judge(attempt)
        self._hear(attempt)
        tell = self._running.pop(attempt, None)
        if tell is None:  # cancelled while its last events were told
            return
        result = attempt.finish(status if died else None, timed_out=timed_out)
        tell(Finished(attempt=result))

    def _end_judge(self, attempt: RunningAttempt) -> int | None:
        """Kill the judge and all it started; its status."""
        self._unwatch(attempt.judge.events)
        self._unwatch(attempt.judge.output)
        return kill_tree(attempt.judge.pid, self._judges() - {attempt.judge.pid})

    def _discard(self, judge: Judge) -> None:
        """End a judge that has no attempt."""
        kill_tree(judge.pid, self._judges())
        judge.close()

    def _unwatch(self, descriptor: int) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(descriptor)

    def _judges(self) -> frozenset[int]:
        """Process ids of the judges that work or wait."""
        waiting = self._source.waiting
        return frozenset(attempt.judge.pid for attempt in self._running) | ({waiting} if waiting else set())


def _could_not_start(job: Job, error: OSError) -> Attempt:
    message = f"The attempt could not start: {error.strerror or error}."
    checks = (CheckResult(id=spec.id, claim=spec.claim, outcome=Outcome.NOT_RUN) for spec in job.checks)
    return Attempt(
        exercise=job.exercise,
        verdict=Verdict.ERROR,
        device=UNKNOWN_DEVICE,
        seconds=0.0,
        checks=tuple(checks),
        message=message,
    )
