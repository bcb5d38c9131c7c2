"""What the engine's tests share: a course of one exercise, and attempts on it through the client."""

import ast
from pathlib import Path

import psutil

from tutor.attempt.job import CheckSpec, Job
from tutor.attempt.protocol import Event, Finished
from tutor.attempt.result import Attempt
from tutor.engine.client import Engine, engine_status

SOLUTION = '''
import torch

def double(x):
    """Twice x."""
    return x * 2
'''

CHECKS = '''
import torch
from hypothesis import given, strategies as st
from tutor.checks import assert_close, tensors

def test_one(answer):
    """Twice one is two."""
    assert_close(answer.double(torch.ones(2, 3)), torch.full((2, 3), 2.0))

@given(x=tensors(max_dims=2))
def test_any(answer, solution, x):
    """Any tensor is doubled."""
    assert_close(answer.double(x), solution.double(x))

def bench_double(module, device):
    """Doubling a thousand numbers."""
    x = torch.ones(1000, device=device)
    return lambda: module.double(x)
'''


class Bench:
    """A one-exercise course in a folder, and the jobs on it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("solutions/01_double.py", SOLUTION)
        self.write("tests/checks/test_01_double.py", CHECKS)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def job(self, answer: str, *, time_limit: float = 10.0, device: str = "cpu", supersedes: str = "") -> Job:
        check_file = self.root / "tests/checks/test_01_double.py"
        functions = [f for f in ast.parse(check_file.read_text()).body if isinstance(f, ast.FunctionDef)]
        return Job(
            exercise="01_double",
            checks=tuple(
                CheckSpec(id=f.name, claim=ast.get_docstring(f) or "") for f in functions if f.name.startswith("test_")
            ),
            check_file=str(check_file),
            solution_file=str(self.root / "solutions/01_double.py"),
            answer_file=str(self.write("exercises/01_double.py", answer)),
            answer_label="exercises/01_double.py",
            time_limit=time_limit,
            device=device,
            supersedes=supersedes,
        )


def events(job: Job) -> list[Event]:
    with Engine.connect() as engine:
        return list(engine.run(job))


def attempt(job: Job) -> Attempt:
    last = events(job)[-1]
    assert isinstance(last, Finished)
    return last.attempt


def processes_of_engine() -> set[int]:
    status = engine_status()
    assert status is not None
    return {child.pid for child in psutil.Process(status.pid).children(recursive=True)}


def processes_at_work() -> set[int]:
    """Process ids of the engine's children and theirs, but for the judge that waits for the next attempt."""
    status = engine_status()
    assert status is not None
    children = psutil.Process(status.pid).children()
    waiting = {child.pid for child in children if not child.children()} if len(children) == 1 else set()
    return processes_of_engine() - (waiting if not status.running else set())
