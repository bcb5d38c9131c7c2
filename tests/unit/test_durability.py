"""Nothing is lost: writes that end in the middle, files that are damaged, tutors that work side by side."""

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.unit.test_progress import COURSE, ID, attempt
from tutor.attempt.result import Verdict
from tutor.workspace import files
from tutor.workspace.atomic import create_file
from tutor.workspace.errors import WorkspaceError
from tutor.workspace.files import create_workspace
from tutor.workspace.progress import Progress
from tutor.workspace.salvage import salvage

KEPT = 100
FAULTS = ("kill", "power cut", "full disk", "read-only")
posix = pytest.mark.skipif(sys.platform == "win32", reason="forks, signals and limits are POSIX's")


@pytest.fixture
def base() -> Iterator[Path]:
    """A folder in memory where there is one: what is synced thousands of times here need not reach a disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def interrupt(base: Path, *what: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.interrupt", str(base), *what],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@posix
@pytest.mark.parametrize("scene", ["start", "reset", "undo", "record", "mend"])
def test_a_write_cut_short_anywhere_leaves_the_old_or_the_new(base: Path, scene: str) -> None:
    report = interrupt(base, scene)
    assert report["problems"] == []
    assert set(report["points"]) == set(FAULTS)
    assert min(report["points"].values()) >= 10, "The faults are not where the writes are."


@posix
def test_the_same_holds_where_there_are_no_hard_links(base: Path) -> None:
    assert interrupt(base, "reset", "links", "kill", "full disk")["problems"] == []


@posix
@pytest.mark.parametrize(
    ("without", "fault", "problem"),
    [
        ("sync", "power cut", "the learner's text is lost"),
        ("synced_folders", "power cut", "the learner's text is lost"),
        ("temporaries", "full disk", "the answer holds"),
        ("backup", "kill", "the learner's text is lost"),
        ("sweep", "kill", "was left"),
        ("sentences", "read-only", "other than a sentence"),
    ],
)
def test_each_guard_is_needed(base: Path, without: str, fault: str, problem: str) -> None:
    problems = interrupt(base, "reset", without, fault)["problems"]
    assert any(each.startswith(fault) and problem in each for each in problems), problems


@posix
def test_sqlites_own_writes_may_end_in_mid_page(base: Path) -> None:
    report = interrupt(base, "torn")
    assert report["problems"] == []
    assert min(report["points"].values()) >= 10
    assert interrupt(base / "control", "torn", "journal")["problems"]


@posix
@pytest.mark.parametrize("what", ["at once", "mend at once"])
def test_four_tutors_at_once_lose_nothing(base: Path, what: str) -> None:
    assert interrupt(base, what)["problems"] == []
    # Without the locks it is a matter of luck, which some try runs out of.
    assert any(interrupt(base / f"control-{number}", what, "locks")["problems"] for number in range(8))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A progress file with KEPT attempts at one exercise, and help with two."""
    path = tmp_path_factory.mktemp("sound") / "progress.db"
    with Progress(path) as progress:
        progress._database._connection.execute("PRAGMA synchronous = OFF")
        for number in range(KEPT):
            progress.record(COURSE, attempt(Verdict.FAILED if number % 3 else Verdict.PASSED, answer_seconds=0.25))
        for _ in range(3):
            progress.show_hint(COURSE, ID, 5)
        progress.reveal(COURSE, "02_other")
    return path.read_bytes()


@pytest.fixture
def path(base: Path, sound: bytes) -> Path:
    """A file of a test's own that holds `sound`."""
    path = base / ".tutor" / "progress.db"
    path.parent.mkdir()
    path.write_bytes(sound)
    return path


def kept(progress: Progress) -> int:
    return sum(found.attempts for found in progress.summary(COURSE).values())


def flip_magic(data: bytes) -> bytes:
    return b"s" + data[1:]


def overwrite_first_page(data: bytes) -> bytes:
    return b"\x55" * 4096 + data[4096:]


def overwrite_root_of_attempts(data: bytes) -> bytes:
    return data[:4096] + b"\x55" * 4096 + data[8192:]


def overwrite_a_leaf(data: bytes) -> bytes:
    return data[:-4096] + b"\x55" * 4096


def cut_off_the_end(data: bytes) -> bytes:
    return data[:-5000]


