"""What a tensor or an array really is, read out of reach of the learner's overrides, as plain NumPy values.

Everything is read through functions captured when this module was imported, with `__torch_function__` of subclasses
and modes switched off: a subclass cannot lie about its shape, and a patched `torch.equal` or an active default device
changes nothing. Values are copies on the CPU, widened to float64, int64, complex128 or bool.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from msgspec import Struct

from tutor.judge.guarded import class_name, text_of

Array = npt.NDArray[Any]

_SHAPE: Any = torch.Tensor.shape
_DTYPE: Any = torch.Tensor.dtype
_DEVICE: Any = torch.Tensor.device
_LAYOUT: Any = torch.Tensor.layout
_REQUIRES_GRAD: Any = torch.Tensor.requires_grad
_IS_QUANTIZED: Any = torch.Tensor.is_quantized
_DETACH = torch.Tensor.detach
_CPU = torch.Tensor.cpu
_TO = torch.Tensor.to
_NARROW = torch.Tensor.narrow
_NUMPY = torch.Tensor.numpy
_TO_DENSE = torch.Tensor.to_dense
_DEQUANTIZE = torch.Tensor.dequantize
_RESOLVE_CONJ = torch.Tensor.resolve_conj
_RESOLVE_NEG = torch.Tensor.resolve_neg
_PLAIN = (torch.Tensor, torch.nn.Parameter)
_TENSOR = torch.Tensor
_FLOATS = {torch.float16, torch.bfloat16, torch.float32}
_WITHOUT_OVERRIDES = torch._C.DisableTorchFunction


class Snapshot(Struct, frozen=True, kw_only=True, eq=False):
    """One tensor or array: its facts and, unless `unavailable` says why not, its values (same shape)."""

    type: str
    shape: tuple[int, ...]
    dtype: str  # "float32", without "torch."
    device: str
    layout: str  # "strided", "sparse_coo"
    requires_grad: bool
    values: Array | None
    unavailable: str = ""
    plain: bool = True  # exactly Tensor, Parameter or ndarray


def is_tensor(value: object) -> bool:
    """Whether `value` really is a torch.Tensor or a subclass, whatever its `__class__` claims."""
    return issubclass(type(value), _TENSOR)


def is_array(value: object) -> bool:
    """Whether `value` is a NumPy array of numbers or booleans."""
    return issubclass(type(value), np.ndarray) and value.dtype.kind in "biufc"  # type: ignore[attr-defined]


def snapshot(value: Any, *, copy: bool = False, corner: int | None = None) -> Snapshot:
    """The facts and values of a tensor or an array.

    `copy` makes sure that later changes of `value` don't show. `corner` limits the values, not the facts, to the first
    so many along each dimension, so that a huge tensor can be printed at little cost.
    """
    return _of_tensor(value, copy, corner) if is_tensor(value) else _of_array(value, copy)


def _of_tensor(tensor: torch.Tensor, copy: bool, corner: int | None) -> Snapshot:
    with _WITHOUT_OVERRIDES():
        kind = type(tensor)
        try:
            shape = tuple(int(side) for side in _SHAPE.__get__(tensor))
        except RuntimeError:  # an UninitializedParameter has none yet
            shape = ()
        device = _DEVICE.__get__(tensor)
        values, unavailable = None, ""
        try:
            values = _values(tensor, device, copy, corner)
        except BaseException as error:
            unavailable = f"its values cannot be read ({text_of(error).partition(chr(10))[0][:120]})"
        if device.type == "meta":
            unavailable = "it is on the meta device, which knows shapes but holds no values"
        return Snapshot(
            type=class_name(tensor),
            shape=shape,
            dtype=dtype_name(_DTYPE.__get__(tensor)),
            device=str(device),
            layout=str(_LAYOUT.__get__(tensor)).removeprefix("torch."),
            requires_grad=bool(_REQUIRES_GRAD.__get__(tensor)),
            values=values,
            unavailable=unavailable,
            plain=kind in _PLAIN,
        )


def _values(tensor: torch.Tensor, device: torch.device, copy: bool, corner: int | None) -> Array | None:
    if device.type == "meta":
        return None
    plain = _DETACH(tensor)
    if _IS_QUANTIZED.__get__(plain):
        plain = _DEQUANTIZE(plain)
    if _LAYOUT.__get__(plain) is not torch.strided:
        plain = _TO_DENSE(plain)
    if corner is not None:
        for dimension, side in enumerate(_SHAPE.__get__(plain)):
            plain = _NARROW(plain, dimension, 0, min(side, corner))
    plain = _CPU(plain)  # before widening: not every accelerator has float64
    dtype = _DTYPE.__get__(plain)
    if dtype in _FLOATS or (dtype.is_floating_point and dtype is not torch.float64):
        plain = _TO(plain, torch.float64)
    elif dtype.is_complex:
        plain = _RESOLVE_CONJ(_TO(plain, torch.complex128))
    elif dtype not in (torch.bool, torch.float64, torch.uint64):
        plain = _TO(plain, torch.int64)
    array: Array = _NUMPY(_RESOLVE_NEG(plain))
    return array.copy() if copy else array


def _of_array(array: Any, copy: bool) -> Snapshot:
    plain: Array = np.ndarray.view(array, np.ndarray)
    wide = {"f": np.float64, "i": np.int64, "c": np.complex128}.get(plain.dtype.kind)
    values = plain.copy() if wide is None and copy else plain if wide is None else plain.astype(wide)
    return Snapshot(
        type=type(array).__name__,
        shape=plain.shape,
        dtype=str(plain.dtype),
        device="cpu",
        layout="strided",
        requires_grad=False,
        values=values,
        plain=type(array) is np.ndarray,
    )


def dtype_name(dtype: torch.dtype) -> str:
    """ "float32" for torch.float32."""
    return str(dtype).removeprefix("torch.")
