"""Wrong answers that 01_fix_creation must catch, and right ones it must accept."""

import numpy as np
import torch

from tutor.checks import excuse, right, wrong


@wrong(caught_by="test_whole_seconds", because="torch.range includes its end and gives float32.")
def range_kept(solution):
    return {"whole_seconds": lambda n: torch.range(0, n)}


@wrong(caught_by="test_whole_seconds", because="Something makes it float32: a float argument, or a dtype.")
def float_arange(solution):
    return {"whole_seconds": lambda n: torch.arange(0.0, n)}


@wrong(caught_by="test_whole_seconds", because="arange leaves its end out already: n - 1 is lost as well.")
def one_too_few(solution):
    return {"whole_seconds": lambda n: torch.arange(0, max(n - 1, 0))}


@wrong(
    caught_by="test_whole_seconds", because="The numbers are right now, and still come from the deprecated torch.range."
)
def range_patched(solution):
    return {"whole_seconds": lambda n: torch.range(0, n)[:-1].long()}


@wrong(
    caught_by="test_readings",
    because="The dtype stands inside the list: it is taken for one of the readings, and is no number.",
)
def dtype_in_the_list(solution):
    return {"readings": lambda left, right: torch.tensor([left, right, torch.float64])}


@wrong(
    caught_by="test_readings", because="The dtype goes by its name, dtype=...: torch.tensor takes one value by place."
)
def dtype_by_place(solution):
    return {"readings": lambda left, right: torch.tensor([left, right], torch.float64)}


@wrong(caught_by="test_readings", because="The digits were lost in float32, before the cast.")
def cast_too_late(solution):
    return {"readings": lambda left, right: torch.tensor([left, right]).to(torch.float64)}


@wrong(caught_by="test_readings", because="Without a dtype, Python floats become float32.")
def dtype_dropped(solution):
    return {"readings": lambda left, right: torch.tensor([left, right])}


@wrong(caught_by="test_readings", because="left + right makes one long list: one row instead of two.")
def lists_added(solution):
    return {"readings": lambda left, right: torch.tensor(left + right, dtype=torch.float64)}


@wrong(caught_by="test_same_shape", because="Both sides are methods, not shapes: no two tensors share theirs.")
def size_uncalled(solution):
    return {"same_shape": lambda a, b: a.size == b.size}


@wrong(caught_by="test_same_shape", because="len(a) is the size of the first dimension only.")
def first_dimensions(solution):
    return {"same_shape": lambda a, b: len(a) == len(b)}


@wrong(caught_by="test_same_shape", because="Equally many elements can have different shapes: (2, 3) and (3, 2).")
def equally_many(solution):
    return {"same_shape": lambda a, b: a.numel() == b.numel()}


@wrong(caught_by="test_as_kind_of", because="dtype is an attribute: parentheses try to call it.")
def dtype_called(solution):
    return {"as_kind_of": lambda x, other: x.to(other.dtype())}


@wrong(caught_by="test_as_kind_of", because="x.to(other) takes over the device of other, not only its dtype.")
def device_too(solution):
    return {"as_kind_of": lambda x, other: x.to(other)}


@wrong(caught_by="test_as_kind_of", because="x.to(...) returns the cast tensor; x itself stays as it was.")
def cast_discarded(solution):
    def as_kind_of(x, other):
        x.to(other.dtype)
        return x

    return {"as_kind_of": as_kind_of}


@wrong(caught_by="test_as_kind_of", because="The other way round: `other` is cast, to the dtype of x.")
def the_other_cast(solution):
    return {"as_kind_of": lambda x, other: other.to(x.dtype)}


@wrong(caught_by="test_jittered", because="A tensor has no rand_like: it is a function of torch, torch.rand_like(x).")
def rand_like_as_method(solution):
    return {"jittered": lambda x, scale: x + scale * (2 * x.rand_like() - 1)}


@wrong(caught_by="test_jittered", because="torch.rand knows neither dtype nor device of x.")
def noise_of_its_own_kind(solution):
    return {"jittered": lambda x, scale: x + scale * (2 * torch.rand(x.shape) - 1)}


@wrong(caught_by="test_jittered", because="`x += ...` writes the noise into the caller's tensor.")
def jittered_in_place(solution):
    def jittered(x, scale):
        x += scale * (2 * torch.rand_like(x) - 1)
        return x

    return {"jittered": jittered}


