"""Hypothesis strategies for tensors: odd shapes, sizes of 1, views that are not contiguous, small readable numbers.

A tensor costs three draws whatever its size: its shape, how it is filled, how it lies in memory. Shrinking a failing
case is then a matter of tens of runs, not of hundreds, and ends with simple fillings (zeros, ones, 0 1 2 3, small
integers) instead of simple single elements.
"""

import math
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

from tutor.checks.devices import home
from tutor.judge.device import available
from tutor.judge.snapshot import Array

_FLOATING = (torch.float32, torch.float64, torch.bfloat16, torch.float16)
_INTEGER = (torch.int64, torch.int32, torch.uint8)
_VIEWS = ("contiguous", "transposed", "strided", "offset")
_SMALL_INTEGERS, _QUARTERS, _ANYTHING, _FILLINGS = 3, 100, 300, 1000  # where each kind of filling begins


def shapes(
    min_dims: int = 1, max_dims: int = 3, min_side: int = 1, max_side: int = 5, *, distinct: bool = False
) -> st.SearchStrategy[torch.Size]:
    """Shapes of `min_dims` to `max_dims` dimensions with sides from `min_side` to `max_side`.

    With `distinct` no two sides are equal: never square, so that dimensions that changed places show. Raises
    ValueError when there are fewer sides than dimensions.
    """
    if distinct and max_side - min_side + 1 < max_dims:
        raise ValueError(f"{max_dims} distinct sides do not fit between {min_side} and {max_side}.")
    sides = st.integers(min_side, max_side)
    return st.lists(sides, min_size=min_dims, max_size=max_dims, unique=distinct).map(torch.Size)


def dtypes(
    *, floating: bool = True, integer: bool = False, boolean: bool = False, device: torch.device | str = "cpu"
) -> st.SearchStrategy[torch.dtype]:
    """Dtypes of the kinds asked for that `device` can hold: float32 first, which a failing case shrinks to."""
    kinds = [*(_FLOATING if floating else ()), *(_INTEGER if integer else ()), *((torch.bool,) if boolean else ())]
    return st.sampled_from([one for one in kinds if home(one, device) == torch.device(device)])


def devices() -> st.SearchStrategy[torch.device]:
    """The devices of this machine, the CPU first."""
    return st.sampled_from([torch.device(kind) for kind in reversed(available())])


@st.composite
def special_tensors(
    draw: st.DrawFn,
    shape: tuple[int, ...] | st.SearchStrategy[Any] | None = None,
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
    nan: bool = True,
    infinite: bool = True,
) -> torch.Tensor:
    """Floating tensors of `shape` (as in `tensors`) with values that arithmetic stumbles over among ordinary ones.

    They are 1e4 and -1e4, at which exp overflows, both zeros, the smallest normal and a denormal number of `dtype`, and
    unless switched off nan, inf and -inf. Raises ValueError when `dtype` is not floating.
    """
    if not dtype.is_floating_point:
        raise ValueError(f"{dtype} has no special values.")
    sides = tuple(draw(shapes() if shape is None else shape) if not isinstance(shape, tuple) else shape)
    tiny = torch.finfo(dtype).tiny
    odd = [1e4, -1e4, 0.0, -0.0, tiny, tiny / 2, *((math.nan,) if nan else ())]
    odd += [math.inf, -math.inf] if infinite else []
    source = np.random.Generator(np.random.PCG64(draw(st.integers(0, _FILLINGS - 1))))
    values = np.where(source.random(sides) < 0.5, source.choice(odd, sides), source.integers(-3, 4, sides))
    return torch.from_numpy(np.asarray(values)).to(dtype).to(device)


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
    allows it. A failing case shrinks to few dimensions, short and contiguous, filled with small integers.
    """
    if shape is None:
        shape = shapes(min_dims, max_dims, min_side, max_side)
    sides = tuple(draw(shape) if isinstance(shape, st.SearchStrategy) else shape)
    filling = draw(st.integers(0, _FILLINGS - 1))
    values = np.asarray(_filled(filling, sides, dtype, low, high))
    tensor = torch.from_numpy(values).to(dtype).to(device)
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


def _filled(filling: int, shape: tuple[int, ...], dtype: torch.dtype, low: float, high: float) -> Array:
    """The values that the number `filling` stands for, the simpler the smaller it is."""
    if dtype.is_complex:
        real = _filled(filling, shape, torch.float64, low, high)
        return real + 1j * _filled((filling * 7 + 3) % _FILLINGS, shape, torch.float64, low, high)
    source = np.random.Generator(np.random.PCG64(filling))
    if dtype == torch.bool:
        return _simple(filling, shape) % 2 == 1 if filling < _SMALL_INTEGERS else source.random(shape) < 0.5
    if not dtype.is_floating_point:
        limits = torch.iinfo(dtype)
        low, high = max(int(low), limits.min), min(int(high), limits.max)
    if filling < _SMALL_INTEGERS:
        values = _simple(filling, shape)
    elif filling < _QUARTERS:
        values = source.integers(-3, 4, shape).astype(np.float64)
    elif not dtype.is_floating_point:
        return source.integers(int(low), int(high) + 1, shape)
    elif filling < _ANYTHING:
        values = np.round(source.uniform(low, high, shape) * 4) / 4
    else:
        values = source.uniform(low, high, shape)
    values = np.asarray(values).clip(low, high)
    return values if dtype.is_floating_point else values.astype(np.int64)


def _simple(filling: int, shape: tuple[int, ...]) -> Array:
    """Zeros, ones, or 0 1 2 3 in row-major order."""
    if filling == 2:
        return np.arange(np.prod(shape, dtype=np.int64), dtype=np.float64).reshape(shape)
    return np.full(shape, float(filling))


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
