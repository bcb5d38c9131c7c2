"""Diagnoses for two tensors of one shape whose values are related by arithmetic: sign, factor, offset, a bound.

Each function returns a sentence that was verified on every element, or None.
"""

import math
from collections.abc import Callable

import numpy as np

from tutor.judge.diagnose_case import Case
from tutor.judge.format import format_number
from tutor.judge.snapshot import Array
from tutor.judge.tolerance import differing

_LARGEST_N = 200  # of n in (n-1)/n: beyond, neighbouring factors are too close to tell apart
_TELLING_MASK = 4  # elements
_NAMED_FACTORS = (
    (255.0, "a scale of 0 to 255", "a scale of 0 to 1"),
    (100.0, "percent", "a share from 0 to 1"),
    (180.0 / math.pi, "degrees", "radians"),
    (1 / math.log(2.0), "a logarithm to base 2", "the natural logarithm"),
    (1 / math.log(10.0), "a logarithm to base 10", "the natural logarithm"),
)


def diagnose_values(case: Case) -> str | None:
    """The most specific verified sentence about values related by arithmetic."""
    if not case.finite:
        return _not_finite(case)
    if case.a.dtype.kind == "b" and case.e.dtype.kind == "b":
        # of a few elements, or of equal ones, any two masks may be opposites
        telling = case.e.size >= _TELLING_MASK and 0 < int(case.e.sum()) < case.e.size
        opposite = telling and case.fits(~case.e)
        return "Yours is the exact opposite: True where False is expected." if opposite else None
    if case.a.dtype.kind == "c" or case.e.dtype.kind == "c":
        return "Yours is the complex conjugate of what is expected." if case.fits(np.conj(case.e)) else None
    if not case.numeric:
        return None
    for look in (_lost_signs, _rounded, _factor, _offset, _clamped, _zeros, _constant, _affine, _one_slice):
        sentence = look(case)
        if sentence is not None:
            return sentence
    return None


def _not_finite(case: Case) -> str | None:
    """nan or infinity where a finite number is expected, everything else right."""
    if case.a.size == 0 or case.a.dtype.kind not in "fc" or case.e.dtype.kind == "b":
        return None
    strange = ~np.isfinite(case.a) & np.isfinite(case.e)
    count = int(strange.sum())
    if count == 0:
        return None
    nan = int(np.isnan(case.a[strange]).sum())
    what = "nan" if nan == count else "infinite" if nan == 0 else "nan or infinite"
    cause = {
        "nan": "a division 0/0, the logarithm or root of a negative number, or inf - inf",
        "infinite": "a division by 0, the logarithm of 0, or an `exp` that overflows",
    }.get(what, "a division by 0, or an `exp` or `log` that leaves the range")
    others = "" if count == case.a.size else _others_agree(case, ~strange)
    verb = "is" if count == 1 else "are"
    which = "Every element" if count == case.a.size and count > 1 else "Yours" if case.a.size == 1 else f"{count}"
    if which == f"{count}":
        return f"{count} of {case.a.size} elements {verb} {what}{others}: look for {cause}."
    return f"{which} is {what}: look for {cause}."


def _others_agree(case: Case, rest: Array) -> str:
    return " and the others are right" if case.fits(case.a[rest], case.e[rest]) else ""


def diagnose_sign(case: Case) -> str | None:
    """The sentence for actual == -expected."""
    telling = case.weight >= 3 or len(case.distinct) > 1  # of one round number a sign says little
    if telling and case.numeric and case.finite and case.fits(-case.reals[1], case.reals[0]):
        return "The sign is the other way round: yours is minus the expected value."
    return None


def _lost_signs(case: Case) -> str | None:
    a, e = case.reals
    if case.weight >= 3 and (e < 0).sum() >= 2 and case.fits(np.abs(e), a):
        return "The signs are lost: yours are the absolute values of what is expected."
    return None


