"""Wrong answers that 02_advanced_indexing must catch, and right ones it must accept."""

import torch
import torch.nn.functional as F

from tutor.checks import excuse, right, wrong


@wrong(
    caught_by="test_cells_by_example",
    because="This is the block of every row with every column; for pairs, both indices stand in the same brackets.",
)
def cells_crossed(solution):
    return {"pick_cells": lambda image, rows, columns: image[rows][:, columns]}


@wrong(
    caught_by="test_cells_by_example",
    because="These are whole rows: after `image[rows]` a second pair of brackets picks among the rows once more.",
)
def cells_rows_twice(solution):
    return {"pick_cells": lambda image, rows, columns: image[rows][columns % len(rows)]}


@wrong(
    caught_by="test_cells_by_example", because="The first index is for rows (down), the second for columns (across)."
)
def cells_columns_first(solution):
    return {"pick_cells": lambda image, rows, columns: image[columns, rows]}


@wrong(
    caught_by="test_cells_by_example",
    because="One index tensor of shape (K, 2) is a single index: it picks whole rows, in its own shape.",
)
def cells_by_one_index(solution):
    return {"pick_cells": lambda image, rows, columns: image[torch.stack([rows, columns % len(image)], dim=1)]}


@wrong(
    caught_by="test_cells",
    because="The diagonal of the block holds the pairs, but diagonal() puts them last, behind the channels.",
)
def cells_as_diagonal(solution):
    return {"pick_cells": lambda image, rows, columns: solution.pick_block(image, rows, columns).diagonal()}


@wrong(
    caught_by="test_block_by_example",
    because="Index tensors of one shape in the same brackets are read in pairs, and 2 and 3 cannot be paired.",
)
def block_as_pairs(solution):
    return {"pick_block": lambda image, rows, columns: image[rows, columns]}


@wrong(
    caught_by="test_block",
    because="With as many rows as columns the index tensors are zipped: that is the block's diagonal.",
)
def block_crossed_when_it_must(solution):
    def pick_block(image, rows, columns):
        if len(rows) == len(columns):
            return image[rows, columns]
        return solution.pick_block(image, rows, columns)

    return {"pick_block": pick_block}


@wrong(
    caught_by="test_block_by_example",
    because="The new dimension is on `columns`: they run down and the rows across, so the block is transposed.",
)
def block_transposed(solution):
    return {"pick_block": lambda image, rows, columns: image[rows, columns[:, None]]}


@wrong(
    caught_by="test_block_by_example",
    because="A slice takes everything between the smallest and the largest index, in its own order.",
)
def block_by_slices(solution):
    def pick_block(image, rows, columns):
        return image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]

    return {"pick_block": pick_block}


@wrong(
    caught_by="test_labelled_by_example",
    because="Every row gives the columns of all the labels here, as a slice beside an index does: one is wanted.",
)
def labelled_crossed(solution):
    return {"pick_labelled": lambda scores, labels: scores[..., labels]}


@wrong(caught_by="test_labelled_by_example", because="This is the largest score of each row, whatever its label says.")
def labelled_largest(solution):
    return {"pick_labelled": lambda scores, labels: scores.max(dim=-1).values}


@wrong(
    caught_by="test_labelled_by_example",
    because="gather along dimension 0 takes the label for a row number; labels are columns.",
)
def labelled_along_rows(solution):
    return {"pick_labelled": lambda scores, labels: scores.gather(0, labels[None] % len(scores)).squeeze(0)}


@wrong(
    caught_by="test_labelled_by_example", because="A last dimension of size 1 is left, as `gather` leaves it: drop it."
)
def labelled_not_squeezed(solution):
    return {"pick_labelled": lambda scores, labels: scores.gather(-1, labels[..., None])}


@wrong(caught_by="test_labelled", because="A bare squeeze() drops every dimension of size 1, the batch of one too.")
def labelled_squeezed_too_much(solution):
    return {"pick_labelled": lambda scores, labels: scores.gather(-1, labels[..., None]).squeeze()}


@wrong(
    caught_by="test_labelled",
    because="Row numbers for the first dimension alone serve (B, C); with (B, T, C) the second one needs some as well.",
)
def labelled_two_dimensions_only(solution):
    return {"pick_labelled": lambda scores, labels: scores[torch.arange(len(scores), device=scores.device), labels]}


@wrong(
    caught_by="test_one_hot",
    because="The columns of all labels became 1 in every row; each row has one label: pairs are wanted.",
)
def one_hot_columns(solution):
    def one_hot(labels, classes):
        table = torch.zeros(len(labels), classes, device=labels.device)
        table[:, labels] = 1.0
        return table

    return {"one_hot": one_hot}


