"""Which exercises the tree shows: those that the words typed and the filters chosen leave over.

Pure functions on frozen records: this module reads no file and draws nothing.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from tutor.course.records import Course, Exercise
from tutor.workspace.progress import ExerciseProgress

LEVELS = (None, 1, 2, 3, 4)


class Status(StrEnum):
    """Which exercises a filter shows, by how far the learner is with them."""

    ALL = "all"
    OPEN = "open"  # not passed, tried or not
    FAILED = "failed"  # tried and not passed
    PASSED = "passed"


class Selection(Struct, frozen=True, kw_only=True):
    """What the learner has asked for; as made, it shows everything."""

    words: str = ""
    status: Status = Status.ALL
    level: int | None = None

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not self.words.split() and self.status is Status.ALL and self.level is None

    @property
    def filters(self) -> str:
        """The chosen filters in words, "" without one."""
        parts = [] if self.status is Status.ALL else [self.status.value]
        return ", ".join([*parts, *([] if self.level is None else [f"level {self.level}"])])


class Known(Struct, frozen=True, kw_only=True):
    """What is searched of one exercise. `fields` are casefolded: id, title, chapter, topics, best first."""

    exercise: Exercise
    fields: tuple[str, ...]


class Found(Struct, frozen=True, kw_only=True):
    """The exercises left over, in course order, and the one that fits the words best."""

    exercises: tuple[Exercise, ...]
    best: Exercise | None


def known(exercise: Exercise, chapter: str, title: str = "", topics: Sequence[str] = ()) -> Known:
    """An exercise made ready to be searched."""
    fields = (exercise.id, title, chapter, "\n".join(topics))
    return Known(exercise=exercise, fields=tuple(field.casefold() for field in fields))


def known_by_name(course: Course) -> tuple[Known, ...]:
    """Every exercise as it can be searched before its files are read."""
    return tuple(known(exercise, chapter.title) for chapter in course.chapters for exercise in chapter.exercises)


def find(
    everything: Sequence[Known], selection: Selection, summary: Mapping[str, ExerciseProgress], keep: str = ""
) -> Found:
    """What `selection` leaves over; the exercise `keep` stays whatever the filters say of it."""
    words = selection.words.casefold().split()
    left: list[tuple[int, Exercise]] = []
    for one in everything:
        exercise = one.exercise
        if exercise.id != keep and not _passes(exercise, selection, summary.get(exercise.id)):
            continue
        if (rank := _rank(one, words)) is not None:
            left.append((rank, exercise))
    best = min(left, key=lambda ranked: ranked[0])[1] if left else None
    return Found(exercises=tuple(exercise for _, exercise in left), best=best)


def _passes(exercise: Exercise, selection: Selection, progress: ExerciseProgress | None) -> bool:
    if selection.level is not None and exercise.level != selection.level:
        return False
    passed = progress is not None and progress.passed
    tried = progress is not None and progress.attempts > 0
    match selection.status:
        case Status.ALL:
            return True
        case Status.OPEN:
            return not passed
        case Status.FAILED:
            return tried and not passed
        case Status.PASSED:
            return passed


def _rank(one: Known, words: Sequence[str]) -> int | None:
    """How far down the fields the words are found, 0 for the best; None when one of them is not there."""
    rank = 0
    for word in words:
        place = next((number for number, field in enumerate(one.fields) if word in field), None)
        if place is None:
            return None
        rank += place
    return rank
