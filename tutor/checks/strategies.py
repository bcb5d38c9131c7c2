"""Hypothesis strategies for tensors: odd shapes, sizes of 1, views that are not contiguous, small readable numbers."""

import random
from typing import Any

import torch
from hypothesis import strategies as st

_DRAWN_ONE_BY_ONE = 12  # elements; a larger tensor is filled from one drawn seed, which is much quicker
_VIEWS = ("contiguous", "transposed", "strided", "offset")
_STEP = 4  # numbers are multiples of a quarter: exact in every floating dtype


def shapes(min_dims: int = 1, max_dims: int = 3, min_side: int = 1, max_side: int = 5) -> st.SearchStrategy[torch.Size]:
    """Shapes of `min_dims` to `max_dims` dimensions with sides from `min_side` to `max_side`."""
    sides = st.integers(min_side, max_side)
    return st.lists(sides, min_size=min_dims, max_size=max_dims).map(torch.Size)


@st.composite
def tensors(
    draw: st.DrawFn,
    shape: tuple[int, ...] | st.SearchStrategy[Any] | None = None,
    *,
    min_dims: int = 1,
    max_dims: int = 3,
    min_side: int = 1,
    max_side: int = 5,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
    low: float = -10,
    high: float = 10,
    contiguous: bool | None = None,
) -> torch.Tensor:
    """Tensors of `shape` (a tuple, a strategy of shapes, or None: any within the bounds) with elements in [low, high].

    `contiguous`: None for a view that is not contiguous at times, True for never, False for always where the shape
    allows it. Elements of floating dtypes are multiples of a quarter at times and any number else; booleans and
    integers are uniform. Small cases shrink to zeros, short and contiguous.
    """
    if shape is None:
        shape = shapes(min_dims, max_dims, min_side, max_side)
    sides = tuple(draw(shape) if isinstance(shape, st.SearchStrategy) else shape)
    count = 1
    for side in sides:
        count *= side
    elements = _elements(dtype, low, high)
    if count <= _DRAWN_ONE_BY_ONE:
        values = draw(st.lists(elements, min_size=count, max_size=count))
    else:
        values = _filled(random.Random(draw(st.integers(0, 2**32 - 1))), count, dtype, low, high)
    tensor = torch.tensor(values, dtype=dtype).reshape(sides).to(device)
    if contiguous:
        return tensor
    view = draw(st.sampled_from(_VIEWS if contiguous is None else _VIEWS[1:]))
    return _as_view(tensor, view)


def points(
    *,
    d: int,
    min_n: int = 1,
    max_n: int = 5,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
    low: float = -10,
    high: float = 10,
) -> st.SearchStrategy[torch.Tensor]:
    """Sets of `min_n` to `max_n` points in `d` dimensions: tensors (N, d), at times views that are not contiguous."""
    shape = st.integers(min_n, max_n).map(lambda n: (n, d))
    return tensors(shape, dtype=dtype, device=device, low=low, high=high)


def _elements(dtype: torch.dtype, low: float, high: float) -> st.SearchStrategy[Any]:
    if dtype == torch.bool:
        return st.booleans()
    if not (dtype.is_floating_point or dtype.is_complex):
        return st.integers(*_integer_bounds(dtype, low, high))
    quarters = st.integers(round(low * _STEP), round(high * _STEP)).map(lambda n: n / _STEP)
    anything = st.floats(low, high, allow_subnormal=False, width=32 if _exact_in_32(low, high) else 64)
    real = st.one_of(quarters, anything.map(lambda x: 0.0 if abs(x) < 1e-3 else x))
    return st.builds(complex, real, real) if dtype.is_complex else real


def _filled(source: random.Random, count: int, dtype: torch.dtype, low: float, high: float) -> list[Any]:
    if dtype == torch.bool:
        return [source.random() < 0.5 for _ in range(count)]
    if not (dtype.is_floating_point or dtype.is_complex):
        bounds = _integer_bounds(dtype, low, high)
        return [source.randint(*bounds) for _ in range(count)]
    if dtype.is_complex:
        return [complex(source.uniform(low, high), source.uniform(low, high)) for _ in range(count)]
    return [source.uniform(low, high) for _ in range(count)]


def _integer_bounds(dtype: torch.dtype, low: float, high: float) -> tuple[int, int]:
    limits = torch.iinfo(dtype)
    return max(int(low), limits.min), min(int(high), limits.max)


def _exact_in_32(low: float, high: float) -> bool:
    return all(torch.tensor(bound, dtype=torch.float32).item() == bound for bound in (low, high))


def _as_view(tensor: torch.Tensor, view: str) -> torch.Tensor:
    """The same values in a layout that code must not rely on being contiguous; unchanged where there is none."""
    if view == "transposed" and tensor.ndim >= 2:
        return tensor.transpose(-1, -2).contiguous().transpose(-1, -2)
    if view in ("transposed", "strided") and tensor.ndim >= 1:
        room = tensor.new_zeros((*tensor.shape[:-1], tensor.shape[-1] * 2))
        room[..., ::2] = tensor
        return room[..., ::2]
    if view == "offset" and tensor.ndim >= 1:
        room = tensor.new_zeros((tensor.shape[0] + 1, *tensor.shape[1:]))
        room[1:] = tensor
        return room[1:]
    return tensor