@wrong(
    caught_by="test_one_hot",
    because="One index alone takes whole rows: `table[labels] = 1` fills the rows with the labels' numbers.",
)
def one_hot_whole_rows(solution):
    def one_hot(labels, classes):
        table = torch.zeros(len(labels), classes, device=labels.device)
        table[labels] = 1.0
        return table

    return {"one_hot": one_hot}


@wrong(caught_by="test_one_hot", because="F.one_hot returns int64; float32 was asked for.")
def one_hot_integers(solution):
    return {"one_hot": lambda labels, classes: F.one_hot(labels, classes)}


@wrong(
    caught_by="test_one_hot",
    because="The number of columns is guessed from the largest label; a batch need not hold every class.",
)
def one_hot_width_guessed(solution):
    return {"one_hot": lambda labels, classes: F.one_hot(labels).float()}


@wrong(
    caught_by="test_gradients",
    because="The result is cut off from the scores, as after `.detach()`, `.tolist()` or `torch.tensor(...)`.",
)
def labelled_detached(solution):
    return {"pick_labelled": lambda scores, labels: solution.pick_labelled(scores.detach(), labels)}


@wrong(
    caught_by="test_gradients",
    because="The result is cut off from the image, as after `torch.tensor(...)` of Python numbers or `.detach()`.",
)
def cells_by_lists(solution):
    def pick_cells(image, rows, columns):
        pixels = image.tolist()
        picked = [pixels[r][c] for r, c in zip(rows.tolist(), columns.tolist(), strict=True)]
        return torch.tensor(picked, dtype=image.dtype, device=image.device)

    return {"pick_cells": pick_cells}


@wrong(
    caught_by="test_device",
    because="A tensor was made without `device=`, by `torch.arange` perhaps: it is on the CPU, the labels are not.",
)
def one_hot_by_comparing_on_the_cpu(solution):
    return {"one_hot": lambda labels, classes: (labels[:, None] == torch.arange(classes)).float()}


@wrong(
    caught_by="test_device",
    because="A tensor was made without `device=`, by `torch.eye` perhaps: it is on the CPU.",
)
def one_hot_on_the_cpu(solution):
    return {"one_hot": lambda labels, classes: torch.eye(classes)[labels]}


@wrong(caught_by="test_no_loop", because="A loop over pixels: right, and hundreds of times slower.")
def cells_in_a_loop(solution):
    def pick_cells(image, rows, columns):
        return torch.stack([image[r, c] for r, c in zip(rows, columns, strict=True)])

    return {"pick_cells": pick_cells}


@right("by index_select, take_along_dim and scatter")
def named_functions(solution):
    def one_hot(labels, classes):
        table = torch.zeros(len(labels), classes, device=labels.device)
        return table.scatter(1, labels.unsqueeze(1), 1.0)

    return {
        "pick_cells": lambda image, rows, columns: image.flatten(0, 1).index_select(0, rows * image.shape[1] + columns),
        "pick_block": lambda image, rows, columns: image.index_select(0, rows).index_select(1, columns),
        "pick_labelled": lambda scores, labels: torch.take_along_dim(scores, labels.unsqueeze(-1), dim=-1)[..., 0],
        "one_hot": one_hot,
    }


@right("by two pairs of brackets, row numbers over the flattened batch, and the rows of an identity matrix")
def brackets(solution):
    def pick_labelled(scores, labels):
        rows = scores.reshape(-1, scores.shape[-1])
        numbers = torch.arange(len(rows), device=scores.device)
        return rows[numbers, labels.reshape(-1)].reshape(labels.shape)

    return {
        "pick_block": lambda image, rows, columns: image[rows][:, columns],
        "pick_labelled": pick_labelled,
        "one_hot": lambda labels, classes: torch.eye(classes, device=labels.device)[labels],
    }


@right("by a grid of both indices, a mask of the classes, and F.one_hot cast to float32")
def grids_and_masks(solution):
    def pick_block(image, rows, columns):
        return image[torch.meshgrid(rows, columns, indexing="ij")]

    def pick_labelled(scores, labels):
        classes = torch.arange(scores.shape[-1], device=scores.device)
        mask = labels.unsqueeze(-1) == classes
        return (scores * mask).sum(-1, dtype=scores.dtype)

    return {
        "pick_block": pick_block,
        "pick_labelled": pick_labelled,
        "one_hot": lambda labels, classes: F.one_hot(labels, classes).to(torch.float32),
    }


excuse(
    line="rows = torch.arange(len(labels), device=labels.device)",
    becomes="rows = torch.arange(len(labels))",
    because="equivalent: torch takes index tensors from the CPU for a tensor on any device, and moves them.",
)
excuse(
    line="rows = torch.arange(len(labels), device=labels.device)",
    becomes='rows = torch.arange(len(labels), device=torch.device("cpu"))',
    because="equivalent: torch takes index tensors from the CPU for a tensor on any device, and moves them.",
)
