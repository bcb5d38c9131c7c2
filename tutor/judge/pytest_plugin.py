"""The installed pytest plugin: `pytest tests/checks` in a course runs every check against the solutions.

With `--tutor-answers DIR` it runs them against the answers in a folder, each named by its exercise's id. Nothing holds
these answers as a judge does: it is for code one trusts, and for an author's debugger.

Every pytest of this environment loads this module. In a project that is no course it does nothing: fixtures are
registered and torch is imported once the first check file of a course is met. Inside a judge, the judge's own plugin
serves instead.
"""

from collections.abc import Generator
from pathlib import Path

import pytest

FIXTURES = "tutor-course"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--tutor-answers DIR`."""
    parser.getgroup("tutor").addoption(
        "--tutor-answers",
        metavar="DIR",
        help="run the checks of a course against the answers in DIR, files such as 05_dataloader.py, "
        "instead of the solutions; a check without an answer there is skipped",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a folder of answers that is not there."""
    folder = answers_folder(config)
    if folder is not None and not folder.is_dir():
        raise pytest.UsageError(f"--tutor-answers {config.getoption('tutor_answers')}: there is no such folder.")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> None:
    """At the first check file of a course: the fixtures that its checks ask for."""
    manager = parent.config.pluginmanager
    if course_around(file_path) is not None and not manager.hasplugin(FIXTURES):
        from tutor.judge import pytest_fixtures

        manager.register(pytest_fixtures, FIXTURES)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """While a check file is imported, the examples that a judge draws; other tests keep their own settings."""
    if not isinstance(collector, pytest.Module) or course_around(collector.path) is None:
        return (yield)
    from tutor.judge.settings import hypothesis_profile

    with hypothesis_profile(seed=0):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Before a course's check: the seeds and settings that a judge starts it from."""
    if course_around(item.path) is not None:
        from tutor.judge.pytest_fixtures import settle_for

        settle_for(item)
    return (yield)


def course_around(check: Path) -> Path | None:
    """The course that the check file belongs to, None when it is no check file of a course."""
    folder = check.parent
    if not check.name.startswith("test_") or folder.name != "checks" or folder.parent.name != "tests":
        return None
    root = folder.parent.parent
    return root if (root / "course.toml").is_file() and (root / "solutions").is_dir() else None


def answers_folder(config: pytest.Config) -> Path | None:
    """The folder that --tutor-answers names, from where pytest was called."""
    named: str | None = config.getoption("tutor_answers", None)
    return None if named is None else config.invocation_params.dir / Path(named).expanduser()
