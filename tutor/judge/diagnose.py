"""Says why two values differ, when one verified transformation of the expected value gives the actual one.

A sentence is returned only for what holds on the data at hand and is not trivially true there; the search is bounded in
time. It must never decide whether values are equal (`tutor.judge.compare`), nor run the answer again.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

from tutor.judge.compare import compare
from tutor.judge.compare_values import is_number
from tutor.judge.diagnose_case import Case
from tutor.judge.diagnose_functions import diagnose_functions
from tutor.judge.diagnose_order import diagnose_order
from tutor.judge.diagnose_shapes import diagnose_shapes, permutation
from tutor.judge.diagnose_values import diagnose_sign, diagnose_values
from tutor.judge.snapshot import Snapshot, is_array, is_tensor, snapshot
from tutor.judge.tolerance import EXACT, PYTHON_FLOAT, Tolerance, tolerance_for

Alternatives = Mapping[str, Any | Callable[[], Any]]

_LARGEST = 20_000_000  # elements
_THOROUGH = 1_000_000  # elements up to which every family is tried
_MOST_ENTRIES = 200
_MOST_DIMENSIONS = 6  # of a tuple of integers that may be a shape


def diagnose(
    actual: object, expected: object, *, name: str = "result", explain: Alternatives | None = None
) -> str | None:
    """One sentence on how `actual` comes from `expected`, None when nothing fits; never raises.

    `explain` maps a sentence to the value that a known mistake gives, or to a function making that value.
    """
    try:
        return _explained(actual, explain or {}) or _diagnose(actual, expected, name)
    except BaseException:
        return None  # a diagnosis is a gift: without it the diff still stands


def diagnose_tensors(actual: Snapshot, expected: Snapshot, *, name: str = "result") -> str | None:
    """`diagnose` for two tensors of which snapshots were taken."""
    try:
        return _tensors(actual, expected, name)
    except BaseException:
        return None


def _explained(actual: object, explain: Alternatives) -> str | None:
    for sentence, alternative in explain.items():
        value = alternative() if callable(alternative) else alternative
        if compare(actual, value) is None:
            return sentence
    return None


def _diagnose(actual: Any, expected: Any, name: str) -> str | None:
    if (is_tensor(actual) or is_array(actual)) and (is_tensor(expected) or is_array(expected)):
        return _tensors(snapshot(actual), snapshot(expected), name)
    if is_number(actual) and is_number(expected):
        return _numbers(actual, expected, name)
    if isinstance(expected, torch.nn.Module) and isinstance(actual, torch.nn.Module):
        return _mappings(actual.state_dict(), expected.state_dict(), name)
    if isinstance(actual, Mapping) and isinstance(expected, Mapping):
        return _mappings(actual, expected, name)
    if isinstance(actual, list | tuple) and isinstance(expected, list | tuple):
        return _sequences(list(actual), list(expected), name, shape=isinstance(expected, tuple))
    if type(actual) is str and type(expected) is str:
        return _strings(actual, expected)
    return None


def _tensors(actual: Snapshot, expected: Snapshot, name: str) -> str | None:
    a, e = actual.values, expected.values
    if a is None or e is None or max(a.size, e.size) > _LARGEST:
        return None
    tolerances = [tolerance_for(side, None, None) for side in (expected, actual)]
    tolerance = max(tolerances, key=lambda one: one.relative)
    case = Case(a, e, tolerance, name)
    if a.shape != e.shape:
        return diagnose_shapes(case)
    if case.fits(e):
        return _facts(actual, expected)
    return _same_shape(case)


def _same_shape(case: Case) -> str | None:
    """The families of transformations from the most to the least specific."""
    if case.e.size > _THOROUGH:
        return diagnose_sign(case) or permutation(case)
    return diagnose_sign(case) or diagnose_functions(case) or diagnose_order(case) or diagnose_values(case)


def _facts(actual: Snapshot, expected: Snapshot) -> str | None:
    """The values agree: something about the tensor itself is wrong."""
    if actual.dtype != expected.dtype:
        return f"The values are right; only the dtype is {actual.dtype} where {expected.dtype} is expected."
    if actual.device != expected.device:
        return f"The values are right; only the device is {actual.device} where {expected.device} is expected."
    if expected.requires_grad and not actual.requires_grad:
        return (
            "The values are right, but they are cut off from the graph: did they pass through `.detach()`, `.item()`, "
            "NumPy, `torch.tensor(...)` or `torch.no_grad()`?"
        )
    if actual.requires_grad and not expected.requires_grad:
        return "The values are right, but they still hang on the graph: `.detach()` or `torch.no_grad()` frees them."
    return None


def _numbers(actual: Any, expected: Any, name: str) -> str | None:
    a, e = np.asarray(actual), np.asarray(expected)
    if a.dtype.kind not in "iuf" or e.dtype.kind not in "iuf":
        return None
    case = Case(a, e, _number_tolerance(e), name)
    if case.fits(e):
        return None
    return _same_shape(case)


def _number_tolerance(e: Any) -> Tolerance:
    return PYTHON_FLOAT if e.dtype.kind == "f" else EXACT


def _mappings(actual: Mapping[Any, Any], expected: Mapping[Any, Any], name: str) -> str | None:
    """What is wrong with the first entry that differs, or that entries changed places."""
    both = [key for key in expected if key in actual][:_MOST_ENTRIES]
    different = [key for key in both if compare(actual[key], expected[key]) is not None]
    if not different:
        return None
    if len(different) == 2 and len(both) == len(expected):
        one, other = different
        if compare(actual[one], expected[other]) is None and compare(actual[other], expected[one]) is None:
            return f"The values of `{one}` and `{other}` are swapped."
    sentences = {_diagnose(actual[key], expected[key], f"{name}[{key!r}]") for key in different}
    sentence = sentences.pop()
    if sentences or sentence is None:
        return None  # no single reason for all of them
    where = f"`{different[0]}`" if len(different) == 1 else f"all {len(different)} entries that differ"
    return f"In {where}: {sentence[0].lower()}{sentence[1:]}"


def _sequences(actual: list[Any], expected: list[Any], name: str, *, shape: bool) -> str | None:
    integers = all(type(item) is int for item in (*actual, *expected))
    if integers and shape and len(expected) <= _MOST_DIMENSIONS:
        return _sizes(actual, expected)
    if not actual or not expected or max(len(actual), len(expected)) > 10_000:
        return None
    if all(is_number(item) for item in (*actual, *expected)):
        a, e = np.asarray(actual), np.asarray(expected)
        if a.dtype.kind not in "iuf" or e.dtype.kind not in "iuf":
            return None
        case = Case(a, e, _number_tolerance(e), name)
        if a.shape != e.shape:
            return diagnose_shapes(case)
        return None if case.fits(e) else _same_shape(case)
    if len(actual) == len(expected) and len(actual) <= _MOST_ENTRIES:
        return _entries(actual, expected, name)
    return None


def _entries(actual: list[Any], expected: list[Any], name: str) -> str | None:
    if len(actual) > 1 and all(compare(a, e) is None for a, e in zip(reversed(actual), expected, strict=True)):
        return "The entries are the right ones in reverse order." if len(actual) > 2 else "The two are swapped."
    return _mappings(dict(enumerate(actual)), dict(enumerate(expected)), name)


def _sizes(actual: list[Any], expected: list[Any]) -> str | None:
    """Two shapes that differ: equal sizes (a list for a tuple) leave nothing to say about them."""
    if actual == expected:
        return None
    if len(actual) == len(expected) >= 2 and sorted(actual) == sorted(expected):
        return "The sizes are the right ones in another order: are dimensions swapped?"
    ones = max(actual.count(1), expected.count(1))
    if ones == 1 != max(len(actual), len(expected)) and [n for n in actual if n != 1] == [
        n for n in expected if n != 1
    ]:
        if len(actual) < len(expected):
            return "A dimension of size 1 is missing: `keepdim=True` or `unsqueeze` keeps it."
        return "A dimension of size 1 is too many: `squeeze` drops it."
    return None


def _strings(actual: str, expected: str) -> str | None:
    if actual.strip() == expected.strip():
        return "Only spaces or line ends at the beginning or the end differ."
    if actual.lower() == expected.lower():
        return "Only upper and lower case differ."
    if actual.split() == expected.split():
        return "The words are right; only the spaces or line ends between them differ."
    return None
