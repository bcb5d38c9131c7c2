"""Answers that change what judges them, through the real engine: named, and never passed."""

import ast
from pathlib import Path

import pytest

from tutor.attempt.job import CheckSpec, Job
from tutor.attempt.protocol import Finished
from tutor.attempt.result import Attempt, Outcome, Verdict
from tutor.engine.client import Engine, stop_engine

SOLUTION = '''
import torch

FACTOR = 2

def double(x):
    """Twice x."""
    return x * FACTOR
'''
WRONG = SOLUTION.replace("x * FACTOR", "x * 3")

CHECKS = '''
import torch
from hypothesis import given, strategies as st
from tutor.checks import assert_close, assert_equal, tensors

CASES = {"two": 2.0}

def test_value(answer):
    """Twice one is two."""
    assert_close(answer.double(torch.ones(2, 3)), torch.full((2, 3), CASES["two"]))

def test_plain(answer):
    """Twice three is six."""
    assert torch.equal(answer.double(torch.full((2,), 3.0)), torch.full((2,), 6.0))

@given(x=tensors(max_dims=2))
def test_any(answer, solution, x):
    """Any tensor is doubled."""
    assert_close(answer.double(x), solution.double(x))

def test_number(answer):
    """The double of an integer is an integer."""
    assert_equal(answer.double(4), 8)
'''


class Bench:
    """A course of one exercise, and attempts at it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("solutions/01_double.py", SOLUTION)
        self.checks = self.write("tests/checks/test_01_double.py", CHECKS)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def attempt(self, answer: str) -> Attempt:
        functions = [one for one in ast.parse(self.checks.read_text()).body if isinstance(one, ast.FunctionDef)]
        job = Job(
            exercise="01_double",
            checks=tuple(
                CheckSpec(id=one.name, claim=ast.get_docstring(one) or "")
                for one in functions
                if one.name.startswith("test_")
            ),
            check_file=str(self.checks),
            solution_file=str(self.root / "solutions/01_double.py"),
            answer_file=str(self.write("exercises/01_double.py", answer)),
            answer_label="exercises/01_double.py",
            device="cpu",
            time_limit=60.0,
        )
        with Engine.connect() as engine:
            last = list(engine.run(job))[-1]
        assert isinstance(last, Finished)
        return last.attempt


@pytest.fixture(autouse=True)
def shared_engine(runtime_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session's engine serves these tests too."""
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(runtime_dir))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


FIND = (
    "import gc, types\n"
    "{} = next(m for m in gc.get_objects() if type(m) is types.ModuleType and m.__name__.endswith('{}'))\n"
)
FIND_CHECKS = FIND.format("checks", "test_01_double")
FIND_SOLUTION = FIND.format("solution", "__solution")
FIND_JUDGE = (
    "import gc, sys\n"
    "frame = sys._getframe()\n"
    "while 'plugin' not in frame.f_locals: frame = frame.f_back\n"
    "judge = frame.f_locals['plugin']\n"
)
BLIND = (
    "import builtins\n"
    "for name in ('all', 'map', 'zip', 'getattr', 'callable', 'isinstance', 'vars', 'tuple', 'type', 'len', 'dict'):\n"
    "    setattr(builtins, name, lambda *a, **k: ())\n"
)
NO_PHASES = "from hypothesis import settings\nsettings.register_profile('x', max_examples=1, phases=())\n"

