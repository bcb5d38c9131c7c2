"""Spies on objects that a check hands to an answer: which methods of an optimizer were called, how often a loader ran.

They let every call through and change no result. Calls to torch itself are `tutor.checks.spies`'s.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any


class Calls:
    """The names of the methods that were called, in order."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def count(self, name: str) -> int:
        """How often the method `name` was called."""
        return self.names.count(name)


@contextmanager
def record_calls(target: Any, *names: str) -> Iterator[Calls]:
    """Note in the block each call of these methods of `target`, an optimizer, scheduler or module.

    The methods are replaced on the object itself and put back at the end. Raises AttributeError for a method that
    `target` does not have.
    """
    calls = Calls()
    with ExitStack() as stack:
        for name in names:
            stack.callback(_replace(target, name, _noting(getattr(target, name), name, calls)))
        yield calls


def _noting(method: Callable[..., Any], name: str, calls: Calls) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        calls.names.append(name)
        return method(*args, **kwargs)

    return call


def _replace(target: Any, name: str, substitute: Callable[..., Any]) -> Callable[[], None]:
    own = vars(target)
    had, before = name in own, own.get(name)
    object.__setattr__(target, name, substitute)

    def restore() -> None:
        if had:
            object.__setattr__(target, name, before)
        elif own.get(name) is substitute:
            object.__delattr__(target, name)

    return restore


class LoaderSpy:
    """A loader that counts how it is used: `epochs` begun and `batches` handed out; all else is the inner loader's."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader
        self.epochs = 0
        self.batches = 0

    def __iter__(self) -> Iterator[Any]:
        self.epochs += 1
        for batch in self._loader:
            self.batches += 1
            yield batch

    def __len__(self) -> int:
        return len(self._loader)

    def __getattr__(self, name: str) -> Any:
        if name == "_loader":
            raise AttributeError(name)
        return getattr(self._loader, name)
