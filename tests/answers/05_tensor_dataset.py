"""Wrong answers that 05_tensor_dataset must catch, and right ones it must accept."""

import torch
from torch.utils.data import Subset, TensorDataset

from tutor.checks import excuse, right, wrong


@wrong(caught_by="test_pair_up", because="A list of pairs makes its samples all at once, and is no TensorDataset.")
def zipped(solution):
    return {"pair_up": lambda features, targets: list(zip(features, targets, strict=True))}


@wrong(
    caught_by="test_pair_up",
    because="TensorDataset wants the tensors as arguments of their own; a tuple or a list of both is no tensor.",
)
def one_tuple(solution):
    return {"pair_up": lambda features, targets: TensorDataset((features, targets))}


@wrong(
    caught_by="test_pair_up",
    because="TensorDataset wants the tensors as arguments of their own; a tuple or a list of both is no tensor.",
)
def one_list(solution):
    return {"pair_up": lambda features, targets: TensorDataset([features, targets])}


@wrong(caught_by="test_pair_up", because="The features come first, then the target: here they changed places.")
def targets_first(solution):
    return {"pair_up": lambda features, targets: TensorDataset(targets, features)}


@wrong(caught_by="test_pair_up", because="The targets are cast: a number that names a kind should stay a whole one.")
def float_targets(solution):
    return {"pair_up": lambda features, targets: TensorDataset(features, targets.float())}


@wrong(
    caught_by="test_pair_up_holds_the_tensors",
    because="float() casts the features; they should stay as they are.",
)
def float_features(solution):
    return {"pair_up": lambda features, targets: TensorDataset(features.float(), targets)}


@wrong(caught_by="test_pair_up_holds_the_tensors", because="clone() copies all the data, which nobody asked for.")
def cloned(solution):
    return {"pair_up": lambda features, targets: TensorDataset(features.clone(), targets.clone())}


@wrong(caught_by="test_batch_by_example", because="This is a list of samples, a pair each, and not two tensors.")
def list_of_samples(solution):
    return {"batch": lambda dataset, start, stop: [dataset[i] for i in range(start, min(stop, len(dataset)))]}


@wrong(caught_by="test_batch_by_example", because="A Subset is a dataset; two tensors are asked for.")
def subset_for_batch(solution):
    return {"batch": lambda dataset, start, stop: Subset(dataset, range(start, stop))}


@wrong(caught_by="test_batch_by_example", because="`stop` itself no longer belongs to the batch, as in every slice.")
def stop_included(solution):
    return {"batch": lambda dataset, start, stop: dataset[start : stop + 1]}


@wrong(caught_by="test_batch", because="range does not stop at the end of the dataset as a slice does.")
def past_the_end(solution):
    return {"batch": lambda dataset, start, stop: dataset[list(range(start, stop))]}


@wrong(
    caught_by="test_batch", because="An empty batch has no rows to stack; a slice of a tensor gives (0, ...) by itself."
)
def stacked_samples(solution):
    def batch(dataset, start, stop):
        samples = [dataset[i] for i in range(start, min(stop, len(dataset)))]
        return torch.stack([row for row, _ in samples]), torch.stack([target for _, target in samples])

    return {"batch": batch}


@wrong(
    caught_by="test_first",
    because="A list of samples fetches them all, and is no dataset: give Subset their numbers instead.",
)
def first_in_a_list(solution):
    return {"first": lambda dataset, count: [dataset[i] for i in range(min(count, len(dataset)))]}


@wrong(caught_by="test_first", because="`count` is one number; the indices are the numbers below it: a range.")
def count_as_indices(solution):
    return {"first": lambda dataset, count: Subset(dataset, count)}


@wrong(caught_by="test_first", because="Numbers of samples begin with 0, not with 1.")
def counts_from_one(solution):
    return {"first": lambda dataset, count: Subset(dataset, range(1, min(count, len(dataset))))}


@wrong(caught_by="test_first", because="A list of two numbers is two samples; all numbers between them are a range.")
def two_ends(solution):
    return {"first": lambda dataset, count: Subset(dataset, [0, count])}