def rename_a_table(data: bytes) -> bytes:
    return data.replace(b"CREATE TABLE help", b"CREATE TABLE h\x80lp")


@pytest.mark.parametrize(
    ("damage", "at_least"),
    [
        (flip_magic, KEPT),
        (overwrite_first_page, KEPT),
        (overwrite_root_of_attempts, KEPT),
        (overwrite_a_leaf, KEPT // 2),
        (cut_off_the_end, KEPT // 3),
        (rename_a_table, KEPT),
    ],
)
def test_what_can_still_be_read_is_in_the_new_file(path: Path, damage: Callable[[bytes], bytes], at_least: int) -> None:
    with Progress(path) as progress:
        before = progress.summary(COURSE)
    broken = damage(path.read_bytes())
    path.write_bytes(broken)
    with Progress(path) as progress:
        found = kept(progress)
        assert at_least <= found <= KEPT
        assert progress.notice is not None
        assert f"{found} attempts" in progress.notice
        if at_least == KEPT:
            assert progress.summary(COURSE) == before
        progress.record(COURSE, attempt(Verdict.PASSED))
    (aside,) = path.parent.glob("progress.db.damaged-*")
    assert aside.read_bytes() == broken
    with Progress(path) as progress:
        assert progress.notice is None
        assert kept(progress) == found + 1


def test_one_wrong_byte_anywhere_costs_at_most_one_page(path: Path, sound: bytes) -> None:
    set_aside = 0
    for at in range(0, len(sound), 197):
        shutil.rmtree(path.parent)
        path.parent.mkdir()
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 0xFF]) + sound[at + 1 :])
        with Progress(path) as progress:
            found = kept(progress)
            progress.record(COURSE, attempt(Verdict.PASSED))
            assert kept(progress) == found + 1
            assert KEPT // 2 <= found <= KEPT, at
            assert found == KEPT or progress.notice is not None, at
            set_aside += progress.notice is not None
    assert set_aside > 10, "The bytes that were changed do not matter."


@pytest.mark.parametrize("length", [99, 100, 512, 4095, 4096, 4097, 8192])
def test_a_file_cut_off_anywhere_is_set_aside(path: Path, length: int) -> None:
    path.write_bytes(path.read_bytes()[:length])
    with Progress(path) as progress:
        assert progress.notice is not None
        progress.record(COURSE, attempt(Verdict.PASSED))
        assert kept(progress) == 1


def test_a_text_in_its_place_is_set_aside(path: Path) -> None:
    path.write_text("my notes\n" * 1000)
    with Progress(path) as progress:
        assert progress.notice is not None
        assert "nothing in it could be read" in progress.notice
    (aside,) = path.parent.glob("progress.db.damaged-*")
    assert aside.read_text() == "my notes\n" * 1000


@pytest.mark.parametrize("wrong", ["at = '1 day'", "exercise = x'ff'", "exercise = CAST(x'e9' AS TEXT)"])
def test_a_row_that_tutor_never_wrote_is_left_behind(path: Path, wrong: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"UPDATE attempts SET {wrong} WHERE id = 1")
    connection.commit()
    connection.close()
    with Progress(path) as progress:
        assert kept(progress) == KEPT - 1
        assert progress.notice is not None
        assert f"{KEPT - 1} attempts" in progress.notice


