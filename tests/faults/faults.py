"""The fault corpus: what each learner file expects, the copies it is let loose on, and what is looked at afterwards.

A file of the corpus begins with comments: `verdict` (any of these), `message` (a word of the headline), `needs` (layers
without which it is not run), `limit` (seconds), `beside` (another file of the workspace), `cli` (also through the
command line), `without` (an accelerator that must not be there), `known` (what is not contained, and why).
"""

import hashlib
import os
import re
import shutil
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest
from msgspec import Struct

from tutor.attempt.job import Job
from tutor.attempt.protocol import Finished
from tutor.attempt.result import Attempt, CheckResult, Device, Outcome, Verdict
from tutor.course.loader import load_course, read_content
from tutor.engine.client import Engine, engine_status
from tutor.engine.jobs import job_for
from tutor.workspace.progress import Progress

HERE = Path(__file__).parent
EXERCISE = "01_double"
GOOD = (HERE / "course" / "solutions" / f"{EXERCISE}.py").read_text()
USUAL_LIMIT = 20.0  # seconds, for a busy machine
PATIENCE = 90.0  # seconds after which an engine is taken to hang
MARKER = "TUTOR_FAULTS_OF"  # in the environment of the engine and so of whatever it starts


class Fault(Struct, frozen=True, kw_only=True):
    """One file of the corpus and what is expected of it."""

    name: str
    source: str
    verdicts: frozenset[Verdict]
    message: str = ""
    needs: frozenset[str] = frozenset()
    without: str = ""
    limit: float = USUAL_LIMIT
    beside: tuple[tuple[str, str], ...] = ()
    cli: bool = False
    known: str = ""


def corpus() -> list[Fault]:
    """Every fault, by name."""
    return [_read(path) for path in sorted((HERE / "corpus").glob("*.py"))]


def _read(path: Path) -> Fault:
    source = path.read_text(encoding="utf-8")
    words: dict[str, list[str]] = {}
    for line in source.splitlines():
        if not line.startswith("# "):
            break
        key, _, value = line[2:].partition(": ")
        words.setdefault(key, []).append(value)
    unknown = words.keys() - {"verdict", "message", "needs", "without", "limit", "beside", "cli", "known"}
    assert not unknown, f"{path.name}: what is {unknown}?"
    one = {key: values[0] for key, values in words.items()}
    return Fault(
        name=path.stem,
        source=source,
        verdicts=frozenset(Verdict(word) for word in one["verdict"].split(", ")),
        message=one.get("message", ""),
        needs=frozenset(one["needs"].split(", ")) if "needs" in one else frozenset(),
        without=one.get("without", ""),
        limit=float(one.get("limit", USUAL_LIMIT)),
        beside=tuple((name, text) for name, _, text in (value.partition(" = ") for value in words.get("beside", []))),
        cli="cli" in one,
        known=one.get("known", ""),
    )


def hold_to_account(
    fault: Fault,
    house: "House",
    layers: frozenset[str],
    through: Callable[["House"], tuple[Verdict, str, dict[str, tuple[object, ...]]]],
) -> None:
    """Let the fault loose by `through`, which gives verdict, message and the picture afterwards, and look at it all."""
    if missing := fault.needs - layers:
        pytest.skip(f"no {', '.join(sorted(missing))} here")
    if fault.without and _has(fault.without):
        pytest.skip(f"there is {fault.without} here")
    house.set_limit(fault.limit)
    house.put(fault.source, fault.beside)
    Engine.connect().close()  # starts one, should an earlier fault have ended it
    status = engine_status()
    assert status is not None
    before = house.picture()

    verdict, message, after = through(house)

    assert (verdict, message) == (verdict if verdict in fault.verdicts else fault.verdicts, message)
    assert fault.message.lower() in message.lower()
    assert bool(message) is (verdict is not Verdict.PASSED)
    assert house.survivors() == []
    assert house.scratch_folders() == []
    assert {path: facts for path, facts in after.items() if before.get(path) != facts} == {}
    assert before.keys() == after.keys()
    now = engine_status()
    assert now is not None
    assert now.pid == status.pid
    assert now.running == 0
    house.set_limit(USUAL_LIMIT)
    house.put(GOOD)
    good = house.attempt()
    assert (good.verdict, good.message) == (Verdict.PASSED, None)
    assert frozenset(good.layers) == layers


def _has(accelerator: str) -> bool:
    import torch

    return accelerator == "cuda" and torch.cuda.is_available()