@wrong(caught_by="test_jittered_where_x_is", because="The noise is made on the CPU, wherever x is.")
def noise_on_the_cpu(solution):
    return {"jittered": lambda x, scale: x + scale * (2 * torch.rand(x.shape, dtype=x.dtype) - 1)}


@wrong(caught_by="test_jittered_is_even", because="All the noise is positive: it goes from 0 up to `scale`.")
def upwards_only(solution):
    return {"jittered": lambda x, scale: x + scale * torch.rand_like(x)}


@wrong(
    caught_by="test_jittered_is_even", because="Moved down by one half, and not stretched: half of the way is missing."
)
def half_as_wide(solution):
    return {"jittered": lambda x, scale: x + scale * (torch.rand_like(x) - 0.5)}


@wrong(caught_by="test_jittered_is_even", because="One random number for the whole tensor moves it; it is no noise.")
def one_number_for_all(solution):
    def jittered(x, scale):
        return x + scale * (2 * torch.rand((), dtype=x.dtype, device=x.device) - 1)

    return {"jittered": jittered}


@wrong(caught_by="test_with_column", because="A tensor has no cat: it is a function of torch, and takes a list.")
def cat_as_method(solution):
    return {"with_column": lambda x, column: x.cat(column)}


@wrong(caught_by="test_with_column", because="cat takes its tensors in one list or tuple.")
def cat_without_a_list(solution):
    return {"with_column": lambda x, column: torch.cat(x, column, dim=1)}


@wrong(
    caught_by="test_with_column",
    because="Joined along the rows, dimension 0: below, not beside. Which dim are the columns?",
)
def cat_below(solution):
    return {"with_column": lambda x, column: torch.cat([x, column])}


@wrong(caught_by="test_with_column", because="The column comes last: it stands first here.")
def column_first(solution):
    return {"with_column": lambda x, column: torch.cat([column, x], dim=1)}


@right("by older and longer spellings")
def other_spellings(solution):
    return {
        "whole_seconds": lambda n: torch.arange(0, n, dtype=torch.int64),
        "readings": lambda left, right: torch.tensor((left, right), dtype=torch.double),
        "same_shape": lambda a, b: a.size() == b.size(),
        "as_kind_of": lambda x, other: x.type(other.dtype),
        "jittered": lambda x, scale: x + torch.empty_like(x).uniform_(-scale, scale),
        "with_column": lambda x, column: torch.hstack((x, column)),
    }


@right("by lists, NumPy and tensors that are filled")
def filled(solution):
    def jittered(x, scale):
        noise = torch.rand(x.shape, dtype=x.dtype, device=x.device)
        return x.clone().add_(noise - (1 - noise), alpha=scale)

    def with_column(x, column):
        joined = x.new_empty((x.shape[0], x.shape[1] + 1))
        joined[:, :-1] = x
        joined[:, -1:] = column
        return joined

    return {
        "whole_seconds": lambda n: torch.tensor(list(range(n)), dtype=torch.long),
        "readings": lambda left, right: torch.from_numpy(np.array([left, right])),
        "same_shape": lambda a, b: list(a.shape) == list(b.shape),
        "as_kind_of": lambda x, other: torch.empty_like(x, dtype=other.dtype).copy_(x),
        "jittered": jittered,
        "with_column": with_column,
    }


@right("by stacking rows and columns")
def stacked(solution):
    def readings(left, right):
        return torch.stack([torch.tensor(side, dtype=torch.float64) for side in (left, right)])

    def with_column(x, column):
        return torch.stack([*x.unbind(1), *column.unbind(1)], dim=1)

    def whole_seconds(n):
        return torch.ones(n, dtype=torch.int64).cumsum(0) - 1

    return {"readings": readings, "with_column": with_column, "whole_seconds": whole_seconds}


excuse(
    line="return x + scale * noise",
    becomes="return x - scale * noise",
    because="equivalent: the noise goes both ways alike",
)
excuse(
    line="return torch.cat([x, column], dim=1)",
    becomes="return torch.cat([x, column], dim=-1)",
    because="equivalent: of two dimensions, 1 is the last",
)
