"""Wrong answers that 02_indexing must catch, and right ones it must accept."""

import torch

from tutor.checks import right, wrong


@wrong(caught_by="test_row_and_column_by_example", because="That is row j, not column j. (So is x[:][j].)")
def brackets_in_a_row(solution):
    return {"row_and_column": lambda x, i, j: (x[i], x[:][j])}


@wrong(caught_by="test_row_and_column_by_example", because="The two are swapped: the row comes first.")
def column_first(solution):
    return {"row_and_column": lambda x, i, j: (x[:, j], x[i])}


@wrong(caught_by="test_row_and_column_by_example", because="A slice of one keeps its dimension; a number drops it.")
def slices_of_one(solution):
    return {"row_and_column": lambda x, i, j: (x[i : i + 1], x[:, j : j + 1])}


@wrong(caught_by="test_row_and_column_by_example", because="A slice of one keeps its dimension; a number drops it.")
def column_by_a_slice_of_one(solution):
    return {"row_and_column": lambda x, i, j: (x[i], x[:, j : j + 1])}


@wrong(
    caught_by="test_row_and_column",
    because="A slice of one from -1 ends at 0, before it begins: it is empty. A number needs no end.",
)
def slices_of_one_squeezed(solution):
    return {"row_and_column": lambda x, i, j: (x[i : i + 1].flatten(), x[:, j : j + 1].flatten())}


@wrong(
    caught_by="test_first_entries",
    because="x[:, 0] is dimension 1: of three dimensions that is the first row of each table, not the first column.",
)
def second_dimension(solution):
    return {"first_entries": lambda x: x[:, 0] if x.ndim > 1 else x[0]}


@wrong(caught_by="test_first_entries", because="x[0] is the first row, not the first entry of every row.")
def first_row(solution):
    return {"first_entries": lambda x: x[0]}


@wrong(caught_by="test_first_entries", because="The slice :1 keeps the last dimension with a size of 1; 0 drops it.")
def dimension_kept(solution):
    return {"first_entries": lambda x: x[..., :1]}


@wrong(caught_by="test_first_entries", because="Three dimensions are written down: others raise an error or go wrong.")
def three_dimensions(solution):
    return {"first_entries": lambda x: x[:, :, 0]}


@wrong(caught_by="test_first_entries", because="squeeze drops every dimension of size 1, not only the one just sliced.")
def squeezed(solution):
    return {"first_entries": lambda x: x[..., :1].squeeze()}


@wrong(caught_by="test_crop_by_example", because="A slice stops at an index, not after a count: top + height.")
def stops_at_the_height(solution):
    return {"crop": lambda x, top, left, height, width: x[..., top:height, left:width]}


@wrong(caught_by="test_crop_by_example", because="The end is left out by itself; adding 1 takes a row too many.")
def end_included(solution):
    def crop(x, top, left, height, width):
        return x[..., top : top + height + 1, left : left + width + 1]

    return {"crop": crop}


@wrong(
    caught_by="test_crop_by_example", because="The second pair of brackets cuts the rows once more, not the columns."
)
def rows_of_rows(solution):
    return {"crop": lambda x, top, left, height, width: x[top : top + height][left : left + width]}


@wrong(caught_by="test_crop_by_example", because="Rows come before columns: dimension -2, then dimension -1.")
def axes_swapped(solution):
    return {"crop": lambda x, top, left, height, width: x[..., left : left + width, top : top + height]}


@wrong(caught_by="test_crop", because="Without `...` the slices cut the first two dimensions: images, not rows.")
def first_dimensions(solution):
    return {"crop": lambda x, top, left, height, width: x[top : top + height, left : left + width]}


@wrong(caught_by="test_crop", because="One dimension before the rows is written down; there may be none, or two.")
def one_batch_dimension(solution):
    def crop(x, top, left, height, width):
        rows, columns = slice(top, top + height), slice(left, left + width)
        return x[rows, columns] if x.ndim == 2 else x[:, rows, columns]

    return {"crop": crop}


@wrong(caught_by="test_mirrored", because="PyTorch has no negative steps: [::-1] is an error, flip turns round.")
def negative_step(solution):
    return {"mirrored": lambda x: x[..., ::-1]}


@wrong(caught_by="test_mirrored", because="flip(0) turns the first dimension round: upside down, not left to right.")
def upside_down(solution):
    return {"mirrored": lambda x: x.flip(0)}


@wrong(caught_by="test_mirrored", because="Every dimension is turned round, not the last one alone.")
def all_dimensions(solution):
    return {"mirrored": lambda x: x.flip(tuple(range(x.ndim)))}


@wrong(caught_by="test_mirrored", because="x[...] = writes the mirrored entries into the caller's tensor.")
def mirrored_in_place(solution):
    def mirrored(x):
        x[...] = x.flip(-1)
        return x

    return {"mirrored": mirrored}


@wrong(caught_by="test_checkerboard", because="Only the even rows are written: the odd ones are left empty.")
def even_rows_only(solution):
    def checkerboard(rows, columns):
        board = torch.zeros(rows, columns)
        board[::2, ::2] = 1
        return board

    return {"checkerboard": checkerboard}


