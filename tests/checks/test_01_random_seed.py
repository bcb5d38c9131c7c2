"""Checks of 01_random_seed: any stream of numbers is right that has the distribution and hangs on the seed alone."""

from itertools import combinations

import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tutor.checks import (
    assert_equal,
    assert_raises,
    assert_type,
    expect,
    kind_of,
    rng_untouched,
    shapes,
    tensors,
    unchanged,
)

SEEDS = st.integers(0, 2**31)
NUMBERS = st.integers(-20, 20).map(lambda quarters: quarters / 4)


def seeded(seed):
    """A generator of the check's own."""
    return torch.Generator().manual_seed(seed)


def a_tensor(value, call, shape=None):
    """`value`, which `call` gave, if it is a float32 tensor of `shape`; otherwise the check fails with a sentence."""
    assert_type(value, torch.Tensor, call)
    if shape is not None:
        assert_equal(tuple(value.shape), tuple(shape), name=f"shape of {call}")
        assert_equal(value.dtype, torch.float32, name=f"dtype of {call}")
    return value


def share(condition):
    """The share of elements for which `condition` holds."""
    return condition.double().mean().item()


def expect_share(actual, expected, what):
    """Fail unless `actual` is `expected`, give or take five standard deviations of 20000 draws."""
    slack = 5 * (expected * (1 - expected) / 20000) ** 0.5
    expect(abs(actual - expected) < slack, f"{what}: {expected:.1%} expected, but {actual:.1%} found in 20000 draws.")


@given(shape=shapes(max_side=4), low=NUMBERS, high=NUMBERS.map(lambda low: low + 5), seed=SEEDS)
def test_uniform(answer, shape, low, high, seed):
    """`uniform` gives float32 numbers of the shape asked for, none below `low` and none above `high`.

    `rand` gives numbers from 0 up to 1. How wide should yours be spread, and where should they begin?

    Stretch by the width, `high - low`, then move to `low`.
    """
    assume(low < high)
    call = f"uniform({tuple(shape)}, {low}, {high}, generator)"
    actual = a_tensor(answer.uniform(tuple(shape), low, high, seeded(seed)), call, shape)
    smallest, largest = actual.min().item(), actual.max().item()
    expect(
        low <= smallest and largest <= high,
        f"{call} should be from {low} to {high}; it is from {smallest:.4g} to {largest:.4g}.",
    )


def test_uniform_is_even(answer):
    """Every tenth of the way from `low` to `high` gets a tenth of the numbers `uniform` gives.

    Are some values more likely than others, or does a part stay empty?

    `randn` piles up around its mean, and whole numbers leave gaps: only `rand` is even.
    """
    numbers = a_tensor(answer.uniform((100, 200), -3.0, 5.0, seeded(3)), "uniform", (100, 200))
    for tenth in range(10):
        low, high = -3 + tenth * 0.8, -3 + (tenth + 1) * 0.8
        what = f"uniform(shape, -3.0, 5.0, generator), numbers from {low:.1f} to {high:.1f}"
        expect_share(share((numbers >= low) & (numbers < high)), 0.1, what)
    distinct = len(numbers.unique())
    expect(distinct > 19000, f"20000 draws of uniform should be nearly all different; {distinct} values occur.")


def test_normal(answer):
    """Of many numbers from `normal`, half are below `mean`, 68 % within one `std` of it, and 4.6 % beyond two.

    Look at the name of the function that draws: one letter makes the difference between uniform and normal.

    Stretch `randn` by `std`, not by its square, then move it by `mean`. In which order do the arguments come?
    """
    for shape in ((7,), (2, 1, 3), (100, 200)):
        a_tensor(answer.normal(shape, 5.0, 0.25, seeded(4)), f"normal({shape}, 5.0, 0.25, generator)", shape)
    for mean, std in ((5.0, 0.25), (-2, 3)):
        steps = (answer.normal((100, 200), mean, std, seeded(4)) - mean) / std
        of = f"of normal(shape, {mean}, {std}, generator)"
        expect_share(share(steps < 0), 0.5, f"Numbers {of} below the mean")
        expect_share(share(steps.abs() < 1), 0.6827, f"Numbers {of} from {mean - std} to {mean + std}")
        far = f"Numbers {of} below {mean - 2 * std} or above {mean + 2 * std}"
        expect_share(share(steps.abs() > 2), 0.0455, far)


