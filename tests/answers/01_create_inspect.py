"""Wrong answers that 01_create_inspect must catch, and right ones it must accept."""

import math

import numpy as np
import torch

from tutor.checks import right, wrong


@wrong(
    caught_by="test_from_rows_dtype",
    because="Everything became float32: torch.Tensor with a capital T does that, and so does a fixed dtype.",
)
def capital_tensor(solution):
    return {"from_rows": lambda rows: torch.Tensor(rows)}


@wrong(caught_by="test_from_rows_dtype", because="NumPy keeps Python floats as float64, and so does from_numpy.")
def through_numpy(solution):
    return {"from_rows": lambda rows: torch.from_numpy(np.array(rows))}


@wrong(
    caught_by="test_from_rows_dtype",
    because="Everything became float32: torch.Tensor with a capital T does that, and so does a fixed dtype.",
)
def fixed_dtype(solution):
    return {"from_rows": lambda rows: torch.tensor(rows, dtype=torch.float32)}


@wrong(caught_by="test_framed_shape", because="torch.full takes the dtype of the value: an int gives int64.")
def full_of_ints(solution):
    def framed(rows, columns, value):
        t = torch.full((rows, columns), value)
        t[1:-1, 1:-1] = 0
        return t

    return {"framed": framed}


@wrong(
    caught_by="test_framed_is_written",
    because="torch.empty and torch.Tensor(rows, columns) only reserve memory: the inside is not zero.",
)
def empty_inside(solution):
    def framed(rows, columns, value):
        t = torch.empty(rows, columns)
        t[0] = t[-1] = value
        t[:, 0] = t[:, -1] = value
        return t

    return {"framed": framed}


@wrong(
    caught_by="test_framed_is_written",
    because="torch.empty and torch.Tensor(rows, columns) only reserve memory: the inside is not zero.",
)
def capital_tensor_of_a_shape(solution):
    def framed(rows, columns, value):
        t = torch.Tensor(rows, columns)
        t[0], t[-1], t[:, 0], t[:, -1] = value, value, value, value
        return t

    return {"framed": framed}


@wrong(caught_by="test_framed", because="Only the first and last row are set: the columns are part of the frame too.")
def rows_only(solution):
    def framed(rows, columns, value):
        t = torch.zeros(rows, columns)
        t[0] = t[-1] = value
        return t

    return {"framed": framed}


@wrong(caught_by="test_count_up", because="The end is included: range and arange leave it out.")
def includes_stop(solution):
    return {"count_up": lambda start, stop, step: torch.arange(start, stop + 1, step)}


@wrong(caught_by="test_count_up", because="Something makes it float32: a float argument, or a dtype.")
def floating_range(solution):
    return {"count_up": lambda start, stop, step: torch.arange(float(start), stop, step)}


@wrong(
    caught_by="test_evenly_spaced",
    because="The end is missing: the way is divided by `count`, but there are `count - 1` gaps.",
)
def leaves_stop_out(solution):
    def evenly_spaced(start, stop, count):
        return start + torch.arange(count) * ((stop - start) / count)

    return {"evenly_spaced": evenly_spaced}


@wrong(
    caught_by="test_evenly_spaced",
    because="The end is missing: the way is divided by `count`, but there are `count - 1` gaps.",
)
def steps_of_the_wrong_size(solution):
    return {"evenly_spaced": lambda start, stop, count: torch.arange(start, stop, (stop - start) / count)}


@wrong(caught_by="test_evenly_spaced", because="Going through NumPy's linspace makes the numbers float64.")
def numpy_linspace(solution):
    return {"evenly_spaced": lambda start, stop, count: torch.from_numpy(np.linspace(start, stop, count))}


@wrong(caught_by="test_describe", because="t.size without () is the method itself, not the shape.")
def size_uncalled(solution):
    return {"describe": lambda t: {**solution.describe(t), "shape": t.size}}


@wrong(
    caught_by="test_describe", because="str() gives the names of dtype and device: compare them and nothing is equal."
)
def names_for_objects(solution):
    return {"describe": lambda t: {**solution.describe(t), "dtype": str(t.dtype), "device": str(t.device)}}


@wrong(caught_by="test_describe", because="That is text, the name of the device; hand on t.device itself.")
def name_of_the_device(solution):
    return {"describe": lambda t: {**solution.describe(t), "device": str(t.device)}}


@wrong(caught_by="test_describe", because="len(t) is the size of the first dimension, not the number of elements.")
def length_for_numel(solution):
    return {"describe": lambda t: {**solution.describe(t), "numel": len(t)}}


@wrong(caught_by="test_describe", because="The device is written down instead of asked for.")
def always_cpu(solution):
    return {"describe": lambda t: {**solution.describe(t), "device": torch.device("cpu")}}


@right("by as_tensor, zeros with four sides, and the tensor's methods")
def four_sides(solution):
    def framed(rows, columns, value):
        t = torch.zeros((rows, columns))
        t[0, :] = value
        t[-1, :] = value
        t[:, 0] = value
        t[:, -1] = value
        return t

    def describe(t):
        return {"shape": t.size(), "dtype": t.dtype, "device": t.device, "ndim": t.dim(), "numel": t.nelement()}

    return {"from_rows": torch.as_tensor, "framed": framed, "describe": describe}


@right("by Python lists")
def lists(solution):
    def framed(rows, columns, value):
        edge = [float(value)] * columns
        inside = [float(value)] + [0.0] * (columns - 2) + [float(value)]
        return torch.tensor([edge if i in (0, rows - 1) else inside[:columns] for i in range(rows)])

    def evenly_spaced(start, stop, count):
        return torch.tensor([start + i * (stop - start) / (count - 1) for i in range(count)])

    return {
        "from_rows": lambda rows: torch.stack([torch.tensor(row) for row in rows]),
        "framed": framed,
        "count_up": lambda start, stop, step: torch.tensor(list(range(start, stop, step))),
        "evenly_spaced": evenly_spaced,
    }


@right("by arithmetic on ranges and masks")
def arithmetic(solution):
    def framed(rows, columns, value):
        i, j = torch.arange(rows)[:, None], torch.arange(columns)[None, :]
        edge = (i == 0) | (i == rows - 1) | (j == 0) | (j == columns - 1)  # (rows, columns)
        return edge.float() * value

    def describe(t):
        shape = tuple(t.shape)
        return {"shape": shape, "dtype": t.dtype, "device": t.device, "ndim": len(shape), "numel": math.prod(shape)}

    return {
        "framed": framed,
        "count_up": lambda start, stop, step: start + step * torch.arange(-((start - stop) // step)),
        "evenly_spaced": lambda start, stop, count: start + torch.arange(count) / (count - 1) * (stop - start),
        "describe": describe,
    }


@right("by memory that is reserved first and then written in full")
def empty_then_filled(solution):
    def framed(rows, columns, value):
        t = torch.empty(rows, columns)
        t.fill_(value)
        t[1:-1, 1:-1].zero_()
        return t

    return {"framed": framed}
