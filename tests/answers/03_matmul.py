"""Wrong answers that 03_matmul must catch, and right ones it must accept."""

import torch

from tutor.checks import excuse, right, wrong


def looped(a, b, product):
    """Fill `product` element by element."""
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for k in range(a.shape[1]):
                product[i, j] += a[i, k] * b[k, j]
    return product


def checked(a, b):
    """Raise ValueError when the inner dimensions differ."""
    if a.shape[1] != b.shape[0]:
        raise ValueError("the inner dimensions differ")


@wrong(
    caught_by="test_product_by_example", because="Element by element is not a matrix product: rows must meet columns."
)
def elementwise(solution):
    return {"product_by_loops": lambda a, b: a * b.T}


@wrong(
    caught_by="test_product_by_example", because="The product is assigned, not added up: only the last term remains."
)
def last_term_only(solution):
    def product_by_loops(a, b):
        checked(a, b)
        product = torch.zeros(a.shape[0], b.shape[1], dtype=a.dtype, device=a.device)
        for i in range(a.shape[0]):
            for j in range(b.shape[1]):
                for k in range(a.shape[1]):
                    product[i, j] = a[i, k] * b[k, j]
        return product

    return {"product_by_loops": product_by_loops}


@wrong(caught_by="test_product", because="torch.zeros without a dtype is float32, whatever the inputs are.")
def always_float32(solution):
    def product_by_loops(a, b):
        checked(a, b)
        return looped(a, b, torch.zeros(a.shape[0], b.shape[1], device=a.device))

    return {"product_by_loops": product_by_loops}


@wrong(caught_by="test_product", because="The sizes of the result are exchanged: right only when N equals M.")
def sizes_exchanged(solution):
    def product_by_loops(a, b):
        checked(a, b)
        return looped(a, b, torch.zeros(b.shape[1], a.shape[0], dtype=a.dtype, device=a.device))

    return {"product_by_loops": product_by_loops}


@wrong(caught_by="test_product_follows", because="torch.zeros without a device is on the CPU, wherever the inputs are.")
def always_on_the_cpu(solution):
    def product_by_loops(a, b):
        checked(a, b)
        return looped(a, b, torch.zeros(a.shape[0], b.shape[1], dtype=a.dtype))

    return {"product_by_loops": product_by_loops}


@wrong(
    caught_by="test_product_inner_dimensions",
    because="The two inner sizes are not compared before the loops: the ValueError is yours to raise.",
)
def inner_dimensions_unchecked(solution):
    def product_by_loops(a, b):
        return looped(a, b, torch.zeros(a.shape[0], b.shape[1], dtype=a.dtype, device=a.device))

    return {"product_by_loops": product_by_loops}


@wrong(
    caught_by="test_product_inner_dimensions",
    because="The two inner sizes are not compared before the loops: the ValueError is yours to raise.",
)
def left_to_the_product(solution):
    def product_by_loops(a, b):
        return torch.stack([torch.stack([(row * column).sum() for column in b.T]) for row in a])

    return {"product_by_loops": product_by_loops}


@wrong(
    caught_by="test_product_inner_dimensions", because="The outer dimensions are compared: the inner ones must agree."
)
def outer_dimensions_compared(solution):
    def product_by_loops(a, b):
        if a.shape[1] != b.shape[0] and a.shape[0] != b.shape[1]:
            raise ValueError("the dimensions differ")
        k = min(a.shape[1], b.shape[0])
        return solution.product_by_loops(a[:, :k], b[:k])

    return {"product_by_loops": product_by_loops}


@wrong(caught_by="test_product_by_example", because="A row @ a column is the ready-made product again.")
def dot_of_row_and_column(solution):
    def product_by_loops(a, b):
        checked(a, b)
        return torch.stack([torch.stack([row @ column for column in b.T]) for row in a])

    return {"product_by_loops": product_by_loops}


@wrong(caught_by="test_scores_by_example", because="keys is not turned round: the inner dimensions do not agree.")
def not_turned(solution):
    return {"scores": lambda queries, keys: queries @ keys}


@wrong(
    caught_by="test_scores_by_example",
    because="reshape gives the shape of a transpose and the numbers in another order.",
)
def keys_reshaped(solution):
    def scores(queries, keys):
        b, m, d = keys.shape
        return queries @ keys.reshape(b, d, m)

    return {"scores": scores}


@wrong(
    caught_by="test_scores_by_example", because="permute(2, 1, 0), which .T does, reverses the batch dimension as well."
)
def all_dimensions_reversed(solution):
    return {"scores": lambda queries, keys: queries @ keys.permute(2, 1, 0)}


@wrong(caught_by="test_scores_by_example", because="Here the keys are the rows: the table is turned round.")
def keys_first(solution):
    return {"scores": lambda queries, keys: keys @ queries.mT}


@wrong(caught_by="test_scores", because="Every query meets the keys of the first batch entry only.")
def first_entry_only(solution):
    return {"scores": lambda queries, keys: queries @ keys[0].T}


