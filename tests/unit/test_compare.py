"""Values are equal or not whatever their own methods claim, and a difference is told completely."""

import math
from collections import OrderedDict, namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from tutor.attempt.diff import EntriesDiff, TensorDiff, TextDiff, ValueDiff
from tutor.judge.compare import compare

Pair = namedtuple("Pair", "values indices")


def says(actual: object, expected: object, words: str, **options: Any) -> None:
    found = compare(actual, expected, **options)
    assert found is not None, f"equal, where {words!r} is expected"
    assert words in found.message, found.message
    assert found.diff is not None


def tensor_diff(actual: object, expected: object, **options: Any) -> TensorDiff:
    found = compare(actual, expected, **options)
    assert found is not None
    assert isinstance(found.diff, TensorDiff)
    return found.diff


EQUAL: list[tuple[object, object]] = [
    (torch.ones(2), torch.ones(2)),
    (nn.Parameter(torch.ones(2)), torch.ones(2)),
    (torch.tensor([math.nan, math.inf, -math.inf, -0.0]), torch.tensor([math.nan, math.inf, -math.inf, 0.0])),
    (torch.empty(0, 3), torch.empty(0, 3)),
    (torch.tensor(3), torch.tensor(3)),
    (torch.ones(3, 4).T, torch.ones(4, 3)),
    (torch.tensor([1 + 2j]).conj(), torch.tensor([1 - 2j])),
    (torch.ones(2, 2).to_sparse(), torch.ones(2, 2).to_sparse()),
    (torch.ones(2, device="meta"), torch.ones(2, device="meta")),
    (torch.tensor([True]), torch.tensor([True])),
    (torch.tensor([1.0], dtype=torch.bfloat16), torch.tensor([1.01], dtype=torch.bfloat16)),
    (torch.tensor([1.0, 1e8]), torch.tensor([1.000001, 1e8])),
    (1.0, 1.0 + 1e-9),
    (math.nan, math.nan),
    (np.float64(2.0), 2.0),
    (3, 3),
    ([1, [2.0, torch.ones(1)]], [1, [2.0, torch.ones(1)]]),
    ((2, 3), torch.Size([2, 3])),
    (torch.Size([2, 3]), (2, 3)),
    (Pair(1, 2), (1, 2)),
    (OrderedDict(b=1, a=2), {"a": 2, "b": 1}),
    (torch.device("cuda:0"), torch.device("cuda")),
    (None, None),
    ("a", "a"),
    (np.arange(3), np.arange(3)),
    ({1, 2}, {2, 1}),
    (torch.float32, torch.float32),
]


@pytest.mark.parametrize(
    ("actual", "expected"), EQUAL, ids=[f"{type(a).__name__}-{i}" for i, (a, _) in enumerate(EQUAL)]
)
def test_equal(actual: object, expected: object) -> None:
    assert compare(actual, expected) is None