@wrong(caught_by="test_checkerboard", because="The corner is 0: even and odd columns are the wrong way round.")
def dark_corner(solution):
    return {"checkerboard": lambda rows, columns: 1 - solution.checkerboard(rows, columns)}


@wrong(
    caught_by="test_checkerboard",
    because="Counted through from row to row, 0 and 1 in turn give stripes when the number of columns is even.",
)
def counted_through(solution):
    return {"checkerboard": lambda rows, columns: 1.0 - torch.arange(rows * columns).reshape(rows, columns) % 2}


@wrong(caught_by="test_checkerboard", because="A sum of indices holds integers: the board should be float32.")
def whole_numbers(solution):
    def checkerboard(rows, columns):
        return (torch.arange(rows)[:, None] + torch.arange(columns) + 1) % 2

    return {"checkerboard": checkerboard}


@wrong(
    caught_by="test_paint_by_example",
    because="`block = value` gives the name to the number; nothing is written into x.",
)
def name_reused(solution):
    def paint(x, top, left, height, width, value):
        block = x[..., top : top + height, left : left + width]
        block = value  # noqa: F841

    return {"paint": paint}


@wrong(caught_by="test_paint_by_example", because="A copy is painted: the caller's x never sees it.")
def copy_painted(solution):
    def paint(x, *place_and_value):
        x = x.clone()
        solution.paint(x, *place_and_value)
        return x

    return {"paint": paint}


@wrong(
    caught_by="test_paint",
    because="Without `...` the slices write to the first two dimensions: rows and columns are the last two.",
)
def first_dimensions_painted(solution):
    def paint(x, top, left, height, width, value):
        x[top : top + height, left : left + width] = value

    return {"paint": paint}


@wrong(
    caught_by="test_paint_by_example", because="An index by a list is a copy: what is written to its brackets is lost."
)
def list_then_slice(solution):
    def paint(x, top, left, height, width, value):
        x[..., list(range(top, top + height)), :][..., left : left + width] = value

    return {"paint": paint}


@wrong(
    caught_by="test_paint_by_example",
    because="Two index tensors pick pairs, a diagonal of the block; two slices pick all of it.",
)
def pairs_for_a_block(solution):
    def paint(x, top, left, height, width, value):
        n = min(height, width)
        x[..., torch.arange(top, top + n), torch.arange(left, left + n)] = value

    return {"paint": paint}


@wrong(
    caught_by="test_paint_by_example", because="With [] twice, the second pair slices rows: another block is painted."
)
def rows_of_rows_painted(solution):
    def paint(x, top, left, height, width, value):
        x[..., top : top + height, :][..., left : left + width, :] = value

    return {"paint": paint}


@wrong(
    caught_by="test_without_loops", because="A loop over all places: brackets with a step write half of them at once."
)
def board_by_loops(solution):
    def checkerboard(rows, columns):
        board = torch.zeros(rows, columns)
        for i in range(rows):
            for j in range(columns):
                if (i + j) % 2 == 0:
                    board[i, j] = 1
        return board

    return {"checkerboard": checkerboard}


@wrong(caught_by="test_without_loops", because="A loop over the rows: a slice picks them all at once.")
def paint_by_loops(solution):
    def paint(x, top, left, height, width, value):
        for i in range(top, top + height):
            x[..., i, left : left + width] = value

    return {"paint": paint}


@right("by select, narrow and fill_")
def named_operations(solution):
    def crop(x, top, left, height, width):
        return x.narrow(-2, top, height).narrow(-1, left, width)

    return {
        "row_and_column": lambda x, i, j: (x.select(0, i), torch.select(x, 1, j)),
        "first_entries": lambda x: x.select(-1, 0),
        "crop": crop,
        "mirrored": lambda x: torch.flip(x, dims=[x.ndim - 1]),
        "checkerboard": lambda rows, columns: ((torch.arange(rows)[:, None] + torch.arange(columns)) % 2 == 0).float(),
        "paint": lambda x, top, left, height, width, value: crop(x, top, left, height, width).fill_(value),
    }


@right("by unbinding, transposing and lists of places")
def places(solution):
    def crop(x, top, left, height, width):
        rows, columns = torch.arange(top, top + height), torch.arange(left, left + width)
        return x[..., rows[:, None].to(x.device), columns.to(x.device)]

    def mirrored(x):
        return x[..., list(range(x.shape[-1] - 1, -1, -1))]

    def checkerboard(rows, columns):
        board = torch.ones((rows, columns))
        board[1::2] -= 1
        board[:, 1::2] = 1 - board[:, 1::2]
        return board

    return {
        "row_and_column": lambda x, i, j: (x[i, :], x.T[j]),
        "first_entries": lambda x: x.unbind(-1)[0],
        "crop": crop,
        "mirrored": mirrored,
        "checkerboard": checkerboard,
    }


@right("by masks over rows and columns")
def masks(solution):
    def paint(x, top, left, height, width, value):
        rows = torch.arange(x.shape[-2], device=x.device)[:, None]
        columns = torch.arange(x.shape[-1], device=x.device)
        inside = (rows >= top) & (rows < top + height) & (columns >= left) & (columns < left + width)
        x.masked_fill_(inside, value)

    return {"paint": paint}
