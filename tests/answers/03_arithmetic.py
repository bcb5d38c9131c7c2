"""Wrong answers that 03_arithmetic must catch, and right ones it must accept."""

import numpy as np
import torch

from tutor.checks import excuse, right, wrong


@wrong(
    caught_by="test_shape_by_example",
    because="The shapes are aligned on the left: broadcasting begins with the last dimension.",
)
def aligned_left(solution):
    def broadcast_shape(a, b):
        longest = max(len(a), len(b))
        a, b = (shape + (1,) * (longest - len(shape)) for shape in (a, b))
        return tuple(max(m, n) for m, n in zip(a, b, strict=True))

    return {"broadcast_shape": broadcast_shape}


@wrong(
    caught_by="test_shape_by_example", because="Where one shape is shorter, the other's sizes before it are lost here."
)
def shorter_one_wins(solution):
    def broadcast_shape(a, b):
        return tuple(reversed([max(m, n) for m, n in zip(reversed(a), reversed(b), strict=False)]))

    return {"broadcast_shape": broadcast_shape}


@wrong(caught_by="test_shape", because="Only 1 is stretched: 2 does not fit 4, though it divides it.")
def multiples_fit(solution):
    def broadcast_shape(a, b):
        longest = max(len(a), len(b))
        a, b = ((1,) * (longest - len(shape)) + tuple(shape) for shape in (a, b))
        if any(max(m, n) % min(m, n) for m, n in zip(a, b, strict=True)):
            raise ValueError("the shapes do not fit")
        return tuple(max(m, n) for m, n in zip(a, b, strict=True))

    return {"broadcast_shape": broadcast_shape}


@wrong(caught_by="test_shape", because="Nothing is compared: sizes that do not fit should raise ValueError.")
def never_refuses(solution):
    def broadcast_shape(a, b):
        longest = max(len(a), len(b))
        a, b = ((1,) * (longest - len(shape)) + tuple(shape) for shape in (a, b))
        return tuple(max(m, n) for m, n in zip(a, b, strict=True))

    return {"broadcast_shape": broadcast_shape}


@wrong(caught_by="test_shape_by_example", because="This is the ready-made function.")
def ready_made(solution):
    return {"broadcast_shape": lambda a, b: np.broadcast_shapes(a, b)}


@wrong(
    caught_by="test_average",
    because="torch.sum reduces one tensor; its second argument is a dimension. Two tensors are added by `+`.",
)
def sum_of_two(solution):
    return {"average": lambda a, b: torch.sum(a, b) / 2}


@wrong(caught_by="test_average", because="mean() of the stacked tensors is one number: it needs dim=0.")
def mean_of_everything(solution):
    return {"average": lambda a, b: torch.stack(torch.broadcast_tensors(a / 1, b / 1)).mean()}


