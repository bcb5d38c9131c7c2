"""The assertions that check authors write: each passes silently or raises Mismatch with a sentence for the learner.

They must not decide equality themselves (`tutor.judge.compare`) nor judge an attempt.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import torch

from tutor.judge.compare import compare
from tutor.judge.comparison import Comparison
from tutor.judge.diagnose import Alternatives, diagnose, diagnose_tensors
from tutor.judge.format import format_value
from tutor.judge.guarded import class_name
from tutor.judge.mismatch import Mismatch
from tutor.judge.snapshot import is_tensor

_Kind = TypeVar("_Kind")
_WORDS = {torch.Tensor: "a tensor", dict: "a dictionary", str: "a string", int: "a whole number", float: "a number"}


def assert_close(
    actual: Any,
    expected: Any,
    *,
    name: str = "result",
    rtol: float | None = None,
    atol: float | None = None,
    check_grad: bool = False,
    explain: Alternatives | None = None,
) -> None:
    """Fail unless `actual` equals `expected` within tolerance; `name` is the subject of the learner's sentence.

    Tensors and NumPy arrays: type, shape, dtype, device (and requires_grad with `check_grad`), then values; nan equals
    nan. Default tolerances go by the expected dtype: float32 1e-5 relative and 1e-6 absolute, float64 1e-9 and 1e-11,
    Python floats 1e-6 and 1e-7, integers and booleans exact. The default absolute one grows with the largest expected
    element, up to a hundredfold. Numbers, strings, sequences, mappings, state_dicts and modules are compared entry by
    entry; bool, int, float and 0-d tensors are told apart.

    `explain` maps a sentence to the value a known mistake gives (or to a function that makes it): when `actual` is that
    value, the learner reads the sentence. Raises Mismatch.
    """
    __tracebackhide__ = True
    found = compare(actual, expected, name=name, rtol=rtol, atol=atol, check_grad=check_grad)
    if found is not None:
        raise _mismatch(found, actual, expected, name, explain)


def assert_equal(actual: Any, expected: Any, *, name: str = "value", explain: Alternatives | None = None) -> None:
    """Fail unless `actual` is exactly `expected`: same type, no tolerance; any value. Raises Mismatch.

    torch.Size and tuple count as the same type, for both are shapes. `explain` works as in `assert_close`.
    """
    __tracebackhide__ = True
    found = compare(actual, expected, name=name, exact=True)
    if found is not None:
        raise _mismatch(found, actual, expected, name, explain)


def _mismatch(found: Comparison, actual: object, expected: object, name: str, explain: Alternatives | None) -> Mismatch:
    """The failure, with its diagnosis made when it is read where copies allow to wait."""
    if found.tensors is None or explain:
        reason: str | None = diagnose(actual, expected, name=name, explain=explain)
        return Mismatch(found.message, diff=found.make_diff, diagnosis=reason)
    mine, theirs = found.tensors
    return Mismatch(found.message, diff=found.make_diff, diagnosis=lambda: diagnose_tensors(mine, theirs, name=name))


def assert_gradients_close(
    function: Callable[..., Any],
    reference: Callable[..., torch.Tensor],
    *inputs: Any,
    name: str = "result",
    rtol: float | None = None,
    atol: float | None = None,
) -> None:
    """Fail unless `function(*inputs)` has the value and the gradients of `reference(*inputs)`, by value.

    Both get their own copies of the inputs; floating tensors among them, of any shape, require gradients. Both return
    one tensor. The gradients are those of a weighted sum of its elements, for every floating input. Raises Mismatch.
    """
    __tracebackhide__ = True
    actual, mine = _with_gradients(function, inputs)
    expected, theirs = _with_gradients(reference, inputs)
    assert_close(actual.detach() if is_tensor(actual) else actual, expected.detach(), name=name, rtol=rtol, atol=atol)
    if not actual.requires_grad:
        raise Mismatch(f"{name} is cut off from the graph: no gradient can flow back from it to the input.")
    weights = torch.linspace(0.5, 1.5, expected.numel(), dtype=expected.dtype, device=expected.device)
    weights = weights.reshape(expected.shape)
    both = [
        torch.autograd.grad(output, list(leaves.values()), weights, allow_unused=True, materialize_grads=True)
        for output, leaves in ((actual, mine), (expected, theirs))
    ]
    names = _parameters(reference, len(inputs)) if len(theirs) > 1 else {}
    for number, got, wanted in zip(theirs, *both, strict=True):
        which = "the input" if len(theirs) == 1 else names.get(number, f"input {number + 1}")
        assert_close(got, wanted, name=f"gradient of {name} with respect to {which}", rtol=rtol, atol=atol)


def _parameters(reference: Callable[..., Any], count: int) -> dict[int, str]:
    """The names of the first `count` parameters by position, empty where they do not have names of their own."""
    try:
        found = list(inspect.signature(reference).parameters.values())[:count]
    except (TypeError, ValueError):
        return {}
    named = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return {n: one.name for n, one in enumerate(found) if one.kind in named}


def _with_gradients(function: Callable[..., Any], inputs: tuple[Any, ...]) -> tuple[Any, dict[int, torch.Tensor]]:
    """What `function` returns for copies of the inputs, and by position the copies that require gradients."""
    copies = [one.detach().clone() if is_tensor(one) else one for one in inputs]
    leaves = {n: one.requires_grad_() for n, one in enumerate(copies) if is_tensor(one) and one.is_floating_point()}
    # A view of each leaf, so that an answer that works in place reaches autograd's rules and not the leaf's ban.
    return function(*(one.view_as(one) if n in leaves else one for n, one in enumerate(copies))), leaves


@contextmanager
def assert_raises(
    kind: type[BaseException] | tuple[type[BaseException], ...], what: str = "this call"
) -> Iterator[None]:
    """Fail unless the block raises `kind`; `what` names the call, as in "dataset[len(dataset)]". Raises Mismatch."""
    __tracebackhide__ = True
    kinds = kind if isinstance(kind, tuple) else (kind,)
    wanted = " or ".join(one.__name__ for one in kinds)
    try:
        yield
    except kinds as error:
        if isinstance(error, NotImplementedError) and NotImplementedError not in kinds:
            raise  # RuntimeError's subclass: the starter's TODO is no answer
        return
    except (Mismatch, NotImplementedError, KeyboardInterrupt, SystemExit):
        raise
    except Exception as error:
        text = format_value(str(error), 120)
        raise Mismatch(f"{what} should raise {wanted}, but it raised {type(error).__name__}: {text}.") from error
    raise Mismatch(f"{what} should raise {wanted}, but it raised nothing.")


def expect(condition: object, sentence: str) -> None:
    """Fail with `sentence` unless `condition` is true; for properties that are not a comparison. Raises Mismatch."""
    __tracebackhide__ = True
    if not condition:
        raise Mismatch(sentence)


def assert_type(value: object, kind: type[_Kind], call: str) -> _Kind:
    """`value`, which `call` gave, if it is a `kind`; otherwise fail and say what it is. Raises Mismatch.

    For values whose parts are looked at before they are compared: `assert_close` sees to types itself.
    """
    __tracebackhide__ = True
    if isinstance(value, kind):
        return value
    raise Mismatch(f"{call} should return {_WORDS.get(kind, _a(kind.__name__))}; it returned {kind_of(value)}.")


def kind_of(value: object) -> str:
    """What `value` is, for a sentence on what a call returned: "a list"."""
    return "nothing (is there a `return`?)" if value is None else _a(class_name(value))


def _a(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiouAEIOU' else 'a'} {noun}"
