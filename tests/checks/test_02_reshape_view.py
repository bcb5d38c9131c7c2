"""Checks of 02_reshape_view: values come from Python lists, sharing from the address of the storage."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.checks import (
    assert_close,
    assert_equal,
    assert_gradients_close,
    assert_raises,
    assert_type,
    expect,
    home,
    tensors,
    unchanged,
)

PAIRS = {
    "x and x": (True, lambda x: (x, x)),
    "x and x[1:]": (True, lambda x: (x, x[1:])),
    "x[:1] and x[1:]": (True, lambda x: (x[:1], x[1:])),
    "x and x.transpose(0, -1)": (True, lambda x: (x, x.transpose(0, -1))),
    "x and x[None]": (True, lambda x: (x, x[None])),
    "x and x.detach()": (True, lambda x: (x, x.detach())),
    "x[:1] and x.detach()[1:]": (True, lambda x: (x[:1], x.detach()[1:])),
    "x.expand(3, ...) and x": (True, lambda x: (x.expand(3, *x.shape), x)),
    "x and x.clone()": (False, lambda x: (x, x.clone())),
    "x and x + 0": (False, lambda x: (x, x + 0)),
    "x[1:] and x[1:].clone()": (False, lambda x: (x[1:], x[1:].clone())),
}


def elements(x):
    """The elements of `x` in order, as a list."""

    def flat(nested):
        return [e for part in nested for e in flat(part)] if isinstance(nested, list) else [nested]

    return flat(x.tolist())


def in_rows(x, width):
    """The elements of `x` as rows of `width`, made from lists."""
    flat = elements(x)
    rows = [flat[i : i + width] for i in range(0, len(flat), width)]
    return torch.tensor(rows, dtype=x.dtype, device=x.device)


def without_a_view(dtype):
    """Tensors with dimensions swapped so that nothing but a copy can flatten a sample."""
    return tensors(min_dims=3, max_dims=4, min_side=2, max_side=3, dtype=dtype).map(lambda x: x.transpose(1, -1))


def storages_are_one(a, b):
    """The oracle for sharing, written as the reference is: there is no second way that is public."""
    return a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()


def widths(x):
    """The widths that `x` can be cut into."""
    return st.sampled_from([w for w in range(1, x.numel() + 1) if x.numel() % w == 0])


def test_same_storage_by_example(answer, device):
    """`same_storage` knows a view (`x[1:]`) from a copy (`x.clone()`), and answers with True or False.

    Comparing values does not help: a copy has the same values. What does a tensor tell about its memory?

    `t.untyped_storage()` is the block of memory. It has an address: `.data_ptr()`.
    """
    x = torch.arange(6, device=device)
    copy, view = answer.same_storage(x, x.clone()), answer.same_storage(x, x[1:])
    expect(isinstance(copy, bool), f"same_storage should return True or False; it returned a {type(copy).__name__}.")
    assert_equal(copy, False, name="same_storage(x, x.clone())")
    assert_equal(view, True, name="same_storage(x, x[1:])")


@given(x=tensors(min_dims=1, max_dims=3, min_side=2, max_side=4), pair=st.sampled_from(list(PAIRS)))
def test_same_storage(answer, device, x, pair):
    """`same_storage` is right for slices, transposes, disjoint parts and copies, and changes neither tensor.

    `t.data_ptr()` is the address of the tensor's first element. Where does `x[1:]` begin?

    Compare the addresses of the storages: `t.untyped_storage().data_ptr()`.
    """
    expected, make = PAIRS[pair]
    a, b = make(x.to(device))
    with unchanged(a, b):
        actual = answer.same_storage(a, b)
    assert_equal(actual, expected, name=f"same_storage of {pair}")


def test_flatten_batch_shape(answer, device):
    """`flatten_batch` gives one row per sample: from (4, 3, 2, 5) to (4, 30).

    The first dimension stays; all the others become one.

    `torch.flatten` takes a `start_dim`; with `reshape`, name the batch and leave `-1` to the features.
    """
    x = torch.randn(4, 3, 2, 5, device=device)
    known = {
        "The batch was flattened with the rest; its size is to stay in front.": torch.Size([120]),
        "The channels became samples: there are 4 samples, not 12.": torch.Size([12, 10]),
        "The last dimension alone was kept: there are 4 samples, not 24.": torch.Size([24, 5]),
    }
    shape = assert_type(answer.flatten_batch(x), torch.Tensor, "flatten_batch").shape
    assert_equal(shape, torch.Size([4, 30]), name="shape of flatten_batch(x), x of shape (4, 3, 2, 5)", explain=known)
    x = torch.randn(3, 1, 28, 28, device=device)
    shape = assert_type(answer.flatten_batch(x), torch.Tensor, "flatten_batch").shape
    assert_equal(shape, torch.Size([3, 784]), name="shape of flatten_batch(x), x of shape (3, 1, 28, 28)")


@given(
    x=tensors(min_dims=2, max_dims=4, max_side=4)
    | tensors(min_dims=3, max_dims=3, max_side=4, dtype=torch.int64)
    | without_a_view(torch.float32)
    | without_a_view(torch.float64)
)
def test_flatten_batch(answer, device, x):
    """Row i of `flatten_batch(x)` holds the elements of `x[i]` in order, for any shape, contiguous or not.

    Does it fail for a tensor that is not contiguous? Then a view does not always exist: what takes its place?

    `view` raises where `reshape` and `flatten` copy.
    """
    x = x.to(home(x.dtype, device))
    with unchanged(x):
        actual = answer.flatten_batch(x)
    assert_close(actual, in_rows(x, x.numel() // len(x)), name="flatten_batch(x)")


def test_flatten_batch_shares(answer, device):
    """`flatten_batch` copies nothing when a view exists: for a contiguous `x` and for `x[::2]`.

    What makes the copy: `.clone()`, `.contiguous()`, or building a new tensor?

    `reshape` and `flatten` look for a view first. `.contiguous()` does not ask whether one exists.
    """
    x = torch.randn(4, 3, 2, device=device)
    for name, part in {"x": x, "x[::2]": x[::2], "x[:, 1:]": x[:, 1:]}.items():
        expect(
            storages_are_one(assert_type(answer.flatten_batch(part), torch.Tensor, "flatten_batch"), x),
            f"flatten_batch({name}) should share the storage of x; it is a copy. (x is contiguous, shape (4, 3, 2).)",
        )


@settings(max_examples=20)
@given(data=st.data())
def test_shared_rows(answer, device, data):
    """`shared_rows` has the right rows, and they stand on the storage of `x`.

    The width is given and the number of rows follows: which of the two sizes may be `-1`?

    `view` is the reshape that never copies. It also works for some tensors that are not contiguous.
    """
    dtype = data.draw(st.sampled_from([torch.float32, torch.float64, torch.int64]), label="dtype")
    x = data.draw(tensors(min_dims=1, max_dims=3, max_side=4, dtype=dtype, contiguous=True), label="x")
    x = x.to(home(dtype, device))
    width = data.draw(widths(x), label="width")
    with unchanged(x):
        actual = answer.shared_rows(x, width)
    swapped = {"`width` is the length of a row, not the number of rows.": x.reshape(width, -1)}
    assert_close(actual, in_rows(x, width), name="shared_rows(x, width)", explain=swapped)
    expect(storages_are_one(actual, x), "shared_rows(x, width) should stand on the storage of x; it is a copy.")
    part = torch.stack([x, x], dim=-1)[..., 0]  # a view with a gap after every element
    try:
        actual = answer.shared_rows(part, width)
    except NotImplementedError:
        raise
    except RuntimeError:
        expect(
            False, "shared_rows raised RuntimeError for every other element of a tensor, though a view of them exists."
        )
    assert_close(actual, in_rows(x, width), name="shared_rows(part, width), part being every other element of a tensor")
    expect(
        storages_are_one(actual, part), "shared_rows should share also where its input is not contiguous; it copied."
    )


def test_shared_rows_refuses(answer, device):
    """`shared_rows` raises RuntimeError when it cannot share: for a transpose and for a slice of columns.

    It promises to share or to say no. A silent copy breaks the promise.

    `reshape` copies in silence; `view` raises the RuntimeError for you.
    """
    x = torch.randn(4, 6, device=device)
    with assert_raises(RuntimeError, "shared_rows(x.T, 8) with x of shape (4, 6)"):
        answer.shared_rows(x.T, 8)
    with assert_raises(RuntimeError, "shared_rows(x[:, :4], 8) with x of shape (4, 6)"):
        answer.shared_rows(x[:, :4], 8)


@settings(max_examples=20)
@given(data=st.data())
def test_own_rows(answer, device, data):
    """`own_rows` has the right rows for any `x`, contiguous or not, and leaves `x` as it was.

    A copy has its own shape: make it in whichever order works for every `x`.

    `reshape` works on every tensor; `view` does not.
    """
    dtype = data.draw(st.sampled_from([torch.float32, torch.float64, torch.int64]), label="dtype")
    inputs = tensors(min_dims=1, max_dims=3, max_side=4, dtype=dtype) | without_a_view(dtype)
    x = data.draw(inputs, label="x").to(home(dtype, device))
    width = data.draw(widths(x), label="width")
    with unchanged(x):
        actual = answer.own_rows(x, width)
    assert_close(actual, in_rows(x, width), name="own_rows(x, width)")


def test_own_rows_are_its_own(answer, device):
    """A write to `own_rows(x, width)` never shows in `x`, nor the other way round.

    Neither `reshape` nor `flatten` nor `contiguous` copies a contiguous tensor. What does, always?

    `x.clone()` is a copy, whatever `x` is.
    """
    x = torch.arange(12.0, device=device).reshape(3, 4)
    for name, part in {"x": x, "x.T": x.T, "x[1:]": x[1:], "x[:, :2]": x[:, :2]}.items():
        rows = assert_type(answer.own_rows(part, 2), torch.Tensor, "own_rows")
        expect(
            not storages_are_one(rows, x),
            f"own_rows({name}, 2) should have memory of its own; it stands on the storage of x, shape (3, 4).",
        )
    rows = answer.own_rows(x, 6)
    rows.fill_(-1.0)
    assert_equal(x, torch.arange(12.0, device=device).reshape(3, 4), name="x after own_rows(x, 6).fill_(-1)")


def test_gradients(answer, device):
    """Gradients flow back to `x` through all three, with the right values.

    Did something on the way leave the graph: `.detach()`, `.data`, `torch.tensor(...)`, NumPy?

    `reshape`, `view`, `flatten` and `clone` all stay in it.
    """
    x = torch.randn(4, 3, 2, device=home(torch.float64, device), dtype=torch.float64)

    def samples(x):
        return torch.stack([torch.cat(list(sample)) for sample in x])

    assert_gradients_close(answer.flatten_batch, samples, x, name="flatten_batch(x)")
    assert_gradients_close(answer.shared_rows, lambda x, width: samples(x), x, 6, name="shared_rows(x, 6)")
    assert_gradients_close(answer.own_rows, lambda x, width: samples(x), x, 6, name="own_rows(x, 6)")


def bench_flatten_batch(module, device):
    """Timing: flattening 16 images of 3 x 64 x 64, for which a view exists."""
    x = torch.randn(16, 3, 64, 64, device=device)
    return lambda: module.flatten_batch(x)
