"""Interrupts what the workspace writes at every call that changes the disk, and says what it found broken.

Run as a script, so that it can fork: a test process may hold torch and its threads. It prints one JSON document:
`{"points": {fault: how many points were tried}, "problems": [sentences]}`.
"""

import errno
import json
import os
import resource
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from tests.unit.test_progress import COURSE, attempt
from tutor.attempt.result import Verdict
from tutor.workspace import atomic, database, files
from tutor.workspace.database import Database
from tutor.workspace.errors import WorkspaceError
from tutor.workspace.files import Workspace, create_workspace
from tutor.workspace.progress import Progress

ID, OTHER = "05_custom_dataset", "01_create_inspect"
STARTER = "raise NotImplementedError\n" * 50
MINE = "mine = 1\n" * 50
KEPT = 40
FAULTS = ("kill", "power cut", "full disk", "read-only")
TUTORS, TURNS = 4, 8
CHANGES = ("open", "write", "fsync", "mkdir", "chmod", "link", "replace", "rename", "unlink")


class Report:
    """How many points were tried, by kind, and what was found broken."""

    def __init__(self) -> None:
        self.points: dict[str, int] = {}
        self.problems: list[str] = []


class Scene(NamedTuple):
    """What is there before, what is done, and the texts that the answer may hold then (None: no file)."""

    prepare: Callable[[Path], object]
    act: Callable[[Path], object]
    answers: tuple[str | None, ...]
    attempts: tuple[int, int] = (0, 0)
    learners_text: bool = True


def progress(root: Path) -> Path:
    return Workspace(root).progress_file


def write_mine(root: Path) -> None:
    create_workspace(root, {ID: STARTER, OTHER: STARTER})
    Workspace(root).answer_file(ID).write_text(MINE)


def write_mine_and_reset(root: Path) -> None:
    write_mine(root)
    Workspace(root).reset(ID, STARTER)


def damage_progress(root: Path) -> None:
    write_mine(root)
    path = progress(root)
    with Progress(path) as kept:
        for _ in range(KEPT):
            kept.record(COURSE, attempt(Verdict.FAILED))
    path.write_bytes(b"damaged" + path.read_bytes()[7:])


def record(root: Path) -> None:
    with Progress(progress(root)) as kept:
        kept.record(COURSE, attempt(Verdict.FAILED))


def count(root: Path) -> int:
    with Progress(progress(root)) as kept:
        return sum(found.attempts for found in kept.summary(COURSE).values())


SCENES = {
    "start": Scene(
        Path.mkdir,
        lambda root: create_workspace(root, {ID: STARTER, OTHER: STARTER}),
        (None, STARTER),
        learners_text=False,
    ),
    "reset": Scene(write_mine, lambda root: Workspace(root).reset(ID, STARTER), (MINE, STARTER)),
    "undo": Scene(write_mine_and_reset, lambda root: Workspace(root).undo_reset(ID), (STARTER, MINE)),
    "record": Scene(write_mine, record, (MINE,), attempts=(0, 1)),
    "mend": Scene(damage_progress, count, (MINE,), attempts=(KEPT, KEPT)),
}


