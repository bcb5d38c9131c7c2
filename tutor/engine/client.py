"""How faces reach the engine: connect, start it when none runs, run a job, read its events. No torch.

Everything here blocks. A connection runs one job at a time; closing it, from any thread, ends its attempt.
"""

import contextlib
import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import Self

import msgspec

from tutor.attempt.job import Job
from tutor.attempt.protocol import (
    AskStatus,
    Event,
    Finished,
    Hello,
    Ready,
    Refused,
    Request,
    Run,
    Status,
    Stop,
    Superseded,
)
from tutor.engine.fingerprint import fingerprint
from tutor.engine.paths import EnginePaths, RuntimeFolderUnusable, engine_paths

BIND_SECONDS = 30.0  # for a new engine to listen, which it does before it imports torch
WARM_SECONDS = 300.0  # for torch to be imported on the slowest disk
KNOWN = frozenset({
    "HOME", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "LOGNAME", "PATH", "PYTHONPATH", "SHELL", "TEMP", "TMP", "TMPDIR",
    "TZ", "USER", "VIRTUAL_ENV", "XDG_RUNTIME_DIR",
})  # fmt: skip
KNOWN_PREFIXES = ("LC_", "TUTOR_", "CUDA_", "NVIDIA_", "PYTORCH_", "DYLD_", "ZE_", "SYCL_")
STOP_SECONDS = 10.0  # for the engine to end what runs
PATIENCE = 1.0  # seconds without an answer before the caller is told that the engine is warming: longer than a stall
FATAL = "Fatal Python error"  # how the log of an engine begins that crashed
WARMING = "Starting PyTorch, once: this takes a few seconds."


class EngineUnavailable(Exception):
    """There is no engine to be had, or it is gone; the message says why and what to do."""


class EngineUnusable(EngineUnavailable):
    """No engine can judge on this machine before something is installed or mended; the message says what."""


