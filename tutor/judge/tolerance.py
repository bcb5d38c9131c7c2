"""How close is close: default tolerances per dtype, and the one definition of "these elements differ".

Two elements agree when they are equal, both nan, or within `absolute + relative * |expected|`; an infinity agrees
with one of its sign.
"""

import numpy as np
from msgspec import Struct

from tutor.judge.snapshot import Array, Snapshot


class Tolerance(Struct, frozen=True):
    """How far two elements may lie apart: `relative` to |expected| plus `absolute`."""

    relative: float
    absolute: float


EXACT = Tolerance(0.0, 0.0)
PYTHON_FLOAT = Tolerance(1e-6, 1e-7)  # often a float32 result through .item(), so not float64's
_BY_DTYPE = {
    "float64": Tolerance(1e-9, 1e-11),
    "complex128": Tolerance(1e-9, 1e-11),
    "float32": Tolerance(1e-5, 1e-6),
    "complex64": Tolerance(1e-5, 1e-6),
    "float16": Tolerance(4e-3, 1e-3),
    "complex32": Tolerance(4e-3, 1e-3),
    "bfloat16": Tolerance(2e-2, 1e-2),
}
_FLOAT8 = Tolerance(1.5e-1, 1e-1)
_LARGEST_SCALE = 100.0

_ABSOLUTE = np.abs
_IS_FINITE = np.isfinite
_ERRORS_IGNORED = np.errstate


def tolerance_for(expected: Snapshot, relative: float | None, absolute: float | None) -> Tolerance:
    """The tolerance of a comparison: what the check asked for, else the default of the expected dtype.

    The default absolute one grows with the largest expected element (at most a hundredfold): a sum of large numbers
    that cancel to nearly nothing carries the rounding of the large ones.
    """
    default = EXACT
    if expected.values is not None and expected.values.dtype.kind in "fc":
        default = _BY_DTYPE.get(expected.dtype, _FLOAT8 if expected.dtype.startswith("float8") else EXACT)
    if absolute is None:
        absolute = default.absolute and default.absolute * _scale(expected.values)
    return Tolerance(default.relative if relative is None else relative, absolute)


def _scale(values: Array | None) -> float:
    if values is None or values.size == 0:
        return 1.0
    with _ERRORS_IGNORED(all="ignore"):
        sizes = _ABSOLUTE(values)
        largest = float(sizes.max())
        if not largest < float("inf"):  # nan too
            finite = sizes[_IS_FINITE(sizes)]
            largest = float(finite.max()) if finite.size else 1.0
    return min(max(largest, 1.0), _LARGEST_SCALE)


def differing(actual: Array, expected: Array, tolerance: Tolerance) -> Array:
    """Where two arrays of one shape differ, as booleans of that shape."""
    with _ERRORS_IGNORED(all="ignore"):
        different: Array = actual != expected
        if not different.any() or (expected.dtype.kind in "biu" and actual.dtype.kind in "biu" and tolerance == EXACT):
            return different
        actual, expected = _widen(actual), _widen(expected)
        distance = _ABSOLUTE(actual - expected)
        near = distance <= tolerance.absolute + tolerance.relative * _ABSOLUTE(expected)
        near &= _IS_FINITE(expected)
        near |= (actual != actual) & (expected != expected)
        different &= ~near
        return different


def is_close(actual: Array, expected: Array, tolerance: Tolerance) -> bool:
    """Whether two arrays have the same shape and no differing element."""
    return actual.shape == expected.shape and not differing(actual, expected, tolerance).any()


def _widen(values: Array) -> Array:
    wide: Array = values if values.dtype.kind in "fc" else values.astype(np.float64)
    return wide