class Disk:
    """Stands before the functions of `os` that change the disk, and does `fault` at call number `at`."""

    def __init__(self, at: int, fault: str) -> None:
        self.at, self.fault, self.calls = at, fault, 0
        self.real = {name: getattr(os, name) for name in (*CHANGES, "close")}
        self.unsynced: dict[tuple[int, int], int] = {}  # written files: a descriptor to empty each by
        self.names: dict[str, tuple[int, int]] = {}  # new names, and the folder that must be synced to keep them
        for name in CHANGES:
            setattr(os, name, self.standing_before(name))

    def standing_before(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if name == "open" and not arguments[1] & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):
                return self.real[name](*arguments, **options)
            self.calls += 1
            if self.calls >= self.at:
                self.strike(name, arguments)
            done = self.real[name](*arguments, **options)
            self.remember(name, arguments)
            return done

        return call

    def strike(self, name: str, arguments: tuple[Any, ...]) -> None:
        takes_room = name in ("open", "write", "fsync", "mkdir", "link")
        if self.fault == "read-only":
            if name not in ("write", "fsync"):
                raise PermissionError(errno.EACCES, "Permission denied")
        elif name == "write" and len(arguments[1]) > 1:
            self.real["write"](arguments[0], arguments[1][: len(arguments[1]) // 2])
            self.remember(name, arguments)
        if self.fault == "full disk" and takes_room:
            raise OSError(errno.ENOSPC, "No space left on device")
        if self.fault in ("kill", "power cut"):
            self.lose()
            os.kill(os.getpid(), signal.SIGKILL)

    def remember(self, name: str, arguments: tuple[Any, ...]) -> None:
        """Keep account of what a power cut may still take away."""
        if name == "write":
            self.unsynced.setdefault(identity(os.fstat(arguments[0])), os.dup(arguments[0]))
        elif name == "fsync":
            synced = identity(os.fstat(arguments[0]))
            self.unsynced.pop(synced, None)
            self.names = {path: folder for path, folder in self.names.items() if folder != synced}
        elif name in ("link", "mkdir", "open"):
            path = os.fspath(arguments[1] if name == "link" else arguments[0])
            if name != "open" or arguments[1] & os.O_EXCL:
                self.names[path] = identity(Path(path).parent.stat())
        elif name in ("replace", "rename", "unlink"):
            self.names.pop(os.fspath(arguments[0]), None)

    def lose(self) -> None:
        """What a power cut takes away at worst: all that was not synced, but not what was renamed or removed."""
        if self.fault != "power cut":
            return
        for name, function in self.real.items():
            setattr(os, name, function)
        for descriptor in self.unsynced.values():
            os.ftruncate(descriptor, 0)
        for path in map(Path, self.names):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def interrupt(scene: Scene, root: Path, at: int, fault: str) -> tuple[bool, str]:
    """Do the scene in a child with the fault at call `at`: whether it came to that, and what the child did wrong."""
    pid = os.fork()
    if pid == 0:
        disk = Disk(at, fault)
        code = 0
        try:
            scene.act(root)
        except WorkspaceError as error:
            code = 0 if str(error).endswith(".") else 4
        except BaseException as error:
            sys.stderr.write(f"{error!r}\n")
            code = 5
        if disk.calls < at:
            disk.lose()  # what was said to be done must outlast it, too
            code = code or 1
        os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    wrong = {4: "the error was no sentence", 5: "something other than a sentence was raised"}.get(code, "")
    return code != 1, wrong


def problems_of(scene: Scene, root: Path, fault: str) -> list[str]:
    """What is broken in the workspace after the fault, and after the next thing done in it."""
    found = check_files(scene, root, scene.answers)
    if fault == "full disk":
        found += leftovers(root)
    try:
        if scene.attempts[1]:
            if not scene.attempts[0] <= (kept := count(root)) <= scene.attempts[1]:
                found.append(f"{kept} attempts are kept")
            record(root)
            if count(root) != kept + 1:
                found.append("the next attempt was not kept")
        if scene.learners_text:
            if scene.answers[0] == STARTER:  # an undo: until it has come about
                for _ in range(2):
                    if Workspace(root).answer_file(ID).read_text() != MINE:
                        Workspace(root).undo_reset(ID)
                expected = MINE
            else:
                Workspace(root).reset(ID, STARTER)
                expected = STARTER
        else:
            create_workspace(root, {ID: STARTER, OTHER: STARTER})
            expected = STARTER
        found += check_files(scene, root, (expected,))
    except Exception as error:
        found.append(f"the next thing done raised {error!r}")
    return found + leftovers(root)


def check_files(scene: Scene, root: Path, answers: tuple[str | None, ...]) -> list[str]:
    found = []
    path = Workspace(root).answer_file(ID)
    answer = path.read_text() if path.exists() else None
    if answer not in answers:
        found.append(f"the answer holds {answer!r:.40}")
    backups = [copy.read_text() for copy in (root / ".tutor").glob("backups/*/*.py")]
    if not set(backups) <= {MINE, STARTER}:
        found.append("a backup is not whole")
    if scene.learners_text and MINE not in (answer, *backups):
        found.append("the learner's text is lost")
    return found


def leftovers(root: Path) -> list[str]:
    return [f"{path.name} was left" for path in root.rglob("*.tutor") if path.is_file()]


def without_sync(monkey: Any) -> None:
    monkey(atomic, "_sync", lambda descriptor: None)


def without_temporaries(monkey: Any) -> None:
    def write_over(path: Path, data: bytes, expecting: bytes | None = None) -> bool:
        descriptor = os.open(path, os.O_WRONLY | os.O_TRUNC)
        os.write(descriptor, data)
        os.close(descriptor)
        return True

    monkey(files, "replace_file", write_over)


def without_backup(monkey: Any) -> None:
    monkey(files, "save_backup", lambda root, *_: root)


def without_sweep(monkey: Any) -> None:
    monkey(atomic, "_sweep", lambda folder: None)


def without_synced_folders(monkey: Any) -> None:
    monkey(atomic, "_sync_folder", lambda folder: None)


def without_sentences(monkey: Any) -> None:
    monkey(files, "saying", lambda what, advice="": nullcontext())


def without_links(monkey: Any) -> None:
    """No guard, but a file system: some know no hard links."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkey(os, "link", refuse)


def without_journal(monkey: Any) -> None:
    connect = Database._connect

    def careless(self: Database) -> sqlite3.Connection:
        connection = connect(self)
        connection.execute("PRAGMA journal_mode = OFF")
        return connection

    monkey(Database, "_connect", careless)


def without_locks(monkey: Any) -> None:
    replace, backup, salvage = files.replace_file, files.save_backup, database.salvage

    def slowly(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            done = function(*arguments, **options)
            time.sleep(0.005)
            return done

        return call

    for module in (files, database):
        monkey(module, "alone", lambda path: nullcontext())
    monkey(files, "save_backup", slowly(backup))
    monkey(database, "salvage", slowly(salvage))
    monkey(files, "replace_file", lambda path, data, expecting=None: replace(path, data))


def interrupt_all(base: Path, scene_name: str, faults: tuple[str, ...]) -> Report:
    """One scene with each fault at every call."""
    scene, report = SCENES[scene_name], Report()
    before, root = base / "before", base / "workspace"
    scene.prepare(before)
    for fault in faults:
        at, came = 0, True
        while came:
            at += 1
            shutil.copytree(before, root)
            came, wrong = interrupt(scene, root, at, fault)
            found = ([wrong] if wrong else []) + problems_of(scene, root, fault)
            report.problems += [f"{fault} at call {at}: {problem}" for problem in found]
            shutil.rmtree(root)
        report.points[fault] = at
    return report


def tear_writes(base: Path) -> Report:
    """An attempt recorded while no file may grow beyond a limit, so that SQLite's own writes end in mid-page."""
    report = Report()
    base.mkdir(exist_ok=True)
    before, root = base / "before", base / "workspace"
    for kept in (0, KEPT):
        write_mine(before)
        for _ in range(kept):
            record(before)
        for action, wording in ((signal.SIG_DFL, "killed"), (signal.SIG_IGN, "full disk")):
            for limit in range(0, 32_000, 2_400):
                shutil.copytree(before, root)
                code = in_child(lambda: record_under(limit, action, root))  # noqa: B023 - called at once
                report.points[wording] = report.points.get(wording, 0) + (code != 0)
                where = f"{kept} kept, {wording} at {limit} bytes"
                if code not in (0, 6, -signal.SIGXFSZ):
                    report.problems.append(f"{where}: the child ended with {code}")
                with Progress(progress(root)) as found:
                    attempts = sum(each.attempts for each in found.summary(COURSE).values())
                    if attempts not in ((kept + 1,) if code == 0 else (kept, kept + 1)) or found.notice:
                        report.problems.append(f"{where}: {attempts} attempts, {found.notice}")
                record(root)
                if count(root) != attempts + 1:
                    report.problems.append(f"{where}: the next attempt was not kept")
                shutil.rmtree(root)
        shutil.rmtree(before)
    return report


def record_under(limit: int, action: signal.Handlers, root: Path) -> int:
    signal.signal(signal.SIGXFSZ, action)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        record(root)
    except WorkspaceError as error:
        return 6 if str(error).endswith(".") else 4
    return 0


def work_at_once(base: Path) -> Report:
    """Four tutors in one workspace: every attempt, hint and text must be there afterwards."""
    root, report = base / "workspace", Report()
    write_mine(root)

    def work(number: int) -> int:
        workspace = Workspace(root)
        for turn in range(TURNS):
            with Progress(progress(root)) as kept:
                kept.record(COURSE, attempt(Verdict.FAILED))
                workspace.reset(ID, text_of(number, turn))
                kept.show_hint(COURSE, ID, 1000)
            if turn % 4 == 3:
                workspace.undo_reset(ID)
        return 0

    report.problems += at_once(work)
    with Progress(progress(root)) as kept:
        summary = kept.summary(COURSE)
    hints, attempts = summary[ID].hints_shown, sum(found.attempts for found in summary.values())
    if (attempts, hints) != (TUTORS * TURNS, TUTORS * TURNS):
        report.problems.append(f"{attempts} attempts and {hints} hints are kept")
    texts = {path.read_text() for path in (root / ".tutor" / "backups" / ID).glob("*.py")}
    texts.add(Workspace(root).answer_file(ID).read_text())
    lost = {MINE, *(text_of(number, turn) for number in range(TUTORS) for turn in range(TURNS))} - texts
    report.problems += [f"{text.splitlines()[0]!r} is lost" for text in sorted(lost)]
    report.problems += leftovers(root)
    return report


def mend_at_once(base: Path) -> Report:
    """Four tutors that open one damaged file: one mends it, and what each records is in the new one."""
    root, report = base / "workspace", Report()
    damage_progress(root)

    def work(number: int) -> int:
        for _ in range(TURNS):
            record(root)
        return 0

    report.problems += at_once(work)
    if (kept := count(root)) != KEPT + TUTORS * TURNS:
        report.problems.append(f"{kept} attempts are kept")
    if len(copies := list(progress(root).parent.glob("*.damaged-*"))) != 1:
        report.problems.append(f"{len(copies)} copies of the damaged file")
    return report


def text_of(number: int, turn: int) -> str:
    return f"tutor {number}, turn {turn}\n" * 50


def at_once(work: Callable[[int], int]) -> list[str]:
    """Run `work` in several processes that begin together; a sentence for each that did not end well."""
    waiting, go = os.pipe()
    children = []
    for number in range(TUTORS):
        if (pid := os.fork()) == 0:
            os.close(go)
            os.read(waiting, 1)
            os._exit(code_of(lambda: work(number)))  # noqa: B023 - called at once
        children.append(pid)
    os.close(go)
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
    return [f"a tutor ended with {code}" for code in codes if code]


def in_child(work: Callable[[], int]) -> int:
    if (pid := os.fork()) == 0:
        os._exit(code_of(work))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def code_of(work: Callable[[], int]) -> int:
    try:
        return work()
    except BaseException as error:
        sys.stderr.write(f"{error!r}\n")
        return 5


def main(base: Path, what: str, without: str = "", *faults: str) -> None:
    if without:
        globals()[f"without_{without}"](setattr)
    alone = {"torn": tear_writes, "at once": work_at_once, "mend at once": mend_at_once}
    report = alone[what](base) if what in alone else interrupt_all(base, what, faults or FAULTS)
    sys.stdout.write(json.dumps({"points": report.points, "problems": report.problems}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
