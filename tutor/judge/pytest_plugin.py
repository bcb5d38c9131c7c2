"""The installed pytest plugin: `pytest tests/checks` in a course runs every check against the solutions.

It gives any check the fixtures `answer`, `solution` and `device`. Inside a judge, the judge's own plugin provides
them instead. Loaded by every pytest of this environment, so it imports no torch until a fixture is asked for.
"""

import types
from pathlib import Path

import pytest

from tutor.judge.load import load_module


def pytest_collect_file(file_path: Path) -> None:
    """Before a course's checks are imported: the examples that a judge draws, on a busy machine too."""
    if _solution_of(file_path).is_file():
        from tutor.judge.settings import use_hypothesis_profile

        use_hypothesis_profile(seed=0)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before a course's check: the seeds and settings that a judge starts it from."""
    if _solution_of(item.path).is_file():
        from tutor.judge.device import choose_device
        from tutor.judge.settings import settle

        settle(0, getattr(item, "originalname", None) or item.name, choose_device("auto"))


def _solution_of(check: Path) -> Path:
    """Where the solution lies, if `check` is a check file of a course."""
    return check.parent.parent.parent / "solutions" / check.name.removeprefix("test_")


def _solution_path(request: pytest.FixtureRequest) -> Path:
    check = request.path
    solution = _solution_of(check)
    if not solution.is_file():
        pytest.fail(
            f"The fixtures `answer` and `solution` need a course around {check.name}: there is no {solution}.",
            pytrace=False,
        )
    return solution


@pytest.fixture(scope="module")
def solution(request: pytest.FixtureRequest) -> types.ModuleType:
    """The reference module of the exercise under check."""
    path = _solution_path(request)
    return load_module(path, f"{path.stem}__solution")


@pytest.fixture(scope="module")
def answer(request: pytest.FixtureRequest) -> types.ModuleType:
    """The module under check: here a second copy of the solution."""
    path = _solution_path(request)
    return load_module(path, path.stem)


@pytest.fixture(scope="session")
def device() -> object:
    """The device to check on, a torch.device."""
    from tutor.judge.device import choose_device

    return choose_device("auto")
