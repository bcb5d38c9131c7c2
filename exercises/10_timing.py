"""# Fast, and how fast

A loop over the elements of a tensor is slow: each step makes a small tensor and calls PyTorch from Python. To
**vectorise** is to say the same in a few calls on whole tensors. But measure it, and measure well:
the first run pays for set-up, one run is chance, and an accelerator works **asynchronously**, so that a call returns
when its work is queued, not when it is done. If you read the clock then, you have timed only the queueing.

`nearest_by_loop` below is such a loop. Broadcasting replaces it: sizes of 1 stretch, each point meets each centre.

    >>> points = torch.tensor([[0.0, 0.0], [5.0, 0.0], [9.0, 1.0]])    # (N, D)
    >>> centres = torch.tensor([[1.0, 0.0], [9.0, 0.0]])    # (K, D)
    >>> (points[:, None] - centres).shape    # (N, 1, D) and (K, D)
    torch.Size([3, 2, 2])

Write four functions.

- `nearest(points, centres)` takes points `(N, D)` and centres `(K, D)` of one floating dtype, all sizes at least 1. It
  returns an int64 tensor `(N,)` on their device: for each point the number of its nearest centre by Euclidean
  distance. If several are equally near, but for rounding, any of them. No loops: at most 12 calls to torch
  (operators and indexing count too), whatever the sizes, and no `tolist`, `item` or `numpy`.
- `synchronise(device)`: wait until the `torch.device` has done all its work. For the CPU do nothing, also on a computer
  with an accelerator. Others wait by `torch.accelerator.synchronize(...)`, which refuses the CPU, or by functions of
  their own, such as `torch.cuda.synchronize(...)` and `torch.mps.synchronize()`. Told no device, the first two wait
  for the *current* one, which `cuda:1` need not be.
- `time_calls(call, device, repeats=5, warm_ups=2)`: the function `call`, which takes no arguments, is called
  `warm_ups` times untimed, then `repeats` times timed. Return a list of the seconds of each timed call, floats, by
  `time.perf_counter`. Work that was queued before a timed call began is not part of its time; work that it queued
  itself is. `repeats` is at least 1, `warm_ups` may be 0.
- `report(name, device, seconds)`: a line such as `nearest on cpu: median 3.000 ms, fastest 2.500 ms, 3 runs`, here for
  the seconds `[0.004, 0.0025, 0.003]`, in milliseconds with three decimals. The median of an even number of times is
  the mean of the middle two. The device is printed whole (`cuda:1`), and the word is always `runs`, for one too. The
  list stays as it is.

Read more: [broadcasting](https://docs.pytorch.org/docs/stable/notes/broadcasting.html),
[asynchronous execution](https://docs.pytorch.org/docs/stable/notes/cuda.html#asynchronous-execution),
[time.perf_counter](https://docs.python.org/3/library/time.html#time.perf_counter)
"""

import statistics
import time
from collections.abc import Callable

import torch


def nearest_by_loop(points: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    """What `nearest` should give, by loops: slow, and not to be changed."""
    numbers = []
    for point in points:  # (D,)
        distances = [((point - centre) ** 2).sum().item() for centre in centres]
        numbers.append(distances.index(min(distances)))
    return torch.tensor(numbers, device=points.device)


def nearest(points: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    """The number (N,) of the centre (K, D) that is nearest to each point (N, D), without loops."""
    raise NotImplementedError("TODO: write nearest")


def synchronise(device: torch.device) -> None:
    """Wait until the device has done all its work."""
    raise NotImplementedError("TODO: write synchronise")


def time_calls(call: Callable[[], object], device: torch.device, repeats: int = 5, warm_ups: int = 2) -> list[float]:
    """The seconds of each of `repeats` calls, after `warm_ups` untimed ones."""
    raise NotImplementedError("TODO: write time_calls")


def report(name: str, device: torch.device, seconds: list[float]) -> str:
    """One line with median, fastest and number of the times, in milliseconds."""
    raise NotImplementedError("TODO: write report")
