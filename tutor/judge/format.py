"""Readable text for any value that a learner may see: short, capped, and never raising.

It owns wording of single values. It must not compare. A value's own repr() is used last and under guard: it may raise,
be huge, or be written by the learner.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch

from tutor.judge.guarded import class_name
from tutor.judge.snapshot import Array, is_array, is_tensor, snapshot

LIMIT = 400  # characters of one value's text
_EDGE_ITEMS = 12  # entries of a container, elements along a dimension, before the rest becomes "..."
_DEPTH = 4


def format_value(value: object, limit: int = LIMIT) -> str:
    """`value` as text of at most `limit` characters, in one line (few for a module); never raises."""
    try:
        text = _format(value, _DEPTH)
    except BaseException:
        text = _unprintable(value)
    return cap(text, limit)


def cap(text: str, limit: int) -> str:
    """`text`, or its beginning with "..." when it is longer than `limit` characters."""
    return text if len(text) <= limit else text[: max(limit - 3, 0)] + "..."


def type_name(value: object) -> str:
    """The name of a value's real type, "None" for None."""
    return "None" if value is None else class_name(value)


def a_type(name: str) -> str:
    """A type's name with its article: "a Tensor", "an int", "None"."""
    if name == "None":
        return name
    return f"an {name}" if name[:1].lower() in "aeio" else f"a {name}"


def format_shape(shape: tuple[int, ...]) -> str:
    """ "(3, 1)"."""
    return str(tuple(shape))


def format_elements(values: Array, shape: tuple[int, ...] | None = None) -> str:
    """An array's elements as nested brackets, long dimensions shortened: "[[0.0, 1.0], [2.0, 3.0]]".

    `values` may be the corner of a larger array, which then has `shape`.
    """
    shown = values[tuple(slice(0, _EDGE_ITEMS) for _ in values.shape)]
    return _nest(shown.shape, values.shape if shape is None else shape, iter(format_cells(shown)))


def format_cells(values: Array) -> list[str]:
    """Every element as text, with the same and no more digits than tell different elements apart."""
    flat = values.reshape(-1)
    if flat.dtype.kind in "biu":
        return [str(item) for item in flat.tolist()]
    items = flat.tolist()
    texts: list[str] = []
    for digits in (4, 6, 9, 17):
        texts = [format_number(item, digits) for item in items]
        if len(set(texts)) == len(set(map(str, items))):
            break
    return texts


def format_number(number: Any, digits: int = 6) -> str:
    """A number with at most so many significant digits; a float always looks like one ("2.0")."""
    if isinstance(number, complex):
        sign = "-" if number.imag < 0 else "+"
        return f"{format_number(number.real, digits)}{sign}{format_number(abs(number.imag), digits)}j"
    if isinstance(number, bool | int | np.bool_ | np.integer):
        return str(number)
    text = f"{number:.{digits}g}"
    return text if any(mark in text for mark in ".en") else f"{text}.0"


def _format(value: object, depth: int) -> str:
    if is_tensor(value) or is_array(value):
        return _tensor(value)
    kind = type(value)
    if kind is float:
        return repr(value)
    if value is None or kind in (bool, int, complex, torch.dtype):
        return repr(value)
    if kind is torch.device:
        return f"device({str(value)!r})"
    if issubclass(kind, str) or kind is bytes:
        return repr(value[:LIMIT] + "..." if len(value) > LIMIT else value)  # type: ignore[index, arg-type]
    if kind is torch.Size:
        return f"torch.Size({list(tuple.__iter__(value))})"  # type: ignore[arg-type]
    if issubclass(kind, torch.nn.Module):
        return _module(value)  # type: ignore[arg-type]
    if depth <= 0:
        return f"<{class_name(value)}>"
    if kind in (list, tuple, set, frozenset):
        return _sequence(value, depth)
    if issubclass(kind, Mapping):
        return _mapping(value, depth)  # type: ignore[arg-type]
    if issubclass(kind, type) or callable(value):
        name = getattr(value, "__qualname__", None) or class_name(value)
        return f"<{'class' if issubclass(kind, type) else 'function'} {name}>"
    return str.__str__(repr(value))


def _tensor(value: object) -> str:
    facts = snapshot(value, corner=_EDGE_ITEMS)
    word = "array" if is_array(value) else "tensor" if facts.plain else facts.type
    notes = [facts.dtype]
    if facts.device != "cpu":
        notes.append(f"on {facts.device}")
    if facts.layout != "strided":
        notes.append(facts.layout)
    elif not is_array(value) and not _contiguous(value):
        notes.append(f"not contiguous, strides {_strides(value)}")
    if facts.requires_grad:
        notes.append("requires_grad")
    head = f"{word} of shape {format_shape(facts.shape)}, {', '.join(notes)}"
    return f"{head}: {format_elements(facts.values, facts.shape)}" if facts.values is not None else head


def _contiguous(value: Any) -> bool:
    with torch._C.DisableTorchFunction():
        return torch.Tensor.is_contiguous(value)


def _strides(value: Any) -> tuple[int, ...]:
    with torch._C.DisableTorchFunction():
        return tuple(torch.Tensor.stride(value))


def _module(module: torch.nn.Module) -> str:
    return str.__str__(repr(module))


def _sequence(value: Any, depth: int) -> str:
    kind = type(value)
    items = [_entry(item, depth) for item, _ in zip(kind.__iter__(value), range(_EDGE_ITEMS), strict=False)]
    more = kind.__len__(value) - len(items)
    if more > 0:
        items.append(f"... {more} more")
    inside = ", ".join(items)
    if kind is list:
        return f"[{inside}]"
    if kind is tuple:
        return f"({inside},)" if kind.__len__(value) == 1 else f"({inside})"
    return (
        f"{{{inside}}}"
        if kind is set and items
        else f"{kind.__name__}({{{inside}}})"
        if items
        else f"{kind.__name__}()"
    )


def _mapping(value: Mapping[Any, Any], depth: int) -> str:
    pairs = []
    for number, (key, item) in enumerate(value.items()):
        if number == _EDGE_ITEMS:
            pairs.append(f"... {len(value) - number} more")
            break
        pairs.append(f"{_entry(key, 1)}: {_entry(item, depth)}")
    return f"{{{', '.join(pairs)}}}"


def _entry(value: object, depth: int) -> str:
    """One entry of a container: an unprintable one doesn't spoil its neighbours."""
    try:
        return cap(_format(value, depth - 1), LIMIT)
    except BaseException:
        return _unprintable(value)


def _unprintable(value: object) -> str:
    return f"<{class_name(value)} that cannot be printed>"


def _nest(shown: tuple[int, ...], shape: tuple[int, ...], cells: Iterator[str]) -> str:
    """Brackets around as many cells as `shown` says, with "..." where `shape` goes on."""
    if not shown:
        return next(cells)
    items = [_nest(shown[1:], shape[1:], cells) for _ in range(shown[0])]
    if shape[0] > shown[0]:
        items.append("...")
    return f"[{', '.join(items)}]"
