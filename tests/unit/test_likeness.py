"""When a failure counts as the same as another, and what of a failing input is remembered."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.checks import Mismatch, assert_equal
from tutor.judge.likeness import _alike
from tutor.judge.smallest import SmallestInput

quick = settings(max_examples=60, deadline=None, derandomize=True, database=None)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("it is 0.12345, first at [0, 1]", "it is 0.12346, first at [0, 1]", True),
        ("it is 0.12345, first at [0, 1]", "it is 0.12345, first at [0, 2]", False),
        ("it is 0.123", "it is 0.456", False),
        ("3 of 6 elements", "4 of 6 elements", False),
        ("<built-in method size at 0x7f01ab>", "<built-in method size at 0x7f99cd>", True),
        ("No file /tmp/a/test_x/1.png", "No file /tmp/a/again-3/test_x/1.png", True),
        ({"largest": 1.0, "rows": [1, 2]}, {"largest": 1.0000001, "rows": [1, 2]}, True),
        ({"largest": 1.0}, {"largest": 1.1}, False),
        ({"largest": 1.0}, {"smallest": 1.0}, False),
        (None, "None", False),
        (True, 1, False),
    ],
)
def test_alike(one: Any, other: Any, alike: bool) -> None:
    assert _alike(one, other) is alike and _alike(other, one) is alike


def failing(check: Any) -> SmallestInput:
    """What is remembered of a check that fails."""
    inputs = SmallestInput()
    inputs.watch(check, frozenset({"answer"}))
    with pytest.raises((Mismatch, ValueError)):
        check(answer=None)
    inputs.unwatch()
    return inputs


def test_the_first_failing_input_and_the_last_are_remembered() -> None:
    @quick
    @given(device=st.integers(0, 100), data=st.data())
    def check(answer: None, device: int, data: st.DataObject) -> None:
        drawn = data.draw(st.integers(0, 9), label="drawn")
        assert_equal(device < 17, True, name=f"{device} {drawn}")

    inputs = failing(check)
    first, last = inputs.failures
    assert first.arguments["device"] >= 17 and last.arguments == {"device": 17}  # type: ignore[operator]
    assert (last.data, last.draws) == (("data",), [0]) and last.message == "17 0 is False, but True is expected."
    assert [argument.label for argument in inputs.arguments()] == ["device", "drawn"]


def test_tensors_are_remembered_as_they_were_drawn() -> None:
    @quick
    @given(x=st.just(0).map(lambda _: torch.ones(2)))
    def check(answer: None, x: torch.Tensor) -> None:
        x.zero_()
        raise ValueError

    (case, *_) = failing(check).failures
    assert case.arguments["x"].tolist() == [1.0, 1.0] and case.message is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "view",
    [torch.arange(6.0)[::2], torch.arange(6.0).reshape(2, 3).T, torch.arange(4.0)[1:], torch.ones(1).expand(3)],
)
def test_a_view_is_remembered_as_one(view: torch.Tensor) -> None:
    @quick
    @given(x=st.just(0).map(lambda _: view))
    def check(answer: None, x: torch.Tensor) -> None:
        raise ValueError

    inputs = failing(check)
    remembered = inputs.failures[0].arguments["x"]
    assert isinstance(remembered, torch.Tensor)
    assert torch.equal(remembered, view) and remembered.stride() == view.stride()
    assert remembered.untyped_storage().data_ptr() != view.untyped_storage().data_ptr()
    (shown,) = inputs.arguments()
    assert (f"not contiguous, strides {view.stride()}" in shown.value) == (not view.is_contiguous())
