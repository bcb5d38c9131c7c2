"""Wrong answers that 02_masks_where must catch, and right ones it must accept."""

import numpy as np
import torch

from tutor.checks import excuse, right, wrong


@wrong(
    caught_by="test_between_by_example",
    because="A chain of comparisons is an `and`, which asks a whole mask for one truth value.",
)
def between_chained(solution):
    return {"between": lambda x, low, high: low <= x < high}


@wrong(caught_by="test_between_by_example", because="Without parentheses `low & x` is computed before any comparison.")
def between_without_parentheses(solution):
    return {"between": lambda x, low, high: x >= low & x < high}


@wrong(caught_by="test_between_by_example", because="Both ends are in the mask; the high end does not belong to it.")
def between_with_both_ends(solution):
    return {"between": lambda x, low, high: (x >= low) & (x <= high)}


@wrong(caught_by="test_between_by_example", because="These are the chosen elements; the mask itself was asked for.")
def between_selects(solution):
    return {"between": lambda x, low, high: x[(x >= low) & (x < high)]}


@wrong(caught_by="test_between_integers", because="1.5 in the dtype of an integer x is 1: the end has moved.")
def between_with_ends_cast(solution):
    def between(x, low, high):
        low, high = torch.tensor(low, dtype=x.dtype), torch.tensor(high, dtype=x.dtype)
        return (x >= low.to(x.device)) & (x < high.to(x.device))

    return {"between": between}


@wrong(caught_by="test_between_integers", because="float32 does not hold every integer above 2**24: neighbours merge.")
def between_of_floats(solution):
    return {"between": lambda x, low, high: (x.float() >= low) & (x.float() < high)}


@wrong(
    caught_by="test_between",
    because="Not below and not above: NaN is neither, so it slips in. Ask for what is wanted instead.",
)
def between_by_exclusion(solution):
    return {"between": lambda x, low, high: ~((x < low) | (x >= high))}


@wrong(
    caught_by="test_complete_rows_by_example",
    because="A mask in the table's shape selects elements: their rows are forgotten.",
)
def rows_as_elements(solution):
    return {"complete_rows": lambda table: table[~table.isnan()]}


@wrong(
    caught_by="test_complete_rows_by_example",
    because="NaN equals nothing, not even NaN: a comparison with it finds none.",
)
def rows_by_comparison(solution):
    return {"complete_rows": lambda table: table[~(table == float("nan")).any(dim=1)]}


@wrong(
    caught_by="test_complete_rows_by_example",
    because="NaN != NaN is True: this keeps every element, and the rows are forgotten.",
)
def rows_unequal_to_nan(solution):
    return {"complete_rows": lambda table: table[table != float("nan")]}


@wrong(
    caught_by="test_complete_rows_by_example",
    because="dim=0 asks each column, (F,); a mask of the rows asks each row, (N,): dim=1.",
)
def mask_of_columns_for_rows(solution):
    return {"complete_rows": lambda table: table[~table.isnan().any(dim=0)]}


@wrong(
    caught_by="test_complete_rows_by_example",
    because="all() drops only the rows that are missing altogether; one gap is enough.",
)
def rows_all_missing(solution):
    return {"complete_rows": lambda table: table[~table.isnan().all(dim=1)]}


@wrong(
    caught_by="test_complete_rows_by_example",
    because="dim=0 runs down the columns: that is a mask of columns, not rows.",
)
def columns_for_rows(solution):
    return {"complete_rows": lambda table: table[:, ~table.isnan().any(dim=0)]}


@wrong(caught_by="test_complete_rows_by_example", because="These are the incomplete rows: `~` turns the mask round.")
def rows_incomplete(solution):
    return {"complete_rows": lambda table: table[table.isnan().any(dim=1)]}


@wrong(
    caught_by="test_complete_rows_infinite", because="isfinite is False for infinite values too; they are not missing."
)
def rows_finite(solution):
    return {"complete_rows": lambda table: table[table.isfinite().all(dim=1)]}


@wrong(
    caught_by="test_complete_rows_infinite",
    because="inf + -inf is NaN: the row's sum says that something is missing, and nothing is.",
)
def rows_by_sum(solution):
    return {"complete_rows": lambda table: table[~table.sum(dim=1).isnan()]}


@wrong(
    caught_by="test_fill_missing_by_example",
    because="`torch.where(mask, a, b)` and `a.where(mask, b)` keep `a` where the mask is True; here `a` and `b` are "
    "swapped.",
)
def fill_by_method_where(solution):
    return {"fill_missing": lambda table, fill: table.where(table.isnan(), fill)}


@wrong(
    caught_by="test_fill_missing_by_example",
    because="The gaps are still there: NaN equals nothing, so `== nan` finds none, and NaN times 0 is NaN.",
)
def fill_by_comparison(solution):
    return {"fill_missing": lambda table, fill: torch.where(table == float("nan"), fill, table)}


@wrong(
    caught_by="test_fill_missing_by_example",
    because="The gaps are still there: NaN equals nothing, so `== nan` finds none, and NaN times 0 is NaN.",
)
def fill_by_arithmetic(solution):
    return {"fill_missing": lambda table, fill: table * ~table.isnan() + fill * table.isnan()}


