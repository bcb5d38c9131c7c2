"""Draws pictures and heat maps: two pixels to a cell by half blocks, or shades of characters where colours are not.

It knows pixels and cells. What is drawn when is `tutor.show.exhibits`'s.
"""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

from rich.cells import cell_len, set_cell_size
from rich.color import Color
from rich.style import Style
from rich.text import Text

from tutor.attempt.exhibit import HeatMap, Picture
from tutor.show.look import MUTED
from tutor.show.plain import clean_line

RGB = tuple[int, int, int]
Pixels = list[list[RGB | None]]
_Pixel = TypeVar("_Pixel")

_SHADES = " .:-=+*#%@"
# From dark blue through grey to yellow: even steps of lightness, told apart by every kind of colour vision.
_SCALE: tuple[RGB, ...] = ((0, 32, 81), (40, 66, 110), (86, 99, 111), (124, 123, 120), (167, 154, 104), (253, 234, 69))
_ALONE, _FEW, _MANY = 44, 28, 20  # pixels along the longer side, by how many pictures there are
_GAP = 2
_UPPER, _LOWER = "▀", "▄"
_NO_STYLE = Style.null()
_LARGEST_ELEMENT = 4  # pixels along a side of one element of a heat map


def pictures_lines(pictures: Sequence[Picture], width: int, *, plain: bool) -> list[Text]:
    """The lines of text that show pictures beside one another, as many in a row as `width` cells hold."""
    side = _ALONE if len(pictures) == 1 else _FEW if len(pictures) <= 3 else _MANY
    shown: list[Text] = []
    blocks = [_block(picture, min(side, width), plain=plain) for picture in pictures]
    while blocks:
        row = [blocks.pop(0)]
        while blocks and sum(len(one[0]) + _GAP for one in row) + len(blocks[0][0]) <= width:
            row.append(blocks.pop(0))
        height = max(len(block) for block in row)
        if shown:
            shown.append(Text())
        for n in range(height):
            line = Text(no_wrap=True)
            for number, block in enumerate(row):
                line.append(" " * _GAP if number else "")
                line.append_text(block[n].copy() if n < len(block) else Text(" " * len(block[0])))
            line.rstrip()
            shown.append(line)
    return shown


def heat_map_lines(heat_map: HeatMap, width: int, *, plain: bool) -> list[Text]:
    """The lines of text that show `heat_map` in `width` cells, with its scale below."""
    low, high = heat_map.low, heat_map.high
    side = _LARGEST_ELEMENT * max(len(heat_map.rows), len(heat_map.rows[0]))
    rows = _scaled([list(row) for row in heat_map.rows], min(_ALONE, width, side))
    pixels: Pixels = [[None if value is None else _on_scale(value, low, high) for value in row] for row in rows]
    scale = Text(f"{low:.3g} ", MUTED, no_wrap=True)
    for n in range(10):
        colour = _on_scale(n, 0, 9)
        if plain:
            scale.append(_shade(colour), "not dim")
        else:
            scale.append(" ", Style(bgcolor=_colour(colour)))
    scale.append(f" {high:.3g}")
    return [*_cells(pixels, {}, plain=plain), scale]


def _block(picture: Picture, side: int, *, plain: bool) -> list[Text]:
    """One picture with its label, all lines of one width."""
    width, height = picture.width, picture.height
    flat = picture.rgb
    if width < 1 or height < 1 or len(flat) != 3 * width * height:
        return [Text("?")]
    rows: Pixels = [
        [(flat[at], flat[at + 1], flat[at + 2]) for at in range(3 * width * row, 3 * width * (row + 1), 3)]
        for row in range(height)
    ]
    scaled = _scaled(rows, side)
    marks = {
        (mark.y * len(scaled) // height // 2, mark.x * len(scaled[0]) // width): mark.sign for mark in picture.marks
    }
    if plain and len(picture.letters) == width * height:
        letters = [list(picture.letters[width * row : width * (row + 1)]) for row in range(height)]
        lines = _letters(_scaled(letters, side), marks)
    else:
        lines = _cells(scaled, marks, plain=plain)
    if picture.label:
        label = clean_line(picture.label)
        room = len(lines[0])
        if cell_len(label) > room:
            wider = min(cell_len(label), max(room, 8))
            for line in lines:
                line.append(" " * (wider - room))
            label = label if cell_len(label) <= wider else f"{set_cell_size(label, wider - 1)}…"
            room = wider
        lines.append(Text(set_cell_size(label, room), MUTED))
    return lines


def _scaled(rows: list[list[_Pixel]], side: int) -> list[list[_Pixel]]:
    """The same picture with whole steps larger, or thinned out, so that its longer side comes near `side`."""
    height, width = len(rows), len(rows[0])
    longest = max(height, width)
    if longest <= side:
        factor = side // longest
        return [[value for value in row for _ in range(factor)] for row in rows for _ in range(factor)]
    down, across = (max(1, round(length * side / longest)) for length in (height, width))
    return [[rows[y * height // down][x * width // across] for x in range(across)] for y in range(down)]


def _cells(pixels: Pixels, marks: dict[tuple[int, int], str], *, plain: bool) -> list[Text]:
    """Two rows of pixels to a line; without colours their mean lightness as a shade."""
    lines = []
    for number in range(0, len(pixels), 2):
        upper = pixels[number]
        lower = pixels[number + 1] if number + 1 < len(pixels) else [None] * len(upper)
        cells: list[tuple[str, Style]] = []
        for column, (one, other) in enumerate(zip(upper, lower, strict=True)):
            sign = marks.get((number // 2, column))
            if plain:
                cells.append((sign or _shade(one, other), _NO_STYLE))
            elif sign:
                cells.append((sign, Style(color="black", bold=True, bgcolor=_colour(one or other))))
            elif one is None:
                cells.append((" ", _NO_STYLE) if other is None else (_LOWER, Style(color=_colour(other))))
            else:
                cells.append((_UPPER, Style(color=_colour(one), bgcolor=_colour(other))))
        # equal neighbours as one run: a picture is sent in a tenth of the bytes, which counts over a slow line
        runs = (("".join(sign for sign, _ in run), style) for style, run in groupby(cells, itemgetter(1)))
        lines.append(Text.assemble(*runs, no_wrap=True))
    return lines


def _letters(letters: list[list[str]], marks: dict[tuple[int, int], str]) -> list[Text]:
    """The upper of two rows of letters to a line: a cell is twice as high as it is wide."""
    return [
        Text("".join(marks.get((number, column), one) for column, one in enumerate(row)), no_wrap=True)
        for number, row in enumerate(letters[::2])
    ]


def _colour(pixel: RGB | None) -> Color | None:
    return None if pixel is None else Color.from_rgb(*pixel)


def _shade(*pixels: RGB | None) -> str:
    there = [pixel for pixel in pixels if pixel is not None]
    if not there:
        return "?"
    lightness = sum(0.299 * red + 0.587 * green + 0.114 * blue for red, green, blue in there) / len(there)
    return _SHADES[min(int(lightness / 256 * len(_SHADES)), len(_SHADES) - 1)]


def _on_scale(value: float, low: float, high: float) -> RGB:
    """The colour of a number between the ends of the scale."""
    share = 0.0 if high <= low else max(0.0, min(1.0, (value - low) / (high - low)))
    place = share * (len(_SCALE) - 1)
    below = min(int(place), len(_SCALE) - 2)
    return tuple(  # type: ignore[return-value]
        round(a + (b - a) * (place - below)) for a, b in zip(_SCALE[below], _SCALE[below + 1], strict=True)
    )
