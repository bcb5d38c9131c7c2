"""A spy on torch calls: functions that an exercise forbids, and how many calls an answer may make.

It sees calls by whatever name they go (function, Tensor method, operator, in-place twin) and puts back all it replaced.
What a torch function does inside itself is its own business: forbidding `torch.exp` does not forbid `torch.softmax`.
"""

import sys
import types
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from tutor.judge.mismatch import Mismatch

_OPERATORS = {"truediv": "div", "floordiv": "floor_divide", "mod": "remainder", "invert": "bitwise_not"}
_SYNONYMS = {
    "absolute": "abs",
    "multiply": "mul",
    "subtract": "sub",
    "divide": "div",
    "true_divide": "div",
    "negative": "neg",
    "clip": "clamp",
    "swapaxes": "transpose",
    "swapdims": "transpose",
    "moveaxis": "movedim",
    "concat": "cat",
    "concatenate": "cat",
    "greater": "gt",
    "greater_equal": "ge",
    "less": "lt",
    "less_equal": "le",
    "not_equal": "ne",
    "ger": "outer",
    "row_stack": "vstack",
}
_WITH_TWINS = ("add", "sub", "mul", "div", "truediv", "floordiv", "mod", "pow", "matmul")
_TWINS = frozenset(f"{letter}{name}" for letter in "ri" for name in _WITH_TWINS)  # __radd__, __iadd__
_NAMESPACES = ("linalg_", "special_")
# Looking at a tensor is not computing with it.
_UNCOUNTED = frozenset(
    (
        *("__get__", "__set__", "__len__", "__iter__", "__repr__", "__format__", "__hash__", "__bool__"),
        *("size", "dim", "ndimension", "numel", "nelement", "stride", "storage_offset", "data_ptr", "get_device"),
        *("is_contiguous", "element_size", "is_floating_point", "is_complex", "requires_grad_"),
    )
)


@contextmanager
def forbid(*functions: Any, at_most_calls: int | None = None) -> Iterator[None]:
    """Fail when the block calls one of `functions`, or makes more than `at_most_calls` calls to torch.

    A torch function is forbidden with its Tensor method, its operators, its in-place twin and its synonyms:
    `torch.matmul` stands for `@`, `Tensor.matmul` and `torch.linalg.matmul`, though not for `torch.mm`. Tensor
    properties (`torch.Tensor.T`), modules and other classes (`nn.Linear`: neither made nor, for modules, run) and
    plain Python functions can be forbidden too. Calls are let through and told at the end of the block, with the
    learner's line. Raises Mismatch.
    """
    __tracebackhide__ = True
    spy = _Spy(functions, _file_of_the_check())
    with ExitStack() as stack:
        for function in functions:
            _watch(function, spy, stack)
        with spy:
            yield
    if spy.found:
        name, line = spy.found[0]
        where = f" Line {line} calls it." if line else ""
        raise Mismatch(f"`{name}` is not allowed in this exercise.{where}")
    if at_most_calls is not None and spy.calls > at_most_calls:
        raise Mismatch(
            f"{spy.calls} calls to torch were made where {at_most_calls} are enough{spy.mostly()}: is there a loop "
            "over elements that one operation on the whole tensor could replace?"
        )


def _file_of_the_check() -> str:
    """The file whose `with` statement is being entered: the nearest frame past this module and contextlib."""
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__") in (__name__, "contextlib"):
        frame = frame.f_back
    return frame.f_code.co_filename if frame is not None else ""


class _Spy(TorchFunctionMode):
    """Counts calls to torch and notes forbidden ones with the line they came from."""

    def __init__(self, functions: tuple[Any, ...], check_file: str) -> None:
        super().__init__()
        self.calls = 0
        self.found: list[tuple[str, int | None]] = []
        self._functions: Counter[str] = Counter()  # calls by the function of the learner that the check called
        self._check_file = check_file
        self._names = {_canonical(function): display_name(function) for function in functions if _by_name(function)}

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if getattr(func, "__name__", "") not in _UNCOUNTED:
            self.calls += 1
            self._functions[next((frame.f_code.co_name for frame in reversed(self._learners())), "")] += 1
        name = self._names.get(_canonical(func))
        if name is not None:
            self.note(name)
        return func(*args, **(kwargs or {}))

    def note(self, name: str) -> None:
        """A forbidden call: keep what it was and where in the learner's file it stands."""
        frames = self._learners()
        self.found.append((name, frames[0].f_lineno if frames else None))

    def mostly(self) -> str:
        """In which function of the learner most calls were made, as a part of a sentence; empty where in none."""
        name, count = self._functions.most_common(1)[0]
        return f", most of them in `{name}`" if name.isidentifier() and 2 * count > self.calls else ""

    def _learners(self) -> list[types.FrameType]:
        """The frames of the learner's code that is running, the one nearest to torch first."""
        frame: types.FrameType | None = sys._getframe(1)
        frames = []
        while frame is not None and frame.f_code.co_filename != self._check_file:
            if frame.f_code.co_filename != __file__ and not _of_a_library(frame):
                frames.append(frame)
            frame = frame.f_back
        return frames if frame is not None else frames[:1]


