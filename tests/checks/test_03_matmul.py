"""Checks of 03_matmul: the oracles are the definitions, as sums of products in Python loops."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.checks import assert_close, assert_equal, assert_raises, expect, forbid, home, tensors, unchanged

SIDE = st.integers(1, 4)
DTYPES = st.sampled_from([torch.float32, torch.float64])
READY_MADE = (
    torch.matmul,
    torch.mm,
    torch.bmm,
    torch.mv,
    torch.dot,
    torch.vdot,
    torch.inner,
    torch.einsum,
    torch.tensordot,
    torch.addmm,
    torch.addmv,
    torch.addbmm,
    torch.baddbmm,
    torch.chain_matmul,
    torch.linalg.vecdot,
    torch.linalg.multi_dot,
    torch.nn.functional.linear,
    torch.nn.functional.bilinear,
    torch.nn.functional.conv1d,
    torch.nn.functional.conv2d,
)


def summed_products(a, b):
    """The product of two lists of rows, by its definition."""
    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]


def expected_product(a, b):
    """The product of a (N, K) and b (K, M) through Python numbers."""
    return torch.tensor(summed_products(a.tolist(), b.tolist()), dtype=a.dtype, device=a.device)


def expected_linear(x, weight, bias):
    """The linear layer over rows of x (..., in) through Python numbers."""
    rows = summed_products(x.reshape(-1, x.shape[-1]).tolist(), weight.T.tolist())
    if bias is not None:
        rows = [[y + b for y, b in zip(row, bias.tolist())] for row in rows]
    return torch.tensor(rows, dtype=x.dtype, device=x.device).reshape(*x.shape[:-1], len(weight))


def small(shape, dtype):
    """Tensors of `shape` with values so small that two orders of summing agree within the tolerance."""
    return tensors(shape=shape, dtype=dtype, low=-2, high=2)


def test_product_by_example(answer, device):
    """`product_by_loops`, written out, of (2, 3) and (3, 2) has a row per row of `a` and a column per column of `b`.

    For element (i, j), which row of `a` and which column of `b` meet?

    Two loops choose `i` and `j`; the element is the sum of `a[i, :] * b[:, j]`.

    A row `@` a column is a ready-made product too, though a small one: `*` and `.sum()`, or `+` in a third loop, do it.
    """
    a = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], device=device)
    b = torch.tensor([[1.0, -1.0], [0.0, 3.0], [2.0, 1.0]], device=device)
    expected = torch.tensor([[7.0, 8.0], [16.0, 17.0]], device=device)
    with forbid(*READY_MADE):
        actual = answer.product_by_loops(a, b)
    assert_close(actual, expected, name="product_by_loops(a, b)")


@settings(max_examples=25)
@given(data=st.data())
def test_product(answer, device, data):
    """The product is right for any sizes, in float32, float64 and int64, and leaves its inputs alone.

    If only the dtype is off: what does `torch.zeros` give when it is told nothing?

    Take the dtype from the inputs: `dtype=a.dtype`. And the three sizes from `a.shape` and `b.shape`.
    """
    n, k, m = (data.draw(SIDE, label=label) for label in "NKM")
    dtype = data.draw(st.sampled_from([torch.float32, torch.float64, torch.int64]), label="dtype")
    a = data.draw(small((n, k), dtype), label="a").to(home(dtype, device))
    b = data.draw(small((k, m), dtype), label="b").to(home(dtype, device))
    with unchanged(a, b):
        actual = answer.product_by_loops(a, b)
    assert_close(actual, expected_product(a, b), name="product_by_loops(a, b)")


def test_product_inner_dimensions(answer, device):
    """`product_by_loops` raises ValueError when the inner dimensions differ, on either side.

    Which two sizes must agree before any loop begins?

    `if a.shape[1] != b.shape[0]: raise ValueError(...)`
    """
    for left, right in [((2, 3), (4, 2)), ((2, 4), (3, 2)), ((2, 3), (1, 2)), ((2, 1), (3, 2)), ((2, 3), (2, 3))]:
        a, b = torch.ones(left, device=device), torch.ones(right, device=device)
        with assert_raises(ValueError, f"product_by_loops(a, b) with a {left} and b {right}"):
            answer.product_by_loops(a, b)


def test_scores_by_example(answer, device):
    """`scores` gives (B, N, M): a row per query and a column per key, for every entry of the batch.

    Queries and keys both end in D. Which of the two must be turned round so that the inner dimensions agree?

    Swap the last two dimensions of `keys`: `keys.mT` or `keys.transpose(-2, -1)`. `.T` would reverse all three.
    """
    queries = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]], device=device)  # (1, 3, 2)
    keys = torch.tensor([[[2.0, 5.0], [3.0, 7.0], [-1.0, 0.0], [4.0, 4.0]]], device=device)  # (1, 4, 2)
    expected = torch.tensor([[[2.0, 3.0, -1.0, 4.0], [5.0, 7.0, 0.0, 4.0], [7.0, 10.0, -1.0, 8.0]]], device=device)
    assert_close(
        answer.scores(queries, keys),
        expected,
        name="scores(queries, keys)",
        explain={
            "These are the dot products divided by the square root of D, as attention takes them. Here they stay as "
            "they are.": expected / 2**0.5,
        },
    )


@settings(max_examples=25)
@given(data=st.data())
def test_scores(answer, device, data):
    """Every query meets every key of its own batch entry, for any sizes, in float32 and float64.

    Entries of a batch never mix: (B, N, D) and (B, M, D) give B tables.

    Swapping dimensions keeps the order of the numbers along each; `reshape` deals them out anew.
    """
    batch, n, m, d = (data.draw(SIDE, label=label) for label in "BNMD")
    dtype = data.draw(DTYPES, label="dtype")
    queries = data.draw(small((batch, n, d), dtype), label="queries").to(home(dtype, device))
    keys = data.draw(small((batch, m, d), dtype), label="keys").to(home(dtype, device))
    with unchanged(queries, keys):
        actual = answer.scores(queries, keys)
    expected = torch.stack([expected_product(q, k.T) for q, k in zip(queries, keys)])
    assert_close(actual, expected, name="scores(queries, keys)")


def test_linear_by_example(answer, device):
    """`linear` agrees with `nn.Linear(3, 2)`: weight (2, 3), bias (2,), a batch of 4.

    `x` is (4, 3) and `weight` (2, 3). Which turn makes the inner dimensions agree?

    `x @ weight.T` is (4, 2). Turn `weight` round, do not reshape it.
    """
    layer = torch.nn.Linear(3, 2, device=device)
    x = torch.randn(4, 3, device=device)
    weight, bias = layer.weight.detach(), layer.bias.detach()
    assert_close(
        answer.linear(x, weight, bias),
        layer(x).detach(),
        name="linear(x, weight, bias)",
    )


@settings(max_examples=25)
@given(data=st.data())
def test_linear(answer, device, data):
    """`linear` is right for `x` of one, two or more dimensions, with a bias and without one.

    The last dimension of `x` is the one that changes; all before it stay. Is the bias asked whether it `is None`?

    `x @ weight.T` works for any number of dimensions of `x`; `x.T`, and `torch.mm`, work for two only.
    """
    before = data.draw(st.lists(st.integers(1, 3), max_size=2), label="dimensions before the last")
    size_in, size_out = data.draw(st.sampled_from([(3, 2), (2, 4), (1, 3), (4, 1), (3, 3)]), label="(in, out)")
    dtype = data.draw(DTYPES, label="dtype")
    x = data.draw(small((*before, size_in), dtype), label="x").to(home(dtype, device))
    weight = data.draw(small((size_out, size_in), dtype), label="weight").to(home(dtype, device))
    bias = data.draw(st.none() | small((size_out,), dtype), label="bias")
    bias = None if bias is None else bias.to(x.device)
    with unchanged(x, weight, *([] if bias is None else [bias])):
        actual = answer.linear(x, weight) if bias is None else answer.linear(x, weight, bias)
    assert_close(actual, expected_linear(x, weight, bias), name="linear(x, weight, bias)")


def test_rules(answer, device):
    """`linear` does without the ready-made layer, and `scores` without a Python loop.

    `@` and `+` are all that a linear layer needs.

    `@` takes a whole batch of matrices at once.
    """
    x, weight, bias = (torch.randn(size, device=device) for size in [(4, 3), (2, 3), (2,)])
    with forbid(torch.nn.functional.linear):
        answer.linear(x, weight, bias)
    queries, keys = torch.randn(30, 31, 32, device=device), torch.randn(30, 28, 32, device=device)
    with forbid(at_most_calls=25):
        answer.scores(queries, keys)


def test_gradients(answer, device):
    """Gradients flow through all three functions to every input, with the right values.

    Did something go through Python numbers or NumPy: `.item()`, `.tolist()`, `.detach()`, `torch.tensor(...)`?

    PyTorch can follow what is written into the elements of a new tensor. A tensor built from numbers has no past.
    """

    def leaf(*shape):
        place = home(torch.float64, device)
        return torch.randn(*shape, device=place, dtype=torch.float64, requires_grad=True)

    cases = [
        ("product_by_loops", (leaf(2, 3), leaf(3, 4)), lambda a, b: torch.einsum("ik,kj->ij", a, b)),
        ("scores", (leaf(2, 3, 2), leaf(2, 4, 2)), lambda q, k: torch.einsum("bnd,bmd->bnm", q, k)),
        ("linear", (leaf(2, 3, 4), leaf(2, 4), leaf(2)), lambda x, w, b: torch.einsum("...i,oi->...o", x, w) + b),
    ]
    for name, inputs, reference in cases:
        result = getattr(answer, name)(*inputs)
        expect(
            isinstance(result, torch.Tensor), f"{name} should return a tensor; it returned a {type(result).__name__}."
        )
        expect(
            result.requires_grad,
            f"PyTorch can no longer follow the result of {name} back to its inputs, as chapter 04 will: something on "
            "the way was not a computation with tensors.",
        )
        expected = reference(*inputs)
        weight = torch.randn_like(expected)
        actual_gradients = torch.autograd.grad((result * weight).sum(), inputs, allow_unused=True)
        expected_gradients = torch.autograd.grad((expected * weight).sum(), inputs)
        for number, (actual, wanted) in enumerate(zip(actual_gradients, expected_gradients), start=1):
            expect(actual is not None, f"No gradient flows through {name} to its argument number {number}.")
            assert_close(actual, wanted, name=f"gradient of {name} for argument number {number}")


def test_product_follows(answer):
    """The product is made where its inputs are, here on the meta device, whose tensors have a shape and no values.

    On which device is a tensor made when nothing is said? And on which one is `a`?

    `torch.zeros(..., dtype=a.dtype, device=a.device)`
    """
    meta = torch.device("meta")
    a, b = torch.empty(2, 3, device=meta), torch.empty(3, 4, device=meta)
    try:
        actual = answer.product_by_loops(a, b)
    except (NotImplementedError, RuntimeError) as error:
        if "meta" not in str(error):
            raise
        raise AssertionError(
            "With `a` and `b` on the meta device, product_by_loops uses a tensor of another device, or asks for values."
        ) from None
    assert_equal(actual.device, meta, name="device of product_by_loops(a, b), a and b on the meta device")
    assert_equal(tuple(actual.shape), (2, 4), name="shape of product_by_loops(a, b)")


def bench_scores(module, device):
    """Timing: 32 batch entries of 64 queries and 64 keys in 32 dimensions."""
    queries, keys = torch.randn(32, 64, 32, device=device), torch.randn(32, 64, 32, device=device)
    return lambda: module.scores(queries, keys)
