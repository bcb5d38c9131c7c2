"""Each known transformation of random tensors is diagnosed, and unrelated tensors are never."""

import math
import re
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from tutor.judge.diagnose import diagnose

few = settings(max_examples=15, deadline=None, derandomize=True, database=None)
shapes_2d = st.tuples(st.integers(2, 5), st.integers(2, 5))
shapes = st.lists(st.integers(2, 4), min_size=1, max_size=3).map(tuple)
seeds = st.integers(0, 2**20)
dtypes = st.sampled_from([torch.float32, torch.float64])


def normal(seed: int, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def says(actual: object, expected: object, pattern: str, name: str = "result") -> None:
    sentence = diagnose(actual, expected, name=name)
    assert sentence is not None, f"no diagnosis where /{pattern}/ is expected"
    assert re.search(pattern, sentence), sentence


ELEMENTWISE: list[tuple[str, Callable[[Tensor], Tensor]]] = [
    ("minus the expected", lambda e: -e),
    ("The signs are lost", lambda e: e.abs()),
    ("3 times what is expected: is it a sum over 3", lambda e: e * 3),
    ("1/5 of what is expected: is it a mean", lambda e: e / 5),
    ("half of", lambda e: e / 2),
    ("1.7 times what", lambda e: e * 1.7),
    ("-4 times what", lambda e: e * -4),
    ("too large by 2.5", lambda e: e + 2.5),
    ("too small by 0.125", lambda e: e - 0.125),
    ("the square of", lambda e: e**2),
    ("`exp` of what is expected", lambda e: e.exp()),
    ("the sigmoid of what is expected", lambda e: e.sigmoid()),
    ("1 minus what", lambda e: 1 - e),
    ("1 divided by what", lambda e: 1 / e),
    ("255 times .* a scale of 0 to 255 instead of a scale of 0 to 1", lambda e: e * 255),
    ("divided by 255: a scale of 0 to 1 instead", lambda e: e / 255),
    ("biased variance: yours divides by n = 6", lambda e: e * 5 / 6),
    ("unbiased variance: yours divides by n - 1 = 5", lambda e: e * 6 / 5),
    ("biased standard deviation: yours divides by n = 7", lambda e: e * math.sqrt(6 / 7)),
    ("All elements are 0", lambda e: e * 0),
    ("all|All elements of yours are the same, 3", lambda e: e * 0 + 3),
]


@pytest.mark.parametrize(("pattern", "transform"), ELEMENTWISE, ids=[words for words, _ in ELEMENTWISE])
@few
@given(seed=seeds, shape=st.lists(st.integers(2, 4), min_size=2, max_size=3), dtype=dtypes)
def test_elementwise(
    pattern: str, transform: Callable[[Tensor], Tensor], seed: int, shape: list[int], dtype: torch.dtype
) -> None:
    expected = normal(seed, *shape, dtype=dtype)
    expected.view(-1)[:3] = torch.tensor([-1.5, -0.7, 2.2])  # a few of either sign
    says(transform(expected), expected, pattern)


@few
@given(seed=seeds, shape=shapes_2d)
def test_transposed(seed: int, shape: tuple[int, int]) -> None:
    expected = normal(seed, *shape)
    says(expected.T, expected, "transposed: rows and columns are swapped")


@few
@given(
    seed=seeds, order=st.permutations([0, 1, 2]).filter(lambda order: list(order) != [0, 1, 2]), square=st.booleans()
)
def test_permuted(seed: int, order: list[int], square: bool) -> None:
    expected = normal(seed, *((3, 3, 3) if square else (2, 3, 4)))
    sentence = diagnose(expected.permute(order), expected)
    assert sentence is not None
    moved = [i for i, j in enumerate(order) if i != j]
    if len(moved) == 2:
        assert f"dimensions {moved[0]} and {moved[1]} swapped" in sentence
    else:
        back = re.search(r"permute\((\d), (\d), (\d)\)", sentence)
        assert back is not None, sentence
        assert torch.equal(expected.permute(order).permute([int(digit) for digit in back.groups()]), expected)


@few
@given(seed=seeds, shape=shapes_2d)
def test_reshape_for_transpose(seed: int, shape: tuple[int, int]) -> None:
    if shape[0] == shape[1]:
        return  # there a reshape does nothing, and the diagnosis is a transpose
    given_input = normal(seed, *shape)
    says(given_input.reshape(shape[1], shape[0]), given_input.T, "a reshape .or view. was used where a transpose")


def test_reshape_for_permute() -> None:
    image = normal(0, 4, 5, 3)  # (H, W, C)
    says(image.reshape(3, 4, 5), image.permute(2, 0, 1), "a reshape .or view. was used where a permute")


@few
@given(seed=seeds, shape=shapes, axis=st.integers(0, 2))
def test_flipped(seed: int, shape: tuple[int, ...], axis: int) -> None:
    axis %= len(shape)
    expected = normal(seed, 3 if len(shape) == 1 else shape[0], *shape[1:])
    pattern = "back to front" if len(shape) == 1 else f"flipped along dimension {axis}"
    says(expected.flip(axis), expected, pattern)


@few
@given(seed=seeds, rows=st.integers(3, 6), steps=st.sampled_from([1, -1]), axis=st.integers(0, 1))
def test_rolled(seed: int, rows: int, steps: int, axis: int) -> None:
    expected = normal(seed, rows, rows + 1)
    ahead = "later" if steps == 1 else "earlier"
    says(expected.roll(steps, axis), expected, f"rolled by one place along dimension {axis}: .* one place {ahead}")


@few
@given(seed=seeds, length=st.integers(4, 9))
def test_off_by_one(seed: int, length: int) -> None:
    numbers = normal(seed, length + 1)
    says(numbers[:-1], numbers[1:], "Off by one: every expected element comes one place too late")
    says(numbers[1:], numbers[:-1], "Off by one: every expected element comes one place too early")
    says(numbers[:-1], numbers, "one element at the end is missing")
    says(numbers, numbers[1:], "one element at the beginning is too many")


@few
@given(seed=seeds, rows=st.integers(4, 7))
def test_rows_in_another_order(seed: int, rows: int) -> None:
    expected = normal(seed, rows, 3)
    order = [1, 3, 0, *range(4, rows), 2]
    says(expected[order], expected, "The rows are the right ones, in another order")
    says(expected.T[:, order], expected.T, "The columns are the right ones, in another order")


@few
@given(seed=seeds, shape=shapes, axis=st.integers(0, 2))
def test_keepdim(seed: int, shape: tuple[int, ...], axis: int) -> None:
    data = normal(seed, *shape)
    axis %= len(shape)
    kept, gone = data.sum(axis, keepdim=True), data.sum(axis)
    says(gone, kept, f"dimension {axis}, of size 1, is missing: `keepdim=True`")
    says(kept, gone, f"dimension {axis}, of size 1, is one too many: `.squeeze")
    if len(shape) == 1:
        return
    says(gone.flatten(), kept, "are missing|is missing|only the shape|flat")


@pytest.mark.parametrize(("actual", "expected"), [((1, 1), (1, 1, 1)), ((4, 1), (1, 4, 1)), ((1,), (1, 1))])
def test_among_several_dimensions_of_size_1_none_is_blamed(actual: tuple[int, ...], expected: tuple[int, ...]) -> None:
    values = normal(0, *actual)
    for one, other in ((values, values.reshape(expected)), (torch.Size(actual), torch.Size(expected))):
        for sentence in (diagnose(one, other), diagnose(other, one)):
            assert not re.search("keepdim|squeeze|reduction|of size 1", sentence or ""), sentence


def test_a_list_for_a_tuple_has_its_sizes_in_order() -> None:
    assert diagnose([4, 6, 8, 6], (4, 6, 8, 6)) is None
    assert diagnose([[4, 6], [1, 3]], [(4, 6), (1, 3)]) is None
    says((6, 4), (4, 6), "another order")


def test_misplaced_one() -> None:
    says(normal(0, 1, 3), normal(0, 1, 3).T, r"wrong place: \(1, 3\) instead of \(3, 1\)")


def test_flat() -> None:
    says(normal(0, 6), normal(0, 6).reshape(2, 3), "they are flat")
    says(normal(0, 6).reshape(3, 2), normal(0, 6).reshape(2, 3), r"only the shape should be \(2, 3\)")


@few
@given(seed=seeds, n=st.integers(2, 6))
def test_broadcast_to_every_pair(seed: int, n: int) -> None:
    predictions, targets = normal(seed, n, 1), normal(seed + 1, n)
    says(predictions - targets, predictions.squeeze(1) - targets, f"the diagonal of yours: shapes .{n}, 1. and .{n},.")
    says(normal(seed, n).expand(3, n), normal(seed, n), "something was broadcast")


@few
@given(seed=seeds, shape=shapes_2d, axis=st.integers(0, 1))
def test_reduction_forgotten(seed: int, shape: tuple[int, int], axis: int) -> None:
    data = normal(seed, *shape)
    says(data, data.mean(axis), f"the mean of yours over dimension {axis}")
    says(data.sum(axis), data, f"yours is the sum of the expected result over dimension {axis}")


@few
@given(seed=seeds, shape=shapes_2d, axis=st.integers(0, 1), dtype=dtypes)
def test_probabilities(seed: int, shape: tuple[int, int], axis: int, dtype: torch.dtype) -> None:
    logits = normal(seed, *shape, dtype=dtype)
    softmax = logits.softmax(axis)
    says(logits, softmax, rf"Yours are logits and probabilities are expected: `softmax.dim={axis}.`")
    says(softmax, logits, "Yours are probabilities and logits are expected")
    says(softmax.softmax(axis), softmax, "Softmax was applied twice")
    says(softmax.log(), softmax, "logarithms of the expected probabilities")
    says(
        logits.softmax(1 - axis),
        softmax,
        f"sums to 1 along dimension {1 - axis}, the expected one along dimension {axis}",
    )
    says(logits, logits.sigmoid(), "the sigmoid of yours is right")


def test_another_dimension_normalised() -> None:
    data = normal(1, 4, 5)
    centred = [data - data.mean(axis, keepdim=True) for axis in (0, 1)]
    says(centred[1], centred[0], "has mean 0 along dimension 1, the expected one along dimension 0")


def test_labels_for_scores() -> None:
    scores = normal(3, 12, 4)
    says(scores.argmax(1), scores, "indices of the largest")
    says(scores, scores.argmax(1), "The argmax of yours over dimension 1")


def test_bounds_and_rounding() -> None:
    expected = normal(2, 4, 5) * 3
    says(expected.relu(), expected, "Negative values have become 0")
    says(expected, expected.relu(), "is a ReLU missing")
    says(expected.clamp(max=1.5), expected, "Everything above 1.5 has been cut down")
    says(expected.clamp(-1.25), expected, "Everything below -1.25 has been raised")
    says(expected.trunc(), expected, "cut off to whole numbers")
    says(expected.long(), expected, "cut off to whole numbers")
    says(expected.round(), expected, "rounded to whole numbers")
    says(expected.cumsum(0), expected, "running sum .`cumsum`. of what is expected along dimension 0")
    says(expected * 2 + 1, expected, r"Yours is 2.0 times what is expected \+ 1.0")


def test_only_facts_differ() -> None:
    expected = normal(0, 3, 2)
    says(expected.double(), expected, "only the dtype is float64 where float32")
    says(expected, expected.double() * (1 + 1e-8), "only the dtype is float32 where float64")
    says(expected, expected.clone().requires_grad_(), "cut off from the graph")
    says(expected.clone().requires_grad_(), expected, "still hang on the graph")


def test_a_gradient_of_zeros_is_not_a_result_left_empty() -> None:
    expected = normal(0, 3, 2)
    sentence = diagnose(expected * 0, expected, name="gradient of f(x) with respect to x") or ""
    assert "is the way back cut" in sentence
    assert "filled in" not in sentence


def test_opposite_masks_need_more_than_a_few_elements() -> None:
    mask = torch.tensor([True, False, False, True, False])
    says(~mask, mask, "exact opposite")
    for few_elements in (mask[:1], mask[:2], mask[1:3].repeat(3)):
        assert diagnose(~few_elements, few_elements) is None


def test_a_permutation_is_a_further_step_to_take() -> None:
    expected = normal(0, 2, 3, 4)
    says(expected.permute(1, 2, 0), expected, r"a further `.permute\(2, 0, 1\)` would make it right")


def test_nan_and_infinity() -> None:
    expected = normal(0, 3, 2)
    actual = expected.clone()
    actual[1, 0] = math.nan
    says(actual, expected, "^1 of 6 elements is nan and the others are right")
    actual[2] = math.inf
    says(actual, expected, "nan or infinite and the others are right")
    says(torch.tensor(math.nan), torch.tensor(1.0), "^Yours is nan")


def test_partly_filled_and_last_row() -> None:
    expected = normal(0, 4, 3)
    actual = expected.clone()
    actual[0], actual[2] = 0, 0
    says(actual, expected, "6 of 12 elements are still 0; all the others are right")
    actual = expected.clone()
    actual[-1] = normal(9, 3)
    says(actual, expected, "Only the last row differs")


def test_gradients_added_up() -> None:
    expected = normal(0, 3, 2)
    says(expected * 2, expected, "gradients add up over several `backward", name="gradient of w")
    says(torch.tensor(6.0), torch.tensor(3.0), "gradients add up", name="w.grad")
    assert diagnose(torch.tensor(6.0), torch.tensor(3.0), name="area") is None


@pytest.mark.parametrize(
    ("actual", "expected", "pattern"),
    [
        (10.84, 2.71, "Yours is 4 times what is expected: is it a sum over 4 elements"),
        (-2.71, 2.71, "The sign is the other way round"),
        (2.71828**2, 2.71828, "the square of what is expected"),
        (7, 6, "one too large: off by one"),
        ([0.9, 0.41, 0.73], [0.41, 0.73, 0.9], "sorted|rolled|order"),
        ([1.83, 0.41, 0.73], [1.83, 0.41, 0.73, 0.11], "one element at the end is missing"),
        (torch.Size([4, 3]), torch.Size([3, 4]), "in another order"),
        (torch.Size([3]), torch.Size([3, 1]), "`keepdim=True`"),
        ("Loss: 1\n", "Loss: 1", "Only spaces or line ends"),
        ("ABC", "abc", "upper and lower case"),
    ],
)
def test_other_values(actual: object, expected: object, pattern: str) -> None:
    says(actual, expected, pattern)


def test_entries() -> None:
    w, b = normal(0, 3, 2), normal(1, 3)
    says({"w": -w, "b": b}, {"w": w, "b": b}, "^In `w`: the sign is the other way round")
    says({"w": -w, "b": -b}, {"w": w, "b": b}, "^In all 2 entries that differ: the sign")
    says({"a": b, "b": b * b}, {"a": b * b, "b": b}, "The values of `a` and `b` are swapped")
    says([w, b], [b, w], "The two are swapped")
    assert diagnose([1], []) is None
    assert diagnose([2, 1], [2]) is None
    assert diagnose({"w": normal(7, 3, 2), "b": b}, {"w": w, "b": b}) is None


def test_alternatives_of_the_author() -> None:
    data = normal(0, 3, 3)
    explain = {"You reduced over dim 0.": data.mean(0), "You took the largest.": lambda: data.amax(1)}
    assert diagnose(data.mean(0), data.mean(1), explain=explain) == "You reduced over dim 0."
    assert diagnose(data.amax(1), data.mean(1), explain=explain) == "You took the largest."
    assert diagnose(data.amin(1), data.mean(1), explain=explain) is None


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(seed=seeds, first=shapes, second=shapes, dtype=dtypes)
def test_no_false_claims(seed: int, first: tuple[int, ...], second: tuple[int, ...], dtype: torch.dtype) -> None:
    expected = normal(seed, *first, dtype=dtype)
    assert diagnose(normal(seed + 1, *first, dtype=dtype), expected) is None
    assert diagnose(normal(seed + 1, *second, dtype=dtype), expected) is None
    assert diagnose(normal(seed + 1, 1).item(), normal(seed, 1).item()) is None


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(seed=seeds, rows=st.integers(2, 4), columns=st.integers(2, 4))
def test_equal_elements_prove_no_rearrangement(seed: int, rows: int, columns: int) -> None:
    ones = torch.ones(rows, columns)
    sentence = diagnose(ones.T, ones) or ""
    assert "transposed" not in sentence
    assert diagnose(torch.full((rows,), 2.0), torch.full((rows,), 3.0)) is None


def test_symmetric_matrix_is_not_called_transposed() -> None:
    half = normal(0, 3, 3)
    symmetric = half + half.T
    assert "transposed" not in (diagnose(-symmetric.T, symmetric) or "")


def test_large_tensors_are_searched_in_bounded_steps() -> None:
    expected = normal(0, 1000, 3000)
    says(-expected, expected, "The sign is the other way round")
    says(expected.T, expected, "transposed")
    assert diagnose(normal(1, 1000, 3000), expected) is None


def test_hostile_values_give_none() -> None:
    class Hostile:
        def __eq__(self, other: object) -> bool:
            raise RuntimeError

        def __len__(self) -> int:
            return -1

    assert diagnose(Hostile(), normal(0, 3)) is None
    assert diagnose([Hostile()], [normal(0, 3)]) is None
    assert diagnose(torch.empty(0), torch.empty(0, 3)) is None
    assert diagnose(torch.ones(2, device="meta"), torch.ones(2)) is None
