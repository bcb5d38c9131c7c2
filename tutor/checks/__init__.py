"""What authors of checks import: assertions, spies, probes, strategies, trajectories, exhibits, marks of answers.

This module re-exports the public API and nothing else; docs/checks-api.md shows each name at work.
"""

from tutor.checks.answers import declared, excuse, rewritten, right, wrong
from tutor.checks.assertions import (
    assert_close,
    assert_equal,
    assert_gradients_close,
    assert_raises,
    assert_type,
    expect,
    kind_of,
)
from tutor.checks.calls import LoaderSpy, record_calls
from tutor.checks.devices import DeviceRecorder, home, reading_from_meta
from tutor.checks.exhibits import boundary_grid, show_boundary, show_heat_map, show_image, show_plot
from tutor.checks.probes import rng_untouched, unchanged
from tutor.checks.program import Program, imported_again, run_program
from tutor.checks.source import source_of
from tutor.checks.spies import forbid
from tutor.checks.strategies import devices, dtypes, points, shapes, special_tensors, tensors
from tutor.checks.trajectory import (
    CONFIGURATIONS,
    GradientWatch,
    GraphCounter,
    assert_number,
    assert_same_trajectory,
    evaluate_reference,
    fixed_loader,
    leave_old_gradients,
    small_classifier,
    state_by_mistake,
    train_reference,
)
from tutor.judge.mismatch import Mismatch

__all__ = [
    "CONFIGURATIONS",
    "DeviceRecorder",
    "GradientWatch",
    "GraphCounter",
    "LoaderSpy",
    "Mismatch",
    "Program",
    "assert_close",
    "assert_equal",
    "assert_gradients_close",
    "assert_number",
    "assert_raises",
    "assert_same_trajectory",
    "assert_type",
    "boundary_grid",
    "declared",
    "devices",
    "dtypes",
    "evaluate_reference",
    "excuse",
    "expect",
    "fixed_loader",
    "forbid",
    "home",
    "imported_again",
    "kind_of",
    "leave_old_gradients",
    "points",
    "reading_from_meta",
    "record_calls",
    "rewritten",
    "right",
    "rng_untouched",
    "run_program",
    "shapes",
    "show_boundary",
    "show_heat_map",
    "show_image",
    "show_plot",
    "small_classifier",
    "source_of",
    "special_tensors",
    "state_by_mistake",
    "tensors",
    "train_reference",
    "unchanged",
    "wrong",
]
