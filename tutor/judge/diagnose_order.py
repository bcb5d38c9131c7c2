"""Diagnoses for two tensors of one shape whose elements are the same, or nearly, at other places.

Each function returns a sentence that was verified on every element, or None. The two arrays are known to differ, so a
rearrangement that gives the actual one is never trivially true.
"""

from itertools import combinations, permutations

import numpy as np

from tutor.judge.diagnose_case import Case
from tutor.judge.diagnose_shapes import permutation
from tutor.judge.snapshot import Array

_MOST_DIMENSIONS = 5


def diagnose_order(case: Case) -> str | None:
    """The most specific verified sentence about elements out of place."""
    if case.a.ndim == 0 or case.a.size < 2 or not case.ordered:
        return None
    for look in (permutation, _reshaped_instead, _flipped, _rolled, _shifted, _other_rows, _sorted, _other_places):
        sentence = look(case)
        if sentence is not None:
            return sentence
    return None


def _reshaped_instead(case: Case) -> str | None:
    """The elements of a transposed tensor read off in row-major order: reshape where permute was meant."""
    e = case.e
    if not 2 <= e.ndim <= _MOST_DIMENSIONS or not case.sortable:
        return None
    identity = tuple(range(e.ndim))
    for order in permutations(identity):
        if order != identity and case.fits(np.ascontiguousarray(e.transpose(order)).reshape(e.shape)):
            how = "transpose" if e.ndim == 2 else "permute or transpose"
            return (
                f"The shape is right but the elements are in another order: a reshape (or view) was used where a {how} "
                "is needed. Reshape only cuts the row of elements anew; it swaps no dimensions."
            )
    return None


def _flipped(case: Case) -> str | None:
    e = case.e
    axes = [axis for axis in range(e.ndim) if e.shape[axis] > 1]
    for count in (1, 2):
        for chosen in combinations(axes, count):
            if case.fits(np.flip(e, chosen)):
                if e.ndim == 1:
                    return "Yours is the expected tensor back to front."
                which = f"dimension {chosen[0]}" if count == 1 else f"dimensions {chosen[0]} and {chosen[1]}"
                return f"Yours is the expected tensor flipped along {which}."
    return None


def _rolled(case: Case) -> str | None:
    """Shifted along a dimension, what falls out at one end coming in at the other."""
    if not case.sortable:
        return None
    a, e = case.a, case.e
    for axis in range(e.ndim):
        length = e.shape[axis]
        if length < 3 and e.ndim == 1:
            continue
        for steps in _steps(np.moveaxis(a, axis, 0), np.moveaxis(e, axis, 0), case):
            if case.fits(np.roll(e, steps, axis)):
                steps = steps - length if steps > length // 2 else steps
                by = "one place" if abs(steps) == 1 else f"{abs(steps)} places"
                ahead = "later" if steps > 0 else "earlier"
                along = "" if e.ndim == 1 else f" along dimension {axis}"
                return f"Yours is the expected tensor rolled by {by}{along}: every element sits {by} {ahead}."
    return None


def _steps(a: Array, e: Array, case: Case) -> list[int]:
    """Rolls that bring an expected slice to where the actual first slice is; a few at most."""
    found = [k for k in range(1, len(e)) if case.fits(a[0], e[-k])]
    return found[:3]


def _shifted(case: Case) -> str | None:
    """Off by one index along a dimension, with something else coming in at the end."""
    a, e = case.a, case.e
    for axis in range(e.ndim):
        if e.shape[axis] < 4:
            continue
        first, last = _cut(e, axis, slice(0, -1)), _cut(e, axis, slice(1, None))
        if np.ptp(first.astype(float)) == 0 or case.fits(first, last):
            continue
        along = "" if e.ndim == 1 else f" along dimension {axis}"
        if case.fits(_cut(a, axis, slice(1, None)), first):
            return f"Off by one{along}: every expected element comes one place too late."
        if case.fits(_cut(a, axis, slice(0, -1)), last):
            return f"Off by one{along}: every expected element comes one place too early."
    return None


def _cut(values: Array, axis: int, part: slice) -> Array:
    return values[tuple(part if i == axis else slice(None) for i in range(values.ndim))]


def _other_rows(case: Case) -> str | None:
    """The same slices along one dimension in another order."""
    a, e = case.a, case.e
    if e.ndim < 2 or not case.sortable or not _same_elements(case):
        return None
    for axis in (0, e.ndim - 1, *range(1, e.ndim - 1)):
        if e.shape[axis] < 2 or e.shape[axis] == e.size:
            continue
        mine, theirs = (np.moveaxis(side, axis, 0).reshape(e.shape[axis], -1) for side in (a, e))
        if case.fits(_in_order(mine), _in_order(theirs)):
            what = "rows" if axis == 0 else "columns" if e.ndim == 2 else f"slices along dimension {axis}"
            return f"The {what} are the right ones, in another order."
    return None


def _in_order(rows: Array) -> Array:
    return rows[np.lexsort(np.round(rows.T.astype(np.float64), 4)[::-1])]


def _sorted(case: Case) -> str | None:
    a, e = case.a, case.e
    if not (case.sortable and case.numeric and case.finite):
        return None
    for axis in range(e.ndim):
        if e.shape[axis] < 3:
            continue
        rising = np.sort(e, axis)
        for made, how in ((rising, "from small to large"), (np.flip(rising, axis), "from large to small")):
            if case.fits(made, a):
                along = "" if e.ndim == 1 else f" along dimension {axis}"
                return f"Yours are the expected values sorted {how}{along}."
    return None


def _other_places(case: Case) -> str | None:
    if case.sortable and len(case.distinct) >= 3 and _same_elements(case):
        return "All the expected values are there, but not in their places: the order is another."
    return None


def _same_elements(case: Case) -> bool:
    if case.a.dtype.kind == "c" or case.e.dtype.kind == "c":
        return False
    return case.fits(np.sort(case.a, axis=None), np.sort(case.e, axis=None))
