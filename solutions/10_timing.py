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

## Why it works

**The loop** makes N * K differences of D numbers each, one call at a time. Broadcasting makes all in one call, and
needs memory for N * K * D numbers; where that is too much, do the points in blocks, or use `torch.cdist`, which needs
N * K only. But beyond 25 points or centres it multiplies matrices, and so rounds badly for points far from 0: of points
near 1000 it may pick a wrong centre. `compute_mode="donot_use_mm_for_euclid_dist"` avoids that. The square root
changes no order, so it can be left out.

**Before and after.** Without the wait after the call you time the queue; without the one before it, work that others
queued falls into your time. Both together cost little. `.item()` and printing a tensor wait as well, which is why a
loop that logs every loss looks as if `.item()` were slow.

**The clock.** `time.time` follows the wall clock, which is set now and then, even backwards. `perf_counter` never
runs backwards and is the finest there is. It counts waiting too; `process_time` does not.

**The first calls** load kernels, reserve memory, and may compile. The median ignores a few disturbed runs,
and the fastest is what the machine can do when nothing disturbs. `torch.median` of an even number is the
lower of the two in the middle; `statistics.median` is their mean. And the format of a number belongs inside the
braces: an f-string with `{x}:.3f` prints all digits, followed by `:.3f`.

A small model can be slower on a GPU than on a CPU: starting its many small tasks and moving its data takes longer than
the arithmetic. Compare on your sizes, one thing at a time.

Try next: `torch.utils.benchmark.Timer` warms up, synchronises and repeats for you. Time `nearest` and `nearest_by_loop`
with it, and compare with your own times.
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
    # BEGIN SOLUTION
    differences = points[:, None] - centres  # (N, K, D)
    return differences.square().sum(dim=2).argmin(dim=1)
    # END SOLUTION


def synchronise(device: torch.device) -> None:
    """Wait until the device has done all its work."""
    # BEGIN SOLUTION
    if device.type != "cpu":
        torch.accelerator.synchronize(device)
    # END SOLUTION


def time_calls(call: Callable[[], object], device: torch.device, repeats: int = 5, warm_ups: int = 2) -> list[float]:
    """The seconds of each of `repeats` calls, after `warm_ups` untimed ones."""
    # BEGIN SOLUTION
    for _ in range(warm_ups):
        call()
    seconds = []
    for _ in range(repeats):
        synchronise(device)
        start = time.perf_counter()
        call()
        synchronise(device)
        seconds.append(time.perf_counter() - start)
    return seconds
    # END SOLUTION


def report(name: str, device: torch.device, seconds: list[float]) -> str:
    """One line with median, fastest and number of the times, in milliseconds."""
    # BEGIN SOLUTION
    median = 1000 * statistics.median(seconds)
    fastest = 1000 * min(seconds)
    return f"{name} on {device}: median {median:.3f} ms, fastest {fastest:.3f} ms, {len(seconds)} runs"
    # END SOLUTION