@settings(max_examples=15)
@given(seed=SEEDS, call=st.sampled_from(["uniform", "normal", "shuffled"]))
def test_the_generator_decides(answer, seed, call):
    """The `generator` alone decides the numbers: it is used, moves on, is not seeded, and the global one rests.

    Does every function that draws know about `generator`? Those without take from the global one.

    Hand it on: `generator=generator`, to `rand`, `randn` and `randperm`. And never call its `manual_seed`.
    """
    run = {
        "uniform": lambda g: answer.uniform((8, 8), 0.0, 1.0, g),
        "normal": lambda g: answer.normal((8, 8), 0.0, 1.0, g),
        "shuffled": lambda g: answer.shuffled(torch.arange(64), g),
    }[call]
    first, twin, other = seeded(seed), seeded(seed), seeded(seed + 1)
    with rng_untouched():
        one = a_tensor(run(first), call)
        next_one = run(first)
        same, different = run(twin), run(other)
    expect(torch.equal(one, same), f"Two generators with the same seed gave {call} different results.")
    expect(
        first.initial_seed() == seed and not torch.equal(one, next_one),
        f"{call} called twice with one generator gave the same twice: the second call should go on where the first "
        "ended.",
    )
    expect(not torch.equal(one, different), f"Two generators with different seeds gave {call} the same result.")


@given(x=tensors(max_side=5) | tensors(max_dims=2, max_side=6, dtype=torch.int64), seed=SEEDS)
def test_shuffled(answer, x, seed):
    """`shuffled` has every row of `x` exactly once, with all that is in it, and leaves `x` as it was.

    Are rows lost or doubled? Drawing an index for every place separately doubles some. Are they torn apart?

    Index `x` with a random order of its row numbers; `torch.randperm` makes one.
    """
    with unchanged(x=x):
        actual = a_tensor(answer.shuffled(x, seeded(seed)), "shuffled(x, generator)")
    assert_equal(tuple(actual.shape), tuple(x.shape), name="shape of shuffled(x, generator)")
    assert_equal(actual.dtype, x.dtype, name="dtype of shuffled(x, generator)")
    before, after = x.tolist(), actual.tolist()
    doubled = [row for row in after if after.count(row) > before.count(row)]
    lost = [row for row in before if before.count(row) > after.count(row)]
    expect(
        not doubled and not lost,
        f"shuffled(x, generator) should hold the rows of x, each once. x: {before}; shuffled: {after}.",
    )


def test_shuffled_is_fair(answer):
    """Every order of the rows is equally likely: each of the 6 orders of three rows comes in a sixth of the shuffles.

    Moving all rows on by a random number of places gives three of the six orders, and never the others.

    `torch.randperm(n)` draws from all orders of n things.
    """
    generator, x = seeded(5), torch.tensor([10, 20, 30])
    orders = [tuple(answer.shuffled(x, generator).tolist()) for _ in range(600)]
    for order in ((10, 20, 30), (10, 30, 20), (20, 10, 30), (20, 30, 10), (30, 10, 20), (30, 20, 10)):
        times = orders.count(order)
        expect(
            55 <= times <= 145,  # five standard deviations
            f"[10, 20, 30] was shuffled 600 times: {list(order)} should come about 100 times; it came {times} times.",
        )


