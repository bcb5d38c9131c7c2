"""Records a session of the real program: `python docs/make_cast.py` writes docs/session.cast (asciicast version 2).

Opens `tutor start` in a pseudo-terminal and a temporary workspace, and does what a learner does: look, write a wrong
answer in an editor elsewhere, read why it is wrong, mend it, go on, leave. `asciinema play docs/session.cast` shows it.
"""

import fcntl
import json
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

CAST = Path(__file__).parent / "session.cast"
WIDTH, HEIGHT = 110, 32
EXERCISE = "01_create_inspect"
RIGHT_AND_WRONG = ("t[1:-1, 1:-1] = 0.0", "t[1:-1, 1:] = 0.0")
PATIENCE = 120.0  # seconds for the engine to warm
STILL = 1.0  # seconds without output after which the screen counts as painted
LONGEST_PAUSE = 2.0  # seconds that a recording waits at most


@dataclass
class Recording:
    """A program in a pseudo-terminal, and what it has written with the time since its start."""

    words: list[str]
    folder: Path
    environment: dict[str, str]
    events: list[tuple[float, str, str]] = field(default_factory=list)

    def __enter__(self) -> "Recording":
        self._master, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
        self._process = subprocess.Popen(
            self.words,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            cwd=self.folder,
            env=self.environment,
            start_new_session=True,
        )
        os.close(terminal)
        self._begun = monotonic()
        self._rest = b""
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def press(self, keys: str) -> None:
        """Send keys, then wait until the screen is still."""
        os.write(self._master, keys.encode())
        self.settle()

    def settle(self, words: str = "") -> None:
        """Record until `words` have been written, and then until nothing is written for a while."""
        until = monotonic() + PATIENCE
        seen = ""
        while True:
            if not select.select([self._master], [], [], STILL)[0]:
                if words in seen:
                    return
                if monotonic() > until:
                    raise TimeoutError(f"{words!r} did not come")
                continue
            try:
                data = self._rest + os.read(self._master, 65536)
            except OSError:  # the program has ended
                return
            text = data.decode(errors="ignore")
            self._rest = data[len(text.encode()) :]
            seen += text
            self.events.append((monotonic() - self._begun, "o", text))


def main() -> None:
    """Record, shorten the pauses, save."""
    with tempfile.TemporaryDirectory(prefix="tutor-") as folder:
        workspace, runtime = Path(folder) / "learn", Path(folder) / "run"
        workspace.mkdir()
        runtime.mkdir()
        tutor = Path(sys.executable).with_name("tutor")
        environment = {
            "HOME": folder,
            "PATH": os.environ["PATH"],
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "TUTOR_RUNTIME_DIR": str(runtime),
        }
        answer = workspace / "exercises" / f"{EXERCISE}.py"
        solution = Path(__file__).parents[1] / "solutions" / f"{EXERCISE}.py"
        warm = [tutor, "check", EXERCISE, "--file", solution]  # nobody wants to watch PyTorch being imported
        for words in ([tutor, "init"], warm):
            subprocess.run(words, cwd=workspace, env=environment, check=True, capture_output=True)
        with Recording([str(tutor), "start"], workspace, environment) as session:
            session.settle("checks")
            right, wrong = RIGHT_AND_WRONG
            assert right in solution.read_text()
            answer.write_text(solution.read_text().replace(right, wrong))
            session.settle("differ")
            shutil.copyfile(solution, answer)
            session.settle("Passed")
            session.press("n")
            session.press("q")
            events = session.events
        subprocess.run([tutor, "engine", "stop"], env=environment, check=True, capture_output=True)
    save(events)


def save(events: list[tuple[float, str, str]]) -> None:
    """Write the cast: a line of JSON for the terminal, then one for each event, no pause longer than can be watched."""
    header = {"version": 2, "width": WIDTH, "height": HEIGHT, "title": "tutor: learn PyTorch by doing it"}
    lines = [json.dumps(header)]
    shift, last = 0.0, 0.0
    for at, kind, text in events:
        shift += max(0.0, at - last - LONGEST_PAUSE)
        last = at
        lines.append(json.dumps([round(at - shift, 3), kind, text], ensure_ascii=False))
    CAST.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
