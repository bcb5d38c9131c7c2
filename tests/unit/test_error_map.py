"""The error all over a tensor, scaled down: what a learner sees of a pattern that is larger than the window."""

import torch

from tutor.attempt.diff import ErrorMap, TensorDiff
from tutor.checks import Mismatch, assert_close
from tutor.judge.error_map import MOST


def errors(actual: torch.Tensor, expected: torch.Tensor) -> ErrorMap | None:
    try:
        assert_close(actual, expected)
    except Mismatch as failure:
        assert isinstance(failure.diff, TensorDiff)
        return failure.diff.errors
    raise AssertionError("they are close")


def test_every_element_of_a_small_matrix() -> None:
    expected = torch.zeros(7, 9)
    actual = expected.clone()
    actual[2, 8], actual[6, 0] = 3.0, -4.0
    found = errors(actual, expected)
    assert found is not None
    assert found.block == (1, 1)
    assert found.largest == 4.0
    assert (len(found.rows), len(found.rows[0])) == (7, 9)
    assert (found.rows[2][8], found.rows[6][0]) == (3.0, 4.0)
    assert sum(map(sum, found.rows)) == 7.0


def test_the_largest_of_each_block_of_a_large_one() -> None:
    expected = torch.zeros(2, 65, 100)
    actual = expected.clone()
    actual[1, 64, 99], actual[1, 0, 0] = 5.0, 1.0
    found = errors(actual, expected)
    assert found is not None
    assert found.leading == (1,)
    assert found.block == (3, 4)
    assert max(len(found.rows), len(found.rows[0])) <= MOST
    assert (found.rows[0][0], found.rows[-1][-1]) == (1.0, 5.0)
    assert sum(map(sum, found.rows)) == 6.0


def test_what_is_close_has_no_error_and_what_is_no_number_the_largest() -> None:
    expected = torch.full((20,), 100.0)
    actual = expected + 1e-5
    actual[3], actual[4] = float("nan"), 102.0
    found = errors(actual, expected)
    assert found is not None
    assert found.rows == ((0.0, 0.0, 0.0, 2.0, 2.0, *[0.0] * 15),)


def test_truth_values_and_complex_numbers() -> None:
    found = errors(torch.ones(8, 8, dtype=torch.bool), torch.zeros(8, 8, dtype=torch.bool))
    assert found is not None
    assert found.largest == 1.0
    found = errors(torch.full((8, 8), 3 + 4j), torch.zeros(8, 8, dtype=torch.complex64))
    assert found is not None
    assert found.largest == 5.0


def test_there_is_none_where_the_window_shows_all_or_one_element_differs() -> None:
    assert errors(torch.ones(5, 6), torch.zeros(5, 6)) is None
    one = torch.zeros(9, 9)
    one[4, 4] = 1
    assert errors(one, torch.zeros(9, 9)) is None
    assert errors(torch.ones(3, 9), torch.zeros(9, 3)) is None
