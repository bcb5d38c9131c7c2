"""The engine does not wear out: a short soak of good and bad answers (`benchmarks/soak.py` is the long one)."""

import sys
from pathlib import Path

import pytest
from faults import House

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import soak

pytestmark = pytest.mark.proof


def test_sixty_attempts_leave_the_engine_as_it_was(house: House, layers: frozenset[str]) -> None:
    quick = [fault for fault in soak.quick_faults(layers) if fault.limit > soak.LONGEST]
    assert len(quick) > 30
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(soak, "quick_faults", lambda _: quick)
        table, well = soak.soak(house, attempts=60, warm=20)
    assert well, f"\n{table}"
