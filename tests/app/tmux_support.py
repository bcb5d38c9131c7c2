"""A real terminal for tests: the installed command in a tmux session of its own server, read as a person would."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

PROMPT = "shell>"
PATIENCE = 60.0  # seconds, for what must happen at all on a busy machine
NUMBERS = count()


class Tmux:
    """A tmux server with one session; `close` ends both. Waits are always for what the screen shows."""

    def __init__(self, size: tuple[int, int], cwd: Path, env: dict[str, str]) -> None:
        self._socket = f"tutor-test-{os.getpid()}-{next(NUMBERS)}"
        self._env = {key: value for key, value in env.items() if key not in ("TMUX", "TMUX_PANE")} | {
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
        }
        try:
            self._open(size, cwd)
        except BaseException:
            self.close()
            raise

    def _open(self, size: tuple[int, int], cwd: Path) -> None:
        width, height = map(str, size)
        shell = ["env", "-u", "TMUX", f"PS1={PROMPT} ", "bash", "--norc", "--noprofile"]
        self._run("-f", os.devnull, "new-session", "-d", "-x", width, "-y", height, "-c", str(cwd), *shell)
        self._run("set-option", "-g", "status", "off")
        self._run("set-option", "-g", "default-terminal", "tmux-256color")
        self.resize(*size)
        self.until(PROMPT)

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-u", "-L", self._socket, *words],
            env=self._env,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=True,
        )
        return done.stdout

    @property
    def text(self) -> str:
        """The screen, line by line."""
        return self._run("capture-pane", "-p")

    @property
    def words(self) -> str:
        """The screen in one line, without the breaks and frames that its width has made."""
        return " ".join("".join(" " if one in "│╭╮╰╯─▌▐▏\n" else one for one in self.text).split())

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines."""
        width, height = self._run("display-message", "-p", "#{pane_width} #{pane_height}").split()
        return int(width), int(height)

    def start(self, *arguments: str) -> None:
        """Type the command `tutor`, as it is installed."""
        command = shutil.which("tutor", path=str(Path(sys.executable).parent)) or f"{sys.executable} -m tutor"
        self.type(" ".join([command, *arguments]), "Enter")

    def type(self, *keys: str) -> None:
        """Press keys by tmux's names; text is typed as it is."""
        for key in keys:
            self._run("send-keys", *(() if key in NAMED else ("-l",)), key)

    def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        self._run("resize-window", "-x", str(width), "-y", str(height))

    def until(self, *words: str, gone: bool = False) -> str:
        """Wait until the screen shows all of `words` (or with `gone` none of them); returns the screen's words."""
        end = time.monotonic() + PATIENCE
        while True:
            seen, text = self.words, self.text
            there = [word in seen or word in text for word in words]
            if (not any(there)) if gone else all(there):
                return seen
            assert time.monotonic() < end, f"{words!r} {'stayed' if gone else 'did not come'}:\n{self.text}"
            time.sleep(0.1)

    def close(self) -> None:
        """End the session and its server."""
        subprocess.run(["tmux", "-L", self._socket, "kill-server"], capture_output=True, check=False)


NAMED = {
    "Enter", "Escape", "Up", "Down", "Left", "Right", "PageUp", "PageDown", "Home", "End", "Tab", "BSpace",
    "C-s", "C-z", "C-c", "C-q",
}  # fmt: skip


def until_true(condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
