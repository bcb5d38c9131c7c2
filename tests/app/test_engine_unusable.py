"""A machine where PyTorch, or a library of the course, is missing or broken: a sentence, and no engine left behind."""

import shutil
from pathlib import Path

import pytest

from tutor.engine.client import Engine, EngineUnusable, engine_status

MISSING = "raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')"
BROKEN = "raise ImportError('libcudart.so.12: cannot open shared object file: No such file or directory')"
CRASHES = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
ENDS = "raise SystemExit('no licence')"
KILLED = "import time, os, signal; time.sleep(0.3); os.kill(os.getpid(), signal.SIGKILL)"
SAID = {
    MISSING: "PyTorch is not installed for this Python. To install it: ",
    BROKEN: "the shared library libcudart.so.12 cannot be loaded. To install it anew: ",
    CRASHES: "The engine ends while it imports PyTorch: Fatal Python error: Segmentation fault.",
    ENDS: "PyTorch is installed but broken: SystemExit: no licence.",
    KILLED: "The engine ends while it imports PyTorch: it left no message.",
}


def stand_in(folder: Path, code: str) -> Path:
    """A folder for PYTHONPATH with a torch that does this when imported."""
    package = folder / "stand-in" / "torch"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text(code)
    return package.parent


@pytest.mark.usefixtures("own_engine")
@pytest.mark.parametrize("code", SAID)
def test_what_is_wrong_is_said_by_every_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setenv("PYTHONPATH", str(stand_in(tmp_path, code)))
    for _ in range(2):
        with pytest.raises(EngineUnusable) as caught:
            Engine.connect()
        assert SAID[code] in str(caught.value)
        assert "pip install" in str(caught.value)
    assert engine_status() is None


@pytest.mark.usefixtures("own_engine")
def test_once_it_is_mended_the_next_call_finds_a_working_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = stand_in(tmp_path, BROKEN)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    with pytest.raises(EngineUnusable):
        Engine.connect()
    shutil.rmtree(folder / "torch")
    with Engine.connect() as engine:
        assert engine.status().torch


@pytest.mark.usefixtures("own_engine")
@pytest.mark.parametrize("code", ["raise OSError('libfoo.so: cannot open shared object file')", "import nothing_such"])
def test_a_broken_library_of_the_course_is_named_until_it_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    (tmp_path / "coursehelp.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    for _ in range(2):
        with pytest.raises(EngineUnusable, match="The course needs coursehelp"):
            Engine.connect(preload=("coursehelp",))
    (tmp_path / "coursehelp.py").write_text("")
    with Engine.connect(preload=("coursehelp",)) as engine:  # no new engine is needed once it is there
        assert engine.status().attempts == 0


def test_check_says_it_in_a_sentence(tutor, short_folder: Path, tmp_path: Path) -> None:
    environment = {"TUTOR_RUNTIME_DIR": str(short_folder), "PYTHONPATH": str(stand_in(tmp_path, MISSING))}
    result = tutor("check", "01_double", env=environment)
    assert result.returncode == 3
    assert SAID[MISSING] in result.stderr
    assert "Traceback" not in result.stdout + result.stderr
