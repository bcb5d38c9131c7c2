"""Checks of 02_cat_stack: the oracle joins and cuts nested Python lists."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.checks import assert_close, assert_gradients_close, expect, home, tensors, unchanged

DTYPES = st.sampled_from([torch.float32, torch.float64, torch.int64, torch.bool])
SIDES = st.integers(1, 4)


def like(values, source, shape):
    """A tensor of lists with the dtype and device of `source`."""
    return torch.tensor(values, dtype=source.dtype, device=source.device).reshape(shape)


def rows_joined(tables):
    """One below the other, by lists."""
    rows = [row for table in tables for row in table.tolist()]
    return like(rows, tables[0], (len(rows), tables[0].shape[1]))


def columns_joined(tables):
    """Side by side, by lists."""
    rows = [sum(parts, []) for parts in zip(*(table.tolist() for table in tables), strict=True)]
    return like(rows, tables[0], (len(rows), len(rows[0])))


def rows_cut(table, sizes):
    """The pieces, by lists."""
    rows, pieces = iter(table.tolist()), []
    for size in sizes:
        pieces.append(like([next(rows) for _ in range(size)], table, (size, table.shape[1])))
    return pieces


def stacked(channels):
    """The channels of each pixel together, by lists."""
    height, width = channels[0].shape
    values = [channel.tolist() for channel in channels]
    pixels = [channel[h][w] for h in range(height) for w in range(width) for channel in values]
    return like(pixels, channels[0], (height, width, len(channels)))


def channels_apart(image):
    """One list of rows for each channel."""
    values = image.tolist()
    return [
        like([[pixel[c] for pixel in row] for row in values], image, image.shape[:2]) for c in range(image.shape[2])
    ]


def pieces_of(value, call):
    """What `call` returned as a list, if it is a tuple or list; otherwise the check fails with a sentence."""
    what = "one tensor" if isinstance(value, torch.Tensor) else repr(value)
    expect(isinstance(value, tuple | list), f"{call} should return its pieces as a tuple or list; it returned {what}.")
    return list(value)


def draw_like(data, shapes, device, label):
    """A list of tensors of these shapes, of one dtype, at times views that are not contiguous.

    `label` names each for the learner, with {} for its number.
    """
    dtype = data.draw(DTYPES, label="dtype")
    return [
        data.draw(tensors(tuple(shape), dtype=dtype), label=label.format(number)).to(home(dtype, device))
        for number, shape in enumerate(shapes)
    ]


@settings(max_examples=25)
@given(data=st.data())
def test_join_rows(answer, device, data):
    """`join_rows` puts tables one below the other: the rows add up and the columns stay. A table may have 0 rows.

    Does a dimension grow, or does a new one appear? That decides between `cat` and `stack`.

    Rows are dimension 0: `cat` along it takes tables of any number of rows.
    """
    width = data.draw(SIDES, label="F")
    heights = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=3), label="rows")
    tables = draw_like(data, [(height, width) for height in heights], device, "tables[{}]")
    with unchanged(tables=tables):
        actual = answer.join_rows(tables)
    known = {}
    if len(set(heights)) == 1:
        known["The tables stand side by side: the columns grew, not the rows."] = torch.cat(tables, dim=1)
        known["`stack` made a new dimension; the rows are to grow."] = torch.stack(tables)
    assert_close(actual, rows_joined(tables), name="join_rows(tables)", explain=known)


def test_split_rows_by_example(answer, device):
    """`split_rows` cuts a table of 6 rows into pieces of 1, 3, 0 and 2 rows.

    The numbers are the sizes of the pieces: neither how many there are, nor where to cut.

    Look up `torch.split`: it takes one size for all pieces, or a list with the size of each.
    """
    table = torch.arange(12, device=device).reshape(6, 2)
    call = "split_rows(torch.arange(12).reshape(6, 2), [1, 3, 0, 2])"
    pieces = pieces_of(answer.split_rows(table, [1, 3, 0, 2]), call)
    known = {
        "The sizes were taken for the places to cut at.": list(table.tensor_split([1, 3, 0, 2])),
        "The table was cut into four pieces as alike as can be; their sizes are given.": list(table.chunk(4)),
        "The first size was taken for every piece.": list(table.split(1)),
    }
    assert_close(pieces, rows_cut(table, [1, 3, 0, 2]), name=call, explain=known)


@settings(max_examples=25)
@given(data=st.data())
def test_split_rows(answer, device, data):
    """`split_rows` undoes `join_rows`, for any sizes.

    Is there one piece for each size, in order, each with all columns?

    Give `split` the whole list of sizes, and the dimension of the rows.
    """
    sizes = data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=4).filter(any), label="sizes")
    width = data.draw(SIDES, label="F")
    (table,) = draw_like(data, [(sum(sizes), width)], device, "table")
    with unchanged(table=table, sizes=sizes):
        actual = answer.split_rows(table, list(sizes))
    pieces = pieces_of(actual, "split_rows(table, sizes)")
    assert_close(pieces, rows_cut(table, sizes), name="split_rows(table, sizes)")


def test_join_columns_by_example(answer, device):
    """`join_columns` puts tables side by side: from twice (2, 3) to (2, 6).

    Without a `dim`, torch joins along dimension 0. Which dimension are the columns?

    Rows are dimension 0, columns are dimension 1: that is the one to make longer.
    """
    left = torch.tensor([[1, 2, 3], [4, 5, 6]], device=device)
    right = left * 10
    known = {
        "The tables are one below the other: the rows grew, not the columns.": torch.cat([left, right]),
        "`stack` made a new dimension in front; the columns are to grow.": torch.stack([left, right]),
        "`stack` made a new dimension in the middle; the columns are to grow.": torch.stack([left, right], dim=1),
    }
    assert_close(
        answer.join_columns([left, right]),
        columns_joined([left, right]),
        name="join_columns([[1, 2, 3], [4, 5, 6]] and ten times that)",
        explain=known,
    )


@settings(max_examples=25)
@given(data=st.data())
def test_join_columns(answer, device, data):
    """`join_columns` is right for tables of different widths, for a single row and for a single table.

    A table of one row stays a table: `(1, F)` beside `(1, F)` is `(1, 2 F)`.

    `cat` keeps the number of dimensions. Nothing has to be squeezed, stacked or reshaped.
    """
    height = data.draw(SIDES, label="N")
    widths = data.draw(st.lists(SIDES, min_size=1, max_size=3), label="columns")
    tables = draw_like(data, [(height, width) for width in widths], device, "tables[{}]")
    with unchanged(tables=tables):
        actual = answer.join_columns(tables)
    assert_close(actual, columns_joined(tables), name="join_columns(tables)")


def test_stack_channels_by_example(answer, device):
    """`stack_channels` makes the channels a new, last dimension: three of (2, 4) become (2, 4, 3).

    `stack` puts the new dimension in front unless told otherwise. Where does it belong?

    A reshape afterwards would mix the pixels up. `stack` takes the place of the new dimension as `dim`.
    """
    channels = [torch.arange(8, device=device).reshape(2, 4) + 10 * c for c in range(3)]
    known = {
        "The channels are in front, (C, H, W): they belong at the end.": torch.stack(channels),
        "The shape is right, but a reshape does not move a dimension: the pixels are mixed up.": (
            torch.stack(channels).reshape(2, 4, 3)
        ),
        "The images lie side by side: `cat` made a dimension longer, and a new one is wanted.": torch.cat(channels, 1),
    }
    assert_close(
        answer.stack_channels(channels), stacked(channels), name="stack_channels of three (2, 4)", explain=known
    )


@settings(max_examples=25)
@given(data=st.data())
def test_stack_channels(answer, device, data):
    """`stack_channels` is right for any number of channels of any size, also for one.

    Is a 3 written down somewhere? An image may have one channel, or four.

    The last dimension is -1, and that is where the new one goes.
    """
    shape = data.draw(st.tuples(SIDES, SIDES), label="(H, W)")
    count = data.draw(SIDES, label="C")
    channels = draw_like(data, [shape] * count, device, "channels[{}]")
    with unchanged(channels=channels):
        actual = answer.stack_channels(channels)
    assert_close(actual, stacked(channels), name="stack_channels(channels)")


@settings(max_examples=25)
@given(data=st.data())
def test_channels_of(answer, device, data):
    """`channels_of` takes an image apart into its C channels, each of shape (H, W).

    The dimension of the channels goes: `split` would leave it, with size 1.

    Look up `torch.unbind`. Without a `dim` it takes dimension 0 apart, which is the height.
    """
    shape = data.draw(st.tuples(SIDES, SIDES, SIDES), label="(H, W, C)")
    (image,) = draw_like(data, [shape], device, "image")
    with unchanged(image=image):
        actual = answer.channels_of(image)
    pieces, expected = pieces_of(actual, "channels_of(image)"), channels_apart(image)
    known = {
        "Each piece still has the dimension of the channels, with size 1.": [one.unsqueeze(-1) for one in expected],
        "These are the rows of the image: dimension 0 was taken apart, and the channels are the last.": list(image),
    }
    assert_close(pieces, expected, name="channels_of(image)", explain=known)


def test_views(answer, device):
    """The pieces of `split_rows` and `channels_of` are views: none of them copies.

    What makes the copy: `.clone()`, `.contiguous()`, an index tensor, or joining again?

    `split`, `unbind` and slices return views. Return what they give.
    """
    table, image = torch.rand(5, 2, device=device), torch.rand(2, 4, 3, device=device)
    results = {
        "split_rows(table, [2, 3])": (answer.split_rows(table, [2, 3]), table),
        "channels_of(image)": (answer.channels_of(image), image),
    }
    for name, (pieces, source) in results.items():
        for number, piece in enumerate(pieces):
            expect(
                piece.untyped_storage().data_ptr() == source.untyped_storage().data_ptr(),
                f"{name}[{number}] should be a view on the memory of its input; it is a copy.",
            )


def test_gradients(answer, device):
    """Gradients flow back through all five, each to the element it belongs to.

    Did something on the way leave the tensors: `.tolist()`, `.detach()`, `torch.tensor(...)`?

    Joining and taking apart need no help: return what they give.
    """
    device = home(torch.float64, device)

    def parts(*shapes):
        return [torch.rand(shape, device=device, dtype=torch.float64) for shape in shapes]

    def rows(*tables):
        return torch.stack([row for table in tables for row in table])

    def joined_again(table):
        return torch.cat(list(answer.split_rows(table, [2, 3])))

    def side_by_side(*channels):
        return torch.cat(channels, dim=1)

    def columns(*tables):
        return torch.stack([column for table in tables for column in table.T], dim=1)

    def pixels(*channels):
        return torch.stack([channel.flatten() for channel in channels], dim=1).reshape(2, 4, len(channels))

    tall, wide, flat = parts((2, 3), (1, 3)), parts((2, 3), (2, 1)), parts((2, 4), (2, 4), (2, 4))
    (table,), (image,) = parts((5, 2)), parts((2, 4, 3))
    assert_gradients_close(lambda *tables: answer.join_rows(list(tables)), rows, *tall, name="join_rows(tables)")
    assert_gradients_close(joined_again, lambda table: table * 1, table, name="torch.cat(split_rows(table, sizes))")
    assert_gradients_close(
        lambda *tables: answer.join_columns(list(tables)), columns, *wide, name="join_columns(tables)"
    )
    assert_gradients_close(
        lambda *channels: answer.stack_channels(list(channels)), pixels, *flat, name="stack_channels(channels)"
    )
    assert_gradients_close(
        lambda image: side_by_side(*answer.channels_of(image)),
        lambda image: side_by_side(*(image[..., c] for c in range(3))),
        image,
        name="torch.cat(channels_of(image), dim=1)",
    )
