"""The engine's front door: the socket that only its owner can call.

Owns how the socket is bound and removed, and who may come in. Talking is `tutor.engine.connection`'s.
"""

import contextlib
import os
import socket
import struct

import psutil

from tutor.attempt.protocol import Refused
from tutor.engine.connection import ClientGone, Connection
from tutor.engine.paths import EnginePaths

REFUSAL_SECONDS = 2.0  # for callers who wait on an engine that cannot start


def listen(paths: EnginePaths) -> socket.socket:
    """The listening socket; whoever starts an engine holds the lock, so a file left there is a dead engine's."""
    remove_socket(paths)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    old = os.umask(0o077)
    try:
        listener.bind(str(paths.socket))
    finally:
        os.umask(old)
    listener.listen(64)
    listener.setblocking(False)
    return listener


def remove_socket(paths: EnginePaths) -> None:
    """Take the socket's file away, if it is there."""
    with contextlib.suppress(OSError):
        paths.socket.unlink()


def accept(listener: socket.socket) -> Connection | None:
    """The next caller; None when there is none any more, it is another user, or an answer that the engine runs."""
    try:
        stream, _ = listener.accept()
    except OSError:
        return None
    if not _welcome(stream):
        stream.close()
        return None
    return Connection(stream)


def refuse_everyone(listener: socket.socket, paths: EnginePaths, reason: str) -> None:
    """Tell those who wait what is missing or broken, so that there will be no engine; then remove the socket."""
    listener.settimeout(REFUSAL_SECONDS)  # whoever started this engine is about to call
    caller = _next(listener)
    remove_socket(paths)  # who calls from now on, after mending it perhaps, starts another engine
    listener.settimeout(0)
    while caller is not None:
        with caller, contextlib.suppress(OSError, ClientGone):
            caller.settimeout(REFUSAL_SECONDS)
            caller.recv(65536)  # hanging up on a greeting that nobody has read would take the answer along
            Connection(caller).send(Refused(reason=reason, unusable=True))
        caller = _next(listener)


def _next(listener: socket.socket) -> socket.socket | None:
    """Whoever calls next; None when nobody does in time."""
    try:
        return listener.accept()[0]
    except OSError:
        return None


def _welcome(stream: socket.socket) -> bool:
    """Whether the caller is this user and no child of the engine.

    Where the kernel does not tell who calls, the folder's permissions must do.
    """
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    credentials = stream.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, user, _ = struct.unpack("3i", credentials)
    if user != os.getuid():
        return False
    try:
        return os.getpid() not in {parent.pid for parent in psutil.Process(pid).parents()}
    except psutil.Error:  # it is gone already
        return False
