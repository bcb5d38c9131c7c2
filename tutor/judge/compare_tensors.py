"""Compares two snapshots of tensors or arrays and draws up their TensorDiff.

Facts come first (type, shape, dtype, device, requires_grad), then values. It must not say why they differ: that is
`tutor.judge.diagnose`'s.
"""

from typing import Any

import numpy as np

from tutor.attempt.diff import Extreme, FirstDifference, Statistics, TensorDiff, TensorFacts, Window
from tutor.judge.error_map import distances, error_map
from tutor.judge.format import a_type, format_cells, format_shape
from tutor.judge.snapshot import Array, Snapshot
from tutor.judge.tolerance import Tolerance, differing

_ROWS = 5
_COLUMNS = 6


def fact_sentence(
    actual: Snapshot, expected: Snapshot, *, name: str, check_grad: bool = False, exact: bool = False
) -> str | None:
    """The sentence on the first fact in which the two differ, None when all agree; `exact` tells Parameters apart."""
    strange = actual.type != expected.type and (exact or not (actual.plain and expected.plain))
    if strange:
        return f"{name} is {a_type(actual.type)}, but {a_type(expected.type)} is expected."
    if actual.shape != expected.shape:
        return f"{name} has shape {format_shape(actual.shape)}, but {format_shape(expected.shape)} is expected."
    if actual.dtype != expected.dtype:
        return f"{name} has dtype {actual.dtype}, but {expected.dtype} is expected."
    if actual.device != expected.device:
        return f"{name} is on the device {actual.device}, but {expected.device} is expected."
    if actual.layout != expected.layout:
        return f"{name} is stored as {actual.layout}, but {expected.layout} is expected."
    if (check_grad or exact) and actual.requires_grad != expected.requires_grad:
        if expected.requires_grad:
            return f"{name} carries no gradient (requires_grad is False), but it should."
        return f"{name} carries a gradient (requires_grad is True), but it should not."
    return None


def value_sentence(actual: Array, expected: Array, differs: Array, *, name: str) -> str:
    """The sentence on how many elements differ and on the first of them."""
    first = _first(differs)
    came, wanted = _pair_of_cells(actual[first], expected[first])
    if expected.ndim == 0:
        return f"{name} is {came}, but {wanted} is expected."
    count, total = int(differs.sum()), int(differs.size)
    where = f"at {list(first)}"
    if total == 1:
        return f"{name} is {came} {where}, but {wanted} is expected."
    if count == 1:
        return f"{name} differs in 1 of {total} elements: {where} it is {came}, but {wanted} is expected."
    which = f"all {total}" if count == total else f"{count} of {total}"
    return f"{name} differs in {which} elements: first {where}, where it is {came}, but {wanted} is expected."


def tensor_diff(actual: Snapshot, expected: Snapshot, tolerance: Tolerance, *, name: str) -> TensorDiff:
    """Everything about two tensors that differ; values only where both are readable and have one shape."""
    facts = {"name": name, "expected": _facts(expected), "actual": _facts(actual)}
    came, wanted = actual.values, expected.values
    if came is None or wanted is None or came.shape != wanted.shape:
        return TensorDiff(**facts)  # type: ignore[arg-type]
    differs = differing(came, wanted, tolerance)
    count = int(differs.sum())
    first = _first(differs) if count else ()
    absolute, relative = _extremes(came, wanted, differs)
    return TensorDiff(
        **facts,  # type: ignore[arg-type]
        differing=count,
        total=int(differs.size),
        largest_absolute=absolute,
        largest_relative=relative,
        first=_first_difference(came, wanted, first) if count else None,
        window=_window(came, wanted, differs, first) if count and wanted.ndim else None,
        errors=error_map(came, wanted, differs, first) if count > 1 and _exceeds_window(wanted) else None,
        relative_tolerance=tolerance.relative,
        absolute_tolerance=tolerance.absolute,
    )


def _exceeds_window(values: Array) -> bool:
    return any(length > shown for length, shown in zip(values.shape[::-1], (_COLUMNS, _ROWS), strict=False))


