"""What a check shows a learner beside its verdict: plots, images, heat maps and decision boundaries.

Showing never changes what a check comes to: an exhibit that cannot be made is left out. The learner's values are read
as plain numbers, whatever their types claim; none of their code is called.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from tutor.attempt.exhibit import (
    MOST_MARKS,
    MOST_PICTURES,
    MOST_PIXELS,
    MOST_POINTS,
    MOST_SERIES,
    HeatMap,
    Image,
    Mark,
    Number,
    Picture,
    Plot,
    Series,
)
from tutor.judge.exhibits import offer
from tutor.judge.format import cap, format_shape, format_value
from tutor.judge.snapshot import Array, is_array, is_tensor, snapshot

_TITLE, _LABEL, _TEXT = 120, 40, 400  # characters
_MOST_READ = 100_000  # numbers of a list
_LARGEST = 20_000_000  # elements of a tensor
SIGNS = "ox+*#@%&"  # of classes, by number
_GROUNDS = " .:-=~^,"  # the same classes' places where there are no colours
# Eight colours that people with any kind of colour vision tell apart (after Okabe and Ito), as background: paler.
_CLASSES = (
    *((86, 180, 233), (230, 159, 0), (0, 158, 115), (240, 228, 66)),
    *((0, 114, 178), (213, 94, 0), (204, 121, 167), (150, 150, 150)),
)


def show_plot(title: str, series: Mapping[str, Any], *, x: str = "", y: str = "", text: str = "") -> None:
    """Show lines over one pair of axes; `x` and `y` name the axes.

    `series` maps a name to its numbers y (a list, tuple, array or tensor of any shape, read in order), drawn at
    x = 1, 2, 3, ..., or to a pair (xs, ys) of a tuple of two lists or tensors. What is no finite number is a gap.
    `text` says in a sentence what is to see; left out, tutor writes one. Up to 6 lines of 400 points are kept.
    Never raises.
    """
    offer(lambda: _plot(title, series, x, y, text))


def show_image(title: str, images: Any, labels: Sequence[Any] = (), *, text: str = "") -> None:
    """Show a picture or a list of them, each with its label below.

    A picture is a tensor or array (C, H, W) with 1 or 3 channels, or (H, W). uint8 is 0 to 255; floats within 0 to 1
    are that, others are stretched from their smallest to their largest. Pictures larger than 64 by 64 are thinned out,
    and 12 are kept. `text` as in `show_plot`. Never raises.
    """
    offer(lambda: _image(title, images, labels, text))


def show_heat_map(
    title: str, matrix: Any, *, low: float | None = None, high: float | None = None, text: str = ""
) -> None:
    """Show a matrix (rows, columns) of numbers as colours from `low` to `high` (left out: its smallest and largest).

    More than 64 rows or columns are thinned out. `text` as in `show_plot`. Never raises.
    """
    offer(lambda: _heat_map(title, matrix, low, high, text))


def show_boundary(
    title: str,
    classes: Any,
    points: Any = (),
    labels: Any = (),
    *,
    extent: tuple[float, float, float, float],
    text: str = "",
) -> None:
    """Show which class a model gives to each place of a plane, with points and their true classes upon it.

    `classes` (H, W) are whole numbers, row 0 at the smallest y, or a mapping from names to such, for models side by
    side; `extent` is (left, right, bottom, top); `points` (N, 2) are pairs (x, y), and `labels` (N,) their classes.
    `boundary_grid` makes the places. `text` as in `show_plot`. Never raises.
    """
    offer(lambda: _boundary(title, classes, points, labels, extent, text))


def boundary_grid(
    extent: tuple[float, float, float, float], size: int = 48, *, dtype: torch.dtype = torch.float32
) -> torch.Tensor:
    """The places of `show_boundary`: a tensor (size * size, 2) of pairs (x, y), row by row from the smallest y."""
    left, right, bottom, top = extent
    x, y = (torch.linspace(low, high, size, dtype=dtype) for low, high in ((left, right), (bottom, top)))
    return torch.cartesian_prod(y, x).flip(1)


def _plot(title: str, series: Mapping[str, Any], x: str, y: str, text: str) -> Plot:
    lines, cut = [], []
    for name, values in list(series.items())[:MOST_SERIES]:
        pair = type(values) is tuple and len(values) == 2 and not any(isinstance(one, int | float) for one in values)
        ys = _numbers(values[1] if pair else values)
        xs = _numbers(values[0]) if pair else [float(n) for n in range(1, len(ys) + 1)]
        if len(xs) != len(ys):
            raise ValueError(f"{name!r} has {len(xs)} x and {len(ys)} y")
        kept = _thinned(len(ys), MOST_POINTS)
        if len(kept) < len(ys):
            cut.append(f"{len(kept)} of {len(ys):,} points of a line are drawn")
        lines.append(Series(name=_line(name, _LABEL), x=tuple(xs[n] for n in kept), y=tuple(ys[n] for n in kept)))
    if len(series) > MOST_SERIES:
        cut.append(f"{len(series) - MOST_SERIES} more lines left out")
    title, x, y = _line(title, _TITLE), _line(x, _LABEL), _line(y, _LABEL)
    told = text or _plot_text(lines, x, y)
    return Plot(
        title=title,
        text=_line(told, _TEXT),
        series=tuple(lines),
        x_label=x,
        y_label=y,
        cut=_line("; ".join(dict.fromkeys(cut)), 200),
    )


def _plot_text(lines: list[Series], x: str, y: str) -> str:
    parts = []
    for line in lines:
        there = [value for value in line.y if value is not None]
        if there:
            parts.append(f"{line.name} goes from {there[0]:.3g} to {there[-1]:.3g}")
        else:
            parts.append(f"{line.name} has no finite number")
    axes = f"{y or 'values'} over {x}" if x else y or "values"
    return f"A plot of {axes}: {'; '.join(parts)}."


def _image(title: str, images: Any, labels: Sequence[Any], text: str) -> Image:
    if is_tensor(images) or is_array(images):
        every = list(_values(images)[0]) if len(snapshot(images, corner=1).shape) == 4 else [images]
    elif type(images) in (list, tuple):
        every = list(images)
    else:
        raise TypeError(f"a {type(images).__name__} is no picture and no list of pictures")
    names = [_line(label, _LABEL) for label in list(labels)[: len(every)]]
    names += [""] * (len(every) - len(names))
    pictures, shapes, cut = [], [], []
    for image, name in list(zip(every, names, strict=True))[:MOST_PICTURES]:
        pixels, shape, thinned = _pixels(image)
        shapes.append(f"{name} {format_shape(shape)}".strip())
        pictures.append(Picture(width=pixels.shape[1], height=pixels.shape[0], rgb=pixels.tobytes(), label=name))
        if thinned:
            cut.append(f"{name or 'a picture'} of {format_shape(shape)} is drawn smaller")
    if not pictures:
        raise ValueError(f"{title!r} has no picture")
    if len(every) > MOST_PICTURES:
        cut.append(f"{len(every) - MOST_PICTURES} more pictures left out")
    count = "1 picture" if len(pictures) == 1 else f"{len(pictures)} pictures"
    told = text or f"{count}: {', '.join(shapes)}."
    return Image(
        title=_line(title, _TITLE),
        text=_line(told, _TEXT),
        pictures=tuple(pictures),
        cut=_line("; ".join(dict.fromkeys(cut)), 200),
    )


def _pixels(image: Any) -> tuple[Array, tuple[int, ...], bool]:
    """A picture as bytes (H, W, 3), the shape it came in, and whether it was thinned out."""
    values, shape, dtype = _values(image)
    if values.ndim == 2:
        values = values[None]
    if values.ndim != 3 or values.shape[0] not in (1, 3) or 0 in values.shape:
        raise ValueError(f"a picture of shape {format_shape(shape)} is neither (C, H, W) nor (H, W)")
    rows, columns = (_thinned(side, MOST_PIXELS) for side in values.shape[1:])
    thin = values[:, rows][:, :, columns].astype(np.float64)
    if dtype == "bool":
        thin = thin * 255
    elif dtype != "uint8":
        thin = _stretched(thin) * 255
    pixels = np.clip(np.nan_to_num(np.round(thin)), 0, 255).astype(np.uint8)
    return np.repeat(pixels, 3 // pixels.shape[0], axis=0).transpose(1, 2, 0), shape, thin.shape != values.shape


def _stretched(values: Array) -> Array:
    """Values from 0 to 1: as they are when they lie there, else from their smallest finite one to their largest."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return np.zeros_like(values)
    low, high = float(finite.min()), float(finite.max())
    if low >= 0 and high <= 1:
        return values
    return (np.nan_to_num(values, nan=low, posinf=high, neginf=low) - low) / ((high - low) or 1)


