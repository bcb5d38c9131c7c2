"""What was expected against what came, as frozen records that can cross a pipe and be drawn by any face.

This module owns the shape of a diff. It must not compute one (that is `tutor.judge`) nor draw one (`tutor.show`).
Values are carried as text already formatted for display: a diff holds no tensors and no live objects.
"""

from msgspec import Struct

Index = tuple[int, ...]


class Statistics(Struct, frozen=True, kw_only=True):
    """Summary of a tensor's values; minimum, maximum and mean are over its finite elements, None when it has none."""

    minimum: float | None
    maximum: float | None
    mean: float | None
    nan: int = 0
    positive_infinity: int = 0
    negative_infinity: int = 0


class TensorFacts(Struct, frozen=True, kw_only=True):
    """One side of a tensor diff: everything but the values."""

    type: str  # "Tensor", "Parameter"
    shape: Index
    dtype: str  # "float32", without "torch."
    device: str
    requires_grad: bool
    statistics: Statistics | None = None


class Extreme(Struct, frozen=True, kw_only=True):
    """The largest difference and where it is."""

    value: float
    index: Index


class FirstDifference(Struct, frozen=True, kw_only=True):
    """The first differing element in row-major order."""

    index: Index
    expected: str
    actual: str


class Window(Struct, frozen=True, kw_only=True):
    """A small two-dimensional cut-out of both tensors around the first difference.

    `corner` is the full index of the cut-out's top-left cell; rows run along the second to last dimension, columns
    along the last (a 1-D tensor has one row). The three tables have the same shape.
    """

    corner: Index
    expected: tuple[tuple[str, ...], ...]
    actual: tuple[tuple[str, ...], ...]
    differs: tuple[tuple[bool, ...], ...]


class ErrorMap(Struct, frozen=True, kw_only=True):
    """How large |actual - expected| is all over a matrix: the one at the index `leading`, a 1-D tensor as one row.

    A cell of `rows` holds the largest error among `block` (rows, columns) elements, from 0 to `largest`.
    """

    leading: Index
    rows: tuple[tuple[float, ...], ...]
    block: tuple[int, int]
    largest: float


class TensorDiff(Struct, frozen=True, kw_only=True, tag_field="kind", tag="tensor"):
    """Two tensors that differ. The counts and everything after them are None when the shapes differ.

    Two elements differ when they are not close within `absolute_tolerance + relative_tolerance * |expected|` (nan
    equals nan). `largest_absolute` and `largest_relative`, |actual - expected| / |expected|, are over those that differ
    and are finite; None where there are none, and for booleans.
    """

    name: str
    expected: TensorFacts
    actual: TensorFacts
    differing: int | None = None
    total: int | None = None
    largest_absolute: Extreme | None = None
    largest_relative: Extreme | None = None
    first: FirstDifference | None = None
    window: Window | None = None
    errors: ErrorMap | None = None  # where there is more to see than in the window
    relative_tolerance: float | None = None
    absolute_tolerance: float | None = None


class ValueDiff(Struct, frozen=True, kw_only=True, tag_field="kind", tag="value"):
    """Two values that differ in type or content, as capped text; `difference` is actual - expected for numbers."""

    name: str
    expected_type: str
    actual_type: str
    expected: str
    actual: str
    difference: float | None = None


class TextDiff(Struct, frozen=True, kw_only=True, tag_field="kind", tag="text"):
    """Two strings that differ; `lines` are difflib.ndiff's, each starting with "- ", "+ ", "? " or "  "."""

    name: str
    expected: str
    actual: str
    lines: tuple[str, ...]


class Entry(Struct, frozen=True, kw_only=True):
    """One entry of a container that differs, with the diff of its value."""

    key: str
    diff: "Diff"


class EntriesDiff(Struct, frozen=True, kw_only=True, tag_field="kind", tag="entries"):
    """Two containers (sequence, mapping, state_dict, module) compared entry by entry.

    `missing` are keys only expected, `unexpected` keys only present; `matching` counts the entries that agree.
    """

    name: str
    container: str  # "list", "tuple", "dict", "state_dict", "Module"
    expected_length: int
    actual_length: int
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    matching: int = 0
    entries: tuple[Entry, ...] = ()


class Frame(Struct, frozen=True, kw_only=True):
    """One frame of the learner's own file."""

    file: str  # as the learner knows it: exercises/05_custom_dataset.py
    line: int
    function: str
    source: str


class ExceptionDiff(Struct, frozen=True, kw_only=True, tag_field="kind", tag="exception"):
    """The answer raised. `frames` are the learner's only, the one nearest the error first."""

    type: str
    message: str
    frames: tuple[Frame, ...] = ()


Diff = TensorDiff | ValueDiff | TextDiff | EntriesDiff | ExceptionDiff
