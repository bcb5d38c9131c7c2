"""Wrong answers that 02_cat_stack must catch, and right ones it must accept."""

from itertools import accumulate, pairwise

import torch

from tutor.checks import excuse, right, wrong


@wrong(
    caught_by="test_join_rows", because="stack makes a new dimension, and wants tables of one shape; rows are to grow."
)
def rows_stacked(solution):
    return {"join_rows": lambda tables: torch.stack(tables)}


@wrong(
    caught_by="test_join_rows", because="dim=1 are the columns: the tables stand side by side, not one below another."
)
def rows_side_by_side(solution):
    return {"join_rows": lambda tables: torch.cat(tables, dim=1)}


@wrong(
    caught_by="test_join_rows",
    because="Flattened first, the tables become one long row of numbers: `cat` keeps the dimensions as they are.",
)
def rows_flattened(solution):
    return {"join_rows": lambda tables: torch.cat([table.flatten() for table in tables])}


@wrong(caught_by="test_join_rows", because="Only the first two tables are joined; the list may hold any number.")
def rows_of_two(solution):
    return {"join_rows": lambda tables: torch.cat(tables[:2])}


@wrong(
    caught_by="test_split_rows_by_example",
    because="The pieces are alike, as `chunk` makes them; `sizes` says how many rows each is to have.",
)
def split_by_chunk(solution):
    return {"split_rows": lambda table, sizes: table.chunk(len(sizes))}


@wrong(
    caught_by="test_split_rows_by_example",
    because="All pieces have the first size, for `split` takes a single number as the size of every piece.",
)
def split_by_first_size(solution):
    return {"split_rows": lambda table, sizes: table.split(sizes[0])}


@wrong(
    caught_by="test_split_rows_by_example",
    because="These are cuts at the places 1, 3, 0 and 2, as `tensor_split` makes them; they are sizes.",
)
def split_at_sizes(solution):
    return {"split_rows": lambda table, sizes: table.tensor_split(sizes)}


@wrong(caught_by="test_split_rows_by_example", because="A size of 0 is a piece too, (0, F): it must not be left out.")
def split_without_empty(solution):
    return {"split_rows": lambda table, sizes: table.split([size for size in sizes if size])}


@wrong(
    caught_by="test_split_rows_by_example", because="Every slice begins at 0: the end of one piece begins the next one."
)
def split_from_the_top(solution):
    return {"split_rows": lambda table, sizes: [table[:size] for size in sizes]}


@wrong(
    caught_by="test_join_columns_by_example",
    because="The rows grew, for dimension 0 is what `cat` takes without a `dim`; the columns are dimension 1.",
)
def columns_by_default(solution):
    return {"join_columns": lambda tables: torch.cat(tables)}


@wrong(
    caught_by="test_join_columns_by_example",
    because="stack makes a new dimension; side by side means that dimension 1 grows.",
)
def columns_stacked(solution):
    return {"join_columns": lambda tables: torch.stack(tables, dim=1)}


@wrong(caught_by="test_join_columns", because="cat along 1 of (1, 3) and (1, 3) is (1, 6): one row, still a table.")
def columns_flat(solution):
    return {"join_columns": lambda tables: torch.cat(tables, dim=1).squeeze(0)}


@wrong(caught_by="test_join_columns", because="stack needs equal shapes; tables side by side may differ in width.")
def columns_stacked_and_reshaped(solution):
    return {"join_columns": lambda tables: torch.stack(tables, dim=1).reshape(len(tables[0]), -1)}


@wrong(
    caught_by="test_stack_channels_by_example",
    because="The channels came first, (C, H, W): that is where `stack` puts the new dimension without a `dim`.",
)
def channels_in_front(solution):
    return {"stack_channels": lambda channels: torch.stack(channels)}


@wrong(
    caught_by="test_stack_channels_by_example",
    because="A reshape does not move the channels to the end: it mixes the pixels up.",
)
def channels_reshaped(solution):
    return {"stack_channels": lambda channels: torch.stack(channels).reshape(*channels[0].shape, len(channels))}


@wrong(
    caught_by="test_stack_channels_by_example",
    because="cat makes the width longer; the channels need a dimension of their own.",
)
def channels_side_by_side(solution):
    return {"stack_channels": lambda channels: torch.cat(channels, dim=-1)}


