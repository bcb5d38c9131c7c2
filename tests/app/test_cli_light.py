"""What the quick commands may not import: a learner waits for nothing that `tutor list` does not need."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "numpy", "textual", "pytest", "hypothesis", "watchfiles")


def imported(environment, cwd, *arguments, module="tutor"):
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", module, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    names = [line.rpartition("|")[2].strip() for line in result.stderr.splitlines() if line.startswith("import time:")]
    return {name.partition(".")[0] for name in names}, set(names)


@pytest.mark.parametrize(
    "arguments",
    ["--help", "--version", "check --help", "list", "list --json", "course list", "hint 01_double", "doctor"],
)
def test_quick_commands_import_nothing_heavy(mini_environment, workspace, arguments):
    tops, _ = imported(mini_environment, workspace, *arguments.split())
    assert "typer" in tops
    assert not tops & set(HEAVY)


def test_check_needs_torch_in_the_engine_only(mini_environment, workspace):
    tops, names = imported(mini_environment, workspace, "check", "01_halve")
    assert "tutor.engine.client" in names
    assert "rich.progress" not in names
    assert not tops & set(HEAVY)


def test_help_does_not_read_the_course(mini_environment, workspace):
    _, names = imported(mini_environment, workspace, "--help")
    assert "tutor.course.loader" not in names
    assert "rich.console" not in names


def test_a_heavy_import_would_be_seen(mini_environment, workspace):
    tops, _ = imported(mini_environment, workspace, "--version", module="pytest")
    assert "pytest" in tops
