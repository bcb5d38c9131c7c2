"""Exceptions of an answer become a sentence and the learner's own frames."""

import types
from pathlib import Path

import pytest
import torch

from tutor.attempt.diff import ExceptionDiff
from tutor.judge.explain import explain_exception
from tutor.judge.explain_torch import explain_torch
from tutor.judge.load import load_module

LABEL = "exercises/01_x.py"


class Loaded:
    """An answer file, run, and what calling it came to."""

    def __init__(self, tmp_path: Path) -> None:
        self.file = tmp_path / "01_x.py"

    def module(self, source: str) -> types.ModuleType:
        self.file.write_text(source, encoding="utf-8")
        return load_module(self.file, "answer_of_test_explain")

    def explain(self, source: str, call: object = None) -> tuple[str, ExceptionDiff]:
        try:
            module = self.module(source)
            call(module) if callable(call) else module.f()
        except BaseException as error:
            return explain_exception(error, self.file, LABEL)
        raise AssertionError("nothing was raised")


@pytest.fixture
def answer(tmp_path: Path) -> Loaded:
    return Loaded(tmp_path)


def test_starter_is_still_to_write(answer: Loaded) -> None:
    message, diff = answer.explain('def f():\n    raise NotImplementedError("TODO: write f")\n')
    assert message == "Still to do: write f (in f, line 2)."
    assert diff.type == "NotImplementedError"
    assert [(frame.line, frame.function) for frame in diff.frames] == [(2, "f")]


def test_frames_are_the_learners_only_and_nearest_first(answer: Loaded) -> None:
    source = "import torch\ndef g(x):\n    return torch.stack([x, x[0]])\ndef f():\n    return g(torch.ones(3))\n"
    message, diff = answer.explain(source)
    assert [(frame.line, frame.function) for frame in diff.frames] == [(3, "g"), (5, "f")]
    assert {frame.file for frame in diff.frames} == {LABEL}
    assert diff.frames[0].source == "return torch.stack([x, x[0]])"
    assert message.startswith("RuntimeError in g (line 3): ")
    assert "`torch.cat`" in message


def test_no_frame_of_the_check(answer: Loaded) -> None:
    _, diff = answer.explain("def f():\n    return None\n", lambda module: module.f() + 1)
    assert diff.frames == ()
    assert "test_explain" not in str(diff)


def test_renamed_function(answer: Loaded) -> None:
    message, _ = answer.explain("import torch\ndef trian():\n    pass\n", lambda module: module.train)
    assert "no `train`" in message
    assert "`trian`" in message


def test_missing_function(answer: Loaded) -> None:
    message, _ = answer.explain("x = 1\n", lambda module: module.train)
    assert message == "Your file has no `train`: the statement asks for one of that name, at the top level of the file."


@pytest.mark.parametrize("call", [lambda m: m.f(1), lambda m: m.f(b=2), lambda m: m.f(1, 2, 3, a=1)])
def test_wrong_arguments(answer: Loaded, call: object) -> None:
    message, _ = answer.explain("def f(a, b):\n    return a\n", call)
    assert message.startswith("`f` was called as the statement says and does not accept it: f() ")


