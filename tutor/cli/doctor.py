"""`tutor doctor`: this installation as plain text, to paste into a report.

Owns what is asked of the machine. torch is never imported here: its version is read from its metadata, its devices
come from a process of their own.
"""

import locale
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from rich.console import Console

from tutor import __version__
from tutor.cli.console import say
from tutor.cli.engine import describe
from tutor.cli.problems import NOT_PASSED, PASSED, UsageProblem
from tutor.cli.session import course_key, here, open_course, read_progress
from tutor.course.loader import read_content
from tutor.course.records import Course, CourseError
from tutor.engine.client import engine_status
from tutor.show.plain import plural

PACKAGES = (
    "torch",
    "torchvision",
    "numpy",
    "pytest",
    "hypothesis",
    "textual",
    "rich",
    "typer",
    "msgspec",
    "watchfiles",
)
DEVICES = """
import torch
from tutor.judge.device import available, describe
for kind in available():
    print(kind, describe(torch.device(kind)).name, sep=": ")
"""
DEVICES_LIMIT = 120.0  # seconds: a cold import of torch from a slow disk takes its time


def run_doctor(option: str | None) -> int:
    """Print the description; 1 when something in it stands in the way of checking exercises."""
    troubles: list[str] = []
    for name, value in _facts(option, troubles):
        say(f"{name + ':':12} {value}")
    say("")
    for trouble in troubles:
        say(f"problem:     {trouble}")
    say("No problem was found." if not troubles else "")
    return NOT_PASSED if troubles else PASSED


def _facts(option: str | None, troubles: list[str]) -> Iterator[tuple[str, str]]:
    yield "tutor", __version__
    yield "Python", f"{platform.python_version()} ({platform.python_implementation()}), {sys.executable}"
    yield "system", f"{platform.platform()}, {os.cpu_count()} cores"
    for name in PACKAGES:
        yield name, _version(name, troubles)
    yield "devices", _devices(troubles)
    status = engine_status()
    yield "engine", "not running" if status is None else describe(status)
    yield "layers", _layers()
    yield "terminal", _terminal()
    yield from _learning(option, troubles)
    settings = [f"{key}={value}" for key, value in os.environ.items() if key.startswith("TUTOR_") or key == "NO_COLOR"]
    yield "settings", ", ".join(sorted(settings)) or "none"


def _version(name: str, troubles: list[str]) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        troubles.append(f"{name} is not installed for this Python.")
        return "not installed"


def _devices(troubles: list[str]) -> str:
    """The devices torch finds, asked for in a fresh process."""
    try:
        asked = subprocess.run(
            [sys.executable, "-c", DEVICES], capture_output=True, text=True, timeout=DEVICES_LIMIT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        troubles.append(f"torch could not be asked for its devices ({type(error).__name__}).")
        return "unknown"
    if asked.returncode != 0:
        last = asked.stderr.strip().splitlines()[-1:] or [f"exit code {asked.returncode}"]
        troubles.append(f"torch cannot be imported: {last[0]}")
        return "unknown"
    return "; ".join(asked.stdout.strip().splitlines())


def _layers() -> str:
    """What holds an answer on this machine: tried out in a process of its own, which shuts itself in."""
    try:
        words = [sys.executable, "-m", "tutor.judge.probe"]
        tried = subprocess.run(words, capture_output=True, text=True, timeout=DEVICES_LIMIT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"could not be tried ({type(error).__name__})"
    return ", ".join(tried.stdout.splitlines()) or "could not be tried"


def _terminal() -> str:
    size = shutil.get_terminal_size()
    out = Console()
    kind = "a terminal" if sys.stdout.isatty() else "piped"
    colours = out.color_system or "no colour"
    encoding = getattr(sys.stdout, "encoding", None) or locale.getpreferredencoding()
    symbols = "symbols" if encoding.lower().startswith("utf") else "no symbols"
    return f"{kind}, {size.columns}x{size.lines}, {colours}, {encoding} ({symbols}), TERM={os.environ.get('TERM', '')}"


def _learning(option: str | None, troubles: list[str]) -> Iterator[tuple[str, str]]:
    workspace = here()
    yield "workspace", str(workspace.root) if workspace is not None else "none here; make one with `tutor init`"
    try:
        course = open_course(option)
    except (CourseError, UsageProblem) as error:
        troubles.append(str(error))
        yield "course", "cannot be read"
        return
    yield "course", f"{course.title}: {len(course.exercises)} exercises, {course.root}"
    faults = dict.fromkeys([*map(str, course.problems), *_broken(course)])
    troubles.extend(faults)
    history = read_progress(workspace, course_key(course, workspace))
    passed = sum(exercise.id in history and history[exercise.id].passed for exercise in course.exercises)
    yield "progress", f"{passed} passed, {plural(sum(done.attempts for done in history.values()), 'attempt')}"


def _broken(course: Course) -> Iterator[str]:
    for exercise in course.exercises:
        try:
            read_content(exercise)
        except CourseError as error:
            yield str(error)