DIFFERENT: list[tuple[object, object, str]] = [
    (torch.ones(2, 1), torch.ones(2), "has shape (2, 1), but (2,) is expected"),
    (torch.ones(2).double(), torch.ones(2), "has dtype float64, but float32 is expected"),
    (torch.ones(2, device="meta"), torch.ones(2), "is on the device meta, but cpu is expected"),
    (torch.ones(2, 2).to_sparse(), torch.ones(2, 2), "is stored as sparse_coo, but strided is expected"),
    (torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.5]), "differs in 1 of 2 elements: at [1] it is 2.0, but 2.5"),
    (torch.zeros(2, 2), torch.ones(2, 2), "differs in all 4 elements: first at [0, 0], where it is 0.0, but 1.0"),
    (torch.tensor(2.0), torch.tensor(2.00003), "result is 2.0, but 2.00003 is expected."),
    (torch.tensor([2]), torch.tensor([3]), "result is 2 at [0], but 3 is expected"),
    (torch.tensor([math.nan]), torch.tensor([0.0]), "is nan at [0], but 0.0"),
    (torch.tensor([math.inf]), torch.tensor([-math.inf]), "is inf at [0], but -inf"),
    (torch.tensor([5.0]), torch.tensor([math.inf]), "is 5.0 at [0], but inf"),
    (torch.tensor([2**53 + 1]), torch.tensor([2**53]), "9007199254740993"),
    (None, torch.ones(1), "nothing was returned. Is a `return` missing?"),
    (NotImplemented, torch.ones(1), "still to write"),
    (NotImplementedError, 3, "still to write"),
    (2.0, torch.tensor(2.0), "is the Python float 2.0, but a tensor is expected: was `.item()`"),
    (torch.tensor(2.0), 2.0, "a tensor without dimensions holding 2.0, but the Python float 2.0"),
    (torch.ones(3), 2.0, "is a tensor of shape (3,), but the Python float 2.0"),
    (np.ones(2), torch.ones(2), "is a NumPy ndarray, but a tensor is expected"),
    (torch.ones(2), np.ones(2), "is a tensor, but a NumPy array is expected"),
    ((torch.ones(2),), torch.ones(2), "is there a comma too many"),
    ([1.0], torch.ones(1), "is a list ([1.0]), but a tensor is expected"),
    (np.ones(2, dtype=np.float32), np.ones(2), "has dtype float32, but float64"),
    (1, 1.0, "is the int 1, but the float 1.0 is expected"),
    (True, 1, "is the bool True, but the int 1 is expected"),
    ("3", 3, "is the str '3', but the int 3"),
    (3, 4, "result is 3, but 4 is expected"),
    (0.1 + 1e-5, 0.1, "is 0.10001, but 0.1 is expected"),
    (None, 3, "nothing was returned"),
    ("abd", "abc", "is 'abd', but 'abc' is expected"),
    ("a\nb\nc", "a\nx\nc", "differs in line 2: it is 'b', but 'x' is expected"),
    ("a\nb" + "." * 99, "a\nb" + "." * 99 + "\nc", "ends after line 2: the line 'c' is missing"),
    ([1, 2], (1, 2), "is a list ([1, 2]), but a tuple is expected"),
    (torch.Size([3, 4]), torch.Size([4, 3]), "is (3, 4), but (4, 3) is expected"),
    ([1.5], [1.5, 2.5], "has 1 entry, but 2 are expected"),
    ([1.5, 2.5], [1.5], "has 2 entries, but 1 is expected"),
    ([1.5, 3.5], [1.5, 2.5], "result[1] is 3.5, but 2.5 is expected"),
    ({"a": 1.5}, {"b": 1.5}, "lacks the key `b` and has the key `a` instead"),
    ({"a": 1.5, "b": 2}, {"a": 1.5}, "has the key `b`, which should not be there"),
    ({"a": torch.ones(2)}, {"a": torch.zeros(2)}, "result['a'] differs in all 2 elements"),
    ([1], {"a": 1}, "is a list, but a dict is expected"),
    (nn.Linear(2, 3), nn.ReLU(), "is a Linear, but a ReLU is expected"),
    (3, nn.ReLU(), "is an int, but an nn.Module is expected"),
    (torch.float64, torch.float32, "is torch.float64, but torch.float32 is expected"),
    (torch.device("cpu"), torch.device("cuda"), "is device('cpu'), but device('cuda') is expected"),
    (3, None, "is 3 (int), but None is expected"),
    ({1}, {2}, "is {1}, but {2} is expected"),
]


@pytest.mark.parametrize(("actual", "expected", "words"), DIFFERENT, ids=[words[:40] for _, _, words in DIFFERENT])
def test_different(actual: object, expected: object, words: str) -> None:
    says(actual, expected, words)


@pytest.mark.parametrize(
    ("dtype", "close", "far"),
    [
        (torch.float64, 1 + 1e-10, 1 + 1e-7),
        (torch.float32, 1 + 5e-6, 1 + 1e-4),
        (torch.float16, 1.003, 1.02),
        (torch.bfloat16, 1.01, 1.06),
        (torch.complex128, 1 + 1e-10, 1 + 1e-7),
    ],
)
def test_default_tolerances(dtype: torch.dtype, close: float, far: float) -> None:
    one = torch.tensor([1.0], dtype=dtype)
    assert compare(torch.tensor([close], dtype=dtype), one) is None
    assert compare(torch.tensor([far], dtype=dtype), one) is not None
    assert compare(torch.tensor([far], dtype=dtype), one, rtol=0.1) is None
    assert compare(torch.tensor([far], dtype=dtype), one, atol=0.1) is None
    assert compare(torch.tensor([close], dtype=torch.float64).to(dtype), one, exact=True) is not None


def test_requires_grad_only_when_asked() -> None:
    mine, theirs = torch.ones(2), torch.ones(2, requires_grad=True)
    assert compare(mine, theirs) is None
    says(mine, theirs, "carries no gradient", check_grad=True)
    says(theirs, mine, "carries a gradient", check_grad=True)


class Liar(torch.Tensor):
    """Claims to be whatever it is compared with."""

    shape = property(lambda self: torch.Size([3]))  # type: ignore[assignment]

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return torch.tensor(True)

    def __eq__(self, other: object) -> bool:  # type: ignore[override]
        return True

    __hash__ = torch.Tensor.__hash__


class AlwaysEqual:
    __class__ = torch.Tensor  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True

    def __len__(self) -> int:
        return 3

    def __getattr__(self, name: str) -> Any:
        return getattr(torch.ones(3), name)