@wrong(
    caught_by="test_fill_missing_by_example",
    because="This writes into the caller's table: choose with `where`, or write into a copy.",
)
def fill_in_place(solution):
    def fill_missing(table, fill):
        missing = table.isnan()
        table[missing] = fill.expand_as(table)[missing]
        return table

    return {"fill_missing": fill_missing}


@wrong(
    caught_by="test_fill_missing_by_example",
    because="The left side has one element per gap and the right one per column: they are not paired by column.",
)
def fill_by_assignment(solution):
    def fill_missing(table, fill):
        result = table.clone()
        result[table.isnan()] = fill
        return result

    return {"fill_missing": fill_missing}


@wrong(caught_by="test_fill_missing_by_example", because="Every gap gets the same number; each column has its own.")
def fill_with_the_first(solution):
    return {"fill_missing": lambda table, fill: torch.where(table.isnan(), fill[0], table)}


@wrong(caught_by="test_fill_missing", because="Infinite values are not missing; `isfinite` is False for them too.")
def fill_what_is_not_finite(solution):
    return {"fill_missing": lambda table, fill: torch.where(table.isfinite(), table, fill)}


@wrong(caught_by="test_fill_missing", because="nan_to_num replaces infinite values as well.")
def fill_after_nan_to_num(solution):
    return {"fill_missing": lambda table, fill: torch.where(table.isnan(), fill, table.nan_to_num())}


@wrong(
    caught_by="test_positions_by_example",
    because="Tensor.where needs something for the rest: mask.where(mask) alone does not exist.",
)
def positions_by_method_where(solution):
    return {"positions": lambda mask: mask.where(mask)}


@wrong(
    caught_by="test_positions_by_example",
    because="`torch.where(mask)` and `nonzero(as_tuple=True)` are a tuple with one tensor per dimension, not a row per "
    "element.",
)
def positions_as_tuple(solution):
    return {"positions": lambda mask: torch.where(mask)}


@wrong(
    caught_by="test_positions_by_example",
    because="These are the indices sorted by dimension, (D, K); a row for each True is (K, D).",
)
def positions_by_dimension(solution):
    return {"positions": lambda mask: torch.stack(torch.where(mask))}


@wrong(
    caught_by="test_positions_by_example",
    because="These are positions in the flattened mask: one number each, not one per dimension.",
)
def positions_flat(solution):
    return {"positions": lambda mask: mask.flatten().nonzero()}


@wrong(caught_by="test_positions", because="A bare `squeeze()` drops every dimension of size 1, and K or D may be 1.")
def positions_squeezed(solution):
    return {"positions": lambda mask: mask.nonzero().squeeze()}


@wrong(
    caught_by="test_gradients",
    because="The result is cut off from the graph, as after NumPy, `.tolist()` or `.detach()`: no gradient flows back.",
)
def fill_by_numpy(solution):
    def fill_missing(table, fill):
        values = table.detach().cpu().numpy()
        filled = np.where(np.isnan(values), fill.detach().cpu().numpy(), values)
        return torch.from_numpy(filled).to(table.device)

    return {"fill_missing": fill_missing}


@wrong(caught_by="test_device", because="`.cpu()` takes a tensor off its device, and nothing here needs that.")
def positions_on_the_cpu(solution):
    return {"positions": lambda mask: mask.nonzero().cpu()}


@wrong(caught_by="test_no_loop", because="A loop over rows: right, and many times slower.")
def rows_in_a_loop(solution):
    def complete_rows(table):
        kept = [row for row in table if not row.isnan().any()]
        return torch.stack(kept) if kept else table[:0]

    return {"complete_rows": complete_rows}


@right("by logical functions, counting, Tensor.where the right way round and argwhere")
def named_functions(solution):
    return {
        "between": lambda x, low, high: torch.logical_and(x >= low, x < high),
        "complete_rows": lambda table: table[table.isnan().sum(dim=1) == 0],
        "fill_missing": lambda table, fill: table.where(~table.isnan(), fill),
        "positions": lambda mask: torch.argwhere(mask),
    }


@right("by a product of masks, indices, a copy that is written to, and a stack of where's tuple")
def copies_and_indices(solution):
    def fill_missing(table, fill):
        result = table.clone()
        missing = table.isnan()
        result[missing] = fill.expand_as(table)[missing]
        return result

    return {
        "between": lambda x, low, high: (x >= low) * (x < high),
        "complete_rows": lambda table: table.index_select(0, (table == table).all(1).nonzero().squeeze(1)),
        "fill_missing": fill_missing,
        "positions": lambda mask: torch.stack(torch.where(mask), dim=-1),
    }


@right("by masked_select, masked_scatter and positions in the flattened mask")
def masked_functions(solution):
    def complete_rows(table):
        whole = ~table.isnan().any(dim=1, keepdim=True)
        return table.masked_select(whole).reshape(-1, table.shape[1])

    def fill_missing(table, fill):
        missing = table.isnan()
        return table.masked_scatter(missing, fill.expand_as(table).masked_select(missing))

    def positions(mask):
        flat = mask.flatten().nonzero().squeeze(1)
        return torch.stack(torch.unravel_index(flat, mask.shape), dim=1)

    return {"complete_rows": complete_rows, "fill_missing": fill_missing, "positions": positions}


excuse(
    line="incomplete = table.isnan().any(dim=1)",
    becomes="incomplete = table.isnan().any(dim=-1)",
    because="equivalent: a table has two dimensions, so 1 is the last.",
)
