"""Runs a file of an exercise that is a folder as a program: a process of its own, inside the judge's doors.

Owns how the program is started and how its failure is told. What it does is the check's to look at. Its process is one
of the judge's children: the attempt's time limit ends it, and no door is open to it that is shut to the judge.
"""

import os
import re
import subprocess
import sys
import types
from pathlib import Path
from typing import NamedTuple

from tutor.judge.folder import Folder
from tutor.judge.load import modules_of, unregister

MOST = 100_000  # characters of output that a check gets to see
PLACE = re.compile(r'File "([^"]+)", line (\d+)')


class Program(NamedTuple):
    """A program that has ended."""

    command: str  # as a learner would type it
    code: int
    output: str
    errors: str
    folder: Path  # it ran in this one, empty before

    def expect_success(self) -> None:
        """Fail the check, with the program's last words, when it ended with another exit code than 0."""
        if self.code == 0:
            return
        sys.stderr.write(self.errors)
        words = [line for line in self.errors.splitlines() if line.strip()]
        said = f": {words[-1].strip()}" if words else ", without a word"
        # the program's own files, whose folder was cut from their paths
        places = [(Path(file).name, line) for file, line in PLACE.findall(self.errors) if not Path(file).is_absolute()]
        where = f" (line {places[-1][1]} of {places[-1][0]})" if places else ""
        raise AssertionError(f"`{self.command}` ended with exit code {self.code}{said}{where}.")


def run_program(answer: types.ModuleType, file: str, *arguments: str, folder: Path) -> Program:
    """Run `file` of the answer with `arguments`, as `python file ...` would, in a new folder below `folder`.

    The program is a copy of the answer's files, texts that the course's answers replace among them; names that they
    replace are not in it. On Linux without an accelerator a judge forks a process that holds torch and nothing of the
    answer; elsewhere a new Python is started, which takes the seconds that it needs to import torch.
    """
    sources: dict[str, bytes] = vars(answer)["__sources__"]
    place, working = folder / "program", folder / "working"
    place.mkdir()
    working.mkdir()
    for name, source in sources.items():
        (place / name).write_bytes(source)
    output, errors = folder / "output.txt", folder / "errors.txt"
    start = vars(answer).get("__start__", _start_python)
    code = start([str(place / file), *arguments], working, output, errors)
    command = " ".join(("python", file, *arguments))
    return Program(command, code, _start_of(output), _end_of(errors).replace(f"{place}/", ""), working)


def _start_python(words: list[str], folder: Path, output: Path, errors: Path) -> int:
    settings = {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}
    with output.open("wb") as out, errors.open("wb") as err:
        return subprocess.run(
            [sys.executable, *words],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env={**os.environ, **settings}, check=False,
        ).returncode  # fmt: skip


def _start_of(file: Path) -> str:
    with file.open("rb") as text:
        return text.read(MOST).decode("utf-8", "replace")


def _end_of(file: Path) -> str:
    with file.open("rb") as text:
        text.seek(max(0, file.stat().st_size - MOST))
        return text.read().decode("utf-8", "replace")


def imported_again(answer: types.ModuleType, *files: str) -> types.ModuleType:
    """The answer's modules imported once more, as new ones, for a look at what importing them does.

    Those of `files`, and what they import; without any, all. Texts that the course's answers replace are in them;
    names that they replace are not.
    """
    modules = [one for one in modules_of(answer) if one is not answer]
    place = Path(str(modules[0].__file__)).parent
    again = Folder(place, vars(answer)["__sources__"], f"{answer.__name__}__again", {}, {})
    whole = again.load(files or [Path(str(one.__file__)).name for one in modules])
    unregister(whole)
    return whole
