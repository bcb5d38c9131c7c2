"""Device mistakes caught on a machine without an accelerator: the meta device, recorders of where tensors were.

It must not choose the device of an attempt (`tutor.judge.device` does).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

META = torch.device("meta")
_ASKING = frozenset(
    getattr(torch.Tensor, name) for name in ("item", "tolist", "cpu", "__float__", "__int__", "__bool__")
)
_WITHOUT_FLOAT64 = frozenset({"mps"})


def home(dtype: torch.dtype, device: torch.device | str) -> torch.device:
    """Where tensors of `dtype` can live: `device`, or the CPU where `device` cannot hold them.

    An Apple GPU ("mps") has neither float64 nor complex128.
    """
    device = torch.device(device)
    if device.type in _WITHOUT_FLOAT64 and dtype in (torch.float64, torch.complex128):
        return torch.device("cpu")
    return device


@contextmanager
def reading_from_meta() -> Iterator[torch.device]:
    """Let code in the block ask tensors of the meta device for numbers or for the CPU: they are 0 there.

    Yields the meta device, on which tensors have shapes and no values: code that leaves one of its tensors on the CPU
    raises there as it would with an accelerator.
    """
    with _Zeros():
        yield META


class _Zeros(TorchFunctionMode):
    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func in _ASKING and args[0].is_meta:
            return func(torch.zeros(args[0].shape, dtype=args[0].dtype))
        return func(*args, **(kwargs or {}))


class _Shared(set[str]):
    """A set that copies of its owner share."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "_Shared":
        return self


class DeviceRecorder(nn.Module):
    """A module around a module or loss function that notes in `seen` the device types of its tensors, by position.

    `seen[0]` are those of the first argument, as a set of "cpu", "cuda", "meta"; copies of the recorder share them.
    """

    def __init__(self, inner: Any, arguments: int = 1) -> None:
        super().__init__()
        self.inner = inner
        self.seen: tuple[set[str], ...] = tuple(_Shared() for _ in range(arguments))

    def forward(self, *args: Any) -> Any:
        """The inner module's result."""
        for seen, value in zip(self.seen, args, strict=False):
            if isinstance(value, torch.Tensor):
                seen.add(value.device.type)
        return self.inner(*args)
