"""The progress file: what is recorded is there, for every process, and damage never loses or stops anything."""

import os
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tutor.attempt.result import Attempt, CheckResult, Device, Outcome, Spread, Timing, Verdict
from tutor.workspace.errors import WorkspaceError
from tutor.workspace.progress import Progress

COURSE = "builtin"
ID = "01_create_inspect"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def attempt(verdict: Verdict, *, exercise: str = ID, answer_seconds: float | None = None) -> Attempt:
    timing = None
    if answer_seconds is not None:
        spread = Spread(median=answer_seconds, iqr=0.0)
        timing = Timing(answer=spread, solution=spread, ratio=1.0)
    return Attempt(
        exercise=exercise,
        verdict=verdict,
        device=Device(type="cpu", name="CPU"),
        seconds=0.3,
        checks=(CheckResult(id="test_a", claim="It is so.", outcome=Outcome.PASSED),),
        timing=timing,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".tutor" / "progress.db"


def test_a_new_file_is_empty_and_ignored_by_git(path: Path) -> None:
    with Progress(path) as progress:
        assert progress.summary(COURSE) == {}
        assert progress.notice is None
    assert (path.parent / ".gitignore").read_text() == "*\n"


def test_a_course_that_gets_a_name_keeps_its_history(path: Path) -> None:
    old, older, new = "/home/me/course", "installed:course", "course:course"
    with Progress(path) as progress:
        progress.record(old, attempt(Verdict.PASSED), NOON)
        progress.record(older, attempt(Verdict.FAILED, exercise="02_other"), NOON)
        progress.record(new, attempt(Verdict.FAILED), NOON + timedelta(minutes=1))
        progress.record("/home/me/another", attempt(Verdict.FAILED), NOON)
        for course, times in ((old, 3), (new, 1)):
            for _ in range(times):
                progress.show_hint(course, ID, 9)
        progress.reveal(old, ID)
        progress.show_hint(older, "02_other", 9)
        for _ in range(2):
            progress.rename_course([older, old, new], new)
            found = progress.summary(new)
            assert (found[ID].attempts, found[ID].passed, found[ID].last_verdict) == (2, True, Verdict.FAILED)
            assert (found[ID].hints_shown, found[ID].revealed) == (3, True)
            assert (found["02_other"].attempts, found["02_other"].hints_shown) == (1, 1)
        assert progress.summary(old) == progress.summary(older) == {}
        assert progress.summary("/home/me/another")[ID].attempts == 1


def test_summary_tells_the_history(path: Path) -> None:
    with Progress(path) as progress:
        progress.record(COURSE, attempt(Verdict.FAILED), NOON)
        progress.record(COURSE, attempt(Verdict.PASSED, answer_seconds=0.002), NOON + timedelta(minutes=1))
        progress.record(COURSE, attempt(Verdict.PASSED, answer_seconds=0.001), NOON + timedelta(minutes=2))
        progress.record(COURSE, attempt(Verdict.TIMED_OUT), NOON + timedelta(minutes=3))
        found = progress.summary(COURSE)[ID]
    assert found.attempts == 4
    assert found.passed
    assert found.passed_at == NOON + timedelta(minutes=1)
    assert found.last_verdict is Verdict.TIMED_OUT
    assert found.best_seconds == 0.001


def test_a_failure_is_no_pass(path: Path) -> None:
    with Progress(path) as progress:
        progress.record(COURSE, attempt(Verdict.FAILED, answer_seconds=0.001))
        found = progress.summary(COURSE)[ID]
    assert (found.passed, found.passed_at, found.best_seconds) == (False, None, None)


def test_tutors_own_faults_are_not_held_against_the_learner(path: Path) -> None:
    with Progress(path) as progress:
        progress.record(COURSE, attempt(Verdict.ERROR))
        assert progress.summary(COURSE) == {}


def test_progress_outlives_the_process_and_courses_are_apart(path: Path) -> None:
    with Progress(path) as progress:
        progress.record(COURSE, attempt(Verdict.PASSED))
        progress.show_hint("/other", ID, 3)
    with Progress(path) as progress:
        assert progress.summary(COURSE)[ID].hints_shown == 0
        other = progress.summary("/other")[ID]
    assert (other.attempts, other.passed, other.last_verdict, other.hints_shown) == (0, False, None, 1)


def test_hints_come_one_by_one_up_to_the_last(path: Path) -> None:
    with Progress(path) as progress:
        assert progress.hints_shown(COURSE, ID) == 0
        assert [progress.show_hint(COURSE, ID, 2) for _ in range(3)] == [1, 2, 2]
        assert progress.hints_shown(COURSE, ID) == 2
        assert progress.show_hint(COURSE, "02_none", 0) == 0


def test_revealing_keeps_hints_and_hints_keep_the_reveal(path: Path) -> None:
    with Progress(path) as progress:
        progress.show_hint(COURSE, ID, 5)
        progress.reveal(COURSE, ID)
        progress.reveal(COURSE, ID)
        progress.show_hint(COURSE, ID, 5)
        found = progress.summary(COURSE)[ID]
    assert (found.hints_shown, found.revealed, found.attempts) == (2, True, 0)


def with_outcomes(**outcomes: Outcome) -> Attempt:
    checks = tuple(CheckResult(id=check, claim="So.", outcome=outcome) for check, outcome in outcomes.items())
    return replace(attempt(Verdict.FAILED), checks=checks)


LAST = {"test_b": Outcome.PASSED, "test_a": Outcome.FAILED, "test_c": Outcome.NOT_RUN}


def test_the_outcomes_of_the_last_attempt_are_kept_in_order(path: Path) -> None:
    with Progress(path) as progress:
        assert progress.last_outcomes(COURSE, ID) == {}
        progress.record(COURSE, with_outcomes(test_a=Outcome.PASSED, test_z=Outcome.ERROR), NOON)
        progress.record(COURSE, with_outcomes(**LAST), NOON + timedelta(minutes=1))
        progress.record("/other", with_outcomes(test_a=Outcome.PASSED), NOON + timedelta(minutes=2))
        assert list(progress.last_outcomes(COURSE, ID).items()) == list(LAST.items())
        progress.rename_course([COURSE], "course:new")
        assert progress.last_outcomes("course:new", ID) == LAST


def old_file(path: Path) -> None:
    """A file as the first version of the schema left it."""
    with Progress(path) as progress:
        progress.record(COURSE, attempt(Verdict.PASSED), NOON)
        progress.show_hint(COURSE, ID, 3)
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE outcomes")
    connection.execute("PRAGMA user_version = 1")
    connection.close()


def test_a_file_of_the_first_version_is_renewed_and_loses_nothing(path: Path) -> None:
    old_file(path)
    for attempts in (1, 2):
        with Progress(path) as progress:
            assert progress.notice is None
            found = progress.summary(COURSE)[ID]
            assert (found.attempts, found.passed, found.hints_shown) == (attempts, True, 1)
            assert progress.last_outcomes(COURSE, ID) == (LAST if attempts == 2 else {})
            progress.record(COURSE, with_outcomes(**LAST), NOON + timedelta(minutes=1))


def test_a_file_of_the_first_version_that_cannot_be_written_can_be_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_file(path)
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda path, **options: connect(f"file:{path}?mode=ro", uri=True, **options)
    )
    with Progress(path) as progress:
        assert progress.summary(COURSE)[ID].attempts == 1
        assert progress.last_outcomes(COURSE, ID) == {}
        with pytest.raises(WorkspaceError, match="read-only"):
            progress.record(COURSE, with_outcomes(**LAST))
        assert progress.notice is None


