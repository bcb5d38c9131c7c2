"""`python -m tutor.engine.server`: the engine. One thread, one loop: clients, judges, deadlines.

It holds torch and forks judges. It never runs a learner's code, never loads checks or solutions, and never initialises
an accelerator. It binds its socket before it imports torch, so that callers can wait on it.
"""

import contextlib
import importlib.metadata
import os
import platform
import selectors
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Iterable
from time import monotonic

import psutil

from tutor.attempt.job import Job
from tutor.attempt.protocol import (
    AskStatus,
    Event,
    Finished,
    Hello,
    Ready,
    Refused,
    Run,
    Started,
    Status,
    Stop,
    Superseded,
)
from tutor.attempt.result import Attempt, CheckResult, Outcome, Verdict
from tutor.engine.connection import ClientGone, Connection
from tutor.engine.fingerprint import fingerprint
from tutor.engine.judges import JudgeSource, way_of_this_machine
from tutor.engine.paths import EnginePaths, RuntimeFolderUnusable, engine_paths
from tutor.engine.processes import kill_tree, reap
from tutor.engine.running import RunningAttempt
from tutor.engine.verdict import UNKNOWN_DEVICE
from tutor.judge.shut_in import PR_SET_CHILD_SUBREAPER, set_process_control
from tutor.judge.warm import PreloadFailed, preload, prepare_environment, warm_up

IDLE_SECONDS = 900.0


