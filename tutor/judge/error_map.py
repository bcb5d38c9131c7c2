"""Draws up how large the error is all over a tensor, scaled down until it fits a screen."""

import numpy as np

from tutor.attempt.diff import ErrorMap
from tutor.judge.snapshot import Array

MOST = 32  # cells along either side


def error_map(actual: Array, expected: Array, differs: Array, first: tuple[int, ...]) -> ErrorMap:
    """The errors of the matrix in which `first`, the index of a difference, lies; a 1-D tensor is one row.

    What counts as close has no error. An element whose error is no finite number has the largest there is.
    """
    leading = first[:-2]
    actual, expected, differs = (
        np.atleast_2d(side[leading] if leading else side) for side in (actual, expected, differs)
    )
    distance = distances(actual, expected)
    finite = differs & np.isfinite(distance)
    largest = float(distance[finite].max()) if finite.any() else 1.0
    errors = np.where(finite, distance, np.where(differs, largest, 0.0))
    blocks = tuple(-(-length // MOST) for length in errors.shape)
    for axis, block in enumerate(blocks):
        errors = np.maximum.reduceat(errors, range(0, errors.shape[axis], block), axis=axis)
    return ErrorMap(
        leading=leading,
        rows=tuple(tuple(map(float, row)) for row in errors),
        block=(blocks[0], blocks[1]),
        largest=largest,
    )


def distances(actual: Array, expected: Array) -> Array:
    """|actual - expected| of every element; 1 for truth values that differ."""
    if "b" in (actual.dtype.kind, expected.dtype.kind):
        different: Array = (actual != expected).astype(np.float64)
        return different
    wide = np.complex128 if "c" in (actual.dtype.kind, expected.dtype.kind) else np.float64
    with np.errstate(all="ignore"):
        distance: Array = np.abs(actual.astype(wide, copy=False) - expected.astype(wide, copy=False))
    return distance
