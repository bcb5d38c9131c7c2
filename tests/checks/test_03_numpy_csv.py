"""Checks of 03_numpy_csv: memory is looked at by writing to one side; a tensor from elsewhere is pretended."""

import tempfile
from pathlib import Path

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.checks import assert_close, assert_equal, assert_type, expect, shapes, unchanged

DTYPES = {
    "float32": torch.float32,
    "float64": torch.float64,
    "int64": torch.int64,
    "int32": torch.int32,
    "uint8": torch.uint8,
    "bool": torch.bool,
}
CELLS = st.sampled_from([0, 1, -2, 0.5, -1.25, 3.75, 100, 0.1])
TARGETS = st.sampled_from([0, 1, 2, -1, 7, 16_777_217, 999_999_999])
VIEWS = {
    "array": lambda array: array,
    "array.T": lambda array: array.T,
    "array[..., ::2]": lambda array: array[..., ::2],
    "array[::-1]": lambda array: array[::-1],
}
FORWARD = st.sampled_from([name for name in VIEWS if "-" not in name])
FAR = torch.device("cuda")


class Far(torch.Tensor):
    """A tensor that behaves like one on a GPU: NumPy cannot have it before it was moved to the CPU."""

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        name, target = func.__name__, None
        owner = getattr(getattr(func, "__self__", None), "__name__", "")
        if name == "__get__" and owner in ("device", "is_cuda", "is_cpu"):
            return {"device": FAR, "is_cuda": True, "is_cpu": False}[owner]
        if name == "cpu":
            target = "cpu"
        elif name == "to":
            target = kwargs.get("device", next((one for one in args[1:] if isinstance(one, str | torch.device)), None))
        if name in ("numpy", "__array__") and not (kwargs.get("force") or args[1:2] == (True,)):
            raise TypeError(
                "can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory "
                "first."
            )
        if target is not None and torch.device(target).type == "cpu":
            with torch._C.DisableTorchFunctionSubclass():
                return func(*args, **kwargs).as_subclass(torch.Tensor)
        return super().__torch_function__(func, types, args, kwargs)


@st.composite
def arrays(draw):
    """NumPy arrays of one to three dimensions in one of `DTYPES`."""
    dtype = draw(st.sampled_from(list(DTYPES)))
    shape = tuple(draw(shapes(max_side=4)))
    values = np.arange(int(np.prod(shape))).reshape(shape)
    array = np.array(values % 2 if dtype == "bool" else values * draw(st.sampled_from([1, 3])), dtype=dtype)
    if dtype.startswith("float"):
        array = array * array.dtype.type(draw(st.sampled_from([1.0, 0.25, -0.1])))
    return array


def an_array(value, call):
    """`value`, which `call` gave, if it is an array; otherwise the check fails with a sentence."""
    uncalled = " Were the parentheses of `.numpy()` forgotten?" if callable(value) else ""
    kind = type(value).__name__
    expect(isinstance(value, np.ndarray), f"{call} should return a NumPy array; it returned a {kind}.{uncalled}")
    return value


