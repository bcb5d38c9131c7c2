"""Wrong answers that 05_samplers_collate must catch, and right ones it must accept."""

import itertools
import random

import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import BatchSampler, DataLoader, Sampler, SubsetRandomSampler, WeightedRandomSampler

from tutor.checks import excuse, right, wrong


def generator_of(seed):
    return torch.Generator().manual_seed(seed)


@wrong(
    caught_by="test_sampler_by_example",
    because="It gives one weight per class; the sampler wants one per sample, and draws the first samples only.",
)
def weights_of_classes(solution):
    def balanced_sampler(labels, *, seed=0):
        _, counts = labels.unique(return_counts=True)
        return WeightedRandomSampler((1 / counts).tolist(), len(labels), generator=generator_of(seed))

    return {"balanced_sampler": balanced_sampler}


@wrong(
    caught_by="test_sampler_by_example",
    because="It draws as many indices as the rarest classes could fill; an epoch has as many as there are samples.",
)
def undersampled(solution):
    def balanced_sampler(labels, *, seed=0):
        _, classes, counts = labels.unique(return_inverse=True, return_counts=True)
        number = int(counts.min()) * len(counts)
        return WeightedRandomSampler((1 / counts[classes]).tolist(), number, generator=generator_of(seed))

    return {"balanced_sampler": balanced_sampler}


@wrong(
    caught_by="test_balanced",
    because="It draws without replacement: all N samples come once, whatever their weights, and nothing is balanced.",
)
def without_replacement(solution):
    def balanced_sampler(labels, *, seed=0):
        _, classes, counts = labels.unique(return_inverse=True, return_counts=True)
        weights = (1 / counts[classes]).tolist()
        return WeightedRandomSampler(weights, len(labels), replacement=False, generator=generator_of(seed))

    return {"balanced_sampler": balanced_sampler}


@wrong(
    caught_by="test_balanced", because="The weights are the counts themselves: the common class comes still oftener."
)
def weights_are_counts(solution):
    def balanced_sampler(labels, *, seed=0):
        _, classes, counts = labels.unique(return_inverse=True, return_counts=True)
        return WeightedRandomSampler(counts[classes].tolist(), len(labels), generator=generator_of(seed))

    return {"balanced_sampler": balanced_sampler}


@wrong(caught_by="test_balanced", because="The classes come one after the other instead of mixed.")
def classes_in_turn(solution):
    def balanced_sampler(labels, *, seed=0):
        values = labels.tolist()
        inner = solution.balanced_sampler(labels, seed=seed)

        class Blocks(Sampler):
            def __len__(self):
                return len(values)

            def __iter__(self):
                return iter(sorted(inner, key=lambda index: values[index]))

        return Blocks()

    return {"balanced_sampler": balanced_sampler}


@wrong(
    caught_by="test_balanced",
    because="It counts with bincount, which knows no label below 0; `torch.unique` takes any values.",
)
def by_bincount(solution):
    def balanced_sampler(labels, *, seed=0):
        weights = (1 / torch.bincount(labels))[labels]
        return WeightedRandomSampler(weights.tolist(), len(labels), generator=generator_of(seed))

    return {"balanced_sampler": balanced_sampler}


@wrong(
    caught_by="test_sampler_by_example",
    because="The indices are drawn once, when the sampler is made: each epoch repeats them, and some never come.",
)
def drawn_once(solution):
    def balanced_sampler(labels, *, seed=0):
        drawn = list(solution.balanced_sampler(labels, seed=seed + 2))

        class Drawn(Sampler):
            def __len__(self):
                return len(drawn)

            def __iter__(self):
                return iter(drawn)

        return Drawn()

    return {"balanced_sampler": balanced_sampler}


@wrong(
    caught_by="test_sampler_seed",
    because="Without a generator of its own the sampler draws from PyTorch's global one, whatever `seed` says.",
)
def without_generator(solution):
    def balanced_sampler(labels, *, seed=0):
        _, classes, counts = labels.unique(return_inverse=True, return_counts=True)
        return WeightedRandomSampler((1 / counts[classes]).tolist(), len(labels))

    return {"balanced_sampler": balanced_sampler}