@wrong(caught_by="test_average", because="`//` drops the half: -1 and 2 lie around 0.5, not 0.")
def floored(solution):
    return {"average": lambda a, b: (a + b) // 2}


@wrong(caught_by="test_average", because="The shapes are forced to be equal: broadcasting is not used.")
def shapes_forced(solution):
    return {"average": lambda a, b: a / 2 + b.reshape(a.shape) / 2}


@wrong(caught_by="test_average", because="A float64 tensor becomes float32 here, and half of its digits are lost.")
def through_float32(solution):
    return {"average": lambda a, b: (a.float() + b.float()) / 2}


@wrong(
    caught_by="test_average_of_pictures",
    because="uint8 wraps around at 256, and the sum is formed before it is halved.",
)
def wraps_around(solution):
    return {"average": lambda a, b: (a + b) / 2}


@wrong(
    caught_by="test_add_to_rows_by_example",
    because="(N,) is aligned with the columns: an error, or in a square table a wrong sum.",
)
def along_the_columns(solution):
    return {"add_to_rows": lambda table, offsets: table + offsets}


@wrong(
    caught_by="test_add_to_rows_by_example",
    because="offsets[None, :] is (1, N), which is what broadcasting makes of (N,) anyway.",
)
def new_dimension_in_front(solution):
    return {"add_to_rows": lambda table, offsets: table + offsets[None, :]}


@wrong(caught_by="test_add_to_rows", because="`+=` writes into the caller's table.")
def into_the_table(solution):
    def add_to_rows(table, offsets):
        table += offsets[:, None]
        return table

    return {"add_to_rows": add_to_rows}


@wrong(
    caught_by="test_add_to_rows_by_example",
    because="The loop adds row by row what one broadcast addition does at once.",
)
def row_by_row(solution):
    def add_to_rows(table, offsets):
        return torch.stack([row + offset for row, offset in zip(table, offsets, strict=True)])

    return {"add_to_rows": add_to_rows}


@wrong(
    caught_by="test_decay",
    because="The tensor you were given is unchanged: `weights * ...` and `mul` make a new one. `mul_` writes into it.",
)
def rebound(solution):
    def decay_(weights, rate):
        weights = weights * (1 - rate)
        return weights  # noqa: RET504

    return {"decay_": decay_}


@wrong(
    caught_by="test_decay",
    because="The tensor you were given is unchanged: `weights * ...` and `mul` make a new one. `mul_` writes into it.",
)
def no_underscore(solution):
    def decay_(weights, rate):
        weights.mul(1 - rate)
        return weights

    return {"decay_": decay_}


@wrong(caught_by="test_decay", because="This multiplies by rate; 1 - rate is what should remain.")
def by_the_rate(solution):
    return {"decay_": lambda weights, rate: weights.mul_(rate)}


@wrong(
    caught_by="test_decay", because="`weights.data = ...` hangs other memory into the tensor: its views do not follow."
)
def data_exchanged(solution):
    def decay_(weights, rate):
        weights.data = weights * (1 - rate)
        return weights

    return {"decay_": decay_}


@wrong(caught_by="test_decay", because="The tensor is changed in place, but it is not returned.")
def returns_nothing(solution):
    def decay_(weights, rate):
        weights *= 1 - rate

    return {"decay_": decay_}


@wrong(caught_by="test_step", because="`out = ...` binds a local name: the tensor that was passed as out is untouched.")
def out_rebound(solution):
    def step(position, velocity, dt, out):
        out = position + dt * velocity
        return out  # noqa: RET504

    return {"step": step}


@wrong(
    caught_by="test_decay",
    because="The tensor you were given is unchanged: `weights * ...` and `mul` make a new one. `mul_` writes into it.",
)
def product_returned(solution):
    return {"decay_": lambda weights, rate: weights * (1 - rate)}


@wrong(caught_by="test_step", because="dt is missing: velocity is added whole.")
def without_dt(solution):
    return {"step": lambda position, velocity, dt, out: torch.add(position, velocity, out=out)}


@wrong(caught_by="test_step", because="add_ adds to what out held before; it should be overwritten.")
def added_to_out(solution):
    return {"step": lambda position, velocity, dt, out: out.add_(position + dt * velocity)}


@wrong(caught_by="test_step", because="position itself is moved: it should stay as it was.")
def moves_the_position(solution):
    def step(position, velocity, dt, out):
        position += dt * velocity
        return out.copy_(position)

    return {"step": step}


@wrong(
    caught_by="test_step_in_place",
    because="When out is velocity, copying position into it destroys velocity before it was read.",
)
def copied_first(solution):
    return {"step": lambda position, velocity, dt, out: out.copy_(position).add_(velocity, alpha=dt)}


@wrong(
    caught_by="test_step_in_place",
    because="When out is position, the product overwrites position before it was read.",
)
def multiplied_first(solution):
    return {"step": lambda position, velocity, dt, out: torch.mul(velocity, dt, out=out).add_(position)}


@wrong(caught_by="test_every_device", because="On the way through NumPy the tensor must be on the CPU.")
def through_numpy(solution):
    return {"add_to_rows": lambda table, offsets: torch.from_numpy(table.numpy() + offsets.numpy()[:, None])}


@right("by padding the shorter shape in front, a loop over positions, and assignments into the tensors")
def padded(solution):
    def broadcast_shape(a, b):
        longest = max(len(a), len(b))
        a, b = ((1,) * (longest - len(shape)) + tuple(shape) for shape in (a, b))
        shape = []
        for i in range(longest):
            if a[i] == b[i] or b[i] == 1:
                shape.append(a[i])
            elif a[i] == 1:
                shape.append(b[i])
            else:
                raise ValueError("the shapes do not fit")
        return tuple(shape)

    def decay_(weights, rate):
        weights *= 1 - rate
        return weights

    def step(position, velocity, dt, out):
        out[...] = position + dt * velocity
        return out

    return {
        "broadcast_shape": broadcast_shape,
        "average": lambda a, b: 0.5 * a + 0.5 * b,
        "add_to_rows": lambda table, offsets: (table.T + offsets).T,
        "decay_": decay_,
        "step": step,
    }


@right("by the shape of a sum on the meta device, by lerp, and by writing named functions with out=")
def torch_functions(solution):
    def broadcast_shape(a, b):
        try:
            return (torch.empty(a, device="meta") + torch.empty(b, device="meta")).shape
        except RuntimeError as error:
            raise ValueError("the shapes do not fit") from error

    def average(a, b):
        if not a.dtype.is_floating_point:
            a, b = a.float(), b.float()
        return torch.lerp(*torch.broadcast_tensors(a, b), 0.5)

    return {
        "broadcast_shape": broadcast_shape,
        "average": average,
        "add_to_rows": lambda table, offsets: torch.add(table, offsets.unsqueeze(1).expand_as(table)),
        "decay_": lambda weights, rate: torch.mul(weights, 1 - rate, out=weights),
        "step": lambda position, velocity, dt, out: out.copy_(torch.add(position, velocity, alpha=dt)),
    }


@right("by subtracting what is lost, true division of a wider sum, and a reshape of the offsets")
def by_subtraction(solution):
    def average(a, b):
        wide = a.to(torch.int64) if a.dtype == torch.uint8 else a
        b = b.to(wide.dtype)
        return torch.true_divide(wide + b, 2)

    return {
        "average": average,
        "add_to_rows": lambda table, offsets: table + offsets.reshape(-1, 1),
        "decay_": lambda weights, rate: weights.sub_(rate * weights),
    }


excuse(
    line="for m, n in zip_longest(reversed(a), reversed(b), fillvalue=1):",
    becomes="for m, n in zip_longest(reversed(b), reversed(a), fillvalue=1):",
    because="equivalent: the rule is symmetric: which shape comes first makes no difference.",
)
excuse(
    line="sizes.append(max(m, n))",
    becomes="sizes.append(max(n, m))",
    because="equivalent: the larger of two numbers is the same in either order.",
)
