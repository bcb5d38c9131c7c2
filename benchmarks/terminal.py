"""A pseudo-terminal with a program in it, for benchmarks that look at what a learner sees."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
from pathlib import Path
from time import perf_counter

SIZE = (40, 120)
PATIENCE = 120.0  # seconds


class Terminal:
    """Starts `words` in `folder`, 120 by 40; everything is measured from outside, at the terminal's end."""

    def __init__(self, words: list[str], folder: Path, shell: dict[str, str]) -> None:
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.chdir(folder)
            os.execve(words[0], words, shell)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))

    def wait_for(self, *texts: str) -> float:
        """Seconds until the terminal has been sent all of `texts`."""
        begun, received = perf_counter(), b""
        wanted = [text.encode() for text in texts]
        while not all(text in received for text in wanted):
            left = begun + PATIENCE - perf_counter()
            if left <= 0 or not select.select([self._terminal], [], [], left)[0]:
                sys.exit(f"{texts} did not appear within {PATIENCE:g} seconds: {received[-500:]!r}")
            received += os.read(self._terminal, 65536)
        return perf_counter() - begun

    def press(self, keys: str) -> float:
        """Seconds from pressing `keys` to the first that is drawn in answer."""
        self.rest()
        begun = perf_counter()
        os.write(self._terminal, keys.encode())
        if not select.select([self._terminal], [], [], PATIENCE)[0]:
            sys.exit(f"Nothing was drawn after {keys!r}.")
        return perf_counter() - begun

    def rest(self, quiet: float = 0.15, most: float = 3.0) -> None:
        """Read on until nothing has been drawn for `quiet` seconds, or for `most`: a cursor blinks for ever."""
        until = perf_counter() + most
        while perf_counter() < until and select.select([self._terminal], [], [], quiet)[0]:
            os.read(self._terminal, 65536)

    def end(self) -> None:
        """Kill the program."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._terminal)
