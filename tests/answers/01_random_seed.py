"""Wrong answers that 01_random_seed must catch, and right ones it must accept."""

import math

import torch

from tutor.checks import excuse, right, wrong


@wrong(caught_by="test_uniform", because="torch.random is a module, not a function: rand and randn give the numbers.")
def random_called(solution):
    return {"uniform": lambda shape, low, high, generator: low + (high - low) * torch.random(shape)}


@wrong(caught_by="test_uniform", because="Stretched by `high` and moved to `low`: the end is low + high, not high.")
def stretched_by_high(solution):
    return {"uniform": lambda shape, low, high, generator: low + high * torch.rand(shape, generator=generator)}


@wrong(caught_by="test_uniform", because="rand alone is from 0 up to 1, wherever low and high are.")
def not_stretched(solution):
    return {"uniform": lambda shape, low, high, generator: torch.rand(shape, generator=generator)}


@wrong(caught_by="test_uniform", because="randn is not uniform: its numbers leave 0 to 1 on both sides.")
def uniform_by_randn(solution):
    return {"uniform": lambda shape, low, high, generator: low + (high - low) * torch.randn(shape, generator=generator)}


@wrong(caught_by="test_uniform_is_even", because="randn cut off at both ends piles up in the middle and at the ends.")
def clamped_randn(solution):
    def uniform(shape, low, high, generator):
        return torch.randn(shape, generator=generator).mul((high - low) / 4).add((low + high) / 2).clamp(low, high)

    return {"uniform": uniform}


@wrong(caught_by="test_uniform_is_even", because="randint draws whole steps: what lies between them never comes.")
def whole_steps(solution):
    def uniform(shape, low, high, generator):
        return low + (high - low) * torch.randint(0, 100, shape, generator=generator) / 100

    return {"uniform": uniform}


@wrong(caught_by="test_normal", because="rand is uniform; the normal distribution is randn, with an n.")
def rand_for_randn(solution):
    return {"normal": lambda shape, mean, std, generator: mean + std * torch.rand(shape, generator=generator)}


@wrong(
    caught_by="test_normal",
    because="Centred and stretched, rand has the right mean and std, and is still uniform: nothing lies far out.",
)
def rand_in_disguise(solution):
    def normal(shape, mean, std, generator):
        return mean + std * math.sqrt(12) * (torch.rand(shape, generator=generator) - 0.5)

    return {"normal": normal}


@wrong(caught_by="test_normal", because="mean and std are swapped: std stretches, mean moves.")
def mean_and_std_swapped(solution):
    return {"normal": lambda shape, mean, std, generator: solution.normal(shape, std, mean, generator)}


@wrong(caught_by="test_normal", because="Multiplied by the variance, std * std, instead of by std.")
def stretched_by_the_variance(solution):
    return {"normal": lambda shape, mean, std, generator: mean + std**2 * torch.randn(shape, generator=generator)}


@wrong(caught_by="test_the_generator_decides", because="Without generator=generator, rand takes from the global one.")
def generator_forgotten(solution):
    return {"uniform": lambda shape, low, high, generator: low + (high - low) * torch.rand(shape)}


@wrong(caught_by="test_the_generator_decides", because="randperm draws too: without `generator` from the global one.")
def order_from_the_global_one(solution):
    return {"shuffled": lambda x, generator: x[torch.randperm(len(x))]}


@wrong(caught_by="test_the_generator_decides", because="randperm wants a number, how many rows, not the tensor.")
def order_of_a_tensor(solution):
    return {"shuffled": lambda x, generator: x[torch.randperm(x, generator=generator)]}


@wrong(caught_by="test_the_generator_decides", because="Seeded at every call, the generator gives the same every time.")
def seeds_the_generator(solution):
    def normal(shape, mean, std, generator):
        return mean + std * torch.randn(shape, generator=generator.manual_seed(42))

    return {"normal": normal}


@wrong(caught_by="test_shuffled", because="An index drawn anew for every place doubles some rows and loses others.")
def drawn_with_replacement(solution):
    return {"shuffled": lambda x, generator: x[torch.randint(len(x), (len(x),), generator=generator)]}


@wrong(caught_by="test_shuffled", because="x[i], x[j] = x[j], x[i] writes one row twice: both sides are views of x.")
def swapped_views(solution):
    def shuffled(x, generator):
        x = x.clone()
        for i in range(len(x) - 1, 0, -1):
            j = int(torch.randint(i + 1, (), generator=generator))
            x[i], x[j] = x[j], x[i]
        return x

    return {"shuffled": shuffled}


@wrong(caught_by="test_shuffled", because="Every element moves by itself: the rows are torn apart.")
def elements_shuffled(solution):
    def shuffled(x, generator):
        return x.flatten()[torch.randperm(x.numel(), generator=generator)].reshape(x.shape)

    return {"shuffled": shuffled}


@wrong(caught_by="test_shuffled", because="The rows are written back into x: the caller's tensor is shuffled too.")
def shuffled_in_place(solution):
    def shuffled(x, generator):
        x[:] = x[torch.randperm(len(x), generator=generator)]
        return x

    return {"shuffled": shuffled}


@wrong(caught_by="test_shuffled_is_fair", because="Moved round by a random number of places: most orders never come.")
def moved_round(solution):
    def shuffled(x, generator):
        return x.roll(int(torch.randint(len(x), (), generator=generator)), 0)

    return {"shuffled": shuffled}


