"""Remembers the inputs that hypothesis drew last: after a failure, these are the smallest that fail.

hypothesis replays its smallest failing case last, so remembering replaces running the answer again.
"""

import types
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from hypothesis.strategies import DataObject

from tutor.attempt.result import Argument
from tutor.judge.format import format_value
from tutor.judge.mismatch import Mismatch


class Case(NamedTuple):
    """One input that a check failed on: arguments by name, names of data objects and what was drawn from them."""

    arguments: dict[str, object]
    data: tuple[str, ...]
    draws: list[object]
    generator: torch.Tensor  # the state of torch's global generator at its start
    message: str | None  # of a Mismatch; None where the answer raised something else


class SmallestInput:
    """Watches one `@given` check. Tensors are copied when drawn: the answer may change them in place."""

    def __init__(self) -> None:
        self._drawn: list[tuple[str, object]] = []
        self._draws: list[object] = []
        self.inner: Callable[..., Any] = lambda: None  # the check itself, without hypothesis around it
        self.failures: list[Case] = []  # the first that failed, and the last
        self._put_back: Callable[[], None] = lambda: None

    def watch(self, function: Callable[..., Any], fixtures: frozenset[str]) -> None:
        """Wrap the inner function of the `@given` check `function`; arguments named in `fixtures` are not inputs."""
        handle = getattr(function, "hypothesis", None)
        if handle is None:
            return
        inner, state = handle.inner_test, torch.default_generator.get_state
        self.inner = inner

        def remembering(*args: object, **kwargs: object) -> Any:
            self._drawn, self._draws = [], []
            arguments: dict[str, object] = {}
            generator = state()
            data: list[str] = []
            for label, value in kwargs.items():
                if isinstance(value, DataObject):
                    data.append(label)
                    self._watch_draws(value)
                elif label not in fixtures:
                    arguments[label] = _copied(value)
                    self._drawn.append((label, arguments[label]))
            try:
                return inner(*args, **kwargs)
            except Exception as error:
                message = str(error) if type(error) is Mismatch else None
                self.failures[1:] = [Case(arguments, tuple(data), self._draws, generator, message)]
                raise

        handle.inner_test = remembering
        self._put_back = lambda: setattr(handle, "inner_test", inner)

    def unwatch(self) -> None:
        """Take the wrapper off again."""
        self._put_back()

    def _watch_draws(self, data: DataObject) -> None:
        draw = data.draw

        def remembering(_self: DataObject, strategy: Any, label: Any = None) -> Any:
            value = draw(strategy, label)
            self._draws.append(_copied(value))
            self._drawn.append((str(label) if label is not None else f"input {data.count}", _copied(value)))
            return value

        data.draw = types.MethodType(remembering, data)  # type: ignore[method-assign]

    def arguments(self) -> tuple[Argument, ...]:
        """The inputs of the last case, formatted."""
        return tuple(Argument(label=label, value=format_value(value)) for label, value in self._drawn)


def _copied(value: object) -> object:
    """A tensor with memory of its own and the same strides: what a check is about may be that an input is a view."""
    if type(value) is not torch.Tensor:
        return value
    copy = value.detach().clone()
    if value.layout is not torch.strided or copy.stride() == value.stride() or value.is_conj() or value.is_neg():
        return copy
    storage = value.untyped_storage().clone()  # type: ignore[no-untyped-call]
    empty = torch.empty(0, dtype=value.dtype, device=value.device)
    return empty.set_(storage, value.storage_offset(), value.size(), value.stride())