@wrong(
    caught_by="test_stack_channels_by_example",
    because="The channels stand between height and width; they belong at the end.",
)
def channels_in_between(solution):
    return {"stack_channels": lambda channels: torch.stack(channels, dim=1)}


@wrong(caught_by="test_stack_channels", because="Three channels are written down; an image may have one, or four.")
def channels_of_three(solution):
    return {"stack_channels": lambda channels: torch.stack([channels[c] for c in range(3)], dim=-1)}


@wrong(
    caught_by="test_channels_of",
    because="Iterating, and `unbind` without a `dim`, take dimension 0 apart: these are the rows of the image.",
)
def apart_by_rows(solution):
    return {"channels_of": lambda image: list(image)}


@wrong(
    caught_by="test_channels_of",
    because="`split` and slices keep the dimension that they cut: every piece is (H, W, 1).",
)
def apart_by_split(solution):
    return {"channels_of": lambda image: image.split(1, dim=-1)}


@wrong(
    caught_by="test_channels_of",
    because="A bare squeeze() drops a height or width of 1 together with the channels' dimension.",
)
def apart_squeezed(solution):
    return {"channels_of": lambda image: [piece.squeeze() for piece in image.split(1, dim=-1)]}


@wrong(caught_by="test_channels_of", because="Three channels are written down; an image may have one, or four.")
def apart_of_three(solution):
    return {"channels_of": lambda image: [image[..., c] for c in range(3)]}


@wrong(caught_by="test_channels_of", because="This is one tensor with the channels in front, not the channels apart.")
def apart_as_tensor(solution):
    return {"channels_of": lambda image: image.movedim(-1, 0)}


@wrong(
    caught_by="test_views",
    because="`clone()`, `stack` and an index tensor copy; a slice, `split` and `unbind` do not.",
)
def split_by_index(solution):
    def split_rows(table, sizes):
        numbers = torch.arange(len(table), device=table.device)
        return [table[part] for part in numbers.split(sizes)]

    return {"split_rows": split_rows}


@wrong(
    caught_by="test_gradients",
    because="The result is cut off from its tables, as it is after `.tolist()`, `torch.tensor(...)` or `.detach()`.",
)
def rows_by_lists(solution):
    def join_rows(tables):
        rows = [row for table in tables for row in table.tolist()]
        rows = torch.tensor(rows, dtype=tables[0].dtype, device=tables[0].device)
        return rows.reshape(-1, tables[0].shape[1])

    return {"join_rows": join_rows}


@right("by vstack, hstack, dstack, slices and indices")
def other_stacks(solution):
    def split_rows(table, sizes):
        return [table[begin:end] for begin, end in pairwise(accumulate(sizes, initial=0))]

    return {
        "join_rows": torch.vstack,
        "split_rows": split_rows,
        "join_columns": torch.hstack,
        "stack_channels": torch.dstack,
        "channels_of": lambda image: [image[..., c] for c in range(image.shape[-1])],
    }


@right("by cat of new dimensions, cuts at places, and a permuted image")
def cat_and_cuts(solution):
    return {
        "join_columns": lambda tables: torch.cat([table.T for table in tables]).T,
        "split_rows": lambda table, sizes: table.tensor_split(list(accumulate(sizes))[:-1]),
        "stack_channels": lambda channels: torch.cat([channel[:, :, None] for channel in channels], dim=2),
        "channels_of": lambda image: tuple(image.permute(2, 0, 1)),
    }


@right("by filling empty tensors")
def filled(solution):
    def join_rows(tables):
        result = tables[0].new_empty(sum(map(len, tables)), tables[0].shape[1])
        begin = 0
        for table in tables:
            result[begin : begin + len(table)] = table
            begin += len(table)
        return result

    def stack_channels(channels):
        result = channels[0].new_empty(*channels[0].shape, len(channels))
        for c, channel in enumerate(channels):
            result[..., c] = channel
        return result

    return {"join_rows": join_rows, "stack_channels": stack_channels}


excuse(
    line="return torch.cat(tables, dim=0)",
    becomes="return torch.cat(tables)",
    because="equivalent: 0 is what cat takes without a dim.",
)
excuse(
    line="return table.split(sizes, dim=0)",
    becomes="return table.split(sizes)",
    because="equivalent: 0 is what split takes without a dim.",
)
excuse(
    line="return torch.cat(tables, dim=1)",
    becomes="return torch.cat(tables, dim=-1)",
    because="equivalent: a table has two dimensions, so 1 is the last.",
)
