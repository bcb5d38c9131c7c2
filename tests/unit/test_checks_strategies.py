"""Drawn tensors keep to their bounds, lie awkwardly at times, and shrink to something readable."""

import pytest
import torch
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from tutor.checks import points, shapes, tensors

quick = settings(max_examples=60, deadline=None, derandomize=True, database=None)
DTYPES = [
    torch.float32,
    torch.float64,
    torch.bfloat16,
    torch.float16,
    torch.int64,
    torch.uint8,
    torch.bool,
    torch.complex64,
]


@pytest.mark.parametrize("dtype", DTYPES)
def test_bounds(dtype: torch.dtype) -> None:
    @quick
    @given(tensors(max_dims=4, max_side=3, dtype=dtype, low=-2, high=5))
    def check(x: torch.Tensor) -> None:
        assert x.dtype == dtype and 1 <= x.ndim <= 4 and all(1 <= side <= 3 for side in x.shape)
        parts = torch.view_as_real(x) if dtype.is_complex else x
        assert not x.requires_grad and parts.double().min() >= -2 and parts.double().max() <= 5

    check()


@quick
@given(tensors((2, 3)), tensors(()), tensors(shapes(2, 2, 0, 2)), tensors(min_dims=2, contiguous=True))
def test_shapes(fixed: torch.Tensor, scalar: torch.Tensor, two: torch.Tensor, contiguous: torch.Tensor) -> None:
    assert fixed.shape == (2, 3) and scalar.shape == () and two.ndim == 2 and contiguous.is_contiguous()


@quick
@given(points(d=3, max_n=4, dtype=torch.float64))
def test_points(x: torch.Tensor) -> None:
    assert x.shape[1] == 3 and 1 <= len(x) <= 4 and x.dtype == torch.float64


@quick
@given(shapes(2, 3, 2, 4))
def test_only_shapes(shape: torch.Size) -> None:
    assert type(shape) is torch.Size and 2 <= len(shape) <= 3 and all(2 <= side <= 4 for side in shape)


def seen(strategy: st.SearchStrategy[torch.Tensor]) -> list[torch.Tensor]:
    drawn: list[torch.Tensor] = []

    @quick
    @given(strategy)
    def collect(x: torch.Tensor) -> None:
        drawn.append(x)

    collect()
    return drawn


def test_variety() -> None:
    drawn = seen(tensors((3, 4)))
    assert any(x.is_contiguous() for x in drawn) and any(not x.is_contiguous() for x in drawn)
    assert any(x.storage_offset() for x in drawn)
    assert any((x != x.round()).any() for x in drawn) and any((x == x.round()).all() for x in drawn)
    assert not any(x.is_contiguous() for x in seen(tensors((3, 4), contiguous=False)) if x.storage_offset() == 0)


def test_smallest_case_is_readable() -> None:
    options = settings(max_examples=300, database=None, suppress_health_check=list(HealthCheck))
    found = find(tensors(), lambda x: bool(x.numel() >= 2 and (x != 0).any()), settings=options)
    assert found.numel() == 2 and found.is_contiguous() and torch.equal(found, found.round())
