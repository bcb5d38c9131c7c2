"""What becomes of an engine that is killed, or finds its folders taken, and of what it had left behind."""

import os
import signal
import socket
import tempfile
import time
from pathlib import Path

import pytest
from engine_support import SOLUTION, Bench, attempt

from tutor.attempt.protocol import Started
from tutor.attempt.result import Verdict
from tutor.engine.client import Engine, EngineUnavailable, engine_status
from tutor.engine.paths import engine_paths

pytestmark = pytest.mark.usefixtures("own_engine")
PATIENCE = 60.0  # seconds, for a busy machine


@pytest.fixture
def attempts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder around the attempts' folders, in a temporary folder of this test's engine alone."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    return tmp_path / "tmp" / f"tutor-attempts-{os.getuid()}"


def pid_of_engine() -> int:
    status = engine_status()
    assert status is not None
    return status.pid


def test_a_killed_engine_is_started_again_and_what_it_left_is_removed(bench: Bench, attempts: Path) -> None:
    with Engine.connect() as engine:
        assert isinstance(next(engine.run(bench.job(SOLUTION + "while True: pass", time_limit=600.0))), Started)
        assert len(list(attempts.iterdir())) == 1
        os.kill(pid_of_engine(), signal.SIGKILL)
        assert engine_paths().socket.exists()
    assert attempt(bench.job(SOLUTION)).verdict is Verdict.PASSED
    until = time.monotonic() + PATIENCE
    while (left := list(attempts.iterdir())) and time.monotonic() < until:
        time.sleep(0.02)
    assert left == []


@pytest.mark.parametrize("left", ["socket", "file"])
def test_what_a_dead_engine_left_in_place_of_the_socket_is_no_hindrance(bench: Bench, left: str) -> None:
    path = engine_paths().socket
    if left == "file":
        path.write_text("")
    else:
        stale = socket.socket(socket.AF_UNIX)
        stale.bind(str(path))
        stale.close()
    assert attempt(bench.job(SOLUTION)).verdict is Verdict.PASSED


def test_a_temporary_folder_that_cannot_be_used_is_named_and_the_engine_goes_on(bench: Bench, attempts: Path) -> None:
    attempts.write_text("a file where the attempts' folders should be")
    result = attempt(bench.job(SOLUTION))
    assert result.verdict is Verdict.ERROR
    assert str(attempts.parent) in (result.message or "")
    assert "TMPDIR" in (result.message or "")
    before = pid_of_engine()
    attempts.unlink()
    assert attempt(bench.job(SOLUTION)).verdict is Verdict.PASSED
    assert pid_of_engine() == before


def test_an_attempts_folder_of_somebody_else_is_not_used(bench: Bench, attempts: Path) -> None:
    with tempfile.TemporaryDirectory() as elsewhere:
        attempts.symlink_to(elsewhere)
        result = attempt(bench.job(SOLUTION))
        assert (result.verdict, list(Path(elsewhere).iterdir())) == (Verdict.ERROR, [])
        assert "not a folder of yours" in (result.message or "")


def test_a_runtime_folder_in_which_nothing_can_be_made_is_a_sentence() -> None:
    engine_paths().lock.mkdir()
    with pytest.raises(EngineUnavailable, match=r"The engine cannot be started: .*directory"):
        Engine.connect()
    engine_paths().lock.rmdir()
