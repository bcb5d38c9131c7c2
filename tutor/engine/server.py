"""`python -m tutor.engine.server`: the engine. One thread, one loop: clients, judges, deadlines.

It holds torch and forks judges. It never runs a learner's code, never loads checks or solutions, and never initialises
an accelerator. It binds its socket before it imports torch, so that callers can wait on it.
"""

import contextlib
import faulthandler
import importlib.metadata
import os
import platform
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Iterator
from time import monotonic

import psutil

from tutor.attempt.job import Job
from tutor.attempt.protocol import AskStatus, Event, Finished, Hello, Ready, Refused, Run, Status, Stop, Superseded
from tutor.engine.connection import ClientGone, Connection
from tutor.engine.fingerprint import fingerprint
from tutor.engine.huge_pages import gather
from tutor.engine.judges import JudgeSource, way_of_this_machine
from tutor.engine.listener import accept, listen, refuse_everyone, remove_socket
from tutor.engine.paths import EnginePaths, RuntimeFolderUnusable, engine_paths
from tutor.engine.running import RunningAttempt
from tutor.engine.supervisor import Supervisor
from tutor.judge.missing import what_to_install
from tutor.judge.shut_in import PR_SET_CHILD_SUBREAPER, set_process_control
from tutor.judge.warm import PreloadFailed, prepare_environment, warm_up

IDLE_SECONDS = 900.0