def test_outcomes_are_among_what_is_read_from_a_damaged_file(path: Path) -> None:
    with Progress(path) as progress:
        progress.record(COURSE, attempt(Verdict.PASSED), NOON)
        progress.record(COURSE, with_outcomes(**LAST), NOON + timedelta(minutes=1))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE attempts SET seconds = 'rubbish' WHERE id = 1")
    connection.commit()
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'attempts_of_exercise'").fetchone()
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    data = bytearray(path.read_bytes())
    data[(page - 1) * size : page * size] = b"\x55" * size
    path.write_bytes(data)
    with Progress(path) as progress:
        assert progress.notice is not None
        assert progress.summary(COURSE)[ID].attempts == 1
        assert progress.last_outcomes(COURSE, ID) == LAST


WRITER = """
import sys
from pathlib import Path
from tests.unit.test_progress import COURSE, ID, attempt
from tutor.attempt.result import Verdict
from tutor.workspace.progress import Progress
print("ready", flush=True)
sys.stdin.readline()
for _ in range(25):
    with Progress(Path(sys.argv[1])) as progress:
        progress.record(COURSE, attempt(Verdict.FAILED))
        progress.show_hint(COURSE, ID, 1000)
"""


def test_two_processes_at_once_lose_nothing(path: Path) -> None:
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
            env=environment,
        )
        for _ in range(2)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    with Progress(path) as progress:
        found = progress.summary(COURSE)[ID]
    assert (found.attempts, found.hints_shown) == (50, 50)


