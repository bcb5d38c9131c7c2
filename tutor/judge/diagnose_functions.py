"""Diagnoses for two tensors of one shape related by a well-known function: softmax, sigmoid, logarithm, square, sums.

Each function returns a sentence that was verified on every element, or None.
"""

from collections.abc import Callable

import numpy as np

from tutor.judge.diagnose_case import Case
from tutor.judge.snapshot import Array

_Function = Callable[[Array], Array]


def diagnose_functions(case: Case) -> str | None:
    """The most specific verified sentence about a function applied once too often, too seldom, or wrongly."""
    if not (case.finite and case.numeric and case.e.size):
        return None
    with np.errstate(all="ignore"):
        for look in (_probabilities, _other_dimension, _elementwise, _sums):
            sentence = look(case)
            if sentence is not None:
                return sentence
    return None


def _probabilities(case: Case) -> str | None:
    """Logits where probabilities are expected and the like, for softmax along each dimension."""
    a, e = case.reals
    for axis in range(a.ndim):
        if a.shape[axis] < 2 or case.late:
            continue
        dim = f"`softmax(dim={axis})`"
        if _sums_to_one(e, axis, case):
            if case.fits(np.exp(a), e):  # before softmax, which leaves logarithms of probabilities right as well
                return "Yours are logarithms of the expected probabilities (`log_softmax` for `softmax`)."
            if case.fits(_softmax(a, axis), e):
                return f"Yours are logits and probabilities are expected: {dim} of yours is right."
            if case.fits(_softmax(e, axis), a):
                return f"Softmax was applied twice: yours is {dim} of the expected probabilities."
        elif _sums_to_one(a, axis, case) and case.weight >= 3:
            if case.fits(_softmax(e, axis), a):
                return f"Yours are probabilities and logits are expected: yours is {dim} of what is expected."
            if case.fits(np.log(a), e):
                return "The logarithm of yours is expected (`softmax` for `log_softmax`)."
    return None


def _other_dimension(case: Case) -> str | None:
    """Normalised along another dimension than expected."""
    a, e = case.reals
    if a.ndim < 2 or case.weight < 3:
        return None
    axes = [axis for axis in range(a.ndim) if a.shape[axis] > 1]
    measures: tuple[tuple[str, Callable[[Array, int], bool]], ...] = (
        ("sums to 1", lambda x, axis: _sums_to_one(x, axis, case)),
        ("has mean 0", lambda x, axis: _is_zero(x.mean(axis), x, case)),
        ("has length 1", lambda x, axis: case.fits((x * x).sum(axis), np.ones(_without(x.shape, axis)))),
    )
    for words, holds in measures:
        mine = [axis for axis in axes if holds(a, axis)]
        theirs = [axis for axis in axes if holds(e, axis)]
        if len(mine) == 1 and len(theirs) == 1 and mine != theirs:
            return (
                f"Another dimension was used: yours {words} along dimension {mine[0]}, the expected one along "
                f"dimension {theirs[0]}."
            )
    return None


def _elementwise(case: Case) -> str | None:
    """A function of each element, applied to the expected value or still to apply to yours."""
    if case.weight < 3:
        return None
    a, e = case.reals
    applied: tuple[tuple[_Function, str], ...] = (
        (np.square, "the square of what is expected: is a root missing, or one square too many?"),
        (np.exp, "`exp` of what is expected: is a logarithm missing?"),
        (_sigmoid, "the sigmoid of what is expected: was it applied once too often?"),
        (np.tanh, "`tanh` of what is expected: was it applied once too often?"),
        (lambda x: 1 - x, "1 minus what is expected."),
        (lambda x: np.where(x != 0, 1 / x, np.nan), "1 divided by what is expected."),
    )
    missing: tuple[tuple[_Function, str], ...] = (
        (_sigmoid, "Yours are logits and probabilities are expected: the sigmoid of yours is right."),
        (np.square, "Yours is the square root of what is expected."),
        (np.exp, "Yours is the logarithm of what is expected."),
        (np.tanh, "The `tanh` of yours is right: is the activation missing?"),
        (lambda x: np.maximum(x, 0), "Negative values should have become 0: is a ReLU missing?"),
        (np.abs, "The absolute values of yours are right: the signs should be gone."),
    )
    for function, words in applied:
        if case.fits(function(e), a):
            return f"Yours is {words}"
    for function, words in missing:
        if case.fits(function(a), e):
            return words
    return None


def _sums(case: Case) -> str | None:
    """Running sums where single values are expected, or the other way round."""
    a, e = case.reals
    if case.weight < 3 or not case.sortable:
        return None
    for axis in range(e.ndim):
        if e.shape[axis] < 3:
            continue
        if case.fits(np.cumsum(e, axis), a):
            return f"Yours is the running sum (`cumsum`) of what is expected along dimension {axis}."
        if case.fits(np.cumsum(a, axis), e):
            return f"The running sum (`cumsum`) of yours along dimension {axis} is expected."
    return None


def _softmax(x: Array, axis: int) -> Array:
    shifted: Array = np.exp(x - x.max(axis, keepdims=True))
    shifted /= shifted.sum(axis, keepdims=True)
    return shifted


def _sigmoid(x: Array) -> Array:
    result: Array = 0.5 * (1.0 + np.tanh(0.5 * x))
    return result


def _sums_to_one(x: Array, axis: int, case: Case) -> bool:
    return bool((x >= 0).all()) and case.fits(x.sum(axis), np.ones(_without(x.shape, axis)))


def _is_zero(means: Array, x: Array, case: Case) -> bool:
    scale = float(np.abs(x).max()) or 1.0
    return bool((np.abs(means) <= 10 * max(case.tolerance.relative, 1e-12) * scale).all())


def _without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return shape[:axis] + shape[axis + 1 :]
