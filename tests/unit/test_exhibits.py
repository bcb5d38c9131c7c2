"""What checks show: read from a learner's values without trusting them, small, and never able to fail a check."""

import math
import warnings
from typing import Any

import msgspec
import pytest
import torch

from tutor.attempt.exhibit import MOST_BYTES, MOST_EXHIBITS, Exhibit, HeatMap, Image, Plot
from tutor.checks import boundary_grid, show_boundary, show_heat_map, show_image, show_plot
from tutor.judge.exhibits import ExhibitDropped, gathering


def shown(show: Any, *arguments: Any, **options: Any) -> Any:
    """The one exhibit that a call makes, None when it was dropped; also that it survives the pipe."""
    with gathering() as offered:
        show(*arguments, **options)
    exhibit = next(iter(offered.values()), None)
    if exhibit is not None:
        assert msgspec.json.decode(msgspec.json.encode(exhibit), type=Exhibit) == exhibit
        assert len(msgspec.json.encode(exhibit)) <= MOST_BYTES
    return exhibit


class Hostile(torch.Tensor):
    """A tensor whose every method and function lies."""

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        raise SystemExit("not to be called")


class Shouting(list[float]):
    """A list that runs code when it is read."""

    def __iter__(self) -> Any:
        raise SystemExit("not to be called")

    def __len__(self) -> int:
        raise SystemExit("not to be called")


def test_a_plot_holds_numbers_and_gaps() -> None:
    values = [1.0, math.nan, torch.tensor(2.0, requires_grad=True) * 1, "three", math.inf, 10**400, True]
    plot = shown(show_plot, "Loss", {"yours": values, "theirs": torch.arange(3)}, x="epoch", y="loss")
    assert isinstance(plot, Plot)
    assert plot.series[0].y == (1.0, None, 2.0, None, None, None, 1.0)
    assert plot.series[0].x == (1, 2, 3, 4, 5, 6, 7) and plot.series[1].y == (0, 1, 2)
    assert plot.text == "A plot of loss over epoch: yours goes from 1 to 1; theirs goes from 0 to 2."


def test_a_plot_over_x() -> None:
    plot = shown(show_plot, "Curve", {"f": ([0.0, 0.5], torch.tensor([1.0, 2.0]))}, text="It rises.")
    assert (plot.series[0].x, plot.series[0].y, plot.text) == ((0.0, 0.5), (1.0, 2.0), "It rises.")


def test_long_plots_are_thinned_and_say_so() -> None:
    plot = shown(show_plot, "Loss", {str(n): [n + i / 7 for i in range(5000)] for n in range(8)})
    assert all(len(line.y) == 400 and (line.x[0], line.x[-1]) == (1, 5000) for line in plot.series)
    assert "400 of 5,000 points" in plot.cut and "more lines left out" in plot.cut


@pytest.mark.parametrize(
    ("image", "first"),
    [
        (torch.full((1, 2, 3), 200, dtype=torch.uint8), (200, 200, 200)),
        (torch.full((3, 2, 3), 0.5), (128, 128, 128)),
        (torch.tensor([[True, False, True], [False, True, False]]), (255, 255, 255)),
        (torch.tensor([[5.0, 1.0, math.nan], [1.0, 1.0, 1.0]]), (255, 255, 255)),
        (torch.full((2, 3), 0.25).requires_grad_(), (64, 64, 64)),
        (torch.tensor([[0.25] * 3] * 2).as_subclass(Hostile), (64, 64, 64)),
    ],
)
def test_pictures_become_bytes(image: torch.Tensor, first: tuple[int, int, int]) -> None:
    exhibit = shown(show_image, "First", image, ["a label"])
    assert isinstance(exhibit, Image)
    (picture,) = exhibit.pictures
    assert (picture.width, picture.height, len(picture.rgb), picture.label) == (3, 2, 18, "a label")
    assert tuple(picture.rgb[:3]) == first


def test_many_large_pictures_are_cut() -> None:
    exhibit = shown(show_image, "All", torch.rand(20, 3, 200, 100))
    assert exhibit.pictures[0].width == exhibit.pictures[0].height == 64
    assert len(exhibit.pictures) < 12 and "more pictures left out" in exhibit.cut


