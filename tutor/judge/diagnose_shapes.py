"""Diagnoses for two tensors of different shapes: dimensions lost, added, swapped, reduced, or broadcast.

Each function returns a sentence that was verified on every element, or None.
"""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np

from tutor.judge.diagnose_case import Case
from tutor.judge.format import format_shape
from tutor.judge.snapshot import Array

_MOST_DIMENSIONS = 5
_REDUCTIONS: dict[str, Callable[..., Any]] = {"sum": np.sum, "mean": np.mean, "max": np.max, "min": np.min}


def diagnose_shapes(case: Case) -> str | None:
    """The most specific verified sentence about two arrays of different shapes."""
    if case.a.size == 0 or case.e.size == 0:
        return None
    for look in (_ones, _permuted, _reshaped, _repeated, _diagonal, _one_more_or_less, _reduced, _argmax):
        sentence = look(case)
        if sentence is not None:
            return sentence
    return None


def _ones(case: Case) -> str | None:
    """Dimensions of size 1 missing, too many or misplaced."""
    a, e = case.a, case.e
    if [side for side in a.shape if side != 1] != [side for side in e.shape if side != 1]:
        return None
    if not case.fits(a.reshape(e.shape), e):
        return None
    longer, shorter = (a.shape, e.shape) if a.ndim > e.ndim else (e.shape, a.shape)
    if a.ndim != e.ndim and longer.count(1) > len(longer) - len(shorter):
        return None  # which of the ones it is cannot be told, and less so how it came about
    if a.ndim < e.ndim:
        where = _removed(e.shape, a.shape)
        if len(where) == 1:
            return (
                f"The values are right, but dimension {where[0]}, of size 1, is missing: `keepdim=True` keeps it in a "
                f"reduction, `.unsqueeze({where[0]})` puts it back."
            )
        return f"The values are right, but the dimensions {_and(where)}, of size 1, are missing."
    if a.ndim > e.ndim:
        where = _removed(a.shape, e.shape)
        if len(where) == 1:
            return (
                f"The values are right, but dimension {where[0]}, of size 1, is one too many: `.squeeze({where[0]})` "
                "drops it (did `keepdim=True`, an `unsqueeze` or a slice such as `0:1` leave it?)."
            )
        return f"The values are right, but the dimensions {_and(where)}, of size 1, are too many."
    return (
        f"The values are right, but the dimension of size 1 is in the wrong place: {format_shape(a.shape)} instead of "
        f"{format_shape(e.shape)}."
    )


def _removed(longer: tuple[int, ...], shorter: tuple[int, ...]) -> list[int]:
    """Positions of the ones that `longer` has beyond `shorter`, from the right where several would do."""
    where, j = [], len(shorter) - 1
    for i in range(len(longer) - 1, -1, -1):
        if j >= 0 and longer[i] == shorter[j]:
            j -= 1
        else:
            where.append(i)
    return sorted(where)


def _permuted(case: Case) -> str | None:
    a, e = case.a, case.e
    if a.ndim != e.ndim or not 2 <= a.ndim <= _MOST_DIMENSIONS or not case.ordered:
        return None
    if case.fits(e.reshape(a.shape) if a.size == e.size else e):
        return None  # the elements alone cannot tell a transpose from a reshape
    return permutation(case)


def permutation(case: Case) -> str | None:
    """The sentence for expected.permute(...) == actual, the simplest permutation first."""
    a, e = case.a, case.e
    if sorted(a.shape) != sorted(e.shape) or not 2 <= e.ndim <= _MOST_DIMENSIONS:
        return None
    identity = tuple(range(e.ndim))
    for order in sorted(permutations(identity), key=lambda order: sum(i != j for i, j in enumerate(order))):
        if order != identity and tuple(e.shape[i] for i in order) == a.shape and case.fits(e.transpose(order)):
            return _permutation_sentence(order)
    return None


def _permutation_sentence(order: tuple[int, ...]) -> str:
    moved = [i for i, j in enumerate(order) if i != j]
    if len(order) == 2:
        return "Yours is the expected tensor transposed: rows and columns are swapped."
    if len(moved) == 2:
        return f"Yours is the expected tensor with dimensions {moved[0]} and {moved[1]} swapped."
    back = tuple(order.index(i) for i in range(len(order)))
    return (
        f"Yours is the expected tensor with its dimensions in another order: a further `.permute{back}` would make "
        "it right."
    )


def _reshaped(case: Case) -> str | None:
    a, e = case.a, case.e
    if a.size != e.size or a.size < 2 or not case.fits(a.reshape(e.shape), e):
        return None
    if a.ndim == 1:
        return f"The values and their order are right, but they are flat: give them the shape {format_shape(e.shape)}."
    if e.ndim == 1:
        return "The values and their order are right, but they should be flat: one dimension."
    return f"The values and their order are right; only the shape should be {format_shape(e.shape)}."


