"""Exhibits as a learner sees them: at every width, without colour, and with it."""

import io

import pytest
from rich.console import Console

from tutor.attempt.exhibit import Exhibit, HeatMap, Image, Mark, Picture, Plot, Series
from tutor.attempt.result import Attempt, CheckResult, Device, Outcome, Verdict
from tutor.show.exhibits import ExhibitView
from tutor.show.verdict import verdict_view


def line(name: str, *values: float | None) -> Series:
    return Series(name=name, x=tuple(float(n + 1) for n in range(len(values))), y=values)


LOSS = Plot(
    title="Loss",
    text="Yours falls more slowly.",
    series=(line("yours", 2.0, 1.5, 1.2, 1.0), line("reference", 2.0, 1.0, 0.5, 0.25)),
    x_label="epoch",
    y_label="loss",
)
CORNERS = Picture(width=2, height=2, rgb=bytes([0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 255]), label="four corners")
SAMPLES = Image(title="Samples", text="Two pictures.", pictures=(CORNERS, CORNERS), cut="3 more pictures left out")
POINTS = Image(
    title="Boundary",
    text="The plane by class.",
    pictures=(
        Picture(width=4, height=4, rgb=bytes([200] * 48), marks=(Mark(x=0, y=0, sign="o"), Mark(x=3, y=3, sign="x"))),
    ),
)
ERROR = HeatMap(title="Error", text="A matrix.", rows=((0.0, 1.0, None), (2.0, 4.0, 3.0)), low=0.0, high=4.0)
EVERY: list[Exhibit] = [LOSS, SAMPLES, POINTS, ERROR]


def drawn(exhibit: Exhibit, width: int, *, colour: bool = False) -> str:
    console = Console(
        width=width, file=io.StringIO(), force_terminal=colour, color_system="truecolor" if colour else None
    )
    with console.capture() as capture:
        console.print(ExhibitView(exhibit))
    return "\n".join(text.rstrip() for text in capture.get().rstrip("\n").split("\n"))


def test_a_plot_without_colour() -> None:
    assert (
        drawn(LOSS, 30)
        == """\
Loss
loss
   2+***
    |  o***
    |    oo******
1.12+       ooo  ************
    |          oooo
    |              ooooo
0.25+                   ooooo
    +------------------------
     1        epoch         4
* yours   o reference
Yours falls more slowly."""
    )


def test_names_of_lines_are_not_broken() -> None:
    names = ("yours, training", "yours, test", "reference, test")
    lines = drawn(Plot(title="Loss", text="", series=tuple(line(name, 1.0, 2.0) for name in names)), 36).split("\n")
    assert lines[-2:] == ["* yours, training   o yours, test", "+ reference, test"]


def test_pictures_without_colour() -> None:
    lines = drawn(SAMPLES, 60).split("\n")
    assert lines[0] == "Samples"
    assert lines[1] == " " * 14 + "@" * 14 + "  " + " " * 14 + "@" * 14
    assert lines[-4].startswith(":" * 14 + "." * 14)
    assert lines[-3:] == ["four corners                  four corners", "Two pictures.", "... 3 more pictures left out"]


def test_points_are_letters_upon_the_plane() -> None:
    lines = drawn(POINTS, 50).split("\n")[1:-1]
    assert lines[0][0] == "o" and sum(text.count("o") + text.count("x") for text in lines) == 2


def test_places_of_two_classes_differ_without_colour() -> None:
    plane = Picture(
        width=2, height=4, rgb=bytes([99] * 24), letters=". . . : ", marks=(Mark(x=1, y=3, sign="o"),), label="yours"
    )
    boundary = Image(title="Boundary", text="Halves.", pictures=(plane,))
    assert drawn(boundary, 8).split("\n")[1:-1] == ["..", "..", "..", "::o", "yours"]
    assert "." not in drawn(boundary, 8, colour=True)


def test_a_heat_map_without_colour_has_its_scale() -> None:
    lines = drawn(ERROR, 60).split("\n")
    assert "?" in lines[1] and lines[-2].startswith("0 ") and lines[-2].endswith(" 4")


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
@pytest.mark.parametrize("exhibit", EVERY, ids=lambda exhibit: exhibit.title)
@pytest.mark.parametrize("colour", [False, True])
def test_no_line_is_wider_than_there_is_room(exhibit: Exhibit, width: int, colour: bool) -> None:
    console = Console(width=width, color_system="truecolor" if colour else None, force_terminal=colour)
    lines = console.render_lines(ExhibitView(exhibit), console.options, pad=False)
    assert len(lines) < 60
    assert all(sum(segment.cell_length for segment in line) <= width for line in lines)


def test_without_colour_all_is_ascii_and_with_it_half_blocks() -> None:
    assert all(drawn(exhibit, 60).isascii() for exhibit in EVERY)
    shown = drawn(SAMPLES, 60, colour=True)
    assert "▀" in shown and "38;2;255;255;255" in shown and "48;2;" in shown
    assert "⠤" in drawn(LOSS, 60, colour=True)


@pytest.mark.parametrize(
    "series",
    [
        (line("flat", 1.0, 1.0),),
        (line("one", 3.0),),
        (line("gaps", 1.0, None, 3.0, None),),
        (line("nothing", None, None),),
        (line("empty"),),
        (),
        (line("far", -1e30, 1e30),),
        (line("[bold]odd\x1b[2J", 1.0, 2.0),),
    ],
)
@pytest.mark.parametrize("colour", [False, True])
def test_odd_plots_are_drawn(series: tuple[Series, ...], colour: bool) -> None:
    shown = drawn(Plot(title="T", text="t", series=series), 50, colour=colour)
    assert "\x1b[2J" not in shown
    assert "[bold]" in shown or not any("bold" in line.name for line in series)


def test_a_picture_that_is_none_is_a_mark() -> None:
    broken = Image(title="T", text="t", pictures=(Picture(width=3, height=3, rgb=b"abc"),))
    assert "?" in drawn(broken, 40)


def attempt(verdict: Verdict, *checks: CheckResult) -> Attempt:
    return Attempt(exercise="01_x", verdict=verdict, device=Device(type="cpu", name="cpu"), seconds=0.1, checks=checks)


def check(outcome: Outcome, exhibit: Exhibit) -> CheckResult:
    message = None if outcome is Outcome.PASSED else "It differs."
    return CheckResult(id="t", claim="It holds.", outcome=outcome, message=message, exhibits=(exhibit,))


def test_a_failed_attempt_shows_what_its_failing_check_does() -> None:
    console = Console(width=60, file=io.StringIO(), color_system=None)
    with console.capture() as capture:
        failing, passing = check(Outcome.FAILED, LOSS), check(Outcome.PASSED, ERROR)
        console.print(verdict_view(attempt(Verdict.FAILED, passing, failing)))
    assert "Loss" in capture.get() and "Error" not in capture.get()


def test_a_pass_shows_all() -> None:
    console = Console(width=60, file=io.StringIO(), color_system=None)
    with console.capture() as capture:
        console.print(verdict_view(attempt(Verdict.PASSED, check(Outcome.PASSED, LOSS), check(Outcome.PASSED, ERROR))))
    assert capture.get().index("Loss") < capture.get().index("Error")