class LyingList(list[float]):
    def __eq__(self, other: object) -> bool:
        return True

    def __len__(self) -> int:
        return 2

    def __iter__(self) -> Any:
        return iter([1.5, 2.5])


def test_a_hostile_subclass_cannot_pass() -> None:
    says(torch.zeros(2).as_subclass(Liar), torch.ones(3), "is a Liar, but a Tensor is expected")
    says(AlwaysEqual(), torch.ones(3), "but a tensor is expected")
    says(AlwaysEqual(), 3.0, "but the float 3.0 is expected")
    says(AlwaysEqual(), "x", "is expected")
    says(LyingList([9.5]), [1.5, 2.5], "has 1 entry")


def test_patched_torch_cannot_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    yes: Callable[..., Any] = lambda *args, **kwargs: torch.tensor(True)  # noqa: E731
    for owner, name in [(torch, "equal"), (torch, "allclose"), (torch.Tensor, "equal"), (torch.Tensor, "numpy")]:
        monkeypatch.setattr(owner, name, yes)
    for name in ("isclose", "array_equal", "abs", "isfinite"):
        monkeypatch.setattr(np, name, lambda *args, **kwargs: np.array(True))
    assert compare(torch.zeros(2), torch.ones(2)) is not None
    assert compare(torch.ones(2), torch.ones(2)) is None


