"""The assertions of check authors: silent when right, a Mismatch with a sentence when not."""

import pytest
import torch

from tutor.attempt.diff import TensorDiff
from tutor.checks import Mismatch, assert_close, assert_equal, assert_raises, expect


def test_assert_close() -> None:
    assert_close(torch.ones(2) + 1e-7, torch.ones(2))
    with pytest.raises(Mismatch, match=r"^gradient of w has shape \(2,\), but \(2, 1\) is expected\.$") as caught:
        assert_close(torch.ones(2), torch.ones(2, 1), name="gradient of w")
    assert isinstance(caught.value.diff, TensorDiff)
    assert caught.value.diff.name == "gradient of w"
    assert caught.value.diagnosis is not None and "`.unsqueeze(1)`" in caught.value.diagnosis
    with pytest.raises(Mismatch) as caught:
        assert_close(torch.ones(2), torch.ones(2, requires_grad=True), check_grad=True)
    assert caught.value.diagnosis is not None and "cut off from the graph" in caught.value.diagnosis


def test_assert_close_tolerances() -> None:
    assert_close(1.1, 1.0, rtol=0.2)
    with pytest.raises(Mismatch):
        assert_close(torch.tensor(1.0) + 1e-6, torch.tensor(1.0), rtol=0, atol=0)


def test_alternatives() -> None:
    data = torch.arange(6.0).reshape(2, 3)
    with pytest.raises(Mismatch) as caught:
        assert_close(data.mean(0), data.mean(1), explain={"You took the mean of the columns.": lambda: data.mean(0)})
    assert caught.value.diagnosis == "You took the mean of the columns."


def test_diff_and_diagnosis_are_of_the_moment_of_comparing() -> None:
    actual, expected = -torch.tensor([1.5, 2.5, 3.7]), torch.tensor([1.5, 2.5, 3.7])
    with pytest.raises(Mismatch) as caught:
        assert_close(actual, expected)
    actual.zero_()
    expected.zero_()
    assert caught.value.diagnosis is not None and "sign" in caught.value.diagnosis
    assert isinstance(caught.value.diff, TensorDiff)
    assert caught.value.diff.first is not None and caught.value.diff.first.actual == "-1.5"


def test_assert_equal() -> None:
    assert_equal([1, "a", torch.Size([2])], [1, "a", (2,)])
    with pytest.raises(Mismatch, match=r"value is 1.0000001, but 1.0 is expected"):
        assert_equal(1.0000001, 1.0)
    with pytest.raises(Mismatch, match=r"length is the float 3.0, but the int 3 is expected"):
        assert_equal(3.0, 3, name="length")


def test_assert_raises() -> None:
    with assert_raises(IndexError, "dataset[9]"):
        [][9]
    with assert_raises((KeyError, IndexError), "either"):
        {}["a"]
    with (
        pytest.raises(Mismatch, match=r"^dataset\[9\] should raise IndexError, but it raised nothing\.$"),
        assert_raises(IndexError, "dataset[9]"),
    ):
        pass
    with (
        pytest.raises(Mismatch, match=r"should raise IndexError or KeyError, but it raised ValueError: 'why'"),
        assert_raises((IndexError, KeyError), "x"),
    ):
        raise ValueError("why")


def test_starter_does_not_count_as_raising() -> None:
    with pytest.raises(NotImplementedError), assert_raises(RuntimeError, "x"):
        raise NotImplementedError("TODO")
    with pytest.raises(NotImplementedError), assert_raises(ValueError, "x"):
        raise NotImplementedError("TODO")


def test_expect() -> None:
    expect(True, "never read")
    with pytest.raises(Mismatch, match=r"^The loss should go down.$"):
        expect(False, "The loss should go down.")