def _heat_map(title: str, matrix: Any, low: float | None, high: float | None, text: str) -> HeatMap:
    values, shape, _ = _values(matrix)
    if values.ndim != 2 or 0 in values.shape:
        raise ValueError(f"a heat map needs a matrix, and this has shape {format_shape(shape)}")
    kept = [_thinned(side, MOST_PIXELS) for side in values.shape]
    thin = values[kept[0]][:, kept[1]].astype(np.float64)
    rows = tuple(tuple(_number(value) for value in row) for row in thin.tolist())
    there = [value for row in rows for value in row if value is not None]
    smallest, largest = (min(there), max(there)) if there else (0.0, 0.0)
    told = text or f"A matrix {format_shape(shape)} of numbers from {smallest:.3g} to {largest:.3g}."
    return HeatMap(
        title=_line(title, _TITLE),
        text=_line(told, _TEXT),
        rows=rows,
        low=smallest if low is None else float(low),
        high=largest if high is None else float(high),
        cut=f"{thin.shape[0]} of {shape[0]:,} rows and {thin.shape[1]} of {shape[1]:,} columns are drawn"
        if thin.shape != values.shape
        else "",
    )


def _boundary(
    title: str, classes: Any, points: Any, labels: Any, extent: tuple[float, float, float, float], text: str
) -> Image:
    models = classes if isinstance(classes, Mapping) else {"": classes}
    pictures, seen = [], set()
    for name, one in list(models.items())[:MOST_PICTURES]:
        numbers = _plane(one)
        height, width = numbers.shape
        palette, grounds = np.asarray(_CLASSES, dtype=np.uint8), np.asarray(list(_GROUNDS))
        pictures.append(
            Picture(
                width=width,
                height=height,
                rgb=palette[numbers % len(palette)].tobytes(),
                label=_line(name, _LABEL),
                marks=tuple(_marks(points, labels, extent, width, height)),
                letters="".join(grounds[numbers % len(grounds)].flat),
            )
        )
        seen.update(np.unique(numbers).tolist())
    told = text or f"The plane by class, points on it by sign: {_signs(sorted(seen)[:8])}."
    return Image(title=_line(title, _TITLE), text=_line(told, _TEXT), pictures=tuple(pictures))


