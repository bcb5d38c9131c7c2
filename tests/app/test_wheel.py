"""What people install: the wheel carries the built-in course and works in an empty folder, far from the repository."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed() -> Iterator[Path]:
    """The bin folder of a new environment that holds the wheel alone, and finds torch where this one has it."""
    folder = Path(tempfile.mkdtemp(prefix="tutor-wheel-"))
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(REPOSITORY)])
    (wheel,) = folder.glob("*.whl")
    run([sys.executable, "-m", "venv", str(folder / "env")])
    scheme = sysconfig.get_paths(vars={"base": str(folder / "env"), "platbase": str(folder / "env")})
    # A path in a .pth file is not searched for .pth files of its own: this repository's editable install stays out.
    (Path(scheme["purelib"]) / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    binaries = Path(scheme["scripts"])
    run([str(binaries / "python"), "-m", "pip", "install", "--no-deps", "--no-index", str(wheel)])
    yield binaries
    shutil.rmtree(folder, ignore_errors=True)


def run(words: list[str], *, folder: Path | None = None, expect: int = 0, **more: str) -> str:
    dropped = ("TUTOR_COURSE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    environment = {key: value for key, value in os.environ.items() if key not in dropped} | more
    result = subprocess.run(
        words, cwd=folder or "/", env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == expect, result.stdout + result.stderr
    return result.stdout


def test_the_wheel_works_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    tutor = str(installed / "tutor")
    runtime = tempfile.mkdtemp(prefix="tutor-test-")
    try:
        where = run([str(installed / "python"), "-c", "import tutor; print(tutor.__file__)"])
        assert Path(where.strip()).is_relative_to(installed.parent)
        assert "05_custom_dataset" in run([tutor, "list"], folder=tmp_path)
        run([tutor, "init"], folder=tmp_path)
        answer = tmp_path / "exercises" / "01_create_inspect.py"
        assert answer.is_file()
        told = run([tutor, "check", "01_create_inspect"], folder=tmp_path, expect=1, TUTOR_RUNTIME_DIR=runtime)
        assert "Still to do" in told
        course = Path(where.strip()).parent / "builtin"
        shutil.copyfile(course / "solutions" / answer.name, answer)
        run([tutor, "check", "01_create_inspect"], folder=tmp_path, TUTOR_RUNTIME_DIR=runtime)
        run([tutor, "author", "new", "--course", "mine"], folder=tmp_path)
        assert "01_first" in run([tutor, "list", "--course", "mine"], folder=tmp_path)
        run([tutor, "author", "new", "01_x"], folder=tmp_path, expect=2)  # not into what pip has installed
    finally:
        run([tutor, "engine", "stop"], TUTOR_RUNTIME_DIR=runtime)
        shutil.rmtree(runtime, ignore_errors=True)
