"""What a check shows beside its verdict: plots, images and heat maps, as frozen records that can cross a pipe.

This module owns their shape and the limits of their size. It must not make one (that is `tutor.checks`) nor draw one
(`tutor.show`). An exhibit holds plain numbers and text, and nothing of the learner's that is alive.
"""

from msgspec import Struct

MOST_EXHIBITS = 4  # of one check
MOST_BYTES = 65_536  # of one exhibit, as JSON
MOST_SERIES = 6
MOST_POINTS = 400  # of one series
MOST_PICTURES = 12
MOST_PIXELS = 64  # along each side of a picture or a heat map
MOST_MARKS = 200

Number = float | None  # None where there is no finite number: a gap


class Series(Struct, frozen=True, kw_only=True):
    """One line of a plot: points (x, y), both of one length, in the order they are joined."""

    name: str
    x: tuple[Number, ...]
    y: tuple[Number, ...]


class Plot(Struct, frozen=True, kw_only=True, tag_field="kind", tag="plot"):
    """Numbers as lines over one pair of axes; `text` says in a sentence what is to see, for those who do not see it.

    Of every exhibit: `cut` says what was left out of it, "" when nothing was.
    """

    title: str
    text: str
    series: tuple[Series, ...]
    x_label: str = ""
    y_label: str = ""
    cut: str = ""


class Mark(Struct, frozen=True, kw_only=True):
    """A letter on a picture, in pixels from its left and upper edge."""

    x: int
    y: int
    sign: str


class Picture(Struct, frozen=True, kw_only=True):
    """Pixels row by row from the upper left, three bytes (red, green, blue) each.

    `letters`, one for each pixel, stand for them where there are no colours; "" leaves it to their lightness.
    """

    width: int
    height: int
    rgb: bytes
    label: str = ""
    marks: tuple[Mark, ...] = ()
    letters: str = ""


class Image(Struct, frozen=True, kw_only=True, tag_field="kind", tag="image"):
    """Small pictures beside one another; `text` and `cut` are a plot's."""

    title: str
    text: str
    pictures: tuple[Picture, ...]
    cut: str = ""


class HeatMap(Struct, frozen=True, kw_only=True, tag_field="kind", tag="heat_map"):
    """A matrix as colours from `low` to `high`; `text` and `cut` are a plot's."""

    title: str
    text: str
    rows: tuple[tuple[Number, ...], ...]
    low: float
    high: float
    cut: str = ""


Exhibit = Plot | Image | HeatMap