# What an answer does at import, and what it is told it has changed.
PATCHES = [
    ("torch.allclose = lambda *a, **k: True", "torch.allclose"),
    ("torch.equal = lambda *a, **k: True", "torch.equal"),
    ("torch.Tensor.__eq__ = lambda a, b: True", "torch.Tensor.__eq__"),
    ("torch.Tensor.detach = lambda self: self", "torch.Tensor.detach"),
    ("torch.Tensor.__torch_function__ = classmethod(lambda *a, **k: True)", "torch.Tensor.__torch_function__"),
    ("torch.testing.assert_close = lambda *a, **k: None", "torch.testing.assert_close"),
    ("torch.testing.assert_close.__code__ = (lambda *a, **k: None).__code__", "torch.testing.assert_close"),
    ("torch.nn.Linear.forward = lambda self, x: x", "torch.nn.Linear.forward"),
    ("torch.nn.Linear.__call__ = lambda self, x: x", "torch.nn.Linear.__call__"),
    ("torch.nn.functional.mse_loss.__defaults__ = (None,) * 4", "torch.nn.functional.mse_loss"),
    ("torch.overrides.TorchFunctionMode().__enter__()", "torch's functions, by a mode left active"),
    ("torch.nn.modules.module.register_module_forward_hook(lambda *a: None)", "the global hooks of torch.nn.Module"),
    (
        "lib = torch.library.Library('aten', 'IMPL')\nlib.impl('mul.Tensor', lambda a, b: a, 'CPU')",
        "torch's kernels, by torch.library",
    ),
    ("import builtins; builtins.len = lambda x: 1", "builtins.len"),
    (f"{BLIND}torch.equal = None", "torch.equal"),
    ("import pytest; pytest.raises = lambda *a, **k: None", "pytest.raises"),
    ("import pytest; pytest.fail = lambda *a, **k: None", "pytest.fail"),
    ("import _pytest.runner as r; r.pytest_runtest_call = lambda item: None", "_pytest.runner.pytest_runtest_call"),
    ("import _pytest.python as p; p.Function.runtest = lambda self: None", "pytest.Function.runtest"),
    ("import hypothesis; hypothesis.given = lambda **k: lambda f: f", "hypothesis.given"),
    (f"{NO_PHASES}settings.load_profile('x')", "hypothesis.settings"),
    ("import hypothesis; object.__setattr__(hypothesis.settings.default, '_phases', ())", "hypothesis.settings"),
    ("import tutor.checks; tutor.checks.assert_close = lambda *a, **k: None", "tutor.checks.assert_close"),
    ("import sys; sys.modules['tutor.judge.compare'].compare = lambda *a, **k: None", "tutor.judge.compare.compare"),
    (
        "import tutor.judge.compare as c; c.compare.__code__ = (lambda *a, **k: None).__code__",
        "tutor.judge.compare.compare",
    ),
    ("import tutor.judge.compare as c; c.len = lambda x: 0", "tutor.judge.compare.len"),
    (
        "import tutor.judge.tolerance as t; t._BY_DTYPE['float32'] = t.Tolerance(9e9, 9e9)",
        "tutor.judge.tolerance._BY_DTYPE",
    ),
    (
        "from tutor.judge.plugin import JudgePlugin as J; J._run = lambda *a: None",
        "tutor.judge.plugin.JudgePlugin._run",
    ),
    ("import tutor.judge.integrity as i; i.seal = lambda *a, **k: tuple", "tutor.judge.integrity.seal"),
    (
        "import tutor.judge.integrity as i; i._look.__code__ = (lambda *a: tuple).__code__",
        "tutor.judge.integrity._look",
    ),
    ("import tutor.attempt.result as r; r.Outcome.FAILED._value_ = 'passed'", "Outcome.FAILED"),
    ("import sys, types; sys.modules['torch'] = types.ModuleType('torch')", "sys.modules[torch]"),
    (FIND_SOLUTION + "solution.double = double", "the solution (double)"),
    (FIND_SOLUTION + "solution.FACTOR = 3", "the solution (FACTOR)"),
    (FIND_SOLUTION + "solution.double.__code__ = double.__code__", "the solution (double)"),
    (f"{FIND_CHECKS}checks.test_value = lambda answer: None", "the checks (test_value)"),
    (f"{FIND_CHECKS}checks.test_value.__code__ = (lambda answer: None).__code__", "the checks (test_value)"),
    (f"{FIND_CHECKS}checks.assert_close = lambda *a, **k: None", "the checks (assert_close)"),
    (f"{FIND_CHECKS}checks.CASES['two'] = 3.0", "the checks (CASES)"),
    (f"{FIND_CHECKS}checks.test_any.hypothesis.inner_test = lambda **k: None", "the checks (test_any)"),
    ("import sys; sys.settrace(lambda *a: None)", "sys.settrace"),
    ("import os; os.write = lambda descriptor, data: len(data)", "os.write"),
    (f"{FIND_JUDGE}judge.specs = {{}}", "the judge"),
    (f"{FIND_JUDGE}judge.channel.send = print", "the judge"),
]


@pytest.mark.parametrize(("patch", "name"), PATCHES, ids=[name for _, name in PATCHES])
def test_a_patch_at_import_is_named(bench: Bench, patch: str, name: str) -> None:
    result = bench.attempt(f"{WRONG}\n{patch}\n")
    assert result.verdict is Verdict.TAMPERED, result.message
    assert name in (result.message or "")
    assert all(check.outcome is not Outcome.PASSED for check in result.checks)


# A library goes with the function that made it. A dictionary of the checks may be theirs to fill while they run.
LATER = [(patch, name) for patch, name in PATCHES if "library" not in name and "CASES" not in name]


@pytest.mark.parametrize(("patch", "name"), LATER, ids=[name for _, name in LATER])
def test_a_patch_made_while_a_check_runs_is_named(bench: Bench, patch: str, name: str) -> None:
    """Of an answer that is otherwise right."""
    body = "".join(f"    {line}\n" for line in patch.splitlines())
    result = bench.attempt(f"{SOLUTION}\n_double = double\ndef double(x):\n{body}    return _double(x)\n")
    assert result.verdict is Verdict.TAMPERED, result.message


