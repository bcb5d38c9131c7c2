"""Two single lines of text: the exercise's heading and the note above the verdict."""

import time

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Static

from tutor.course.records import Exercise
from tutor.show.plain import clean, clean_line
from tutor.show.statement import level_text


class Heading(Static):
    """Which exercise this is, and how hard."""

    def __init__(self) -> None:
        super().__init__(id="heading")
        self._title = self._facts = ""

    def show(self, exercise: Exercise, title: str) -> None:
        """Draw the title, the id and the level."""
        self._title = clean_line(title)
        self._facts = f"{exercise.id}  {level_text(exercise.level)}"
        self._draw()

    def on_resize(self) -> None:
        """Break the line where the new width wants it."""
        self._draw()

    def _draw(self) -> None:
        """On one line, else the facts below the title."""
        fits = cell_len(self._title) + 2 + cell_len(self._facts) <= self.content_size.width
        self.update(Text.assemble((self._title, "bold"), "  " if fits else "\n", (self._facts, "dim")))


class Note(Static):
    """A passing sentence: how the engine is while it warms, else the last thing worth saying."""

    def __init__(self) -> None:
        super().__init__(id="note")
        self._engine = ""
        self._text = ""
        self._since: float | None = None  # when the engine began to warm

    def on_mount(self) -> None:
        """Take no room while there is nothing to say; count how long the engine warms."""
        self._draw()
        self.set_interval(0.5, self._tick)

    def engine(self, sentence: str, *, warming: bool = False) -> None:
        """Say this of the engine, until told otherwise; it is ready when the sentence is empty."""
        self._engine = sentence
        self._since = time.monotonic() if warming else None
        self._draw()

    def _tick(self) -> None:
        if self._since is not None:
            self._draw()

    def say(self, sentence: str) -> None:
        """Say this, until the next."""
        self._text = sentence
        self._draw()

    def _draw(self) -> None:
        sentence = self._engine or self._text
        if self._since is not None:
            sentence = f"{sentence}  {time.monotonic() - self._since:.0f} s"
        self.display = bool(sentence)
        self.update(Text(clean(sentence)))
