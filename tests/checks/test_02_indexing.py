"""Checks of 02_indexing: the oracle is nested lists, looped over by Python."""

import torch
from hypothesis import example, given
from hypothesis import strategies as st

from tutor.checks import Mismatch, assert_equal, expect, forbid, home, kind_of, tensors, unchanged

DTYPES = [torch.float32, torch.float64, torch.int64, torch.bool]


def like(numbers, x):
    """`numbers`, nested lists, with the dtype and device of `x`."""
    return torch.tensor(numbers, dtype=x.dtype, device=x.device)


def deep(function, numbers, depth):
    """`numbers` with `function` applied to every list that is `depth` levels of lists deep."""
    return function(numbers) if depth == 0 else [deep(function, part, depth - 1) for part in numbers]


def block_of(x, top, left, height, width):
    """The block of the last two dimensions, made from lists."""

    def cut(table):
        return [[row[j] for j in range(left, left + width)] for row in table[top : top + height]]

    return like(deep(cut, x.tolist(), x.ndim - 2), x)


def numbered(*shape, device):
    """A float32 tensor of `shape` that holds 0, 1, 2, ... row by row."""
    return torch.arange(torch.Size(shape).numel(), dtype=torch.float32, device=device).reshape(shape)


def draw_block(data):
    """A tensor of two dimensions or more, and a block that lies inside its last two: x, top, left, height, width."""
    dtype = data.draw(st.sampled_from(DTYPES), label="dtype")
    x = data.draw(tensors(min_dims=2, max_dims=4, max_side=5, dtype=dtype), label="x")
    top = data.draw(st.integers(0, x.shape[-2] - 1), label="top")
    left = data.draw(st.integers(0, x.shape[-1] - 1), label="left")
    height = data.draw(st.integers(1, x.shape[-2] - top), label="height")
    return x, top, left, height, data.draw(st.integers(1, x.shape[-1] - left), label="width")


def test_row_and_column_by_example(answer, device):
    """Of a table with rows 0 1 2, 3 4 5, 6 7 8, 9 10 11: row 1 is 3 4 5, and column 1 is 1 4 7 10.

    A comma parts the dimensions. In a table, rows are before it, columns behind it.

    A column is one place in every row: `:` for all the rows, a number for the place.
    """
    pair = answer.row_and_column(numbered(4, 3, device=device), 1, 1)
    two = isinstance(pair, tuple | list) and len(pair) == 2
    expect(two, f"row_and_column should return two tensors, row and column; it returned {kind_of(pair)}.")
    row = torch.tensor([3.0, 4.0, 5.0], device=device)
    column = torch.tensor([1.0, 4.0, 7.0, 10.0], device=device)
    assert_equal(pair[0], row, name="row of row_and_column(x, 1, 1)")
    assert_equal(pair[1], column, name="column of row_and_column(x, 1, 1)")


@given(data=st.data())
def test_row_and_column(answer, device, data):
    """`row_and_column` is right for every table and every number, also negative ones, which count from the end.

    A number makes its dimension disappear; a slice of one keeps it. Which shapes are asked for?

    Brackets understand -1 by themselves: hand `i` and `j` on as they are.
    """
    dtype = data.draw(st.sampled_from(DTYPES), label="dtype")
    x = data.draw(tensors(min_dims=2, max_dims=2, max_side=5, dtype=dtype), label="x").to(home(dtype, device))
    i = data.draw(st.integers(-x.shape[0], x.shape[0] - 1), label="i")
    j = data.draw(st.integers(-x.shape[1], x.shape[1] - 1), label="j")
    with unchanged(x=x):
        row, column = answer.row_and_column(x, i, j)
    assert_equal(row, like(x.tolist()[i], x), name="row of row_and_column(x, i, j)")
    assert_equal(column, like([line[j] for line in x.tolist()], x), name="column of row_and_column(x, i, j)")


@example(x=torch.arange(12.0).reshape(2, 2, 3))
@given(x=tensors(min_dims=1, max_dims=4, max_side=4) | tensors(min_dims=3, max_dims=3, dtype=torch.int64))
def test_first_entries(answer, device, x):
    """`first_entries` picks from the last dimension, whether there are one, two, three or four.

    For a table `x[:, 0]` is right. Which dimension does that 0 stand for when there are three?

    `...` takes the place of all dimensions that are not named, however many there are.
    """
    x = x.to(device)
    with unchanged(x=x):
        actual = answer.first_entries(x)
    expected = like(deep(lambda row: row[0], x.tolist(), x.ndim - 1), x)
    assert_equal(actual, expected, name=f"first_entries(x), x of shape {tuple(x.shape)}")


def test_crop_by_example(answer, device):
    """`crop(image, 1, 2, 2, 3)` of a (4, 6) image holds rows 1 and 2, and of them columns 2, 3 and 4.

    A slice names where to stop, not how many to take. Where does a block stop that begins at 1 and is 2 high?

    Both slices stand between one pair of brackets, with a comma between them: `x[a:b][c:d]` cuts rows twice.
    """
    image = numbered(4, 6, device=device)
    expected = torch.tensor([[8.0, 9.0, 10.0], [14.0, 15.0, 16.0]], device=device)
    assert_equal(answer.crop(image, 1, 2, 2, 3), expected, name="crop(image, 1, 2, 2, 3)")


