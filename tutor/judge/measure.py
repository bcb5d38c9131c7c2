"""Times the answer beside the solution: interleaved, on fresh inputs, the device synchronised.

Timing informs; it never decides a verdict.
"""

import types
from collections.abc import Callable
from time import perf_counter

import torch
from torch.utils.benchmark import Timer

from tutor.attempt.result import Spread, Timing
from tutor.judge.settings import seed_torch

ROUNDS = 7
FEWEST_ROUNDS = 3
BLOCK_SECONDS = 0.001  # one block of calls: long beside the clock's resolution, short beside a learner's patience
BUDGET_SECONDS = 0.02  # spent by then, no further round: a verdict should not wait for its timing

Benchmark = Callable[[types.ModuleType, torch.device], Callable[[], object]]


def measure(
    benchmark: Benchmark, answer: types.ModuleType, solution: types.ModuleType, device: torch.device, claim: str
) -> Timing:
    """Median seconds per call of both, over 3 to 7 interleaved rounds; whatever the answer raises passes through.

    `torch.utils.benchmark.Timer` warms up, collects no garbage and synchronises accelerators around each block.
    """
    begun = perf_counter()
    calls = _calls_per_block(benchmark(solution, device))
    samples: dict[str, list[float]] = {"answer": [], "solution": []}
    for number in range(1, ROUNDS + 1):
        for side, module in (("answer", answer), ("solution", solution)):
            seed_torch(0, device)
            timer = Timer("call()", globals={"call": benchmark(module, device)})
            samples[side].append(timer.timeit(calls).mean)
        if number >= FEWEST_ROUNDS and perf_counter() - begun > BUDGET_SECONDS:
            break
    ours, theirs = _spread(samples["answer"]), _spread(samples["solution"])
    return Timing(answer=ours, solution=theirs, ratio=ours.median / theirs.median, claim=claim)


def _calls_per_block(call: Callable[[], object]) -> int:
    """How many calls of the solution fill one block; at least 1, at most 1000."""
    call()
    begun = perf_counter()
    call()
    return max(1, min(1000, int(BLOCK_SECONDS / max(perf_counter() - begun, 1e-7))))


def _spread(samples: list[float]) -> Spread:
    values = torch.tensor(samples, dtype=torch.float64)  # (rounds,)
    low, median, high = values.quantile(torch.tensor([0.25, 0.5, 0.75], dtype=torch.float64)).tolist()
    return Spread(median=median, iqr=high - low)