@wrong(
    caught_by="test_sampler_seed",
    because="It calls torch.manual_seed, which reseeds the whole program, not this sampler.",
)
def seeds_globally(solution):
    def balanced_sampler(labels, *, seed=0):
        torch.manual_seed(seed)
        _, classes, counts = labels.unique(return_inverse=True, return_counts=True)
        return WeightedRandomSampler((1 / counts[classes]).tolist(), len(labels))

    return {"balanced_sampler": balanced_sampler}


def batches_class(solution, order):
    """LengthBatches with the batches of `order(lengths, batch_size)`, shuffled as they should be."""

    class LengthBatches(solution.LengthBatches):
        def __init__(self, lengths, batch_size, *, seed=0):
            super().__init__(lengths, batch_size, seed=seed)
            self.batches = order(lengths, batch_size)

    return {"LengthBatches": LengthBatches}


@wrong(caught_by="test_batches_by_example", because="The lengths are sorted and handed out, not their indices.")
def batches_of_lengths(solution):
    def order(lengths, batch_size):
        return [*BatchSampler(sorted(lengths), batch_size, drop_last=False)]

    return batches_class(solution, order)


@wrong(caught_by="test_batches_by_example", because="The short last batch, that of the longest, is dropped.")
def drops_the_last(solution):
    def order(lengths, batch_size):
        return [*BatchSampler(sorted(range(len(lengths)), key=lengths.__getitem__), batch_size, drop_last=True)]

    return batches_class(solution, order)


@wrong(caught_by="test_batches_by_example", because="The batches run from the longest to the shortest.")
def longest_first(solution):
    def order(lengths, batch_size):
        by_length = sorted(range(len(lengths)), key=lambda index: -lengths[index])
        return [*BatchSampler(by_length, batch_size, drop_last=False)]

    return batches_class(solution, order)


@wrong(caught_by="test_batches_by_example", because="The samples are shuffled, so long and short ones share a batch.")
def samples_shuffled(solution):
    def order(lengths, batch_size):
        mixed = torch.randperm(len(lengths), generator=generator_of(4)).tolist()
        return [*BatchSampler(mixed, batch_size, drop_last=False)]

    return batches_class(solution, order)


@wrong(
    caught_by="test_batches_shuffled", because="The batches are never shuffled: every epoch begins with the shortest."
)
def never_shuffled(solution):
    class LengthBatches(solution.LengthBatches):
        def __iter__(self):
            return map(list, self.batches)

    return {"LengthBatches": LengthBatches}


@wrong(
    caught_by="test_batches_shuffled",
    because="The batches keep their order and only begin at a random one: most orders never come.",
)
def rotated(solution):
    class LengthBatches(solution.LengthBatches):
        def __iter__(self):
            begin = int(torch.randint(len(self), (), generator=self.generator))
            return map(list, self.batches[begin:] + self.batches[:begin])

    return {"LengthBatches": LengthBatches}


@wrong(
    caught_by="test_batches_shuffled",
    because="The order is drawn once, or from a generator that is seeded anew, so that each epoch repeats the first.",
)
def reseeded_each_epoch(solution):
    class LengthBatches(solution.LengthBatches):
        def __init__(self, lengths, batch_size, *, seed=0):
            super().__init__(lengths, batch_size, seed=seed)
            self.seed = seed

        def __iter__(self):
            self.generator.manual_seed(self.seed)
            return super().__iter__()

    return {"LengthBatches": LengthBatches}


@wrong(caught_by="test_batches_shuffled", because="Python's own random numbers shuffle the batches: `seed` has no say.")
def by_python_random(solution):
    class LengthBatches(solution.LengthBatches):
        def __iter__(self):
            return map(list, random.sample(self.batches, len(self.batches)))

    return {"LengthBatches": LengthBatches}


def collate(pad):
    """pad_collate with `pad(sequences)` as its first part."""

    def pad_collate(samples):
        sequences, labels = zip(*samples, strict=True)
        return pad(list(sequences)), torch.tensor([len(one) for one in sequences]), torch.tensor(labels)

    return {"pad_collate": pad_collate}


@wrong(
    caught_by="test_collate_by_example",
    because="It stacks the sequences as they are, and stack wants equal shapes: pad the shorter ones first.",
)
def stacked(solution):
    return collate(torch.stack)


