"""Imports, before any attempt, what attempts need: so that a fork finds it all in memory.

Runs in the engine, which forks judges, or in a spawned judge. It must not start threads, touch an accelerator, or run
a backward pass: each would break processes forked later.
"""

import gc
import importlib
import os
from collections.abc import Iterable

# Modules that torch, torchvision, pytest and hypothesis import only at first use, each paid for by the first attempt
# that meets it. Found by `python benchmarks/lazy_imports.py`.
LAZY = (
    "_pytest._argcomplete",
    "_pytest.assertion",
    "_pytest.helpconfig",
    "_pytest.monkeypatch",
    "_pytest.python",
    "hypothesis.internal.conjecture.optimiser",
    "multiprocessing.queues",
    "multiprocessing.synchronize",
)


class PreloadFailed(Exception):
    """A module that a course asks to preload cannot be imported; the message names it."""


def prepare_environment() -> None:
    """Set what must be set before torch, numpy or pytest are imported."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    # Asks the driver whether CUDA is there without making a context, which a fork could not use.
    os.environ["PYTORCH_NVML_BASED_CUDA_CHECK"] = "1"
    # A thread pool does not survive a fork, and exercises are too small to gain from one.
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"


def warm_up() -> None:
    """Import torch, pytest, hypothesis, the judge itself and their lazy parts; ImportError passes to the caller."""
    prepare_environment()
    import torch

    torch.set_num_threads(1)
    for name in ("tutor.checks", "tutor.judge.run", *LAZY):
        _import_if_there(name)
    gc.collect()
    gc.freeze()


def preload(modules: Iterable[str]) -> None:
    """Import a course's own modules; raises PreloadFailed naming the first that cannot be imported."""
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise PreloadFailed(f"The course preloads {name!r}, which cannot be imported: {error}.") from error
    gc.collect()
    gc.freeze()


def _import_if_there(name: str) -> None:
    """Import `name`, unless this release of its library has no such module."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        if name.startswith("tutor."):
            raise