def test_verdicts_of_another_tutor_are_no_damage(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE attempts SET verdict = 'superb', at = '2099-01-01T00:00:00.000000+00:00' WHERE id = 1")
    connection.commit()
    connection.close()
    with Progress(path) as progress:
        found = progress.summary(COURSE)[ID]
        assert (found.attempts, found.last_verdict) == (KEPT, None)
        assert progress.notice is None


def test_what_another_program_left_in_a_write_ahead_log_is_read(path: Path) -> None:
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("UPDATE help SET hints = 4")
    writer.commit()
    database, frames = path.read_bytes(), path.with_name("progress.db-wal").read_bytes()
    writer.close()
    assert {row[2] for row in salvage(database).help} == {0, 3}
    assert {row[2] for row in salvage(database, wal=frames).help} == {4}


def test_a_row_longer_than_a_page_stops_nothing(path: Path) -> None:
    with Progress(path) as progress:
        progress.record("/long" * 2000, attempt(Verdict.PASSED))
    assert len(salvage(path.read_bytes()).attempts) == KEPT


def test_a_tutor_with_the_old_file_open_goes_on_with_the_new_one(path: Path) -> None:
    with Progress(path) as slow:
        path.with_name("copy").write_bytes(flip_magic(path.read_bytes()))
        path.with_name("copy").replace(path)
        with Progress(path) as quick:
            assert quick.notice is not None
            quick.record(COURSE, attempt(Verdict.PASSED))
        assert kept(slow) == KEPT + 1
        slow.record(COURSE, attempt(Verdict.PASSED))
    with Progress(path) as progress:
        assert kept(progress) == KEPT + 2


def test_an_attempt_that_a_long_reader_keeps_out_does_not_stop_the_next(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutor.workspace.database._BUSY_SECONDS", 0.01)
    reader = sqlite3.connect(path, isolation_level=None)
    with Progress(path) as progress:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM attempts").fetchone()
        with pytest.raises(WorkspaceError, match="busy"):
            progress.record(COURSE, attempt(Verdict.PASSED))
        reader.close()
        progress.record(COURSE, attempt(Verdict.PASSED))
        assert kept(progress) == KEPT + 1
        assert progress.notice is None


def test_a_file_that_another_program_keeps_to_itself_is_a_sentence(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.workspace.database._BUSY_SECONDS", 0.01)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(WorkspaceError, match=r"kept busy by another tutor.*Try again\."):
        Progress(path)
    other.execute("ROLLBACK")
    other.close()
    with Progress(path) as progress:
        assert kept(progress) == KEPT


def test_a_full_disk_is_a_sentence_and_later_writes_work(path: Path) -> None:
    with Progress(path) as progress:
        connection = progress._database._connection
        connection.execute("PRAGMA max_page_count = 1")  # no page more than there are
        with pytest.raises(WorkspaceError, match="the disk is full"):
            for _ in range(200):
                progress.record(COURSE, attempt(Verdict.PASSED))
        full = kept(progress)
        connection.execute("PRAGMA max_page_count = 100000")
        progress.record(COURSE, attempt(Verdict.PASSED))
        assert kept(progress) == full + 1


def test_a_course_in_a_folder_whose_name_is_no_text(path: Path) -> None:
    with Progress(path) as progress:
        progress.record("/caf\udce9", attempt(Verdict.PASSED))
        assert progress.summary("/caf\udce9")[ID].passed
        assert progress.notice is None


def test_a_workspace_that_another_tutor_keeps_busy_is_a_sentence(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tutor.workspace.lock import alone

    workspace = create_workspace(base, {ID: "starter\n"})
    workspace.answer_file(ID).write_text("mine\n")
    (base / ".tutor").mkdir()
    monkeypatch.setattr("tutor.workspace.lock._WAIT_SECONDS", 0.01)
    with alone(base / ".tutor" / "lock"), pytest.raises(WorkspaceError, match="busy"):
        workspace.reset(ID, "starter\n")
    assert workspace.answer_file(ID).read_text() == "mine\n"
    assert workspace.reset(ID, "starter\n") is not None


def test_what_an_editor_saves_during_a_reset_is_kept(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = create_workspace(base, {ID: "starter\n"})
    answer = workspace.answer_file(ID)
    answer.write_text("mine\n")
    save = files.save_backup

    def save_and_edit(root: Path, exercise_id: str, data: bytes, *when: datetime) -> Path:
        backup = save(root, exercise_id, data, *when)
        if data == b"mine\n":
            answer.write_text("saved just now\n")
        return backup

    monkeypatch.setattr(files, "save_backup", save_and_edit)
    backup = workspace.reset(ID, "starter\n")
    assert backup is not None
    assert backup.read_text() == "saved just now\n"
    assert answer.read_text() == "starter\n"


@posix
def test_only_what_dead_writers_left_is_swept(base: Path) -> None:
    import fcntl

    names = [".a.py.0123456789ab.tutor", ".b.py.0123456789ab.tutor", ".c.py.tutor", "d.0123456789ab.tutor"]
    dead, living, *strange = [base / name for name in names]
    for file in (dead, living, *strange):
        file.touch()
    with living.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        create_file(base / "new.py", b"")
        assert not dead.exists()
        assert all(file.exists() for file in (living, *strange))
    create_file(base / "new.py", b"")
    assert not living.exists()