def test_a_change_is_told_once(bench: Bench) -> None:
    result = bench.attempt(f"{SOLUTION}\ntorch.equal = None\n")
    assert (result.message or "").count("torch.equal") == 1


HONEST = {
    "nothing": "",
    "a subclass of Tensor, Module and Optimizer": (
        "class T(torch.Tensor): pass\nclass M(torch.nn.Module): pass\n"
        "class O(torch.optim.Optimizer):\n    def step(self): pass\n"
        "O([torch.nn.Parameter(torch.ones(1))], {})"
    ),
    "the first optimizers of the process": (
        "for kind in (torch.optim.SGD, torch.optim.AdamW, torch.optim.RMSprop, torch.optim.LBFGS):\n"
        "    kind([torch.nn.Parameter(torch.ones(1))], lr=0.1).step(lambda: torch.ones(()))"
    ),
    "torch.compile": "torch.compile(lambda x: x * 2, backend='eager')(torch.ones(2))",
    "global settings": (
        "torch.set_default_dtype(torch.float64); torch.set_default_device('cpu')\n"
        "torch.use_deterministic_algorithms(True); torch.manual_seed(3); torch.set_grad_enabled(False)"
    ),
    "a custom operator": (
        "lib = torch.library.Library('mine', 'DEF')\nlib.define('twice(Tensor x) -> Tensor')\n"
        "lib.impl('twice', lambda x: x * 2, 'CPU')"
    ),
    "standard streams and warnings": (
        "import io, sys, warnings\nwarnings.simplefilter('error')\nsys.stdout = io.StringIO()\nsys.path.append('x')"
    ),
    "training": (
        "model = torch.nn.Linear(2, 2)\nmodel.register_forward_hook(lambda *a: None)\n"
        "model(torch.ones(1, 2)).sum().backward()\n"
        "list(torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.ones(4, 1)), batch_size=2))"
    ),
}


@pytest.mark.parametrize("lines", HONEST.values(), ids=HONEST)
def test_honest_code_is_not_accused(bench: Bench, lines: str) -> None:
    result = bench.attempt(f"{SOLUTION}\n{lines}\n")
    assert result.verdict is Verdict.PASSED, result.message


@pytest.mark.parametrize(
    "value",
    [
        "Yes()",
        "torch.ones(x.shape).as_subclass(Lying) if isinstance(x, torch.Tensor) else Yes()",
        "Number(7)",
    ],
)
def test_a_value_that_equals_everything_does_not_pass(bench: Bench, value: str) -> None:
    answer = f"""
import torch

class Yes:
    def __eq__(self, other): return True
    def __torch_function__(self, *args, **kwargs): return True
    __class__ = torch.Tensor
    shape, dtype, device = torch.Size([2, 3]), torch.float32, torch.device("cpu")

class Number(int):
    def __eq__(self, other): return True

class Lying(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return torch.full((2, 3), 2.0) if func.__name__ in ("detach", "cpu", "to") else True

def double(x):
    return {value}
"""
    result = bench.attempt(answer)
    assert result.verdict is Verdict.FAILED, result.message
    by_name = {check.id: check.outcome for check in result.checks}
    assert by_name["test_value"] is by_name["test_any"] is by_name["test_number"] is Outcome.FAILED


def test_marking_every_check_passed_in_the_judge_is_no_pass(bench: Bench) -> None:
    """The verdict comes from what was sent, not from what the judge's objects say."""
    answer = f"""{WRONG}
import gc
for judge in [one for one in gc.get_objects() if type(one).__name__ == "JudgePlugin"]:
    judge.results = dict.fromkeys(judge.specs)
    judge.modules = None
"""
    assert bench.attempt(answer).verdict in (Verdict.FAILED, Verdict.TAMPERED)


def test_the_key_is_in_no_frame_that_an_answer_can_walk_to(bench: Bench) -> None:
    answer = f"""{SOLUTION}
import sys
frame, found = sys._getframe(), []
while frame:
    found += [repr(value) for value in list(frame.f_locals.values()) if type(value).__name__ == "Assignment"]
    found += [name for name, value in list(frame.f_locals.items()) if name == "key" and isinstance(value, str)]
    frame = frame.f_back
print(found)
"""
    shown = bench.attempt(answer).output.text
    assert "Assignment(" in shown
    assert "key=''" in shown
    assert "'key'" not in shown


def test_a_bare_assert_holds_under_pythonoptimize(
    bench: Bench, short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUTOR_RUNTIME_DIR", str(short_folder))
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    try:
        result = bench.attempt(WRONG)
        plain = next(check for check in result.checks if check.id == "test_plain")
        assert plain.outcome is Outcome.FAILED
    finally:
        stop_engine()
