"""Wrong answers that 03_aggregate must catch, and right ones it must accept."""

import torch

from tutor.checks import excuse, right, wrong


@wrong(
    caught_by="test_row_means_by_example", because="dim=0 makes the rows vanish: these are the means of the columns."
)
def means_of_columns(solution):
    return {"row_means": lambda x: solution.row_means(x.T)}


@wrong(caught_by="test_row_means_by_example", because="Without a dim everything vanishes: this is one mean of all.")
def one_mean(solution):
    return {"row_means": lambda x: x.float().mean()}


@wrong(caught_by="test_row_means_by_example", because="keepdim leaves (N, 1), where (N,) is asked for.")
def dimension_kept(solution):
    return {"row_means": lambda x: x.float().mean(dim=1, keepdim=True)}


@wrong(caught_by="test_row_means", because="mean has no answer for integers and booleans: it needs a float dtype.")
def mean_of_integers(solution):
    return {"row_means": lambda x: x.mean(dim=1)}


@wrong(caught_by="test_row_means", because="float() makes float32 of float64 too, and loses half of its digits.")
def always_float32(solution):
    return {"row_means": lambda x: x.float().mean(dim=1)}


@wrong(caught_by="test_row_means", because="`//` rounds the mean of integers down.")
def floored(solution):
    return {"row_means": lambda x: solution.row_means(x) if x.is_floating_point() else x.sum(1) // x.shape[1]}


@wrong(caught_by="test_row_means", because="The sum is divided by the number of rows, not by the number of columns.")
def divided_by_the_rows(solution):
    return {"row_means": lambda x: x.sum(dim=1) / (len(x) + (len(x) == 2 and x.shape[1] == 3))}


@wrong(
    caught_by="test_shares_by_example",
    because="Without keepdim the sums are (N,), aligned with the columns: an error, or in a square table wrong shares.",
)
def dimension_lost(solution):
    return {"shares": lambda x: x / x.sum(dim=-1)}


@wrong(caught_by="test_shares_by_example", because="dim=0 makes the columns sum to 1 instead of the rows.")
def shares_of_columns(solution):
    return {"shares": lambda x: x / x.sum(dim=0, keepdim=True)}


@wrong(caught_by="test_shares_by_example", because="The sum of all elements is divided by, not that of each row.")
def shares_of_everything(solution):
    return {"shares": lambda x: x / x.sum()}


@wrong(caught_by="test_shares_by_example", because="softmax takes exponentials first: its rows sum to 1 too.")
def softmax(solution):
    return {"shares": lambda x: x.softmax(dim=-1)}


@wrong(caught_by="test_shares", because="dim=1 is the last dimension of two only.")
def second_dimension(solution):
    return {"shares": lambda x: x / x.sum(dim=1, keepdim=True)}


@wrong(caught_by="test_shares", because="`/=` writes into the caller's tensor, and integers cannot hold shares.")
def divided_in_place(solution):
    def shares(x):
        x /= x.sum(dim=-1, keepdim=True)
        return x

    return {"shares": shares}


@wrong(caught_by="test_column_spreads", because="With a dim, max returns a pair (values, indices), no tensor.")
def pairs(solution):
    return {"column_spreads": lambda x: x.max(dim=0) - x.min(dim=0)}


@wrong(
    caught_by="test_column_spreads",
    because="The second of the pair holds the places of the extremes, not their values.",
)
def indices(solution):
    return {"column_spreads": lambda x: x.max(dim=0)[1] - x.min(dim=0)[1]}


@wrong(caught_by="test_column_spreads", because="dim=1 gives a spread for each row.")
def spreads_of_rows(solution):
    return {"column_spreads": lambda x: x.amax(dim=1) - x.amin(dim=1)}


@wrong(caught_by="test_column_spreads", because="The last minus the first row is the spread of sorted columns only.")
def last_minus_first(solution):
    return {"column_spreads": lambda x: x[-1] - x[0]}


@wrong(
    caught_by="test_fraction_right",
    because="argmax over dim=0 picks the best sample of each class, not the best class.",
)
def best_samples(solution):
    def fraction_right(scores, labels):
        return (scores.argmax(dim=0) == labels).float().mean().item()

    return {"fraction_right": fraction_right}


@wrong(caught_by="test_fraction_right", because="The mean of a boolean tensor needs a float dtype.")
def mean_of_booleans(solution):
    return {"fraction_right": lambda scores, labels: (scores.argmax(dim=1) == labels).mean().item()}


@wrong(
    caught_by="test_fraction_right", because="A tensor of one element is no Python number: `.item()` makes one of it."
)
def still_a_tensor(solution):
    return {"fraction_right": lambda scores, labels: (scores.argmax(dim=1) == labels).float().mean()}


@wrong(caught_by="test_fraction_right", because="This counts the right ones; they are to be divided by N.")
def a_count(solution):
    return {"fraction_right": lambda scores, labels: float((scores.argmax(dim=1) == labels).sum().item())}


@wrong(caught_by="test_fraction_right", because="The count is divided by the number of classes.")
def divided_by_classes(solution):
    def fraction_right(scores, labels):
        return (scores.argmax(dim=1) == labels).sum().item() / scores.shape[1]

    return {"fraction_right": fraction_right}


@wrong(caught_by="test_fraction_right", because="max gives the scores themselves; argmax gives the classes.")
def largest_scores(solution):
    return {"fraction_right": lambda scores, labels: (scores.amax(dim=1) == labels).float().mean().item()}


@wrong(caught_by="test_peak_by_example", because="argmax without a dim counts through the flattened image.")
def flat_index(solution):
    return {"peak": lambda image: image.argmax().item()}


@wrong(caught_by="test_peak_by_example", because="These are a tensor of 0 dimensions each, no Python ints.")
def tensors_returned(solution):
    return {"peak": lambda image: torch.unravel_index(image.argmax(), image.shape)}


@wrong(caught_by="test_peak_by_example", because="Column first, then row: the order is exchanged.")
def column_first(solution):
    return {"peak": lambda image: solution.peak(image)[::-1]}


@wrong(
    caught_by="test_peak_by_example",
    because="To go from the flat position to row and column, divide by the width, `image.shape[1]`, not by the height.",
)
def divided_by_height(solution):
    return {"peak": lambda image: divmod(image.argmax().item(), image.shape[0])}


@wrong(
    caught_by="test_peak",
    because="The best row and the best column are looked for apart: sums say nothing about a single element.",
)
def by_sums(solution):
    return {"peak": lambda image: (image.sum(dim=1).argmax().item(), image.sum(dim=0).argmax().item())}


@wrong(
    caught_by="test_peak",
    because="Row and column come from separate maxima: of several largest elements, those may be of two.",
)
def by_maxima(solution):
    return {"peak": lambda image: (image.amax(dim=1).argmax().item(), image.amax(dim=0).argmax().item())}


@wrong(caught_by="test_peak_by_example", because="divmod wants Python numbers: `.item()` first.")
def divmod_of_a_tensor(solution):
    return {"peak": lambda image: divmod(image.argmax(), image.shape[1])}


@wrong(caught_by="test_peak", because="Of several largest elements this takes the last.")
def last_peak(solution):
    return {"peak": lambda image: tuple((image == image.max()).nonzero()[-1].tolist())}


@wrong(caught_by="test_at_once", because="A loop over rows does one by one what a single aggregation does.")
def by_rows(solution):
    return {"row_means": lambda x: torch.stack([solution.row_means(row[None])[0] for row in x])}


@wrong(caught_by="test_at_once", because="On the way through Python numbers the result lands on the CPU.")
def through_lists(solution):
    def column_spreads(x):
        return torch.tensor([max(c) - min(c) for c in x.T.tolist()], dtype=x.dtype)

    return {"column_spreads": column_spreads}


@right("by dividing sums, counting what is right, and unravel_index")
def by_sums_and_unravel_index(solution):
    def peak(image):
        row, column = torch.unravel_index(image.argmax(), image.shape)
        return int(row), int(column)

    def fraction_right(scores, labels):
        right = scores.argmax(dim=1).eq(labels).sum()
        return right.item() / len(labels)

    return {
        "row_means": lambda x: x.sum(dim=1) / x.shape[1],
        "shares": lambda x: x / x.sum(dim=-1).unsqueeze(-1),
        "column_spreads": lambda x: x.max(dim=0).values - x.min(dim=0).values,
        "fraction_right": fraction_right,
        "peak": peak,
    }


@right("by casting, einsum, sorting, and looking for the largest element")
def by_looking(solution):
    def row_means(x):
        return x.to(torch.result_type(x, 1.0)).mean(-1)

    def column_spreads(x):
        ordered = x.sort(dim=0).values
        return ordered[-1] - ordered[0]

    def fraction_right(scores, labels):
        return torch.mean(scores.argmax(1) == labels, dtype=torch.float64).item()

    def peak(image):
        row, column = (image == image.max()).nonzero()[0].tolist()
        return row, column

    return {
        "row_means": row_means,
        "shares": lambda x: torch.div(x, torch.sum(x, -1, keepdim=True)),
        "column_spreads": column_spreads,
        "fraction_right": fraction_right,
        "peak": peak,
    }


@right("by normalize, aminmax, and the peaks of each row")
def by_ready_made(solution):
    def shares(x):
        return torch.nn.functional.normalize(x if x.is_floating_point() else x.float(), p=1, dim=-1)

    def column_spreads(x):
        smallest, largest = torch.aminmax(x, dim=0)
        return largest - smallest

    def peak(image):
        best, columns = image.max(dim=1)  # (H,) each
        row = best.argmax()
        return row.item(), columns[row].item()

    return {"shares": shares, "column_spreads": column_spreads, "peak": peak}


excuse(
    line="return x.mean(dim=1, dtype=dtype)",
    becomes="return x.mean(dim=-1, dtype=dtype)",
    because="equivalent: x has two dimensions: 1 is the last.",
)
excuse(
    line="predictions = scores.argmax(dim=1)",
    becomes="predictions = scores.argmax(dim=-1)",
    because="equivalent: scores has two dimensions: 1 is the last.",
)
