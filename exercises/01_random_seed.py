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
"""

from collections.abc import Callable
from typing import Any

import torch


def uniform(shape: tuple[int, ...], low: float, high: float, generator: torch.Generator) -> torch.Tensor:
    """Uniform random numbers from `low` up to `high`, float32."""
    raise NotImplementedError("TODO: write uniform")


def normal(shape: tuple[int, ...], mean: float, std: float, generator: torch.Generator) -> torch.Tensor:
    """Normally distributed random numbers, float32."""
    raise NotImplementedError("TODO: write normal")


def shuffled(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """The rows of `x`, (N, ...), in random order."""
    raise NotImplementedError("TODO: write shuffled")


def batches(seed: int, count: int, size: int) -> list[torch.Tensor]:
    """`count` tensors (size,) of standard normal numbers, which the seed decides."""
    raise NotImplementedError("TODO: write batches")


def reproducibly(seed: int, draw: Callable[[], Any]) -> Any:
    """What `draw()` returns when the global generator starts from `seed`; that generator is put back afterwards."""
    raise NotImplementedError("TODO: write reproducibly")