class House:
    """A course, a learner's workspace with its progress, and a home folder: copies that a fault may aim at."""

    def __init__(self, base: Path, runtime: Path) -> None:
        self.base = base
        self.runtime = runtime
        self.course = base / "course"
        self.workspace = base / "workspace"
        self.answer = self.workspace / "exercises" / f"{EXERCISE}.py"
        self.progress = self.workspace / ".tutor" / "progress.db"
        shutil.copytree(HERE / "course", self.course, ignore=shutil.ignore_patterns("__pycache__"))
        self.progress.parent.mkdir(parents=True)
        self.answer.parent.mkdir()
        (base / "home").mkdir()
        (base / "home" / "notes.txt").write_text("years of work")
        (base / "faults-may-write-here").touch()
        (base / "runtime").write_text(str(runtime))
        with Progress(self.progress) as progress:
            progress.record(str(self.course.resolve()), _earlier_pass())

    def put(self, source: str, beside: tuple[tuple[str, str], ...] = ()) -> None:
        """Write the learner's file, and those beside it."""
        self.answer.write_text(source, encoding="utf-8")
        for name, text in beside:
            (self.answer.parent / name).write_text(text + "\n")

    def set_limit(self, seconds: float) -> None:
        """Give the exercise `seconds` in the course's manifest."""
        manifest = self.course / "course.toml"
        manifest.write_text(re.sub(r"time_limit = [\d.]+", f"time_limit = {seconds}", manifest.read_text()))

    def job(self) -> Job:
        """The attempt on the learner's file as it is asked of the engine."""
        exercise = load_course(self.course).exercises[0]
        return job_for(exercise, read_content(exercise), answer_file=self.answer, label=self.answer.name, device="cpu")

    def attempt(self) -> Attempt:
        """Check the learner's file through the engine's client."""
        job = self.job()
        with Engine.connect() as engine:
            watchdog = threading.Timer(PATIENCE, engine.close)
            watchdog.start()
            try:
                last = list(engine.run(job))[-1]
            finally:
                watchdog.cancel()
        assert isinstance(last, Finished)
        return last.attempt

    def picture(self) -> dict[str, tuple[object, ...]]:
        """Every file of the house with its facts and contents, and what lies in the temporary and shared folders."""
        seen = {}
        for path in sorted((*self.base.rglob("*"), *_strangers(self))):
            facts = path.lstat()
            times = () if path.is_dir() or path.is_symlink() else (facts.st_mtime_ns,)
            seen[str(path)] = (stat.filemode(facts.st_mode), facts.st_uid, facts.st_nlink, *times, _contents(path))
        return seen

    def survivors(self) -> list[str]:
        """Processes that a fault left: the engine's children but its judge ahead, and strays of this session."""
        status = engine_status()
        assert status is not None
        children = psutil.Process(status.pid).children(recursive=True)
        ahead = [child for child in children if child.ppid() == status.pid][:1]
        children = [child for child in children if child not in ahead]
        strays = [process for process in psutil.process_iter() if self._is_ours(process, status.pid)]
        return [str(process) for process in dict.fromkeys((*children, *strays))]

    def _is_ours(self, process: psutil.Process, engine: int) -> bool:
        """Whether a process that is neither the engine's nor ours in truth comes from an answer."""
        try:
            parent = process.ppid()
            if process.pid in (engine, os.getpid()) or parent == engine:
                return False
            return str(self.base) in process.cmdline() or (
                parent == 1 and process.environ().get(MARKER) == str(self.runtime)
            )
        except psutil.Error:
            return False

    def scratch_folders(self) -> list[Path]:
        """Folders of attempts that stay: the engine removes a large heap in pieces, and is given the time for it."""
        until = monotonic() + PATIENCE
        while (found := list((self.runtime / "tmp").glob("tutor-attempts-*/*"))) and monotonic() < until:
            sleep(0.02)
        return found


def _strangers(house: House) -> list[Path]:
    """What lies where an answer might leave things outside the house."""
    shared = Path("/dev/shm")
    return [
        *(path for path in (house.runtime / "tmp").iterdir() if not path.name.startswith("tutor-attempts-")),
        *(house.runtime / "home").rglob("*"),
        *(shared.glob(f"tutor-fault-{house.base.name}*") if shared.is_dir() else ()),
    ]


def _contents(path: Path) -> str:
    if path.is_symlink():
        return str(path.readlink())
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _earlier_pass() -> Attempt:
    """An attempt of long ago, which must not get lost."""
    return Attempt(
        exercise="00_earlier",
        verdict=Verdict.PASSED,
        device=Device(type="cpu", name="cpu"),
        seconds=0.1,
        checks=(CheckResult(id="test_it", claim="It works.", outcome=Outcome.PASSED),),
    )