@wrong(caught_by="test_batches", because="torch.manual_seed seeds the global generator, which others use too.")
def seeds_the_global_one(solution):
    def batches(seed, count, size):
        torch.manual_seed(seed)
        return [torch.randn(size) for _ in range(count)]

    return {"batches": batches}


@wrong(caught_by="test_batches", because="torch.manual.seed is not there: the name has an underscore, manual_seed.")
def misspelt(solution):
    def batches(seed, count, size):
        torch.manual.seed(seed)
        return [torch.randn(size) for _ in range(count)]

    return {"batches": batches}


@wrong(caught_by="test_batches_differ", because="Seeded in the loop, the generator begins anew: all batches are equal.")
def seeded_in_the_loop(solution):
    def batches(seed, count, size):
        generator = torch.Generator()
        made = []
        for _ in range(count):
            generator.manual_seed(seed)
            made.append(torch.randn(size, generator=generator))
        return made

    return {"batches": batches}


@wrong(
    caught_by="test_batches_differ",
    because="With seed + i, the second batch of seed 7 is the first of seed 8: seed once, then only draw.",
)
def a_seed_for_each(solution):
    def batches(seed, count, size):
        return [torch.randn(size, generator=torch.Generator().manual_seed(seed + i)) for i in range(count)]

    return {"batches": batches}


@wrong(caught_by="test_batches_differ", because="rand is uniform, from 0 up to 1; standard normal is randn.")
def uniform_batches(solution):
    def batches(seed, count, size):
        generator = torch.Generator().manual_seed(seed)
        return [torch.rand(size, generator=generator) for _ in range(count)]

    return {"batches": batches}


@wrong(caught_by="test_reproducibly", because="A generator of your own does not reach draw, which uses the global one.")
def own_generator(solution):
    def reproducibly(seed, draw):
        torch.Generator().manual_seed(seed)
        return draw()

    return {"reproducibly": reproducibly}


@wrong(
    caught_by="test_reproducibly_puts_back",
    because="Seeding moves the generator; only a state that was read before brings it back.",
)
def never_put_back(solution):
    def reproducibly(seed, draw):
        torch.manual_seed(seed)
        return draw()

    return {"reproducibly": reproducibly}


@wrong(
    caught_by="test_reproducibly_puts_back",
    because="Seeding moves the generator; only a state that was read before brings it back.",
)
def seeded_again(solution):
    def reproducibly(seed, draw):
        before = torch.initial_seed()
        torch.manual_seed(seed)
        result = draw()
        torch.manual_seed(before)
        return result

    return {"reproducibly": reproducibly}


@wrong(
    caught_by="test_reproducibly_puts_back", because="When draw raises, the line that puts the state back never runs."
)
def not_after_an_error(solution):
    def reproducibly(seed, draw):
        state = torch.get_rng_state()
        torch.manual_seed(seed)
        result = draw()
        torch.set_rng_state(state)
        return result

    return {"reproducibly": reproducibly}


@right("by the tensors' own methods, torch.normal, and a state that is saved and set")
def methods_and_states(solution):
    def reproducibly(seed, draw):
        state = torch.random.get_rng_state()
        try:
            torch.random.manual_seed(seed)
            return draw()
        finally:
            torch.random.set_rng_state(state)

    return {
        "uniform": lambda shape, low, high, generator: torch.empty(shape).uniform_(low, high, generator=generator),
        "normal": lambda shape, mean, std, generator: torch.normal(mean, std, shape, generator=generator),
        "shuffled": lambda x, generator: x.index_select(0, torch.randperm(x.size(0), generator=generator)),
        "batches": lambda seed, count, size: list(
            torch.randn(count, size, generator=torch.Generator().manual_seed(seed))
        ),
        "reproducibly": reproducibly,
    }


@right("from uniform numbers alone: Box and Muller for the normal ones, sorted keys for the order")
def uniform_alone(solution):
    def normal(shape, mean, std, generator):
        radius = (-2 * torch.log1p(-torch.rand(shape, generator=generator, dtype=torch.float64))).sqrt()
        angle = 2 * math.pi * torch.rand(shape, generator=generator, dtype=torch.float64)
        return (mean + std * radius * angle.cos()).float()

    def batches(seed, count, size):
        generator = torch.Generator()
        generator.manual_seed(seed)
        return [normal((size,), 0.0, 1.0, generator) for _ in range(count)]

    return {
        "normal": normal,
        "shuffled": lambda x, generator: x[torch.rand(len(x), generator=generator).argsort()],
        "batches": batches,
    }


@right("by swapping copies, and by lerp")
def swaps_and_lerp(solution):
    def shuffled(x, generator):
        x = x.clone()
        for i in range(len(x) - 1, 0, -1):
            j = int(torch.randint(i + 1, (), generator=generator))
            x[[i, j]] = x[[j, i]]
        return x

    def uniform(shape, low, high, generator):
        ends = torch.tensor([low, high], dtype=torch.float32)
        return torch.lerp(ends[0], ends[1], torch.rand(*shape, generator=generator))

    return {"shuffled": shuffled, "uniform": uniform}


excuse(
    line="return mean + std * torch.randn(shape, generator=generator)",
    becomes="return mean - std * torch.randn(shape, generator=generator)",
    because="equivalent: the normal distribution is symmetric about its mean",
)
