"""Gathers what a check shows, between the plugin that begins and takes and the functions that check authors call.

It holds the limits of number and size. It must not make exhibits (`tutor.checks.exhibits` does), and nothing that goes
wrong here may change what a check comes to.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import msgspec
from msgspec.structs import replace

from tutor.attempt.exhibit import MOST_BYTES, MOST_EXHIBITS, Exhibit, HeatMap, Image, Plot

_gathered: ContextVar[dict[str, Exhibit] | None] = ContextVar("gathered exhibits", default=None)


class ExhibitDropped(UserWarning):
    """An exhibit could not be made; told to authors who run checks by pytest, never to learners."""


@contextmanager
def gathering() -> Iterator[dict[str, Exhibit]]:
    """The exhibits offered inside the block, by title."""
    offered: dict[str, Exhibit] = {}
    token = _gathered.set(offered)
    try:
        yield offered
    finally:
        _gathered.reset(token)


def offer(make: Callable[[], Exhibit]) -> None:
    """Keep the exhibit that `make` returns; one of the same title takes the place of the earlier one.

    Never raises: outside an attempt, what goes wrong is a warning to the check's author.
    """
    offered = _gathered.get()
    try:
        exhibit = _fitted(make())
    except BaseException as error:  # whatever a learner's value raises while it is read
        if offered is None:
            warnings.warn(f"An exhibit was dropped: {type(error).__name__}: {error}", ExhibitDropped, stacklevel=3)
        return
    if offered is not None and (exhibit.title in offered or len(offered) < MOST_EXHIBITS):
        offered[exhibit.title] = exhibit


def _fitted(exhibit: Exhibit) -> Exhibit:
    """The exhibit with so many of its parts left out at the end that it is small enough to travel."""
    left_out = 0
    whole = exhibit
    while len(msgspec.json.encode(exhibit)) > MOST_BYTES:
        left_out += 1
        match exhibit:
            case Plot() if len(exhibit.series) > 1:
                exhibit = replace(exhibit, series=exhibit.series[:-1])
            case Image() if len(exhibit.pictures) > 1:
                exhibit = replace(exhibit, pictures=exhibit.pictures[:-1])
            case Plot() | Image() | HeatMap():
                raise ValueError(f"{whole.title!r} is too large to be shown")
    if not left_out:
        return exhibit
    what = "lines" if isinstance(exhibit, Plot) else "pictures"
    return replace(exhibit, cut="; ".join(filter(None, (exhibit.cut, f"{left_out} more {what} left out"))))
