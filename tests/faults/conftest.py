"""What the fault tests share: an engine of their own in a short folder, and copies for faults to aim at."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# `faults` is a module beside the tests, found whatever way pytest imports them.
sys.path.insert(0, str(Path(__file__).parent))

pytest.register_assert_rewrite("faults")

from faults import GOOD, MARKER, House  # noqa: E402

from tutor.engine.client import stop_engine  # noqa: E402

collect_ignore = ["corpus", "course"]


@pytest.fixture(scope="session")
def fault_runtime() -> Iterator[Path]:
    """The engine's folder for the session, short enough for a socket, with its own temporary and home folder."""
    folder = Path(tempfile.mkdtemp(prefix="tutor-f-"))
    (folder / "tmp").mkdir()
    (folder / "home").mkdir()
    yield folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUTOR_RUNTIME_DIR", str(folder))
        stop_engine()
    subprocess.run(["rm", "-rf", str(folder)], check=False)  # shutil's stumbles over what a fault may leave


def _clear(runtime: Path) -> None:
    """Remove what an earlier fault left, so that each is blamed for its own; shutil's would stumble over some of it."""
    subprocess.run(["rm", "-rf", *map(str, (runtime / "tmp").iterdir())], check=False)


@pytest.fixture(autouse=True)
def fault_environment(fault_runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Callers and the engine they start see this session's folders, and a secret that no answer may see."""
    for key in ("TUTOR_COURSE", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(fault_runtime))
    monkeypatch.setenv("TUTOR_IDLE_SECONDS", "300")
    monkeypatch.setenv("TMPDIR", str(fault_runtime / "tmp"))
    monkeypatch.setenv("HOME", str(fault_runtime / "home"))
    monkeypatch.setenv("FAULTS_API_TOKEN", "secret")
    monkeypatch.setenv(MARKER, str(fault_runtime))


@pytest.fixture
def house(tmp_path: Path, fault_runtime: Path) -> Iterator[House]:
    """A course, a workspace with progress and a home folder, fresh for each fault."""
    _clear(fault_runtime)
    base = tmp_path / f"house-{os.getpid()}"
    base.mkdir()
    yield House(base, fault_runtime)
    for path in Path("/dev/shm").glob(f"tutor-fault-{base.name}*"):
        path.unlink()


@pytest.fixture(scope="session")
def layers(fault_runtime: Path, tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The names of the layers that hold an answer here, as a good answer's attempt tells them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUTOR_RUNTIME_DIR", str(fault_runtime))
        patch.setenv("TUTOR_IDLE_SECONDS", "300")
        patch.setenv("TMPDIR", str(fault_runtime / "tmp"))
        patch.setenv("HOME", str(fault_runtime / "home"))
        patch.setenv("FAULTS_API_TOKEN", "secret")
        patch.setenv(MARKER, str(fault_runtime))
        first = House(tmp_path_factory.mktemp("layers"), fault_runtime)
        first.put(GOOD)
        return frozenset(first.attempt().layers)
