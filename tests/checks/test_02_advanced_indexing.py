"""Checks of 02_advanced_indexing: the oracle picks from nested Python lists, one element at a time."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from tutor.checks import (
    Mismatch,
    assert_close,
    assert_equal,
    assert_gradients_close,
    expect,
    forbid,
    home,
    reading_from_meta,
    shapes,
    tensors,
    unchanged,
)

META = torch.device("meta")
DTYPES = st.sampled_from([torch.float32, torch.float64, torch.int64, torch.bool])


def indices(size):
    """Index tensors into a dimension of `size`, one to five long, in any order and with repeats."""
    return st.lists(st.integers(0, size - 1), min_size=1, max_size=5).map(torch.tensor)


@st.composite
def images(draw, device):
    """Tensors (H, W) or (H, W, C), at times views that are not contiguous."""
    dtype = draw(DTYPES)
    image = draw(tensors(min_dims=2, max_dims=3, max_side=4, dtype=dtype))
    return image.to(home(dtype, device))


def like(values, source):
    """A tensor of nested lists with the dtype and device of `source`."""
    return torch.tensor(values, dtype=source.dtype, device=source.device)


def cells(image, rows, columns):
    """The pixels at (rows[k], columns[k]), by lists."""
    pixels = image.tolist()
    return like([pixels[r][c] for r, c in zip(rows.tolist(), columns.tolist(), strict=True)], image)


def block(image, rows, columns):
    """Every row crossed with every column, by lists."""
    pixels = image.tolist()
    return like([[pixels[r][c] for c in columns.tolist()] for r in rows.tolist()], image)


def labelled(scores, labels):
    """The score at each label, by lists, for any number of dimensions."""

    def pick(row, label):
        return [pick(*pair) for pair in zip(row, label, strict=True)] if isinstance(label, list) else row[label]

    return like(pick(scores.tolist(), labels.tolist()), scores)


def table_of(device):
    """The statement's table (3, 4)."""
    return torch.tensor([[10, 11, 12, 13], [20, 21, 22, 23], [30, 31, 32, 33]], device=device)


def test_cells_by_example(answer, device):
    """`pick_cells` reads rows and columns in pairs: rows 0, 2, 2 and columns 1, 3, 0 give three pixels.

    Two index tensors inside one pair of brackets are zipped. What do two pairs of brackets do, one after the other?

    `image[rows]` alone already takes whole rows. Put both index tensors into the same brackets, rows first.
    """
    rows, columns = torch.tensor([0, 2, 2], device=device), torch.tensor([1, 3, 0], device=device)
    actual = answer.pick_cells(table_of(device), rows, columns)
    expected = torch.tensor([11, 33, 30], device=device)
    crossed = {"Every row is crossed with every column here: wanted are pairs.": table_of(device)[rows][:, columns]}
    assert_close(
        actual,
        expected,
        name="pick_cells(table, [0, 2, 2], [1, 3, 0]), with the table of the text",
        explain=crossed,
    )


@given(data=st.data())
def test_cells(answer, device, data):
    """`pick_cells` is right for any image, with and without channels, and any pairs.

    A pixel of an image (H, W, C) is a row of C numbers: it comes along whole. Picking only reads: write nothing.

    Indexing the first two dimensions leaves the third alone, so nothing needs to be added for it.
    """
    image = data.draw(images(device), label="image")
    pairs = st.lists(
        st.tuples(st.integers(0, image.shape[0] - 1), st.integers(0, image.shape[1] - 1)), min_size=1, max_size=5
    )
    rows, columns = map(torch.tensor, zip(*data.draw(pairs, label="pairs"), strict=True))
    rows, columns = rows.to(image.device), columns.to(image.device)
    with unchanged(image=image, rows=rows, columns=columns):
        actual = answer.pick_cells(image, rows, columns)
    assert_close(actual, cells(image, rows, columns), name="pick_cells(image, rows, columns)")


