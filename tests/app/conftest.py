"""What tests through the real program share: an engine of their own, a workspace, the command line in a subprocess."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_support import Bench

from tutor.engine.client import stop_engine

MINI_COURSE = Path(__file__).parent / "data" / "mini_course"
COMMAND = [sys.executable, "-m", "tutor"]
PATIENCE = 120  # seconds for a command that has to warm the engine on a busy machine

# The tiny courses' checks are for judges, not for this pytest.
collect_ignore = ["data"]


@pytest.fixture(scope="session")
def runtime_dir() -> Iterator[Path]:
    """A runtime folder for the whole session: one engine serves every test, and ends with them."""
    # pytest's own temporary folders can be too deep for the path of a socket.
    folder = Path(tempfile.mkdtemp(prefix="tutor-test-"))
    yield folder
    subprocess.run([*COMMAND, "engine", "stop"], env=_environment(folder), timeout=PATIENCE, check=False)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """An empty folder with a path short enough for a socket's, which pytest's own may not be."""
    with tempfile.TemporaryDirectory(prefix="tutor-") as folder:
        yield Path(folder)


@pytest.fixture
def shared_engine(runtime_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session's engine serves this process too."""
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(runtime_dir))


@pytest.fixture
def own_engine(shared_engine: None, short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An engine that this test alone uses, for tests that end or change it."""
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(short_folder))
    yield
    stop_engine()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A course of one exercise."""
    return Bench(tmp_path)


def _environment(runtime: Path) -> dict[str, str]:
    dropped = ("TUTOR_COURSE", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "VISUAL", "EDITOR")
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    return {**kept, "TUTOR_RUNTIME_DIR": str(runtime), "TUTOR_IDLE_SECONDS": "300"}


@pytest.fixture
def environment(runtime_dir: Path) -> dict[str, str]:
    """The environment for a program under test: the session's engine, the built-in course."""
    return _environment(runtime_dir)


@pytest.fixture
def mini_environment(environment: dict[str, str]) -> dict[str, str]:
    """As `environment`, with the tiny course."""
    return {**environment, "TUTOR_COURSE": str(MINI_COURSE)}


@pytest.fixture
def mini_course() -> Path:
    """The tiny course: 01_double, 01_halve and 02_negate. Copy it to change it."""
    return MINI_COURSE


@pytest.fixture
def hurried_course(tmp_path: Path) -> Path:
    """The tiny course with 2 seconds for 02_negate: to see an endless loop stopped, not to pass on a busy day."""
    course = tmp_path / "hurried"
    shutil.copytree(MINI_COURSE, course)
    manifest = course / "course.toml"
    entry = '"02_negate", level = 1'
    assert entry in manifest.read_text()
    manifest.write_text(manifest.read_text().replace(entry, f"{entry}, time_limit = 2.0"))
    return course


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace of the tiny course with its starters."""
    root = tmp_path / "workspace"
    shutil.copytree(MINI_COURSE / "exercises", root / "exercises")
    return root


Tutor = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def tutor(workspace: Path, mini_environment: dict[str, str]) -> Tutor:
    """Runs `tutor` with the arguments given, on the tiny course and in the workspace unless told otherwise."""

    def run(
        *arguments: str,
        cwd: Path | None = None,
        env: dict[str, str] | None = None,
        input: str | None = None,
        program: list[str] = COMMAND,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*program, *arguments],
            cwd=cwd or workspace,
            env={**mini_environment, **(env or {})},
            input=input,
            stdin=subprocess.DEVNULL if input is None else None,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )

    return run


@pytest.fixture
def documents() -> Callable[[subprocess.CompletedProcess[str]], list[dict[str, Any]]]:
    """Reads the JSON documents on a command's stdout, where nothing but one a line may stand."""
    return lambda result: [json.loads(line) for line in result.stdout.splitlines()]
