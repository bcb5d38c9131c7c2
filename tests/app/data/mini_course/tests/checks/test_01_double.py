"""Checks of 01_double."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from tutor.checks import assert_close, assert_equal


def test_three(answer):
    """Twice three is six.

    How many times does three go into six?

    Multiply by 2.
    """
    assert_equal(answer.double(3), 6, name="double(3)")


@given(x=st.integers())
def test_any_number(answer, x):
    """Any number is doubled.

    What of negative numbers?
    """
    assert_equal(answer.double(x), x + x, name="double(x)")


def test_tensor(answer):
    """A tensor is doubled element by element."""
    assert_close(answer.double(torch.arange(6.0).reshape(2, 3)), torch.arange(0.0, 12.0, 2.0).reshape(2, 3))


def bench_double(module, device):
    """Timing: a thousand numbers."""
    x = torch.ones(1000, device=device)
    return lambda: module.double(x)