def display_name(function: Any) -> str:
    """How a learner would write the function: "torch.cdist", "Tensor.T", "nn.Linear"."""
    name = str(getattr(function, "__name__", function))
    if isinstance(function, types.GetSetDescriptorType | property) or _is_tensor_method(function):
        return f"Tensor.{name}"
    for module, shown in (
        (torch, "torch"),
        (torch.nn.functional, "F"),
        (torch.nn, "nn"),
        (torch.linalg, "torch.linalg"),
        (torch.optim, "torch.optim"),
    ):
        short = name.removeprefix("linalg_")
        if getattr(module, name, None) is function or getattr(module, short, None) is function:
            return f"{shown}.{short if hasattr(module, short) else name}"
    module_name = getattr(function, "__module__", None)
    return f"{module_name}.{name}" if module_name and module_name != "builtins" else name


def _is_tensor_method(function: Any) -> bool:
    name = getattr(function, "__name__", None)
    return name is not None and getattr(torch.Tensor, name, None) is function


def _canonical(function: Any) -> tuple[str, str] | str:
    """One name for a function and all its twins; a property is ("get", name)."""
    owner = getattr(function, "__self__", None)
    if isinstance(function, types.GetSetDescriptorType):
        return "get", function.__name__
    if isinstance(owner, types.GetSetDescriptorType | property):
        kind = "get" if function.__name__ == "__get__" else "set"
        return kind, getattr(owner, "__name__", "")
    name = str(getattr(function, "__name__", ""))
    if name.startswith("__") and name.endswith("__"):
        name = name[2:-2]
        name = name[1:] if name in _TWINS else name
        name = _OPERATORS.get(name, name)
    for prefix in _NAMESPACES:
        name = name.removeprefix(prefix)
    name = name.rstrip("_") if not name.startswith("_") else name
    return _SYNONYMS.get(name, name)


def _by_name(function: Any) -> bool:
    """Whether torch tells modes about calls of it."""
    if isinstance(function, type):
        return False
    if isinstance(function, types.FunctionType):
        return "handle_torch_function" in function.__code__.co_names or _is_tensor_method(function)
    return _is_tensor_method(function) or isinstance(function, types.GetSetDescriptorType) or _of_torch(function)


def _of_torch(function: Any) -> bool:
    name = getattr(function, "__name__", "")
    places = (torch, torch.nn.functional, torch.linalg, torch.special, torch.fft, torch._C._nn)
    return any(getattr(place, name.removeprefix("linalg_"), None) is function for place in places) or any(
        getattr(place, name, None) is function for place in places
    )


def _watch(function: Any, spy: _Spy, stack: ExitStack) -> None:
    """Replace what torch does not tell about by something that does, until the stack closes."""
    if isinstance(function, type):
        stack.callback(_wrap_attribute(function, "__init__", spy, display_name(function)))
        if issubclass(function, torch.nn.Module):
            stack.callback(_wrap_attribute(function, "forward", spy, display_name(function)))
    elif not _by_name(function):
        stack.callback(_replace_everywhere(function, _telling(function, spy, display_name(function))))


def _telling(function: Callable[..., Any], spy: _Spy, name: str) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        spy.note(name)
        return function(*args, **kwargs)

    return call


def _wrap_attribute(owner: type, name: str, spy: _Spy, shown: str) -> Callable[[], None]:
    had_own = name in vars(owner)
    before = getattr(owner, name)
    setattr(owner, name, _telling(before, spy, shown))

    def restore() -> None:
        if had_own:
            setattr(owner, name, before)
        else:
            delattr(owner, name)

    return restore


def _replace_everywhere(function: Any, substitute: Any) -> Callable[[], None]:
    """Put `substitute` wherever a loaded module holds `function` by its name; returns what undoes it."""
    name = getattr(function, "__name__", None)
    if name is None:
        raise TypeError(f"forbid() takes functions and classes, and {function!r} has no name.")
    # torch wraps some functions a second time when torch._dynamo is first imported: modules may hold either.
    held = [
        (module, value)
        for module in list(sys.modules.values())
        if (value := getattr(module, "__dict__", {}).get(name)) is not None
        and (value is function or _wrapped(value) is function or _wrapped(function) is value)
    ]
    for module, _ in held:
        setattr(module, name, substitute)

    def restore() -> None:
        for module, value in held:
            if vars(module).get(name) is substitute:
                setattr(module, name, value)

    return restore


def _wrapped(value: Any) -> Any:
    return vars(value).get("__wrapped__") if isinstance(value, types.FunctionType) else None


def _of_a_library(frame: types.FrameType) -> bool:
    package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return package in {"torch", "torchvision", "tutor", "contextlib"}