@given(data=st.data())
def test_crop(answer, device, data):
    """`crop` cuts the same block out of every image, whatever dimensions stand before the last two.

    A batch of images has the images in dimension 0: rows and columns are the last two dimensions.

    `...` in front of the two slices stands for everything before them.
    """
    x, *place = draw_block(data)
    x = x.to(home(x.dtype, device))
    with unchanged(x=x):
        actual = answer.crop(x, *place)
    name = f"crop(x, {', '.join(map(str, place))}), x of shape {tuple(x.shape)}"
    assert_equal(actual, block_of(x, *place), name=name)


@example(x=torch.arange(6.0).reshape(2, 3))
@given(x=tensors(min_dims=1, max_dims=3, max_side=5) | tensors(min_dims=2, max_dims=2, dtype=torch.int64))
def test_mirrored(answer, device, x):
    """`mirrored` turns the last dimension round and nothing else, and leaves `x` as it was.

    NumPy's `[::-1]` is an error in PyTorch: a step must be positive. There is a function for this.

    `flip` is told which dimension; negative numbers count from the last.
    """
    x = x.to(device)
    with unchanged(x=x):
        actual = answer.mirrored(x)
    expected = like(deep(lambda row: row[::-1], x.tolist(), x.ndim - 1), x)
    same = {} if torch.equal(x, expected) else {"x came back unchanged: was another dimension turned round?": x}
    assert_equal(actual, expected, name=f"mirrored(x), x of shape {tuple(x.shape)}", explain=same)


@example(rows=3, columns=4)
@given(rows=st.integers(1, 6), columns=st.integers(1, 6))
def test_checkerboard(answer, rows, columns):
    """`checkerboard` is 1 in the corner and then 0 and 1 in turn, along rows and columns, for any size.

    Every second row begins with 0. A step of 2 reaches every second place; where does it begin?

    Write 1 to the even columns of the even rows, then to the odd columns of the odd rows: `[1::2]` begins at 1.
    """
    expected = torch.tensor([[float((i + j) % 2 == 0) for j in range(columns)] for i in range(rows)])
    assert_equal(answer.checkerboard(rows, columns), expected, name=f"checkerboard({rows}, {columns})")


def test_paint_by_example(answer, device):
    """After `paint(image, 1, 1, 2, 2, 9)`, rows 1 and 2 of the image hold 9 in columns 1 and 2, and nothing else does.

    `name = value` gives a name to a value; `x[...] = value` writes into x.

    The brackets that `crop` reads from can stand on the left of `=`. Lists of numbers in them would pick pairs.
    """
    image = torch.zeros(4, 5, device=device)
    expected = torch.tensor([[9.0 * (i in (1, 2) and j in (1, 2)) for j in range(5)] for i in range(4)], device=device)
    answer.paint(image, 1, 1, 2, 2, 9)
    nothing = {"Nothing was written into x.": torch.zeros(4, 5, device=device)}
    assert_equal(image, expected, name="image after paint(image, 1, 1, 2, 2, 9)", explain=nothing)


@given(data=st.data())
def test_paint(answer, device, data):
    """`paint` writes into the block of every image, whatever stands before the last two dimensions, and nowhere else.

    Do your brackets count the dimensions from the left? Rows and columns are the last two.

    What `crop` puts in front of its slices helps here too.
    """
    x, top, left, height, width = draw_block(data)
    value = data.draw(st.sampled_from([1, 5]), label="value")
    x = x.to(home(x.dtype, device))
    before = x.tolist()

    def painted(table):
        rows, columns = range(top, top + height), range(left, left + width)
        return [
            [value if i in rows and j in columns else entry for j, entry in enumerate(row)]
            for i, row in enumerate(table)
        ]

    expected = like(deep(painted, before, x.ndim - 2), x)
    answer.paint(x, top, left, height, width, value)
    name = f"x of shape {tuple(x.shape)} after paint(x, {top}, {left}, {height}, {width}, {value})"
    nothing = {"Nothing was written into x.": like(before, x)} if x.tolist() == before else {}
    assert_equal(x, expected, name=name, explain=nothing)


def test_without_loops(answer, device):
    """None of the six loops over elements: their calls to PyTorch are few, however large the tensors are.

    Is there a `for`? Brackets do for a whole dimension what the loop does place by place.

    A slice with a step of 2 writes to half of a row at once, and `:` means every row.
    """
    for before in ((), (3,), (3, 2)):
        count_calls(answer, numbered(*before, 30, 40, device=device))


def count_calls(answer, x):
    """Fail when one of the six makes more than twelve calls to torch, x being of shape (..., 30, 40)."""
    table = x.reshape(-1, 40)
    calls = {
        "row_and_column": lambda: answer.row_and_column(table, 3, 4),
        "first_entries": lambda: answer.first_entries(x),
        "crop": lambda: answer.crop(x, 2, 3, 25, 30),
        "mirrored": lambda: answer.mirrored(x),
        "checkerboard": lambda: answer.checkerboard(30, 40),
        "paint": lambda: answer.paint(x, 2, 3, 25, 30, 1),
    }
    for name, call in calls.items():
        try:
            with forbid(at_most_calls=12):
                call()
        except Mismatch as found:
            raise Mismatch(f"{name}: {found}") from None
        except ValueError:
            continue  # such as for a negative step: the function's own check tells of it
