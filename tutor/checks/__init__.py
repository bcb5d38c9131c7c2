"""What authors of checks import: assertions, spies, probes, hypothesis strategies and the marks of answers.

This module re-exports the public API and nothing else.
"""

from tutor.checks.answers import declared, excuse, right, wrong
from tutor.checks.assertions import assert_close, assert_equal, assert_raises, expect
from tutor.checks.probes import rng_untouched, unchanged
from tutor.checks.source import source_of
from tutor.checks.spies import forbid
from tutor.checks.strategies import points, shapes, tensors
from tutor.judge.mismatch import Mismatch

__all__ = [
    "Mismatch",
    "assert_close",
    "assert_equal",
    "assert_raises",
    "declared",
    "excuse",
    "expect",
    "forbid",
    "points",
    "right",
    "rng_untouched",
    "shapes",
    "source_of",
    "tensors",
    "unchanged",
    "wrong",
]
