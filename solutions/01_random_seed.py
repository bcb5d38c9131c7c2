"""# Random numbers that you can repeat

A network starts from random weights, and its data is shuffled. When nobody can repeat your random numbers, nobody can
repeat your result, and a bug that shows itself in one run of ten stays where it is. So you want numbers that look
random and come out the same again when you ask for it.

They come from a **generator**: a machine that a **seed** sets to a starting point and that moves on with every
number it gives. Same seed, same numbers. `rand` gives numbers from 0 up to 1, all equally likely (*uniform*).
`randn`, one letter longer, gives the *normal* distribution: mean 0, standard deviation 1, a third of the numbers
beyond -1 or 1. `randperm(n)` gives the whole numbers 0 to n - 1 in random order.

    >>> g = torch.Generator().manual_seed(42)
    >>> torch.rand(3, generator=g)
    tensor([0.8823, 0.9150, 0.3829])
    >>> torch.rand(3, generator=g)  # it has moved on
    tensor([0.9593, 0.3904, 0.6009])
    >>> torch.rand(3, generator=torch.Generator().manual_seed(42))
    tensor([0.8823, 0.9150, 0.3829])

Without `generator`, numbers come from the **global** generator, which all of a program shares.
`torch.manual_seed(42)` seeds that one: do it once, at the start.

Write five functions, on the CPU. The first four leave the global generator alone; a `generator` you are given is
used, never seeded, so that a second call goes on where the first ended. Floats are float32; `shape` is a tuple of one
or more sizes.

- `uniform(shape, low, high, generator)`: uniform from `low` up to `high`; `low < high`.
- `normal(shape, mean, std, generator)`: normal with this mean and standard deviation.
- `shuffled(x, generator)`: the rows `x[0]`, `x[1]`, ... in random order, each once, every order equally likely, as
  a new tensor. `x` has at least one dimension, and stays as it was.
- `batches(seed, count, size)`: a list of `count` tensors of shape `(size,)`, standard normal. `count` is at
  least 1. The seed decides all numbers. No tensor occurs twice, neither within one list nor in the lists of two
  different seeds.
- `reproducibly(seed, draw)`: calls the function `draw()` once, as if just after `torch.manual_seed(seed)`, and
  returns what it returns. Afterwards the global generator goes on as if nothing had happened, also when `draw`
  raises. A generator's state can be read and put back: see `torch.random`.

Read more: [Random sampling](https://docs.pytorch.org/docs/stable/torch.html#random-sampling),
[`torch.Generator`](https://docs.pytorch.org/docs/stable/generated/torch.Generator.html),
[`torch.random`](https://docs.pytorch.org/docs/stable/random.html),
[Reproducibility](https://docs.pytorch.org/docs/stable/notes/randomness.html)

## Why it works

`low + (high - low) * rand` and `mean + std * randn` stretch the standard distribution and move it. `rand` for
`randn` is a quiet mistake: the shape is right, the program runs, and the weights are all positive.

When to seed? Once, before the first draw, and again only where you want the same numbers again. A seed inside a
loop makes every turn equal, `seed + i` gives neighbouring seeds almost the same batches, and a library function
that seeds the global generator decides its caller's random numbers too. A generator of your own has none of these
problems.

`fork_rng` saves the global generator's state and puts it back however the block is left. Seeding again afterwards
does not: the caller's stream would begin anew instead of going on. (Some spellings to forget: `torch.random` is a
module, not a function, and the seed is set by `torch.manual_seed`, with an underscore.)

Indexing with a random permutation copies, so `x` is safe. Swapping rows by `x[i], x[j] = x[j], x[i]` loses one of
them: both sides are views of the same memory.

Try next: run `torch.rand(4, generator=g)` and, from the same seed, `torch.rand(2, generator=g)` twice. Are these
the same four numbers? And for sixteen and twice eight, by `randn`? It fills 16 and more numbers by another method than
fewer, so sizes are part of what you must repeat.
"""

from collections.abc import Callable
from typing import Any

import torch


def uniform(shape: tuple[int, ...], low: float, high: float, generator: torch.Generator) -> torch.Tensor:
    """Uniform random numbers from `low` up to `high`, float32."""
    # BEGIN SOLUTION
    return low + (high - low) * torch.rand(shape, generator=generator)
    # END SOLUTION


def normal(shape: tuple[int, ...], mean: float, std: float, generator: torch.Generator) -> torch.Tensor:
    """Normally distributed random numbers, float32."""
    # BEGIN SOLUTION
    return mean + std * torch.randn(shape, generator=generator)
    # END SOLUTION


def shuffled(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """The rows of `x`, (N, ...), in random order."""
    # BEGIN SOLUTION
    return x[torch.randperm(len(x), generator=generator)]
    # END SOLUTION


def batches(seed: int, count: int, size: int) -> list[torch.Tensor]:
    """`count` tensors (size,) of standard normal numbers, which the seed decides."""
    # BEGIN SOLUTION
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(size, generator=generator) for _ in range(count)]
    # END SOLUTION


def reproducibly(seed: int, draw: Callable[[], Any]) -> Any:
    """What `draw()` returns when the global generator starts from `seed`; that generator is put back afterwards."""
    # BEGIN SOLUTION
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return draw()
    # END SOLUTION