def _rounded(case: Case) -> str | None:
    a, e = case.reals
    if case.weight < 6 or len(np.unique(a.reshape(-1)[:2000])) < 2:
        return None
    ways: tuple[tuple[Callable[[Array], Array], str], ...] = (
        (np.trunc, "cut off to whole numbers (an integer dtype, `.int()` or `//`)"),
        (np.round, "rounded to whole numbers"),
        (np.floor, "rounded down to whole numbers"),
        (np.ceil, "rounded up to whole numbers"),
        (lambda x: np.round(x, 2), "rounded to two decimals"),
        (lambda x: np.round(x, 4), "rounded to four decimals"),
    )
    for way, words in ways:
        if case.fits(way(e), a):
            return f"Yours is the expected result {words}."
    return None


def _factor(case: Case) -> str | None:
    a, e = case.reals
    nonzero = e != 0
    if not nonzero.any():
        return None
    ratios = a[nonzero] / e[nonzero]
    # the largest elements carry the least relative rounding
    factor = float(ratios[np.abs(e[nonzero]).argmax()])
    whole = _whole(factor)
    if whole is not None:
        factor = whole if abs(factor) >= 1 else math.copysign(1 / abs(whole), factor)
    if factor in (0.0, 1.0, -1.0) or not math.isfinite(factor):
        return None
    single = len(np.unique(np.abs(e[nonzero])[:2000])) == 1
    doubled = _is_gradient(case) and whole in (2, 3) and factor > 1 and case.weight >= 1
    if single and not doubled and (whole is None or case.weight < 3):
        return None  # any two numbers have some factor
    if not single and case.weight < 2:
        return None
    return _factor_sentence(case, factor, whole) if case.fits(e * factor, a) else None


def _whole(factor: float) -> int | None:
    """n when the factor is n or 1/n for a whole n from 2 on (with its sign)."""
    if factor == 0 or not math.isfinite(factor):
        return None
    large = factor if abs(factor) >= 1 else 1 / factor
    n = round(large)
    return n if 2 <= abs(n) <= 10_000_000 and abs(large - n) <= 3e-6 * abs(n) else None


def _is_gradient(case: Case) -> bool:
    return "grad" in case.name.lower()


def _factor_sentence(case: Case, factor: float, whole: int | None) -> str:
    subject = "Yours is" if case.e.size == 1 else "Every element is"
    for known, large, small in _NAMED_FACTORS:
        if math.isclose(factor, known, rel_tol=1e-6):
            return f"{subject} {factor:.5g} times what is expected: {large} instead of {small}?"
        if math.isclose(factor, 1 / known, rel_tol=1e-6):
            return f"{subject} what is expected divided by {known:.5g}: {small} instead of {large}?"
    if whole is not None and whole > 0:
        if factor > 1:
            if _is_gradient(case):
                return (
                    f"{subject} {whole} times what is expected: gradients add up over several `backward()` calls until "
                    "they are zeroed, or a sum stands where a mean is expected."
                )
            return f"{subject} {whole} times what is expected: is it a sum over {whole} elements instead of their mean?"
        if whole == 2:
            return f"{subject} half of what is expected."
        return (
            f"{subject} 1/{whole} of what is expected: is it a mean over {whole} elements instead of their sum, or "
            f"divided by {whole} twice?"
        )
    biased = _biased(factor)
    if biased is not None:
        return biased
    return f"{subject} {format_number(factor, 5)} times what is expected."


def _biased(factor: float) -> str | None:
    for n in range(2, _LARGEST_N + 1):
        share = (n - 1) / n
        for value, what in ((share, "variance"), (math.sqrt(share), "standard deviation")):
            if math.isclose(factor, value, rel_tol=1e-6):
                return (
                    f"Off by the factor of a biased {what}: yours divides by n = {n}, expected is n - 1 = {n - 1} "
                    "(`correction=1`)."
                )
            if math.isclose(factor, 1 / value, rel_tol=1e-6):
                return (
                    f"Off by the factor of an unbiased {what}: yours divides by n - 1 = {n - 1}, expected is n = {n} "
                    "(`correction=0`)."
                )
    return None