@wrong(caught_by="test_first", because="A slice of a TensorDataset is a tuple of two tensors, and no dataset.")
def sliced(solution):
    return {"first": lambda dataset, count: dataset[:count]}


@wrong(
    caught_by="test_first",
    because="A dataset made anew from the slice works for tensors alone; a Subset, for any dataset.",
)
def dataset_of_the_slice(solution):
    return {"first": lambda dataset, count: TensorDataset(*dataset[:count])}


@wrong(caught_by="test_first", because="A Subset believes its indices: here it counts samples that there are not.")
def promises_too_much(solution):
    return {"first": lambda dataset, count: Subset(dataset, range(count))}


@wrong(caught_by="test_first", because="The last samples are not the first.")
def last_ones(solution):
    def first(dataset, count):
        return Subset(dataset, range(max(0, len(dataset) - count), len(dataset)))

    return {"first": first}


@wrong(
    caught_by="test_first_of_any_dataset",
    because="The length is read from the tensors; a dataset without any has it too, by `len`.",
)
def length_of_the_tensors(solution):
    def first(dataset, count):
        return Subset(dataset, range(min(count, dataset.tensors[0].size(0))))

    return {"first": first}


@wrong(
    caught_by="test_first_of_any_dataset",
    because="All samples are fetched to count them: with a file for each, that reads the whole folder.",
)
def counted_by_fetching(solution):
    def first(dataset, count):
        samples = [dataset[i] for i in range(len(dataset))]
        return Subset(dataset, range(min(count, len(samples))))

    return {"first": first}


@wrong(caught_by="test_with_target_by_example", because="A mask is no list of indices: it has N entries, all kept.")
def mask_as_indices(solution):
    return {"with_target": lambda dataset, target: Subset(dataset, dataset.tensors[1] == target)}


@wrong(caught_by="test_with_target_by_example", because="A mask is no list of indices: it has N entries, all kept.")
def booleans_as_indices(solution):
    return {"with_target": lambda dataset, target: Subset(dataset, (dataset.tensors[1] == target).tolist())}


@wrong(
    caught_by="test_with_target_by_example",
    because="Each index is a list of one number, and puts a dimension in front of its sample.",
)
def table_of_indices(solution):
    return {"with_target": lambda dataset, target: Subset(dataset, (dataset.tensors[1] == target).nonzero())}


@wrong(
    caught_by="test_with_target_by_example",
    because="torch.where(mask) gives a tuple, one tensor for each dimension of the mask; the indices are in its first.",
)
def tuple_of_where(solution):
    return {"with_target": lambda dataset, target: Subset(dataset, torch.where(dataset.tensors[1] == target))}


@wrong(
    caught_by="test_with_target_by_example",
    because="`nonzero()[0]` is the first row of a table (K, 1): one index, the first.",
)
def first_row_of_the_table(solution):
    return {"with_target": lambda dataset, target: Subset(dataset, (dataset.tensors[1] == target).nonzero()[0])}


@wrong(
    caught_by="test_with_target_by_example",
    because="The indices are the samples themselves; a Subset wants their numbers.",
)
def samples_as_indices(solution):
    return {"with_target": lambda dataset, target: Subset(dataset, [one for one in dataset if one[1] == target])}


@wrong(
    caught_by="test_with_target_by_example",
    because="A list of samples fetches them all, and is no dataset: give Subset their numbers instead.",
)
def chosen_in_a_list(solution):
    return {"with_target": lambda dataset, target: [one for one in dataset if one[1] == target]}


@wrong(caught_by="test_with_target_by_example", because="These are the samples with any other target.")
def the_others(solution):
    def with_target(dataset, target):
        return Subset(dataset, (dataset.tensors[1] != target).nonzero().flatten().tolist())

    return {"with_target": with_target}


@wrong(
    caught_by="test_with_target_by_example",
    because="A new TensorDataset of the chosen rows is a copy of them; a Subset keeps only their numbers.",
)
def copied_rows(solution):
    def with_target(dataset, target):
        features, targets = dataset.tensors
        return TensorDataset(features[targets == target], targets[targets == target])

    return {"with_target": with_target}