@wrong(caught_by="test_collate_by_example", because="The longer sequences are cut to the length of the shortest.")
def truncated(solution):
    return collate(lambda sequences: torch.stack([one[: min(map(len, sequences))] for one in sequences]))


@wrong(caught_by="test_collate_by_example", because="The zeros stand before the sequences; they belong after them.")
def padded_in_front(solution):
    return collate(lambda sequences: pad_sequence(sequences, batch_first=True, padding_side="left"))


@wrong(
    caught_by="test_collate_by_example",
    because="The steps come first, (L, B, ...), as pad_sequence puts them unless told otherwise.",
)
def steps_first(solution):
    return collate(pad_sequence)


@wrong(
    caught_by="test_collate_by_example",
    because="It fills what torch.zeros makes, and that is float32 unless it is given the dtype.",
)
def always_float(solution):
    def pad(sequences):
        longest = max(map(len, sequences))
        rows = torch.zeros(len(sequences), longest, *sequences[0].shape[1:])
        for row, one in zip(rows, sequences, strict=True):
            row[: len(one)] = one
        return rows

    return collate(pad)


@wrong(
    caught_by="test_collate_by_example",
    because="It counts what is not zero, and takes zeros of the data for padding: lengths come from the sequences.",
)
def lengths_from_values(solution):
    def pad_collate(samples):
        padded, _, labels = solution.pad_collate(samples)
        return padded, (padded != 0).flatten(2).any(2).sum(1) if padded.dim() > 2 else (padded != 0).sum(1), labels

    return {"pad_collate": pad_collate}


@wrong(caught_by="test_collate_by_example", because="The sequences were sorted by length, and the order should stay.")
def sorted_by_length(solution):
    def pad_collate(samples):
        return solution.pad_collate(sorted(samples, key=lambda sample: -len(sample[0])))

    return {"pad_collate": pad_collate}


@wrong(caught_by="test_collate_by_example", because="Only the sequences were sorted, so labels belong to others now.")
def labels_left_behind(solution):
    def pad_collate(samples):
        padded, lengths, _ = solution.pad_collate(sorted(samples, key=lambda sample: len(sample[0])))
        return padded, lengths, torch.tensor([label for _, label in samples])

    return {"pad_collate": pad_collate}


@wrong(caught_by="test_collate_by_example", because="The labels are still a tuple of numbers; a batch holds tensors.")
def labels_as_tuple(solution):
    def pad_collate(samples):
        padded, lengths, labels = solution.pad_collate(samples)
        return padded, lengths, tuple(labels.tolist())

    return {"pad_collate": pad_collate}


@wrong(
    caught_by="test_loader",
    because="It gives batch_size, shuffle, sampler or drop_last beside batch_sampler, which stands for all of them.",
)
def batch_size_besides(solution):
    def sequence_loader(dataset, lengths, batch_size, *, seed=0):
        batches = solution.LengthBatches(lengths, batch_size, seed=seed)
        return DataLoader(dataset, batch_size, shuffle=True, batch_sampler=batches, collate_fn=solution.pad_collate)

    return {"sequence_loader": sequence_loader}


@wrong(
    caught_by="test_loader",
    because="It gives the batch sampler as `sampler`: whole lists reach the dataset as if they were indices.",
)
def as_sampler(solution):
    def sequence_loader(dataset, lengths, batch_size, *, seed=0):
        batches = solution.LengthBatches(lengths, batch_size, seed=seed)
        return DataLoader(dataset, sampler=batches, collate_fn=solution.pad_collate)

    return {"sequence_loader": sequence_loader}


@wrong(caught_by="test_loader", because="Without collate_fn the loader stacks, and sequences of unequal length do not.")
def without_collate(solution):
    def sequence_loader(dataset, lengths, batch_size, *, seed=0):
        return DataLoader(dataset, batch_sampler=solution.LengthBatches(lengths, batch_size, seed=seed))

    return {"sequence_loader": sequence_loader}


@wrong(caught_by="test_loader", because="The samples are shuffled one by one: long and short ones share a batch.")
def plain_shuffle(solution):
    def sequence_loader(dataset, lengths, batch_size, *, seed=0):
        generator = generator_of(seed)
        return DataLoader(dataset, batch_size, shuffle=True, collate_fn=solution.pad_collate, generator=generator)

    return {"sequence_loader": sequence_loader}