def _repeated(case: Case) -> str | None:
    """The expected tensor stretched along a dimension it does not have, or has with size 1."""
    a, e = case.a, case.e
    if a.size <= e.size or not (case.ordered or case.weight):
        return None
    for view in _stretchable(e, a.ndim):
        try:
            stretched = np.broadcast_to(view, a.shape)
        except ValueError:
            continue
        if case.fits(stretched):
            return (
                f"The expected values are there, repeated: something was broadcast from {format_shape(e.shape)} to "
                f"{format_shape(a.shape)}."
            )
    return None


def _stretchable(e: Array, ndim: int) -> list[Array]:
    """`e` with dimensions of size 1 put in, all ways, for an array of `ndim` dimensions."""
    views = [e]
    for _ in range(ndim - e.ndim):
        views = [np.expand_dims(view, axis) for view in views for axis in range(view.ndim + 1)]
    return views[:24]


def _diagonal(case: Case) -> str | None:
    """(N, 1) against (N,): every pair instead of N partners; the partners are the diagonal."""
    a, e = case.a, case.e
    squeezed = a.reshape([side for side in a.shape if side != 1])
    if squeezed.ndim != 2 or squeezed.shape[0] != squeezed.shape[1] or e.size != squeezed.shape[0] or e.size < 2:
        return None
    if case.weight < 3 or not case.fits(np.diagonal(squeezed), e.reshape(-1)):
        return None
    n = e.size
    return (
        f"The expected values are the diagonal of yours: shapes ({n}, 1) and ({n},) met and were broadcast to "
        f"({n}, {n}). Bring both to the same shape first."
    )


def _one_more_or_less(case: Case) -> str | None:
    """A slice at the beginning or the end of one dimension too many or too few."""
    a, e = case.a, case.e
    if a.ndim != e.ndim:
        return None
    unlike = [i for i in range(a.ndim) if a.shape[i] != e.shape[i]]
    if len(unlike) != 1 or abs(a.shape[unlike[0]] - e.shape[unlike[0]]) > 3:
        return None
    axis = unlike[0]
    shorter, longer = (a, e) if a.shape[axis] < e.shape[axis] else (e, a)
    if not case.ordered or min(shorter.size, len(np.unique(shorter.reshape(-1)[:2000]))) < 2:
        return None
    count = longer.shape[axis] - shorter.shape[axis]
    for end, cut in (("end", slice(0, -count)), ("beginning", slice(count, None))):
        index = tuple(cut if i == axis else slice(None) for i in range(a.ndim))
        if case.fits(longer[index], shorter):
            along = "" if a.ndim == 1 else f" of dimension {axis}"
            number = "one element" if count == 1 and a.ndim == 1 else "one slice" if count == 1 else f"{count} slices"
            if a.ndim == 1 and count > 1:
                number = f"{count} elements"
            verb = "is" if count == 1 else "are"
            what = "missing" if shorter is a else "too many"
            return f"The rest is right: {number} at the {end}{along} {verb} {what}."
    return None


def _reduced(case: Case) -> str | None:
    """A reduction that was forgotten, or one too many."""
    if not (case.finite and case.numeric and case.weight >= 3) or case.a.size == case.e.size:
        return None
    a, e = case.reals
    larger, smaller, forgotten = (a, e, True) if a.size > e.size else (e, a, False)
    axes: list[int | None] = [*range(larger.ndim)] if larger.ndim > 1 else []
    target = smaller.reshape([side for side in smaller.shape if side != 1])
    if np.ptp(target) == 0 and not (target.size == 1 and not float(target.reshape(-1)[0]).is_integer()):
        return None
    for axis in [*axes, None]:
        if axis is not None and larger.shape[axis] == 1:
            continue
        for name, reduce in _REDUCTIONS.items():
            made = np.asarray(reduce(larger, axis=axis))
            if case.fits(made.reshape([side for side in made.shape if side != 1]), target):
                over = "all of it" if axis is None else f"dimension {axis}"
                if forgotten:
                    return f"A reduction is missing: the {name} of yours over {over} is the expected result."
                return f"One reduction too many: yours is the {name} of the expected result over {over}."
    return None


def _argmax(case: Case) -> str | None:
    """Indices of the largest where the scores are asked for, or the other way round."""
    a, e = case.a, case.e
    scores, indices, given = (e, a, True) if e.ndim == a.ndim + 1 else (a, e, False)
    if scores.ndim != indices.ndim + 1 or indices.size < 4 or indices.dtype.kind not in "iu" or not case.finite:
        return None
    for axis in range(scores.ndim):
        enough = scores.shape[axis] >= 2 and indices.size * np.log2(scores.shape[axis]) >= 10
        if enough and len(np.unique(indices)) > 1 and case.fits(scores.argmax(axis=axis), indices):
            if given:
                return f"Yours are the indices of the largest (argmax over dimension {axis}), not the values."
            return f"The argmax of yours over dimension {axis} is what is expected."
    return None


def _and(numbers: list[int]) -> str:
    return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