class Server:
    """The engine's loop. Selector keys carry what to do in `data`: a bound method."""

    def __init__(self, listener: socket.socket, paths: EnginePaths, mark: str, idle_limit: float) -> None:
        self._listener = listener
        self._paths = paths
        self._idle_limit = idle_limit
        self._fingerprint = mark
        self._begun = monotonic()
        self._last_used = self._begun
        self._attempts_made = 0
        self._preloaded: set[str] = set()
        self._retired = False
        self._clients: dict[Connection, RunningAttempt | None] = {}
        self._greeted: set[Connection] = set()
        self._selector = selectors.DefaultSelector()
        self._source = JudgeSource(way_of_this_machine(_has_accelerator()), self._close_in_child)
        self._wake_in, self._wake_out = os.pipe()

    def serve(self) -> None:
        """Run until stopped, retired, or idle for too long."""
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._wake_in, selectors.EVENT_READ, self._woken)
        for descriptor in (self._wake_in, self._wake_out):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(self._wake_out, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: self.retire())
        self._source.keep_ahead()
        while not (self._retired and not self._running()):
            for key, mask in self._selector.select(self._until_next()):
                if key.fileobj in self._selector.get_map():
                    key.data(key.fileobj, mask)
            self._check_attempts()
            if self._idle():
                self.retire()
        self._end()

    def retire(self) -> None:
        """Take no more callers; end when what runs has finished."""
        if not self._retired:
            self._retired = True
            with contextlib.suppress(KeyError):
                self._selector.unregister(self._listener)
            self._listener.close()
            _unlink_own(self._paths)

    def _running(self) -> list[tuple[Connection, RunningAttempt]]:
        return [(client, attempt) for client, attempt in self._clients.items() if attempt is not None]

    def _until_next(self) -> float | None:
        moments = [attempt.deadline for _, attempt in self._running()]
        if not moments:
            moments.append(self._last_used + self._idle_limit)
        return max(0.0, min(moments) - monotonic())

    def _idle(self) -> bool:
        return not self._running() and monotonic() - self._last_used >= self._idle_limit

    # Clients

    def _accept(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            stream, _address = self._listener.accept()
            if not _same_user(stream):
                stream.close()
                return
            client = Connection(stream)
            self._clients[client] = None
            self._watch(client)

    def _watch(self, client: Connection) -> None:
        """Listen to the client, and for room to write when events wait."""
        mask = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.wants_to_write else 0)
        try:
            self._selector.modify(client.stream, mask, lambda _, mask: self._talk(client, mask))
        except KeyError:
            self._selector.register(client.stream, mask, lambda _, mask: self._talk(client, mask))

    def _talk(self, client: Connection, mask: int) -> None:
        self._last_used = monotonic()
        try:
            if mask & selectors.EVENT_WRITE:
                client.flush()
            if mask & selectors.EVENT_READ:
                for request in client.requests():
                    self._answer(client, request)
        except ClientGone:
            self._drop(client)
        else:
            if client in self._clients:
                self._watch(client)

    def _answer(self, client: Connection, request: Hello | Run | AskStatus | Stop) -> None:
        match request:
            case Hello():
                self._greet(client, request)
            case AskStatus():
                client.send(self._status())
            case Stop():
                for other, _ in self._running():
                    self._drop(other)
                self.retire()
                client.send(self._status())
            case Run(job=job):
                if client in self._greeted and self._clients[client] is None:
                    self._start(client, job)
                else:
                    client.send(Refused(reason="Say hello first, and run one job at a time on a connection."))

    def _greet(self, client: Connection, hello: Hello) -> None:
        if hello.fingerprint != self._fingerprint:
            self.retire()  # first, so that whoever reads the refusal no longer finds this engine
            client.send(Refused(reason="This engine was started with other files; it makes way.", outdated=True))
            return
        try:
            self._preload(hello.preload)
        except PreloadFailed as error:
            client.send(Refused(reason=str(error)))
            return
        self._greeted.add(client)
        client.send(Ready(pid=os.getpid(), torch=importlib.metadata.version("torch")))

    def _preload(self, modules: Iterable[str]) -> None:
        new = [name for name in modules if name not in self._preloaded]
        if not new:
            return
        preload(new)
        self._preloaded.update(new)
        outdated = self._source.forget(tuple(sorted(self._preloaded)))
        if outdated is not None:
            kill_tree(outdated.pid, self._judges())
            outdated.close()
        self._source.keep_ahead()

    def _drop(self, client: Connection) -> None:
        """The client is gone, or must go: end its attempt."""
        attempt = self._clients.pop(client, None)
        self._greeted.discard(client)
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(client.stream)
        client.close()
        if attempt is not None:
            self._end_judge(attempt)
            attempt.discard()

    def _tell(self, client: Connection, event: Event) -> None:
        try:
            client.send(event)
        except ClientGone:
            self._drop(client)
        else:
            self._watch(client)

    # Attempts

    def _start(self, client: Connection, job: Job) -> None:
        for other, older in self._running():
            if job.supersedes and older.job.supersedes == job.supersedes:
                self._end_judge(older)
                older.discard()
                self._clients[other] = None
                self._tell(other, Superseded(exercise=job.exercise))
        self._attempts_made += 1
        judge = None
        try:
            judge = self._source.take()
            attempt = RunningAttempt(job, judge)
            attempt.assign()
        except OSError as error:
            if judge is not None:
                kill_tree(judge.pid, self._judges())
                judge.close()
            client.send(Finished(attempt=_could_not_start(job, error)))
            return
        self._clients[client] = attempt
        self._selector.register(judge.events, selectors.EVENT_READ, lambda *_: self._hear(client, attempt))
        self._selector.register(judge.output, selectors.EVENT_READ, lambda *_: self._drain(attempt))
        client.send(Started(exercise=job.exercise))

    def _hear(self, client: Connection, attempt: RunningAttempt) -> None:
        for event in attempt.read_events():
            if self._clients.get(client) is attempt:
                self._tell(client, event)

    def _drain(self, attempt: RunningAttempt) -> None:
        """One piece at a time: an endless printer must not keep the loop from its deadlines."""
        if not attempt.read_output():
            with contextlib.suppress(KeyError):
                self._selector.unregister(attempt.judge.output)

    def _check_attempts(self) -> None:
        """Finish every attempt that has closed, died, or run out of time."""
        for client, attempt in self._running():
            late = monotonic() >= attempt.deadline
            status = None if attempt.closed or late else reap(attempt.judge.pid)
            if attempt.closed or late or status is not None:
                self._finish(client, attempt, status, timed_out=late and not attempt.closed)

    def _finish(self, client: Connection, attempt: RunningAttempt, status: int | None, *, timed_out: bool) -> None:
        self._end_judge(attempt)
        self._last_used = monotonic()
        self._hear(client, attempt)
        result = attempt.finish(status, timed_out=timed_out)
        if self._clients.get(client) is attempt:
            self._clients[client] = None
            self._tell(client, Finished(attempt=result))
        self._source.keep_ahead()

    def _end_judge(self, attempt: RunningAttempt) -> None:
        for descriptor in (attempt.judge.events, attempt.judge.output):
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(descriptor)
        kill_tree(attempt.judge.pid, self._judges() - {attempt.judge.pid})

    def _judges(self) -> frozenset[int]:
        waiting = self._source.waiting
        return frozenset(attempt.judge.pid for _, attempt in self._running()) | ({waiting} if waiting else set())

    # The rest

    def _woken(self, *_: object) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self._wake_in, 512):
                pass

    def _close_in_child(self) -> None:
        """In a forked judge: give up everything that belongs to the engine."""
        for key in list(self._selector.get_map().values()):
            with contextlib.suppress(OSError):
                os.close(key.fd)
        for descriptor in (self._wake_in, self._wake_out):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        self._selector.close()

    def _status(self) -> Status:
        process = psutil.Process()
        return Status(
            pid=os.getpid(),
            seconds=monotonic() - self._begun,
            idle_limit=self._idle_limit,
            attempts=self._attempts_made,
            running=len(self._running()),
            memory=process.memory_info().rss,
            torch=importlib.metadata.version("torch"),
            python=platform.python_version(),
            device=_device_words(),
            judge=self._source.way,
        )

    def _end(self) -> None:
        for client in list(self._clients):
            with contextlib.suppress(ClientGone):
                client.flush()
            self._drop(client)
        last = self._source.forget(())
        if last is not None:
            kill_tree(last.pid, frozenset())
            last.close()


