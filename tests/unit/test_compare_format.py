"""Any value has a short readable text, whatever its own repr does."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from tutor.judge.format import format_cells, format_value


class Loud:
    def __repr__(self) -> str:
        raise RuntimeError("no")


class Huge:
    def __repr__(self) -> str:
        return "x" * 10_000_000


class NotEvenText:
    def __repr__(self) -> str:
        return 3  # type: ignore[return-value]


class Odd(torch.Tensor):
    @classmethod
    def __torch_function__(cls, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (torch.tensor([[0.0], [1.5]]), "tensor of shape (2, 1), float32: [[0.0], [1.5]]"),
        (torch.tensor(3), "tensor of shape (), int64: 3"),
        (torch.ones(2, 2, dtype=torch.bool), "tensor of shape (2, 2), bool: [[True, True], [True, True]]"),
        (
            torch.arange(4).reshape(2, 2).T,
            "tensor of shape (2, 2), int64, not contiguous, strides (1, 2): [[0, 2], [1, 3]]",
        ),
        (torch.zeros(1, requires_grad=True), "tensor of shape (1,), float32, requires_grad: [0.0]"),
        (torch.ones(2, device="meta"), "tensor of shape (2,), float32, on meta"),
        (torch.arange(14), "tensor of shape (14,), int64: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ...]"),
        (torch.empty(0, 3), "tensor of shape (0, 3), float32: []"),
        (torch.tensor([1 - 2j]), "tensor of shape (1,), complex64: [1.0-2.0j]"),
        (np.array([1.5, math.nan]), "array of shape (2,), float64: [1.5, nan]"),
        (torch.Size([2, 3]), "torch.Size([2, 3])"),
        (torch.float32, "torch.float32"),
        ([1, "a", None], "[1, 'a', None]"),
        ((1,), "(1,)"),
        ({"w": torch.ones(1)}, "{'w': tensor of shape (1,), float32: [1.0]}"),
        (set(), "set()"),
        (len, "<function len>"),
        (int, "<class int>"),
        (nn.ReLU(), "ReLU()"),
        (Loud(), "<Loud that cannot be printed>"),
        ([Loud(), 1], "[<Loud that cannot be printed>, 1]"),
        (NotEvenText(), "<NotEvenText that cannot be printed>"),
        (torch.ones(1).as_subclass(Odd), "Odd of shape (1,), float32: [1.0]"),
    ],
)
def test_text(value: object, text: str) -> None:
    assert format_value(value) == text


@pytest.mark.parametrize("value", [Huge(), "a" * 10**7, b"a" * 10**6, list(range(10**6)), torch.zeros(3000, 3000)])
def test_capped(value: object) -> None:
    assert len(format_value(value)) <= 400
    assert len(format_value(value, 50)) <= 50


def test_endless() -> None:
    nested: list[Any] = []
    nested.append(nested)
    assert format_value(nested).startswith("[[")


def test_cells_have_as_many_digits_as_tell_them_apart() -> None:
    assert format_cells(np.array([1.0, 2.5])) == ["1.0", "2.5"]
    assert format_cells(np.array([1.00001, 1.00002])) == ["1.00001", "1.00002"]