@settings(max_examples=20)
@given(seed=SEEDS, count=st.integers(1, 5), size=st.integers(4, 9))
def test_batches(answer, seed, count, size):
    """`batches` gives `count` tensors of shape `(size,)`, the same for the same seed; the global generator rests.

    What should the seed set: the generator of the whole program, or one of your own?

    Make a `torch.Generator` and seed it; every draw takes it as `generator`.
    """
    call = f"batches({seed}, {count}, {size})"
    with rng_untouched():
        made, again = (answer.batches(seed, count, size) for _ in range(2))
    expect(isinstance(made, list), f"{call} should return a list of tensors; it returned {kind_of(made)}.")
    expect(len(made) == count, f"{call} should return {count} tensors; it returned {len(made)}.")
    for number, (one, other) in enumerate(zip(made, again, strict=True)):
        a_tensor(one, f"tensor {number} of {call}", (size,))
        expect(torch.equal(one, other), f"{call} was called twice, and tensor {number} was another one.")


def test_batches_differ(answer):
    """No two tensors of `batches` are alike, nor are those of neighbouring seeds; the numbers are standard normal.

    How often is your generator seeded? Every time, it begins again with the same numbers.

    Seed once, before the first draw; then only draw. `seed + 1` in the loop is what another caller may pass as a seed.
    """
    made = {
        f"batches({seed}, 5, 4000)[{number}]": a_tensor(one, f"batches({seed}, 5, 4000)[{number}]", (4000,))
        for seed in (7, 8, 9)
        for number, one in enumerate(answer.batches(seed, 5, 4000))
    }
    for (name, one), (other_name, other) in combinations(made.items(), 2):
        expect(share(torch.isin(one, other)) < 0.5, f"{name} and {other_name} hold the same numbers.")
    numbers = torch.cat(list(made.values())[:5])
    expect_share(share(numbers < 0), 0.5, "Numbers of batches(7, 5, 4000) below 0")
    expect_share(share(numbers.abs() < 1), 0.6827, "Numbers of batches(7, 5, 4000) from -1 to 1")
    expect_share(share(numbers.abs() > 2), 0.0455, "Numbers of batches(7, 5, 4000) below -2 or above 2")


@settings(max_examples=20)
@given(seed=SEEDS, before=SEEDS)
def test_reproducibly(answer, seed, before):
    """`reproducibly` calls `draw` once and returns its result: the one it has just after `torch.manual_seed(seed)`.

    `draw` takes no generator: which one does it use, and who seeds it?

    Call `torch.manual_seed(seed)`, with an underscore, then return what `draw()` gives.
    """
    calls = []

    def draw():
        calls.append(1)
        return torch.rand(2), torch.randn(2, 3)

    torch.manual_seed(seed)
    expected = draw()
    torch.manual_seed(before)
    calls.clear()
    actual = answer.reproducibly(seed, draw)
    expect(len(calls) == 1, f"reproducibly should call draw once; it called it {len(calls)} times.")
    assert_equal(actual, expected, name=f"reproducibly({seed}, draw)")


def test_reproducibly_puts_back(answer):
    """After `reproducibly`, the global generator goes on as if nothing had happened, also when `draw` raises.

    Seeding again is no way back: it begins at the start of a stream, and the caller was in the middle of one.

    A generator has a state that can be read and set: `torch.get_rng_state`, `torch.set_rng_state`. What runs even
    after an error: `finally`, or the end of a `with`?

    `torch.random.fork_rng()` in a `with` statement does all of it.
    """

    def failing():
        torch.rand(3)
        raise KeyError("draw failed")

    for what, draw in (("", lambda: torch.rand(3)), (", in which draw raised", failing)):
        torch.manual_seed(11)
        torch.rand(5)
        state = torch.get_rng_state()
        expected = torch.rand(4)
        torch.set_rng_state(state)
        if draw is failing:
            with assert_raises(KeyError, "reproducibly(12, draw), draw raising KeyError"):
                answer.reproducibly(12, draw)
        else:
            answer.reproducibly(12, draw)
        expect(
            torch.equal(torch.rand(4), expected),
            f"After reproducibly(12, draw){what}, the global generator did not go on from where it was before.",
        )
