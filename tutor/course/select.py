"""From the words a learner types to exercises: ids and chapter numbers. This module must not read files."""

from collections.abc import Sequence
from difflib import get_close_matches

from tutor.course.records import Course, Exercise

SUGGESTIONS = 3


class UnknownExercise(Exception):
    """No exercise or chapter is called `word`; `nearest` are the ids it may have meant, the best first."""

    def __init__(self, word: str, nearest: tuple[str, ...]) -> None:
        advice = f"Did you mean {' or '.join(nearest)}?" if nearest else "`tutor list` shows them all."
        super().__init__(f"There is no exercise or chapter {word!r}. {advice}")
        self.word = word
        self.nearest = nearest


def select(course: Course, words: Sequence[str]) -> tuple[Exercise, ...]:
    """The exercises that `words` name, in course order without repeats; raises UnknownExercise.

    A word is an id, a chapter's number ("05" or "5"), or the path of an exercise's file, its folder or a file in that.
    """
    wanted: set[str] = set()
    for word in words:
        found = _named(course, word)
        if not found:
            raise UnknownExercise(word, _nearest(course, word))
        wanted |= found
    return tuple(exercise for exercise in course.exercises if exercise.id in wanted)


def _named(course: Course, word: str) -> set[str]:
    """The ids that one word names, none when it names nothing."""
    name = _bare(word)
    for candidate in (name, _folder(word)):
        if course.find(candidate) is not None:
            return {candidate}
    return {exercise.id for exercise in course.exercises if name.isdecimal() and exercise.chapter == name.zfill(2)}


def _bare(word: str) -> str:
    """The id in a word: `exercises/05_x.py` names `05_x`."""
    name = word.strip().replace("\\", "/").rstrip("/")
    return name.rpartition("/")[2].removesuffix(".py")


def _folder(word: str) -> str:
    """The name of the folder in a word: `exercises/11_x/train.py` names `11_x`."""
    return _bare(word.strip().replace("\\", "/").rstrip("/").rpartition("/")[0])


def _nearest(course: Course, word: str) -> tuple[str, ...]:
    """The ids nearest to `word`: those that contain it, then those spelt like it, with or without the number."""
    name = _bare(word).casefold().replace("-", "_").replace(" ", "_")
    ids = [exercise.id for exercise in course.exercises]
    slugs = {exercise.id.partition("_")[2]: exercise.id for exercise in reversed(course.exercises)}
    slug = name.partition("_")[2] if name[:2].isdecimal() else name
    near = [exercise_id for exercise_id in ids if slug and slug in exercise_id]
    near += get_close_matches(name, ids, n=SUGGESTIONS, cutoff=0.6)
    near += [slugs[close] for close in get_close_matches(slug, slugs, n=SUGGESTIONS, cutoff=0.6)]
    return tuple(dict.fromkeys(near))[:SUGGESTIONS]