@wrong(
    caught_by="test_with_target_by_example",
    because="`nonzero` is asked of the targets themselves: it finds those that are not 0.",
)
def not_zero(solution):
    return {"with_target": lambda dataset, target: Subset(dataset, dataset.tensors[1].nonzero().flatten().tolist())}


@wrong(caught_by="test_with_target", because="squeeze() leaves no dimension where there is just one index.")
def squeezed(solution):
    def with_target(dataset, target):
        return Subset(dataset, (dataset.tensors[1] == target).nonzero().squeeze().tolist())

    return {"with_target": with_target}


@wrong(
    caught_by="test_tensors_of_by_example",
    because="`subset.dataset` is the whole: its tensors hold all samples.",
)
def whole_dataset(solution):
    return {"tensors_of": lambda subset: subset.dataset.tensors}


@wrong(
    caught_by="test_tensors_of_by_example",
    because="As many rows as the subset has, but the first of the whole.",
)
def first_rows(solution):
    return {"tensors_of": lambda subset: subset.dataset[: len(subset)]}


@wrong(
    caught_by="test_tensors_of_by_example",
    because="The right rows, in the order of the whole, not the subset's.",
)
def in_the_data_order(solution):
    return {"tensors_of": lambda subset: subset.dataset[sorted(subset.indices)]}


@wrong(caught_by="test_tensors_of", because="A bare squeeze() drops the dimension of a subset of one sample, too.")
def squeezed_rows(solution):
    def tensors_of(subset):
        return tuple(tensor.squeeze() for tensor in subset.dataset[list(subset.indices)])

    return {"tensors_of": tensors_of}


@wrong(
    caught_by="test_tensors_of_by_example",
    because="These are tuples of rows; torch.stack makes a tensor of them.",
)
def tuples_of_rows(solution):
    return {"tensors_of": lambda subset: tuple(zip(*subset, strict=True))}


@right("by a loop over the samples, a list of chosen rows, and slices of the tensors")
def by_loops(solution):
    def with_target(dataset, target):
        return Subset(dataset, [i for i in range(len(dataset)) if dataset[i][1].item() == target])

    def tensors_of(subset):
        samples = [subset[i] for i in range(len(subset))]
        return torch.stack([row for row, _ in samples]), torch.stack([target for _, target in samples])

    return {
        "batch": lambda dataset, start, stop: tuple(tensor[start:stop] for tensor in dataset.tensors),
        "first": lambda dataset, count: Subset(dataset, list(range(len(dataset)))[:count]),
        "with_target": with_target,
        "tensors_of": tensors_of,
    }


@right("by slices of the subset, torch.where and index tensors")
def by_slices(solution):
    def with_target(dataset, target):
        (indices,) = torch.where(dataset.tensors[1] == target)
        return Subset(dataset, indices)

    return {
        "batch": lambda dataset, start, stop: dataset[slice(start, stop)],
        "first": lambda dataset, count: Subset(dataset, range(len(dataset))[:count]),
        "with_target": with_target,
        "tensors_of": lambda subset: subset[:],
    }


@right("by the class's own attributes, itertools and index_select")
def by_index_select(solution):
    from itertools import compress

    def with_target(dataset, target):
        return Subset(dataset, [*compress(range(len(dataset)), dataset.tensors[1].eq(target).tolist())])

    def tensors_of(subset):
        features, targets = subset.dataset.tensors
        indices = torch.tensor(list(subset.indices), device=features.device)
        return [features.index_select(0, indices), targets.index_select(0, indices)]

    return {"with_target": with_target, "tensors_of": tensors_of}


excuse(
    line="return Subset(dataset, range(min(count, len(dataset))))",
    becomes="return Subset(dataset, range(min(len(dataset), count)))",
    because="equivalent: the smaller of two numbers does not depend on their order.",
)
excuse(
    line="return Subset(dataset, indices.tolist())",
    becomes="return Subset(dataset, indices)",
    because="equivalent for samples: a tensor can be indexed with a tensor of one number.",
)
