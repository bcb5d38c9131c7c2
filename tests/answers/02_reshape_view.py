"""Wrong answers that 02_reshape_view must catch, and right ones it must accept."""

import copy
import math

import torch

from tutor.checks import right, wrong


@wrong(caught_by="test_same_storage_by_example", because="Equal values are not shared memory: a copy has them too.")
def equal_values(solution):
    return {"same_storage": lambda a, b: a.numel() == b.numel() and bool((a.flatten() == b.flatten()).all())}


@wrong(
    caught_by="test_same_storage_by_example",
    because="x[1:] begins elsewhere, so its `data_ptr()` differs, and it is another object; the storage is the same.",
)
def first_elements(solution):
    return {"same_storage": lambda a, b: a.data_ptr() == b.data_ptr()}


@wrong(
    caught_by="test_same_storage", because="_base is the tensor a view came from; detach() and x[:1], x[1:] escape it."
)
def by_base(solution):
    return {"same_storage": lambda a, b: a is b or a._base is b or b._base is a}


@wrong(caught_by="test_same_storage", because="Writing to a tensor to see whether the other follows changes it.")
def write_and_look(solution):
    def same_storage(a, b):
        saved, before = a.clone(), b.clone()
        a += 1
        shared = not torch.equal(b, before)
        a.copy_(saved)
        return shared

    return {"same_storage": same_storage}


@wrong(caught_by="test_flatten_batch_shape", because="flatten() without start_dim flattens the batch away as well.")
def batch_flattened(solution):
    return {"flatten_batch": lambda x: x.flatten()}


@wrong(
    caught_by="test_flatten_batch_shape",
    because="The channels of an image became samples: name the batch, and leave -1 to the features.",
)
def channels_as_samples(solution):
    return {"flatten_batch": lambda x: x.reshape(-1, math.prod(x.shape[2:]))}


@wrong(
    caught_by="test_flatten_batch_shape",
    because="784 features are written down: images of another size get mixed, or do not fit at all.",
)
def features_written_down(solution):
    return {"flatten_batch": lambda x: x.reshape(-1, 784)}


@wrong(
    caught_by="test_flatten_batch_shape",
    because="The last dimension was kept and all the others became samples; the first dimension is the batch.",
)
def last_dimension_kept(solution):
    return {"flatten_batch": lambda x: x.reshape(-1, x.shape[-1])}


@wrong(caught_by="test_flatten_batch", because="view needs strides that fit: it raises on a transposed tensor.")
def flatten_by_view(solution):
    return {"flatten_batch": lambda x: x.view(x.shape[0], -1)}


@wrong(caught_by="test_flatten_batch", because="Dimensions were swapped first: the elements are no longer in order.")
def order_lost(solution):
    return {"flatten_batch": lambda x: x.transpose(1, -1).reshape(len(x), -1)}


@wrong(
    caught_by="test_flatten_batch_shares", because="contiguous() copies what is not contiguous, even if a view exists."
)
def contiguous_first(solution):
    return {"flatten_batch": lambda x: x.contiguous().view(len(x), -1)}


@wrong(
    caught_by="test_flatten_batch_shares",
    because="`clone()` copies, as building a new tensor does, although a view exists.",
)
def flatten_clones(solution):
    return {"flatten_batch": lambda x: x.clone().flatten(1)}


@wrong(caught_by="test_shared_rows", because="The sizes are swapped: `width` is the length of a row, not their number.")
def sizes_swapped(solution):
    return {"shared_rows": lambda x, width: x.view(width, -1)}


@wrong(caught_by="test_shared_rows", because="Not contiguous is not the same as impossible to view.")
def refuses_too_much(solution):
    def shared_rows(x, width):
        if not x.is_contiguous():
            raise RuntimeError("x is not contiguous")
        return x.view(-1, width)

    return {"shared_rows": shared_rows}


@wrong(caught_by="test_shared_rows_refuses", because="`reshape` and `contiguous()` copy in silence.")
def shared_by_reshape(solution):
    return {"shared_rows": lambda x, width: x.reshape(-1, width)}


@wrong(
    caught_by="test_own_rows",
    because="No view has this shape, so `view` raises; and `clone()` keeps a transpose's strides.",
)
def clone_then_view(solution):
    return {"own_rows": lambda x, width: x.clone().view(-1, width)}


@wrong(
    caught_by="test_own_rows_are_its_own",
    because="`reshape` and `flatten` share where they can, `contiguous()` returns a contiguous tensor itself, and "
    "`detach()` leaves the graph, not the memory: none of them promises a copy.",
)
def own_by_reshape(solution):
    return {"own_rows": lambda x, width: x.reshape(-1, width)}


@wrong(
    caught_by="test_own_rows_are_its_own",
    because="`reshape` and `flatten` share where they can, `contiguous()` returns a contiguous tensor itself, and "
    "`detach()` leaves the graph, not the memory: none of them promises a copy.",
)
def own_by_contiguous(solution):
    return {"own_rows": lambda x, width: x.contiguous().view(-1, width)}


@wrong(
    caught_by="test_own_rows_are_its_own",
    because="`reshape` and `flatten` share where they can, `contiguous()` returns a contiguous tensor itself, and "
    "`detach()` leaves the graph, not the memory: none of them promises a copy.",
)
def own_by_detach(solution):
    return {"own_rows": lambda x, width: x.detach().reshape(-1, width)}


@wrong(
    caught_by="test_gradients",
    because="The copy is cut off from the graph, as after `detach()` or `.data`: nothing upstream could learn.",
)
def own_without_graph(solution):
    return {"own_rows": lambda x, width: x.detach().clone().reshape(-1, width)}


@wrong(caught_by="test_gradients", because="copy.deepcopy makes a new leaf: gradients end there and never reach x.")
def own_rows_by_deepcopy(solution):
    return {"own_rows": lambda x, width: copy.deepcopy(x).reshape(-1, width)}


@right("by reshape with the batch named, and a copy made last")
def reshapes(solution):
    return {
        "flatten_batch": lambda x: x.reshape(x.shape[0], -1),
        "own_rows": lambda x, width: x.reshape(-1, width).clone(),
        "same_storage": lambda a, b: a.untyped_storage()._cdata == b.untyped_storage()._cdata,
    }


@right("by trying the view and copying, or raising, after a look at the result")
def try_and_look(solution):
    def flatten_batch(x):
        try:
            return x.view(len(x), math.prod(x.shape[1:]))
        except RuntimeError:
            return x.contiguous().view(len(x), math.prod(x.shape[1:]))

    def shared_rows(x, width):
        rows = x.reshape(x.numel() // width, width)
        if not solution.same_storage(rows, x):
            raise RuntimeError("x cannot be viewed in rows of this width")
        return rows

    return {"flatten_batch": flatten_batch, "shared_rows": shared_rows}


@right("by nn.Flatten, unflatten and an empty tensor that is filled")
def modules_and_copies(solution):
    def own_rows(x, width):
        rows = torch.empty(x.numel() // width, width, dtype=x.dtype, device=x.device)
        return rows.copy_(x.reshape(-1, width))

    return {
        "flatten_batch": torch.nn.Flatten(),
        "own_rows": own_rows,
        "same_storage": lambda a, b: hash(a.untyped_storage().data_ptr()) == hash(b.untyped_storage().data_ptr()),
    }


@right("by stacking rows and samples")
def stacked(solution):
    return {"own_rows": lambda x, width: torch.stack(x.reshape(-1).split(width))}