class Server:
    """The engine's loop. Selector keys carry what to do in `data`: a function of the key's object and the mask."""

    def __init__(self, listener: socket.socket, paths: EnginePaths, mark: str, idle_limit: float) -> None:
        self._listener = listener
        self._paths = paths
        self._idle_limit = idle_limit
        self._fingerprint = mark
        self._begun = monotonic()
        self._last_used = self._begun
        self._retired = False
        self._spare_work: Iterator[None] | None = gather()
        self._clients: dict[Connection, RunningAttempt | None] = {}
        self._greeted: set[Connection] = set()
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = os.pipe()
        self._supervisor = Supervisor(self._selector, JudgeSource(way_of_this_machine(), self._close_in_child))

    def serve(self) -> None:
        """Run until stopped, retired, or idle for too long."""
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._wake_in, selectors.EVENT_READ, self._woken)
        for descriptor in (self._wake_in, self._wake_out):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(self._wake_out, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: self._retire())
        while not (self._retired and not self._supervisor.running):
            ready = self._selector.select(self._until_next())
            for key, mask in ready:
                # An earlier one of this round may have closed it, or opened another of the same number.
                current = self._selector.get_map().get(key.fileobj)
                if current is not None and current.data is key.data:
                    key.data(key.fileobj, mask)
            self._supervisor.check()
            if not ready and not self._supervisor.running:
                self._use_spare_time()
            if self._spare_work is None:  # a judge forked before would keep the pages that are gathered
                self._supervisor.keep_ahead()
            if not self._supervisor.running and monotonic() - self._last_used >= self._idle_limit:
                self._retire()
        self._end()

    def _retire(self) -> None:
        """Take no more callers; end when what runs has finished."""
        if not self._retired:
            self._retired = True
            with contextlib.suppress(KeyError):
                self._selector.unregister(self._listener)
            self._listener.close()
            remove_socket(self._paths)

    def _until_next(self) -> float:
        """Seconds until something is due that no descriptor tells of."""
        if self._spare_work and not self._supervisor.running:
            return 0.0
        due = self._supervisor.next_deadline or self._last_used + self._idle_limit
        return max(0.0, due - monotonic())

    def _use_spare_time(self) -> None:
        """Do the next piece of what can wait until nobody does."""
        try:
            next(self._spare_work or iter(()))
        except StopIteration:
            self._spare_work = None

    def _accept(self, *_: object) -> None:
        client = accept(self._listener)
        if client is not None:
            self._clients[client] = None
            self._watch(client)

    def _watch(self, client: Connection) -> None:
        """Listen to the client, and for room to write when events wait."""
        mask = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.wants_to_write else 0)
        try:
            self._selector.modify(client.stream, mask, lambda _, ready: self._talk(client, ready))
        except KeyError:
            self._selector.register(client.stream, mask, lambda _, ready: self._talk(client, ready))

    def _talk(self, client: Connection, ready: int) -> None:
        self._last_used = monotonic()
        try:
            if ready & selectors.EVENT_WRITE:
                client.flush()
            if ready & selectors.EVENT_READ:
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
                for other in [other for other, attempt in self._clients.items() if attempt is not None]:
                    self._drop(other)
                self._retire()
                client.send(self._status())
            case Run(job=job):
                if client in self._greeted and self._clients.get(client) is None:
                    self._start(client, job)
                else:
                    client.send(Refused(reason="Say hello first, and run one job at a time on a connection."))

    def _start(self, client: Connection, job: Job) -> None:
        attempt = self._supervisor.start(job, lambda event: self._tell(client, event))
        if client in self._clients:
            self._clients[client] = attempt
        elif attempt is not None:  # it hung up at the first word
            self._supervisor.cancel(attempt)

    def _greet(self, client: Connection, hello: Hello) -> None:
        if hello.fingerprint != self._fingerprint:
            self._retire()  # first, so that whoever reads the refusal no longer finds this engine
            client.send(Refused(reason="This engine was started with other files; it makes way.", outdated=True))
            return
        try:
            if self._supervisor.preload(hello.preload):
                self._spare_work = gather()
        except PreloadFailed as error:
            client.send(Refused(reason=str(error), unusable=True))
            return
        self._greeted.add(client)
        client.send(Ready(pid=os.getpid(), torch=importlib.metadata.version("torch")))

    def _tell(self, client: Connection, event: Event) -> None:
        """Pass an event of the client's attempt on; a client that is gone takes its attempt along."""
        if client not in self._clients:
            return
        if isinstance(event, Finished | Superseded):
            self._clients[client] = None
            self._last_used = monotonic()
        try:
            client.send(event)
        except ClientGone:
            self._drop(client)
        else:
            self._watch(client)

    def _drop(self, client: Connection) -> None:
        """The client is gone, or must go: end its attempt."""
        attempt = self._clients.pop(client, None)
        self._greeted.discard(client)
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(client.stream)
        client.close()
        if attempt is not None:
            self._supervisor.cancel(attempt)

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
        return Status(
            pid=os.getpid(),
            seconds=monotonic() - self._begun,
            idle_limit=self._idle_limit,
            attempts=self._supervisor.made,
            running=self._supervisor.running,
            memory=psutil.Process().memory_info().rss,
            torch=importlib.metadata.version("torch"),
            python=platform.python_version(),
            device=", ".join(_devices()),
            judge=self._supervisor.way,
        )

    def _end(self) -> None:
        """Leave no judge, and then hang up: who asked the engine to stop waits for that."""
        self._supervisor.end()
        for client in list(self._clients):
            with contextlib.suppress(ClientGone):
                client.flush()
            self._drop(client)


def main() -> None:
    """Bind, warm up, serve."""
    prepare_environment()
    paths = engine_paths()
    listener = listen(paths)
    mark = fingerprint()  # before anything is imported: a file that changes meanwhile makes this engine outdated
    set_process_control(PR_SET_CHILD_SUBREAPER, 1)
    faulthandler.enable()  # a broken library may end this process: then the log says how
    try:
        warm_up()
    except (Exception, SystemExit) as error:
        traceback.print_exc()
        refuse_everyone(listener, paths, what_to_install("torch", error))
        return
    faulthandler.disable()
    Server(listener, paths, mark, float(os.environ.get("TUTOR_IDLE_SECONDS", IDLE_SECONDS))).serve()


def _devices() -> tuple[str, ...]:
    """The device types of this machine, best first; imported late, for torch comes after the socket is bound."""
    from tutor.judge.device import available

    return available()


if __name__ == "__main__":
    try:
        main()
    except RuntimeFolderUnusable as problem:
        sys.exit(str(problem))