def test_block_by_example(answer, device):
    """`pick_block` crosses every row with every column: two rows and three columns give six pixels, shape (2, 3).

    Index tensors are zipped, and two rows cannot be zipped with three columns. When their shapes stretch, they cross.

    Which shape must `rows` get so that it is stretched along the columns? `(R, 1)` beside `(S,)` becomes `(R, S)`.
    """
    table = table_of(device)
    rows, columns = torch.tensor([2, 0], device=device), torch.tensor([3, 0, 1], device=device)
    try:
        actual = answer.pick_block(table, rows, columns)
    except IndexError as error:
        expect(
            "broadcast" not in str(error),
            "pick_block raised IndexError for 2 rows and 3 columns: as index tensors they are read in pairs, and two "
            "cannot be paired with three.",
        )
        raise
    expected = torch.tensor([[33, 30, 31], [13, 10, 11]], device=device)
    assert_close(actual, expected, name="pick_block(table, [2, 0], [3, 0, 1]), with the table of the text")


@given(data=st.data())
def test_block(answer, device, data):
    """`pick_block` is right for any image and any rows and columns, also when there are as many of one as of the other.

    With as many rows as columns a zip raises no error. It returns the diagonal of the block.

    `rows[:, None]` has shape (R, 1). Index with it and with `columns` in the same brackets.
    """
    image = data.draw(images(device), label="image")
    rows = data.draw(indices(image.shape[0]), label="rows").to(image.device)
    columns = data.draw(indices(image.shape[1]), label="columns").to(image.device)
    with unchanged(image=image, rows=rows, columns=columns):
        actual = answer.pick_block(image, rows, columns)
    pairs = {}
    if len(rows) == len(columns):
        pairs = {"Rows and columns were read in pairs; they are to be crossed.": cells(image, rows, columns)}
    assert_close(actual, block(image, rows, columns), name="pick_block(image, rows, columns)", explain=pairs)


def test_labelled_by_example(answer, device):
    """`pick_labelled` takes one score from each row: the one in the column of that row's label.

    `scores[:, labels]` takes all those columns from every row. How many scores should come from each?

    `scores.gather(1, index)` takes `scores[i, index[i, j]]`: its index needs two dimensions, as the scores have.
    """
    scores = torch.tensor([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]], device=device)
    labels = torch.tensor([2, 1], device=device)
    actual = answer.pick_labelled(scores, labels)
    expected = torch.tensor([0.7, 0.3], device=device)
    every_label = {"This takes the columns of all labels from every row: one per row is wanted.": scores[:, labels]}
    assert_close(
        actual,
        expected,
        name="pick_labelled([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]], [2, 1])",
        explain=every_label,
    )


@given(data=st.data())
def test_labelled(answer, device, data):
    """`pick_labelled` is right for scores of two, three and four dimensions, with sizes of 1 among them.

    The labels have one dimension less than the scores: give them a last one of size 1, and take it off afterwards.

    `gather` along the last dimension, -1. Then squeeze that dimension and no other.
    """
    dtype = data.draw(DTYPES, label="dtype")
    shape = data.draw(shapes(min_dims=1, max_dims=3, max_side=4), label="shape of labels")
    classes = data.draw(st.integers(1, 4), label="C")
    scores = data.draw(tensors((*shape, classes), dtype=dtype), label="scores").to(home(dtype, device))
    labels = data.draw(tensors(tuple(shape), dtype=torch.int64, low=0, high=classes - 1), label="labels")
    labels = labels.to(scores.device)
    with unchanged(scores=scores, labels=labels):
        actual = answer.pick_labelled(scores, labels)
    expected = labelled(scores, labels)
    all_ones_dropped = {"Every dimension of size 1 was dropped; only the last is to go.": expected.squeeze()}
    assert_close(actual, expected, name="pick_labelled(scores, labels)", explain=all_ones_dropped)


@given(data=st.data())
def test_one_hot(answer, device, data):
    """Each row of `one_hot(labels, classes)` holds one 1, in the column of its label, and zeros; the dtype is float32.

    Begin with a table of zeros. Which B cells of it become 1? You want pairs of a row number and a label.

    `torch.arange(B)` are the row numbers. Index the table with them and with the labels, and assign.
    """
    classes = data.draw(st.integers(1, 5), label="classes")
    labels = data.draw(indices(classes), label="labels").to(device)
    with unchanged(labels=labels):
        actual = answer.one_hot(labels, classes)
    rows = [[float(column == label) for column in range(classes)] for label in labels.tolist()]
    assert_close(actual, torch.tensor(rows, device=device), name="one_hot(labels, classes)")


