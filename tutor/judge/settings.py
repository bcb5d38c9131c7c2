"""The settings every check starts from, whatever the answer or the check before it changed."""

import random
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import numpy
import torch
from hypothesis import HealthCheck, Phase, core, settings

PROFILE = "tutor"
EXAMPLES = 40


def use_hypothesis_profile(seed: int, *, shrink: bool = True) -> None:
    """Same examples at every run for seed 0; another seed draws others. No deadline, no database, no health checks."""
    phases = (Phase.explicit, Phase.generate, Phase.target, *((Phase.shrink,) if shrink else ()))
    settings.register_profile(
        PROFILE,
        max_examples=EXAMPLES,
        derandomize=seed == 0,
        database=None,
        deadline=None,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=phases,
    )
    settings.load_profile(PROFILE)
    core.global_force_seed = seed or None  # type: ignore[assignment]


@contextmanager
def hypothesis_profile(seed: int) -> Iterator[None]:
    """`use_hypothesis_profile` for the block: checks defined in it keep these settings, those defined later do not."""
    before, seed_before = settings.get_current_profile_name(), core.global_force_seed
    use_hypothesis_profile(seed)
    try:
        yield
    finally:
        settings.load_profile(before)
        core.global_force_seed = seed_before


def settle(seed: int, check: str, device: torch.device) -> None:
    """Seed every generator for `check` and put torch's global switches back to their defaults."""
    number = zlib.crc32(f"{seed}:{check}".encode())
    random.seed(number)
    numpy.random.seed(number)
    seed_torch(number, device)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.set_grad_enabled(True)
    torch.set_num_threads(1)
    torch.set_deterministic_debug_mode("default")  # use_deterministic_algorithms would import inductor first
    torch.set_printoptions(profile="default")  # type: ignore[no-untyped-call]


def seed_torch(number: int, device: torch.device) -> None:
    """Seed the generators of the CPU and of `device`: torch.manual_seed notes a stack trace for each absent device."""
    if device.type == "cpu":
        torch.default_generator.manual_seed(number)
    else:
        torch.manual_seed(number)
