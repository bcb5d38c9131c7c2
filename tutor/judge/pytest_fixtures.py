"""The fixtures of a course's checks under plain pytest: `answer`, `solution` and `device`.

Registered by `tutor.judge.pytest_plugin`, for every file of the session once there is a course in it; a project's own
fixtures of these names come first.
"""

import types
from pathlib import Path

import pytest
import torch

from tutor.judge.device import choose_device
from tutor.judge.guarded import last_line
from tutor.judge.load import load_sources, read_sources
from tutor.judge.pytest_plugin import answers_folder, course_around
from tutor.judge.settings import settle


@pytest.fixture(scope="module")
def solution(request: pytest.FixtureRequest) -> types.ModuleType:
    """The reference module of the exercise under check."""
    path = _solution(request)
    return _loaded(path, f"{path.stem}__solution", _files(path))


@pytest.fixture(scope="module")
def answer(request: pytest.FixtureRequest) -> types.ModuleType:
    """The module under check: the file in the folder --tutor-answers, else a second copy of the solution."""
    path = _solution(request)
    folder = answers_folder(request.config)
    if folder is None:
        return _loaded(path, path.stem, _files(path))
    if not (folder / path.name).exists():
        pytest.skip(f"There is no answer to {path.stem}: {folder} holds no {path.name}.")
    return _loaded(folder / path.name, path.stem, _files(path))


@pytest.fixture(scope="session")
def device() -> torch.device:
    """The device to check on."""
    return choose_device("auto")


@pytest.fixture(autouse=True)
def _settled(request: pytest.FixtureRequest) -> None:
    """After loading answer and solution, which may have changed them: the settings that a judge starts a check from."""
    settle_for(request.node)


def settle_for(item: pytest.Item) -> None:
    """Put seeds and settings right for a check of a course; other tests are left alone."""
    if course_around(item.path) is not None:
        settle(0, getattr(item, "originalname", None) or item.name, choose_device("auto"))


def _solution(request: pytest.FixtureRequest) -> Path:
    """The solution that the check file stands for; fails where there is none."""
    check = request.path
    root = course_around(check)
    if root is None:
        pytest.fail(f"The fixtures `answer` and `solution` need a course around {check}.", pytrace=False)
    path = root / "solutions" / check.name.removeprefix("test_")
    if path.with_suffix("").is_dir():
        return path.with_suffix("")
    if not path.is_file():
        pytest.fail(f"There is no solution for {check.name}: {path} is missing.", pytrace=False)
    return path


def _files(solution: Path) -> tuple[str, ...]:
    """The names of the files of a solution that is a folder."""
    return tuple(sorted(file.name for file in solution.glob("*.py"))) if solution.is_dir() else ()


def _loaded(path: Path, name: str, files: tuple[str, ...]) -> types.ModuleType:
    try:
        return load_sources(path, read_sources(path, files), name)
    except (Exception, SystemExit) as error:
        place = last_line(error, {str(path / file) for file in files or ("",)})
        if isinstance(error, SyntaxError):
            place = (error.filename or str(path), error.lineno or 1)
        where = path if place is None else f"{place[0]}:{place[1]}"
        pytest.fail(f"{where} cannot be loaded: {type(error).__name__}: {error}", pytrace=False)
