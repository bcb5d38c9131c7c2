"""Forbidden functions are caught by every name, budgets are counted, and everything is put back."""

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from tutor.checks import Mismatch, forbid

A, B = torch.ones(2, 2), torch.ones(2, 2)

CAUGHT: list[tuple[Any, Callable[[], Any]]] = [
    (torch.matmul, lambda: A @ B),
    (torch.matmul, lambda: A.matmul(B)),
    (torch.matmul, lambda: A.__matmul__(B)),
    (torch.matmul, lambda: torch.Tensor.__matmul__(A, B)),
    (torch.matmul, lambda: operator.matmul(A, B)),
    (torch.matmul, lambda: torch.linalg.matmul(A, B)),
    (torch.matmul, lambda: torch.matmul(A, other=B)),
    (torch.add, lambda: A + 1),
    (torch.add, lambda: 1 + A),
    (torch.add, lambda: operator.iadd(A.clone(), 1)),
    (torch.add, lambda: A.clone().add_(1)),
    (torch.sub, lambda: 1 - A),
    (torch.div, lambda: A / 2),
    (torch.div, lambda: 2 / A),
    (torch.div, lambda: torch.true_divide(A, 2)),
    (torch.mul, lambda: torch.multiply(A, 2)),
    (torch.cat, lambda: torch.concat([A, B])),
    (torch.softmax, lambda: F.softmax(A, dim=0)),
    (torch.softmax, lambda: A.softmax(0)),
    (F.softmax, lambda: nn.Softmax(dim=0)(A)),
    (F.relu, lambda: A.relu()),
    (F.relu, lambda: torch.relu_(A.clone())),
    (torch.cdist, lambda: torch.cdist(A, B)),
    (torch.norm, lambda: torch.linalg.norm(A)),
    (torch.Tensor.sum, lambda: torch.sum(A)),
    (torch.Tensor.T, lambda: A.T),
    (torch.Tensor.backward, lambda: torch.ones(1, requires_grad=True).sum().backward()),
    (torch.zeros, lambda: torch.zeros(3)),
    (torch.arange, lambda: torch.arange(3)),
    (F.linear, lambda: nn.Linear(2, 2)(A)),
    (F.mse_loss, lambda: nn.MSELoss()(A, B)),
    (torch.manual_seed, lambda: torch.manual_seed(torch.initial_seed())),
    (torch.save, lambda: torch.save(A, __import__("io").BytesIO())),
    (math.exp, lambda: math.exp(1)),
    (nn.Linear, lambda: nn.Linear(2, 2)),
    (nn.Module, lambda: nn.ReLU()),
    (torch.optim.SGD, lambda: torch.optim.SGD([torch.ones(1, requires_grad=True)])),
]


@pytest.mark.parametrize(("function", "call"), CAUGHT)
def test_caught(function: Any, call: Callable[[], Any]) -> None:
    with pytest.raises(Mismatch, match=r"is not allowed in this exercise"), forbid(function):
        call()


@pytest.mark.parametrize(
    ("function", "call"),
    [
        (torch.matmul, lambda: torch.mm(A, B)),
        (torch.matmul, lambda: torch.bmm(A[None], B[None])),
        (torch.mm, lambda: A @ B),
        (torch.matmul, lambda: A * B),
        (torch.add, lambda: A - B),
        (torch.Tensor.T, lambda: A.shape),
        (torch.Tensor.data, lambda: A.grad),
        (nn.Linear, lambda: nn.ReLU()(A)),
        (torch.exp, lambda: torch.softmax(A, 0)),
    ],
)
def test_let_through(function: Any, call: Callable[[], Any]) -> None:
    with forbid(function):
        call()


def test_a_layer_made_before_is_caught_when_run() -> None:
    layer = nn.Linear(2, 2)
    with pytest.raises(Mismatch, match=r"`nn.Linear` is not allowed"), forbid(nn.Linear):
        layer(A)