def write_csv(folder, rows):
    """Write rows of numbers under a line of names; returns the path."""
    names = [*(f"feature_{number}" for number in range(1, len(rows[0]))), "label"]
    path = Path(folder) / "table.csv"
    lines = [",".join(names), *(",".join(str(cell) for cell in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def loaded(answer, rows):
    """What `load_csv` makes of these rows, after a look that it is two tensors."""
    with tempfile.TemporaryDirectory() as folder:
        result = answer.load_csv(write_csv(folder, rows))
    pair = isinstance(result, tuple | list) and len(result) == 2
    expect(pair, f"load_csv should return (features, targets); it returned a {type(result).__name__}.")
    return result


@settings(max_examples=20)
@given(array=arrays(), view=FORWARD)
def test_shared_tensor(answer, array, view):
    """`shared_tensor` has the values and the dtype of the array.

    One function of torch is made for this, and has NumPy in its name.

    `torch.from_numpy` keeps the dtype; nothing else is needed.
    """
    seen = VIEWS[view](array)
    with unchanged(array=array):
        actual = answer.shared_tensor(seen)
    expected = torch.tensor(seen.tolist(), dtype=DTYPES[array.dtype.name]).reshape(seen.shape)
    assert_close(actual, expected, name=f"shared_tensor({view})")


def test_shared_tensor_shares(answer):
    """What is written into the array shows in `shared_tensor(array)`, and the other way round.

    `torch.tensor` copies, always. Which function does not?

    `torch.from_numpy` takes the memory as it is, a view such as `array[1:]` or `array.T` included.
    """
    for name, view in {"array": np.s_[:], "array[1:]": np.s_[1:], "array[:, ::2]": np.s_[:, ::2]}.items():
        array = np.arange(12.0).reshape(3, 4)
        tensor = assert_type(answer.shared_tensor(array[view]), torch.Tensor, "shared_tensor")
        array[-1] = 41.5
        assert_equal(tensor[-1, 0].item(), 41.5, name=f"after `array[-1] = 41.5`, shared_tensor({name})[-1, 0]")
        tensor[0, 0] = -5.0
        assert_equal(float(array[view][0, 0]), -5.0, name=f"{name}[0, 0] after shared_tensor({name})[0, 0] = -5")


@settings(max_examples=20)
@given(array=arrays(), view=st.sampled_from(list(VIEWS)))
def test_own_tensor(answer, array, view):
    """`own_tensor` is float32 with the values of the array: of any dtype, transposed, or running backwards.

    NumPy knows how to change the dtype of an array of any layout. What does the array have for that?

    `array.astype(np.float32)` copies into a fresh, orderly array of the right dtype.
    """
    seen = VIEWS[view](array)
    with unchanged(array=array):
        actual = answer.own_tensor(seen)
    expected = torch.tensor(seen.tolist(), dtype=torch.float32).reshape(seen.shape)
    assert_close(actual, expected, name=f"own_tensor({view})")


def test_own_tensor_is_its_own(answer):
    """`own_tensor(array)` never shares memory with the array, least of all when that is float32 already.

    A cast to the dtype that a tensor has already does nothing. `.float()`, `.to(torch.float32)` and `torch.as_tensor`
    copy only if they must.

    `torch.tensor(...)`, `.clone()`, `.copy()` and `.astype(...)` copy always.
    """
    for name, view in {"array": np.s_[:], "array[1:]": np.s_[1:], "array.T": None, "array[::-1]": np.s_[::-1]}.items():
        for dtype in ("float32", "float64"):
            array = np.arange(12, dtype=dtype).reshape(3, 4)
            part = array.T if view is None else array[view]
            tensor = assert_type(answer.own_tensor(part), torch.Tensor, "own_tensor")
            before = tensor.clone()
            array += 100
            expect(
                torch.equal(tensor, before),
                f"own_tensor({name}) of a {dtype} array changed when the array did: they share their memory.",
            )
            tensor[0, 0] = -5.0
            expect(float(part[0, 0]) != -5.0, f"{name} of {dtype} changed when own_tensor({name}) did.")


@settings(max_examples=20)
@given(array=arrays(), view=FORWARD)
def test_to_numpy(answer, array, view):
    """`to_numpy` returns a NumPy array with the values and the dtype of the tensor.

    A method of the tensor is made for this. A method must be called.

    `t.numpy()`, with its parentheses, is an array; `np.array(t.tolist())` forgets the dtype.
    """
    seen = VIEWS[view](array)
    t = torch.from_numpy(seen)
    with unchanged(t=t):
        actual = answer.to_numpy(t)
    assert_close(an_array(actual, "to_numpy(t)"), seen, name=f"to_numpy(t), t made from {view},")


def test_to_numpy_shares(answer):
    """On the CPU, what is written into `to_numpy(t)` shows in `t`, and the other way round: no copy is made.

    `.clone()`, `np.array(...)` and `.copy()` make one.

    `.cpu()` makes none where the tensor is on the CPU already.
    """
    for trained in (False, True):
        t = torch.arange(6.0).reshape(2, 3).requires_grad_(trained)
        of = f"to_numpy(t){' of a tensor that requires a gradient' if trained else ''}"
        array = an_array(answer.to_numpy(t), of)
        with torch.no_grad():
            t[1, 2] = 41.5
        assert_equal(float(array[1, 2]), 41.5, name=f"{of}[1, 2] after t[1, 2] = 41.5")
        array[0, 0] = -5.0
        assert_equal(t[0, 0].item(), -5.0, name=f"t[0, 0] after -5 was written into {of}")


def test_to_numpy_trained(answer):
    """`to_numpy` works for tensors that require a gradient, and for what was computed from them; they still do after.

    NumPy refuses a tensor that requires a gradient. What gives a tensor on the same memory that requires none?

    `t.detach()` is that; `t.requires_grad_(False)` would change the caller's own tensor.
    """
    weights = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
    for name, t in {"weights": weights, "weights * 2": weights * 2, "weights.T": weights.T}.items():
        with unchanged(t):
            actual = answer.to_numpy(t)
        expected = np.array(t.tolist(), dtype=np.float32)
        assert_close(an_array(actual, f"to_numpy({name})"), expected, name=f"to_numpy({name})")
        expect(t.requires_grad, f"{name} no longer requires a gradient after to_numpy({name}).")


def test_to_numpy_elsewhere(answer, device):
    """`to_numpy` works for a tensor on a GPU, whether it requires a gradient or not.

    The check pretends that its tensors are on a GPU: NumPy cannot reach them there. What brings a tensor to the CPU?

    `t.cpu()` does, and costs nothing for a tensor that is there already. Both go in one chain, with `detach`.
    """
    values = [[1.0, -2.0], [0.5, 4.0], [3.0, 0.0]]
    for trained in (False, True):
        far = torch.tensor(values).as_subclass(Far).requires_grad_(trained)
        places = [far, torch.tensor(values, device=device, requires_grad=trained)]
        for t in places:
            actual = an_array(answer.to_numpy(t), "to_numpy(t) of a tensor on a GPU")
            assert_close(actual, np.array(values, dtype=np.float32), name="to_numpy(t) of a tensor on a GPU")


def test_load_csv_by_example(answer):
    """`load_csv` of three rows gives features (3, 2), float32, and targets (3,), int64, in the order of the file.

    `pandas.read_csv` reads the names and the numbers. Which columns are features, and which one is the target?

    Slices take them apart: all columns but the last, and the last one: `[:, :-1]` and `[:, -1]`. With pandas: `.iloc`.

    `.to_numpy()` makes an array of pandas' table. Which dtype has it, and which are asked for?
    """
    features, targets = loaded(answer, [(1.5, 2, 0), (3, 0.25, 12), (-1, 4, 1)])
    expected = torch.tensor([[1.5, 2.0], [3.0, 0.25], [-1.0, 4.0]])
    assert_close(features, expected, name="features")
    labels = torch.tensor([0, 12, 1])
    assert_close(
        targets,
        labels,
        name="targets",
        explain={"`[:, -1:]` keeps a dimension of size 1; `[:, -1]` does not.": labels[:, None]},
    )


@settings(max_examples=20)
@given(data=st.data())
def test_load_csv(answer, data):
    """`load_csv` is right for one row or many, one feature or many, and large targets arrive exact.

    float32 holds whole numbers exactly up to 16 777 216 only. Do the targets pass through it?

    Take the targets from the table, not from the float32 features, and cast them to int64 at once.

    A table of one row, or with one feature, is still a table: has a dimension been dropped on the way?
    """
    n, f = data.draw(st.integers(1, 4), label="N"), data.draw(st.integers(1, 3), label="F")
    row = st.tuples(*[CELLS] * f, TARGETS)
    rows = data.draw(st.lists(row, min_size=n, max_size=n), label="rows")
    features, targets = loaded(answer, rows)
    assert_close(features, torch.tensor([list(row[:-1]) for row in rows], dtype=torch.float32), name="features")
    assert_close(targets, torch.tensor([row[-1] for row in rows]), name="targets")