def test_result_that_is_none(answer: Loaded) -> None:
    message, _ = answer.explain("def f():\n    pass\n", lambda module: len(module.f()))
    assert "Is a `return` missing?" in message


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("def f(:\n    pass\n", "SyntaxError", "Line 1 is not valid Python"),
        ("def f():\nreturn 1\n", "IndentationError", "Line 2 is indented"),
        ("x = 1\nimport no_such_thing_here\n", "ModuleNotFoundError", "`no_such_thing_here` is not installed"),
        ("def f():\n    return f()\n", "RecursionError", "`f` (line 2) calls itself without end"),
        ("import sys\nsys.exit()\n", "SystemExit", "ends the program in line 2"),
        ("def f():\n    raise KeyboardInterrupt\n", "KeyboardInterrupt", "KeyboardInterrupt in f (line 2)"),
        ("def f():\n    assert 1 > 2, 'one is less'\n", "AssertionError", "one is less"),
        ("import torch\ndef f():\n    return torhc.ones(1)\n", "NameError", "Did you mean `torch`?"),
        ("import torch\ndef f():\n    return torch.onse(1)\n", "AttributeError", "Did you mean `ones`?"),
        ("def f():\n    return {}['a']\n", "KeyError", "KeyError in f (line 2): 'a'."),
        ("def f():\n    raise ValueError\n", "ValueError", "ValueError in f (line 2)."),
    ],
)
def test_special_sentences(answer: Loaded, source: str, kind: str, words: str) -> None:
    message, diff = answer.explain(source)
    assert diff.type == kind
    assert words in message
    assert diff.frames
    assert str(answer.file) not in message + diff.message


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("torch.ones(3, 4) @ torch.ones(5, 6)", "(3, 4) @ (5, 6) has 4 against 5"),
        ("torch.ones(3, 4) @ torch.ones(5, 4)", "With the second one transposed"),
        ("torch.ones(2, 3) + torch.ones(2, 4)", "one has 3 and the other 4"),
        ("torch.ones(2).sum().backward()", "The way back to the parameters is cut"),
        ("torch.ones(2, requires_grad=True).backward()", "`.mean()` or `.sum()`"),
        ("torch.ones(2, 2) @ torch.ones(2, 2).double()", "float32 and float64"),
        ("torch.ones(2, requires_grad=True).numpy()", "stay with tensors (`.clone()` copies)"),
        ("torch.gather(torch.ones(2, 3), -1, torch.tensor([0, 1]))", "`.unsqueeze(-1)` adds it with size 1"),
        ("torch.ones(2, 3).permute(0, 1, 2)", "every dimension once: the tensor has 2, and 3 are named"),
        ("torch.cat(*[torch.ones(2), torch.ones(2)])", "`torch.cat` takes one list"),
        ("torch.stack(*[torch.ones(2)] * 3)", "`torch.stack` takes one list"),
        ("torch.cat(*[torch.ones(2)], dim=0)", "no `*` in front of a list"),
        (
            "torch.ones(2, 3, 1)[..., 1]",
            "of size 1 the last index is 0; which dimension it is, torch may count wrongly",
        ),
        ("torch.ones(2, 3).reshape(4, 2)", "holds 8, the tensor has 6"),
        ("torch.ones(2, 3).T.view(6)", "strides fit no view of that shape: `.reshape(...)`"),
        ("bool(torch.ones(2) > 0)", "`.all()` or `.any()`"),
        ("torch.arange(3).mean()", "`.float()`"),
        ("torch.ones(3).item()", "exactly one element"),
        ("torch.ones(3).sum(dim=1)", "numbered -1 to 0"),
        ("torch.ones(3)[3]", "last index is 2"),
        ("torch.nn.Conv2d(3, 1, 1)(torch.ones(1, 1, 2, 2))", "made for 3 channels and is given 1"),
        ("torch.ones(2, device='meta').sum().item()", "only its shape is known"),
        ("torch.ones(1, 2, 3) @ torch.ones(1, 2, 3)", "begin with the sizes [1, 3] and begins with [1, 2]"),
        ("torch.tensor(3, requires_grad=True)", "Integers have no gradients"),
        ("torch.ones(2) + None", "One of the two is None"),
        ("torch.optim.SGD([], lr=1)", "no registered parameters"),
        ("torch.ones(2, requires_grad=True).add_(1)", "`torch.no_grad()`"),
        ("torch.ones(2, requires_grad=True).grad.zero_()", "None until a walk back has reached this very leaf"),
        ("{}.get('relu')(torch.ones(2))", "What stands before the brackets is None"),
    ],
)
def test_torch_errors_made_plainer(answer: Loaded, code: str, words: str) -> None:
    message, _ = answer.explain(f"import torch\ndef f():\n    return {code}\n")
    assert words in message, message


def test_graph_errors(answer: Loaded) -> None:
    made = "y = (torch.ones(2, requires_grad=True) ** 2).sum()"
    twice = f"import torch\ndef f():\n    {made}\n    y.backward()\n    y.backward()\n"
    told = answer.explain(twice)[0]
    assert "The first `backward()` freed the graph" in told
    assert "computed anew" in told
    assert "`retain_graph=True`" in told.rpartition("on purpose")[2]
    message, _ = answer.explain(
        "def f(x):\n    return (x.detach() * 2).requires_grad_()\n",
        lambda module: torch.autograd.grad(module.f(x := torch.ones(2, requires_grad=True)).sum(), x),
    )
    assert "does not depend on that input" in message


def test_module_without_super_init(answer: Loaded) -> None:
    source = (
        "import torch\nclass M(torch.nn.Module):\n    def __init__(self):\n        self.a = torch.nn.Linear(1, 1)\n"
        "def f():\n    return M()\n"
    )
    assert "`super().__init__()`" in answer.explain(source)[0]


def test_a_checks_own_assertion_is_its_sentence(answer: Loaded) -> None:
    def look() -> None:
        raise AssertionError("The model was in training mode.")

    message, _ = answer.explain("def f(look):\n    look()\n", lambda module: module.f(look))
    assert message == "The model was in training mode."

    def call(module: types.ModuleType) -> None:
        try:
            module.f()
        except ValueError as error:
            raise AssertionError("It should not raise.") from error

    message, _ = answer.explain("def f():\n    raise ValueError('x')\n", call)
    assert message == "It should not raise."


def test_hostile_exception(answer: Loaded) -> None:
    source = "class E(Exception):\n    def __str__(self):\n        raise ValueError('ha')\ndef f():\n    raise E\n"
    message, diff = answer.explain(source)
    assert diff.type == "E"
    assert "E in f (line 5)" in message


def test_huge_message_is_capped(answer: Loaded) -> None:
    message, diff = answer.explain("def f():\n    raise ValueError('x' * 10_000_000)\n")
    assert len(message) < 500
    assert len(diff.message) <= 2000


def test_devices_that_are_not_there_or_differ_are_explained() -> None:
    assert "no CUDA device" in (explain_torch("Cannot re-initialize CUDA in forked subprocess. To use CUDA ...") or "")
    told = explain_torch("Tensor on device cpu is not on the expected device meta!") or ""
    assert "on cpu and another on meta" in told
