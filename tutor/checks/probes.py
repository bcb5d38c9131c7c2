"""Probes around a block of a check: inputs that must stay as they were, and the global random generator.

Each looks before and after and fails with a sentence; neither changes what runs in between.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from tutor.judge.compare import compare
from tutor.judge.mismatch import Mismatch
from tutor.judge.snapshot import is_tensor

_MARKED_SEED = 0x7475746F72  # no learner seeds with this one


class _Kept:
    """One tensor as it was."""

    def __init__(self, tensor: torch.Tensor, name: str, *, with_version: bool) -> None:
        self.tensor, self.name = tensor, name
        self.values = tensor.detach().clone()
        self.shape, self.stride, self.dtype = tensor.shape, _stride(tensor), tensor.dtype
        self.requires_grad = tensor.requires_grad
        self.version = _version(tensor) if with_version else None

    def check(self) -> None:
        """Raise Mismatch on the first thing that has changed."""
        tensor, name = self.tensor, self.name
        if tensor.shape != self.shape or tensor.dtype != self.dtype:
            found = compare(tensor.detach(), self.values, name=f"{name} afterwards")
            what = "shape" if tensor.shape != self.shape else "dtype"
            message = f"{name} was changed by the call: its {what} is not what it was."
            raise Mismatch(message, diff=found.make_diff if found else None)
        found = compare(tensor.detach(), self.values, name=f"{name} afterwards", exact=True)
        if found is not None:
            raise Mismatch(
                f"{name} was changed by the call: {found.message}",
                diff=found.make_diff,
                diagnosis="Something wrote into the input: `+=`, `x[...] = ...`, or an operation whose name ends in _.",
            )
        if _stride(tensor) != self.stride:
            raise Mismatch(f"{name} was changed by the call: its strides were {self.stride}, now {_stride(tensor)}.")
        if tensor.requires_grad != self.requires_grad:
            raise Mismatch(f"{name} was changed by the call: requires_grad is now {tensor.requires_grad}.")
        if self.version is not None and _version(tensor) != self.version:
            raise Mismatch(f"{name} was written to in place by the call, even if its values are the same again.")


@contextmanager
def unchanged(*values: Any, **named: Any) -> Iterator[None]:
    """Fail when the block changes an input: values, shape, strides, dtype, requires_grad or the version counter.

    Inputs are tensors, NumPy arrays, modules (their state, training modes and requires_grad), and lists, tuples and
    mappings of those; others are ignored. Pass them by keyword to name them: `unchanged(weights=w)`. Raises Mismatch.
    """
    __tracebackhide__ = True
    inputs = {_ordinal(number, len(values)): value for number, value in enumerate(values)} | {
        f"`{name}`": value for name, value in named.items()
    }
    checks = [check for name, value in inputs.items() for check in _keep(value, name)]
    yield
    for check in checks:
        check()


@contextmanager
def rng_untouched(*, allow_advance: bool = False) -> Iterator[None]:
    """Fail when the block reseeds or advances torch's global generator; with `allow_advance` only reseeding is caught.

    The stream of random numbers in the block is the one it would have been without the probe. Raises Mismatch.
    """
    __tracebackhide__ = True
    before = torch.get_rng_state()
    seed = torch.initial_seed()
    marked = _with_seed(before, _MARKED_SEED)
    torch.set_rng_state(marked)
    try:
        yield
        reseeded = torch.initial_seed() != _MARKED_SEED
        advanced = not reseeded and not torch.equal(torch.get_rng_state(), marked)
    finally:
        if torch.initial_seed() == _MARKED_SEED:
            torch.set_rng_state(_with_seed(torch.get_rng_state(), seed))
    if reseeded:
        raise Mismatch(
            "The call reseeds torch's global random generator: everything random in the program that uses it would "
            "repeat itself. A `torch.Generator` of your own leaves it alone."
        )
    if advanced and not allow_advance:
        raise Mismatch(
            "The call takes numbers from torch's global random generator, but it should leave it alone: pass a "
            "`generator`, or do without random numbers."
        )


def _with_seed(state: torch.Tensor, seed: int) -> torch.Tensor:
    """A CPU generator's state with another seed on record (its first eight bytes) and the same numbers to come."""
    changed = state.clone()
    changed[:8] = torch.frombuffer(bytearray(seed.to_bytes(8, "little")), dtype=torch.uint8)
    return changed


def _ordinal(number: int, total: int) -> str:
    if total == 1:
        return "The input"
    words = ("first", "second", "third", "fourth", "fifth", "sixth")
    return f"The {words[number]} input" if number < len(words) else f"Input {number + 1}"


def _keep(value: Any, name: str, *, with_version: bool = True) -> list[Any]:
    """Functions that raise Mismatch when what `value` holds has changed since now."""
    if is_tensor(value):
        return [_Kept(value, name, with_version=with_version).check]
    if isinstance(value, np.ndarray):
        return [_array_check(value, value.copy(), name)]
    if isinstance(value, torch.nn.Module):
        return _module_checks(value, name)
    if isinstance(value, Mapping):
        parts = [_keep(one, f"{name}[{key!r}]") for key, one in value.items()]
        return [_order_check(value, _entries(value), name), *(check for part in parts for check in part)]
    if isinstance(value, list | tuple):
        parts = [_keep(one, f"{name}[{number}]") for number, one in enumerate(value)]
        return [_order_check(value, _entries(value), name), *(check for part in parts for check in part)]
    return []


def _array_check(array: Any, before: Any, name: str) -> Any:
    def check() -> None:
        found = compare(array, before, name=f"{name} afterwards", exact=True)
        if found is not None:
            raise Mismatch(f"{name} was changed by the call: {found.message}", diff=found.make_diff)

    return check


def _order_check(container: Any, before: tuple[list[Any], list[Any]], name: str) -> Any:
    def check() -> None:
        (keys, values), (keys_before, values_before) = _entries(container), before
        same = keys == keys_before and len(values) == len(values_before)
        if not (same and all(now is then for now, then in zip(values, values_before, strict=True))):
            raise Mismatch(f"{name} was changed by the call: it no longer holds the same entries in the same order.")

    return check


def _entries(container: Any) -> tuple[list[Any], list[Any]]:
    """The keys, none for a sequence, and the values: a list may hold pairs of tensors, which `==` cannot compare."""
    if isinstance(container, Mapping):
        return list(container.keys()), list(container.values())
    return [], list(container)


def _module_checks(module: torch.nn.Module, name: str) -> list[Any]:
    modes = {path: part.training for path, part in module.named_modules()}
    grads = {path: parameter.requires_grad for path, parameter in module.named_parameters()}

    def check() -> None:
        for path, part in module.named_modules():
            where = f"Module `{path}` of {name}" if path else name
            if modes.get(path, part.training) != part.training:
                now, then = ("train", "eval") if part.training else ("eval", "train")
                raise Mismatch(f"{where} was in {then} mode before the call and is in {now} mode after it.")
        for path, parameter in module.named_parameters():
            if grads.get(path, parameter.requires_grad) != parameter.requires_grad:
                raise Mismatch(f"{name}: requires_grad of {path} was changed by the call.")

    state = module.state_dict()
    parts = [_keep(entry, f"{key} of {name}", with_version=False) for key, entry in state.items() if is_tensor(entry)]
    return [*(one for part in parts for one in part), check]


def _stride(tensor: torch.Tensor) -> tuple[int, ...] | None:
    return tensor.stride() if tensor.layout == torch.strided else None


def _version(tensor: torch.Tensor) -> int | None:
    try:
        return tensor._version
    except RuntimeError:  # inference tensors keep no count
        return None
