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


def refuse_everyone(listener: socket.socket, reason: str) -> None:
    """Tell those who wait why there will be no engine."""
    listener.settimeout(REFUSAL_SECONDS)
    with contextlib.suppress(OSError, ClientGone):
        while True:
            stream, _ = listener.accept()
            Connection(stream).send(Refused(reason=reason))
            stream.close()


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