def test_threads_may_share_one(path: Path) -> None:
    with Progress(path) as progress:
        threads = [
            threading.Thread(target=lambda: [progress.show_hint(COURSE, ID, 1000) for _ in range(20)]) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert progress.hints_shown(COURSE, ID) == 80


@pytest.mark.parametrize("damage", ["rubbish", "torn"])
def test_a_damaged_file_is_set_aside_with_a_notice(path: Path, damage: str) -> None:
    with Progress(path) as progress:
        for _ in range(50):
            progress.record(COURSE, attempt(Verdict.FAILED))
    sound = path.read_bytes()
    broken = b"not a database, by far" * 100 if damage == "rubbish" else sound[:4096] + b"\x55" * (len(sound) - 4096)
    path.write_bytes(broken)
    with Progress(path) as progress:
        assert progress.notice is not None
        assert "damaged" in progress.notice
        progress.record(COURSE, attempt(Verdict.PASSED))
        assert progress.summary(COURSE)[ID].attempts == 1
    (aside,) = path.parent.glob("progress.db.damaged-*")
    assert aside.read_bytes() == broken
    assert str(aside) in progress.notice
    with Progress(path) as progress:
        assert progress.notice is None
        assert progress.summary(COURSE)[ID].passed


def test_an_empty_file_is_a_new_one(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with Progress(path) as progress:
        assert progress.show_hint(COURSE, ID, 1) == 1
        assert progress.notice is None


@pytest.mark.parametrize("back", [True, False], ids=["back", "gone"])
def test_a_file_that_is_away_for_a_while_is_used_again(path: Path, back: bool) -> None:
    away = path.with_name("away")
    with Progress(path) as progress:
        assert progress.show_hint(COURSE, ID, 9) == 1
        path.rename(away)
        path.mkdir()
        for _ in range(2):
            with pytest.raises(WorkspaceError, match="cannot be used"):
                progress.hints_shown(COURSE, ID)
        path.rmdir()
        if back:
            away.rename(path)
        assert progress.show_hint(COURSE, ID, 9) == (2 if back else 1)


def test_a_newer_schema_is_left_alone(path: Path) -> None:
    with Progress(path):
        pass
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(WorkspaceError, match="newer tutor"):
        Progress(path)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".tutor").write_text("in the way")
    with pytest.raises(WorkspaceError, match="cannot keep anything in"):
        Progress(tmp_path / ".tutor" / "progress.db")


def test_a_folder_in_the_files_place_is_a_sentence(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(WorkspaceError, match="cannot be used"):
        Progress(path)


def test_a_read_only_file_can_be_read_and_says_so_on_writing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Progress(path) as progress:
        progress.record(COURSE, attempt(Verdict.PASSED))
    with Progress(path) as progress:
        # stands in for permissions, which do not bind the superuser
        progress._database._connection.execute("PRAGMA query_only = 1")
        assert progress.summary(COURSE)[ID].passed
        with pytest.raises(WorkspaceError, match="read-only"):
            progress.record(COURSE, attempt(Verdict.PASSED))
        assert progress.summary(COURSE)[ID].attempts == 1


def test_a_file_kept_busy_is_a_sentence(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.workspace.database._BUSY_SECONDS", 0.01)
    with Progress(path) as progress:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorkspaceError, match="busy"):
            progress.record(COURSE, attempt(Verdict.PASSED))
        other.execute("ROLLBACK")
        other.close()
        progress.record(COURSE, attempt(Verdict.PASSED))
        assert progress.summary(COURSE)[ID].attempts == 1
