"""One client of the engine: requests in, events out, never blocking the engine."""

import contextlib
import socket
from collections.abc import Iterator

import msgspec

from tutor.attempt.protocol import Event, Request

LONGEST_REQUEST = 4_000_000  # bytes
MOST_UNSENT = 16_000_000  # bytes a client may leave unread before it is dropped


class ClientGone(Exception):
    """The client hung up, sent nonsense, or reads nothing."""


class Connection:
    """A non-blocking socket that carries one JSON document a line."""

    def __init__(self, stream: socket.socket) -> None:
        stream.setblocking(False)
        self.stream = stream
        self._received = b""
        self._unsent = bytearray()
        self._decode = msgspec.json.Decoder(Request).decode
        self._encode = msgspec.json.Encoder().encode

    @property
    def wants_to_write(self) -> bool:
        """Whether events wait for the client to read."""
        return bool(self._unsent)

    def requests(self) -> Iterator[Request]:
        """The requests that have arrived whole; raises ClientGone after the last when the client hung up."""
        gone = self._receive()
        *lines, self._received = self._received.split(b"\n")
        for line in lines:
            try:
                yield self._decode(line)
            except msgspec.DecodeError as error:
                raise ClientGone(f"not a request: {error}") from None
        if gone or len(self._received) > LONGEST_REQUEST:
            raise ClientGone("hung up")

    def _receive(self) -> bool:
        try:
            while data := self.stream.recv(65536):
                self._received += data
                if len(self._received) > LONGEST_REQUEST:
                    return True
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def send(self, event: Event) -> None:
        """Queue the event and send what goes without waiting; raises ClientGone."""
        self._unsent += self._encode(event) + b"\n"
        self.flush()

    def flush(self) -> None:
        """Send what goes without waiting; raises ClientGone."""
        try:
            while self._unsent:
                del self._unsent[: self.stream.send(self._unsent)]
        except BlockingIOError:
            pass
        except OSError:
            raise ClientGone("hung up") from None
        if len(self._unsent) > MOST_UNSENT:
            raise ClientGone("reads nothing")

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self.stream.close()