def _facts(side: Snapshot) -> TensorFacts:
    return TensorFacts(
        type=side.type,
        shape=side.shape,
        dtype=side.dtype,
        device=side.device,
        requires_grad=side.requires_grad,
        statistics=None if side.values is None else _statistics(side.values),
    )


def _statistics(values: Array) -> Statistics:
    if values.dtype.kind == "c":
        return Statistics(minimum=None, maximum=None, mean=None, nan=int((values != values).sum()))
    nan, up, down = int((values != values).sum()), 0, 0
    finite = values
    if values.dtype.kind == "f":
        up, down = int((values == np.inf).sum()), int((values == -np.inf).sum())
        if nan or up or down:
            finite = values[np.isfinite(values)]
    some = finite.size > 0
    with np.errstate(all="ignore"):
        mean = float(finite.mean(dtype=np.float64)) if some else None
    return Statistics(
        minimum=float(finite.min()) if some else None,
        maximum=float(finite.max()) if some else None,
        mean=mean,
        nan=nan,
        positive_infinity=up,
        negative_infinity=down,
    )


def _extremes(actual: Array, expected: Array, differs: Array) -> tuple[Extreme | None, Extreme | None]:
    """The largest absolute and the largest relative (expected not 0) difference of elements that differ and are finite.

    None where there is no such element, and for booleans, whose differences are no amounts.
    """
    if actual.size == 0 or "b" in (actual.dtype.kind, expected.dtype.kind):
        return None, None
    distance = distances(actual, expected)
    with np.errstate(all="ignore"):
        usable = differs & np.isfinite(distance)
        relative = distance / np.abs(expected)
        nonzero = usable & (expected != 0)
    return _extreme(distance, usable), _extreme(relative, nonzero)


def _extreme(distance: Array, usable: Array) -> Extreme | None:
    if not usable.any():
        return None
    flat = int(np.where(usable, distance, -1.0).argmax())
    index = np.unravel_index(flat, distance.shape)
    return Extreme(value=float(distance[index]), index=tuple(int(i) for i in index))


def _first(differs: Array) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(int(differs.argmax()), differs.shape))


def _first_difference(actual: Array, expected: Array, index: tuple[int, ...]) -> FirstDifference:
    came, wanted = _pair_of_cells(actual[index], expected[index])
    return FirstDifference(index=index, expected=wanted, actual=came)


def _pair_of_cells(actual: Any, expected: Any) -> tuple[str, str]:
    """Two different numbers as text that differs too."""
    kind = np.result_type(actual, expected) if actual.dtype != expected.dtype else actual.dtype
    came, wanted = format_cells(np.array([actual, expected], dtype=kind))
    return came, wanted


def _window(actual: Array, expected: Array, differs: Array, index: tuple[int, ...]) -> Window:
    if differs.ndim == 1:
        actual, expected, differs = actual[None], expected[None], differs[None]
        leading: tuple[int, ...] = ()
        row, column = 0, index[0]
    else:
        leading, row, column = index[:-2], index[-2], index[-1]
        actual, expected, differs = actual[leading], expected[leading], differs[leading]
    top, left = _start(row, differs.shape[0], _ROWS), _start(column, differs.shape[1], _COLUMNS)
    cut = (slice(top, top + _ROWS), slice(left, left + _COLUMNS))
    cells = np.stack([_same_kind(actual[cut], expected[cut]), _same_kind(expected[cut], actual[cut])])
    texts = format_cells(cells)
    rows, columns = cells.shape[1:]
    tables = [
        tuple(tuple(texts[(side * rows + r) * columns + c] for c in range(columns)) for r in range(rows))
        for side in (0, 1)
    ]
    return Window(
        corner=(*leading, top, left) if len(index) > 1 else (left,),
        expected=tables[1],
        actual=tables[0],
        differs=tuple(tuple(bool(cell) for cell in line) for line in differs[cut]),
    )


def _same_kind(values: Array, other: Array) -> Array:
    return values if values.dtype == other.dtype else values.astype(np.result_type(values, other))


def _start(position: int, length: int, shown: int) -> int:
    """Where a cut-out of `shown` begins, so that `position` lies inside with something before it."""
    return max(0, min(position - 1, length - shown))