class Engine:
    """A connection to the engine. Use `Engine.connect`."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream
        self._file = stream.makefile("rb")
        self._decode = msgspec.json.Decoder(Event).decode
        self._encode = msgspec.json.Encoder().encode

    @classmethod
    def connect(cls, *, preload: tuple[str, ...] = (), on_warming: Callable[[str], None] | None = None) -> Self:
        """A connection to a warm engine, started if none runs; `on_warming` gets a sentence when that takes time."""
        tell = _once(on_warming)
        ends: list[_MakesWay] = []
        for _ in range(3):
            engine = cls(_reach(tell))
            try:
                engine._greet(Hello(fingerprint=fingerprint(), preload=preload), tell)
            except _MakesWay as error:
                engine.close()
                ends.append(error)
                continue
            except BaseException:
                engine.close()
                raise
            return engine
        if all(end.died for end in ends):
            raise EngineUnusable(_crash(_last_words(engine_paths())))
        raise EngineUnavailable(str(ends[-1]))

    def _greet(self, hello: Hello, tell: Callable[[], None]) -> None:
        try:
            event = self._exchange_greetings(hello, tell)
        except EngineUnavailable as error:  # it was ending when we called
            raise _MakesWay(str(error), died=True) from None
        match event:
            case Ready():
                self._stream.settimeout(None)
            case Refused(outdated=True):
                raise _MakesWay("tutor's files keep changing: try again once they are at rest.")
            case Refused(reason=reason, unusable=True):
                raise EngineUnusable(reason)
            case Refused(reason=reason):
                raise EngineUnavailable(reason)
            case _:
                raise EngineUnavailable(f"The engine answered {type(event).__name__} to a greeting.")

    def _exchange_greetings(self, hello: Hello, tell: Callable[[], None]) -> Event:
        self._send(hello)
        try:
            self._stream.settimeout(PATIENCE)
            self._stream.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            tell()
        except OSError:
            pass  # receiving below says what is wrong
        self._stream.settimeout(WARM_SECONDS)
        return self._receive()

    def run(self, job: Job) -> Iterator[Event]:
        """Make the attempt and yield its events, the last being Finished or Superseded."""
        self._send(Run(job=job))
        while True:
            event = self._receive()
            if isinstance(event, Refused):
                raise EngineUnavailable(event.reason)
            yield event
            if isinstance(event, Finished | Superseded):
                return

    def status(self) -> Status:
        """How the engine is."""
        self._send(AskStatus())
        return self._status_reply()

    def stop(self) -> None:
        """End the engine and everything it runs; returns when it has let go, which it does last."""
        self._send(Stop())
        self._stream.settimeout(STOP_SECONDS)
        with contextlib.suppress(OSError):
            self._file.read()

    def _status_reply(self) -> Status:
        event = self._receive()
        if not isinstance(event, Status):
            raise EngineUnavailable(f"The engine answered {type(event).__name__} to a question for its status.")
        return event

    def close(self) -> None:
        """Hang up; an attempt that runs on this connection is killed."""
        with contextlib.suppress(OSError):
            self._stream.shutdown(socket.SHUT_RDWR)
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send(self, request: Request) -> None:
        try:
            self._stream.sendall(self._encode(request) + b"\n")
        except OSError:
            raise EngineUnavailable(_gone()) from None

    def _receive(self) -> Event:
        try:
            line = self._file.readline()
        except (OSError, ValueError):
            raise EngineUnavailable(_gone()) from None
        if not line.endswith(b"\n"):
            raise EngineUnavailable(_gone())
        event: Event = self._decode(line)
        return event


class _MakesWay(Exception):
    """The engine that answered is ending, or was started with other files: the next call finds or starts another.

    `died` when it hung up instead of answering.
    """

    def __init__(self, reason: str, *, died: bool = False) -> None:
        super().__init__(reason)
        self.died = died


def engine_status() -> Status | None:
    """The status of the engine, None when none runs; never starts one."""
    engine = _existing()
    if engine is None:
        return None
    with engine, contextlib.suppress(EngineUnavailable):
        return engine.status()
    return None


def stop_engine() -> bool:
    """End the engine and wait until it is gone; False when none ran."""
    engine = _existing()
    if engine is None:
        return False
    with engine, contextlib.suppress(EngineUnavailable):
        engine.stop()
    return True


def _existing() -> Engine | None:
    try:
        stream = _connect(engine_paths())
    except RuntimeFolderUnusable:
        return None
    return Engine(stream) if stream else None


def _once(on_warming: Callable[[str], None] | None) -> Callable[[], None]:
    """Tells the caller that the engine warms, the first time it is called."""
    told = iter(() if on_warming is None else (on_warming,))

    def tell() -> None:
        for listener in told:
            listener(WARMING)

    return tell


def _reach(tell: Callable[[], None]) -> socket.socket:
    """A socket connected to the engine, which is started if none listens."""
    try:
        paths = engine_paths()
        stream = _connect(paths)
        if stream is None:
            tell()
            stream = _start(paths)
    except RuntimeFolderUnusable as error:
        raise EngineUnavailable(str(error)) from None
    except OSError as error:
        raise EngineUnavailable(f"The engine cannot be started: {error}.") from None
    return stream


def _connect(paths: EnginePaths) -> socket.socket | None:
    stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        stream.connect(str(paths.socket))
    except OSError:
        stream.close()
        return None
    return stream


def _start(paths: EnginePaths) -> socket.socket:
    """Start the engine, alone: whoever comes second waits for the lock and finds it running."""
    with paths.lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stream = _connect(paths)
        if stream is not None:
            return stream
        with paths.log.open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "tutor.engine.server"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                env=_environment(),
            )
        until = monotonic() + BIND_SECONDS
        while monotonic() < until:
            stream = _connect(paths)
            if stream is not None:
                return stream
            if process.poll() is not None:
                words = _last_words(paths)
                if words.startswith(FATAL):
                    raise EngineUnusable(_crash(words))
                raise EngineUnavailable(f"The engine ended at once: {words}")
            sleep(0.01)
    process.kill()
    raise EngineUnavailable(f"The engine does not answer; its log is {paths.log}.")


def _environment() -> dict[str, str]:
    """What the engine, and with it every answer, may know of the caller's environment: no tokens, no keys.

    PYTHONOPTIMIZE is left out too: it would take the checks' asserts away.
    """
    return {key: value for key, value in os.environ.items() if key in KNOWN or key.startswith(KNOWN_PREFIXES)}


def _last_words(paths: EnginePaths) -> str:
    try:
        lines = paths.log.read_text(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    if not lines:
        return "it left no message."
    fatal = [line for line in lines if line.startswith(FATAL)]  # the rest is a list of calls
    last = fatal[-1] if fatal else lines[-1]
    return last if last.endswith(".") else f"{last}."


def _crash(words: str) -> str:
    again = f"{sys.executable} -m pip install --force-reinstall torch"
    return f"The engine ends while it imports PyTorch: {words} To install PyTorch anew: {again}"


def _gone() -> str:
    return "The engine has gone away in the middle: check again to start a new one (`tutor doctor` tells more)."