def _plane(classes: Any) -> Array:
    """The classes' whole numbers (H, W) as they are drawn: thinned out, the largest y on top."""
    values, shape, _ = _values(classes)
    if values.ndim != 2 or 0 in values.shape:
        raise ValueError(f"classes need the shape (H, W), and have {format_shape(shape)}")
    rows, columns = (_thinned(side, MOST_PIXELS) for side in shape)
    return np.nan_to_num(values[rows][:, columns].astype(np.float64)).astype(np.int64)[::-1]


def _signs(numbers: list[int]) -> str:
    """How the points and the places of each class are drawn."""
    return ", ".join(
        f"{SIGNS[n % len(SIGNS)]} on {_GROUNDS[n % len(_GROUNDS)].strip() or 'blank'} for class {n}" for n in numbers
    )


def _marks(points: Any, labels: Any, extent: tuple[float, float, float, float], width: int, height: int) -> list[Mark]:
    left, right, bottom, top = extent
    xy = _numbers(points)
    signs = [int(one or 0) for one in _numbers(labels)] or [0] * (len(xy) // 2)
    marks = []
    for n in _thinned(min(len(xy) // 2, len(signs)), MOST_MARKS):
        x, y = xy[2 * n], xy[2 * n + 1]
        if x is not None and y is not None and left <= x <= right and bottom <= y <= top:
            column = round((x - left) / (right - left) * (width - 1))
            row = round((top - y) / (top - bottom) * (height - 1))
            marks.append(Mark(x=column, y=row, sign=SIGNS[signs[n] % len(SIGNS)]))
    return marks


def _values(value: Any) -> tuple[Array, tuple[int, ...], str]:
    """A tensor's or array's values as NumPy, its shape and its dtype; lists are read as tensors are made of them."""
    if type(value) in (list, tuple):
        value = torch.tensor([[_number(one) or 0.0 for one in row] for row in value])
    if not is_tensor(value) and not is_array(value):
        raise TypeError(f"a {type(value).__name__} holds no numbers to show")
    facts = snapshot(value, corner=1)
    if math.prod(facts.shape) > _LARGEST:
        raise ValueError(f"a tensor of shape {format_shape(facts.shape)} is too large to be shown")
    whole = snapshot(value, copy=True)
    if whole.values is None or whole.values.dtype.kind not in "biuf":
        raise ValueError("its values are no real numbers")
    return whole.values, whole.shape, whole.dtype


def _numbers(values: Any) -> list[Number]:
    """Numbers in order; None stands for whatever is not finite."""
    if is_tensor(values) or is_array(values):
        array, _, _ = _values(values)
        return [_number(one) for one in array.reshape(-1)[:_MOST_READ].tolist()]
    if type(values) not in (list, tuple, range):
        raise TypeError(f"a {type(values).__name__} is no list of numbers")
    if any(type(one) in (list, tuple) for one in values[:1]):
        return [_number(one) for row in values[:_MOST_READ] for one in row]
    return [_number(one) for one in values[:_MOST_READ]]


def _number(value: Any) -> Number:
    """A finite number to six digits; None for anything else."""
    if is_tensor(value):
        read = snapshot(value, corner=1)
        value = read.values.item() if math.prod(read.shape) == 1 and read.values is not None else None
    if type(value) not in (int, float, bool, np.float64, np.float32):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return float(f"{number:.6g}") if math.isfinite(number) else None


def _thinned(count: int, most: int) -> list[int]:
    """Evenly spread indices, at most `most`, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return [round(n * (count - 1) / (most - 1)) for n in range(most)]


def _line(text: Any, limit: int) -> str:
    """Plain text in one line."""
    shown = text if type(text) is str else format_value(text, limit)
    return cap(" ".join(shown[: 4 * limit].split()), limit)
