"""Somebody else's course as its own package: made by the book, built, installed, listed, and attempted."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
NAME = "dl-third-year"  # as in the book


def book() -> str:
    """The pyproject.toml that docs/authoring.md shows."""
    text = (REPOSITORY / "docs" / "authoring.md").read_text(encoding="utf-8")
    found = re.search(r"```toml\n(\[build-system]\n.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


def run(words: list[str], *, folder: Path, expect: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("TUTOR_COURSE", "PYTHONPATH")}
    result = subprocess.run(
        words, cwd=folder, env=kept | more, capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == expect, result.stdout + result.stderr
    return result


@pytest.fixture(scope="module")
def site() -> Iterator[Path]:
    """A folder of installed packages with the course's wheel in it, and nothing of its source."""
    folder = Path(tempfile.mkdtemp(prefix="tutor-course-"))
    source, site = folder / "source", folder / "site"
    source.mkdir()
    (source / "pyproject.toml").write_text(book())
    run([sys.executable, "-m", "tutor", "author", "new", "01_first", "--course", "."], folder=source)
    run([sys.executable, "-m", "tutor", "author", "new", "02_second"], folder=source)
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--skip-dependency-check", "."], folder=source)
    (wheel,) = (source / "dist").glob("*.whl")
    install = ["install", "--quiet", "--no-deps", "--no-index", "--target", str(site), str(wheel)]
    run([sys.executable, "-m", "pip", "--disable-pip-version-check", *install], folder=folder)
    shutil.rmtree(source)
    yield site
    shutil.rmtree(folder, ignore_errors=True)


def test_an_installed_course_is_listed_and_attempted(site: Path, environment: dict[str, str], tmp_path: Path) -> None:
    tutor, here = [sys.executable, "-m", "tutor"], {**environment, "PYTHONPATH": str(site)}
    folder = site / "dl_third_year_course"
    courses = run([*tutor, "course", "list"], folder=tmp_path, **here).stdout.splitlines()
    assert [line.split()[0] for line in courses if "exercises" in line] == ["*", NAME]
    assert str(folder) in {line.strip() for line in courses}
    run([*tutor, "init", "--course", NAME], folder=tmp_path, **here)
    listing = run([*tutor, "list", "--course", NAME], folder=tmp_path, **here).stdout
    assert "01_first" in listing and "02_second" in listing
    failed = run([*tutor, "check", "02_second"], folder=tmp_path, expect=1, TUTOR_COURSE=NAME, **here)
    assert "write scale_rows" in failed.stdout
    shutil.copyfile(folder / "solutions" / "02_second.py", tmp_path / "exercises" / "02_second.py")
    run([*tutor, "check", "02_second", "--course", NAME], folder=tmp_path, **here)
    assert "1 of 2 passed" in run([*tutor, "list", "--course", NAME], folder=tmp_path, **here).stdout
