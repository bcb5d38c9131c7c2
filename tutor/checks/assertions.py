"""The assertions that check authors write: each passes silently or raises Mismatch with a sentence for the learner.

They must not decide equality themselves (`tutor.judge.compare`) nor judge an attempt.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tutor.judge.compare import compare
from tutor.judge.comparison import Comparison
from tutor.judge.diagnose import Alternatives, diagnose, diagnose_tensors
from tutor.judge.format import format_value
from tutor.judge.mismatch import Mismatch


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
