"""How quickly the TUI answers: `python benchmarks/tui.py [ROUNDS]`.

The real program in a pseudo-terminal of 120 by 40, on a course of 1,000 exercises, after an attempt that printed ten
million characters. Measured from outside:

- a key: from pressing it to the first bytes drawn (cursor in the tree, scrolling, typing in the editor)
- a save: from replacing the answer's file to the verdict on the screen, less the attempt itself, which is timed through
  the engine's client in the same round

Figures of one run compare; figures of two runs do not.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from terminal import Terminal

from tutor.attempt.protocol import Finished
from tutor.course.loader import load_course, read_content
from tutor.engine.client import Engine
from tutor.engine.jobs import job_for

CHAPTERS, EACH = 20, 50
PRINTED = 10_000_000  # characters
SOLUTION = '''"""# Exercise {name}

Write `answer()`.

{lines}
"""


def answer():
    """One."""
    # BEGIN SOLUTION
    return 1
    # END SOLUTION
'''
CHECKS = '''"""Checks."""


def test_one(answer):
    """It is one."""
    assert answer.answer() == 1
'''
DOWN, UP, PAGE_DOWN, PAGE_UP, ESCAPE = "\x1b[B", "\x1b[A", "\x1b[6~", "\x1b[5~", "\x1b"


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory(prefix="tutor-") as folder:
        course, workspace, runtime = (Path(folder) / name for name in ("course", "workspace", "runtime"))
        runtime.mkdir(mode=0o700)
        make_course(course)
        os.environ.update(TUTOR_COURSE=str(course), TUTOR_RUNTIME_DIR=str(runtime), TERM="xterm-256color")
        answer = make_workspace(workspace)
        terminal = Terminal([sys.executable, "-m", "tutor", "start"], workspace, dict(os.environ))
        try:
            measure(terminal, course, answer, rounds)
        finally:
            terminal.end()
            subprocess.run([sys.executable, "-m", "tutor", "engine", "stop"], capture_output=True, check=False)


def make_course(root: Path) -> None:
    """A thousand small exercises in twenty chapters."""
    lines = ["format = 1", 'title = "A thousand exercises"', "preload = []"]
    for folder in ("solutions", "tests/checks"):
        (root / folder).mkdir(parents=True)
    solution = SOLUTION.replace("{lines}", "\n\n".join(f"Line {number} of a long statement." for number in range(80)))
    for chapter in range(1, CHAPTERS + 1):
        names = [f"{chapter:02}_exercise_{number:02}" for number in range(1, EACH + 1)]
        entries = ", ".join(f'{{ id = "{name}", level = 1 }}' for name in names)
        lines += [
            "",
            "[[chapter]]",
            f'number = "{chapter:02}"',
            f'title = "Chapter {chapter}"',
            f"exercises = [{entries}]",
        ]
        for name in names:
            (root / "solutions" / f"{name}.py").write_text(solution.replace("{name}", name))
            (root / "tests" / "checks" / f"test_{name}.py").write_text(CHECKS)
    (root / "course.toml").write_text("\n".join(lines) + "\n")


def make_workspace(root: Path) -> Path:
    """A workspace whose first answer prints ten million characters; the path of that answer."""
    (root / "exercises").mkdir(parents=True)
    answer = root / "exercises" / "01_exercise_01.py"
    answer.write_text(f"def answer():\n    print(('x' * 99 + '\\n') * {PRINTED // 100})\n    return 0\n")
    return answer


def measure(terminal: Terminal, course: Path, answer: Path, rounds: int) -> None:
    """Press keys and save files."""
    terminal.wait_for("Exercise 01_exercise_01")
    terminal.rest(1.0)
    terminal.press("r")
    terminal.wait_for("Failed")
    seconds: dict[str, list[float]] = {}

    def note(label: str, keys: tuple[str, ...]) -> None:
        seconds[label] = [terminal.press(key) for _ in range(rounds) for key in keys]

    note("cursor in the tree", (DOWN, UP))
    terminal.rest(0.5)
    note("scrolling the exercise", (PAGE_DOWN, PAGE_UP))
    terminal.press("c")
    terminal.rest(2.0)
    note("typing in the editor", ("#",))
    terminal.press(ESCAPE)
    terminal.rest(2.0)

    first = load_course(course).exercises[0]
    texts = {"Passed": "def answer():\n    return 1\n", "Failed": "def answer():\n    return 2\n"}
    above = []
    with Engine.connect() as engine:
        job = job_for(first, read_content(first), answer_file=answer, label="answer", device="cpu")
        for _ in range(rounds):
            for word, text in texts.items():
                terminal.rest(0.5)
                begun = perf_counter()
                answer.write_text(text)
                terminal.wait_for(word)
                seen = perf_counter() - begun
                terminal.rest(0.3)
                begun = perf_counter()
                if not isinstance(list(engine.run(job))[-1], Finished):
                    sys.exit("The attempt did not finish.")
                above.append(seen - (perf_counter() - begun))
    seconds["a save to its verdict, less the attempt"] = above
    report(seconds, rounds)


def report(seconds: dict[str, list[float]], rounds: int) -> None:
    """Print medians and the slowest tenth."""
    print(f"Medians of {rounds} rounds, {os.cpu_count()} cores.\n")
    print("| | median ms | 90th percentile ms |\n|---|--:|--:|")
    for label, values in seconds.items():
        slow = statistics.quantiles(values, n=10)[-1]
        print(f"| {label} | {statistics.median(values) * 1e3:.0f} | {slow * 1e3:.0f} |")


if __name__ == "__main__":
    main()