@wrong(caught_by="test_linear_by_example", because="weight is (out, in): x @ weight fits only when it is square.")
def weight_not_turned(solution):
    def linear(x, weight, bias=None):
        y = x @ weight
        return y if bias is None else y + bias

    return {"linear": linear}


@wrong(caught_by="test_linear_by_example", because="Reshaping weight to (in, out) is not transposing it.")
def weight_reshaped(solution):
    def linear(x, weight, bias=None):
        y = x @ weight.reshape(weight.shape[1], weight.shape[0])
        return y if bias is None else y + bias

    return {"linear": linear}


@wrong(caught_by="test_linear_by_example", because="The bias is never added.")
def bias_forgotten(solution):
    return {"linear": lambda x, weight, bias=None: x @ weight.T}


@wrong(caught_by="test_linear_by_example", because="`if bias` asks for one truth value of several elements.")
def truth_of_bias(solution):
    return {"linear": lambda x, weight, bias=None: x @ weight.T + bias if bias else x @ weight.T}


@wrong(caught_by="test_linear", because="x.T reverses all dimensions: right for two, wrong for three.")
def weight_first(solution):
    def linear(x, weight, bias=None):
        y = (weight @ x.permute(*reversed(range(x.ndim)))).permute(*reversed(range(x.ndim)))
        return y if bias is None else y + bias

    return {"linear": linear}


@wrong(caught_by="test_linear", because="A bias is expected always: without one the sum fails.")
def bias_always(solution):
    return {"linear": lambda x, weight, bias=None: x @ weight.T + bias}


@wrong(caught_by="test_rules", because="This is the ready-made layer.")
def ready_made(solution):
    return {"linear": torch.nn.functional.linear}


@wrong(caught_by="test_rules", because="A loop over the batch does one by one what `@` does at once.")
def batch_by_loop(solution):
    return {"scores": lambda queries, keys: torch.stack([q @ k.T for q, k in zip(queries, keys, strict=True)])}


@wrong(
    caught_by="test_gradients", because="The result was computed from Python numbers or NumPy, as `.item()` gives them."
)
def through_lists(solution):
    def product_by_loops(a, b):
        checked(a, b)
        rows = [[sum(x * y for x, y in zip(row, column, strict=True)) for column in b.T.tolist()] for row in a.tolist()]
        return torch.tensor(rows, dtype=a.dtype, device=a.device)

    return {"product_by_loops": product_by_loops}


@right("by three loops, torch.bmm and einsum")
def three_loops(solution):
    def product_by_loops(a, b):
        checked(a, b)
        return looped(a, b, a.new_zeros(a.shape[0], b.shape[1]))

    def linear(x, weight, bias=None):
        y = torch.einsum("...i,oi->...o", x, weight)
        if bias is not None:
            y = y + bias
        return y

    return {
        "product_by_loops": product_by_loops,
        "scores": lambda queries, keys: torch.bmm(queries, keys.transpose(1, 2)),
        "linear": linear,
    }


@right("by stacking rows of sums, einsum and the product from the other side")
def stacked(solution):
    def product_by_loops(a, b):
        checked(a, b)
        return torch.stack(
            [torch.stack([sum(x * y for x, y in zip(row, column, strict=True)) for column in b.T]) for row in a]
        )

    def linear(x, weight, bias=None):
        y = (weight @ x.unsqueeze(-1)).squeeze(-1)  # (out, in) @ (..., in, 1)
        return y if bias is None else y + bias

    return {
        "product_by_loops": product_by_loops,
        "scores": lambda queries, keys: torch.einsum("bnd,bmd->bnm", queries, keys),
        "linear": linear,
    }


@right("by outer products added up, and by broadcasting")
def broadcast(solution):
    def product_by_loops(a, b):
        checked(a, b)
        return sum(a[:, k, None] * b[None, k, :] for k in range(a.shape[1]))

    def linear(x, weight, bias=None):
        y = (x.unsqueeze(-2) * weight).sum(-1)  # (..., out, in), summed over in
        if bias is not None:
            y += bias
        return y

    return {
        "product_by_loops": product_by_loops,
        "scores": lambda queries, keys: (queries[:, :, None] * keys[:, None]).sum(-1),
        "linear": linear,
    }


@right("by matmul with names, and the keys first then turned")
def turned_after(solution):
    return {
        "scores": lambda queries, keys: torch.matmul(keys, queries.mT).mT,
        "linear": lambda x, weight, bias=None: torch.matmul(x, weight.t()) + (0 if bias is None else bias),
    }


@right("by mapping the inner product over the batch, the queries and the keys")
def mapped(solution):
    return {"scores": torch.vmap(lambda queries, keys: torch.vmap(torch.mv, in_dims=(None, 0))(keys, queries))}


excuse(
    line="product = torch.zeros(n, m, dtype=a.dtype, device=a.device)",
    becomes="product = torch.ones(n, m, dtype=a.dtype, device=a.device)",
    because="equivalent: every element is written before it is read, and no size is 0.",
)
excuse(
    line="y = x @ weight.T",
    becomes="y = x @ weight.mT",
    because="equivalent: weight has two dimensions, which both turn round.",
)