def _offset(case: Case) -> str | None:
    a, e = case.reals
    difference = a - e
    step = float(difference.reshape(-1)[np.abs(difference).argmax()])
    amount = format_number(int(abs(step)) if case.e.dtype.kind in "iu" else abs(step), 5)
    way = "large" if step > 0 else "small"
    if e.size == 1:
        sizes = sorted((abs(int(case.a.item())), abs(int(case.e.item()))))
        if case.e.dtype.kind in "iu" and abs(step) == 1 and sizes[0] >= 1 and sizes[1] >= 3:
            return f"It is one too {way}: off by one?"
        return None
    if len(case.distinct) >= 2 and e.size >= 3 and case.fits(e + step, a):
        return f"Every element is too {way} by {amount}."
    return None


def _clamped(case: Case) -> str | None:
    a, e = case.reals
    different = ~np.isclose(a, e, rtol=max(case.tolerance.relative, 1e-12), atol=case.tolerance.absolute)
    if e.size < 6 or int(different.sum()) < 2 or len(np.unique(a[~different][:2000])) < 2:
        return None
    low, high = float(a.min()), float(a.max())
    values = a[different]
    if (values == low).all() and case.fits(np.maximum(e, low), a):
        if low == 0:
            return "Negative values have become 0, as after a ReLU; everything else is right."
        return f"Everything below {format_number(low)} has been raised to it, as by a clamp; the rest is right."
    if (values == high).all() and case.fits(np.minimum(e, high), a):
        return f"Everything above {format_number(high)} has been cut down to it, as by a clamp; the rest is right."
    return None


def _zeros(case: Case) -> str | None:
    a, e = case.reals
    if a.size < 2:
        return None
    if not a.any() and np.count_nonzero(e) > 1:
        if _is_gradient(case):
            return (
                "All of this gradient is 0: is the way back cut, by `.detach()`, `.item()`, NumPy, "
                "`torch.tensor(...)` or `torch.no_grad()`, or was it zeroed?"
            )
        return "All elements are 0: is the result ever filled in?"
    empty = (a == 0) & (e != 0)
    count = int(empty.sum())
    if count >= 2 and case.fits(np.where(empty, 0.0, e), a):
        return f"{count} of {a.size} elements are still 0; all the others are right."
    return None


def _constant(case: Case) -> str | None:
    a, _ = case.reals
    if a.size >= 3 and len(case.distinct) >= 3 and float(np.ptp(a)) == 0:
        value = format_number(case.a.reshape(-1)[0].item())
        return f"All elements of yours are the same, {value}, where different ones are expected."
    return None


def _affine(case: Case) -> str | None:
    """actual = factor * expected + offset, with enough elements to leave no freedom."""
    a, e = case.reals
    if len(case.distinct) < 5 or case.weight < 9:
        return None
    low, high = np.unravel_index(e.argmin(), e.shape), np.unravel_index(e.argmax(), e.shape)
    factor = float((a[high] - a[low]) / (e[high] - e[low]))
    offset = float(a[low] - factor * e[low])
    if factor in (0.0, 1.0) or not case.fits(factor * e + offset, a):
        return None
    if math.isclose(factor, -1.0, rel_tol=1e-6):
        return f"Yours is {format_number(offset, 5)} minus what is expected."
    sign = "-" if offset < 0 else "+"
    return (
        f"Yours is {format_number(factor, 5)} times what is expected {sign} {format_number(abs(offset), 5)}: scaled "
        "and shifted, as by another normalisation."
    )


def _one_slice(case: Case) -> str | None:
    """Everything right but the first or last slice of a dimension, and more than one element of that."""
    a, e = case.a, case.e
    if e.ndim < 2:
        return None  # the first difference and the count say it already
    for axis in range(e.ndim):
        if e.shape[axis] < 3:
            continue
        for end, rest, place in (("last", slice(0, -1), -1), ("first", slice(1, None), 0)):
            index = tuple(rest if i == axis else slice(None) for i in range(e.ndim))
            wrong = differing(a.take(place, axis), e.take(place, axis), case.tolerance)
            if int(wrong.sum()) > 1 and case.fits(a[index], e[index]):
                what = "row" if axis == 0 else "column" if e.ndim == 2 else f"slice along dimension {axis}"
                return f"Only the {end} {what} differs; everything else is right."
    return None