def main() -> None:
    """Bind, warm up, serve."""
    prepare_environment()
    paths = engine_paths()
    listener = _listen(paths)
    mark = fingerprint()  # before anything is imported: a file that changes meanwhile makes this engine outdated
    set_process_control(PR_SET_CHILD_SUBREAPER, 1)
    try:
        warm_up()
    except Exception as error:
        traceback.print_exc()
        _refuse_everyone(listener, f"PyTorch, or something it needs, could not be imported: {error}")
        _unlink_own(paths)
        return
    Server(listener, paths, mark, float(os.environ.get("TUTOR_IDLE_SECONDS", IDLE_SECONDS))).serve()


def _listen(paths: EnginePaths) -> socket.socket:
    """The listening socket; whoever starts an engine holds the lock, so a file left there is a dead engine's."""
    with contextlib.suppress(FileNotFoundError):
        paths.socket.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    old = os.umask(0o077)
    try:
        listener.bind(str(paths.socket))
    finally:
        os.umask(old)
    listener.listen(64)
    listener.setblocking(False)
    return listener


def _unlink_own(paths: EnginePaths) -> None:
    with contextlib.suppress(OSError):
        paths.socket.unlink()


def _refuse_everyone(listener: socket.socket, reason: str) -> None:
    """Tell those who wait why there will be no engine."""
    listener.settimeout(2.0)
    with contextlib.suppress(OSError, ClientGone):
        while True:
            stream, _ = listener.accept()
            Connection(stream).send(Refused(reason=reason))
            stream.close()


def _same_user(stream: socket.socket) -> bool:
    """Whether the caller is this user; where the kernel does not tell, the folder's permissions must do."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    credentials = stream.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return bool(struct.unpack("3i", credentials)[1] == os.getuid())


def _has_accelerator() -> bool:
    from tutor.judge.device import available

    return available()[0] != "cpu"


def _device_words() -> str:
    from tutor.judge.device import available

    return ", ".join(available())


def _could_not_start(job: Job, error: OSError) -> Attempt:
    message = f"The attempt could not start: {error.strerror or error}."
    checks = [
        CheckResult(id=spec.id, claim=spec.claim, outcome=Outcome.NOT_RUN, hints=len(spec.hints)) for spec in job.checks
    ]
    return Attempt(
        exercise=job.exercise,
        verdict=Verdict.ERROR,
        device=UNKNOWN_DEVICE,
        seconds=0.0,
        checks=tuple(checks),
        message=message,
    )


if __name__ == "__main__":
    try:
        main()
    except RuntimeFolderUnusable as problem:
        sys.exit(str(problem))