def test_a_heat_map_keeps_gaps_and_ends() -> None:
    heat_map = shown(show_heat_map, "Error", torch.tensor([[0.0, math.inf], [2.0, -1.0]]), low=0.0)
    assert isinstance(heat_map, HeatMap)
    assert heat_map.rows == ((0.0, None), (2.0, -1.0)) and (heat_map.low, heat_map.high) == (0.0, 2.0)
    assert shown(show_heat_map, "Large", torch.rand(500, 3)).cut == "64 of 500 rows and 3 of 3 columns are drawn"


def test_a_boundary_has_its_points_where_they_are() -> None:
    extent = (-1.0, 1.0, 0.0, 2.0)
    places = boundary_grid(extent, 5)
    assert places.shape == (25, 2) and places[0].tolist() == [-1, 0] and places[1].tolist() == [-0.5, 0]
    right = (places[:, 0] > 0).long().reshape(5, 5)
    exhibit = shown(show_boundary, "Half", right, [[1.0, 0.0], [-1.0, 2.0], [9.0, 9.0]], [1, 0, 1], extent=extent)
    (picture,) = exhibit.pictures
    assert [(mark.x, mark.y, mark.sign) for mark in picture.marks] == [(4, 4, "x"), (0, 0, "o")]
    assert picture.rgb[:3] != picture.rgb[-3:]


def test_boundaries_side_by_side_have_names_and_letters() -> None:
    classes = {"yours": torch.tensor([[0, 1], [1, 1]]), "reference": torch.tensor([[2, 2], [0, 3]])}
    exhibit = shown(show_boundary, "Two", classes, [[1.0, 1.0]], [2], extent=(0.0, 1.0, 0.0, 1.0))
    yours, reference = exhibit.pictures
    assert (yours.label, reference.label) == ("yours", "reference")
    assert (yours.letters, reference.letters) == (".. .", " -::")
    assert yours.marks == reference.marks and yours.marks[0].sign == "+"
    assert all(f"for class {n}" in exhibit.text for n in range(4))


@pytest.mark.parametrize(
    ("show", "arguments"),
    [
        (show_plot, ({"yours": Shouting([1.0])},)),
        (show_plot, ({"yours": object()},)),
        (show_plot, ({"yours": ([1.0], [1.0, 2.0])},)),
        (show_image, (Shouting(),)),
        (show_image, (torch.rand(2, 4, 4),)),
        (show_image, (torch.rand(3, 0, 4),)),
        (show_image, ([],)),
        (show_image, (torch.zeros(3, 4, 4, device="meta"),)),
        (show_image, (torch.zeros(2, 2, dtype=torch.complex64),)),
        (show_heat_map, (torch.rand(3),)),
        (show_heat_map, (None,)),
    ],
)
def test_what_cannot_be_shown_is_dropped(show: Any, arguments: tuple[Any, ...]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert shown(show, "Title", *arguments) is None
    with pytest.warns(ExhibitDropped):
        show("Title", *arguments)


def test_texts_are_plain_and_short() -> None:
    plot = shown(show_plot, "two\nlines " * 200, {"a" * 500: [1.0]}, x=torch.tensor(1))  # type: ignore[arg-type]
    assert len(plot.title) == 120 and "\n" not in plot.title
    assert len(plot.series[0].name) == 40 and len(plot.text) <= 400 and len(plot.x_label) <= 40


def test_a_later_one_takes_the_place_of_its_title_and_four_are_kept() -> None:
    with gathering() as offered:
        for number in range(10):
            show_plot("Same", {"yours": [number]})
        for number in range(10):
            show_plot(f"Other {number}", {"yours": [number]})
    assert list(offered) == ["Same", "Other 0", "Other 1", "Other 2"] and len(offered) == MOST_EXHIBITS
    assert offered["Same"].series[0].y == (9.0,)  # type: ignore[union-attr]


def test_nothing_is_remembered_between_checks() -> None:
    with gathering() as first:
        show_plot("One", {"yours": [1.0]})
    with gathering() as second:
        pass
    show_plot("Outside", {"yours": [1.0]})
    assert list(first) == ["One"] and not second
