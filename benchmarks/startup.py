"""How soon the TUI is useful: `python benchmarks/startup.py [ROUNDS]`.

Starts `tutor start` in a pseudo-terminal of 120 by 40, in a folder with a workspace and no engine running, and stops
the clock when the screen shows the course's chapters and the statement of the next exercise. Beside it, interleaved:
`python -c "import textual.app"`, the least that any Textual program pays, and `python -c pass`. All three find their
bytecode compiled, as that of an installed package is, also where the environment forbids Python to write it.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from terminal import Terminal

from tutor.course.loader import load_course, read_starters, read_title
from tutor.course.locate import builtin_course
from tutor.workspace.files import create_workspace


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    course = load_course(builtin_course())
    seen = (course.chapters[0].title, read_title(course.exercises[0]).split()[0])
    python = sys.executable
    seconds: dict[str, list[float]] = {"tutor start": [], "import textual.app": [], "pass": []}
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as compiled:
        usual = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        usual.pop("PYTHONDONTWRITEBYTECODE", None)
        create_workspace(Path(folder), {p: text for one in course.exercises for p, text in read_starters(one).items()})
        for number in range(rounds + 1):
            with tempfile.TemporaryDirectory(prefix="tutor-") as runtime:
                shell = {**usual, "TUTOR_RUNTIME_DIR": runtime, "TERM": "xterm-256color"}
                frame = first_frame([python, "-m", "tutor", "start"], Path(folder), shell, seen)
                subprocess.run([python, "-m", "tutor", "engine", "stop"], env=shell, capture_output=True, check=False)
            library, nothing = (command([python, "-c", words], usual) for words in ("import textual.app", "pass"))
            if number:  # the first round fills the caches
                for name, value in zip(seconds, (frame, library, nothing), strict=True):
                    seconds[name].append(value)
    median = {name: statistics.median(values) for name, values in seconds.items()}
    print(f"Medians of {rounds} rounds, {os.cpu_count()} cores.\n")
    print('| | milliseconds | x `python -c "import textual.app"` |')
    print("|---|--:|--:|")
    for name, label in (
        ("tutor start", "`tutor start` to the first useful frame"),
        ("import textual.app", '`python -c "import textual.app"`'),
        ("pass", "`python -c pass`"),
    ):
        print(f"| {label} | {median[name] * 1e3:.0f} | {median[name] / median['import textual.app']:.2f} |")


def command(words: list[str], shell: dict[str, str]) -> float:
    """Seconds of a whole process."""
    begun = perf_counter()
    subprocess.run(words, env=shell, check=True, stdin=subprocess.DEVNULL)
    return perf_counter() - begun


def first_frame(words: list[str], folder: Path, shell: dict[str, str], seen: tuple[str, ...]) -> float:
    """Seconds from launch until the terminal has been sent all of `seen`; the program is ended then."""
    begun = perf_counter()
    terminal = Terminal(words, folder, shell)
    try:
        terminal.wait_for(*seen)
        return perf_counter() - begun
    finally:
        terminal.end()


if __name__ == "__main__":
    main()