def test_gradients(answer, device):
    """Gradients flow back through the first three, and only to what was picked.

    Did something on the way leave the tensors: `.item()`, `.tolist()`, `.detach()`, `torch.tensor(...)`?

    Indexing and `gather` need no help: return what they give.
    """
    device = home(torch.float64, device)
    image, scores = (torch.randn(3, 4, device=device, dtype=torch.float64) for _ in range(2))
    rows, columns = torch.tensor([2, 0, 2], device=device), torch.tensor([1, 3, 1], device=device)

    def block_by_cells(image, rows, columns):
        return torch.stack([torch.stack([image[r, c] for c in columns]) for r in rows])

    def cells_one_by_one(image, rows, columns):
        return torch.stack([image[r, c] for r, c in zip(rows, columns, strict=True)])

    cells = (answer.pick_cells, cells_one_by_one, image, rows, columns)
    assert_gradients_close(*cells, name="pick_cells(image, rows, columns)")
    block = (answer.pick_block, block_by_cells, image, rows, columns[:2])
    assert_gradients_close(*block, name="pick_block(image, rows, columns)")
    labelled = (
        answer.pick_labelled,
        lambda scores, labels: cells_one_by_one(scores, range(3), labels),
        scores,
        columns,
    )
    assert_gradients_close(*labelled, name="pick_labelled(scores, labels)")


def test_no_loop(answer, device):
    """No Python loop over rows or elements: the number of calls to torch does not grow with the number of indices.

    An index tensor stands for the loop: give torch all the indices at once.

    Each of the four is done in one to four operations on whole tensors.
    """
    image, scores = torch.rand(30, 40, device=device), torch.rand(200, 10, device=device)
    rows, columns = torch.arange(200, device=device) % 30, torch.arange(200, device=device) % 40
    labels = torch.arange(200, device=device) % 10
    calls = {
        "pick_cells": lambda: answer.pick_cells(image, rows, columns),
        "pick_block": lambda: answer.pick_block(image, rows, columns),
        "pick_labelled": lambda: answer.pick_labelled(scores, labels),
        "one_hot": lambda: answer.one_hot(labels, 10),
    }
    for name, call in calls.items():
        try:
            with forbid(at_most_calls=25):
                call()
        except Mismatch as error:
            raise Mismatch(f"{name}, for 200 indices: {error}") from None


def test_device(answer):
    """What you make yourself is made on the device of the inputs.

    `torch.zeros(...)`, `torch.arange(...)` and `torch.eye(...)` make tensors on the CPU unless told otherwise.

    Every tensor knows where it is: `labels.device`. Pass it on as `device=`.
    """
    scores, labels = torch.zeros(2, 3, device=META), torch.zeros(2, dtype=torch.int64, device=META)
    calls = {
        "pick_cells": (lambda: answer.pick_cells(scores, labels, labels), (2,)),
        "pick_block": (lambda: answer.pick_block(scores, labels, labels), (2, 2)),
        "pick_labelled": (lambda: answer.pick_labelled(scores, labels), (2,)),
        "one_hot": (lambda: answer.one_hot(labels, 3), (2, 3)),
    }
    for name, (call, shape) in calls.items():
        try:
            with reading_from_meta():
                made = call()
        except RuntimeError as error:
            if "device" not in str(error):
                raise
            expect(
                False,
                f"{name} mixes devices: a tensor that it made is on the CPU, and its inputs are not (torch's `meta` "
                "device stands in for a GPU). `torch.arange(..., device=labels.device)` makes it where the labels are.",
            )
        expect(
            made.device == META,
            f"{name} returned a tensor on {made.device}. Its inputs were elsewhere (torch's `meta` device stands in "
            "for a GPU), and the result belongs where they are.",
        )
        assert_equal(tuple(made.shape), shape, name=f"shape of what {name} returned for tensors on the `meta` device")