def test_names_as_people_write_them() -> None:
    for function, name in [
        (torch.cdist, "torch.cdist"),
        (torch.Tensor.T, "Tensor.T"),
        (torch.Tensor.sum, "Tensor.sum"),
    ]:
        with pytest.raises(Mismatch, match=rf"^`{name}` is not allowed"), forbid(function):
            torch.cdist(A, B), A.T, A.sum()


def test_line_of_the_answer(tmp_path: Any) -> None:
    from tutor.judge.load import load_module

    file = tmp_path / "answer.py"
    file.write_text("import torch\n\ndef f(a):\n    b = a + 1\n    return torch.cdist(b, b)\n")
    answer = load_module(file, "answer_of_test_checks_spies")
    with pytest.raises(Mismatch, match=r"Line 5 calls it\.$"), forbid(torch.cdist):
        answer.f(A)
    with pytest.raises(Mismatch, match=r"^`torch.cdist` is not allowed in this exercise\.$"), forbid(torch.cdist):
        torch.cdist(A, B)


def test_the_function_that_makes_most_calls_is_named(tmp_path: Any) -> None:
    from tutor.judge.load import load_module

    file = tmp_path / "answer.py"
    file.write_text("def one(a):\n    return a + 1\n\n\ndef loop(a):\n    return [one(a) for _ in range(9)]\n")
    answer = load_module(file, "answer_of_test_checks_spies")
    with pytest.raises(Mismatch, match="where 3 are enough, most of them in `loop`: is there"), forbid(at_most_calls=3):
        answer.one(A), answer.loop(A)
    with pytest.raises(Mismatch, match="where 1 are enough: is there"), forbid(at_most_calls=1):
        answer.one(A), A + B


def test_budget() -> None:
    with forbid(at_most_calls=3):
        A + B, A.shape, len(A), A.sum(), A.dim(), A * 2
    with pytest.raises(Mismatch, match=r"^40 calls to torch were made where 25 are enough"), forbid(at_most_calls=25):
        for _ in range(40):
            A + B


def test_all_is_put_back() -> None:
    before = (torch.manual_seed, torch.random.manual_seed, math.exp, nn.Linear.__init__, nn.Linear.forward)
    own = "forward" in vars(nn.Linear)
    with pytest.raises(RuntimeError), forbid(torch.manual_seed, math.exp, nn.Linear, nn.ReLU, torch.matmul):
        raise RuntimeError("the answer's own")
    assert before == (torch.manual_seed, torch.random.manual_seed, math.exp, nn.Linear.__init__, nn.Linear.forward)
    assert ("forward" in vars(nn.Linear)) is own
    assert "__init__" in vars(nn.ReLU)
    with forbid(at_most_calls=1):
        pass
    assert torch.equal(A @ B, torch.full((2, 2), 2.0))


def test_functions_imported_by_name_are_caught(tmp_path: Any) -> None:
    from tutor.judge.load import load_module

    file = tmp_path / "answer.py"
    file.write_text("from math import exp\n\ndef f():\n    return exp(1)\n")
    answer = load_module(file, "answer_of_test_checks_spies_by_name")
    with pytest.raises(Mismatch, match=r"Line 4 calls it"), forbid(math.exp):
        answer.f()


def test_results_are_those_of_the_real_function() -> None:
    with pytest.raises(Mismatch), forbid(torch.add):
        assert torch.equal(A + B, torch.full((2, 2), 2.0))


def test_a_function_is_caught_under_its_wrapped_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    """As torch does to `manual_seed` when torch._dynamo is first imported."""
    original = torch.manual_seed

    @functools.wraps(original)
    def wrapped(seed: int) -> torch.Generator:
        return original(seed)

    monkeypatch.setattr(torch, "manual_seed", wrapped)
    with pytest.raises(Mismatch), forbid(original):
        torch.manual_seed(torch.initial_seed())
    assert torch.manual_seed is wrapped
