"""One pair of arrays under diagnosis: how strong the evidence is, and whether a candidate really fits.

A candidate is looked at on a sample first, so that large tensors cost little; a claim is made only after the whole of
it fits. It must not know any particular transformation.
"""

import time
from functools import cached_property

import numpy as np

from tutor.judge.snapshot import Array
from tutor.judge.tolerance import Tolerance, is_close

_SAMPLE = 2000
_SMALL = 20_000
SORTABLE = 300_000  # elements; beyond, nothing that sorts or copies often is tried
_SECONDS = 0.4


class Case:
    """Arrays `a` (actual) and `e` (expected) of numbers, `name` of the value, and what counts as equal."""

    def __init__(self, a: Array, e: Array, tolerance: Tolerance, name: str = "") -> None:
        self.a, self.e, self.tolerance, self.name = a, e, tolerance, name
        self._until = time.monotonic() + _SECONDS

    def fits(self, made: Array, target: Array | None = None) -> bool:
        """Whether `made` equals `target` (the actual array when left out) in shape and every element."""
        target = self.a if target is None else target
        if made.shape != target.shape or self.late:
            return False
        if target.size > _SMALL:
            step = max(1, target.size // _SAMPLE)
            index = np.unravel_index(np.arange(0, target.size, step), target.shape)
            if not is_close(np.asarray(made[index]), np.asarray(target[index]), self.tolerance):
                return False
        return is_close(made, target, self.tolerance)

    @property
    def late(self) -> bool:
        """Whether the search has used up its time."""
        return time.monotonic() > self._until

    @property
    def sortable(self) -> bool:
        """Whether both arrays are small enough for candidates that need sorting or many copies."""
        return max(self.a.size, self.e.size) <= SORTABLE and not self.late

    @cached_property
    def finite(self) -> bool:
        """Whether both arrays have elements and all of them are finite."""
        return self.a.size > 0 and self.e.size > 0 and bool(np.isfinite(self.a).all() and np.isfinite(self.e).all())

    @cached_property
    def numeric(self) -> bool:
        """Whether both arrays hold real numbers (not booleans, not complex)."""
        return self.a.dtype.kind in "iuf" and self.e.dtype.kind in "iuf"

    @cached_property
    def reals(self) -> tuple[Array, Array]:
        """Both arrays in float64."""
        return self.a.astype(np.float64), self.e.astype(np.float64)

    @cached_property
    def distinct(self) -> Array:
        """Different expected values (of a sample when there are many)."""
        flat = self.e.reshape(-1)
        return np.unique(flat[:: max(1, flat.size // _SAMPLE)])

    @cached_property
    def weight(self) -> int:
        """How much the expected values prove: 1 for a round number such as 2.0 or 0.25, 3 for any other; 0 for 0, 1.

        A transformation without a free number is believed from 3, one with a free number from 3 beside its first value.
        """
        if self.distinct.dtype.kind not in "iuf":
            return 0
        values = self.distinct.astype(np.float64)
        values = values[np.isfinite(values) & (values != 0) & (np.abs(values) != 1)]
        return int(sum(1 if is_round(value) else 3 for value in values[:20].tolist()))

    @cached_property
    def ordered(self) -> bool:
        """Whether positions can be told apart: enough different elements for a claim about their order."""
        kinds = len(self.distinct)
        return kinds >= 3 or (kinds == 2 and (self.e.size >= 8 or self.weight >= 6))


def is_round(value: float) -> bool:
    """Whether a number is so simple (a small multiple of a quarter) that coincidences are likely."""
    return abs(value) <= 64 and float(value * 4).is_integer()