def test_default_device_and_modes_do_not_matter() -> None:
    from torch.overrides import TorchFunctionMode

    class Fooling(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            return torch.ones(1)

    torch.set_default_device("meta")
    try:
        assert compare(torch.zeros(2, device="cpu"), torch.ones(2, device="cpu")) is not None
    finally:
        torch.set_default_device(None)
    zeros, ones = torch.zeros(2), torch.ones(2)
    with Fooling():
        assert compare(zeros, ones) is not None
        assert compare(ones, ones) is None


def test_tensor_diff_is_complete() -> None:
    expected = torch.arange(20.0).reshape(4, 5)
    actual = expected.clone()
    actual[2, 3], actual[3, 0] = -1.0, math.nan
    diff = tensor_diff(actual, expected, name="table")
    assert (diff.name, diff.differing, diff.total) == ("table", 2, 20)
    assert diff.first is not None
    assert (diff.first.index, diff.first.expected, diff.first.actual) == ((2, 3), "13.0", "-1.0")
    assert diff.largest_absolute is not None and diff.largest_relative is not None
    assert (diff.largest_absolute.value, diff.largest_absolute.index) == (14.0, (2, 3))
    assert diff.largest_relative.value == pytest.approx(14 / 13)
    assert (diff.expected.shape, diff.expected.dtype, diff.expected.type) == ((4, 5), "float32", "Tensor")
    statistics = diff.actual.statistics
    assert statistics is not None
    assert (statistics.minimum, statistics.maximum, statistics.nan) == (-1.0, 19.0, 1)
    assert diff.window is not None
    assert diff.relative_tolerance == 1e-5


@pytest.mark.parametrize(
    ("actual", "expected", "absolute", "relative"),
    [
        ([1.0, 5.0], [0.0, 5.0], 1.0, None),
        ([math.nan, 5.0], [10.0, 5.0], None, None),
        ([math.inf, 6.0], [10.0, 5.0], 1.0, 0.2),
        ([True, False], [True, True], None, None),
    ],
)
def test_the_largest_difference_is_of_elements_that_differ(
    actual: list[float], expected: list[float], absolute: float | None, relative: float | None
) -> None:
    diff = tensor_diff(torch.tensor(actual), torch.tensor(expected))
    found = [one and pytest.approx(one.value) for one in (diff.largest_absolute, diff.largest_relative)]
    assert found == [absolute, relative]


def test_only_a_tuple_of_one_may_be_a_comma_too_many() -> None:
    says((torch.ones(2),), torch.ones(2), "a comma too many after `return`?")
    found = compare((torch.ones(2), torch.ones(2)), torch.ones(2))
    assert found is not None and found.message == "result is a tuple of 2, but a tensor is expected."


def test_statistics_tell_nan_and_infinities_apart() -> None:
    diff = tensor_diff(torch.tensor([math.nan, math.inf, -math.inf, 1.0]), torch.ones(4))
    statistics = diff.actual.statistics
    assert statistics is not None
    assert (statistics.nan, statistics.positive_infinity, statistics.negative_infinity) == (1, 1, 1)
    assert (statistics.minimum, statistics.maximum, statistics.mean) == (1.0, 1.0, 1.0)
    nothing = tensor_diff(torch.tensor([math.nan]), torch.ones(1)).actual.statistics
    assert nothing is not None and nothing.mean is None


def test_shapes_that_differ_have_no_counts() -> None:
    diff = tensor_diff(torch.ones(2), torch.ones(3))
    assert diff.differing is None and diff.window is None and diff.first is None


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(shape=st.lists(st.integers(1, 12), min_size=1, max_size=4), data=st.data())
def test_window_holds_the_first_difference(shape: list[int], data: st.DataObject) -> None:
    index = tuple(data.draw(st.integers(0, side - 1)) for side in shape)
    expected = torch.arange(float(math.prod(shape))).reshape(shape)
    actual = expected.clone()
    actual[index] = -7.0
    diff = tensor_diff(actual, expected)
    window = diff.window
    assert window is not None and diff.first is not None
    assert diff.first.index == index
    rows, columns = len(window.expected), len(window.expected[0])
    assert rows <= 5 and columns <= 6 and len(window.corner) == len(shape)
    row = index[-2] - window.corner[-2] if len(shape) > 1 else 0
    column = index[-1] - window.corner[-1]
    assert window.differs[row][column]
    assert window.actual[row][column] == "-7.0"
    assert float(window.expected[row][column]) == expected[index].item()
    assert sum(map(sum, window.differs)) == 1
    assert rows == min(5, shape[-2] if len(shape) > 1 else 1) and columns == min(6, shape[-1])


def test_cells_are_told_apart() -> None:
    diff = tensor_diff(torch.tensor([1.23456789], dtype=torch.float64), torch.tensor([1.23456780], dtype=torch.float64))
    assert diff.first is not None
    assert diff.first.expected != diff.first.actual
    assert diff.window is not None
    assert diff.window.expected != diff.window.actual


def test_large_tensors() -> None:
    expected = torch.zeros(10_000_000)
    actual = expected.clone()
    actual[-1] = 1
    assert tensor_diff(actual, expected).differing == 1


def test_entries() -> None:
    expected = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    actual = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    actual.load_state_dict(expected.state_dict())
    assert compare(actual, expected) is None
    with torch.no_grad():
        actual[1].bias += 1
    found = compare(actual, expected, name="model")
    assert found is not None
    assert found.message.startswith("`1.bias` of state_dict of model is ")
    diff = found.diff
    assert isinstance(diff, EntriesDiff)
    assert (diff.container, diff.matching, [entry.key for entry in diff.entries]) == ("Module", 3, ["1.bias"])
    missing = compare({"a.weight": torch.ones(1)}, {"a.weight": torch.ones(1), "a.bias": torch.ones(1)})
    assert missing is not None and isinstance(missing.diff, EntriesDiff)
    assert (missing.diff.container, missing.diff.missing) == ("state_dict", ("'a.bias'",))


def test_entries_are_called_by_what_they_are() -> None:
    says([1.5], [2.5], "losses[0] is 1.5", name="losses")
    says([1.5], [2.5], "entry 0 of the losses of train() is 1.5", name="the losses of train()")
    says(list(range(20)), [0, 2, *range(2, 20)], "entry 1 of the order is 1, but 2", name="the order")
    says({"w": 1.5}, {"w": 2.5}, "`w` of the weights is 1.5", name="the weights")


def test_other_diffs() -> None:
    found = compare(3, 5)
    assert found is not None and isinstance(found.diff, ValueDiff) and found.diff.difference == -2
    found = compare("a\nb", "a\nc")
    assert found is not None and isinstance(found.diff, TextDiff)
    assert found.diff.lines == ("  a", "- c", "+ b")


def test_exact() -> None:
    assert compare(torch.ones(2), torch.ones(2), exact=True) is None
    assert compare((2, 3), torch.Size([2, 3]), exact=True) is None
    says(torch.ones(2) + 1e-6, torch.ones(2), "differs", exact=True)
    says(nn.Parameter(torch.ones(2)), torch.ones(2), "is a Parameter, but a Tensor", exact=True)
    says(OrderedDict(a=1), {"a": 1}, "is an OrderedDict, but a dict", exact=True)
    says(np.float64(1), 1.0, "is the float64", exact=True)
    says(1.0 + 1e-9, 1.0, "is expected", exact=True)


def test_diff_shows_the_values_of_the_comparison() -> None:
    actual = torch.zeros(2)
    found = compare(actual, torch.ones(2))
    actual += 5
    assert found is not None and isinstance(found.diff, TensorDiff)
    assert found.diff.first is not None and found.diff.first.actual == "0.0"


def test_endless_nesting() -> None:
    mine: list[Any] = []
    theirs: list[Any] = []
    mine.append(mine)
    theirs.append(theirs)
    assert compare(mine, theirs) is not None
