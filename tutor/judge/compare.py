"""Decides whether two values are equal and, where they are not, says what differs.

Comparing needs no help of the compared values: no learner's `__eq__`, `__torch_function__` or `__len__` is asked.
It must not guess at reasons (`tutor.judge.diagnose`) nor raise (`tutor.checks`).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from msgspec import Struct

from tutor.attempt.diff import EntriesDiff, Entry, TensorDiff
from tutor.judge.compare_tensors import fact_sentence, tensor_diff, value_sentence
from tutor.judge.compare_values import compare_numbers, compare_others, compare_text, is_number
from tutor.judge.comparison import Comparison, unlike
from tutor.judge.format import a_type, format_value, type_name
from tutor.judge.snapshot import Snapshot, is_array, is_tensor, snapshot
from tutor.judge.tolerance import EXACT, Tolerance, differing, tolerance_for

_MOST_ENTRIES = 20  # entries of a container whose diffs are drawn up
_AT_ONE_LOOK = 8  # integers that a sentence shows whole
_DEEPEST = 12
_STATE_DICT = torch.nn.Module.state_dict


class _Rules(Struct, frozen=True, kw_only=True):
    relative: float | None
    absolute: float | None
    check_grad: bool
    exact: bool

    def tolerance(self, expected: Snapshot) -> Tolerance:
        return EXACT if self.exact else tolerance_for(expected, self.relative, self.absolute)


def compare(
    actual: object,
    expected: object,
    *,
    name: str = "result",
    rtol: float | None = None,
    atol: float | None = None,
    check_grad: bool = False,
    exact: bool = False,
) -> Comparison | None:
    """None when `actual` equals `expected`, else what differs; `name` is the subject of the sentence.

    Tensors and arrays must agree in type, shape, dtype and device (and requires_grad with `check_grad`), then in values
    within `rtol` and `atol` (defaults by dtype; nan equals nan). Containers and modules are compared entry by entry.
    `exact` leaves no tolerance and wants exactly the same types.
    """
    rules = _Rules(relative=rtol, absolute=atol, check_grad=check_grad, exact=exact)
    return _compare(actual, expected, name, rules, 0)


def _compare(actual: Any, expected: Any, name: str, rules: _Rules, depth: int) -> Comparison | None:
    if depth > _DEEPEST:
        return (
            None if actual is expected else unlike(actual, expected, f"{name} is nested too deeply to compare.", name)
        )
    if actual is None and expected is not None:
        return unlike(actual, expected, f"{name} is None: nothing was returned. Is a `return` missing?", name)
    if actual is NotImplemented or (type(actual) is type and issubclass(actual, NotImplementedError)):
        return unlike(actual, expected, f"{name} is {actual!r}: this part is still to write.", name)
    if is_tensor(expected) or is_array(expected):
        return _tensors(actual, expected, name, rules)
    if is_number(expected):
        return compare_numbers(actual, expected, name, rules.relative, rules.absolute, rules.exact)
    kind = type(expected)
    if kind is str and type(actual) is str:
        return compare_text(actual, expected, name)
    if issubclass(kind, torch.nn.Module):
        return _modules(actual, expected, name, rules, depth)
    if issubclass(kind, Mapping):
        return _mappings(actual, expected, name, rules, depth)
    if issubclass(kind, tuple | list):
        return _sequences(actual, expected, name, rules, depth)
    return compare_others(actual, expected, name)


def _tensors(actual: Any, expected: Any, name: str, rules: _Rules) -> Comparison | None:
    wanted = snapshot(expected)
    if not (is_tensor(actual) or is_array(actual)) or is_tensor(actual) != is_tensor(expected):
        return unlike(actual, expected, _not_a_tensor(actual, expected, name), name)
    came = snapshot(actual)
    sentence = fact_sentence(came, wanted, name=name, check_grad=rules.check_grad, exact=rules.exact)
    if sentence is None:
        if came.values is None or wanted.values is None:
            if came.values is wanted.values:
                return None  # both without values, as on the meta device: their facts agree
            side, why = ("what came", came) if came.values is None else ("the expected value", wanted)
            sentence = f"{name} cannot be compared by value: of {side}, {why.unavailable}."
        else:
            differs = differing(came.values, wanted.values, rules.tolerance(wanted))
            if not differs.any():
                return None
            sentence = value_sentence(came.values, wanted.values, differs, name=name)
    came, wanted = snapshot(actual, copy=True), snapshot(expected, copy=True)

    def diff() -> TensorDiff:
        return tensor_diff(came, wanted, rules.tolerance(wanted), name=name)

    return Comparison(message=sentence, make_diff=diff, tensors=(came, wanted))


def _not_a_tensor(actual: object, expected: object, name: str) -> str:
    wanted = "a tensor" if is_tensor(expected) else "a NumPy array"
    if is_tensor(actual):
        return f"{name} is a tensor, but {wanted} is expected: `.numpy()` makes one."
    if isinstance(actual, np.ndarray | np.generic):
        return f"{name} is a NumPy {type(actual).__name__}, but {wanted} is expected: `torch.as_tensor` makes one."
    what = format_value(actual, 60)
    kind = type_name(actual)
    if is_number(actual):
        return f"{name} is the Python {kind} {what}, but {wanted} is expected: was `.item()` called on it?"
    if isinstance(actual, tuple):
        count = tuple.__len__(actual)
        comma = ": is there a comma too many after `return`?" if count == 1 else "."
        return f"{name} is a tuple of {count}, but {wanted} is expected{comma}"
    return f"{name} is {a_type(kind)} ({what}), but {wanted} is expected."


def _modules(actual: Any, expected: Any, name: str, rules: _Rules, depth: int) -> Comparison | None:
    if not issubclass(type(actual), torch.nn.Module):
        return unlike(actual, expected, f"{name} is {a_type(type_name(actual))}, but an nn.Module is expected.", name)
    from_torch = type(expected).__module__.startswith("torch")
    if (from_torch or rules.exact) and type(actual) is not type(expected):
        came, wanted = a_type(type_name(actual)), a_type(type_name(expected))
        return unlike(actual, expected, f"{name} is {came}, but {wanted} is expected.", name)
    return _entries(
        dict(_STATE_DICT(actual)), dict(_STATE_DICT(expected)), f"state_dict of {name}", "Module", rules, depth
    )


def _mappings(actual: Any, expected: Any, name: str, rules: _Rules, depth: int) -> Comparison | None:
    kind = type(actual)
    if not issubclass(kind, Mapping) or (rules.exact and kind is not type(expected)):
        sentence = f"{name} is {a_type(type_name(actual))}, but {a_type(type_name(expected))} is expected."
        return unlike(actual, expected, sentence, name)
    tensors = bool(expected) and all(isinstance(k, str) and is_tensor(v) for k, v in expected.items())
    container = "state_dict" if tensors and any("." in key or key in ("weight", "bias") for key in expected) else "dict"
    came = dict(dict.items(actual)) if issubclass(kind, dict) else dict(actual)
    return _entries(came, dict(expected), name, container, rules, depth)


def _sequences(actual: Any, expected: Any, name: str, rules: _Rules, depth: int) -> Comparison | None:
    family = tuple if issubclass(type(expected), tuple) else list
    wanted_kind = type(expected).__name__
    # torch.Size and tuple are both right where a shape is asked for
    shapes = {type(actual), type(expected)} <= {tuple, torch.Size}
    strange = not issubclass(type(actual), family) or (
        rules.exact and type(actual) is not type(expected) and not shapes
    )
    if strange:
        came_kind = a_type(type_name(actual))
        sentence = f"{name} is {came_kind} ({format_value(actual, 60)}), but a {wanted_kind} is expected."
        return unlike(actual, expected, sentence, name)
    came, wanted = list(family.__iter__(actual)), list(family.__iter__(expected))
    short = max(len(came), len(wanted)) <= _AT_ONE_LOOK
    if short and all(type(item) is int for item in (*came, *wanted)):  # shapes, indices: seen whole they tell more
        if came == wanted:
            return None
        shown = (tuple(came), tuple(wanted)) if family is tuple else (came, wanted)
        sentence = f"{name} is {format_value(shown[0], 120)}, but {format_value(shown[1], 120)} is expected."
        return unlike(actual, expected, sentence, name)
    return _entries(dict(enumerate(came)), dict(enumerate(wanted)), name, wanted_kind, rules, depth)


def _entries(
    actual: dict[Any, Any], expected: dict[Any, Any], name: str, container: str, rules: _Rules, depth: int
) -> Comparison | None:
    missing = [key for key in expected if key not in actual]
    unexpected = [key for key in actual if key not in expected]
    both = [key for key in expected if key in actual]
    found = {key: _compare(actual[key], expected[key], _entry_name(name, key), rules, depth + 1) for key in both}
    different = {key: comparison for key, comparison in found.items() if comparison is not None}
    if not (missing or unexpected or different):
        return None
    word = "entries" if container in ("list", "tuple", "Size") else "keys"
    if len(actual) != len(expected) and word == "entries":
        wanted = f"{len(expected)} {'is' if len(expected) == 1 else 'are'} expected"
        sentence = f"{name} has {_count(len(actual), 'entry', 'entries')}, but {wanted}."
    elif missing:
        sentence = f"{name} lacks {_keys(missing)}" + (f" and has {_keys(unexpected)} instead." if unexpected else ".")
    elif unexpected:
        sentence = f"{name} has {_keys(unexpected)}, which should not be there."
    else:
        sentence = next(iter(different.values())).message

    def diff() -> EntriesDiff:
        drawn = [(key, comparison.diff) for key, comparison in list(different.items())[:_MOST_ENTRIES]]
        return EntriesDiff(
            name=name,
            container=container,
            expected_length=len(expected),
            actual_length=len(actual),
            missing=tuple(format_value(key, 80) for key in missing),
            unexpected=tuple(format_value(key, 80) for key in unexpected),
            matching=len(both) - len(different),
            entries=tuple(Entry(key=_key(key), diff=one) for key, one in drawn if one is not None),
        )

    return Comparison(message=sentence, make_diff=diff)


def _entry_name(name: str, key: object) -> str:
    """How a sentence calls one entry: "losses[2]", or "`0.bias` of the model" where the name is no expression."""
    if " " not in name:
        return f"{name}[{key!r}]"
    return f"{f'entry {key}' if type(key) is int else f'`{_key(key)}`'} of {name}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _keys(keys: list[Any]) -> str:
    shown = ", ".join(f"`{_key(key)}`" for key in keys[:4])
    more = f" and {len(keys) - 4} more" if len(keys) > 4 else ""
    return f"{'the key' if len(keys) == 1 else 'the keys'} {shown}{more}"


def _key(key: object) -> str:
    return key if type(key) is str else format_value(key, 80)
