"""Imports, before any attempt, what attempts need: so that a fork finds it all in memory.

Runs in the engine, which forks judges, or in a spawned judge. It must not start threads, touch an accelerator, or run
a backward pass: each would break processes forked later.
"""

import contextlib
import gc
import importlib
import os
from collections.abc import Iterable

from tutor.judge.missing import what_to_install

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
    "torch.export._trace",
)


class PreloadFailed(Exception):
    """A module that a course asks to preload cannot be imported; the message says what to install."""


def prepare_environment() -> None:
    """Set what must be set before torch, numpy or pytest are imported."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    # Asks the driver whether CUDA is there without making a context, which a fork could not use.
    os.environ["PYTORCH_NVML_BASED_CUDA_CHECK"] = "1"
    # A figure is looked at through its axes: no window may open, and none can inside a judge.
    os.environ["MPLBACKEND"] = "agg"
    # A thread pool does not survive a fork, and exercises are too small to gain from one.
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"


def warm_up() -> None:
    """Import torch, pytest, hypothesis, the judge itself and their lazy parts; ImportError passes to the caller."""
    prepare_environment()
    import torch

    torch.set_num_threads(1)
    _load_vmap_rules()
    _wrap_optimizers()
    for name in ("tutor.checks", "tutor.judge.run", *LAZY):
        _import_if_there(name)
    _settle_down()


def _load_vmap_rules() -> None:
    """Register what torch.vmap registers at its first use: done by an answer, it would look like tampering."""
    try:
        vmap = importlib.import_module("torch._functorch.vmap")
    except ImportError:  # another release has it elsewhere
        return
    getattr(vmap, "lazy_load_decompositions", lambda: None)()


def _wrap_optimizers() -> None:
    """Make one optimizer of each kind, as torch wraps `step` when the first of a class is made.

    Done by an answer, the wrapper would have to be told from tampering, which takes reading torch's source.
    """
    import torch

    weight = torch.zeros(1, 1, requires_grad=True)
    for kind in vars(torch.optim).values():
        if isinstance(kind, type) and issubclass(kind, torch.optim.Optimizer) and kind is not torch.optim.Optimizer:
            with contextlib.suppress(Exception):  # one that asks for more than parameters and a rate
                kind([weight], lr=0.1)  # type: ignore[call-arg]


def preload(modules: Iterable[str]) -> None:
    """Import a course's own modules; raises PreloadFailed naming the first that cannot be imported."""
    importlib.invalidate_caches()  # one may have been installed a moment ago
    for name in modules:
        try:
            importlib.import_module(name)
        except (Exception, SystemExit) as error:  # a broken library may raise anything
            needed = f"The course needs {name}. {what_to_install(name.partition('.')[0], error)}"
            raise PreloadFailed(needed) from error
    _settle_down()


def _settle_down() -> None:
    """Have hypothesis and the seal look at every module once, and keep the collector away from all there is.

    hypothesis collects constants from modules when it first draws: 0.1 s and 20 MB for each judge otherwise. Objects
    that are frozen are not touched by a judge's garbage collection, so that their pages stay shared.
    """
    from hypothesis import given
    from hypothesis import strategies as st

    from tutor.judge.integrity_watch import watched
    from tutor.judge.settings import use_hypothesis_profile

    @given(st.integers(), st.floats(), st.lists(st.sampled_from("ab")), st.data())
    def draw(integer: int, number: float, letters: list[str], data: st.DataObject) -> None:
        data.draw(st.booleans())

    use_hypothesis_profile(seed=0)
    draw()
    watched.cache_clear()
    watched()
    gc.collect()
    gc.freeze()


def _import_if_there(name: str) -> None:
    """Import `name`, unless this release of its library has no such module."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        if name.startswith("tutor."):
            raise
