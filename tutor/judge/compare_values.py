"""Compares numbers, strings and whatever is neither tensor nor container.

A learner's own `__eq__` is asked only where the reference's value has the very same type.
"""

import difflib
from typing import Any

import numpy as np
import torch

from tutor.attempt.diff import TextDiff
from tutor.judge.comparison import Comparison, unlike
from tutor.judge.format import cap, format_number, format_value, type_name
from tutor.judge.snapshot import is_array, is_tensor, snapshot
from tutor.judge.tolerance import EXACT, PYTHON_FLOAT, Tolerance, differing

_NUMBERS = (bool, int, float, complex)
_MOST_TEXT = 4000  # characters of a string that a diff carries
_MOST_LINES = 60


def is_number(value: object) -> bool:
    """Whether `value` is a Python number (bool among them) or a NumPy scalar number."""
    return type(value) in _NUMBERS or issubclass(type(value), np.number | np.bool_)


def compare_numbers(
    actual: Any, expected: Any, name: str, relative: float | None, absolute: float | None, exact: bool
) -> Comparison | None:
    """bool, int, float and complex are told apart; a float within tolerance agrees; nan equals nan."""
    if not is_number(actual):
        return unlike(actual, expected, _no_number(actual, expected, name), name)
    came, wanted = _family(actual), _family(expected)
    if came is not wanted or (exact and type(actual) is not type(expected)):
        kinds = type_name(actual), type_name(expected)
        shown = format_value(actual, 60), format_value(expected, 60)
        sentence = f"{name} is the {kinds[0]} {shown[0]}, but the {kinds[1]} {shown[1]} is expected."
        return unlike(actual, expected, sentence, name)
    tolerance = EXACT
    if wanted in (float, complex) and not exact:
        tolerance = Tolerance(
            PYTHON_FLOAT.relative if relative is None else relative,
            PYTHON_FLOAT.absolute if absolute is None else absolute,
        )
    if _agree(wanted(actual), wanted(expected), tolerance):
        return None
    shown = _two_texts(wanted(actual), wanted(expected))
    return unlike(
        actual,
        expected,
        f"{name} is {shown[0]}, but {shown[1]} is expected.",
        name,
        difference=_difference(actual, expected, wanted),
    )


def compare_text(actual: str, expected: str, name: str) -> Comparison | None:
    """Equal character by character; the diff shows the lines that differ."""
    if actual == expected:
        return None
    came, wanted = cap(actual, _MOST_TEXT), cap(expected, _MOST_TEXT)
    short = max(len(came), len(wanted)) <= 60 and "\n" not in came + wanted
    sentence = f"{name} is {came!r}, but {wanted!r} is expected." if short else _first_line(came, wanted, name)
    lines = list(difflib.ndiff(wanted.splitlines()[:_MOST_LINES], came.splitlines()[:_MOST_LINES]))
    diff = TextDiff(name=name, expected=wanted, actual=came, lines=tuple(cap(line.rstrip("\n"), 300) for line in lines))
    return Comparison(message=sentence, make_diff=lambda: diff)


def compare_others(actual: Any, expected: Any, name: str) -> Comparison | None:
    """Identity, then exact type, then the `==` of that type."""
    if actual is expected:
        return None
    if type(actual) is not type(expected):
        came, wanted = format_value(actual, 80), format_value(expected, 80)
        sentence = f"{name} is {came} ({type_name(actual)}), but {wanted} ({type_name(expected)}) is expected."
        return unlike(actual, expected, sentence.replace(" (None)", ""), name)
    if type(expected) is torch.device and actual.type == expected.type and None in (actual.index, expected.index):
        return None  # "cuda" means the current one
    if _same(actual, expected):
        return None
    came, wanted = format_value(actual, 120), format_value(expected, 120)
    told_apart = came != wanted
    sentence = (
        f"{name} is {came}, but {wanted} is expected." if told_apart else f"{name} differs from what is expected."
    )
    return unlike(actual, expected, sentence, name)


def _same(actual: Any, expected: Any) -> bool:
    kind = type(expected)
    equals = getattr(kind, "equals", None)  # pandas
    try:
        if callable(equals):
            return bool(equals(expected, actual))
        if is_array(expected):
            return bool(np.array_equal(actual, expected))
        return bool(expected == actual)
    except BaseException:
        return False


def _family(number: object) -> type[Any]:
    kind = type(number)
    if kind in _NUMBERS:
        return kind
    if issubclass(kind, np.bool_):
        return bool
    if issubclass(kind, np.integer):
        return int
    return complex if issubclass(kind, np.complexfloating) else float


def _no_number(actual: object, expected: object, name: str) -> str:
    kind, wanted = type_name(expected), format_value(expected, 60)
    if is_tensor(actual) or is_array(actual):
        facts = snapshot(actual)
        what = "tensor" if is_tensor(actual) else "array"
        if facts.shape == ():
            value = format_value(facts.values.item(), 60) if facts.values is not None else "unknown"
            return (
                f"{name} is a {what} without dimensions holding {value}, but the Python {kind} {wanted} is expected: "
                "`.item()` takes the number out."
            )
        return f"{name} is a {what} of shape {facts.shape}, but the Python {kind} {wanted} is expected."
    return f"{name} is the {type_name(actual)} {format_value(actual, 60)}, but the {kind} {wanted} is expected."


def _agree(actual: Any, expected: Any, tolerance: Tolerance) -> bool:
    if actual == expected:
        return True
    if type(expected) in (bool, int):
        return False
    return not differing(np.array(actual), np.array(expected), tolerance).any()


def _two_texts(actual: Any, expected: Any) -> tuple[str, str]:
    """Both numbers with as few digits as tell them apart."""
    for digits in (6, 9):
        came, wanted = format_number(actual, digits), format_number(expected, digits)
        if came != wanted:
            return came, wanted
    return repr(actual), repr(expected)


def _difference(actual: Any, expected: Any, family: type[Any]) -> float | None:
    if family is complex or family is bool:
        return None
    try:
        return float(actual - expected)
    except OverflowError:
        return None


def _first_line(actual: str, expected: str, name: str) -> str:
    came, wanted = actual.splitlines(), expected.splitlines()
    for number in range(max(len(came), len(wanted))):
        mine = came[number] if number < len(came) else None
        theirs = wanted[number] if number < len(wanted) else None
        if mine != theirs:
            if mine is None:
                return f"{name} ends after line {number}: the line {cap(theirs or '', 80)!r} is missing."
            if theirs is None:
                return f"{name} has a line too many, line {number + 1}: {cap(mine, 80)!r}."
            return f"{name} differs in line {number + 1}: it is {cap(mine, 80)!r}, but {cap(theirs, 80)!r} is expected."
    return f"{name} differs from the expected text in its line ends."
