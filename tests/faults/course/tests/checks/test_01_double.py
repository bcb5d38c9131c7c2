"""Checks of 01_double."""

import torch
from hypothesis import given

from tutor.checks import assert_close, tensors, unchanged


def test_ones(answer):
    """Twice one is two.

    Which operator multiplies a tensor by a number?
    """
    assert_close(answer.double(torch.ones(2, 3)), torch.full((2, 3), 2.0))


@given(x=tensors(max_dims=2))
def test_any_tensor(answer, solution, x):
    """Any tensor is doubled."""
    assert_close(answer.double(x), solution.double(x))


def test_input_is_left_alone(answer):
    """The input is left as it was."""
    x = torch.arange(4.0)
    with unchanged(x):
        answer.double(x)


def bench_double(module, device):
    """A thousand numbers."""
    x = torch.ones(1000, device=device)
    return lambda: module.double(x)