@wrong(caught_by="test_loader", because="`seed` is not handed on: every loader has the orders of seed 0.")
def seed_forgotten(solution):
    def sequence_loader(dataset, lengths, batch_size, *, seed=0):
        batches = solution.LengthBatches(lengths, batch_size)
        return DataLoader(dataset, batch_sampler=batches, collate_fn=solution.pad_collate)

    return {"sequence_loader": sequence_loader}


@right("by drawing a class and then one of its samples, batches found by slicing, and rows filled one by one")
def class_then_sample(solution):
    class Balanced(Sampler):
        def __init__(self, labels, seed):
            self.members = [(labels == label).nonzero().flatten() for label in labels.unique()]
            self.number, self.generator = len(labels), generator_of(seed)

        def __len__(self):
            return self.number

        def __iter__(self):
            for _ in range(self.number):
                which = torch.randint(len(self.members), (), generator=self.generator)
                members = self.members[which]
                yield int(members[torch.randint(len(members), (), generator=self.generator)])

    class LengthBatches:
        def __init__(self, lengths, batch_size, *, seed=0):
            self.order = torch.tensor(lengths).argsort(stable=True)
            self.batch_size, self.random = batch_size, random.Random(seed)

        def __len__(self):
            return -(-len(self.order) // self.batch_size)

        def __iter__(self):
            batches = [part.tolist() for part in self.order.split(self.batch_size)]
            self.random.shuffle(batches)
            return iter(batches)

    def pad_collate(samples):
        longest = max(len(sequence) for sequence, _ in samples)
        padded = samples[0][0].new_zeros(len(samples), longest, *samples[0][0].shape[1:])
        for row, (sequence, _) in enumerate(samples):
            padded[row, : len(sequence)] = sequence
        lengths = torch.tensor([len(sequence) for sequence, _ in samples])
        return padded, lengths, torch.tensor([label for _, label in samples])

    return {
        "balanced_sampler": lambda labels, *, seed=0: Balanced(labels, seed),
        "LengthBatches": LengthBatches,
        "pad_collate": pad_collate,
    }


@right("by counting with ==, a sampler of batches inside a batch sampler, and torch.cat with zeros")
def counted(solution):
    def balanced_sampler(labels, *, seed=0):
        counts = (labels[:, None] == labels).sum(dim=1)  # (N,)
        return WeightedRandomSampler(counts.double().reciprocal(), len(labels), generator=generator_of(seed))

    class LengthBatches(Sampler):
        def __init__(self, lengths, batch_size, *, seed=0):
            by_length = [index for _, index in sorted(zip(lengths, itertools.count(), strict=False))]
            batches = list(BatchSampler(by_length, batch_size, drop_last=False))
            self.inner = SubsetRandomSampler(batches, generator=generator_of(seed))

        def __len__(self):
            return len(self.inner)

        def __iter__(self):
            return iter(self.inner)

    def pad_collate(samples):
        longest = max(sequence.shape[0] for sequence, _ in samples)
        rows = [
            torch.cat([sequence, torch.zeros(longest - len(sequence), *sequence.shape[1:], dtype=sequence.dtype)])
            for sequence, _ in samples
        ]
        lengths, labels = zip(*((len(sequence), label) for sequence, label in samples), strict=True)
        return [torch.stack(rows), torch.LongTensor(lengths), torch.LongTensor(labels)]

    return {"balanced_sampler": balanced_sampler, "LengthBatches": LengthBatches, "pad_collate": pad_collate}


excuse(
    line="weights = 1 / counts[classes]",
    becomes="weights = 2 / counts[classes]",
    because="equivalent: only the ratios of the weights count.",
)
excuse(
    line="for number in torch.randperm(len(self.batches), generator=self.generator).tolist():",
    becomes="for number in torch.randperm(len(self.batches), generator=self.generator):",
    because="equivalent: a list takes a tensor of one whole number as an index too.",
)
excuse(
    line="self.batches = [tuple(order[start : start + batch_size]) for start in range(0, len(order), batch_size)]",
    becomes="self.batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]",
    because="equivalent: a list is made of each batch when it is handed out.",
)
